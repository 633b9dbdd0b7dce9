"""Loading Liaocheng, and refusing what cannot be trusted."""

import shutil
from pathlib import Path

import pytest
import shapely
from sqlalchemy import func, select

from app.db import make_engine, make_sessions, migrate
from app.errors import BadFile
from app.importers.load import load
from app.settings import Settings
from app.tables import KeyListEntry, Observation, Region, Venue

COUNTIES = {"371502", "371503", "371521", "371522", "371524", "371525", "371526", "371581"}


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    """A copy of the data folder that a test may spoil."""
    copied = tmp_path / "data"
    shutil.copytree(settings.data_dir, copied)
    return copied


def test_liaocheng_is_loaded_with_its_sources_and_no_claims(database_url: str, settings: Settings) -> None:
    """Eight counties tile the city, the eleven named places are listed, and no capability is claimed of any venue."""
    engine = make_engine(database_url)
    migrate(engine)
    assert load(engine, settings) is True
    with make_sessions(engine)() as session:
        shapes = dict(session.execute(select(Region.adcode, Region.geometry).where(Region.level == "county")).all())
        city = session.get_one(Region, "371500").geometry
        assert set(shapes) == COUNTIES
        assert city is not None
        assert shapely.union_all(list(shapes.values())).symmetric_difference(city).area < city.area * 1e-3
        assert session.scalar(select(func.count()).select_from(Venue)) == 56 + 422
        assert session.scalar(select(func.count()).select_from(KeyListEntry)) == 11
        assert session.scalar(select(func.count()).select_from(Observation)) == 0
        assert session.scalar(select(func.count()).where(Venue.source == "")) == 0
        located = session.scalar(select(Venue).where(Venue.name_zh == "聊城火车站"))
        assert located is not None
        assert (located.original_datum, located.location_quality) == ("wgs84", "sourced")
    assert load(engine, settings) is False
    engine.dispose()


def test_another_city_has_borders_and_an_empty_directory(sqlite_url: str, settings: Settings) -> None:
    """Jinan loads without a folder of its own."""
    engine = make_engine(sqlite_url)
    migrate(engine)
    load(engine, settings.model_copy(update={"city": "370100"}))
    with make_sessions(engine)() as session:
        assert (session.get_one(Region, "370100").name_zh, session.scalar(select(func.count(Venue.id)))) == (
            "济南市",
            0,
        )
    with pytest.raises(BadFile, match="holds city 370100"):
        load(engine, settings)
    engine.dispose()


def test_a_changed_folder_changes_what_it_says_and_keeps_the_rest(
    sqlite_url: str, settings: Settings, folder: Path
) -> None:
    """A renamed venue is renamed, a dropped one is marked removed, the others keep their version."""
    engine = make_engine(sqlite_url)
    migrate(engine)
    load(engine, settings)
    path = folder / "liaocheng" / "venues.csv"
    lines = path.read_text("utf-8").splitlines()
    kept = [line.replace("聊城火车站,", "聊城站,", 1) for line in lines if not line.startswith("lc-wuxun")]
    path.write_text("\n".join(kept) + "\n", "utf-8")
    load(engine, settings.model_copy(update={"data_dir": folder}))
    with make_sessions(engine)() as session:
        renamed = session.scalar(select(Venue).where(Venue.external_id == "lc-liaocheng-railway-station"))
        assert renamed is not None
        assert (renamed.name_zh, renamed.version) == ("聊城站", 2)
        assert session.scalar(select(func.count()).where(Venue.version > 1)) == 1 + (len(lines) - len(kept))
    engine.dispose()


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("source", "", "row 2: source: is empty"),
        ("lon", "117.5", "row 2: lon, lat: 117.5, 36.457222 .* lies outside 371502"),
        ("datum", "moon", "row 2: lon, lat, datum: .*moon"),
        ("datum", "", "row 2: datum: is empty"),
        ("category", "shop", "row 2: category: 'shop' is not one of"),
        ("region", "370102", "row 2: region: '370102'"),
        ("external_id", "lc-liaocheng-west-railway-station", "row 3: id: .* stands in row 2 already"),
    ],
)
def test_a_row_that_cannot_be_trusted_is_refused(
    sqlite_url: str, settings: Settings, folder: Path, column: str, value: str, said: str
) -> None:
    """A bad cell is named by file, row and field, and nothing is written."""
    path = folder / "liaocheng" / "venues.csv"
    header, first, *rest = path.read_text("utf-8").splitlines()
    cells = first.split(",")
    cells[header.split(",").index(column)] = value
    path.write_text("\n".join([header, ",".join(cells), *rest]) + "\n", "utf-8")
    engine = make_engine(sqlite_url)
    migrate(engine)
    with pytest.raises(BadFile, match=f"venues.csv {said}"):
        load(engine, settings.model_copy(update={"data_dir": folder}))
    with make_sessions(engine)() as session:
        assert session.scalar(select(func.count(Region.adcode))) == 0
    engine.dispose()
