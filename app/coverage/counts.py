"""n of N: per category and county, with both bounds, and no share where the list may be incomplete."""

from collections.abc import Collection, Mapping

import geopandas as gpd
import pandas as pd

from app.vocabulary import CAPABILITIES
from geo.coverage import STATUSES, bounds_by, share_bounds

SHARES = ["low", "high", "known_share"]
COUNTS = ["total", *STATUSES]


def asked_of(venues: gpd.GeoDataFrame, capability: str) -> gpd.GeoDataFrame:
    """The venues for which the capability is a sensible question: the denominator."""
    return venues[venues["category"].isin(CAPABILITIES[capability].categories)]


def all_three_status(status: pd.DataFrame, capabilities: Collection[str]) -> pd.Series:
    """One status for several capabilities together: `yes` only where each is, `no` where one is refused.

    >>> both = pd.DataFrame({"cash": ["yes", "yes", "yes"], "mobile_pay": ["yes", "unknown", "no"]})
    >>> all_three_status(both, ["cash", "mobile_pay"]).tolist()
    ['yes', 'unknown', 'no']
    """
    chosen = status[list(capabilities)]
    made = pd.Series("yes", index=status.index, dtype=object)
    for word in ("unknown", "limited", "no"):
        made[(chosen == word).any(axis="columns")] = word
    return made


def by_class(
    venues: gpd.GeoDataFrame, status: pd.Series, complete: Collection[str], leads: Mapping[str, str]
) -> pd.DataFrame:
    """One row per category x region that occurs; `status` is on the venues' index."""
    frame = pd.DataFrame({"category": venues["category"], "region": venues["region"], "status": status})
    found = bounds_by(frame, ["category", "region"]).reset_index()
    found.insert(2, "lead", found["category"].map(leads).astype(object))
    found.insert(3, "list_complete", found["category"].isin(complete))
    return without_shares(found, ~found["list_complete"])


def by_county(venues: gpd.GeoDataFrame, status: pd.Series, counties: pd.Index, *, complete: bool) -> pd.DataFrame:
    """One row per county, also where it has no venue of these classes."""
    frame = pd.DataFrame({"region": venues["region"], "status": status})
    found = bounds_by(frame, "region").reindex(counties)
    found[COUNTS] = found[COUNTS].fillna(0).astype("int64")
    return found if complete else without_shares(found, pd.Series(data=True, index=found.index))


def in_all(status: pd.Series, *, complete: bool) -> pd.Series:
    """The counts and bounds of everything together."""
    found = pd.Series(vars(share_bounds(status)), dtype=object)
    if not complete:
        found[SHARES] = None
    return found


def without_shares(figures: pd.DataFrame, where: pd.Series) -> pd.DataFrame:
    """The figures with counts alone in the rows of `where`."""
    figures[SHARES] = figures[SHARES].mask(where)
    return figures
