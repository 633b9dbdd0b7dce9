"""The condition on the venue table says what the table of permissions says."""

from itertools import product

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actor import Actor
from app.console.reach import own_venues
from app.permissions import Action, Role, may
from app.policy import Policy
from app.register.places import subject_of
from app.tables import Institution, Region, Venue

POLICY = Policy(class_lead={"hotel": "W", "hospital": "H"})
BOUNDS = [None, "W", "boc", "371502", "371500-kfq"]


@pytest.fixture
def places(session: Session) -> list[Venue]:
    """The four venues, one run by a bank, one by a department, one in a zone."""
    kinds = {"boc": "bank", "W": "city_department"}
    session.add_all(Institution(code=code, kind=kind, name_zh=code, source="-") for code, kind in kinds.items())
    session.add(Region(adcode="371500-kfq", level="zone", name_zh="开发区", name_en="", source="-"))
    session.flush()
    found = list(session.scalars(select(Venue).order_by(Venue.id)))
    found[0].institution, found[1].institution, found[2].zone = "boc", "W", "371500-kfq"
    session.flush()
    return found


@pytest.mark.parametrize("role", [*Role, "visitor"])
def test_scope_is_what_one_may(session: Session, places: list[Venue], role: str) -> None:
    """For every role, bound and action, exactly the venues that may be touched are found."""
    for unit, region, action in product(BOUNDS, BOUNDS, Action):
        actor = Actor("somebody", role, unit, region)
        found = set(session.scalars(select(Venue.id).where(own_venues(actor, action, POLICY))))
        assert found == {v.id for v in places if may(actor, action, subject_of(v, POLICY))}
