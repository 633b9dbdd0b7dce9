"""Venues out of the database, whole and in order, a few thousand at a time."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from itertools import islice
from operator import itemgetter
from typing import Any

from sqlalchemy import Select, literal, select
from sqlalchemy.orm import Session

from app.catalog.feature import Claim, VenueRow
from app.tables import (
    CapabilitySummary,
    CurrentStatus,
    KeyListEntry,
    KeyListVersion,
    Observation,
    Venue,
)
from app.vocabulary import CAPABILITIES

CHUNK = 5_000
_ClaimQuery = Select[*tuple[Any, ...]]
_DIRECT = (
    "id", "name_zh", "name_en", "category", "level", "region", "zone", "address_zh", "address_en", "phone",
    "opening_hours", "operator", "part_of", "location_quality", "location_error_m", "source", "updated_at",
    "opened_on", "closed_on", "deleted_at",
)  # fmt: skip


_PLACES = {
    pair: place for place, pair in enumerate((c.key, a) for c in CAPABILITIES.values() for a in ("", *c.aspects))
}
"""The order in which a feature tells what is known: the vocabulary's own."""


def venue_rows(
    session: Session, touched: Mapping[str | None, datetime], venue_ids: Collection[str] | None = None
) -> Iterator[VenueRow]:
    """The venues with what is known of them, removed and closed ones too, in order of key.

    Args:
        session: one that sees a single moment of the register.
        touched: when a change last named a venue (None: all of them), which a statement does without
            writing the venue itself.
        venue_ids: which venues; None for all.
    """
    wanted = iter(sorted(session.scalars(select(Venue.id)) if venue_ids is None else venue_ids))
    listed = key_lists(session)
    while chunk := list(islice(wanted, CHUNK)):
        yield from _chunk_rows(session, chunk, listed, touched)


def _chunk_rows(
    session: Session, ids: list[str], listed: dict[str, tuple[str, ...]], touched: Mapping[str | None, datetime]
) -> Iterator[VenueRow]:
    columns = [getattr(Venue, name) for name in _DIRECT]
    venues = session.execute(select(*columns, Venue.geometry).where(Venue.id.in_(ids))).all()
    summaries = _claims(session, _summary_query(ids))
    aspects = _claims(session, _aspect_query(ids))
    for *values, point in sorted(venues, key=itemgetter(0)):  # a database may sort text in its own way
        named = dict(zip(_DIRECT, values, strict=True))
        key = named["id"]
        named["updated_at"] = max([named["updated_at"], *(touched[mark] for mark in (key, None) if mark in touched)])
        yield VenueRow(
            **named,
            point=point,
            key_lists=listed.get(key, ()),
            summaries=summaries.get(key, ()),
            aspects=aspects.get(key, ()),
        )


def _summary_query(ids: list[str]) -> _ClaimQuery:
    evidence = (Observation.observed_at, Observation.source_kind, Observation.details)
    return (
        select(
            CapabilitySummary.venue_id, CapabilitySummary.capability, literal(""), CapabilitySummary.status, *evidence
        )
        .join(Observation, Observation.id == CapabilitySummary.observation_id)
        .where(CapabilitySummary.venue_id.in_(ids))
    )


def _aspect_query(ids: list[str]) -> _ClaimQuery:
    key = (CurrentStatus.venue_id, CurrentStatus.capability, CurrentStatus.aspect)
    return (
        select(*key, CurrentStatus.status, Observation.observed_at)
        .join(Observation, Observation.id == CurrentStatus.observation_id)
        .where(CurrentStatus.venue_id.in_(ids))
    )


def _claims(session: Session, query: _ClaimQuery) -> dict[str, tuple[Claim, ...]]:
    found: dict[str, list[Claim]] = {}
    for venue, *said in session.execute(query):
        found.setdefault(venue, []).append(Claim(*said))
    return {venue: tuple(sorted(claims, key=_place)) for venue, claims in found.items()}


def _place(claim: Claim) -> int:
    return _PLACES[claim.capability, claim.aspect]


def key_lists(session: Session) -> dict[str, tuple[str, ...]]:
    """The lists each venue is on, by the newest confirmed version of each, or its newest draft where none is."""
    versions: dict[str, int] = dict(
        session.execute(
            select(KeyListVersion.list_code, KeyListVersion.id).order_by(
                KeyListVersion.confirmed_at.is_not(None), KeyListVersion.number
            )
        ).all()
    )
    code_of = {version: code for code, version in versions.items()}
    found: dict[str, list[str]] = {}
    entries = select(KeyListEntry.venue_id, KeyListEntry.version_id).where(KeyListEntry.version_id.in_(code_of))
    for venue, version in session.execute(entries):
        found.setdefault(venue, []).append(code_of[version])
    return {venue: tuple(sorted(codes)) for venue, codes in found.items()}
