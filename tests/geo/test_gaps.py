"""Gaps are the connected areas that are too far, told apart by county and by how sure that is."""

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import BadFrame
from geo.gaps import gaps
from geo.grid import cells, centroids, spread_evenly
from geo.reach import nearest_distance
from toy_town import ToyTown

Grid = tuple[gpd.GeoDataFrame, pd.Series]
Spots = list[tuple[float, float]]
FAR, NEAR = 5000.0, 100.0
PLACES = st.lists(st.tuples(st.floats(0, 4), st.floats(0, 2)), max_size=4)


@pytest.fixture(scope="module")
def people(town: ToyTown) -> pd.Series:
    """Return people per cell: 100 in the west, 10 in the east."""
    return spread_evenly(town.cells, town.people)


@pytest.fixture(scope="module")
def town_grid(town: ToyTown) -> Grid:
    """Return the toy town in cells of 250 m, and their people."""
    grid = cells(town.counties, 250)
    return grid, spread_evenly(grid, town.people)


def test_an_area_is_split_at_the_county_border(town: ToyTown, people: pd.Series) -> None:
    """Three far cells in a row across the border are two gaps, the one with more people first."""
    metres = town.column(NEAR, FAR, NEAR, NEAR, FAR, 6000.0, NEAR, NEAR)
    found = gaps(town.cells, metres, metres, people, standard_m=1000)
    assert found["region"].tolist() == ["W", "E"]
    assert found["people"].tolist() == [100, 20]
    assert found["area_km2"].tolist() == [1, 2]
    assert found["worst_distance_m"].tolist() == [5000, 6000]
    assert found["certainty"].tolist() == ["confirmed"] * 2
    assert found["cells"].tolist() == [1, 2]
    assert found.index.tolist() == [1, 2]
    assert found.crs == town.cells.crs
    assert found.geometry.loc[2].equals(shapely.union_all(town.cells.geometry.loc[["E20", "E30"]]))


def test_cells_that_touch_at_a_corner_are_one_area(town: ToyTown, people: pd.Series) -> None:
    """A diagonal pair is one gap; a pair with a cell between is two."""
    corner = town.column(FAR, NEAR, NEAR, FAR, NEAR, NEAR, NEAR, NEAR)
    assert len(gaps(town.cells, corner, corner, people, standard_m=1000)) == 1
    wide = town.cells.drop(["W10", "W11"]).assign(region="W")
    metres = pd.Series(FAR, index=wide.index)
    assert gaps(wide, metres, metres, people[wide.index], standard_m=1000)["cells"].tolist() == [2, 4]


def test_the_standard_itself_is_near_enough(town: ToyTown, people: pd.Series) -> None:
    """At exactly the standard a cell is served."""
    metres = town.column(*[1000.0] * 8)
    assert gaps(town.cells, metres, metres, people, standard_m=1000).empty


def test_no_gap_is_a_table_without_rows(town: ToyTown, people: pd.Series) -> None:
    """Nothing under-served gives an empty frame that can still be mapped."""
    metres = town.column(*[NEAR] * 8)
    found = gaps(town.cells, metres, metres, people, standard_m=1000)
    assert found.empty
    assert found.crs == town.cells.crs
    assert found.to_crs(4326).columns.tolist() == found.columns.tolist()


def test_what_an_unknown_place_might_serve_is_only_possible(town: ToyTown, people: pd.Series) -> None:
    """Where a place of unknown status is near, the gap is possible and apart from the confirmed one."""
    metres = town.column(*[FAR] * 8)
    perhaps = town.column(NEAR, FAR, NEAR, FAR, FAR, FAR, FAR, FAR)
    crowded = people.mask(people.index == "W10", 101)
    found = gaps(town.cells, metres, perhaps, crowded, standard_m=1000)
    assert list(zip(found["region"], found["certainty"], found["cells"], strict=True)) == [
        ("W", "confirmed", 2),
        ("W", "possible", 2),
        ("E", "confirmed", 4),
    ]


def test_an_unlocated_place_leaves_nothing_confirmed(town: ToyTown, people: pd.Series) -> None:
    """A bank somewhere in the western county makes every gap there possible."""
    metres = town.column(*[FAR] * 8)
    found = gaps(town.cells, metres, metres, people, standard_m=1000, possible_everywhere=town.cells["region"] == "W")
    assert found.set_index("region")["certainty"].to_dict() == {"W": "possible", "E": "confirmed"}


def test_nowhere_to_go_has_no_worst_distance(town: ToyTown, people: pd.Series) -> None:
    """With no place at all the whole town is a gap, whose worst distance is not a number."""
    nowhere = town.column(*[math.inf] * 8)
    found = gaps(town.cells, nowhere, nowhere, people, standard_m=1000)
    assert found["people"].tolist() == [400, 40]
    assert found["worst_distance_m"].isna().all()


def test_unknown_people_are_not_nobody(town: ToyTown) -> None:
    """A gap whose people are not known says so, comes last, and still has a best site."""
    metres, people = town.column(*[FAR] * 8), town.column(*[np.nan] * 4, *[10.0] * 4)
    found = gaps(town.cells, metres, metres, people, standard_m=1000)
    assert found["region"].tolist() == ["E", "W"]
    assert np.isnan(found["people"].loc[2])
    assert found["best_site"].notna().all()


def test_best_site_is_where_most_people_are_near() -> None:
    """Of five cells in a row the one in the middle of the three populous ones is best."""
    strip = cells(gpd.GeoDataFrame(index=["T"], geometry=[shapely.box(0, 0, 5000, 1000)], crs=4548), 1000)
    far = pd.Series(FAR, index=strip.index)
    found = gaps(strip, far, far, pd.Series([1.0, 1, 50, 50, 50], index=strip.index), standard_m=1000)
    assert found["best_site"].loc[1].coords[0] == (3500, 500)
    assert found["best_site"].crs == strip.crs


def test_best_site_of_a_large_area() -> None:
    """In an area too large to try every cell, the site covers nearly what the best one would."""
    region = gpd.GeoDataFrame(index=["T"], geometry=[shapely.box(0, 0, 40_000, 20_000)], crs=4548)
    large = cells(region, 500)
    centres = shapely.get_coordinates(large.geometry.centroid)
    crowd = pd.Series(np.exp(-(np.hypot(*(centres - [27_300, 6_100]).T) ** 2) / 2e6), index=large.index)
    far = pd.Series(FAR, index=large.index)
    site = gaps(large, far, far, crowd, standard_m=1500)["best_site"].loc[1]
    assert site.distance(shapely.Point(27_300, 6_100)) < 500


@given(PLACES, PLACES, st.sampled_from([200.0, 700.0, 1500.0]))
def test_gaps_are_exactly_the_under_served_cells(
    town: ToyTown, town_grid: Grid, yes: Spots, unknown: Spots, standard: float
) -> None:
    """Areas and people of the gaps add up to those of the far cells, and each lies in its own county."""
    grid, people = town_grid
    centres = centroids(grid)
    metres = nearest_distance(centres, town.points(*yes))
    perhaps = nearest_distance(centres, town.points(*yes, *unknown))
    found = gaps(grid, metres, perhaps, people, standard_m=standard)
    far = metres > standard
    assert found["area_km2"].sum() == pytest.approx(grid["area_km2"][far].sum())
    assert found["people"].sum() == pytest.approx(people[far].sum())
    assert found.area.sum() / 1e6 == pytest.approx(grid["area_km2"][far].sum())
    sure = found[found["certainty"] == "confirmed"]
    assert sure["area_km2"].sum() == pytest.approx(grid["area_km2"][perhaps > standard].sum())
    for region, shape in zip(found["region"], found.geometry, strict=True):
        assert town.counties.geometry[region].buffer(0.001).covers(shape)
    assert found["people"].is_monotonic_decreasing


@given(PLACES, PLACES)
def test_a_new_place_never_adds_people_to_gaps(town: ToyTown, town_grid: Grid, places: Spots, more: Spots) -> None:
    """Opening a place or relaxing the standard can only shrink what is under-served."""
    grid, people = town_grid
    before = nearest_distance(centroids(grid), town.points(*places))
    after = nearest_distance(centroids(grid), town.points(*places, *more))

    def missed(metres: pd.Series, standard: float) -> float:
        return gaps(grid, metres, metres, people, standard_m=standard)["people"].sum()

    assert missed(after, 500) <= missed(before, 500) + 1e-6
    assert missed(before, 900) <= missed(before, 500) + 1e-6


def test_inputs_are_left_alone(town: ToyTown, people: pd.Series) -> None:
    """Neither cells nor series are changed."""
    metres, everywhere = town.column(*[FAR] * 8), town.column(*[False] * 8)
    before = town.cells.copy(), metres.copy(), everywhere.copy()
    gaps(town.cells, metres, metres, people, standard_m=1000, possible_everywhere=everywhere)
    pd.testing.assert_frame_equal(pd.DataFrame(town.cells), pd.DataFrame(before[0]))
    pd.testing.assert_series_equal(metres, before[1])
    pd.testing.assert_series_equal(everywhere, before[2])


def test_what_does_not_fit_is_refused(town: ToyTown, people: pd.Series) -> None:
    """Another index, a missing distance and cells in degrees are errors, named."""
    metres = town.column(*[FAR] * 8)
    with pytest.raises(BadFrame, match="people"):
        gaps(town.cells, metres, metres, people[::-1], standard_m=1000)
    with pytest.raises(BadFrame, match="possible_distance: missing for 'W00'"):
        gaps(town.cells, metres, metres.mask(metres.index == "W00"), people, standard_m=1000)
    with pytest.raises(BadFrame, match="degrees"):
        gaps(town.cells.to_crs(4326), metres, metres, people, standard_m=1000)
