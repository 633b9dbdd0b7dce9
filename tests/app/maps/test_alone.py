"""A map as one file: it opens from disk, asks nothing of anybody, and says what the served one says."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.cli import main
from app.maps import export
from app.maps.basemap import IMAGE_HOSTS
from app.settings import Settings
from coverage_town import Maker
from small_map import NASTY, data_of, figures, observe, place, real_city


def told(out: Path, *more: str, monkeypatch: pytest.MonkeyPatch, var: Path) -> int:
    """The exit code of `paymap export-map` over the register in `var`."""
    monkeypatch.setenv("PAYMAP_VAR_DIR", str(var))
    monkeypatch.setattr("sys.argv", ["paymap", "export-map", "--out", str(out), *more])
    with pytest.raises(SystemExit) as stopped:
        main()
    return int(stopped.value.code or 0)


def test_a_map_opens_from_disk(browser_page: Page, town: Maker, settings: Settings, tmp_path: Path) -> None:
    """It draws itself with all layers, without any request but for itself, and links nowhere."""
    here = town(place(116.05, name_zh=NASTY, name_en=None, foreign_card="yes"), place(116.15, foreign_card="no"))
    file = tmp_path / "map.html"
    file.write_text(export(here, figures(here), lang="zh", settings=settings), "utf-8")
    asked: list[str] = []
    browser_page.on("request", lambda request: asked.append(request.url))
    browser_page.goto(file.as_uri())
    expect(browser_page.locator("html")).to_have_attribute("data-drawn", "1")
    expect(browser_page.locator(".pm-figures strong")).to_have_text("50 %")
    assert browser_page.locator(".leaflet-pm-fill-pane path").count() > 1
    assert [url for url in asked if not url.startswith("data:")] == [file.as_uri()]
    assert browser_page.locator("a[href]:not([href='#'], [href='#close'])").count() == 0


@pytest.mark.parametrize("basemap", ["osm", "amap", "tianditu"])
def test_a_file_has_no_tiles_and_no_key(town: Maker, settings: Settings, basemap: str) -> None:
    """Whatever lies under the served maps, the file lies on our own outline."""
    online = Settings(**{**settings.model_dump(), "basemap": basemap, "tianditu_key": "very-secret"}, _env_file=None)
    page = export(town(place(116.05)), lang="en", settings=online)
    assert "very-secret" not in page
    assert not any(host.removeprefix("https://").removeprefix("*.") in page for host in IMAGE_HOSTS[basemap])
    assert data_of(page)["tiles"] is False


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a register of Liaocheng in which something was observed."""
    folder = tmp_path_factory.mktemp("var")
    with real_city(Settings(var_dir=folder, _env_file=None)) as settings:
        observe(settings)
    return folder


def test_the_command_writes_the_map_that_is_asked_for(
    var: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Service, area, day and language of the file are those of the options."""
    out = tmp_path / "map.html"
    asked = ["--capability", "cash", "--region", "371526", "--as-of", "2026-06-30", "--lang", "en"]
    assert told(out, *asked, monkeypatch=monkeypatch, var=var) == 0
    assert str(out) in capsys.readouterr().out
    data = data_of(out.read_text("utf-8"))
    assert (data["capability"], data["panel"]["place"][:2], data["as_of"], data["lang"]) == (
        "cash", "Ga", "2026-06-30", "en",
    )  # fmt: skip
    assert told(out, "--map", "venues", monkeypatch=monkeypatch, var=var) == 0
    assert len(data_of(out.read_text("utf-8"))["panel"]["choices"]) > 10


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--capability", "gold"], "capability: 'gold' is not known"),
        (["--region", "1"], "region: '1' is not known"),
        (["--as-of", "soon"], "as_of: 'soon' is not a day"),
    ],
)
def test_a_malformed_option_is_one_sentence(
    var: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    options: list[str], said: str,
) -> None:  # fmt: skip
    """It names the option, nothing is written, and the exit code is that of bad input."""
    out = tmp_path / "map.html"
    assert told(out, *options, monkeypatch=monkeypatch, var=var) == 2
    assert said in capsys.readouterr().err
    assert not out.exists()
