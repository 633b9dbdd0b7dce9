"""A frame that breaks the contract is refused with a message that names the fault."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import CRS

from geo.errors import BadFrame
from geo.frames import checked, in_metres, metre_crs, places, projected, same_index
from toy_town import ToyTown

BOW = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])


@pytest.mark.parametrize(
    ("index", "shapes", "crs", "fault"),
    [
        (["a", "a"], [shapely.Point(0, 0)] * 2, 4548, "banks: index label 'a' occurs twice"),
        (["a"], [shapely.Point(0, 0)], None, "banks: no CRS"),
        (["a", "b"], [shapely.Point(0, 0), None], 4548, "no geometry, the first is 'b'"),
        (["a", "b"], [shapely.Point(), shapely.Point(0, 0)], 4548, "empty geometry, the first is 'a'"),
        (["a"], [BOW], 4548, "invalid geometry, the first is 'a'"),
        (["a"], [shapely.Point(float("nan"), 1)], 4548, "geometry, the first is 'a'"),
        (["a"], [shapely.Point(float("inf"), 1)], 4548, "geometry, the first is 'a'"),
    ],
)
def test_faults_are_named(index: list[str], shapes: list[shapely.Geometry | None], crs: int | None, fault: str) -> None:
    """Each fault is refused, with the frame's name and the first row that has it."""
    with pytest.raises(BadFrame, match=fault):
        checked(gpd.GeoDataFrame(index=index, geometry=shapes, crs=crs), "banks")


def test_series_must_be_on_the_index() -> None:
    """The same labels in another order are not the same index."""
    with pytest.raises(BadFrame, match="people"):
        same_index(pd.Series([1, 2], index=["b", "a"]), pd.DataFrame(index=["a", "b"]), "people")


@pytest.mark.parametrize(
    ("crs", "plane"), [(4548, 4548), (32650, 32650), (4326, 4548), (4490, 4548), (3857, 4548), (2263, None)]
)
def test_plane_to_measure_in(crs: int | None, plane: int | None) -> None:
    """A true plane is kept; degrees and Web Mercator are left for the zone of the place; feet never stay."""
    frame = gpd.GeoDataFrame(geometry=[shapely.Point(116.5, 36)], crs=4326)
    if plane:
        assert metre_crs(frame.to_crs(crs)).to_epsg() == plane
    else:
        liberty = gpd.GeoDataFrame(geometry=[shapely.Point(-74, 40.7)], crs=4326).to_crs(crs)
        with pytest.raises(ValueError, match="outside"):
            metre_crs(liberty)


@pytest.mark.parametrize("shape", [None, shapely.Point(), shapely.Point(0, float("nan")), BOW])
def test_what_has_no_place_is_refused(shape: shapely.Geometry | None) -> None:
    """A row without a usable geometry has no place, also among good points or areas."""
    for neighbour in (shapely.Point(1, 1), shapely.box(0, 0, 1, 1), shapely.LineString([(0, 0), (1, 1), (2, 3)])):
        with pytest.raises(BadFrame, match="banks: 1 row"):
            places(gpd.GeoDataFrame(geometry=[neighbour, shape], crs=4548), "banks")


def test_a_position_off_the_plane_is_refused() -> None:
    """What the projection cannot place is refused, with the position."""
    with pytest.raises(BadFrame, match="100"):
        projected(np.array([[116.0, 36.0], [116.0, 100.0]]), CRS(4326), CRS(4548))


def test_a_frame_in_its_plane_is_not_copied(town: ToyTown) -> None:
    """Nothing is projected that need not be."""
    assert in_metres(town.cells, town.cells.crs) is town.cells


def test_a_shape_stands_at_a_point_inside_it() -> None:
    """A crescent's place is in the crescent, a point's is itself."""
    crescent = shapely.Point(0, 0).buffer(10).difference(shapely.Point(3, 0).buffer(9))
    frame = gpd.GeoDataFrame(geometry=[crescent, shapely.Point(5, 6)], crs=4548)
    inside, itself = places(frame, "lakes")
    assert crescent.contains(shapely.Point(inside))
    assert itself.tolist() == [5, 6]
