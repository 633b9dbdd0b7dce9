"""How many venues of which class stand in which county, adding up exactly."""

import numpy as np
import numpy.typing as npt
import pandas as pd

STANDARD = 2_400
FILLER = "restaurant"


def shared(total: int, weights: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Whole numbers that add up to `total`, in proportion to the weights (largest remainders).

    >>> shared(10, [1, 1, 1]).tolist()
    [4, 3, 3]
    """
    share = np.asarray(weights, dtype=float)
    exact = total * share / share.sum()
    whole: npt.NDArray[np.int64] = np.floor(exact).astype(np.int64)
    left = total - int(whole.sum())
    whole[np.argsort(-(exact - whole), kind="stable")[:left]] += 1
    return whole


def quota(total: int, county_share: pd.Series, mix: pd.DataFrame) -> pd.DataFrame:
    """Venues per class (rows) and county (columns); a county's sum follows its share of the people.

    Args:
        total: venues in all.
        county_share: share of the city's people per county, adding up to 1.
        mix: columns category, per_2400, central (above 1: leans towards the largest county).
    """
    room = pd.Series(shared(total, county_share), index=county_share.index)
    left = room.copy()
    counts = pd.Series(shared(total, mix["per_2400"]), index=mix["category"])
    leaning = mix.set_index("category")["central"]
    table: dict[str, pd.Series] = {}
    for category in counts.drop(FILLER).sort_values().index:
        wanted = shared(counts[category], county_share ** leaning[category])
        table[category] = pd.Series(np.minimum(wanted, left), index=left.index)
        left = left - table[category]
    table[FILLER] = left
    return pd.DataFrame(table).T.reindex(mix["category"])
