"""All that was ever said in the simulation, in the order in which it was written down."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from app.demo.recipe import Plan, Recipe
from app.demo.sayings import references, spelled_out
from app.demo.truth import pairs
from app.demo.visits import Days, conflicts, reports, visits
from app.vocabulary import Status

CONFLICTS, REPORTS, WITHDRAWN = 0.03, 0.02, 0.004
LONGEST_LAG = 21
MISTAKE = {"reason": "simulated: entered by mistake"}


@dataclass(frozen=True, slots=True)
class Period:
    """The first and the last day that the simulation tells of."""

    first: date
    last: date


def ledger(subjects: pd.DataFrame, recipe: Recipe, plan: Plan, period: Period) -> pd.DataFrame:
    """Every statement, one row each, in order of recording.

    Args:
        subjects: columns id, category, served, swept, unvisited, key, licensed, opened_on, closed_on; index 0..n-1.
        recipe: rates and aspects.
        plan: the seed.
        period: the days told of.

    Returns:
        Columns venue_id, capability, aspect, status, details, day and recorded (ordinals), hour,
        source_kind, source_ref, outcome (accepted, rejected, or empty: waits for review), withdraws (row
        number of the statement that this one takes back, or -1).
    """
    rng = np.random.default_rng([plan.seed, 3])
    first, last = _spans(subjects, period)
    asked = pairs(subjects, recipe.rates, rng).query("known").reset_index(drop=True)
    at = asked["subject"].to_numpy()
    seen = visits(asked, first[at], last[at], rng).assign(outcome="accepted")
    seen = _with_flaws(seen, last, rng)
    said = spelled_out(seen, recipe.aspects, rng)
    said["venue_id"] = subjects["id"].to_numpy(object)[said["subject"]]
    said["source_ref"] = references(said["kind"], plan.source)
    written = _written_down(said, period, rng)
    return written.rename(columns={"kind": "source_kind"}).drop(columns="subject")


def _spans(subjects: pd.DataFrame, period: Period) -> tuple[Days, Days]:
    """The first and last day (ordinals) on which each venue was open in the period."""
    opened = [max(d or period.first, period.first) for d in subjects["opened_on"]]
    closed = [min(d or period.last, period.last) for d in subjects["closed_on"]]
    first = np.array([d.toordinal() for d in opened])
    return first, np.maximum(np.array([d.toordinal() for d in closed]), first)


def _with_flaws(seen: pd.DataFrame, last: Days, rng: np.random.Generator) -> pd.DataFrame:
    end = last[seen["subject"].to_numpy()]
    against = conflicts(seen, end, CONFLICTS, rng)
    public = seen["capability"].isin(["foreign_card", "cash", "mobile_pay", "foreign_card_atm"]).to_numpy()
    told = reports(seen[public], end[public], REPORTS, rng)
    return pd.concat([seen, against, told], ignore_index=True)


def _written_down(said: pd.DataFrame, period: Period, rng: np.random.Generator) -> pd.DataFrame:
    """The statements with the moment of recording, in that order, and the withdrawals after them."""
    latest = period.last.toordinal()
    lag = rng.integers(0, LONGEST_LAG, len(said))
    recorded = np.minimum(said["day"].to_numpy() + lag, latest)
    timed = said.assign(recorded=recorded, hour=rng.integers(9, 18, len(said)), withdraws=-1)
    ordered = timed.sort_values(["recorded", "hour"], kind="stable", ignore_index=True)
    return pd.concat([ordered, _taken_back(ordered, latest, rng)], ignore_index=True)


def _taken_back(ordered: pd.DataFrame, latest: int, rng: np.random.Generator) -> pd.DataFrame:
    accepted = np.flatnonzero(ordered["outcome"] == "accepted")
    at = np.sort(rng.permutation(accepted)[: max(1, int(WITHDRAWN * len(ordered)))])
    later = np.minimum(ordered["recorded"].to_numpy()[at] + rng.integers(3, 30, len(at)), latest)
    return ordered.iloc[at].assign(
        status=Status.UNKNOWN.value,
        details=pd.Series([MISTAKE] * len(at), index=at, dtype=object),
        day=later,
        recorded=later,
        hour=17,
        withdraws=at,
    )
