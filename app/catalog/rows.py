"""Venues out of the database, whole and in order, a few thousand at a time."""

from collections.abc import Collection, Iterator
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Select, literal, select
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

CHUNK = 5_000
_ClaimQuery = Select[str, str, str, str, date, str, dict[str, Any]]
_DIRECT = (
    "id", "name_zh", "name_en", "category", "level", "region", "zone", "address_zh", "address_en", "phone",
    "opening_hours", "operator", "part_of", "location_quality", "location_error_m", "source", "updated_at",
    "closed_on", "deleted_at",
)  # fmt: skip


def venue_rows(session: Session, venue_ids: Collection[str] | None = None) -> Iterator[VenueRow]:
    """The venues with what is known of them, removed and closed ones too, in order of id."""
    wanted = iter(sorted(venue_ids) if venue_ids is not None else _all_ids(session))
    listed = key_lists(session)
    while chunk := list(islice(wanted, CHUNK)):
        yield from _chunk_rows(session, chunk, listed)


def _all_ids(session: Session) -> list[str]:
    return list(session.scalars(select(Venue.id).order_by(Venue.id)))


def _chunk_rows(session: Session, ids: list[str], listed: dict[str, tuple[str, ...]]) -> Iterator[VenueRow]:
    columns = [getattr(Venue, name) for name in _DIRECT]
    venues = session.execute(select(*columns, Venue.geometry).where(Venue.id.in_(ids)).order_by(Venue.id))
    summaries = _claims(session, _summary_query(ids))
    aspects = _claims(session, _aspect_query(ids))
    for *values, point in venues:
        named = dict(zip(_DIRECT, values, strict=True))
        key = named["id"]
        yield VenueRow(
            **named,
            point=point,
            key_lists=listed.get(key, ()),
            summaries=summaries.get(key, ()),
            aspects=aspects.get(key, ()),
        )


def _summary_query(ids: list[str]) -> _ClaimQuery:
    return _with_evidence(CapabilitySummary, literal(""), ids)


def _aspect_query(ids: list[str]) -> _ClaimQuery:
    return _with_evidence(CurrentStatus, CurrentStatus.aspect.expression, ids)


def _with_evidence(
    table: type[CapabilitySummary | CurrentStatus], aspect: ColumnElement[str], ids: list[str]
) -> _ClaimQuery:
    return (
        select(
            table.venue_id,
            table.capability,
            aspect,
            table.status,
            Observation.observed_at,
            Observation.source_kind,
            Observation.details,
        )
        .join(Observation, Observation.id == table.observation_id)
        .where(table.venue_id.in_(ids))
        .order_by(table.venue_id, table.capability)
    )


def _claims(session: Session, query: _ClaimQuery) -> dict[str, tuple[Claim, ...]]:
    found: dict[str, list[Claim]] = {}
    for venue, capability, aspect, status, day, source, details in session.execute(query):
        found.setdefault(venue, []).append(Claim(capability, aspect, status, day, source, details))
    return {venue: tuple(claims) for venue, claims in found.items()}


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
