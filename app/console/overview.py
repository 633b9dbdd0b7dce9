"""What waits for the person who has signed in: numbers that lead to the lists behind them."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.asking import Asker
from app.catalog.live import Live
from app.console.found import found
from app.console.listing import filters_of
from app.console.reach import own_query, own_venues
from app.i18n.catalogs import later as N_  # noqa: N812 - gettext's own name for a marked message
from app.permissions import ANY, TABLE, Action, Role, may
from app.policy import Policy
from app.tables import Decision, Import, ImportRow, Observation, Venue
from app.vocabulary import LocationQuality

LAST_IMPORTS = 5


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits: how much of it, what it is, what to do, and where."""

    count: int
    title: str
    advice: str
    path: str
    query: Mapping[str, str]


def waiting(session: Session, live: Live, asker: Asker, policy: Policy) -> list[Waiting]:
    """What waits for this person; what the role does not see to is left out."""
    actor, own = asker.actor, own_query(session, asker.actor, policy)
    tiles = []
    if may(actor, Action.IMPORT):
        asks = _asks(session, asker)
        tiles.append(Waiting(asks, N_("rows to settle"), N_("Rows of imported files that ask"), "/console/imports", {}))
    if may(actor, Action.REVIEW):
        reviews = _undecided(session, asker, policy)
        tiles.append(
            Waiting(reviews, N_("statements to review"), N_("Reports that wait for a decision"), "/console/review", {})
        )
    if may(actor, Action.EDIT_VENUE):
        lost = unlocated(session, asker, policy)
        tiles.append(
            Waiting(
                lost,
                N_("venues to locate"),
                N_("Without a position, or with an approximate one"),
                "/console/locate",
                {},
            )
        )
    query = {**own, "show": "stale"}
    old = found(live.catalog, filters_of(live, own), "stale", "updated", 1).matched
    advice = N_("Somebody should look there again")
    return [*tiles, Waiting(old, N_("venues with stale statements"), advice, "/console/venues", query)]


def unlocated(session: Session, asker: Asker, policy: Policy) -> int:
    """How many venues that this person may edit lack a position that can be trusted."""
    own = own_venues(asker.actor, Action.EDIT_VENUE, policy)
    query = select(func.count()).select_from(Venue).where(own, *lost())
    return session.scalar(query) or 0


def lost() -> tuple[ColumnElement[bool], ...]:
    """The conditions of a venue that is there and lacks a position that can be trusted."""
    untrusted = or_(Venue.location_quality.is_(None), Venue.location_quality == LocationQuality.APPROXIMATE)
    return Venue.deleted_at.is_(None), Venue.closed_on.is_(None), untrusted


def last_imports(session: Session, asker: Asker) -> list[Import]:
    """The newest files that this person may see."""
    query = select(Import).where(_seen_by(asker)).order_by(Import.id.desc()).limit(LAST_IMPORTS)
    return list(session.scalars(query))


def _asks(session: Session, asker: Asker) -> int:
    query = (
        select(func.count())
        .select_from(ImportRow)
        .join(Import, Import.id == ImportRow.import_id)
        .where(ImportRow.outcome == "ask", ImportRow.settled.is_(None), Import.applied_at.is_(None), _seen_by(asker))
    )
    return session.scalar(query) or 0


def _seen_by(asker: Asker) -> ColumnElement[bool]:
    actor = asker.actor
    everything = TABLE[Action.IMPORT].get(Role(actor.role)) == ANY
    own = Import.created_by == actor.name
    if everything:
        return Import.id > 0
    return own if actor.institution is None else or_(own, Import.institution == actor.institution)


def _undecided(session: Session, asker: Asker, policy: Policy) -> int:
    own = own_venues(asker.actor, Action.REVIEW, policy)
    query = (
        select(func.count())
        .select_from(Observation)
        .join(Venue, Venue.id == Observation.venue_id)
        .outerjoin(Decision, Decision.observation_id == Observation.id)
        .where(Decision.id.is_(None), own)
    )
    return session.scalar(query) or 0
