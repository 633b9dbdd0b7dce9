"""Making a register ready."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from starlette.testclient import TestClient

from app.db import make_engine, make_sessions
from app.main import create_app
from app.register.changes import latest
from app.settings import ROOT, Settings
from app.tables import Region, Register, Venue
from command_line import Paymap

CELLS = "经度,纬度,人口\n115.98,36.45,1200\n116.25,36.60,300.5\n"


@pytest.fixture
def register(var: Path) -> Iterator[Engine]:
    """The real register's database, which the test makes."""
    engine = make_engine(f"sqlite:///{var / 'paymap.sqlite'}")
    yield engine
    engine.dispose()


def facts(engine: Engine) -> tuple[int, int, str]:
    """How many venues there are, the newest change, and where the people come from."""
    with make_sessions(engine)() as session:
        venues = session.scalar(select(func.count()).select_from(Venue)) or 0
        return venues, latest(session), session.get_one(Register, 1).population_source


def test_a_second_run_changes_nothing(paymap: Paymap, register: Engine) -> None:
    """The city is loaded once; the second run numbers no change."""
    first = paymap("init")
    assert (first.code, first.out) == (0, "city 371500: loaded\n")
    before = facts(register)
    assert before == (478, 1, "")
    assert paymap("init").out == "city 371500: already loaded\n"
    assert facts(register) == before


def test_another_city_is_loaded_and_served(paymap: Paymap, register: Engine, var: Path) -> None:
    """Jinan has borders and an empty directory; the next run needs no option, and the API answers."""
    assert paymap("init", "--city", "370100").out == "city 370100: loaded\n"
    assert paymap("init").out == "city 370100: already loaded\n"
    assert facts(register)[0] == 0
    with TestClient(create_app(Settings(var_dir=var, city="370100", _env_file=None))) as client:
        names = {r["properties"]["name_zh"] for r in client.get("/api/v1/regions").json()["features"]}
        assert {"济南市", "历下区"} <= names
        assert client.get("/api/v1/venues").json()["numberMatched"] == 0
        assert client.get("/api/v1/coverage").json()["overall"]["total"] == 0
    refused = paymap("init", "--city", "371500")
    assert (refused.code, "holds city 370100, not 371500" in refused.err) == (2, True)


def test_borders_alone_keep_the_english_names(paymap: Paymap, register: Engine) -> None:
    """Without venues the directory is empty, and the counties are called as in the city's file."""
    assert paymap("init", "--no-venues").code == 0
    assert facts(register)[0] == 0
    with make_sessions(register)() as session:
        assert session.get_one(Region, "371502").name_en == "Dongchangfu District"


def test_a_grid_of_people_is_loaded_and_stays(paymap: Paymap, register: Engine, tmp_path: Path) -> None:
    """Running servers are told to rebuild, and coverage names the file; a run without the option keeps it."""
    file = tmp_path / "cells.csv"
    file.write_text(CELLS, "utf-8")
    assert "cells.csv: 1,500 people in 2 cells" in paymap("init", "--population", str(file)).out
    _venues, change, source = facts(register)
    assert (change, source.split(",")[0]) == (1, "cells.csv: 1")
    copied = tmp_path / "data"
    shutil.copytree(ROOT / "data", copied)
    with (copied / "liaocheng" / "venues.csv").open("a", encoding="utf-8") as venues:
        venues.write("\n")
    assert paymap("init", PAYMAP_DATA_DIR=str(copied)).out == "city 371500: loaded\n"
    assert facts(register) == (478, 2, source)
    told = paymap("coverage", "--json")
    assert f'"population_source": "{source}"' in told.out
    assert '"people": 1500.5' in told.out


def test_a_bad_grid_changes_nothing(paymap: Paymap, register: Engine, tmp_path: Path) -> None:
    """One line names file, row and field; the exit code is 2; the grid before stays."""
    file = tmp_path / "cells.csv"
    file.write_text(CELLS, "utf-8")
    paymap("init", "--population", str(file))
    before = facts(register)
    file.write_text(CELLS + "115.9,36.4,many\n", "utf-8")
    refused = paymap("init", "--population", str(file))
    assert (refused.code, refused.err) == (2, "paymap: cells.csv row 4: people: 'many' is not a number\n")
    assert facts(register) == before
