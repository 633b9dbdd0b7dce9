"""Who has to be reached: the cells of the counties and the people in them."""

import geopandas as gpd
import pandas as pd

from app.frames import Town
from geo.frames import in_metres, metre_crs
from geo.grid import cells, people_in_cells, spread_evenly

EVENLY = "spread evenly over each county, because no population grid is loaded"


def demand(town: Town, cell_m: int) -> gpd.GeoDataFrame:
    """One row per county and square: `region`, `area_km2`, `people` and the square, in metres."""
    counties = town.counties()[["geometry"]]
    grid = cells(in_metres(counties, metre_crs(counties)), cell_m)
    return grid.assign(people=_people(town, grid))


def population_source(town: Town) -> str:
    """Where the people come from, and how they were spread where no grid says it."""
    if town.population_cells is not None or not town.people.notna().any():
        return town.population_source
    return "; ".join(part for part in (town.population_source, EVENLY) if part)


def _people(town: Town, grid: gpd.GeoDataFrame) -> pd.Series:
    if town.population_cells is None:
        return spread_evenly(grid, town.people)
    return people_in_cells(grid, town.population_cells)
