"""Our tiles have the features that ST_AsMVT makes of the same data, and GDAL reads them."""

import json
from pathlib import Path
from typing import Any

import psycopg
import pyogrio
import pytest

import mvt_reader
from app.catalog.catalog import Catalog
from app.catalog.filters import Filters
from app.tiles.encode import BUFFER, Address, tile
from app.tiles.pieces import OWN, SHARED, Ready
from app.vocabulary import CAPABILITIES
from servers.postgis import PORT, Cluster, database_of
from town_catalog import town

TILES = [(9, 420, 200), (11, 1683, 801), (12, 3367, 1602), (13, 6735, 3205), (14, 13471, 6411), (15, 26942, 12822)]
FIELDS = [*OWN, *SHARED]
MAKE = f"CREATE TABLE spot ({', '.join(f'{name} text' for name in FIELDS)}, place geometry(Point, 4326))"
FILL = f"INSERT INTO spot VALUES ({', '.join(['%s'] * len(FIELDS))}, ST_Point(%s, %s, 4326))"  # noqa: S608 - our own words
TILE = f"""
    SELECT ST_AsMVT(t, 'venues') FROM (
        SELECT {", ".join(FIELDS)},
               ST_AsMVTGeom(ST_Transform(place, 3857), ST_TileEnvelope(%s, %s, %s), 4096, {BUFFER}) AS geom
        FROM spot) AS t WHERE geom IS NOT NULL
"""  # noqa: S608 - our own words


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """A town whose tiles hold each venue as itself."""
    return town(2_000)


def ours(catalog: Catalog, at: tuple[int, int, int]) -> bytes:
    """Our tile."""
    return tile(catalog, Ready().of(catalog), Filters(), Address(*at), "zh")


def as_row(feature: bytes) -> list[Any]:
    """A feature of the list as a row for PostGIS."""
    read = json.loads(feature)
    said = read["properties"]
    known = {key: claim["status"] for key, claim in said["capabilities"].items()}
    possible = {key: "unknown" for key, c in CAPABILITIES.items() if said["category"] in c.categories}
    told = {**said, **possible, **known}
    return [*(told.get(name) for name in FIELDS), *read["geometry"]["coordinates"]]


def by_id(body: bytes) -> dict[str, mvt_reader.Spot]:
    """The features of a tile by their venue's key."""
    (layer,) = mvt_reader.read(body)
    assert (layer.name, layer.version, layer.extent) == ("venues", 2, 4096)
    return {spot.properties["id"]: spot for spot in layer.spots}


def test_features_are_those_of_st_asmvt(catalog: Catalog, postgis: Cluster, postgis_url: str) -> None:
    """The same venues with the same properties, in the same unit of the tile; PostGIS rounds a half its own way."""
    features = [json.loads(f) for f in catalog.find(Filters(), limit=10_000).features]
    located = [as_row(json.dumps(f).encode()) for f in features if f["geometry"] is not None]
    where = {"host": str(postgis.folder), "port": PORT, "user": "paymap", "dbname": database_of(postgis_url)}
    with psycopg.connect(**where) as connection:
        connection.execute(MAKE)
        connection.cursor().executemany(FILL, located)
        theirs = {at: connection.execute(TILE, at).fetchone()[0] for at in TILES}
    same, total = 0, 0
    for at, body in theirs.items():
        expected, found = by_id(bytes(body)), by_id(ours(catalog, at))
        assert expected
        for key in found.keys() ^ expected.keys():  # on the buffer's outer edge: PostGIS rounds before it clips
            spot = {**found, **expected}[key]
            assert min(abs(edge - place) for edge in (-BUFFER, 4096 + BUFFER) for place in (spot.x, spot.y)) <= 1
        for key in found.keys() & expected.keys():
            spot = expected[key]
            assert found[key].properties == spot.properties
            assert max(abs(found[key].x - spot.x), abs(found[key].y - spot.y)) <= 1
        same += sum(found.get(key) == spot for key, spot in expected.items())
        total += len(expected)
    assert same >= 0.99 * total


def test_gdal_reads_a_tile(catalog: Catalog, tmp_path: Path) -> None:
    """A client that is not ours finds the layer, its fields and the places in metres of Web Mercator."""
    z, x, y = TILES[2]
    file = tmp_path / f"{y}.mvt"
    file.write_bytes(ours(catalog, (z, x, y)))
    frame = pyogrio.read_dataframe(file, layer="venues", x=x, y=y, z=z, clip="no")
    spots = by_id(file.read_bytes())
    assert len(frame) == len(spots) > 100
    assert frame.crs.to_epsg() == 3857
    assert set(FIELDS) <= set(frame.columns)
    side = 2 * 20_037_508.342789244 / 2**z
    for row in frame.itertuples():
        spot = spots[row.id]
        assert row.geometry.x == pytest.approx((x + spot.x / 4096) * side - 20_037_508.342789244, abs=0.01)
        assert row.geometry.y == pytest.approx(20_037_508.342789244 - (y + spot.y / 4096) * side, abs=0.01)
        assert row.name_zh == spot.properties["name_zh"]
