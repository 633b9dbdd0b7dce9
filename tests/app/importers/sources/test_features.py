"""GeoJSON, GeoPackage and GeoParquet as tables."""

from pathlib import Path
from typing import Any

import geopandas as gpd
import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadFile
from app.importers.sources import limits, read_table
from geo.datum import from_wgs84

LON, LAT = 115.98, 36.45
SQUARE = shapely.box(LON - 0.01, LAT - 0.01, LON + 0.01, LAT + 0.01)


def geojson(path: Path, *features: dict[str, Any], **more: object) -> Path:
    """A FeatureCollection of properties, each with its `geometry`."""
    made = [{"type": "Feature", "geometry": f.pop("geometry", None), "properties": f} for f in features]
    path.write_bytes(orjson.dumps({"type": "FeatureCollection", "features": made, **more}))
    return path


def point(lon: float, lat: float) -> dict[str, Any]:
    """A point of GeoJSON."""
    return {"type": "Point", "coordinates": [lon, lat]}


def column(path: Path, name: str, header: str) -> list[Any]:
    """A column of the file's table."""
    table = read_table(path, name)
    return [row[table.rows[0].index(header)] for row in table.rows[1:]]


def places(path: Path, name: str) -> list[tuple[Any, Any]]:
    """The positions of the file's table."""
    return list(zip(column(path, name, "lon"), column(path, name, "lat"), strict=True))


def test_geojson_is_a_table_with_a_row_per_feature(tmp_path: Path) -> None:
    """Properties of all features, positions of points; no row is a header of the file's own."""
    path = geojson(
        tmp_path / "a",
        {"名称": "示例店", "geometry": point(LON, LAT)},
        {"名称": "示例二店", "县区": "莘县", "标签": {"a": [1]}},
    )
    table = read_table(path, "a.geojson")
    assert table.rows == [
        ["名称", "县区", "标签", "lon", "lat"],
        ["示例店", None, None, LON, LAT],
        ["示例二店", "莘县", '{"a":[1]}', None, None],
    ]
    assert (table.row_numbers, table.datum, table.kind) == ([0, 1, 2], "wgs84", "geojson")


def test_an_area_is_told_by_a_point_in_it(tmp_path: Path) -> None:
    """Also a ring whose middle is a hole."""
    ring = SQUARE.difference(shapely.Point(LON, LAT).buffer(0.005))
    ((lon, lat),) = places(
        geojson(tmp_path / "a", {"名称": "示例湖", "geometry": orjson.loads(shapely.to_geojson(ring))}), "a.geojson"
    )
    assert ring.contains(shapely.Point(lon, lat))


@pytest.mark.parametrize("crs", [4548, 3857, 4490, 4326, 32650])
def test_any_reference_system_becomes_degrees(tmp_path: Path, crs: int) -> None:
    """In either format; CGCS2000 is WGS-84 to a centimetre."""
    frame = gpd.GeoDataFrame(
        {"名称": ["示例店", "示例二店"]}, geometry=[shapely.Point(LON, LAT), None], crs=4326
    ).to_crs(crs)
    frame.to_file(tmp_path / "a.gpkg", layer="店")
    frame.to_parquet(tmp_path / "a.parquet")
    for name in ("a.gpkg", "a.parquet"):
        first, second = places(tmp_path / name, name)
        assert first == pytest.approx((LON, LAT), abs=1e-7)
        assert [cell is None for cell in second] == [True, True]
        assert column(tmp_path / name, name, "名称") == ["示例店", "示例二店"]


def test_a_file_without_a_reference_system_states_no_datum(tmp_path: Path) -> None:
    """Positions stay as they are, and a remark asks for the datum."""
    gpd.GeoDataFrame({"名称": ["示例店"]}, geometry=[shapely.Point(LON, LAT)]).to_parquet(tmp_path / "a")
    table = read_table(tmp_path / "a", "a.parquet")
    assert (table.datum, table.rows[1][1:]) == (None, [LON, LAT])
    assert "choose their datum" in table.remarks[0][1]


def test_geojson_of_before_2016_may_name_a_reference_system(tmp_path: Path) -> None:
    """Its `crs` member counts."""
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    x, y = gpd.GeoSeries([shapely.Point(LON, LAT)], crs=4326).to_crs(3857).iloc[0].coords[0]
    assert places(geojson(tmp_path / "a", {"名称": "店", "geometry": point(x, y)}, crs=crs), "a.json") == [
        pytest.approx((LON, LAT), abs=1e-7)
    ]


@given(st.floats(115.4, 116.4), st.floats(35.8, 37.0), st.sampled_from(["gcj02", "bd09", "wgs84"]))
def test_positions_of_properties_stay_where_they_mean_the_same_place(
    tmp_path_factory: pytest.TempPathFactory, lon: float, lat: float, datum: str
) -> None:
    """So that what was written, in its datum, comes back; a point that somebody moved wins."""
    path = tmp_path_factory.mktemp("geojson") / "a"
    x, y = (float(a) for a in from_wgs84(lon, lat, datum))
    told = {"lon": x, "lat": y, "datum": datum}
    assert places(geojson(path, {**told, "geometry": point(round(lon, 7), round(lat, 7))}), "a.json") == [(x, y)]
    moved = geojson(path, {**told, "geometry": point(lon + 0.001, lat)})
    assert places(moved, "a.json") == [(lon + 0.001, lat)]
    assert column(moved, "a.json", "datum") == ["wgs84"]


def test_a_geometry_that_cannot_be_read_is_shown_in_its_row(tmp_path: Path) -> None:
    """The other rows are read."""
    broken = {"type": "Pointless", "coordinates": [1, 2]}
    first, second = places(
        geojson(tmp_path / "a", {"名称": "店", "geometry": broken}, {"名称": "店", "geometry": point(LON, LAT)}),
        "a.json",
    )
    assert "Pointless" in first[0]
    assert second == (LON, LAT)


def test_the_layer_that_looks_most_like_a_ledger_is_taken(tmp_path: Path) -> None:
    """The others are named."""
    path = tmp_path / "a.gpkg"
    for layer, count in (("路", 1), ("店", 3)):
        frame = gpd.GeoDataFrame(
            {"名称": ["x"] * count, "日期": pd.to_datetime(["2024-07-03"] * count)}, geometry=[SQUARE] * count, crs=4326
        )
        frame.to_file(path, layer=layer)
    table = read_table(path, "a.gpkg")
    assert (table.sheet, len(table.rows), table.remarks[0][1]) == (
        "店",
        4,
        "The layer 店 was read; these were not: 路.",
    )
    assert str(table.rows[1][1])[:10] == "2024-07-03"


def test_parquet_without_geometry_is_a_table(tmp_path: Path) -> None:
    """Columns of any type; lists and records as text."""
    pq.write_table(pa.table({"名称": ["店"], "经度": [LON], "标签": [["a"]], "是": [True]}), tmp_path / "a")
    assert read_table(tmp_path / "a", "a.parquet").rows[1][:4] == ["店", LON, '["a"]', True]


def refusal(path: Path, name: str) -> str:
    """The sentence with which a file is refused."""
    with pytest.raises(BadFile) as caught:
        read_table(path, name)
    assert caught.value.zh != str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('{"type": "FeatureCollection",\n "features": [{"type": "Fea', "row 2: is no complete GeoJSON"),
        ('{"type": "FeatureCollection", "features": [{"properties": {"名称": "\\ud800"}}]}', "is no complete GeoJSON"),
        ('{"type": "Topology"}', "no GeoJSON FeatureCollection"),
        ('{"features": [1]}', "no GeoJSON FeatureCollection"),
        ("[" * 100_000, "is no complete GeoJSON"),
        ('{"features": [], "crs": {"properties": {"name": "火星"}}}', "reference system 火星 is not known"),
    ],
)  # fmt: skip
def test_json_that_is_no_geojson_is_refused(tmp_path: Path, content: str, sentence: str) -> None:
    """With the line where it stumbles."""
    (tmp_path / "a").write_text(content, encoding="utf-8")
    assert sentence in refusal(tmp_path / "a", "a.geojson")


@pytest.mark.parametrize("name", ["a.gpkg", "a.parquet"])
def test_files_that_are_cut_off_are_refused(tmp_path: Path, name: str) -> None:
    """Also in the middle of their head."""
    frame = gpd.GeoDataFrame({"名称": ["示例店"] * 500}, geometry=[shapely.Point(LON, LAT)] * 500, crs=4326)
    frame.to_file(tmp_path / name) if name.endswith("gpkg") else frame.to_parquet(tmp_path / name)
    whole = (tmp_path / name).read_bytes()
    for share in (0.01, 0.3):
        (tmp_path / "cut").write_bytes(whole[: int(len(whole) * share)])
        assert "is damaged or cut off" in refusal(tmp_path / "cut", name)


def test_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows, columns, and Parquet that unpacks to more than it weighs."""
    path = tmp_path / "a"
    frame = gpd.GeoDataFrame({"名称": ["店" * 9000] * 5000}, geometry=[shapely.Point(LON, LAT)] * 5000, crs=4326)
    frame.to_parquet(path)
    monkeypatch.setattr(limits, "UNPACKED_TOTAL", limits.MIB)
    assert "unpacks to more than 1 MB" in refusal(path, "a.parquet")
    monkeypatch.setattr(limits, "ROWS", 100)
    assert "at most 100 rows" in refusal(path, "a.parquet")
    assert "at most 100 rows" in refusal(geojson(path, *[{"名称": "店"} for _ in range(101)]), "a.json")
    assert "beyond column 200" in refusal(geojson(path, {f"列{i}": 1 for i in range(201)}), "a.json")
