"""A small register to take files from, with whatever makes a cell hard to write."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.actor import SYSTEM
from app.db import make_sessions
from app.main import create_app
from app.register.changes import mark
from app.register.statements import Statement, record
from app.settings import Settings
from app.tables import Institution, KeyList, KeyListEntry, KeyListVersion, Licence, PosDevice, Region, Venue
from small_register import seen, small_database, venue_id

HARD = "=1+1"
"""A name that a spreadsheet would reckon."""


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """The small register, of whose venues A is known best and B has a name that is a formula; D has no position."""
    with small_database(settings) as made:
        with make_sessions(made).begin() as session:
            _furnish(session)
        yield made


def _furnish(session: Session) -> None:
    session.add(Region(adcode="371500", level="city", name_zh="聊城市", name_en="Liaocheng", source="-"))
    session.add(Institution(code="icbc", kind="bank", name_zh="工商银行", source="-"))
    session.flush()
    a, b = session.get_one(Venue, venue_id("a")), session.get_one(Venue, venue_id("b"))
    a.external_id, a.institution, a.phone = "001020304050", "icbc", "0635-8412418 / 13806350000"
    a.opened_on, a.category = date(2020, 2, 29), "bank_branch"
    b.name_zh, b.address_zh, b.phone, b.notes = HARD, '院内,"东"楼\n二层', "+86 635 8412418", "a secret remark"
    session.add(Licence(venue_id=a.id, kind="personal_fx", held=True, valid_from=date(2024, 1, 1), source="-",
                        recorded_by="-"))  # fmt: skip
    session.add(PosDevice(venue_id=a.id, acquirer="icbc", device_no="POS-SECRET-1", schemes={}, recorded_by="-"))
    session.add(KeyList(code="merchants", kind="merchants", title_zh="-", title_en="-"))
    session.flush()
    version = KeyListVersion(list_code="merchants", number=1, valid_from=date(2025, 1, 1), source="-", drafted_by="-")
    session.add(version)
    session.flush()
    session.add(KeyListEntry(version_id=version.id, venue_id=a.id))
    said = [
        seen("a", "foreign_card", "yes", "2026-01-01", "visa"),
        seen("a", "foreign_card", "no", "2026-01-02", "jcb"),
        seen("b", "cash", "limited", "2026-01-03"),
    ]
    told = Statement(venue_id("a"), "currency_exchange", "yes", date(2026, 1, 4), "ledger", "a", "USD", {"limit": 500})
    record(session, [*said, told], SYSTEM)
    mark(session, SYSTEM, None)


@pytest.fixture
def client(engine: Engine, settings: Settings) -> Iterator[TestClient]:
    """A client of the application over it."""
    del engine
    with TestClient(create_app(settings)) as opened:
        yield opened


@pytest.fixture
def left(settings: Settings) -> Path:
    """The folder in which files are made, and in which nothing may be left."""
    return settings.var_dir / "exports"
