"""What people connect with, against the running service: GDAL's OAPIF driver and OWSLib."""

import json
import subprocess
import sys
from typing import Any

import pytest
from owslib.ogcapi.features import Features

READ = """
import json, sys
import pyogrio
base, layer, asked = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
asked = {name: tuple(v) if name == "bbox" else v for name, v in asked.items()}
found = pyogrio.read_dataframe(f"OAPIF:{base}", layer=layer, **asked)
named = found["name"].tolist() if "name" in found else found.iloc[:, 0].tolist()
print(json.dumps({"names": named, "nowhere": int(found.geometry.isna().sum()), "crs": str(found.crs),
                  "kinds": {name: str(kind) for name, kind in found.dtypes.items()}}))
"""


def gdal(base: str, layer: str, **asked: object) -> dict[str, Any]:
    """What GDAL reads; in a process of its own, because it waits for the answer without letting Python go on."""
    command = [sys.executable, "-c", READ, base, layer, json.dumps(asked)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - our own words
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_gdal_reads_every_page(running: tuple[str, Any]) -> None:
    """Thirty venues in pages of seven: each once, five without a position, in longitude and latitude."""
    base, app = running
    app.asked.clear()
    found = gdal(base, "venues", PAGE_SIZE=7)
    assert len(set(found["names"])) == len(found["names"]) == 30
    assert (found["nowhere"], found["crs"]) == (5, "EPSG:4326")
    assert found["kinds"]["updated_at"].startswith("datetime64")
    assert sum("cursor=" in address for address in app.asked) == 4


@pytest.mark.parametrize(
    ("where", "sent", "names"),
    [
        ("category = 'mall' AND region = '371503'", "category=mall&region=371503",
         {"商场16", "商场19", "商场22", "商场25", "商场28"}),
        ("foreign_card = 'yes' AND name LIKE '酒店%'", "foreign_card=yes", {"酒店0", "酒店3", "酒店6"}),
        ("updated_at > '2026/03/14 12:00:00+00'", "datetime=2026-03-14T12:00:00Z%2F..", {"商场28", "医院29"}),
    ],
)  # fmt: skip
def test_gdal_leaves_filters_to_the_service(running: tuple[str, Any], where: str, sent: str, names: set[str]) -> None:
    """What GDAL can say as parameters is answered here, and the result is right."""
    base, app = running
    app.asked.clear()
    assert set(gdal(base, "venues", where=where)["names"]) == names
    assert any(sent in address for address in app.asked)


def test_gdal_reads_a_box(running: tuple[str, Any]) -> None:
    """A window on the map: v0 to v3 stand in it."""
    found = gdal(running[0], "venues", bbox=[116.0, 36.0, 116.04, 36.2])
    assert set(found["names"]) == {"酒店0", "商场1", "医院2", "酒店3"}


def test_gdal_reads_regions_and_gaps(running: tuple[str, Any]) -> None:
    """The other collections open as layers; a zone has no shape."""
    assert gdal(running[0], "regions")["nowhere"] == 1
    assert gdal(running[0], "gaps", where="capability = 'foreign_card'")["names"]


def test_owslib_finds_its_way(running: tuple[str, Any]) -> None:
    """OWSLib reads the landing page, the conformance classes, the collections and the queryables."""
    service = Features(running[0])
    assert {"venues", "regions", "gaps"} == set(service.feature_collections())
    assert "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text" in service.conformance()["conformsTo"]
    assert "foreign_card_visa" in service.collection_queryables("venues")["properties"]
    assert service.api()["openapi"].startswith("3.0")


def test_owslib_reads_every_page(running: tuple[str, Any]) -> None:
    """OWSLib's pages, followed by their links, hold every venue once."""
    service, shown = Features(running[0]), []
    page = service.collection_items("venues", limit=8)
    while True:
        shown += [feature["id"] for feature in page["features"]]
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        if not following:
            break
        page = service.collection_items("venues", limit=8, cursor=following[0].partition("cursor=")[2])
    assert len(set(shown)) == len(shown) == page["numberMatched"] == 30


def test_owslib_filters_with_cql2(running: tuple[str, Any]) -> None:
    """A CQL2 filter as OWSLib sends it, and one feature by its id."""
    service = Features(running[0])
    asked = "foreign_card = 'yes' AND S_INTERSECTS(geometry, BBOX(116, 36, 116.02, 36.2))"
    found = service.collection_items("venues", filter=asked)["features"]
    assert {feature["properties"]["name"] for feature in found} == {"酒店0", "商场1"}
    assert service.collection_item("venues", found[0]["id"])["id"] == found[0]["id"]
