"""Taking files from the command line."""

from pathlib import Path
from typing import Never

import pytest
from sqlalchemy import text

from app.db import make_engine
from app.exporters.columns import SIMULATED
from command_line import Paymap
from file_readers import READERS


@pytest.fixture
def register(paymap: Paymap, var: Path) -> Path:
    """Liaocheng's register as a newcomer has it."""
    assert paymap("init").code == 0
    return var


def test_a_file_has_all_venues(register: Path, paymap: Paymap, tmp_path: Path) -> None:
    """The ending says the format; the command says how many venues there are."""
    answer = paymap("export", str(tmp_path / "all.geojson"))
    assert (answer.code, answer.err) == (0, "")
    rows = READERS["geojson"](tmp_path / "all.geojson")
    engine = make_engine(f"sqlite:///{register / 'paymap.sqlite'}")
    with engine.connect() as connection:
        count = connection.scalar(text("SELECT count(*) FROM venue"))
    engine.dispose()
    assert len(rows) == count > 400
    assert f"{count} venues" in answer.out


def test_filters_are_those_of_the_interface(register: Path, paymap: Paymap, tmp_path: Path) -> None:
    """Each parameter is an option; a format can be named where the ending says none."""
    del register
    asked = ("--category", "railway_station", "--region", "371502", "--format", "CSV", "--lang", "en")
    assert paymap("export", str(tmp_path / "stations"), *asked).code == 0
    found = READERS["csv"](tmp_path / "stations").values()
    assert {(row["category"], row["region"]) for row in found} == {("railway_station", "Dongchangfu District")}


def test_a_sandbox_gives_marked_files(paymap: Paymap, tmp_path: Path) -> None:
    """Nobody can take a simulated row for a real one."""
    assert paymap("demo", "--venues", "30").code == 0
    assert paymap("export", str(tmp_path / "demo.xlsx"), "--demo", "--lang", "en").code == 0
    rows = READERS["xlsx"](tmp_path / "demo.xlsx")
    assert len(rows) > 20
    assert {row[SIMULATED.en] for row in rows.values()} == {"yes"}


@pytest.mark.parametrize(
    ("words", "said"),
    [(("a.doc",), "format"), (("a.csv", "--status", "yes"), "status"), (("a.csv", "--bbox", "1,2"), "bbox")],
)
def test_bad_input_is_named(register: Path, paymap: Paymap, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    """One line, exit code 2, and no file."""
    del register
    answer = paymap("export", str(tmp_path / words[0]), *words[1:])
    assert answer.code == 2
    assert answer.err.startswith(f"paymap: {said}")
    assert not (tmp_path / words[0]).exists()


def test_an_interrupted_export_leaves_the_file_before(
    register: Path, paymap: Paymap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What had the name before has it still, and no half file lies beside it."""
    del register
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "all.csv").write_text("before")
    monkeypatch.setattr("app.exporters.csv_file.guarded", _interrupted)
    assert paymap("export", str(folder / "all.csv")).code == 130
    assert [path.name for path in folder.iterdir()] == ["all.csv"]
    assert (folder / "all.csv").read_text() == "before"


def _interrupted(_text: str) -> Never:
    raise KeyboardInterrupt
