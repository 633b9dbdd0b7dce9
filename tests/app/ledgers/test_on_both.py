"""Rows come in, are listed and go on both databases alike."""

import pytest
from sqlalchemy.orm import Session

from app.actor import Actor
from app.db import make_engine
from app.ledgers.books import books
from app.ledgers.kinds import KINDS, LEDGERS
from app.ledgers.listing import listing
from app.settings import Settings
from small_register import fill

from .test_kinds import GOOD, WRITERS, applied, held, people, undone

COUNTY = Actor("sun", "county", "371502", "371502")


@pytest.mark.parametrize("key", KINDS)
def test_a_ledger_is_the_same_on_both(migrated_url: str, settings: Settings, key: str) -> None:
    """Applied, listed with every filter for those who may see it, and undone."""
    engine = make_engine(migrated_url)
    fill(engine)
    with Session(engine) as session:
        people(session)
        empty = held(session, key)
        made = applied(session, key, settings, WRITERS[key], GOOD[key])
        assert held(session, key) != empty
        for actor in (WRITERS[key], COUNTY) if key in LEDGERS else ():
            ledger, asked = LEDGERS[key], {"q": "x", "since": "2020-01", "until": "2030-01"}
            own = books(session, actor, settings)
            seen = actor is not COUNTY or hasattr(ledger.table, "venue_id")
            assert listing(ledger, {}, own, own.policy).total == seen
            assert listing(ledger, asked, own, own.policy).total == 0
        assert undone(session, key, WRITERS[key], made) == []
        assert held(session, key) == empty
    engine.dispose()
