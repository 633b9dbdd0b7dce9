"""Shares with honest bounds, and how far people have to go.

A share counts `yes` over all; `limited` is not met. Its low bound takes every unknown for a no, its high
bound takes every unknown for a yes. Nothing counted gives no share at all, never 0 or 100 %.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.errors import BadStatus
from geo.reach import kth_distance

STATUSES = ("yes", "limited", "no", "unknown")
ROUNDING = 1e-12  # a sum of shares that should be exactly a percentile may miss it by this much


@dataclass(frozen=True)
class Bounds:
    """How many of `total` stand where, and the shares (0 to 1; None of nothing)."""

    total: int
    yes: int
    limited: int
    no: int
    unknown: int
    low: float | None
    high: float | None
    known_share: float | None


def share_bounds(status: pd.Series) -> Bounds:
    """Return the counts of `yes`, `limited`, `no` and `unknown`, and the bounds of the share of yes.

    A missing value is unknown.

    Raises:
        BadStatus: a value is something else.

    >>> bounds = share_bounds(pd.Series(["yes", "limited", "no", "unknown"]))
    >>> bounds.low, bounds.high, bounds.known_share
    (0.25, 0.5, 0.75)
    """
    yes, limited, no, unknown = (int(count) for count in _tallies(status).sum())
    total = len(status)
    if not total:
        return Bounds(0, 0, 0, 0, 0, None, None, None)
    known = (total - unknown) / total
    return Bounds(total, yes, limited, no, unknown, yes / total, (yes + unknown) / total, known)


def bounds_by(frame: pd.DataFrame, keys: str | Sequence[str], status: str = "status") -> pd.DataFrame:
    """Return one row per group of `keys` that occurs, with the fields of `Bounds` as columns.

    Rows whose key is missing form a group of their own, so that the totals add up.

    Raises:
        BadStatus: a status is none of the four.

    >>> venues = pd.DataFrame({"county": ["A", "A", "B"], "status": ["yes", "unknown", "no"]})
    >>> bounds_by(venues, "county")[["total", "low", "high"]].values.tolist()
    [[2.0, 0.5, 1.0], [1.0, 0.0, 0.0]]
    """
    names = [keys] if isinstance(keys, str) else list(keys)
    tallies = _tallies(frame[status])
    counts = tallies.groupby([frame[name] for name in names], dropna=False, observed=True).sum()
    total = counts.sum(axis="columns")
    counts.insert(0, "total", total)
    shares = {
        "low": counts["yes"] / total,
        "high": (counts["yes"] + counts["unknown"]) / total,
        "known_share": (total - counts["unknown"]) / total,
    }
    return counts.assign(**shares)


def within(distance: pd.Series, people: pd.Series, radii: Sequence[float]) -> pd.Series:
    """Return the share (0 to 1) of people who live no farther than each radius (metres), by radius.

    Cells whose people are NaN are left out of both sides; where nobody is left the share is NaN.

    >>> within(pd.Series([500, 3000]), pd.Series([30, 10]), [1000, 5000]).to_dict()
    {1000: 0.75, 5000: 1.0}
    """
    metres, weight = _inhabited(distance, people)
    total = weight.sum()
    shares = [weight[metres <= radius].sum() / total if total else np.nan for radius in radii]
    return pd.Series(shares, index=pd.Index(radii, name="radius_m"), dtype="float64", name="share")


def beyond(distance: pd.Series, people: pd.Series, m: float) -> float:
    """Return the share (0 to 1) of people who live farther than `m` metres; NaN where nobody is known to live.

    >>> beyond(pd.Series([500, float("inf")]), pd.Series([30, 10]), 10_000)
    0.25
    """
    metres, weight = _inhabited(distance, people)
    total = weight.sum()
    return float(weight[metres > m].sum() / total) if total else float("nan")


def weighted_mean(distance: pd.Series, people: pd.Series) -> float:
    """Return the mean metres that a person has to go; inf if anybody is out of reach, NaN if nobody is known.

    >>> weighted_mean(pd.Series([500, 1500, float("inf")]), pd.Series([30, 10, 0]))
    750.0
    """
    metres, weight = _inhabited(distance, people)
    return float(metres @ weight / weight.sum()) if len(weight) else float("nan")


def weighted_percentiles(distance: pd.Series, people: pd.Series, q: Sequence[float]) -> pd.Series:
    """Return for each percentage in `q` the metres within which at least that share of people live.

    The smallest distance that does, with no value made up between two (the inverse of the distribution
    function). It is inf where fewer people than that are in reach at all, NaN where nobody is known.

    Raises:
        ValueError: a percentage outside 0..100.

    >>> weighted_percentiles(pd.Series([100, 900, float("inf")]), pd.Series([50, 45, 5]), [50, 90, 99]).to_dict()
    {50: 100.0, 90: 900.0, 99: inf}
    """
    wanted = np.asarray(q, dtype="float64")
    if not ((wanted >= 0) & (wanted <= 100)).all():  # noqa: PLR2004 - per cent
        message = f"percentages must be within 0..100, not {list(q)}"
        raise ValueError(message)
    metres, weight = _inhabited(distance, people)
    index = pd.Index(q, name="percent")
    if not len(weight):
        return pd.Series(np.nan, index=index, dtype="float64", name="distance_m")
    order = np.argsort(metres, kind="stable")
    reached = np.cumsum(weight[order]) / weight.sum()
    first = np.searchsorted(reached, wanted / 100 - ROUNDING)
    return pd.Series(metres[order][np.minimum(first, len(order) - 1)], index=index, name="distance_m")


def redundancy(points: gpd.GeoDataFrame, threshold_m: float) -> pd.DataFrame:
    """Return per point the metres to the next one (`next_m`) and whether that is too far (`alone`).

    `points` are the places of one capability. `alone` means farther than `threshold_m`: if this point
    closes, its customers have nothing near. A single point has its next one at inf. Two points in one
    place are each other's next, at 0.

    Raises:
        BadFrame: as for `geo.reach.nearest_distance`.

    >>> atms = gpd.GeoDataFrame(geometry=gpd.points_from_xy([0, 300, 5000], [0, 0, 0]), crs=4548)
    >>> redundancy(atms, 1000)["alone"].tolist()
    [False, False, True]
    """
    metres = kth_distance(points, points, 2)
    return pd.DataFrame({"next_m": metres, "alone": metres > threshold_m})


def _tallies(status: pd.Series) -> pd.DataFrame:
    """Return one column per status with 1 in the rows that have it."""
    known = status.astype("object").where(status.notna(), "unknown")
    strange = known[~known.isin(STATUSES)]
    if len(strange):
        message = f"row {strange.index[0]!r}: status {strange.iloc[0]!r} is none of {', '.join(STATUSES)}"
        raise BadStatus(message)
    return pd.DataFrame({name: (known == name).astype("int64") for name in STATUSES}, index=status.index)


def _inhabited(distance: pd.Series, people: pd.Series) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return metres and people of the rows where somebody is known to live.

    Rows with nobody go, because nobody times an infinite distance is not a number.
    """
    metres, weight = distance.align(people, join="left")
    if metres.isna().any():
        message = f"row {metres.index[metres.isna()][0]!r}: no distance (unreachable is inf, not missing)"
        raise ValueError(message)
    lived = (weight > 0).to_numpy()
    return metres.to_numpy(dtype="float64")[lived], weight.to_numpy(dtype="float64")[lived]
