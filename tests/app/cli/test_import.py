"""`paymap import`: the report, the exit code, who imports, and nothing half-written."""

import csv
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Select, func, select

from app.db import make_engine, make_sessions
from app.settings import Settings
from app.tables import Account, Import, Institution, Observation, Venue, VenueHistory
from command_line import Paymap
from geo.datum import from_wgs84
from small_imports import HOTEL, KNOWN, sheet
from small_register import fill


@pytest.fixture
def register(var: Path, migrated_sqlite: Path) -> Path:
    """The small register where the command looks for it."""
    var.mkdir()
    (var / "paymap.sqlite").write_bytes(migrated_sqlite.read_bytes())
    engine = make_engine(f"sqlite:///{var / 'paymap.sqlite'}")
    fill(engine)
    with make_sessions(engine).begin() as session:
        session.add_all(Institution(code=c, kind="bank", name_zh=c, source="-") for c in ("boc", "icbc"))
        session.flush()
        session.add(Account(login="clerk", role="bank", institution="boc"))
    engine.dispose()
    return var


def held(register: Path, *queries: Select[Any]) -> list[Any]:
    """What the register answers."""
    engine = make_engine(f"sqlite:///{register / 'paymap.sqlite'}")
    with make_sessions(engine)() as session:
        found = [session.scalar(query) for query in queries]
    engine.dispose()
    return found


def report_of(path: Path) -> list[dict[str, str]]:
    """The lines of a report."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


COUNTS = [select(func.count()).select_from(table) for table in (Venue, VenueHistory, Observation, Import)]


def test_a_dry_run_tells_of_each_row_and_writes_nothing(register: Path, tmp_path: Path, paymap: Paymap) -> None:
    """One line per data row, by the row's number in the sheet, in the columns that programs read."""
    before = held(register, *COUNTS)
    path, out = sheet(tmp_path / "l.xlsx", HOTEL, KNOWN, ("合计", "2户")), tmp_path / "r.csv"
    done = paymap("import", str(path), "--dry-run", "--report", str(out))
    assert (done.code, "nothing was written" in done.out, held(register, *COUNTS)) == (0, True, before)
    hotel, known = report_of(out)
    assert list(hotel)[:7] == ["row", "outcome", "matched_external_id", "lon", "lat", "observed_at", "foreign_card"]
    assert list(hotel)[-3:] == ["schemes", "currencies", "message"]
    assert (hotel["row"], hotel["outcome"], hotel["lon"], hotel["foreign_card"]) == ("3", "new", "115.97", "yes")
    assert (hotel["schemes"], hotel["observed_at"]) == ("visa", "2026-03-05")
    assert (known["row"], known["outcome"], known["foreign_card"]) == ("4", "same", "no")


def test_applied_twice_it_is_there_once(register: Path, tmp_path: Path, paymap: Paymap) -> None:
    """And the second time says that nothing is new."""
    path = str(sheet(tmp_path / "l.xlsx", HOTEL))
    assert "applied as import 1" in paymap("import", path).out
    again = paymap("import", path)
    assert "0 new, 1 known" in again.out
    assert "0 statements are new" in again.out
    assert held(register, *COUNTS)[:2] == [5, 1]


def test_a_datum_is_stated_or_accepted(register: Path, tmp_path: Path, paymap: Paymap) -> None:
    """Without either, rows whose datum nobody says are refused; with it they land where the map says."""
    lon, lat = (round(float(v[0]), 6) for v in from_wgs84([115.97], [36.47], "bd09"))
    path, out = sheet(tmp_path / "l.xlsx", (*HOTEL[:4], lon, lat, "", *HOTEL[7:])), tmp_path / "r.csv"
    for words, outcome in (((), "refuse"), (("--accept-guessed-datum",), "refuse"), (("--datum", "百度"), "new")):
        assert paymap("import", str(path), "--dry-run", "--report", str(out), *words).code == 0
        assert report_of(out)[0]["outcome"] == outcome
    assert abs(float(report_of(out)[0]["lon"]) - 115.97) < 1e-5
    assert "datum" in paymap("import", str(path), "--datum", "mars-5").err
    both = paymap("import", str(path), "--datum", "gcj02", "--accept-guessed-datum")
    assert (both.code, "either" in both.err) == (2, True)
    assert held(register, COUNTS[0]) == [4]


def test_what_cannot_be_read_ends_with_2(register: Path, tmp_path: Path, paymap: Paymap) -> None:
    """One sentence, and nothing written."""
    (tmp_path / "x.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    for words in (("x.xlsx",), ("missing.csv",), ("x.xlsx", "--kind", "recipes"), ("x.xlsx", "--institution", "nobody"),
                  ("x.xlsx", "--observed-on", "yesterday"), ("x.xlsx", "--as", "nobody")):  # fmt: skip
        done = paymap("import", str(tmp_path / words[0]), *words[1:])
        assert (done.code, done.err.count("\n"), "Traceback" in done.err) == (2, 1, False), done.err
    assert held(register, COUNTS[3]) == [0]


def test_as_somebody_it_is_theirs(register: Path, tmp_path: Path, paymap: Paymap) -> None:
    """A bank's ledger is the bank's, with its bounds and its name in the record."""
    path = str(sheet(tmp_path / "l.xlsx", HOTEL))
    assert paymap("import", path, "--as", "clerk").code == 0
    of, by = held(register, select(Venue.institution).where(Venue.name_zh == "戊酒店"), select(Import.created_by))
    assert (of, by) == ("boc", "clerk")
    refused = paymap("import", path, "--as", "clerk", "--institution", "icbc")
    assert (refused.code, "may not" in refused.err) == (2, True)


def test_a_report_that_a_spreadsheet_opens_holds_no_formula(register: Path, tmp_path: Path, paymap: Paymap) -> None:
    """A number that begins with = comes guarded."""
    del register
    path, out = sheet(tmp_path / "l.xlsx", ("=1+1", *HOTEL[1:])), tmp_path / "r.csv"
    book = __import__("openpyxl").load_workbook(path)
    book.active["A3"].data_type = "s"
    book.save(path)
    assert paymap("import", str(path)).code == 0
    assert paymap("import", str(path), "--dry-run", "--report", str(out)).code == 0
    assert not report_of(out)[0]["matched_external_id"].startswith("=")
    assert Settings().sandbox is False
