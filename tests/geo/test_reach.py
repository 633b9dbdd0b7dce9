"""Distances to the nearest place are those that a ruler on the toy town gives."""

from collections.abc import Callable, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from geo.crs import geodesic_distance
from geo.errors import BadFrame
from geo.grid import centroids
from geo.reach import kth_distance, nearest_distance, nearest_facility
from toy_town import ToyTown

Check = Callable[[pd.Series, Sequence[object], pd.Index], None]
PLANE = "EPSG:4548"
SPOTS = arrays(np.float64, st.tuples(st.integers(1, 30), st.just(2)), elements=st.floats(-1e5, 1e5))


def _frame(spots: NDArray[np.float64]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=gpd.points_from_xy(*spots.T), crs=PLANE)


def test_distances_in_the_toy_town(town: ToyTown, assert_result: Check) -> None:
    """One bank in the centre of W00: the other centres are 1 km, the diagonal, 2 km and so on away."""
    metres = nearest_distance(centroids(town.cells), town.points((0.5, 0.5)))
    expected = [0, 1000, 1000, 2**0.5 * 1000, 2000, 3000, 5**0.5 * 1000, 10**0.5 * 1000]
    assert_result(metres, expected, town.cells.index)


def test_k_th_nearest(town: ToyTown, assert_result: Check) -> None:
    """The second nearest is farther than the nearest, and the third of two is out of reach."""
    homes, banks = town.points((0, 0), (3, 0)), town.points((1, 0), (3, 4))
    assert_result(kth_distance(homes, banks, 1), [1000, 2000], homes.index)
    assert_result(kth_distance(homes, banks, 2), [5000, 4000], homes.index)
    assert_result(kth_distance(homes, banks, 3), [np.inf, np.inf], homes.index)


def test_the_nearest_has_a_name(town: ToyTown, assert_result: Check) -> None:
    """The label of the nearest place comes with its distance."""
    homes, banks = town.points((0, 0), (3, 0)), town.points((1, 0), (3, 4)).set_axis(["near", "far"])
    table = nearest_facility(homes, banks)
    assert_result(table["distance_m"], [1000, 2000], homes.index)
    assert_result(table["facility"], ["near", "near"], homes.index)


def test_no_facilities_means_out_of_reach(town: ToyTown, assert_result: Check) -> None:
    """Where there is nothing to go to the distance is infinite, and no label is made up."""
    table = nearest_facility(town.cells, town.points())
    assert_result(table["distance_m"], [np.inf] * 8, town.cells.index)
    assert table["facility"].isna().all()
    assert_result(nearest_distance(town.cells, town.points()), [np.inf] * 8, town.cells.index)


def test_no_demand_gives_nothing(town: ToyTown) -> None:
    """Nobody asking is no error."""
    empty = town.points()
    assert_empty = nearest_distance(empty, town.points((0, 0)))
    assert assert_empty.index.equals(empty.index)
    assert assert_empty.dtype == "float64"


def test_degrees_are_measured_in_metres(town: ToyTown) -> None:
    """Frames in degrees, or in two systems, give the metres of the ground within 0.03 %."""
    homes, banks = town.points((0, 0), (3, 0)).to_crs(4326), town.points((9, 7), (20, 0)).to_crs(4326)
    metres = nearest_distance(homes, banks)
    at_home, at_bank = homes.geometry, banks.geometry.iloc[0]
    ground = geodesic_distance(at_home.x, at_home.y, at_bank.x, at_bank.y)
    assert metres.to_numpy() == pytest.approx(ground, rel=3e-4)
    assert nearest_distance(homes, banks.to_crs(3857)).to_numpy() == pytest.approx(metres.to_numpy())
    assert nearest_distance(homes.to_crs(3857), banks).to_numpy() == pytest.approx(metres.to_numpy())


def test_an_area_is_reached_inside(town: ToyTown) -> None:
    """A district stands at a point within it."""
    district = gpd.GeoDataFrame(geometry=[town.cells.geometry.loc["W00"]], crs=PLANE)
    assert nearest_distance(town.points((0.5, 0.5)), district).tolist() == [0]


def test_inputs_are_left_alone(town: ToyTown) -> None:
    """Neither frame is changed, not even its CRS."""
    homes, banks = town.points((0, 0)), town.points((1, 0)).to_crs(4326)
    before = homes.copy(), banks.copy()
    nearest_facility(homes, banks)
    pd.testing.assert_frame_equal(pd.DataFrame(homes), pd.DataFrame(before[0]))
    pd.testing.assert_frame_equal(pd.DataFrame(banks), pd.DataFrame(before[1]))
    assert banks.crs == before[1].crs


@given(SPOTS, SPOTS, st.integers(1, 4))
def test_equals_brute_force(homes: NDArray[np.float64], banks: NDArray[np.float64], k: int) -> None:
    """The k-th nearest is what measuring every pair finds."""
    every = np.hypot(*(homes[:, None, :] - banks[None, :, :]).transpose(2, 0, 1))
    padded = np.pad(np.sort(every, axis=1), ((0, 0), (0, 4)), constant_values=np.inf)
    assert kth_distance(_frame(homes), _frame(banks), k).to_numpy() == pytest.approx(padded[:, k - 1])


@given(SPOTS, SPOTS, SPOTS)
def test_more_banks_never_make_it_farther(
    homes: NDArray[np.float64], banks: NDArray[np.float64], more: NDArray[np.float64]
) -> None:
    """A new place can only shorten the way."""
    few, many = _frame(banks), _frame(np.concatenate((banks, more)))
    assert (nearest_distance(_frame(homes), many) <= nearest_distance(_frame(homes), few)).all()


@pytest.mark.parametrize("k", [0, -1])
def test_k_counts_from_one(town: ToyTown, k: int) -> None:
    """There is no zeroth nearest."""
    with pytest.raises(ValueError, match="k must be"):
        kth_distance(town.cells, town.cells, k)


def test_a_place_without_position_is_refused(town: ToyTown) -> None:
    """A missing geometry is refused by the name of its frame, never measured."""
    banks = gpd.GeoDataFrame(geometry=[shapely.Point(0, 0), None], crs=PLANE)
    with pytest.raises(BadFrame, match="facilities"):
        nearest_distance(town.cells, banks)
    with pytest.raises(BadFrame, match="demand"):
        nearest_distance(banks, town.cells)
