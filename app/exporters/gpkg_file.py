"""A GeoPackage: one layer of points, with the styles that QGIS opens it in."""

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa  # type: ignore[import-untyped]  # the package ships no types
import pyogrio  # type: ignore[import-untyped]  # as above

from app.exporters import arrow, qml
from app.exporters.rows import Batch
from app.exporters.told import About
from app.vocabulary import CAPABILITIES

LAYER, GEOMETRY = "venues", "geom"
WGS84 = "EPSG:4326"
USUAL = "foreign_card"
"""What the layer is coloured by at first."""
_LAYER_STYLES = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
    styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30),
    ui TEXT(30), update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
)"""
_KNOWN = (
    "INSERT INTO gpkg_contents (table_name, data_type, identifier)"
    " VALUES ('layer_styles', 'attributes', 'layer_styles')"
)
_STYLE = (
    "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML,"
    " styleSLD, useAsDefault, description, owner) VALUES ('', '', ?, ?, ?, ?, '', ?, ?, '')"
)


def write(about: About, batches: Iterable[Batch], path: Path) -> None:
    """Write the file."""
    schema = arrow.schema(about, GEOMETRY, {b"ARROW:extension:name": b"geoarrow.wkb"})
    tables = _Tables(about, batches, schema)
    marks = {"version": about.version, "simulated": str(about.simulated).lower()}
    try:
        pyogrio.write_arrow(
            pa.RecordBatchReader.from_batches(schema, tables),
            path,
            layer=LAYER,
            driver="GPKG",
            geometry_name=GEOMETRY,
            geometry_type="Point",
            crs=WGS84,
            layer_metadata=marks,
            layer_options={"GEOMETRY_NAME": GEOMETRY, "IDENTIFIER": about.title, "DESCRIPTION": about.title},
        )
    except Exception as error:  # noqa: BLE001 - whatever it is, what broke the batches is the better word for it
        raise (tables.broken or error) from None
    _add_styles(about, path)


class _Tables:
    """The batches as Arrow; what breaks them is kept, for the writer tells of it in its own words."""

    def __init__(self, about: About, batches: Iterable[Batch], schema: pa.Schema) -> None:
        self.broken: BaseException | None = None
        self._made = (arrow.table(about, batch, schema) for batch in batches)

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        try:
            yield from self._made
        except BaseException as error:
            self.broken = error
            raise


def _add_styles(about: About, path: Path) -> None:
    with sqlite3.connect(path) as package:
        package.execute(_LAYER_STYLES)
        package.execute(_KNOWN)
        for key, capability in CAPABILITIES.items():
            name = capability.zh if about.lang == "zh" else capability.en
            made = qml.style(key, about.columns, about.lang)
            package.execute(_STYLE, (LAYER, GEOMETRY, name[:30], made, key == USUAL, about.title))
    package.close()
