"""GeoParquet 1.1: row groups of many venues, with the box that they lie in."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # the package ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # as above
import pyproj

from app.exporters import arrow
from app.exporters.rows import Batch
from app.exporters.told import About

GEOMETRY = "geometry"
ROW_GROUP = 50_000
_CRS = pyproj.CRS("EPSG:4326").to_json_dict()


def write(about: About, batches: Iterable[Batch], path: Path) -> None:
    """Write the file."""
    marks = {"title": about.title, "version": about.version, "simulated": json.dumps(about.simulated)}
    schema = arrow.schema(about, GEOMETRY, {}).with_metadata(marks)
    box = _Box()
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        waiting: list[pa.RecordBatch] = []
        for batch in batches:
            box.widen(batch)
            waiting.append(arrow.table(about, batch, schema))
            if sum(part.num_rows for part in waiting) >= ROW_GROUP:
                writer.write_table(pa.Table.from_batches(waiting), ROW_GROUP)
                waiting = []
        if waiting:
            writer.write_table(pa.Table.from_batches(waiting), ROW_GROUP)
        writer.add_key_value_metadata({"geo": json.dumps(_geo(box))})


def _geo(box: "_Box") -> dict[str, Any]:
    """What GeoParquet wants to know of the geometry."""
    column: dict[str, Any] = {"encoding": "WKB", "geometry_types": ["Point"], "crs": _CRS}
    if box.found:
        column["bbox"] = box.found
    return {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}


class _Box:
    """The box around all positions met so far: west, south, east, north."""

    def __init__(self) -> None:
        self.found: list[float] = []

    def widen(self, batch: Batch) -> None:
        """Take in the positions of a batch."""
        pairs = zip(batch.columns["lon"], batch.columns["lat"], strict=True)
        placed = np.array([pair for pair in pairs if pair[0] is not None], dtype=float)
        if len(placed):
            low, high = placed.min(axis=0), placed.max(axis=0)
            if self.found:
                low, high = np.minimum(low, self.found[:2]), np.maximum(high, self.found[2:])
            self.found = [*low.tolist(), *high.tolist()]
