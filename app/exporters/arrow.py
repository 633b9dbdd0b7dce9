"""Batches as Arrow tables, which GeoPackage and GeoParquet are written from; the field is the register's own word."""

from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]  # the package ships no types

from app.exporters.columns import Column, Kind
from app.exporters.rows import Batch
from app.exporters.told import About, json_text

_TYPES = {Kind.NUMBER: pa.float64(), Kind.DATE: pa.date32()}


def schema(about: About, geometry: str, kept: dict[bytes, bytes]) -> pa.Schema:
    """The columns, then the geometry (whose own metadata are `kept`); each says its other heading."""
    fields = [pa.field(c.heading(about.lang), _type(c), metadata={"title": _title(c)}) for c in about.columns]
    return pa.schema([*fields, pa.field(geometry, pa.binary(), metadata=kept)])


def table(about: About, batch: Batch, like: pa.Schema) -> pa.RecordBatch:
    """A batch under the columns of a schema."""
    arrays = [pa.array(_plain(c, batch.columns[c.field]), _type(c)) for c in about.columns]
    return pa.RecordBatch.from_arrays([*arrays, pa.array(batch.points, pa.binary())], schema=like)


def _type(column: Column) -> pa.DataType:
    return _TYPES.get(column.kind, pa.string())


def _title(column: Column) -> str:
    return f"{column.zh} / {column.en}"


def _plain(column: Column, values: list[Any]) -> list[Any]:
    if column.kind is not Kind.JSON:
        return values
    return [None if value is None else json_text(value) for value in values]
