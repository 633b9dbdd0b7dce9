"""When each answer was seen, by whom, and what was said at each time."""

from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

STALE_SHARE = 0.17
RECENT_DAYS = 130.0
STALE_AFTER = 366
AGAIN = 0.22
IMPROVED = 0.35
SAID_UNKNOWN = 0.01

Days = npt.NDArray[np.int64]


def visits(asked: pd.DataFrame, first: Days, last: Days, rng: np.random.Generator) -> pd.DataFrame:
    """One row per time that an answer was seen.

    Args:
        asked: columns subject, capability, truth; one row per question that was ever answered.
        first: per row of `asked`, the first day (ordinal) on which something could be seen.
        last: likewise the last day.
        rng: the source of chance.

    Returns:
        Columns subject, capability, status, day (ordinal), kind (ledger, inspection).
    """
    seen = np.maximum(last - _ages(len(asked), rng), first)
    rows = [_round(asked, seen, first, rng, improved=False)]
    for again in (AGAIN, AGAIN / 3):
        kept = rng.random(len(asked)) < again
        seen = seen - rng.integers(60, 240, len(asked))
        at = np.flatnonzero(kept & (seen >= first))
        rows.append(_round(asked.iloc[at], seen[at], first[at], rng, improved=True))
    return pd.concat(rows, ignore_index=True)


def _ages(count: int, rng: np.random.Generator) -> Days:
    recent = np.minimum(rng.exponential(RECENT_DAYS, count), STALE_AFTER - 2)
    old = rng.integers(STALE_AFTER, 2 * STALE_AFTER, count)
    ages: Days = np.where(rng.random(count) < STALE_SHARE, old, recent).astype(np.int64)
    return ages


def _round(asked: pd.DataFrame, day: Days, first: Days, rng: np.random.Generator, *, improved: bool) -> pd.DataFrame:
    """One visit each; at an earlier one a venue that works today may not have worked yet."""
    status = asked["truth"].to_numpy(object)
    if improved:
        status = np.where(rng.random(len(status)) < IMPROVED, "no", status)
    status = np.where(rng.random(len(status)) < SAID_UNKNOWN, "unknown", status)
    ledger = rng.random(len(status)) < 0.6  # noqa: PLR2004 - most of it comes in quarterly ledgers
    quarter = np.maximum(quarter_ends(day), first)
    return pd.DataFrame(
        {
            "subject": asked["subject"].to_numpy(),
            "capability": asked["capability"].to_numpy(object),
            "status": status,
            "day": np.where(ledger, quarter, day),
            "kind": np.where(ledger, "ledger", "inspection"),
        }
    )


def conflicts(seen: pd.DataFrame, last: Days, share: float, rng: np.random.Generator) -> pd.DataFrame:
    """The same questions answered the other way soon after, by the other source."""
    works = np.flatnonzero(seen["status"].isin(["yes", "no"]))
    at = np.sort(rng.permutation(works)[: max(1, int(share * len(seen)))])
    other = seen.iloc[at].copy()
    other["status"] = np.where(other["status"] == "yes", "no", "yes")
    other["kind"] = np.where(other["kind"] == "ledger", "inspection", "ledger")
    other["day"] = np.minimum(other["day"] + rng.integers(1, 45, len(other)), last[at])
    return other


def reports(seen: pd.DataFrame, last: Days, share: float, rng: np.random.Generator) -> pd.DataFrame:
    """Visitors' reports of the last weeks, mostly of a refusal; with `outcome` where somebody decided."""
    at = np.sort(rng.permutation(len(seen))[: max(1, int(share * len(seen)))])
    told = seen.iloc[at].copy()
    told["status"] = np.where(rng.random(len(told)) < 0.7, "no", "yes")  # noqa: PLR2004 - complaints prevail
    told["kind"] = "visitor_report"
    told["day"] = last[at] - rng.integers(0, 60, len(told))
    decided = rng.random(len(told))
    told["outcome"] = np.select([decided < 0.7, decided < 0.85], ["", "accepted"], "rejected")  # noqa: PLR2004 - most still wait
    return told


def quarter_ends(day: Days) -> Days:
    """The last day (ordinal) of the quarter before each day: what a quarterly ledger is dated."""
    if not len(day):
        return day
    years = range(date.fromordinal(int(day.min())).year - 1, date.fromordinal(int(day.max())).year + 1)
    closing = ((3, 31), (6, 30), (9, 30), (12, 31))
    ends = np.array([date(year, month, last).toordinal() for year in years for month, last in closing])
    before: Days = ends[np.searchsorted(ends, day) - 1]
    return before
