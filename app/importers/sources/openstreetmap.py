"""OpenStreetMap files, read in a stream: the objects of our categories, one row each."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import osmium
import shapely
from osmium.filter import EmptyTagFilter, KeyFilter
from osmium.geom import WKBFactory
from osmium.io import File
from osmium.osm import Area, Node

from app.importers.sources import limits
from app.importers.sources.osm_tags import KEYS, Tags, category_of, said_of, seen_on
from app.importers.sources.refusal import unreadable
from app.importers.sources.table import Cell, Table
from app.vocabulary import SourceKind

FORMATS = {"osm": "osm", "osm.pbf": "pbf"}
SOURCE = "OpenStreetMap contributors, ODbL"
ATTRIBUTES = (
    "external_id", "name_zh", "name_en", "category", "level", "address_zh", "address_en", "phone", "opening_hours",
    "operator", "lon", "lat", "observed_at", "source", "source_kind",
)  # fmt: skip
Row = dict[str, Cell]


def read_osm(path: Path, name: str, kind: str) -> Table:
    """A row per named object of our categories: nodes, closed ways, multipolygons.

    Raises:
        BadFile: damaged, or more objects than are read at once.
    """
    rows: list[Row] = []
    nameless = 0
    try:
        for row in _objects(File(str(path), FORMATS[kind])):
            nameless += not row["name_zh"]
            if row["name_zh"]:
                rows.append(row)
            limits.check_rows(name, len(rows))
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as error:
        raise unreadable(
            name,
            "不是完整、正确的 OpenStreetMap 文件；请重新下载",
            f"is no complete OpenStreetMap file ({error}): fetch it again",
        ) from error
    return _table(rows, nameless, name)


def _objects(file: File) -> Iterator[Row]:
    shapes = WKBFactory()
    tagged = KeyFilter(*KEYS)
    for found in osmium.FileProcessor(file).with_areas(tagged).with_filter(EmptyTagFilter()).with_filter(tagged):
        if not isinstance(found, Node | Area):
            continue
        tags = dict(found.tags)
        category = category_of(tags)
        if category is None:
            continue
        point = _point(found, shapes)
        if point is not None:
            yield _row(found, tags, category, point)


def _point(found: Node | Area, shapes: WKBFactory) -> shapely.Point | None:
    if isinstance(found, Node):
        return shapely.Point(found.lon, found.lat) if found.location.valid() else None
    area = shapely.from_wkb(shapes.create_multipolygon(found), on_invalid="ignore")
    return None if area is None or area.is_empty else shapely.point_on_surface(area)


def _row(found: Node | Area, tags: Tags, category: str, point: shapely.Point) -> Row:
    return {
        "external_id": _key(found),
        "name_zh": _name(tags, category),
        "name_en": tags.get("name:en"),
        "category": category,
        "level": f"{tags['stars']}_star" if tags.get("stars", "").isdigit() else None,
        "address_zh": _address(tags),
        "address_en": tags.get("addr:full:en"),
        "phone": tags.get("phone") or tags.get("contact:phone"),
        "opening_hours": tags.get("opening_hours"),
        "operator": tags.get("operator:zh") or tags.get("operator"),
        "lon": point.x,
        "lat": point.y,
        "observed_at": seen_on(tags, _edited(found)),
        "source": SOURCE,
        "source_kind": str(SourceKind.OPENSTREETMAP),
        **said_of(tags, category),
    }


def _key(found: Node | Area) -> str:
    if isinstance(found, Node):
        return f"node/{found.id}"
    return f"{'way' if found.from_way() else 'relation'}/{found.orig_id()}"


def _edited(found: Node | Area) -> date | None:
    return found.timestamp.date() if found.timestamp.year > 1970 else None  # noqa: PLR2004 - files may leave it out


def _name(tags: Tags, category: str) -> str | None:
    for key in ("name:zh", "name:zh-Hans", "name", "brand:zh", "brand"):
        if tags.get(key):
            return tags[key]
    operator = tags.get("operator:zh") or tags.get("operator")
    return f"{operator} ATM" if operator and category == "atm" else operator or tags.get("name:en")


def _address(tags: Tags) -> str | None:
    if tags.get("addr:full"):
        return tags["addr:full"]
    parts = [tags.get(f"addr:{part}", "") for part in ("city", "district", "subdistrict", "street", "housenumber")]
    number = parts[-1]
    if number and number[-1].isdigit():
        parts[-1] = f"{number}号"
    return "".join(parts) if parts[-2] or number else None


def _table(rows: list[Row], nameless: int, name: str) -> Table:
    if not rows:
        raise unreadable(name, "没有本系统类别的对象", "holds no object of our categories")
    said = dict.fromkeys(field for row in rows for field in row if field not in ATTRIBUTES)
    fields = [*ATTRIBUTES, *said]
    cells: list[list[Cell]] = [list(fields), *([row.get(field) for field in fields] for row in rows)]
    table = Table(cells, list(range(len(cells))), "", "osm", datum="wgs84")
    if nameless:
        table.remarks.append(
            (f"{nameless} 个没有名称的对象未读取。", f"{nameless} objects without a name were left out.")
        )
    return table
