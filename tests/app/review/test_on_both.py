"""The queue and the inspections ask both databases the same and hear the same."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.actor import Actor
from app.db import make_engine
from app.policy import Policy
from app.review import inspections, queue
from app.review.claims import Claims
from app.review.decisions import Errand, Ruling, ask_inspection, rule
from app.review.evidence import questions
from app.review.shown import foretold
from small_register import fill, venue_id

from .conftest import tell

POLICY = Policy(class_lead={"hotel": "W", "hospital": "H", "mall": "C"})
ACTORS = {
    "regulator": (Actor("r", "regulator"), 3),
    "department": (Actor("d", "department", "W"), 1),
    "county": (Actor("c", "county", None, "371502"), 3),
}


@pytest.mark.parametrize("who", ACTORS)
def test_the_queue_is_the_same_on_both(migrated_url: str, who: str) -> None:
    """What waits, what would follow, an errand, a decision, and what is due then."""
    actor, waits = ACTORS[who]
    engine = make_engine(migrated_url)
    fill(engine)
    told = tell(engine)
    with Session(engine) as session:
        claims = Claims(timedelta(days=90))
        items = queue.waiting(session, actor, POLICY, claims, queue.Asked())
        assert len(items) == waits
        assert len(questions(session, items)) == waits
        assert {o["now"].status for o in foretold(session, items).values()} <= {"unknown", "no"}
        errand = Errand((told["report"],), "W", date(2030, 1, 1), "go")
        ask_inspection(session, errand, actor, POLICY, date(2026, 11, 24))
        session.commit()
        asked = inspections.due(actor, POLICY, everybody=True)
        assert [v.id for _, v in session.execute(asked)] == [venue_id("a")]
        assert session.scalar(select(func.count()).select_from(asked.order_by(None).subquery())) == 1
        rule(session, Ruling({told["report"]: 0}, "accepted", ""), actor, POLICY)
        session.commit()
        left = queue.waiting(session, actor, POLICY, claims, queue.Asked(region="371502", capability="cash"))
        assert len(left) == waits - 1
        assert session.execute(inspections.done(actor, POLICY)).all() == []
    engine.dispose()
