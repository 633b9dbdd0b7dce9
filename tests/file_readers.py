"""The files of an export as other programs read them: rows by id, under English headings, None for an empty cell."""

import csv
import json
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd

from app.exporters.columns import Kind, columns
from app.importers.apostrophe import bare

Rows = dict[str, dict[str, Any]]
KINDS = {column.en: column.kind for column in columns(simulated=True)}


def read_csv(path: Path) -> Rows:
    """As Python's own reader of CSV gives it."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return _by_id({name: bare(cell) for name, cell in row.items()} for row in csv.DictReader(file))


def read_xlsx(path: Path) -> Rows:
    """As openpyxl gives it."""
    book = openpyxl.load_workbook(path, read_only=True)
    names, *rows = book.active.iter_rows(values_only=True)
    book.close()
    return _by_id(dict(zip(names, row, strict=True)) for row in rows)


def read_geojson(path: Path) -> Rows:
    """As JSON, with the positions that the features have."""
    told = json.loads(path.read_text("utf-8"))
    for feature in told["features"]:
        assert feature["id"] == feature["properties"]["id"]
        own = feature["properties"]
        place = own["lon"] if feature["geometry"] is None else [own["lon"], own["lat"]]
        assert place == (feature["geometry"] and feature["geometry"]["coordinates"])
    return _by_id(feature["properties"] for feature in told["features"])


def read_gpkg(path: Path) -> Rows:
    """As geopandas gives it."""
    return _of_frame(gpd.read_file(path, layer="venues"))


def read_parquet(path: Path) -> Rows:
    """As geopandas gives it."""
    return _of_frame(gpd.read_parquet(path))


READERS: dict[str, Callable[[Path], Rows]] = {
    "csv": read_csv,
    "xlsx": read_xlsx,
    "geojson": read_geojson,
    "gpkg": read_gpkg,
    "parquet": read_parquet,
}


def _of_frame(frame: gpd.GeoDataFrame) -> Rows:
    assert frame.crs.to_epsg() == 4326
    told = [None if point is None else (point.x, point.y) for point in frame.geometry]
    here = [None if pd.isna(x) else (x, y) for x, y in zip(frame["lon"], frame["lat"], strict=True)]
    assert told == here
    return _by_id(frame.drop(columns=frame.geometry.name).to_dict("records"))


def _by_id(rows: Iterable[dict[str, Any]]) -> Rows:
    return {row["id"]: {name: _plain(name, value) for name, value in row.items()} for row in rows}


def _plain(name: str, value: Any) -> Any:  # noqa: ANN401 - whatever a cell holds
    """A cell in the type that it means."""
    kind = KINDS[name]
    if value is None or value == "" or (isinstance(value, float) and pd.isna(value)):
        return None
    if kind is Kind.JSON:
        return json.loads(value) if isinstance(value, str) else value
    if kind is Kind.NUMBER:
        return float(value)
    if kind is Kind.DATE:
        return date.fromisoformat(value) if isinstance(value, str) else _day(value)
    return value


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value
