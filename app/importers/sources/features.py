"""Maps as tables: GeoJSON, GeoPackage and GeoParquet, a row per feature, every position in WGS-84."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pandas as pd
import pyogrio  # type: ignore[import-untyped]  # ships no types
import pyproj
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError  # type: ignore[import-untyped]  # ships no types

from app.importers.sources import limits
from app.importers.sources.parquet import read_parquet
from app.importers.sources.refusal import damaged, unreadable
from app.importers.sources.table import Cell, Score, Table, letter
from geo.datum import to_wgs84
from geo.errors import BadCoordinates, UnknownDatum

WGS84 = pyproj.CRS.from_epsg(4326)
AS_WGS84 = (WGS84, pyproj.CRS.from_epsg(4490), pyproj.CRS.from_user_input("OGC:CRS84"))
"""CGCS2000 and WGS-84 differ by centimetres."""
PLACED = ("lon", "lat", "datum")
SAME_PLACE_DEGREES = 2e-5
"""Two metres: a file may round its positions."""
NO_CRS = (
    "文件没有写明坐标参考系：坐标按原样读取，请选择坐标系。",
    "The file states no reference system: its positions are read as they are, choose their datum.",
)
Layer = tuple[dict[str, list[Cell]], NDArray[np.object_], pyproj.CRS | None]
"""Columns by name, geometries (None where there is none), the reference system."""


def read_features(path: Path, name: str, kind: str, score: Score) -> Table:
    """The features of a file: their properties, and `lon` and `lat` of a point that stands for each geometry.

    A feature's own properties lon, lat and datum stay where they mean the same place as its geometry.

    Raises:
        BadFile: damaged, too large, or in a reference system that cannot be turned into degrees.
    """
    if kind == "geojson":
        return _table(_geojson(path, name), name, kind, "")
    if kind == "parquet":
        return _table(read_parquet(path, name), name, kind, "")
    tables = [_table(_layer(path, name, layer), name, kind, layer) for layer in _layers(path, name)]
    best = max(tables, key=score)
    if len(tables) > 1:
        others = [table.sheet for table in tables if table is not best]
        best.remarks.append((f"读取的是图层“{best.sheet}”；未读取：{'、'.join(others)}。",
                             f"The layer {best.sheet} was read; these were not: {', '.join(others)}."))  # fmt: skip
    return best


def _geojson(path: Path, name: str) -> Layer:
    content = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise unreadable(
            name,
            "不是完整、正确的 GeoJSON（UTF-8）；请重新导出",
            "is no complete GeoJSON in UTF-8: export it again",
            row=error.lineno,
        ) from error
    features = _feature_list(found)
    if features is None:
        raise unreadable(name, "不是 GeoJSON 的 FeatureCollection", "is JSON, but no GeoJSON FeatureCollection")
    limits.check_rows(name, len(features))
    properties = [f.get("properties") or {} for f in features]
    columns = {key: [_plain(p.get(key)) for p in properties] for key in dict.fromkeys(k for p in properties for k in p)}
    texts = np.array(
        [orjson.dumps(f["geometry"]).decode() if f.get("geometry") else None for f in features], dtype=object
    )
    shapes = shapely.from_geojson(texts, on_invalid="ignore") if len(texts) else texts
    _name_damaged(columns, shapes, texts)
    return columns, shapes, _crs_member(found, name)


def _feature_list(found: Any) -> list[dict[str, Any]] | None:  # noqa: ANN401 - whatever JSON holds
    if isinstance(found, dict) and found.get("type") == "Feature":
        found = {"features": [found]}
    listed = found.get("features") if isinstance(found, dict) else None
    if not isinstance(listed, list):
        return None
    ok = all(isinstance(f, dict) and isinstance(f.get("properties") or {}, dict) for f in listed)
    return listed if ok else None


def _name_damaged(columns: dict[str, list[Cell]], shapes: NDArray[np.object_], texts: NDArray[np.object_]) -> None:
    """A geometry that cannot be read stands as text where its longitude should be: there it is a fault of its row."""
    lost = [i for i, (shape, text) in enumerate(zip(shapes, texts, strict=True)) if shape is None and text is not None]
    if lost:
        columns.setdefault("lon", [None] * len(texts))
        for i in lost:
            columns["lon"][i] = texts[i][:60]


def _crs_member(found: Mapping[str, Any], name: str) -> pyproj.CRS | None:
    """GeoJSON is WGS-84; files of before 2016 may say otherwise."""
    named = ((found.get("crs") or {}).get("properties") or {}).get("name")
    if not isinstance(named, str):
        return WGS84
    try:
        return pyproj.CRS.from_user_input(named)
    except pyproj.exceptions.CRSError as error:
        raise unreadable(
            name,
            f"坐标参考系 {named} 无法识别；请导出为 WGS-84",
            f"reference system {named} is not known: export it in WGS-84",
        ) from error


@contextmanager
def _unwarned() -> Iterator[None]:
    """GDAL warns of what it does not know in a file: what we cannot use is missing then, and told as that."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _layers(path: Path, name: str) -> list[str]:
    try:
        with _unwarned():
            names = [str(row[0]) for row in pyogrio.list_layers(path)]
            sizes = {layer: pyogrio.read_info(path, layer=layer, force_feature_count=True) for layer in names}
    except (DataSourceError, DataLayerError) as error:
        raise damaged(name) from error
    for layer, info in sizes.items():
        limits.check_rows(name, int(info["features"]), layer)
        if len(info["fields"]) > limits.COLUMNS:
            raise limits.column_too_far(name, str(info["fields"][limits.COLUMNS]), 0, layer)
    if not names:
        raise unreadable(name, "没有图层", "has no layer")
    return names


def _layer(path: Path, name: str, layer: str) -> Layer:
    try:
        with _unwarned():
            frame = pyogrio.read_dataframe(path, layer=layer)
    except (DataSourceError, DataLayerError, UnicodeDecodeError, ValueError) as error:
        raise damaged(name) from error
    geometry = getattr(frame, "geometry", None) if hasattr(frame, "crs") else None
    plain = frame.drop(columns=[geometry.name]) if geometry is not None else frame
    columns = {str(c): plain[c].astype(object).where(plain[c].notna(), None).tolist() for c in plain.columns}
    shapes = np.full(len(frame), None, dtype=object) if geometry is None else geometry.to_numpy(object)
    return columns, shapes, None if geometry is None else geometry.crs


def _plain(value: Cell) -> Cell:
    return orjson.dumps(value).decode() if isinstance(value, dict | list) else value


def _table(layer: Layer, name: str, kind: str, sheet: str) -> Table:
    columns, shapes, crs = layer
    if len(columns) > limits.COLUMNS:
        raise limits.column_too_far(name, letter(limits.COLUMNS), 0, sheet)
    lon, lat = _points(shapes, crs, name)
    _place(columns, lon, lat)
    rows = [list(columns), *(list(cells) for cells in zip(*columns.values(), strict=True))]
    table = Table(rows, list(range(len(rows))), sheet, kind, datum=None if crs is None else "wgs84")
    if crs is None and np.isfinite(lon).any():
        table.remarks.append(NO_CRS)
    return table


def _points(
    shapes: NDArray[np.object_], crs: pyproj.CRS | None, name: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Degrees of a point that stands for each geometry, NaN where there is none."""
    if not len(shapes):
        return np.empty(0), np.empty(0)
    points = np.where(shapely.get_type_id(shapes) == 0, shapes, shapely.point_on_surface(shapes))
    x, y = shapely.get_x(points), shapely.get_y(points)
    if crs is None or crs in AS_WGS84:
        return x, y
    try:
        turned = pyproj.Transformer.from_crs(crs, WGS84, always_xy=True).transform(x, y)
    except pyproj.exceptions.ProjError as error:
        raise unreadable(
            name,
            f"无法把坐标参考系 {crs.name} 换算为经纬度；请导出为 WGS-84",
            f"positions in {crs.name} cannot be turned into degrees: export it in WGS-84",
        ) from error
    known = np.isfinite(x)
    return np.where(known, turned[0], np.nan), np.where(known, turned[1], np.nan)


def _place(columns: dict[str, list[Cell]], lon: NDArray[np.float64], lat: NDArray[np.float64]) -> None:
    """Write the geometries' positions into the columns, but where lon, lat and datum say the same place already."""
    size = len(lon)
    for column in PLACED[:2]:
        columns.setdefault(column, [None] * size)
    agree = _agreeing(columns, lon, lat)
    for i in np.flatnonzero(np.isfinite(lon) & ~agree):
        columns["lon"][i], columns["lat"][i] = float(lon[i]), float(lat[i])
        if "datum" in columns:
            columns["datum"][i] = "wgs84"


def _agreeing(
    columns: Mapping[str, Sequence[Cell]], lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> NDArray[np.bool_]:
    agree = np.zeros(len(lon), dtype=bool)
    if "datum" not in columns:
        return agree
    x, y = (pd.to_numeric(pd.Series(columns[c], dtype=object), errors="coerce").to_numpy(float) for c in PLACED[:2])
    datums = np.array([str(datum) for datum in columns["datum"]], dtype=object)
    for datum in set(datums):
        at = (datums == datum) & np.isfinite(x) & np.isfinite(y)
        try:
            true_x, true_y = to_wgs84(x[at], y[at], datum)
        except (UnknownDatum, BadCoordinates):
            continue
        agree[at] = (np.abs(true_x - lon[at]) < SAME_PLACE_DEGREES) & (np.abs(true_y - lat[at]) < SAME_PLACE_DEGREES)
    return agree
