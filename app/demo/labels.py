"""What simulated venues are called, where they say they are, and when they say they open."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from app.demo.recipe import WORD_EN, WORD_ZH

BANKED = ("bank_branch", "atm", "exchange_machine")
NO_HOURS = 0.2
LEVELS = {
    "scenic_spot": (["4A", "3A", "2A", "1A"], [0.15, 0.35, 0.3, 0.2]),
    "hospital": (["tertiary_a", "secondary_a", "primary"], [0.08, 0.32, 0.6]),
}
OPERATORS = {"telecom_hall": "示例通信公司", "exchange_agent": "示例外币代兑机构"}


def stems(category: pd.Series, names: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """A stem per venue: columns zh, en, on the index of `category`."""
    picked = pd.DataFrame(index=category.index, columns=["zh", "en"], dtype=object)
    for key, own in names.groupby("category", sort=True):
        at = category.index[category == key]
        picked.loc[at] = own[["zh", "en"]].to_numpy()[rng.integers(len(own), size=len(at))]
    return picked


def named(venues: pd.DataFrame, stem: pd.DataFrame) -> pd.DataFrame:
    """Names that are told apart by town and number and marked as samples: columns name_zh, name_en.

    Args:
        venues: columns category, town_zh, town_en, bank_zh, bank_en (None where no bank runs it).
        stem: as `stems` gives it.
    """
    zh = venues["bank_zh"].fillna("") + stem["zh"]
    en = (venues["bank_en"].fillna("") + " " + stem["en"]).str.strip()
    number = zh.groupby([venues["town_zh"], venues["county"], zh]).cumcount().add(1).astype(str)
    shop = np.where(venues["category"].isin(["restaurant", "supermarket", "pharmacy"]), "号店", "号")
    town_zh, town_en = venues["town_zh"], venues["town_en"]
    return pd.DataFrame(
        {
            "name_zh": f"{WORD_ZH}·" + zh + "（" + town_zh + number + shop + "）",
            "name_en": f"{WORD_EN} " + en + " (" + town_en + " No. " + number + ")",
        }
    )


def addresses(venues: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Addresses in streets that do not exist, and telephone numbers that cannot: address_*, phone."""
    door = pd.Series(rng.integers(1, 400, len(venues)), index=venues.index).astype(str)
    road = pd.Series(rng.integers(1, 10, len(venues)), index=venues.index).astype(str)
    call = pd.Series(rng.integers(0, 10_000_000, len(venues)), index=venues.index).astype(str).str.zfill(7)
    return pd.DataFrame(
        {
            "address_zh": venues["county_zh"] + venues["town_zh"] + WORD_ZH + road + "路" + door + "号",
            "address_en": door + " " + WORD_EN + " Road " + road + ", " + venues["town_en"] + ", "
            + venues["county_en"],
            "phone": ("0000-" + call).astype(object).where(rng.random(len(venues)) < 0.7, None),  # noqa: PLR2004 - share with a number
        }
    )  # fmt: skip


def hours(category: pd.Series, table: pd.DataFrame, rng: np.random.Generator) -> pd.Series:
    """Opening hours as text, or None for the venues whose hours nobody wrote down."""
    text = pd.Series(None, index=category.index, dtype=object)
    for key, own in table.groupby("category", sort=True):
        at = category.index[category == key]
        odds = own["weight"].to_numpy(float)
        text.loc[at] = own["hours"].to_numpy(object)[rng.choice(len(own), len(at), p=odds / odds.sum())]
    return text.where(rng.random(len(text)) >= NO_HOURS, None)


def levels(category: pd.Series, rng: np.random.Generator) -> pd.Series:
    """The level of scenic spots and hospitals, None for all else."""
    level = pd.Series(None, index=category.index, dtype=object)
    for key, (words, odds) in LEVELS.items():
        at = category.index[category == key]
        level.loc[at] = np.array(words, dtype=object)[rng.choice(len(words), len(at), p=odds)]
    return level


def banks(venues: pd.DataFrame, known: pd.DataFrame, presence: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Which bank runs a branch, a cash machine or an exchange machine: columns institution, bank_zh, bank_en.

    Args:
        venues: columns category, county.
        known: columns code, name_zh, name_en.
        presence: index code, one column per county: how often the bank is met there.
        rng: the source of chance.
    """
    names = ["institution", "bank_zh", "bank_en"]
    picked = pd.DataFrame(None, index=venues.index, columns=names, dtype=object)
    facts = known[["code", "name_zh", "name_en"]].to_numpy(object)
    for county, own in venues[venues["category"].isin(BANKED)].groupby("county", sort=True):
        odds = presence[str(county)].reindex(known["code"]).to_numpy(float)
        picked.loc[own.index] = facts[rng.choice(len(known), len(own), p=odds / odds.sum())]
    return picked


def operators(category: pd.Series, bank_zh: pd.Series) -> pd.Series:
    """Who runs a venue, where the class says it; None elsewhere."""
    return bank_zh.where(bank_zh.notna(), category.map(OPERATORS)).astype(object).where(lambda s: s.notna(), None)


def scattered(
    centre: npt.NDArray[np.float64], spread_m: npt.NDArray[np.float64], rng: np.random.Generator
) -> npt.NDArray[np.float64]:
    """Points scattered round their centres (metres, shape (n, 2)), thinning out like a bell."""
    offset: npt.NDArray[np.float64] = rng.normal(size=centre.shape) * spread_m[:, None]
    return centre + offset
