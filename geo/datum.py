"""Positions between WGS-84 and the datums of China: CGCS2000, GCJ-02 (Amap, Tencent), BD-09 (Baidu).

CGCS2000 and WGS-84 differ by centimetres and are taken as one. GCJ-02 and BD-09 were never published;
the formulas here are the widely known reconstruction (ellipsoid of Krasovsky 1940), which agrees with
what the map services return to within a metre or two.

In China: a position is shifted when its WGS-84 longitude is within 72.004..137.8347 and its latitude
within 0.8293..55.8271, the rectangle of the known implementations. It is wider than China, on purpose:
a border drawn finer would tear the map apart along it. Outside the rectangle all datums are equal.
At its edge, at sea or in foreign steppe, the shift leaves a strip of under 2 km in which a shifted
position can stand for two places; there the place inside the rectangle is taken.
"""

import re
from collections.abc import Callable
from typing import Literal, TypeAlias, TypeVar, overload

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geo.errors import BadCoordinates, UnknownDatum

Datum: TypeAlias = Literal["wgs84", "cgcs2000", "gcj02", "bd09"]
Degrees: TypeAlias = NDArray[np.float64]
Pair: TypeAlias = tuple[Degrees, Degrees]
Shapes: TypeAlias = NDArray[np.object_]
Shape = TypeVar("Shape", bound=shapely.Geometry)

NAMES: dict[str, Datum] = {
    "wgs84": "wgs84", "wgs1984": "wgs84", "wgs": "wgs84", "epsg:4326": "wgs84", "epsg4326": "wgs84",
    "4326": "wgs84", "crs84": "wgs84", "gps": "wgs84", "世界大地坐标系": "wgs84",
    "cgcs2000": "cgcs2000", "cgcs": "cgcs2000", "epsg:4490": "cgcs2000", "epsg4490": "cgcs2000",
    "4490": "cgcs2000", "天地图": "cgcs2000", "tianditu": "cgcs2000", "国家2000": "cgcs2000",
    "大地2000": "cgcs2000", "2000国家大地坐标系": "cgcs2000", "国家2000大地坐标系": "cgcs2000",
    "国家大地2000": "cgcs2000", "国家大地坐标系2000": "cgcs2000",
    "gcj02": "gcj02", "gcj": "gcj02", "gcj2002": "gcj02", "高德": "gcj02", "高德地图": "gcj02",
    "amap": "gcj02", "gaode": "gcj02", "autonavi": "gcj02", "腾讯": "gcj02", "腾讯地图": "gcj02",
    "tencent": "gcj02", "qq": "gcj02", "火星": "gcj02", "mars": "gcj02",
    "国测局": "gcj02",
    "bd09": "bd09", "bd09ll": "bd09", "bd": "bd09", "百度": "bd09", "百度地图": "bd09", "baidu": "bd09",
}  # fmt: skip

WEST, EAST, SOUTH, NORTH = 72.004, 137.8347, 0.8293, 55.8271
NEAR = 0.05  # degrees: no shift is larger, so nothing farther from the rectangle can come from inside it
KRASOVSKY_A = 6_378_245.0
KRASOVSKY_E2 = 0.00669342162296594323
BAIDU_WAVE = np.pi * 3000 / 180
ROUNDS = 10  # each divides the error by 40 or more: from 0.01 degrees to the last bit


def normalise_datum(text: str) -> Datum:
    """Return the datum that a name means; case, `-`, `_` and spaces do not matter.

    A name with a second one in brackets or after a slash must mean one datum, as 高德(GCJ-02) does.

    Raises:
        UnknownDatum: the name is not known. A guess would move a place by half a kilometre.

    >>> normalise_datum("WGS 84"), normalise_datum("百度"), normalise_datum("火星坐标")
    ('wgs84', 'bd09', 'gcj02')
    """
    plain = re.sub(r"[\s_－—-]", "", text.lower())
    names = [name for name in re.split(r"[()（）/、,，]", plain) if name]
    meant = {NAMES.get(name) or NAMES.get(re.sub("坐标系?$", "", name)) for name in names}
    if len(meant) == 1 and (datum := meant.pop()):
        return datum
    message = f"unknown datum {text!r}: give wgs84, cgcs2000, gcj02 (高德, 腾讯) or bd09 (百度)"
    raise UnknownDatum(message)


def to_wgs84(lon: ArrayLike, lat: ArrayLike, datum: str) -> Pair:
    """Return WGS-84 longitudes and latitudes (degrees, float64, the arguments' common shape).

    The inverse has no closed form: it is iterated to the last bits, so that going there and back
    moves nothing by a millimetre. NaN stays NaN.

    Raises:
        UnknownDatum: `datum` is not known.
        BadCoordinates: a position out of range, or shapes that do not fit.

    >>> lon, lat = to_wgs84([116.010], [36.4618], "bd09")
    >>> f"{lon[0]:.4f} {lat[0]:.4f}"
    '115.9978 36.4558'
    """
    name = normalise_datum(datum)
    x, y = _checked(lon, lat)
    if name in {"wgs84", "cgcs2000"}:
        return x, y
    near = _in_china(x, y, NEAR)
    shifted_x, shifted_y = x[near], y[near]
    true_x, true_y = _undone(FORWARD[name], shifted_x, shifted_y)
    inside = _in_china(true_x, true_y)
    x[near] = np.where(inside, true_x, shifted_x)
    y[near] = np.where(inside, true_y, shifted_y)
    return x, y


def from_wgs84(lon: ArrayLike, lat: ArrayLike, datum: str) -> Pair:
    """Return the longitudes and latitudes (degrees) in `datum` of WGS-84 positions; NaN stays NaN.

    Raises:
        UnknownDatum: `datum` is not known.
        BadCoordinates: a position out of range, or shapes that do not fit.

    >>> lon, lat = from_wgs84(115.9854, 36.4560, "gcj02")
    >>> f"{lon:.6f} {lat:.6f}"
    '115.991080 36.456087'
    """
    name = normalise_datum(datum)
    x, y = _checked(lon, lat)
    if name in {"wgs84", "cgcs2000"}:
        return x, y
    inside = _in_china(x, y)
    x[inside], y[inside] = FORWARD[name](x[inside], y[inside])
    return x, y


@overload
def to_wgs84_geometry(geometry: Shape, datum: str) -> Shape: ...
@overload
def to_wgs84_geometry(geometry: Shapes, datum: str) -> Shapes: ...
def to_wgs84_geometry(geometry: shapely.Geometry | Shapes, datum: str) -> shapely.Geometry | Shapes:
    """Return the geometry, or array of geometries, with every vertex in WGS-84 (heights are dropped).

    >>> there = to_wgs84_geometry(shapely.Point(115.99108, 36.45609), "gcj02")
    >>> f"{there.x:.4f} {there.y:.4f}"
    '115.9854 36.4560'
    """
    name = normalise_datum(datum)

    def moved(vertices: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(to_wgs84(vertices[:, 0], vertices[:, 1], name))

    return shapely.transform(geometry, moved)


def _checked(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Return fresh float arrays of one shape, in range or NaN."""
    try:
        x, y = np.broadcast_arrays(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))
    except ValueError as error:
        message = f"longitudes and latitudes do not fit together: {error}"
        raise BadCoordinates(message) from error
    bad = (np.abs(x) > 180) | (np.abs(y) > 90)  # noqa: PLR2004 - degrees
    if bad.any():
        where = int(np.flatnonzero(bad)[0])
        message = (
            f"{int(bad.sum())} position(s) out of range, the first is number {where}: "
            f"lon {x.flat[where]}, lat {y.flat[where]} (are they swapped, or in metres?)"
        )
        raise BadCoordinates(message)
    return x.copy(), y.copy()


def _in_china(lon: Degrees, lat: Degrees, margin: float = 0.0) -> NDArray[np.bool_]:
    """Return which positions are in the rectangle, widened by a margin in degrees; NaN is not."""
    across = (lon >= WEST - margin) & (lon <= EAST + margin)
    return np.asarray(across & (lat >= SOUTH - margin) & (lat <= NORTH + margin))


def _undone(forward: Callable[[Degrees, Degrees], Pair], lon: Degrees, lat: Degrees) -> Pair:
    """Return the positions that `forward` moves to lon, lat: fixed-point iteration, a contraction."""
    x, y = lon, lat
    for _ in range(ROUNDS):
        moved_x, moved_y = forward(x, y)
        x, y = x - (moved_x - lon), y - (moved_y - lat)
    return x, y


def _waves(x: Degrees, *terms: tuple[float, float]) -> Degrees:
    """Return two thirds of the sum of sines, each an amplitude and half a wave in degrees."""
    return sum((size * np.sin(x * np.pi / half) for size, half in terms), np.zeros_like(x)) * 2 / 3


def _gcj02(lon: Degrees, lat: Degrees) -> Pair:
    """Return the GCJ-02 positions of WGS-84 ones: metres east and north by the known series."""
    x, y = lon - 105.0, lat - 35.0
    ripple = _waves(x, (20, 1 / 6), (20, 1 / 2))
    root = np.sqrt(np.abs(x))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east = east + ripple + _waves(x, (20, 1), (40, 3), (150, 12), (300, 30))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north = north + ripple + _waves(y, (20, 1), (40, 3), (160, 12), (320, 30))
    phi = np.radians(lat)
    flat = 1 - KRASOVSKY_E2 * np.sin(phi) ** 2
    across = KRASOVSKY_A / np.sqrt(flat) * np.cos(phi)
    along = KRASOVSKY_A * (1 - KRASOVSKY_E2) / flat**1.5
    return lon + np.degrees(east / across), lat + np.degrees(north / along)


def _bd09(lon: Degrees, lat: Degrees) -> Pair:
    """Return the BD-09 positions of WGS-84 ones: GCJ-02, turned and stretched a little in the plane."""
    x, y = _gcj02(lon, lat)
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * BAIDU_WAVE)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * BAIDU_WAVE)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


FORWARD: dict[Datum, Callable[[Degrees, Degrees], Pair]] = {"gcj02": _gcj02, "bd09": _bd09}
