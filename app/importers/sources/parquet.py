"""Parquet and GeoParquet as columns, read in pieces so that a small file cannot fill the memory."""

from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # ships no types
import pyproj
import shapely
from numpy.typing import NDArray

from app.importers.sources import limits
from app.importers.sources.refusal import damaged, unreadable
from app.importers.sources.table import Cell

BATCH = 5_000
UNSTATED = "OGC:CRS84"
"""What GeoParquet means where it names no reference system."""


def read_parquet(path: Path, name: str) -> tuple[dict[str, list[Cell]], NDArray[np.object_], pyproj.CRS | None]:
    """Columns by name, geometries, and their reference system.

    Raises:
        BadFile: damaged, or more than is read at once.
    """
    try:
        with pq.ParquetFile(path) as file:
            limits.check_rows(name, file.metadata.num_rows)
            if file.metadata.num_columns > limits.COLUMNS:
                raise limits.column_too_far(name, file.schema_arrow.names[-1], 0)
            geo = (file.schema_arrow.metadata or {}).get(b"geo")
            table = _read(file, name)
        facts = orjson.loads(geo) if geo else {}
    except (pa.ArrowException, OSError, ValueError) as error:
        raise damaged(name) from error
    return _with_geometry(table, facts, name)


def _read(file: pq.ParquetFile, name: str) -> pa.Table:
    batches, size = [], 0
    for batch in file.iter_batches(batch_size=BATCH):
        size += batch.nbytes
        if size > limits.UNPACKED_TOTAL:
            most = limits.UNPACKED_TOTAL // limits.MIB
            raise unreadable(
                name,
                f"解压后超过 {most} MB；请拆成几个文件",
                f"unpacks to more than {most} MB: cut it into several files",
            )
        batches.append(batch)
    return pa.Table.from_batches(batches, file.schema_arrow)


def _with_geometry(
    table: pa.Table, geo: dict[str, Any], name: str
) -> tuple[dict[str, list[Cell]], NDArray[np.object_], pyproj.CRS | None]:
    primary = geo.get("primary_column")
    shapes: NDArray[np.object_] = np.full(table.num_rows, None, dtype=object)
    crs = None
    if primary in table.column_names:
        facts = geo.get("columns", {}).get(primary, {})
        shapes, crs = _shapes(table[primary], facts, name), _crs(facts, name)
    others = geo.get("columns", {}).keys() | {primary}
    columns = {c: [_plain(v) for v in table[c].to_pylist()] for c in table.column_names if c not in others}
    return columns, shapes, crs


def _shapes(column: pa.ChunkedArray, facts: dict[str, Any], name: str) -> NDArray[np.object_]:
    encoding = facts.get("encoding", "WKB")
    values = column.to_pylist()
    if encoding == "WKB":
        found: NDArray[np.object_] = shapely.from_wkb(np.array([*values, None], dtype=object), on_invalid="ignore")[:-1]
        return found
    if encoding == "point":
        return np.array([shapely.Point(v["x"], v["y"]) if v else None for v in values], dtype=object)
    raise unreadable(
        name,
        f"几何编码 {encoding} 不能读取；请导出为 WKB 编码",
        f"geometries encoded as {encoding} are not read: export them as WKB",
    )


def _crs(facts: dict[str, Any], name: str) -> pyproj.CRS | None:
    stated = facts.get("crs", UNSTATED)
    try:
        return None if stated is None else pyproj.CRS.from_user_input(stated)
    except pyproj.exceptions.CRSError as error:
        raise unreadable(
            name, "坐标参考系无法识别；请导出为 WGS-84", "its reference system is not known: export it in WGS-84"
        ) from error


def _plain(value: Cell) -> Cell:
    if isinstance(value, dict | list):
        return orjson.dumps(value, default=str).decode()
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
