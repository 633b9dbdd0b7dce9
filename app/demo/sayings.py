"""What a statement says beyond its status: which schemes, wallets and currencies, and the details."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from app.demo.recipe import WORD_ZH
from app.vocabulary import CAPABILITIES

WHOLE_YES = 0.12
WHOLE_NO = 0.75

_LIMITED: tuple[Mapping[str, Any], ...] = (
    {"note_zh": "仅限总服务台", "note_en": "only at the main desk"},
    {"note_zh": "需提前告知", "note_en": "ask before you order"},
    {"note_zh": "单笔有上限", "note_en": "an upper limit per payment"},
    {"note_zh": "设备时有故障", "note_en": "the device often fails"},
)
_DETAILS: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "foreign_card": tuple(
        {"terminals": n, "service_mode": mode} for n in (1, 2, 4) for mode in ("staffed", "self_service")
    ),
    "cash": tuple(
        {"service_mode": mode, "window": True, "pledge": pledge, "change_available": change}
        for mode in ("staffed", "self_service") for pledge in (True, False) for change in (True, False)
    ),
    "mobile_pay": tuple(
        {"code": code, "foreign_card_linked": linked, "means": means}
        for code in ("merchant", "personal") for linked in (True, False) for means in (["qr"], ["qr", "face"])
    ),
    "foreign_card_atm": tuple(
        {"fee_cny": fee, "limit_cny": limit, "access": access}
        for fee in (0, 12, 25) for limit in (2500, 3000) for access in ("public", "restricted")
    ),
    "currency_exchange": tuple(
        {"passport_needed": passport, "limit_usd": limit} for passport in (True, False) for limit in (500, 5000)
    ),
    "account_opening": ({"online_appointment": True, "languages": ["zh", "en"]}, {"languages": ["zh"]}),
    "account_green_channel": ({"for": ["elderly", "foreigners"]}, {"for": ["elderly"]}),
    "sim_service": ({"languages": ["zh", "en"]}, {"languages": ["zh"]}),
    "service_desk": ({"languages": ["zh", "en"]}, {"languages": ["zh"]}),
    "signage": ({"card": True, "atm": True, "exchange": True}, {"card": True, "exchange": False}),
    "online_booking": ({"foreign_cards": True},),
}  # fmt: skip
_NOTHING: Mapping[str, Any] = {}


def spelled_out(seen: pd.DataFrame, aspects: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The statements that the visits gave: on the whole, or one for each scheme, wallet or currency.

    Args:
        seen: columns capability, status and whatever else a visit carries.
        aspects: columns capability, aspect, when_yes, when_no.
        rng: the source of chance.

    Returns:
        The columns of `seen` and aspect, details; one row per statement, in the order of the visits.
    """
    whole = _as_a_whole(seen, aspects, rng)
    parts = [seen[whole].assign(aspect="")]
    apart = seen[~whole]
    for capability, aspect, when_yes, when_no in aspects.itertuples(index=False):
        own = apart[apart["capability"] == capability]
        works = (own["status"] == "yes").to_numpy()
        named = own[rng.random(len(own)) < np.where(works, when_yes, when_no)]
        said = named.assign(aspect=aspect)
        if aspect in CAPABILITIES[capability].not_evidence:
            said["status"] = "yes"
        parts.append(said)
    said = pd.concat(parts).sort_index(kind="stable").reset_index(drop=True)
    said["details"] = pd.Series(_details(said, rng), index=said.index, dtype=object)
    return said


def _as_a_whole(seen: pd.DataFrame, aspects: pd.DataFrame, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    plain = ~seen["capability"].isin(aspects["capability"].unique())
    vague = seen["status"].isin(["limited", "unknown"])
    odds = np.where(seen["status"] == "no", WHOLE_NO, WHOLE_YES)
    whole: npt.NDArray[np.bool_] = (plain | vague).to_numpy() | (rng.random(len(seen)) < odds)
    return whole


def _details(said: pd.DataFrame, rng: np.random.Generator) -> list[Mapping[str, Any]]:
    drawn = rng.integers(0, 1 << 16, len(said)).tolist()
    return [
        _detail(capability, status, number)
        for capability, status, number in zip(said["capability"].tolist(), said["status"].tolist(), drawn, strict=True)
    ]


def _detail(capability: str, status: str, number: int) -> Mapping[str, Any]:
    pool = {"limited": _LIMITED, "yes": _DETAILS.get(capability, ())}.get(status, ())
    return pool[number % len(pool)] if pool else _NOTHING


def references(kind: pd.Series, source: str) -> pd.Series:
    """Where a statement comes from, in words that say that it is simulated."""
    words = {
        "ledger": f"{source}: {WORD_ZH}台账 ledger",
        "inspection": f"{source}: {WORD_ZH}巡检 inspection",
        "visitor_report": f"{source}: {WORD_ZH}访客反馈 visitor report",
    }
    return kind.map(words)
