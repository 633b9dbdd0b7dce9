"""How far it is from where people are to the nearest place that serves them, in a straight line."""

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import CRS
from scipy.spatial import cKDTree

from geo.frames import metre_crs, places, projected

MANY = 20_000  # queries from which a second thread is worth starting


def nearest_distance(demand: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame) -> pd.Series:
    """Return metres from each demand row to the nearest facility, on demand's index.

    Both frames carry a CRS, which may differ. Distances are taken in demand's plane when it is true
    to metres, else in the CGCS2000 zone of its longitude. Shapes other than points stand for their
    representative point. Without facilities every distance is inf: nobody is served.

    Raises:
        BadFrame: a doubled index label, no CRS, or a missing, empty or invalid geometry.

    >>> homes = gpd.GeoDataFrame(index=["a", "b"], geometry=gpd.points_from_xy([0, 50], [0, 0]), crs=4548)
    >>> banks = gpd.GeoDataFrame(geometry=gpd.points_from_xy([30], [40]), crs=4548)
    >>> nearest_distance(homes, banks).round(1).to_dict()
    {'a': 50.0, 'b': 44.7}
    """
    return kth_distance(demand, facilities, 1)


def kth_distance(demand: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame, k: int) -> pd.Series:
    """Return metres from each demand row to its k-th nearest facility; inf when there are fewer than k.

    Raises:
        BadFrame: as for `nearest_distance`.
        ValueError: k is not positive.

    >>> homes = gpd.GeoDataFrame(geometry=gpd.points_from_xy([0], [0]), crs=4548)
    >>> banks = gpd.GeoDataFrame(geometry=gpd.points_from_xy([10, 20], [0, 0]), crs=4548)
    >>> kth_distance(homes, banks, 2).tolist(), kth_distance(homes, banks, 3).tolist()
    ([20.0], [inf])
    """
    if k < 1:
        message = f"k must be 1 or more, not {k}"
        raise ValueError(message)
    metres, _ = _neighbours(demand, facilities, k)
    return pd.Series(metres, index=demand.index, name="distance_m")


def nearest_facility(demand: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return per demand row the label of the nearest facility and the metres to it.

    Columns `facility` and `distance_m`, on demand's index. Of facilities equally near, one is taken,
    the same one each time. Without facilities the label is missing and the distance inf.

    Raises:
        BadFrame: as for `nearest_distance`.

    >>> homes = gpd.GeoDataFrame(index=["a"], geometry=gpd.points_from_xy([0], [0]), crs=4548)
    >>> banks = gpd.GeoDataFrame(index=["far", "near"], geometry=gpd.points_from_xy([9, 3], [0, 4]), crs=4548)
    >>> nearest_facility(homes, banks).values.tolist()
    [['near', 5.0]]
    """
    metres, rows = _neighbours(demand, facilities, 1)
    labels = facilities.index.take(rows) if len(facilities) else pd.Index([None] * len(demand), dtype=object)
    return pd.DataFrame({"facility": labels, "distance_m": metres}, index=demand.index)


def _neighbours(
    demand: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame, k: int
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return metres to, and row number of, the k-th nearest facility of each demand row."""
    homes, served = places(demand, "demand"), places(facilities, "facilities")
    if not len(homes) or not len(served):
        return np.full(len(homes), np.inf), np.zeros(len(homes), dtype=np.intp)
    crs = metre_crs(demand)
    # A balanced tree takes twice as long to build and is no faster to ask; places cluster in towns anyway.
    tree = cKDTree(projected(served, CRS(facilities.crs), crs), balanced_tree=False)
    workers = -1 if len(homes) >= MANY else 1
    metres, rows = tree.query(projected(homes, CRS(demand.crs), crs), k=[k], workers=workers)
    return np.asarray(metres).ravel(), np.asarray(rows).ravel()
