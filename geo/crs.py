"""Metres: the local plane of a longitude, and geodesic distances."""

from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS, Geod

from geo.errors import BadCoordinates

WEST, EAST = 73.5, 136.5
FIRST_MERIDIAN, FIRST_EPSG = 75, 4534
WGS84 = Geod(ellps="WGS84")


def zone_crs(lon: float) -> CRS:
    """Return the CGCS2000 3-degree Gauss-Kruger plane (metres) whose meridian is nearest to `lon`.

    EPSG 4534 (75°E) to 4554 (135°E), eastings without a zone number. In a zone a plane distance is
    at most 0.03 % longer than on the ground. Halfway between two meridians the eastern one is taken.

    Raises:
        BadCoordinates: `lon` is outside 73.5..136.5, where no zone is defined.

    >>> zone_crs(115.98).to_epsg()
    4548
    """
    if not WEST <= lon <= EAST:
        message = f"longitude {lon} is outside {WEST}..{EAST}, the zones of CGCS2000"
        raise BadCoordinates(message)
    step = min(int((lon - WEST) // 3), 20)
    return _crs(FIRST_EPSG + step)


@cache
def _crs(epsg: int) -> CRS:
    return CRS.from_epsg(epsg)


def geodesic_distance(lon1: ArrayLike, lat1: ArrayLike, lon2: ArrayLike, lat2: ArrayLike) -> NDArray[np.float64]:
    """Return metres along the WGS-84 ellipsoid between positions in degrees; shapes broadcast, NaN stays NaN.

    Method: Karney 2013, through PROJ.

    >>> geodesic_distance(116.0, 36.0, [116.0, 117.0], 36.0).round(1).tolist()
    [0.0, 90163.3]
    """
    arrays = (np.asarray(value, dtype=np.float64) for value in (lon1, lat1, lon2, lat2))
    from_x, from_y, to_x, to_y = (array.copy() for array in np.broadcast_arrays(*arrays))
    known = np.isfinite(from_x) & np.isfinite(from_y) & np.isfinite(to_x) & np.isfinite(to_y)
    metres = np.full(known.shape, np.nan)
    _, _, metres[known] = WGS84.inv(from_x[known], from_y[known], to_x[known], to_y[known])
    return metres
