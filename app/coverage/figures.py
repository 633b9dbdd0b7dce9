"""The figures of one capability in one region at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import geopandas as gpd
import pandas as pd

from app.policy import Standard


@dataclass(frozen=True)
class Coverage:
    """Everything that the API, the map and (later) the report say about a capability in a region.

    classes: one row per category x county; columns category, region, lead (department code or None),
        list_complete, total, yes, limited, no, unknown, low, high, known_share (shares None where total
        is 0 or the list is not complete).
    counties: index adcode, the same counts over all classes; likewise `overall` for the whole region.
    all_three: like `classes`, for foreign card, cash and phone together.
    cells: the population cells (zone CRS): region, area_km2, people, distance_m, possible_m, geometry.
    reach / reach_possible: the contract's `within`, `mean_m`, `p50_m` .. `p99_m`, `beyond_10km`,
        `population_source`; distances to `yes`, and to yes-or-unknown.
    county_reach: for each county `{"reach": .., "reach_possible": ..}`.
    gaps: `geo.gaps.gaps` plus id, capability, department (code).
    left_out: venues placed too roughly for distances; unlocated: venues without any position.
    list_complete: False where the denominator's list is not known to be complete; shares are then None,
        and no gap is confirmed.
    standards: the distances that the gaps were measured against, the usual one first.
    departments: names (zh, en) by code.
    """

    capability: str
    region: str
    as_of: date
    data_version: str
    classes: pd.DataFrame
    counties: pd.DataFrame
    overall: pd.Series
    all_three: pd.DataFrame
    cells: gpd.GeoDataFrame
    reach: dict[str, object]
    reach_possible: dict[str, object]
    gaps: gpd.GeoDataFrame
    left_out: int
    unlocated: int
    list_complete: bool
    county_reach: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    standards: tuple[Standard, ...] = ()
    departments: Mapping[str, tuple[str, str]] = field(default_factory=dict)
