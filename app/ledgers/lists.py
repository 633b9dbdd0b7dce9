"""重点场所、重点商户名录: a department drafts a version, the coordination office confirms it. The caller commits.

There is one open draft per list, which all departments work on, each for the venues that it leads. What a confirmed
version holds stays as it is.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.actor import Actor
from app.errors import BadFields, Fault, NotFound, Overtaken
from app.i18n.catalogs import later as N_  # noqa: N812 - gettext's own name for a marked message
from app.ledgers.books import Books
from app.permissions import Action, require
from app.register.changes import mark
from app.register.places import subject_of
from app.tables import KeyList, KeyListEntry, KeyListVersion, Venue
from app.tables.base import now

NO_REASON = N_("say why it is taken off the list")
NO_DRAFT = N_("there is no draft to confirm")
LONGEST = 400


@dataclass(frozen=True, slots=True)
class Entry:
    """What a version says of a venue."""

    large: bool = False
    clause: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """What a version has that the one before has not, and the other way round; `reasons` by venue removed."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    reasons: Mapping[str, Mapping[str, Any]]


def versions(session: Session, code: str) -> list[KeyListVersion]:
    """The versions of a list, the newest first."""
    query = select(KeyListVersion).where(KeyListVersion.list_code == code)
    return list(session.scalars(query.order_by(KeyListVersion.number.desc())))


def the_list(session: Session, code: str) -> KeyList:
    """A list by its code.

    Raises:
        NotFound: there is none.
    """
    found = session.get(KeyList, code)
    if found is None:
        msg = f"there is no list {code}"
        raise NotFound(msg)
    return found


def open_draft(session: Session, code: str) -> KeyListVersion | None:
    """The version that is being drafted; None where the newest is confirmed."""
    newest = versions(session, code)[:1]
    return newest[0] if newest and newest[0].confirmed_at is None else None


def entries(session: Session, version_id: int) -> dict[str, Entry]:
    """What a version holds, by venue."""
    columns = (KeyListEntry.venue_id, KeyListEntry.large, KeyListEntry.clause, KeyListEntry.reason)
    rows = session.execute(select(*columns).where(KeyListEntry.version_id == version_id))
    return {venue: Entry(large, clause, reason) for venue, large, clause, reason in rows}


def before(session: Session, version: KeyListVersion) -> KeyListVersion | None:
    """The version before."""
    older = (v for v in versions(session, version.list_code) if v.number < version.number)
    return next(older, None)


def difference(session: Session, version: KeyListVersion) -> Difference:
    """How a version differs from the one before."""
    former = before(session, version)
    was = entries(session, former.id) if former else {}
    has = entries(session, version.id)
    return Difference(
        added=tuple(sorted(has.keys() - was.keys())),
        removed=tuple(sorted(was.keys() - has.keys())),
        changed=tuple(sorted(v for v in has.keys() & was.keys() if has[v].large != was[v].large)),
        reasons=version.removals or {},
    )


def draft(session: Session, code: str, actor: Actor, today: date, import_id: int | None = None) -> KeyListVersion:
    """The open draft of a list, made from its newest version where there is none; the caller has numbered a change."""
    the_list(session, code)
    found = open_draft(session, code)
    if found is not None:
        return found
    newest = versions(session, code)[:1]
    made = KeyListVersion(
        list_code=code,
        number=(newest[0].number if newest else 0) + 1,
        valid_from=today,
        source=actor.name if import_id is None else f"import {import_id}",
        drafted_by=actor.name,
        removals={},
        import_id=import_id,
    )
    session.add(made)
    session.flush()
    for venue, entry in entries(session, newest[0].id).items() if newest else ():
        _enter(session, made.id, venue, entry)
    return made


def put(session: Session, version: KeyListVersion, venue_id: str, entry: Entry) -> None:
    """Enter a venue on a draft, or change what the draft says of it; the caller has numbered the change."""
    _set(session, version, venue_id, entry)
    version.removals = {key: said for key, said in (version.removals or {}).items() if key != venue_id}


def take_off(session: Session, version: KeyListVersion, venue_id: str, reason: str, actor: Actor) -> None:
    """Take a venue off a draft, and say why; the caller has numbered the change.

    Raises:
        BadFields: no reason.
    """
    if not reason.strip():
        raise BadFields({"reason": Fault(NO_REASON)})
    _set(session, version, venue_id, None)
    said = {"reason": reason[:LONGEST], "by": actor.name, "at": now().isoformat()}
    version.removals = {**(version.removals or {}), venue_id: said}


def confirm(session: Session, code: str, valid_from: date, seen: str, actor: Actor) -> KeyListVersion:
    """Confirm the draft of a list: from that day on it is the list.

    Raises:
        NotFound: no such list. NotAllowed: only the coordination office confirms. BadFields: there is no draft.
        Overtaken: the draft is not as it was seen any more.
    """
    the_list(session, code)
    require(actor, Action.CONFIRM_LIST)
    mark(session, actor, None)  # whoever is on a list may change with it, and so may the figures of its class
    version = open_draft(session, code)
    if version is None:
        raise BadFields({"version": Fault(NO_DRAFT)})
    if fingerprint(session, version) != seen:
        msg = "somebody has changed the draft since it was read; nothing was written"
        raise Overtaken(msg)
    version.confirmed_at, version.confirmed_by, version.valid_from = now(), actor.name, valid_from
    return version


def fingerprint(session: Session, version: KeyListVersion) -> str:
    """What tells one state of a draft from another."""
    said = repr((version.id, sorted(entries(session, version.id).items()), sorted((version.removals or {}).items())))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def put_back(session: Session, version: KeyListVersion, venue_id: str, entry: Entry | None) -> None:
    """Make a draft say of a venue what it said before; the caller has numbered the change."""
    _set(session, version, venue_id, entry)
    version.removals = {key: said for key, said in (version.removals or {}).items() if key != venue_id}


def drop_if_untouched(session: Session, version: KeyListVersion) -> bool:
    """Remove a draft that says the same as the version before; whether it was removed."""
    found = difference(session, version)
    if version.confirmed_at is not None or found.added or found.removed or found.changed:
        return False
    session.execute(delete(KeyListEntry).where(KeyListEntry.version_id == version.id))
    session.delete(version)
    session.flush()
    return True


def check_may_draft(session: Session, venue_id: str, books: Books) -> None:
    """Nothing where the books' actor may list this venue.

    Raises:
        NotFound: no such venue. NotAllowed: it is not the actor's to list.
    """
    venue = session.get(Venue, venue_id)
    if venue is None or venue.deleted_at is not None:
        msg = f"there is no venue {venue_id}"
        raise NotFound(msg)
    require(books.actor, Action.DRAFT_LIST, subject_of(venue, books.policy))


def _set(session: Session, version: KeyListVersion, venue_id: str, entry: Entry | None) -> None:
    here = KeyListEntry.version_id == version.id, KeyListEntry.venue_id == venue_id
    session.execute(delete(KeyListEntry).where(*here))
    if entry is not None:
        _enter(session, version.id, venue_id, entry)


def _enter(session: Session, version_id: int, venue_id: str, entry: Entry) -> None:
    session.add(
        KeyListEntry(
            version_id=version_id,
            venue_id=venue_id,
            large=entry.large,
            clause=entry.clause,
            reason=entry.reason,
        )
    )
    session.flush()
