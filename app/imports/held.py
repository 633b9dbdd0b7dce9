"""What the register holds, as an import compares it: venues to match with, borders, and what was said before."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app.catalog.town import WGS84
from app.importers.venues import LOADER
from app.register import changes, places
from app.tables import (
    CapabilitySummary,
    CurrentStatus,
    Institution,
    Licence,
    Observation,
    Region,
    Venue,
    VenueHistory,
)
from app.tables.geometry import Wkb

CHUNK = 5_000
FX_LICENCE = "personal_fx"
MATCHED = ("id", "external_id", "institution", "name_zh", "category", "region", "address_zh", "phone",
           "location_error_m", "location_quality", "deleted_at", "zone")  # fmt: skip


class Word(NamedTuple):
    """A status with its day and where it is from."""

    status: str
    day: date
    source: str
    source_kind: str


@dataclass(frozen=True)
class Held:
    """The register at one moment.

    venues: index id; the columns that `geo.match` compares, and location_quality. Removed venues are left out.
    removed: whose each removed venue was, by id. numbered: the removed venue of each (institution, external_id).
    number: the newest change that it knows.
    regions: level, names and border by adcode. institutions: the code of each by code and names.
    """

    venues: gpd.GeoDataFrame
    removed: Mapping[str, Row[Any]]
    numbered: Mapping[tuple[str | None, str], str]
    number: int
    regions: Mapping[str, Row[Any]]
    institutions: Mapping[str, str]
    institution_names: Mapping[str, str]


def held(session: Session) -> Held:
    """The register as it stands."""
    number = changes.latest(session)
    rows = session.execute(select(*(getattr(Venue, n) for n in MATCHED), Wkb(Venue.geometry))).all()
    frame = pd.DataFrame([tuple(row) for row in rows], columns=[*MATCHED, "geometry"]).set_index("id")
    gone = frame[frame["deleted_at"].notna()]
    keys = zip(gone["institution"], gone["external_id"], gone.index, strict=True)
    houses = session.execute(select(Institution.code, Institution.name_zh, Institution.name_en)).all()
    region = select(Region.adcode, Region.level, Region.parent, Region.name_zh, Region.name_en, Region.geometry)
    return Held(
        venues=_matchable(frame[frame["deleted_at"].isna()]),
        removed={row.id: cast("Row[Any]", row) for row in rows if row.deleted_at is not None},
        numbered={(bank or None, number): key for bank, number, key in keys if number},
        number=number,
        regions={row.adcode: cast("Row[Any]", row) for row in session.execute(region)},
        institutions={name: row.code for row in houses for name in (row.code, row.name_zh, row.name_en) if name},
        institution_names={row.code: row.name_zh for row in houses},
    )


def _matchable(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    shapes = shapely.from_wkb(np.array(frame["geometry"].tolist(), dtype=object))
    named = frame.rename(columns={"name_zh": "name", "address_zh": "address"}).drop(
        columns=["deleted_at", "zone", "geometry"]
    )
    named["location_error_m"] = named["location_error_m"].astype(float)
    return gpd.GeoDataFrame(named, geometry=shapes, crs=WGS84)


@dataclass
class Known:
    """What is known of some venues.

    rows: all columns. said: every statement that nobody withdrew, by (capability, aspect). force: the
    statements in force, likewise; the aspect None is the summary. by_people: per venue, when somebody last wrote
    each attribute by hand. licences: whether the newest licence is held.
    """

    rows: Mapping[str, Row[Any]] = field(default_factory=dict)
    said: Mapping[str, set[tuple[str, str, Word]]] = field(default_factory=dict)
    force: Mapping[str, dict[tuple[str, str | None], Word]] = field(default_factory=dict)
    by_people: Mapping[str, dict[str, datetime]] = field(default_factory=dict)
    licences: Mapping[str, bool] = field(default_factory=dict)


def known(session: Session, ids: Collection[str]) -> Known:
    """What the register says of these venues."""
    wanted = sorted(ids)
    return Known(
        rows=places.read(session, wanted),
        said=_said(session, wanted),
        force=_force(session, wanted),
        by_people=_by_people(session, wanted),
        licences=_licences(session, wanted),
    )


def _said(session: Session, ids: Sequence[str]) -> dict[str, set[tuple[str, str, Word]]]:
    found: dict[str, dict[int, tuple[str, str, Word]]] = defaultdict(dict)
    columns = (Observation.id, Observation.venue_id, Observation.withdraws, Observation.capability, Observation.aspect)
    evidence = (Observation.status, Observation.observed_at, Observation.source_ref, Observation.source_kind)
    rows = [r for part in chunks(ids) for r in session.execute(
        select(*columns, *evidence).where(Observation.venue_id.in_(part)).order_by(Observation.id))]  # fmt: skip
    back = _taken_back((r[0], r[2]) for r in rows if r[2] is not None)
    for number, venue, withdraws, capability, aspect, *word in rows:
        if withdraws is None and number not in back:
            found[venue][number] = (capability, aspect, Word._make(word))
    return {venue: set(words.values()) for venue, words in found.items()}


def _taken_back(withdrawals: Iterable[tuple[int, int]]) -> set[int]:
    back: set[int] = set()
    for number, target in sorted(withdrawals, reverse=True):
        if number not in back:
            back.add(target)
    return back


def _force(session: Session, ids: Sequence[str]) -> dict[str, dict[tuple[str, str | None], Word]]:
    found: dict[str, dict[tuple[str, str | None], Word]] = defaultdict(dict)
    day = (Observation.observed_at, Observation.source_ref, Observation.source_kind)
    whole = select(CapabilitySummary.venue_id, CapabilitySummary.capability, CapabilitySummary.status, *day).join(
        Observation, Observation.id == CapabilitySummary.observation_id
    )
    single = select(CurrentStatus.venue_id, CurrentStatus.capability, CurrentStatus.aspect, CurrentStatus.status, *day)
    single = single.join(Observation, Observation.id == CurrentStatus.observation_id)
    for part in chunks(ids):
        for venue, capability, *word in session.execute(whole.where(CapabilitySummary.venue_id.in_(part))):
            found[venue][capability, None] = Word._make(word)
        for venue, capability, aspect, *word in session.execute(single.where(CurrentStatus.venue_id.in_(part))):
            found[venue][capability, aspect] = Word._make(word)
    return found


def _by_people(session: Session, ids: Sequence[str]) -> dict[str, dict[str, datetime]]:
    found: dict[str, dict[str, datetime]] = defaultdict(dict)
    query = select(VenueHistory.venue_id, VenueHistory.recorded_at, VenueHistory.attributes).where(
        VenueHistory.import_id.is_(None), VenueHistory.recorded_by != LOADER
    )
    for part in chunks(ids):
        for venue, at, attributes in session.execute(
            query.where(VenueHistory.venue_id.in_(part)).order_by(VenueHistory.id)
        ):
            found[venue].update(dict.fromkeys(attributes, at))
    return found


def _licences(session: Session, ids: Sequence[str]) -> dict[str, bool]:
    query = select(Licence.venue_id, Licence.held).where(Licence.kind == FX_LICENCE)
    found: dict[str, bool] = {}
    for part in chunks(ids):
        found |= dict(
            session.execute(query.where(Licence.venue_id.in_(part)).order_by(Licence.valid_from, Licence.id)).all()
        )
    return found


def chunks(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    """The ids, as many at a time as a query may name."""
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
