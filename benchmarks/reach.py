"""Nearest distance of 140,000 cells to 5,000 venues: ours against geopandas and a bare KD-tree."""

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from benchmarks.rounds import COLUMNS, Result, in_turns
from geo.grid import cells, centroids
from geo.reach import nearest_distance

SIDE_M, CELL_M, VENUES, ROUNDS = 93_500, 250, 5_000, 9
Metres = NDArray[np.float64]


def run() -> Result:
    """Check that all give the same answer, then time them."""
    homes, banks = demand(), venues()
    contenders = ways(homes, banks)
    ours, *others = (way() for way in contenders.values())
    for name, answer in zip(list(contenders)[1:], others, strict=True):
        np.testing.assert_allclose(ours, answer, rtol=1e-9, atol=1e-6, err_msg=name)
    return Result(
        f"Nearest distance from {len(homes):,} cells to {len(banks):,} venues. "
        "Aims: geopandas at least 4, the bare tree on all cores at least 0.67.",
        COLUMNS,
        in_turns(contenders, ROUNDS),
        (
            "All four give the same distances (checked to a micrometre before the clock starts).",
            "The bare trees get their arrays ready-made; ours takes frames, checks them and gives a labelled series.",
        ),
    )


def demand() -> gpd.GeoDataFrame:
    """Return the centres of 139,876 cells of 250 m, about a prefecture."""
    square = shapely.box(400_000, 4_000_000, 400_000 + SIDE_M, 4_000_000 + SIDE_M)
    return centroids(cells(gpd.GeoDataFrame(index=["square"], geometry=[square], crs=4548), CELL_M))


def venues() -> gpd.GeoDataFrame:
    """Return venues, half of them in twenty towns, half anywhere."""
    rng = np.random.default_rng(0)
    towns = rng.uniform(0, SIDE_M, (20, 2))[rng.integers(20, size=VENUES // 2)]
    spots = np.concatenate((towns + rng.normal(0, 2000, towns.shape), rng.uniform(0, SIDE_M, (VENUES // 2, 2))))
    return gpd.GeoDataFrame(geometry=gpd.points_from_xy(*(spots + np.array((400_000, 4_000_000))).T), crs=4548)


def ways(homes: gpd.GeoDataFrame, banks: gpd.GeoDataFrame) -> dict[str, Callable[[], Metres]]:
    """Return each way to find the distances, ours first; the bare trees get their arrays ready-made."""
    at_home, at_bank = shapely.get_coordinates(homes.geometry), shapely.get_coordinates(banks.geometry)

    def joined() -> Metres:
        pairs = gpd.sjoin_nearest(homes[["geometry"]], banks, distance_col="metres")
        return pairs["metres"].groupby(level=0).first().reindex(homes.index).to_numpy()

    return {
        "geo.reach.nearest_distance": lambda: nearest_distance(homes, banks).to_numpy(),
        "geopandas.sjoin_nearest": joined,
        "scipy cKDTree, all cores": lambda: np.asarray(cKDTree(at_bank).query(at_home, workers=-1)[0]),
        "scipy cKDTree, one core": lambda: np.asarray(cKDTree(at_bank).query(at_home)[0]),
    }
