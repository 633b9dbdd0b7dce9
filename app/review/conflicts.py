"""Claims that contradict each other: two sources, one question, opposite answers, not long apart.

The rules, in words. What works (`yes`, `limited`) contradicts what does not (`no`); `unknown` contradicts
nothing. A `no` on the whole speaks of every aspect that anybody spoke of, as it does for the status in
force. What holds now on an aspect goes back to the first statement that said so; it is contradicted by the
statement just before that one, if that comes from another source and was seen within the time allowed. A
source that corrects itself contradicts nobody. A person who decides on either side when both were known
has settled it; so has an inspection that was asked for because of the older one.
"""

from collections.abc import Collection
from datetime import timedelta

import pandas as pd

PAIR = ["venue_id", "capability"]
KEY = [*PAIR, "aspect"]
ORDER = ["observed_at", "recorded_at", "id"]
SIDES = ["older_source", "older_day", "newer_source", "newer_day"]
COLUMNS = [*PAIR, "aspects", "older", "newer", "since"]


def conflicts(
    said: pd.DataFrame, within: timedelta, answered: Collection[tuple[int, int]] = frozenset()
) -> pd.DataFrame:
    """What contradicts each other and nobody has settled.

    Args:
        said: accepted statements that nobody withdrew; columns id, venue_id, capability, aspect, status,
            observed_at, recorded_at, source (who said it) and decided_at (the newest decision that a person
            took on it, or NaT).
        within: how far apart the two may have been seen.
        answered: (older, newer) where the newer one is the inspection that was asked for because of the older.

    Returns:
        Columns venue_id, capability, aspects, older and newer (ids; what one source saw on one day is one side),
        since (when the contradiction was recorded), the one that waits longest first.
    """
    pairs = _turns(_spoken(said))
    far = pairs["newer_day"] - pairs["older_day"] > within
    same = pairs["newer_source"] == pairs["older_source"]
    settled = pairs["decided_at"] >= pairs["since"]
    asked = [pair in answered for pair in zip(pairs["older"], pairs["newer"], strict=True)]
    return _sides(pairs[~(far | same | settled | pd.Series(asked, index=pairs.index, dtype=bool))])


def _spoken(said: pd.DataFrame) -> pd.DataFrame:
    """The statements that say yes or no, a `no` on the whole once for each aspect spoken of; in order of time."""
    heard = said[said["status"].isin(["yes", "limited", "no"])]
    refused = heard[(heard["aspect"] == "") & (heard["status"] == "no")]
    aspects = heard.loc[heard["aspect"] != "", KEY].drop_duplicates()
    spread = refused.drop(columns="aspect").merge(aspects, on=PAIR)
    whole = pd.concat([heard, spread], ignore_index=True) if len(spread) else heard
    ordered = whole.sort_values(ORDER, ignore_index=True)
    day = pd.to_datetime(ordered["observed_at"])
    return ordered.assign(day=day, works=ordered["status"] != "no", place=range(len(ordered)))


def _turns(spoken: pd.DataFrame) -> pd.DataFrame:
    """Per key the last statement that says the contrary of what holds, and the one after it."""
    holds = spoken.groupby(KEY)["works"].transform("last")
    contrary = spoken[spoken["works"] != holds].drop_duplicates(KEY, keep="last").set_index(KEY)
    turned = contrary["place"].reindex(pd.MultiIndex.from_frame(spoken[KEY])).to_numpy()
    after = spoken[spoken["place"].to_numpy() > turned].drop_duplicates(KEY, keep="first").set_index(KEY)
    pairs = contrary.add_suffix("_o").join(after.add_suffix("_n"), how="inner")
    named = {"id_o": "older", "id_n": "newer"}
    for said, column in (("source", "source"), ("day", "day")):
        named |= {f"{said}_o": f"older_{column}", f"{said}_n": f"newer_{column}"}
    pairs = pairs.rename(columns=named).reset_index()
    pairs["since"] = pairs[["recorded_at_o", "recorded_at_n"]].max(axis=1)
    pairs["decided_at"] = pairs[["decided_at_o", "decided_at_n"]].max(axis=1)
    return pairs


def _sides(pairs: pd.DataFrame) -> pd.DataFrame:
    """One row per two sides, with all that each of them says of the capability."""
    if pairs.empty:
        return pd.DataFrame(columns=COLUMNS)
    grouped = pairs.groupby([*PAIR, *SIDES], sort=False)
    made = grouped.agg(
        aspects=("aspect", _each), older=("older", _each), newer=("newer", _each), since=("since", "max")
    )
    return made.reset_index()[COLUMNS].sort_values(["since", "venue_id", "capability"], ignore_index=True)


def _each(values: pd.Series) -> tuple[object, ...]:
    return tuple(sorted(set(values)))
