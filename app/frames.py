"""The register as frames: what every figure and every map is computed from."""

from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import pandas as pd


@dataclass(frozen=True)
class Town:
    """One city at one moment.

    venues: index venue id; columns category, level, region (county adcode), zone, operator, institution,
        name_zh, name_en, location_quality, location_error_m, opening_hours, key_lists (tuple of list
        codes), geometry (WGS-84 points, None where nobody knows). Only open, public venues.
    status: same index, one column per capability with `yes | limited | no | unknown`.
    observed_at: same index and columns; the date of the statement in force, NaT where there is none.
    regions: index adcode; columns level (city, county, zone), parent, name_zh, name_en, geometry
        (WGS-84; None for zones).
    people: people per county adcode (NaN where no figure is known).
    population_cells: None, or a loaded grid: points (WGS-84) with a column `people`.
    """

    venues: gpd.GeoDataFrame
    status: pd.DataFrame
    observed_at: pd.DataFrame
    regions: gpd.GeoDataFrame
    people: pd.Series
    population_cells: gpd.GeoDataFrame | None
    population_source: str
    as_of: date
    version: str

    def counties(self) -> gpd.GeoDataFrame:
        """The counties, which tile the city."""
        return self.regions[self.regions["level"] == "county"]
