"""What each simulated venue can really do, and whether anybody has looked."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from app.vocabulary import CAPABILITIES

KEY_BONUS = 0.45
SWEPT_KNOWN = 0.97
LICENSED_YES = 0.85


def pairs(subjects: pd.DataFrame, rates: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Every question that makes sense, with its true answer and whether it was ever asked.

    Args:
        subjects: columns category, served (0 to 1), swept, unvisited (how likely it is that nobody came, where
            no campaign did), key (on the merchant list), licensed (held, not_held, or empty where nobody knows);
            index 0..n-1.
        rates: columns capability, category (`*` for the others), yes_centre, yes_edge, limited, known.
        rng: the source of chance.

    Returns:
        Columns subject (row of `subjects`), capability, truth (yes, limited, no), known.
    """
    visited = _visited(subjects, rng)
    parts = []
    for capability in CAPABILITIES.values():
        asked = subjects.index[subjects["category"].isin(capability.categories)].to_numpy()
        own = _rates_of(capability.key, subjects["category"].to_numpy(object)[asked], rates)
        truth = _truth(own, subjects.loc[asked], rng)
        seen = visited[asked] & (rng.random(len(asked)) < _asked_share(own, subjects.loc[asked]))
        parts.append(pd.DataFrame({"subject": asked, "capability": capability.key, "truth": truth, "known": seen}))
    return _by_licence(pd.concat(parts, ignore_index=True), subjects, rng)


def _by_licence(asked: pd.DataFrame, subjects: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Branches with a licence for personal exchange mostly change cash; those without do not."""
    licence = subjects["licensed"].reindex(asked["subject"]).to_numpy(object)
    exchange = (asked["capability"] == "currency_exchange").to_numpy()
    works = np.where(rng.random(len(asked)) < LICENSED_YES, "yes", "no")
    truth = np.where(exchange & (licence == "held"), works, asked["truth"].to_numpy(object))
    return asked.assign(truth=np.where(exchange & (licence == "not_held"), "no", truth))


def _visited(subjects: pd.DataFrame, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Nobody came to many; an inspection campaign leaves few out; key merchants are always visited."""
    never = np.where(subjects["swept"], 1 - SWEPT_KNOWN, subjects["unvisited"])
    never = np.where(subjects["key"], 0.03, never)
    seen: npt.NDArray[np.bool_] = rng.random(len(subjects)) >= never
    return seen


def _asked_share(own: pd.DataFrame, subjects: pd.DataFrame) -> npt.NDArray[np.float64]:
    share: npt.NDArray[np.float64] = np.where(subjects["swept"] | subjects["key"], SWEPT_KNOWN, own["known"] * 0.95)
    return share


def _rates_of(capability: str, category: npt.NDArray[np.object_], rates: pd.DataFrame) -> pd.DataFrame:
    own = rates[rates["capability"] == capability].set_index("category").drop(columns="capability")
    key = np.where(np.isin(category, own.index.to_numpy(object)), category, "*")
    return own.loc[key].reset_index(drop=True)


def _truth(own: pd.DataFrame, subjects: pd.DataFrame, rng: np.random.Generator) -> npt.NDArray[np.object_]:
    served = subjects["served"].to_numpy(float)
    yes = own["yes_edge"] + (own["yes_centre"] - own["yes_edge"]) * served
    yes = np.minimum(yes + KEY_BONUS * subjects["key"].to_numpy(float), 1.0).to_numpy(float)
    limited = yes + own["limited"].to_numpy(float)
    drawn = rng.random(len(own))
    answer: npt.NDArray[np.object_] = np.select(
        [drawn < yes, drawn < limited], ["yes", "limited"], default="no"
    ).astype(object)
    return answer
