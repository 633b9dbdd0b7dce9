"""What QGIS finds in a GeoPackage."""

import sqlite3
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import pyogrio
import pytest
from starlette.testclient import TestClient

from app.settings import ROOT
from app.vocabulary import CAPABILITIES, Status

QML = {"yes", "limited", "no", "unknown"}


@pytest.fixture(params=["en", "zh"])
def package(client: TestClient, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """The register as a GeoPackage."""
    path = tmp_path / "venues.gpkg"
    path.write_bytes(client.get(f"/api/v1/exports/venues.gpkg?lang={request.param}").content)
    return path


def styles(package: Path) -> list[tuple[str, ET.Element, bool]]:
    """The styles in the way QGIS asks for them: name, QML, and whether it is the usual one."""
    asked = "f_table_schema = '' AND f_table_name = 'venues' AND f_geometry_column = 'geom'"
    frame = pyogrio.read_dataframe(package, layer="layer_styles", where=asked)
    return [
        (name, ET.fromstring(qml), usual)  # noqa: S314 - our own
        for name, qml, usual in zip(frame["styleName"], frame["styleQML"], frame["useAsDefault"], strict=True)
    ]


def test_there_is_a_style_per_capability(package: Path) -> None:
    """Each has its own, and one is used at first."""
    found = styles(package)
    assert len({name for name, _, _ in found}) == len(CAPABILITIES)
    assert [usual for _, _, usual in found].count(True) == 1


def test_a_style_names_a_column_and_its_words(package: Path) -> None:
    """Places are told apart by a column that the layer has, under words that stand in it."""
    frame = gpd.read_file(package, layer="venues")
    for _, qml, _ in styles(package):
        renderer = qml.find("renderer-v2")
        assert renderer.get("type") == "categorizedSymbol"
        values = {category.get("value") for category in renderer.iter("category")} - {""}
        assert values == set(Status)
        assert set(frame[renderer.get("attr")].dropna()) <= values


def test_each_status_has_its_own_shape_and_colour(package: Path) -> None:
    """No two look the same, not even in grey; the colours are those of every page."""
    tokens = (ROOT / "static" / "css" / "tokens.css").read_text("utf-8").partition("@media")[0]
    for _, qml, _ in styles(package):
        drawn = {}
        for category in qml.iter("category"):
            symbol = qml.find(f".//symbol[@name='{category.get('symbol')}']")
            layers = [(layer.get("class"), _options(layer)) for layer in symbol.findall("layer")]
            shape = tuple((kind, o.get("name"), o.get("style"), o.get("outline_style")) for kind, o in layers)
            drawn[category.get("value")] = shape, layers
        assert len({shape for shape, _ in drawn.values()}) == len(drawn)
        for status in QML:
            colours = {o.get(key) for _, o in drawn[status][1] for key in ("color", "outline_color")}
            assert _rgba(tokens.partition(f"--{status}: ")[2][:7]) in colours


def test_the_package_is_whole(package: Path) -> None:
    """The tables are the ones it says it has, and the layer says what it is of."""
    with sqlite3.connect(package) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        tables = {name for (name,) in opened.execute("SELECT table_name FROM gpkg_contents")}
    opened.close()
    assert tables == {"venues", "layer_styles"}
    told = pyogrio.read_info(package, layer="venues")
    assert (told["geometry_type"], told["features"]) == ("Point", 4)
    assert told["layer_metadata"]["simulated"] == "false"


def _options(layer: ET.Element) -> dict[str, str]:
    return {option.get("name"): option.get("value") for option in layer.iter("Option") if option.get("name")}


def _rgba(colour: str) -> str:
    return ",".join(str(part) for part in (*bytes.fromhex(colour[1:]), 255))
