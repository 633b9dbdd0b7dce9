"""Nearest distance of 140,000 cells to 5,000 venues: ours against geopandas and a bare KD-tree."""

from collections.abc import Callable
from statistics import median
from time import perf_counter

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo.grid import cells, centroids
from geo.reach import nearest_distance

SIDE_M, CELL_M, VENUES, ROUNDS = 93_500, 250, 5_000, 7
Metres = NDArray[np.float64]


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
        "scipy cKDTree, all cores": lambda: cKDTree(at_bank).query(at_home, workers=-1)[0],
        "scipy cKDTree, one core": lambda: cKDTree(at_bank).query(at_home)[0],
    }


def seconds(way: Callable[[], Metres]) -> float:
    """Return how long one call takes."""
    start = perf_counter()
    way()
    return perf_counter() - start


def main() -> None:
    """Check that all give the same answer, then print each one's time as a multiple of ours."""
    homes, banks = demand(), venues()
    contenders = ways(homes, banks)
    ours, *others = (way() for way in contenders.values())
    for name, answer in zip(list(contenders)[1:], others, strict=True):
        np.testing.assert_allclose(ours, answer, rtol=1e-9, atol=1e-6, err_msg=name)
    rounds = [{name: seconds(way) for name, way in contenders.items()} for _ in range(ROUNDS)]
    own = next(iter(contenders))
    print(
        f"{len(homes)} cells x {len(banks)} venues, {ROUNDS} interleaved rounds; ratio = time / ours in the same round"
    )
    print(f"{'':28}{'median ms':>10}{'ratio':>8}{'min':>8}{'max':>8}")
    for name in contenders:
        ratios = sorted(each[name] / each[own] for each in rounds)
        millis = median(each[name] for each in rounds) * 1000
        print(f"{name:28}{millis:10.1f}{median(ratios):8.2f}{ratios[0]:8.2f}{ratios[-1]:8.2f}")


if __name__ == "__main__":
    main()
