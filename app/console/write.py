"""What the staff write: venues added, changed, closed, removed and restored; statements recorded and taken back.

Pages and the interface call the same functions. Each asks for permission on the thing as it stands and as it would
become, and leaves the commit to its caller.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actor import Actor
from app.console.attributes import ATTRIBUTES, check_days, read
from app.console.choices import Choices, choices
from app.console.places import JOINED, OUTSIDE, PLACED, borders, check_county, parted, read_position
from app.errors import BadFields, Fault, NotFound
from app.i18n.catalogs import later as N_  # noqa: N812 - gettext's own name for a marked message
from app.permissions import Action, Subject, require
from app.policy import Policy
from app.register import places, statements
from app.register.keys import fresh_key
from app.register.statements import Statement
from app.tables import Account, Observation, Venue

NO_VENUE = N_("there is no such venue")
ITSELF = N_("a place is not part of itself")
TAKEN = N_("this institution has another venue of that number: %(name)s")
NO_REASON = N_("say why; the reason stays in the history")
LONGEST_REASON = 400
HELD = ("original_lon", "original_lat", "original_datum", "location_quality", "location_error_m")
"""The columns that hold what `PLACED` says."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a write needs: the database, who writes, and which unit leads which class."""

    session: Session
    actor: Actor
    policy: Policy

    def subject(self, venue: Venue) -> Subject:
        """Whose a venue is."""
        return places.subject_of(venue, self.policy)

    def require(self, action: Action, venue: Venue) -> None:
        """Nothing where the actor may do this to the venue; see `permissions.require`."""
        require(self.actor, action, self.subject(venue))

    def require_values(self, values: Mapping[str, Any], before: Subject | None = None) -> None:
        """Nothing where the actor may have a venue with these values; see `permissions.require`."""
        was = before or Subject()
        lead = self.policy.class_lead.get(values["category"]) if "category" in values else was.lead
        owned = {name: values[name] for name in ("institution", "region", "zone") if name in values}
        after = replace(was, name=values.get("name_zh", was.name), lead=lead, **owned)
        require(self.actor, Action.EDIT_VENUE, after)


def venue_of(session: Session, venue_id: str) -> Venue:
    """A venue, removed ones too.

    Raises:
        NotFound: there is none.
    """
    found = session.get(Venue, venue_id) if is_key(venue_id) else None
    if found is None:
        raise NotFound(NO_VENUE)
    return found


def is_key(text: str) -> bool:
    """Whether a text can be the id of a venue at all."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def edit(desk: Desk, venue_id: str, given: Mapping[str, object], seen: int | None) -> None:
    """Set what is given; what is not named stays.

    Raises:
        NotFound, NotAllowed, BadFields: naming each field. Overtaken: the venue is not the version seen any more.
    """
    venue = venue_of(desk.session, venue_id)
    desk.require(Action.EDIT_VENUE, venue)
    values = _understood(desk.session, given, venue)
    desk.require_values(values, desk.subject(venue))
    places.change(desk.session, {venue_id: values}, desk.actor, seen=None if seen is None else {venue_id: seen})


def add(desk: Desk, given: Mapping[str, object]) -> str:
    """The id of a new venue.

    Raises:
        NotAllowed, BadFields: naming each field.
    """
    needed = dict.fromkeys((a.name for a in ATTRIBUTES.values() if a.required), "")
    values = _understood(desk.session, {"serves_public": True, **needed, **given}, None)
    desk.require_values(values)
    key = fresh_key()
    places.add(desk.session, [{**values, "id": key}], desk.actor)
    return key


def close(desk: Desk, venue_id: str, day: object, reason: object, seen: int | None) -> None:
    """Close a venue for good on a day (open it again where the day is empty), and say why.

    Raises:
        NotFound, NotAllowed, Overtaken, BadFields: naming the field.
    """
    why = _reason(reason)
    edit(desk, venue_id, {"closed_on": day}, seen)
    places.remember(desk.session, {venue_id: {"reason": why}}, desk.actor)


def remove(desk: Desk, venue_id: str, reason: object, *, back: bool = False) -> None:
    """Take a venue out of the register, or bring it `back`.

    Raises:
        NotFound, NotAllowed, BadFields: no reason.
    """
    desk.require(Action.EDIT_VENUE, venue_of(desk.session, venue_id))
    put = places.restore if back else places.remove
    put(desk.session, [venue_id], desk.actor, _reason(reason))


def record(desk: Desk, venue_id: str, said: Sequence[Statement]) -> list[int]:
    """The ids of the statements written about a venue.

    Raises:
        NotFound, NotAllowed, BadStatement: naming the field.
    """
    desk.require(Action.RECORD, venue_of(desk.session, venue_id))
    return statements.record(desk.session, said, desk.actor)


def withdraw(desk: Desk, observation_id: int, reason: object) -> tuple[int, str]:
    """The id of the statement that takes another back, and whose venue it is about.

    What one's own unit said it may take back; what another said, only whoever may review it.

    Raises:
        NotFound, NotAllowed, BadFields: no reason.
    """
    found = desk.session.get(Observation, observation_id)
    if found is None:
        msg = f"there is no statement {observation_id}"
        raise NotFound(msg)
    action = Action.RECORD if _said_by_own_unit(desk, found) else Action.REVIEW
    desk.require(action, venue_of(desk.session, found.venue_id))
    return statements.withdraw(desk.session, observation_id, desk.actor, _reason(reason)), found.venue_id


def _said_by_own_unit(desk: Desk, statement: Observation) -> bool:
    said_by = select(Account.institution).where(Account.login == statement.recorded_by)
    unit = desk.session.scalar(said_by)
    return statement.recorded_by == desk.actor.name or (unit is not None and unit == desk.actor.institution)


def placed(venue: Venue) -> dict[str, Any]:
    """A venue's position as it was given, by the names of the form; WGS-84 where only that is held."""
    held = dict(zip(PLACED, (getattr(venue, name) for name in HELD), strict=True))
    if venue.geometry is not None and held["lon"] is None:
        x, y = venue.geometry.coords[0]
        held |= {"lon": round(x, 6), "lat": round(y, 6), "datum": "wgs84"}
    error = held["location_error_m"]
    return held if error is None else {**held, "location_error_m": int(error) if error.is_integer() else error}


def _understood(session: Session, given: Mapping[str, object], venue: Venue | None) -> dict[str, Any]:
    """The columns that are given, checked one by one and against each other."""
    words = choices(session)
    parts, faults = dict(given), dict[str, Fault]()
    confirmed = str(parts.pop(OUTSIDE, None) or "")
    joined = parts.pop(JOINED, None)
    place = {name: parts.pop(name) for name in PLACED if name in parts}
    place |= parted(str(joined)) if joined else {}
    values: dict[str, Any] = {}
    for reading in (partial(read, parts, words.allowed), partial(_position, place, venue)):
        try:
            values |= reading()
        except BadFields as bad:
            faults |= bad.faults
    if faults:
        raise BadFields(faults)
    return _checked(session, values, venue, words, confirmed)


def _position(place: Mapping[str, object], venue: Venue | None) -> dict[str, Any]:
    """The columns of the position that is given; nothing where it is the one that is held."""
    held = placed(venue) if venue else dict.fromkeys(PLACED)
    given = {**held, **place}
    same = all(_text(given[name]) == _text(held[name]) for name in PLACED)
    return {} if same else read_position(given)


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _checked(
    session: Session, values: dict[str, Any], venue: Venue | None, words: Choices, confirmed: str
) -> dict[str, Any]:
    def now(name: str) -> Any:  # noqa: ANN401 - any column's value
        return values[name] if name in values else getattr(venue, name, None)

    check_days(now("opened_on"), now("closed_on"))
    _check_whole(session, now("part_of"), venue)
    if {"external_id", "institution"} & values.keys():
        _check_number(session, now("institution"), now("external_id"), venue)
    moved = "geometry" in values or now("region") != getattr(venue, "region", None)
    if moved and now("region") in words.allowed["region"]:
        error = now("location_error_m")
        values["region"] = check_county(now("geometry"), error, now("region"), borders(session), confirmed)
    return values


def _check_whole(session: Session, whole: str | None, venue: Venue | None) -> None:
    if whole is None:
        return
    if venue is not None and whole == venue.id:
        raise BadFields({"part_of": Fault(ITSELF)})
    if not is_key(whole) or session.get(Venue, whole) is None:
        raise BadFields({"part_of": Fault(NO_VENUE)})


def _check_number(session: Session, institution: str | None, number: str | None, venue: Venue | None) -> None:
    if institution is None or number is None:
        return
    other = select(Venue.name_zh).where(Venue.institution == institution, Venue.external_id == number)
    name = session.scalar(other if venue is None else other.where(Venue.id != venue.id))
    if name is not None:
        raise BadFields({"external_id": Fault(TAKEN, {"name": name})})


def _reason(said: object) -> str:
    text = said.strip() if isinstance(said, str) else ""
    if not text or "\0" in text:
        raise BadFields({"reason": Fault(NO_REASON)})
    return text[:LONGEST_REASON]
