"""The whole application over the small register, about which visitors and sources have said things that wait."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.actor import SYSTEM
from app.main import create_app
from app.register.statements import record
from app.settings import Settings
from app.tables import Institution, Region, Venue
from small_register import seen, small_database, venue_id

SAID = {
    "report": seen("a", "foreign_card", "no", "2026-10-01", "visa", "visitor_report"),
    "osm": seen("b", "cash", "yes", "2026-10-02", kind="openstreetmap"),
    "older": seen("c", "cash", "yes", "2026-10-01", kind="ledger"),
    "newer": seen("c", "cash", "no", "2026-10-20", kind="inspection"),
}
UNITS = {"W": "city_department", "H": "city_department", "C": "city_department", "boc": "bank", "abc": "bank"}


def tell(engine: Engine) -> dict[str, int]:
    """Write what waits, and who there is: bank boc runs A, bank abc runs B; the ids of the statements."""
    with Session(engine) as session:
        session.add_all(Institution(code=code, kind=kind, name_zh=code, source="-") for code, kind in UNITS.items())
        session.add(Region(adcode="371503", level="county", name_zh="茌平区", name_en="Chiping", source="-"))
        session.flush()
        for letter, code in (("a", "boc"), ("b", "abc")):
            session.execute(update(Venue).where(Venue.id == venue_id(letter)).values(institution=code))
        ids = record(session, list(SAID.values()), SYSTEM)
        session.commit()
    return dict(zip(SAID, ids, strict=True))


@pytest.fixture
def told(engine: Engine) -> dict[str, int]:
    """The ids of what waits, by name."""
    return tell(engine)


@pytest.fixture
def client(engine: Engine, settings: Settings, told: dict[str, int]) -> Iterator[TestClient]:
    """A client of the whole application that follows no redirect."""
    assert engine
    assert told
    with TestClient(create_app(settings), follow_redirects=False) as made:
        yield made


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, dict[str, int]]]:
    """A client as `client` gives it, and the ids of what waits; for tests that write nothing."""
    settings = Settings(var_dir=tmp_path_factory.mktemp("shared"), _env_file=None)
    with small_database(settings) as engine:
        told = tell(engine)
        with TestClient(create_app(settings), follow_redirects=False) as made:
            yield made, told
