"""The simulated list of key merchants, the licences of branches, and the change packs that banks gave out."""

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from app.demo.ledger import Period
from app.demo.mix import shared
from app.demo.recipe import Plan

MERCHANTS = 430
SHARE = 0.187
DROPPED = 18
LARGE = {"mall": 0.8, "hotel": 0.5, "supermarket": 0.15, "restaurant": 0.05}
LICENCE_KNOWN, LICENCE_HELD = 0.75, 0.3
FIRST_CAMPAIGN = date(2024, 12, 31)
CAMPAIGN_PACKS, MONTHLY_PACKS = 34_000, 450
RECIPIENTS = (("business", 1.0), ("resident", 0.3))


def merchants(venues: pd.DataFrame, mix: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """The merchants of the two versions of the list.

    Args:
        venues: columns id, category, served, closed_on.
        mix: columns category, key_weight.
        plan: the seed.

    Returns:
        Columns id, large, first (on version 1), second (on version 2), reason; one row per merchant that
        was ever listed, indexed as `venues`.
    """
    rng = np.random.default_rng([plan.seed, 4])
    odds = venues["category"].map(mix.set_index("category")["key_weight"]) * (0.3 + venues["served"])
    odds = odds.where(venues["closed_on"].isna(), 0.0)
    wanted = min(MERCHANTS + DROPPED, int(SHARE * len(venues)), int((odds > 0).sum()))
    if not wanted:
        return pd.DataFrame(columns=["id", "large", "first", "second", "reason"])
    at = rng.choice(len(venues), wanted, replace=False, p=(odds / odds.sum()).to_numpy(float))
    listed = venues.iloc[at][["id", "category"]]
    order = np.arange(wanted)
    dropped, added = order < wanted // 25, order >= wanted - wanted // 10
    large = rng.random(wanted) < listed["category"].map(LARGE).fillna(0.0).to_numpy(float)
    reason = np.select([dropped, added], ["示例：不再经营主要业务", "示例：新增规模以上商户"], default="")
    return listed[["id"]].assign(large=large, first=~added, second=~dropped, reason=reason)


def licences(venues: pd.DataFrame, plan: Plan) -> pd.Series:
    """Per venue `held` or `not_held` for branches whose licence is known, empty for all else."""
    rng = np.random.default_rng([plan.seed, 5])
    known = (venues["category"] == "bank_branch") & (rng.random(len(venues)) < LICENCE_KNOWN)
    odds = LICENCE_HELD * (0.4 + venues["served"])
    answer = np.where(rng.random(len(venues)) < odds, "held", "not_held")
    return pd.Series(np.where(known, answer, ""), index=venues.index, dtype=object)


def change_packs(banks: pd.DataFrame, counting_start: date, period: Period, plan: Plan) -> pd.DataFrame:
    """Packs per bank, month and kind of recipient: columns institution, month, recipient_kind, packs.

    Most were given out in the campaign up to the end of 2024; a trickle follows every month.
    """
    rng = np.random.default_rng([plan.seed, 6])
    months = _months(counting_start, period.last)
    weight = np.where(banks["national"].to_numpy(bool), 2.0, 1.0) * rng.lognormal(0.0, 0.5, len(banks))
    campaign = np.array([m <= FIRST_CAMPAIGN for m in months])
    total = np.where(campaign, CAMPAIGN_PACKS / max(1, int(campaign.sum())), MONTHLY_PACKS)
    rows = [
        (code, month, kind, int(packs))
        for month, amount in zip(months, total, strict=True)
        for kind, factor in RECIPIENTS
        for code, packs in zip(banks["code"], _split(amount * factor, weight, rng), strict=True)
    ]
    return pd.DataFrame(rows, columns=["institution", "month", "recipient_kind", "packs"])


def _split(amount: float, weight: npt.NDArray[np.float64], rng: np.random.Generator) -> npt.NDArray[np.int64]:
    return shared(int(amount), weight * rng.uniform(0.6, 1.4, len(weight)))


def _months(first: date, last: date) -> list[date]:
    month, months = first.replace(day=1), []
    while month <= last:
        months.append(month)
        month = (month + timedelta(days=32)).replace(day=1)
    return months
