"""The simulated venues: class, town, place, name and paper facts, one row each."""

from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from app.demo import labels
from app.demo.ledger import Period
from app.demo.mix import quota
from app.demo.recipe import Plan, Recipe
from app.demo.towns import Frame

TRIES = 40
QUALITY = (["surveyed", "sourced", "approximate"], [0.25, 0.67, 0.08])
ERRORS_M = (150.0, 300.0, 800.0, 1500.0)
OPENED, CLOSED = 0.3, 0.025
ALWAYS_NEW = ("exchange_agent", "exchange_machine")


def venues(
    plan: Plan,
    recipe: Recipe,
    counties: gpd.GeoDataFrame,
    county_share: pd.Series,
    towns: pd.DataFrame,
    banks: pd.DataFrame,
    presence: pd.DataFrame,
    period: Period,
) -> pd.DataFrame:
    """The venues of a plan, the same for the same arguments.

    Args:
        plan: how many, and the seed.
        recipe: rates and names.
        counties: index adcode; geometry (WGS-84).
        county_share: share of the venues per county.
        towns: as `towns.towns` gives them.
        banks: columns code, name_zh, name_en.
        presence: as `standing.presence` gives it.
        period: the days told of.

    Returns:
        Columns of the venue table, and town (row of `towns`), served, swept, unvisited.
    """
    rng = np.random.default_rng([plan.seed, 2])
    frame = _placed_in_towns(plan, recipe, county_share, towns, rng)
    frame = frame.join(labels.banks(frame, banks, presence, rng))
    frame = frame.join(labels.named(frame, labels.stems(frame["category"], recipe.names, rng)))
    frame = frame.join(labels.addresses(frame, rng))
    frame["opening_hours"] = labels.hours(frame["category"], recipe.hours, rng)
    frame["level"] = labels.levels(frame["category"], rng)
    frame["operator"] = labels.operators(frame["category"], frame["bank_zh"])
    lonlat = _positions(frame, towns, counties, rng)
    frame["lon"], frame["lat"] = lonlat[:, 0], lonlat[:, 1]
    frame = frame.join(_qualities(frame, recipe.mix, rng))
    return frame.join(_life(frame["category"], period, rng))


def _placed_in_towns(
    plan: Plan, recipe: Recipe, county_share: pd.Series, towns: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    table = quota(plan.venues, county_share, recipe.mix)
    kinds, adcodes = np.meshgrid(table.index, table.columns, indexing="ij")
    index = np.repeat(np.arange(table.size), table.to_numpy(int).ravel())
    county = adcodes.ravel()[index]
    town = np.empty(len(index), dtype=np.int64)
    for adcode, own in towns.groupby("county", sort=True):
        at = np.flatnonzero(county == adcode)
        town[at] = rng.choice(own.index.to_numpy(), len(at), p=own["weight"].to_numpy())
    picked = towns.loc[town].reset_index(drop=True).rename(columns={"name_zh": "town_zh", "name_en": "town_en"})
    number = pd.RangeIndex(1, len(index) + 1)
    space = uuid5(NAMESPACE_URL, f"paymap:{plan.source}")
    return picked.drop(columns=["lon", "lat", "weight", "spread_m"]).assign(
        id=[str(uuid5(space, str(n))) for n in number],
        external_id=[f"SIM-{n:06d}" for n in number],
        category=kinds.ravel()[index],
        town=town,
        source=plan.source,
    )


def _positions(
    frame: pd.DataFrame, towns: pd.DataFrame, counties: gpd.GeoDataFrame, rng: np.random.Generator
) -> npt.NDArray[np.float64]:
    """Longitude and latitude strictly inside the county; a scatter that leaves it is thrown again."""
    lonlat = towns.loc[frame["town"], ["lon", "lat"]].to_numpy(float)
    spread = towns.loc[frame["town"], "spread_m"].to_numpy(float)
    for adcode, at in frame.groupby("county", sort=True).indices.items():
        area = counties.geometry.loc[str(adcode)]
        shapely.prepare(area)
        flat = Frame(area.centroid.y)
        centre = flat.metres(*lonlat[at].T)
        open_ = np.arange(len(at))
        for _ in range(TRIES):
            tried = flat.degrees(labels.scattered(centre[open_], spread[at][open_], rng)).round(6)
            inside = shapely.contains_xy(area, tried)
            lonlat[at[open_[inside]]] = tried[inside]
            open_ = open_[~inside]
    return lonlat


def _qualities(frame: pd.DataFrame, mix: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """How well each place is known; None (and no position) for a few of a county whose ledger is poor."""
    words = np.array(QUALITY[0], dtype=object)
    quality = pd.Series(words[rng.choice(len(words), len(frame), p=QUALITY[1])], index=frame.index)
    missing = frame["category"].map(mix.set_index("category")["unlocated"]) * frame["unlocated"]
    quality = quality.where(rng.random(len(frame)) >= missing, None)
    error = rng.choice(ERRORS_M, len(frame))
    return pd.DataFrame(
        {
            "location_quality": quality,
            "location_error_m": pd.Series(error, index=frame.index, dtype=object).where(quality == "approximate", None),
        }
    )


def _life(category: pd.Series, period: Period, rng: np.random.Generator) -> pd.DataFrame:
    """When a venue opened and closed; None for most, which were there before and still are."""
    start = period.first
    days = (period.last - start).days
    new = (rng.random(len(category)) < OPENED) & ~category.isin(["atm", "university", "railway_station"])
    new |= category.isin(ALWAYS_NEW) & (rng.random(len(category)) < 0.85)  # noqa: PLR2004 - most agents are new
    gone = rng.random(len(category)) < CLOSED
    opened = rng.integers(1, max(2, days // 2), len(category))
    closed = rng.integers(max(1, days * 2 // 3), max(2, days), len(category))
    return pd.DataFrame(
        {
            "opened_on": [start + timedelta(int(d)) if n else None for d, n in zip(opened, new, strict=True)],
            "closed_on": [start + timedelta(int(d)) if g else None for d, g in zip(closed, gone, strict=True)],
        },
        index=category.index,
        dtype=object,
    )
