"""How the values of a column are written in a backup, and given to either database again."""

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

import shapely
from sqlalchemy import JSON, Boolean, ColumnElement, Date, Float, Integer, LargeBinary, String, Text, cast
from sqlalchemy.types import TypeEngine

from app.tables.base import Instant
from app.tables.geometry import WGS84, Wkb, holds_geometry

PLAIN, DAY, MOMENT, SWITCH, BYTES, SHAPE, OBJECT = "plain", "day", "moment", "switch", "bytes", "geometry", "json"
_KINDS: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (Instant, MOMENT), (JSON, OBJECT), (LargeBinary, BYTES), (Boolean, SWITCH), (Date, DAY), (String, PLAIN),
    (Integer, PLAIN), (Float, PLAIN),
)  # fmt: skip

Give = Callable[[Any], Any]


def kind_of(held: TypeEngine[Any]) -> str:
    """The word for what a column holds."""
    if holds_geometry(held):
        return SHAPE
    return next(kind for python, kind in _KINDS if isinstance(held, python))


def asked(column: ColumnElement[Any], kind: str) -> ColumnElement[Any]:
    """What is selected of a column: geometries as WKB, objects as the text that the database keeps."""
    if kind == SHAPE:
        return Wkb(column)
    return cast(column, Text) if kind == OBJECT else column


def written(value: Any) -> str:  # noqa: ANN401 - orjson's hook
    """What JSON has no word for."""
    return base64.b64encode(value).decode()


def given(rows: Iterable[Sequence[Any]], kinds: Sequence[str], dialect: str) -> Iterator[tuple[Any, ...]]:
    """Rows of a backup as a driver takes them."""
    table = _POSTGRESQL if dialect == "postgresql" else _SQLITE
    ways = [(number, table[kind]) for number, kind in enumerate(kinds) if kind in table]
    for row in rows:
        values = list(row)
        for number, way in ways:
            if values[number] is not None:
                values[number] = way(values[number])
        yield tuple(values)


def _moment(text: str) -> str:
    """As SQLAlchemy keeps a moment in SQLite."""
    return f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"


def _ewkb(text: str) -> str:
    return str(
        shapely.to_wkb(shapely.set_srid(shapely.from_wkb(base64.b64decode(text)), WGS84), hex=True, include_srid=True)
    )


_SQLITE: Mapping[str, Give] = MappingProxyType(
    {MOMENT: _moment, SWITCH: int, BYTES: base64.b64decode, SHAPE: base64.b64decode}
)
_POSTGRESQL: Mapping[str, Give] = MappingProxyType(
    {MOMENT: datetime.fromisoformat, DAY: date.fromisoformat, BYTES: base64.b64decode, SHAPE: _ewkb}
)
