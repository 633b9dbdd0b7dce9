"""All figures of one capability in one region, from the frames of a town."""

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from app.coverage import counts
from app.coverage.demand import population_source
from app.coverage.figures import Coverage
from app.coverage.holes import holes, unsure
from app.coverage.reach import Placed, distances, placed, reach
from app.frames import Town
from app.policy import Policy
from app.vocabulary import ALL_THREE_CHANNELS, CAPABILITIES, CATEGORIES

NO_STANDARD = float("inf")


@dataclass(frozen=True)
class Ground:
    """What figures are computed against, whatever the capability.

    demand: `app.coverage.demand.demand` of the whole city.
    radii: metres of the reach rings.
    complete: the categories whose list is known to hold every place of the class.
    departments: names (zh, en) by code.
    """

    policy: Policy
    demand: gpd.GeoDataFrame
    radii: tuple[float, ...]
    complete: frozenset[str]
    departments: dict[str, tuple[str, str]]


def coverage_of(town: Town, ground: Ground, capability: str, region: str) -> Coverage:
    """The figures of a capability in a region (the city, a county or a zone) at the town's moment."""
    asked = counts.asked_of(town.venues, capability)
    status = town.status.loc[asked.index, capability]
    here = asked[within_region(town, asked, region)]
    complete = CAPABILITIES[capability].categories <= ground.complete
    cells = _measured(town, ground, region, placed(asked), status)
    rings = sorted({*ground.radii, *(s.metres for s in ground.policy.standards_of(capability))})
    source = population_source(town)
    sorted_here = placed(here)
    return Coverage(
        capability=capability,
        region=region,
        as_of=town.as_of,
        data_version=town.version,
        classes=counts.by_class(here, status[here.index], ground.complete, ground.policy.class_lead),
        counties=counts.by_county(here, status[here.index], counties_of(town, region), complete=complete),
        overall=counts.in_all(status[here.index], complete=complete),
        all_three=_all_three(town, ground, region),
        cells=cells,
        reach=reach(cells, "distance_m", rings, source),
        reach_possible=reach(cells, "possible_m", rings, source),
        gaps=_gaps(town, ground, capability, cells, placed(asked[status.isin(["yes", "unknown"])]), complete=complete),
        left_out=len(sorted_here.rough),
        unlocated=len(sorted_here.nowhere),
        list_complete=complete,
        county_reach={str(c): _both(cells[cells["region"] == c], rings, source) for c in cells["region"].unique()},
        standards=ground.policy.standards_of(capability),
        departments=ground.departments,
    )


def counties_of(town: Town, region: str) -> pd.Index:
    """The counties that a region's figures are told by: its own, or the one that a zone lies in."""
    counties = town.counties().index
    if region in counties:
        return pd.Index([region])
    if town.regions.at[region, "level"] == "zone":  # noqa: PD008 - one cell
        return pd.Index([town.regions.at[region, "parent"]])  # noqa: PD008 - one cell
    return counties


def within_region(town: Town, venues: gpd.GeoDataFrame, region: str) -> pd.Series:
    """Which venues lie in a region; a zone's are those that say so, for a zone has no border."""
    level = town.regions.at[region, "level"]  # noqa: PD008 - one cell
    if level == "zone":
        return venues["zone"] == region
    return venues["region"] == region if level == "county" else pd.Series(data=True, index=venues.index)


def _measured(town: Town, ground: Ground, region: str, asked: Placed, status: pd.Series) -> gpd.GeoDataFrame:
    """The region's cells with their distances, to places on either side of its border."""
    cells = ground.demand[ground.demand["region"].isin(counties_of(town, region))]
    return cells.join(distances(cells, asked.firm, status[asked.firm.index]))


def _all_three(town: Town, ground: Ground, region: str) -> pd.DataFrame:
    channels = ground.policy.all_three or ALL_THREE_CHANNELS
    shared = set(CATEGORIES).intersection(*(CAPABILITIES[c].categories for c in channels))
    venues = town.venues[town.venues["category"].isin(shared)]
    venues = venues[within_region(town, venues, region)]
    together = counts.all_three_status(town.status.loc[venues.index], channels)
    return counts.by_class(venues, together, ground.complete, ground.policy.class_lead)


def _gaps(
    town: Town, ground: Ground, capability: str, cells: gpd.GeoDataFrame, hopeful: Placed, *, complete: bool
) -> gpd.GeoDataFrame:
    """Against the usual standard; where no document lends one, there is no hole to speak of."""
    standard = next((s.metres for s in ground.policy.standards_of(capability)), NO_STANDARD)
    maybe = unsure(town, cells, hopeful, standard, list_complete=complete)
    return holes(town, capability, cells, standard, maybe, ground.policy.area_lead.get(capability))


def _both(cells: gpd.GeoDataFrame, rings: list[float], source: str) -> dict[str, object]:
    return {
        "reach": reach(cells, "distance_m", rings, source),
        "reach_possible": reach(cells, "possible_m", rings, source),
    }
