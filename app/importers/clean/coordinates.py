"""Longitudes and latitudes as people write them: with units, in degrees-minutes-seconds, both in a cell, swapped."""

import math
import re
from typing import NamedTuple

from app.importers.clean.read import NOTHING, Read, refused
from app.importers.clean.text import is_blank, key, tidy
from app.importers.record import Note
from app.importers.sources.table import Cell

LONS, LATS = (73.0, 135.5), (18.0, 54.0)
"""Between these China lies; no longitude of it can be a latitude of it."""
DEGREES = 180.0
SIXTY, BOTH = 60.0, 2
_SIGNS = {"w": -1.0, "s": -1.0, "西": -1.0, "南": -1.0}
_AXES = {"e": "lon", "w": "lon", "东": "lon", "西": "lon", "n": "lat", "s": "lat", "北": "lat", "南": "lat"}
_NUMBER = r"\d+(?:\.\d+)?"
_ANGLE = re.compile(
    rf"(?P<before>[ewns]|[东西]经|[南北]纬|经度|纬度|lon|lat)?:?(?P<minus>-)?(?P<d>{_NUMBER})"
    rf"(?:(?:[°º˚度]|(?<=\d)d)(?:(?P<m>{_NUMBER})(?:['′‘’´`分])(?:(?P<s>{_NUMBER})(?:\"|″|”|“|''|′′|秒)?)?)?)?(?P<after>[ewns](?![a-z]))?"
)
WRITE = ("请写成 115.98 这样的度数", "write degrees such as 115.98")


class Pair(NamedTuple):
    """A longitude and a latitude in degrees."""

    lon: float
    lat: float


def read_angle(cell: Cell) -> Read:
    """Degrees of a longitude or latitude; a text may use units and minutes."""
    if isinstance(cell, float | int | str) and not isinstance(cell, bool):
        try:
            return _in_range(float(cell), cell)
        except ValueError:
            pass
    if is_blank(cell):
        return NOTHING
    found = _ANGLE.fullmatch(_plain(cell))
    angle = _value(found) if found else None
    if angle is None:
        return refused(
            "coordinate_unreadable",
            f"“{tidy(cell)}”不是可识别的坐标；{WRITE[0]}",
            f"{tidy(cell)!r} is no longitude or latitude: {WRITE[1]}",
        )
    return _in_range(angle, cell)


def read_pair(cell: Cell) -> Read:
    """A `Pair` of the two angles that a cell holds, told apart by letters or by where China lies."""
    if is_blank(cell):
        return NOTHING
    text = _plain(cell)
    found = [m for m in _ANGLE.finditer(text) if m["d"]]
    angles = [(angle, _axis(m)) for m in found if (angle := _value(m)) is not None]
    if len(angles) != BOTH or len(found) != BOTH or re.search(r"[\w.]", _ANGLE.sub("", text)):
        return refused(
            "coordinates_unreadable",
            f"“{tidy(cell)}”不是一对坐标；请写成 115.98,36.45（经度,纬度）",
            f"{tidy(cell)!r} is no pair of coordinates: write 115.98,36.45 (longitude, latitude)",
        )
    lon, lat = _told_apart(*angles)
    for angle in (lon, lat):
        if (checked := _in_range(angle, cell)).value is None:
            return checked
    return Read(Pair(lon, lat))


def _told_apart(first: tuple[float, str], second: tuple[float, str]) -> Pair:
    """Longitude and latitude, by their letters; without any, by where China lies; else in this order."""
    (x, axis), (y, other) = first, second
    named = {(axis, other)} & {("lat", "lon"), ("lat", ""), ("", "lon")}
    unnamed = not axis and not other and _is_lat(x) and _is_lon(y)
    return Pair(y, x) if named or unnamed else Pair(x, y)


def in_order(lon: float, lat: float) -> tuple[Pair, tuple[Note, ...]]:
    """The pair, mended where the two clearly stand in each other's place, with a remark."""
    if not (_is_lat(lon) and _is_lon(lat)):
        return Pair(lon, lat), ()
    told = f"{lat:g}, {lon:g}"
    note = Note(
        "coordinates_swapped", f"经纬度写反，已按 {told} 记", f"longitude and latitude were swapped: taken as {told}"
    )
    return Pair(lat, lon), (note,)


def _plain(cell: Cell) -> str:
    return key(cell).replace("，", ",").replace("：", ":")


def _axis(found: re.Match[str]) -> str:
    word = found["before"] or found["after"] or ""
    return {"经度": "lon", "纬度": "lat", "lon": "lon", "lat": "lat"}.get(word) or _AXES.get(word[:1], "")


def _value(found: re.Match[str]) -> float | None:
    minutes, seconds = float(found["m"] or 0), float(found["s"] or 0)
    if minutes >= SIXTY or seconds >= SIXTY:
        return None
    word = (found["before"] or found["after"] or "")[:1]
    sign = (-1.0 if found["minus"] else 1.0) * _SIGNS.get(word, 1.0)
    return sign * (float(found["d"]) + minutes / SIXTY + seconds / SIXTY**2)


def _in_range(angle: float, cell: Cell) -> Read:
    if math.isfinite(angle) and abs(angle) <= DEGREES:
        return Read(angle)
    if math.isfinite(angle) and abs(angle) > 10_000:  # noqa: PLR2004 - metres, or millionths of a degree
        return refused(
            "coordinate_not_degrees",
            f"“{tidy(cell)}”不是度数（像是米或投影坐标）；请导出为经纬度（度）",
            f"{tidy(cell)!r} is not in degrees but looks like metres: export longitude and latitude",
        )
    return refused(
        "coordinate_out_of_range", f"“{tidy(cell)}”超出范围；{WRITE[0]}", f"{tidy(cell)!r} is out of range: {WRITE[1]}"
    )


def _is_lon(angle: float) -> bool:
    return LONS[0] <= angle <= LONS[1]


def _is_lat(angle: float) -> bool:
    return LATS[0] <= angle <= LATS[1]
