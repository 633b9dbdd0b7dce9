"""Loading Liaocheng, and refusing what cannot be trusted."""

import csv
import shutil
from functools import cache
from io import StringIO
from pathlib import Path

import pytest
import shapely
from sqlalchemy import func, select

from app.db import make_engine, make_sessions, migrate
from app.errors import BadFile, StartRefused
from app.importers.boundaries import borders
from app.importers.load import Loaded, load
from app.settings import Settings
from app.tables import (
    Institution,
    KeyList,
    KeyListEntry,
    KeyListVersion,
    Observation,
    Population,
    Region,
    Venue,
    VenueHistory,
)

known_borders = cache(borders)
LIST = "[[list]]\ncode = 'x'\nkind = 'places'\ntitle_zh = 'zh'\ntitle_en = 'en'\ncomplete = false\n"
SHARED = (Region, Institution, Population, KeyList)
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
    assert load(engine, settings) == Loaded(directory=True)
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
    assert load(engine, settings) == Loaded(directory=False)
    engine.dispose()


def test_a_sandbox_has_the_real_ground_and_no_real_place(sqlite_url: str, settings: Settings) -> None:
    """Borders, zones, people, banks, departments and lists are the register's own; venues and entries are none."""
    engine = make_engine(sqlite_url)
    migrate(engine)
    load(engine, settings.model_copy(update={"sandbox": True}))
    with make_sessions(engine)() as session:
        held = {table: session.scalar(select(func.count()).select_from(table)) for table in SHARED}
        assert held == {Region: 1 + 8 + 3, Institution: 57, Population: 18, KeyList: 3}
        for table in (Venue, VenueHistory, KeyListVersion, KeyListEntry):
            assert session.scalar(select(func.count()).select_from(table)) == 0
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


@pytest.mark.usefixtures("borders_once")
@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("source", "", "row 2: source: is empty"),
        ("lon", "117.5", "row 2: lon, lat: 117.5, 36.457222 .* lies outside 371502"),
        ("datum", "moon", "row 2: lon, lat, datum: .*moon"),
        ("datum", "", "row 2: datum: is empty"),
        ("category", "shop", "row 2: category: 'shop' is not one of"),
        ("region", "370102", "row 2: region: '370102'"),
        ("external_id", "lc-liaocheng-west-railway-station", "row 3: external_id: .* stands in row 2 already"),
        ("external_id", "", "row 2: external_id: is empty"),
        ("part_of", "lc-nowhere", "row 2: part_of: 'lc-nowhere' is no external_id of this file"),
        ("location_quality", "guessed", "row 2: location_quality: is not one of"),
        ("lat", "north", "row 2: lon, lat, datum: .*north"),
        ("location_error_m", "nan", "row 2: location_error_m: nan is not a number of metres"),
        ("source", "x,y", "row 2: has 22 cells for 21 columns"),
    ],
)
def test_a_row_that_cannot_be_trusted_is_refused(
    migrated_sqlite_url: str, settings: Settings, folder: Path, column: str, value: str, said: str
) -> None:
    """A bad cell is named by file, row and field, and nothing is written."""
    spoil(folder, "venues.csv", column, value)
    refused(migrated_sqlite_url, settings, folder, f"venues.csv {said}")


@pytest.mark.usefixtures("borders_once")
@pytest.mark.parametrize("circle", [False, True])
def test_parts_of_parts_may_stand_in_any_order(
    migrated_sqlite_url: str, settings: Settings, folder: Path, *, circle: bool
) -> None:
    """A shop in a mall in a district, the shop first, is loaded; what is a part of itself is refused."""
    path = folder / "liaocheng" / "venues.csv"
    table = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    first, second, third = (row["external_id"] for row in table[:3])
    table[0]["part_of"], table[1]["part_of"], table[2]["part_of"] = second, third, first if circle else ""
    with path.open("w", encoding="utf-8", newline="") as file:
        written = csv.DictWriter(file, table[0])
        written.writeheader()
        written.writerows(table)
    if circle:
        refused(migrated_sqlite_url, settings, folder, "venues.csv: part_of goes round in a circle: .* in .* in ")
        return
    engine = make_engine(migrated_sqlite_url)
    load(engine, settings.model_copy(update={"data_dir": folder}))
    with make_sessions(engine)() as session:
        parts = dict(session.execute(select(Venue.external_id, Venue.part_of)).all())
        keys = dict(session.execute(select(Venue.external_id, Venue.id)).all())
    assert (parts[first], parts[second], parts[third]) == (keys[second], keys[third], None)
    engine.dispose()


@pytest.mark.usefixtures("borders_once")
@pytest.mark.parametrize(
    ("file", "column", "value", "said"),
    [
        ("branches.csv", "source", "", "row 2: source: is empty"),
        ("branches.csv", "cnaps", "102471000024", "row 3: cnaps: '102471000024' stands in row 2 already"),
        ("branches.csv", "bank", "某银行", "row 2: bank: '某银行' is not in banks.csv"),
        ("branches.csv", "region", "", "row 2: region: ''"),
        ("branches.csv", "zone", "371502-x", "row 2: zone: '371502-x'"),
        ("population.csv", "people", "", "row 2: people: '' is not a whole number"),
        ("branches.csv", "serves_public", "maybe", "row 2: serves_public: 'maybe' is not one of yes, no"),
        ("banks.csv", "source", "", "row 2: source: is empty"),
        ("banks.csv", "national_commercial", "是", "row 2: national_commercial: '是' is not one of yes, no"),
        ("departments.csv", "source", "", "row 2: source: is empty"),
        ("population.csv", "region", "1", "row 2: region: '1'"),
        ("population.csv", "source", "", "row 2: source: is empty"),
    ],
)
def test_so_is_a_row_of_the_other_files(
    migrated_sqlite_url: str, settings: Settings, folder: Path, file: str, column: str, value: str, said: str
) -> None:
    """Outlets and people are held to the same."""
    spoil(folder, file, column, value)
    refused(migrated_sqlite_url, settings, folder, f"{file} {said}")


@pytest.mark.usefixtures("borders_once")
@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("venues.csv", "external_id,name_zh\na,b\n", "venues.csv row 1: column name_en is missing"),
        ("venues.csv", None, "venues.csv: cannot be read"),
        ("city.toml", 'adcode = "371500"\nzone = ', "city.toml: cannot be read"),
        ("city.toml", 'adcode = "371500"\n[[zone]]\ncode = "x"\n', "city.toml: zone: parent is missing"),
        ("key_lists.toml", '[[list]]\ncode = "x"\n', "key_lists.toml: list: kind is missing"),
        ("key_lists.toml", f"{LIST}[[list.version]]\nreason = 'x'\n", "version of x: number is missing"),
        ("key_lists.toml", LIST.replace("'zh'", "''"), "key_lists.toml: list: title_zh is empty"),
    ],
)
def test_so_is_a_file_that_cannot_be_read(
    migrated_sqlite_url: str, settings: Settings, folder: Path, file: str, text: str | None, said: str
) -> None:
    """The file is named, and what it lacks."""
    path = folder / "liaocheng" / file
    path.unlink() if text is None else path.write_text(text, "utf-8")
    refused(migrated_sqlite_url, settings, folder, said)


def test_a_file_of_another_encoding_is_refused(migrated_sqlite_url: str, settings: Settings, folder: Path) -> None:
    """What a spreadsheet saves as GBK is not guessed at."""
    path = folder / "liaocheng" / "venues.csv"
    path.write_bytes(path.read_text("utf-8").encode("gb18030"))
    refused(migrated_sqlite_url, settings, folder, "venues.csv: is not UTF-8")


def test_a_sandbox_is_never_loaded_as_a_register(sqlite_url: str, settings: Settings) -> None:
    """What was made as one kind stays that kind."""
    engine = make_engine(sqlite_url)
    migrate(engine)
    load(engine, settings.model_copy(update={"sandbox": True}), with_venues=False)
    with pytest.raises(StartRefused, match="a sandbox"):
        load(engine, settings)
    engine.dispose()


@pytest.fixture
def borders_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The borders of Liaocheng, converted for the first test only."""
    monkeypatch.setattr("app.importers.load.borders", known_borders)


def spoil(folder: Path, file: str, column: str, value: str) -> None:
    """Put a value into the first data row of a file."""
    path = folder / "liaocheng" / file
    header, first, *rest = path.read_text("utf-8").splitlines()
    (cells,) = csv.reader([first])
    at = header.split(",").index(column)
    written = StringIO()
    csv.writer(written).writerow([*cells[:at], "\0", *cells[at + 1 :]])
    row = written.getvalue().strip().replace("\0", value)
    path.write_text("\n".join([header, row, *rest]) + "\n", "utf-8")


def refused(url: str, settings: Settings, folder: Path, said: str) -> None:
    """The load is refused with these words, and nothing is written."""
    engine = make_engine(url)
    with pytest.raises(BadFile, match=said):
        load(engine, settings.model_copy(update={"data_dir": folder}))
    with make_sessions(engine)() as session:
        assert session.scalar(select(func.count(Region.adcode))) == 0
    engine.dispose()
