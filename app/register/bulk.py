"""Many rows at once, past the ORM and the statement compiler, which would take ten times as long."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, repeat
from typing import Any, cast

import orjson
import shapely
from sqlalchemy import JSON, Column, Connection, Dialect, Table, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.tables import Base
from app.tables.geometry import WGS84

BATCH = 20_000
CACHE_KB = 256_000
"""In 2 MB, which SQLite takes by itself, the indexes of a large load thrash."""
GEOMETRIES = ("geometry", "area")
"""What every column of geometries is called."""


@dataclass(frozen=True, slots=True)
class Every:
    """One value for all rows of a column."""

    value: Any


def insert(session: Session, model: type[Base], count: int, columns: Mapping[str, Sequence[Any] | Every]) -> None:
    """Write `count` rows in the session's transaction; a column that is not named gets its default, or null.

    Args:
        session: the caller commits.
        model: the table.
        count: how many rows.
        columns: by column, a value for each row or one for `Every`.
    """
    if not count:
        return
    table = cast("Table", model.__table__)
    connection = session.connection()
    ready = {name: _ready(table.c[name], values, connection.dialect) for name, values in columns.items()}
    for column in table.c:
        if column.name not in ready and column.default is not None:
            ready[column.name] = repeat(_default(column, connection.dialect))
    rows = islice(zip(*ready.values(), strict=False), count)
    write(connection, table.name, list(ready), rows)


def write(connection: Connection, table: str, names: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
    """Write rows of a table that are as the driver takes them, geometries as the database keeps them."""
    (_copy if connection.dialect.name == "postgresql" else _execute)(connection, table, names, rows)


def reserve(session: Session, model: type[Base], count: int) -> list[int]:
    """Numbers for new rows that nobody else gets; the caller is alone among the writers (`changes.mark`)."""
    table = cast("Table", model.__table__)
    if session.get_bind().dialect.name == "postgresql":
        drawn = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
        return list(session.scalars(drawn, {"name": f'"{table.name}"', "count": count}))
    newest = session.scalar(select(func.max(table.c.id))) or 0
    return list(range(newest + 1, newest + count + 1))


def _default(column: Column[Any], dialect: Dialect) -> Any:  # noqa: ANN401 - any column's value
    held = cast("Any", column.default)
    value = held.arg(None) if held.is_callable else held.arg
    return next(iter(_ready(column, Every(value), dialect)))


def _ready(column: Column[Any], values: Sequence[Any] | Every, dialect: Dialect) -> Iterable[Any]:
    """The values as the driver takes them."""
    if isinstance(values, Every):
        return repeat(next(iter(_ready(column, [values.value], dialect))))
    if isinstance(column.type, JSON):
        return [orjson.dumps(value).decode() for value in values]
    if column.name in GEOMETRIES:
        return _geometries(values, dialect)
    if dialect.name == "postgresql":
        return values
    process = column.type.dialect_impl(dialect).bind_processor(dialect)
    if process is None:
        return values
    made: dict[Any, Any] = {value: process(value) for value in set(values)}
    return [made[value] for value in values]


def _geometries(values: Sequence[Any], dialect: Dialect) -> list[Any]:
    if dialect.name == "postgresql":
        placed = shapely.set_srid(list(values), WGS84)
        return cast("list[Any]", shapely.to_wkb(placed, hex=True, include_srid=True).tolist())
    return cast("list[Any]", shapely.to_wkb(list(values)).tolist())


def _copy(connection: Connection, table: str, names: list[str], rows: Iterable[tuple[Any, ...]]) -> None:
    raw = cast("Any", connection.connection.driver_connection)
    columns = ", ".join(f'"{name}"' for name in names)
    statement = f'COPY "{table}" ({columns}) FROM STDIN'
    try:
        with raw.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except connection.dialect.loaded_dbapi.Error as error:  # what goes past SQLAlchemy still fails like the rest
        raise DBAPIError.instance(statement, None, error, connection.dialect.loaded_dbapi.Error) from error


def _execute(connection: Connection, table: str, names: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
    columns, marks = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
    connection.exec_driver_sql(
        f"PRAGMA cache_size = -{CACHE_KB}"
    )  # of this connection: indexes are written to at random
    statement = f'INSERT INTO "{table}" ({columns}) VALUES ({marks})'  # noqa: S608 - names of our own tables
    while part := list(islice(rows, BATCH)):
        connection.exec_driver_sql(statement, part)
