"""A PMTiles file under the maps: checked at start, served in pieces, drawn in a real browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from starlette.testclient import TestClient

from app.errors import StartRefused
from app.main import create_app
from app.maps.tile_file import tile_file
from app.settings import Settings
from small_map import real_city
from small_tiles import PICTURE, write

WATER = "[220,220,220]"
"""Of the style in which the file is drawn."""
PAINTED = """() => [...document.querySelectorAll(".leaflet-tile-pane canvas")].map((tile) =>
  JSON.stringify([...tile.getContext("2d").getImageData(20, 20, 1, 1).data.slice(0, 3)]))"""


def under(path: Path | None, var: Path) -> Settings:
    """Settings with the file under the maps."""
    return Settings(var_dir=var, basemap="pmtiles", pmtiles_file=path, _env_file=None)


def test_a_file_that_cannot_be_drawn_is_refused_at_start(tmp_path: Path) -> None:
    """The message names the setting, the file and what is wrong with it."""
    text = tmp_path / "text.pmtiles"
    text.write_text("not tiles" * 40)
    for path, said in (
        (None, "PAYMAP_PMTILES_FILE"),
        (tmp_path / "none.pmtiles", "cannot be read"),
        (text, "is not a PMTiles file"),
        (write(tmp_path / "pictures.pmtiles", PICTURE), "holds pictures"),
    ):
        with pytest.raises(StartRefused, match=said):
            create_app(under(path, tmp_path))


def test_another_file_has_another_address(tmp_path: Path) -> None:
    """So that a browser never mixes pieces of two."""
    file = tile_file(under(write(tmp_path / "tiles.pmtiles"), tmp_path))
    assert file is not None
    before = file.link("/demo")
    file.path.write_bytes(file.path.read_bytes() + b" ")
    assert before.startswith("/demo/maps/basemap.pmtiles?v=")
    assert file.link("/demo") != before


def test_a_piece_is_served_as_it_is(tmp_path: Path) -> None:
    """A range of the file, uncompressed, byte for byte."""
    path = write(tmp_path / "tiles.pmtiles")
    client = TestClient(create_app(under(path, tmp_path)))
    answer = client.get("/maps/basemap.pmtiles", headers={"range": "bytes=7-126", "accept-encoding": "gzip"})
    assert (answer.status_code, answer.content) == (206, path.read_bytes()[7:127])


def test_the_file_is_drawn(browser_page: Page, serve: Callable, tmp_path: Path) -> None:
    """The browser fetches its pieces from this host and paints what is in them, below what we draw."""
    with real_city(under(write(tmp_path / "tiles.pmtiles"), tmp_path)) as settings:
        browser_page.goto(f"{serve(create_app(settings))}/maps/venues?lang=zh", wait_until="networkidle")
    expect(browser_page.locator("html")).to_have_attribute("data-drawn", "1")
    expect(browser_page.locator(".leaflet-tile-pane canvas.leaflet-tile-loaded").first).to_be_visible()
    assert set(browser_page.evaluate(PAINTED)) == {WATER}
    expect(browser_page.locator(".pm-foot")).to_contain_text("本机矢量瓦片")
