"""The figures in the terminal are those of the API."""

import json
from pathlib import Path
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from app.db import make_engine, make_sessions
from app.main import create_app
from app.settings import Settings
from app.tables import Venue
from command_line import Paymap


@pytest.fixture
def sandbox(paymap: Paymap, var: Path) -> Settings:
    """The settings of a small sandbox."""
    paymap("demo", "--venues", "60")
    return Settings(var_dir=var, _env_file=None).for_sandbox()


def test_json_is_what_the_api_gives(paymap: Paymap, sandbox: Settings) -> None:
    """The same object for the same question, without a server."""
    answer = paymap("coverage", "--demo", "--capability", "cash", "--region", "371502", "--json")
    with TestClient(create_app(sandbox)) as client:
        assert json.loads(answer.out) == client.get("api/v1/coverage?capability=cash&region=371502").json()


def test_the_table_adds_up(paymap: Paymap, sandbox: Settings) -> None:
    """A line per county, for a sight whose county nobody knows, and for all; the sandbox says what it is."""
    sight = {"category": "scenic_spot", "name_zh": "示例·湖", "region": "371500", "source": "simulated"}
    engine = make_engine(sandbox.engine_url)
    with make_sessions(engine).begin() as session:
        session.add(Venue(id=str(uuid4()), **sight))
    engine.dispose()
    out = paymap("coverage", "--demo").out
    rows = out.split("known\n")[1].split("\n\n")[0].splitlines()
    totals = [int(row[24:33]) for row in rows]
    assert len(totals) == 8 + 2
    assert (rows[-2].startswith("county not known"), totals[-2]) == (True, 1)
    assert sum(totals[:-1]) == totals[-1] > 0
    assert out.startswith("SIMULATED")
    assert "spread evenly" in out


def test_an_incomplete_list_has_no_shares(paymap: Paymap) -> None:
    """The real register says that its lists are not complete, and gives counts alone."""
    paymap("init")
    out = paymap("coverage", "--capability", "foreign_card_atm").out
    assert "not known to be complete" in out
    assert "%" not in "\n".join(out.split("people within")[0].splitlines()[3:])
