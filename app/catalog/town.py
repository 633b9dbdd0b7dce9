"""The register as frames, for a day: what figures and maps are computed from."""

from datetime import date, datetime

import geopandas as gpd
import numpy as np
import pandas as pd
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.catalog.rows import key_lists
from app.frames import Town
from app.register.current import in_force, summary
from app.register.replay import statements
from app.tables import CapabilitySummary, Observation, Population, PopulationCell, Region, Register, Venue
from app.vocabulary import CAPABILITIES

WGS84 = "EPSG:4326"
_COLUMNS = (
    "id", "category", "level", "region", "zone", "operator", "institution", "name_zh", "name_en",
    "location_quality", "location_error_m", "opening_hours", "geometry",
)  # fmt: skip


def town(
    session: Session, version: str, today: date, as_of: date | None = None, known_at: datetime | None = None
) -> Town:
    """The city as it was seen on `as_of` (None: as it stands today)."""
    day = as_of or today
    venues = venue_frame(session, day)
    current = as_of is None and known_at is None
    sums = _summaries(session) if current else _replayed(session, as_of, known_at)
    cells = _population_cells(session)
    register = session.get_one(Register, 1)
    return Town(
        venues=venues,
        status=_wide(sums, "status", venues.index).fillna("unknown").astype(str),
        observed_at=_wide(sums, "observed_at", venues.index).apply(pd.to_datetime),
        regions=region_frame(session),
        people=people_by_county(session),
        population_cells=cells,
        population_source=register.population_source or people_source(session),
        as_of=day,
        version=version,
    )


def venue_frame(session: Session, day: date) -> gpd.GeoDataFrame:
    """The venues that were open to the public on a day, by id."""
    query = select(*(getattr(Venue, name) for name in _COLUMNS)).where(
        Venue.deleted_at.is_(None),
        Venue.serves_public,
        func.coalesce(Venue.closed_on, date.max) > day,
        func.coalesce(Venue.opened_on, date.min) <= day,
    )
    frame = pd.DataFrame(session.execute(query.order_by(Venue.id)).all(), columns=list(_COLUMNS)).set_index("id")
    listed = key_lists(session)
    frame["key_lists"] = [listed.get(key, ()) for key in frame.index]
    frame["location_error_m"] = frame["location_error_m"].astype(float)
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=WGS84)


def region_frame(session: Session) -> gpd.GeoDataFrame:
    """The city, its counties and the zones laid over them, by adcode."""
    names = ["adcode", "level", "parent", "name_zh", "name_en", "geometry"]
    rows = session.execute(select(*(getattr(Region, n) for n in names)).order_by(Region.adcode)).all()
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=names).set_index("adcode"), geometry="geometry", crs=WGS84)


def people_by_county(session: Session) -> pd.Series:
    """People per county: the newest figure that covers the whole polygon, NaN where there is none."""
    query = select(Population.region, Population.people).where(Population.covers == "polygon").order_by(Population.year)
    newest = dict(session.execute(query).all())
    counties = session.scalars(select(Region.adcode).where(Region.level == "county").order_by(Region.adcode)).all()
    return pd.Series([newest.get(c, np.nan) for c in counties], index=list(counties), dtype=float, name="people")


def people_source(session: Session) -> str:
    """Year, kind, trust and source of the counties' figures in use, in one line."""
    query = select(Population).where(Population.covers == "polygon").order_by(Population.year)
    counties = set(session.scalars(select(Region.adcode).where(Region.level == "county")))
    newest = {row.region: row for row in session.scalars(query) if row.region in counties}
    said = (f"{row.year} {row.kind}, {row.quality} trust ({row.source})" for row in newest.values())
    return "; ".join(dict.fromkeys(said))


def _population_cells(session: Session) -> gpd.GeoDataFrame | None:
    rows = session.execute(select(PopulationCell.lon, PopulationCell.lat, PopulationCell.people)).all()
    if not rows:
        return None
    frame = pd.DataFrame(rows, columns=["lon", "lat", "people"])
    return gpd.GeoDataFrame(frame[["people"]], geometry=gpd.points_from_xy(frame["lon"], frame["lat"]), crs=WGS84)


def _summaries(session: Session) -> pd.DataFrame:
    query = select(
        CapabilitySummary.venue_id,
        CapabilitySummary.capability,
        CapabilitySummary.status,
        Observation.observed_at,
    ).join(Observation, Observation.id == CapabilitySummary.observation_id)
    return pd.DataFrame(session.execute(query).all(), columns=["venue_id", "capability", "status", "observed_at"])


def _replayed(session: Session, as_of: date | None, known_at: datetime | None) -> pd.DataFrame:
    said = statements(session, as_of=as_of, known_at=known_at)
    sums = summary(in_force(said))
    days = said.set_index("id")["observed_at"]
    return sums.assign(observed_at=sums["observation_id"].map(days))


def _wide(sums: pd.DataFrame, value: str, index: pd.Index) -> pd.DataFrame:
    table = sums.set_index(["venue_id", "capability"])[value].unstack()  # noqa: PD010 - keys are unique
    return table.reindex(index=index, columns=list(CAPABILITIES)).astype(object)
