"""What readers of GeoParquet find in the file."""

import json
from pathlib import Path

import geopandas as gpd
import pyarrow.parquet as pq
import pytest
from starlette.testclient import TestClient

from app.exporters import parquet_file
from app.exporters.chosen import View, chosen
from app.exporters.formats import FORMATS
from app.exporters.rows import batches
from app.exporters.told import about


def test_the_geometry_is_described(client: TestClient, tmp_path: Path) -> None:
    """The file's metadata name the column, its encoding, and the box that all positions lie in."""
    path = tmp_path / "venues.parquet"
    path.write_bytes(client.get("/api/v1/exports/venues.parquet").content)
    told = json.loads(pq.read_metadata(path).metadata[b"geo"])
    column = told["columns"][told["primary_column"]]
    assert (told["version"], column["encoding"], column["geometry_types"]) == ("1.1.0", "WKB", ["Point"])
    assert column["bbox"] == gpd.read_parquet(path).total_bounds.tolist()


def test_large_files_have_many_groups(client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So many rows are written at a time, and no row is lost between two."""
    monkeypatch.setattr(parquet_file, "ROW_GROUP", 2)
    path = tmp_path / "venues.parquet"
    with chosen(client.app.state.register, View()) as found:
        FORMATS["parquet"].write(about(found, "en"), batches(found, size=1), path)
    told = pq.read_metadata(path)
    assert (told.num_rows, told.num_row_groups) == (4, 2)


def test_without_positions_there_is_no_box(client: TestClient, tmp_path: Path) -> None:
    """A box around nothing is not told, and the file can be read."""
    path = tmp_path / "venues.parquet"
    path.write_bytes(client.get("/api/v1/exports/venues.parquet?q=丁").content)
    assert "bbox" not in json.loads(pq.read_metadata(path).metadata[b"geo"])["columns"]["geometry"]
    assert gpd.read_parquet(path).geometry.isna().tolist() == [True]
