"""What follows from the statements: the status in force per aspect, and the summary of the whole.

The rules, in words. The newest statement on an aspect holds, by (observed_at, recorded_at, id). A `no`
on the whole denies every aspect that has nothing newer to say. A `yes` on the whole says that something
works, so no aspect follows from it. The summary is `yes` when one aspect that counts as evidence works
(UnionPay does not count for foreign cards), unless the whole was found `no` or `limited` since; one
refused aspect never turns the summary to `no`, only all of them do.
"""

from collections.abc import Collection

import numpy as np
import pandas as pd
from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.register import bulk
from app.register.replay import statements
from app.tables import CapabilitySummary, CurrentStatus
from app.vocabulary import CAPABILITIES

PAIR = ["venue_id", "capability"]
ONE_BY_ONE = 5_000
"""Above this many venues a whole rebuild is cheaper than naming each in the query."""


def in_force(said: pd.DataFrame) -> pd.DataFrame:
    """The status in force per venue, capability and aspect.

    Args:
        said: accepted statements that nobody withdrew; columns id, venue_id, capability, aspect, status,
            observed_at, recorded_at, in any order.

    Returns:
        Columns venue_id, capability, aspect, status, rank (place in time), observation_id; one row per key.
    """
    ordered = said.sort_values(["observed_at", "recorded_at", "id"], ignore_index=True)
    ordered["rank"] = np.arange(len(ordered))
    ordered = ordered.rename(columns={"id": "observation_id"})
    last = ordered.drop_duplicates([*PAIR, "aspect"], keep="last")
    return _denied(last)[[*PAIR, "aspect", "status", "rank", "observation_id"]].reset_index(drop=True)


def _denied(last: pd.DataFrame) -> pd.DataFrame:
    refused = last[(last["aspect"] == "") & (last["status"] == "no")]
    joined = last[PAIR].merge(refused[[*PAIR, "rank", "observation_id"]], "left", PAIR)
    joined.index = last.index
    older = (last["aspect"] != "") & (last["rank"] < joined["rank"])
    replaced = last.copy()
    replaced.loc[older, "status"] = "no"
    for column in ("rank", "observation_id"):
        replaced.loc[older, column] = joined.loc[older, column].astype("int64")
    return replaced


def summary(force: pd.DataFrame) -> pd.DataFrame:
    """What the statuses in force add up to.

    Args:
        force: as `in_force` gives it.

    Returns:
        Columns venue_id, capability, status, observation_id (the newest statement behind the status, or
        the newest of all where the sum is `unknown`); one row per venue and capability of `force`.
    """
    if force.empty:
        return force[[*PAIR, "status", "observation_id"]]
    facts = _facts(force)
    whole = facts["whole"]
    overruled = whole.isin(["no", "limited"]) & (facts["whole_rank"] > facts["yes_rank"])
    every = facts["refused"] == facts["capability"].map(_evidence_count)
    all_refused = every & (facts["refused"] > 0)
    status = np.select(
        [
            overruled,
            facts["yes_rank"] >= 0,
            (whole == "yes") & all_refused,
            whole.notna() & (whole != "unknown"),
            facts["limited_rank"] >= 0,
            all_refused,
        ],
        [whole.fillna(""), "yes", "no", whole.fillna(""), "limited", "no"],
        default="unknown",
    )
    return _with_evidence(facts.assign(status=status), force)


def _evidence_count(capability: str) -> int:
    return len(CAPABILITIES[capability].evidence)


def _facts(force: pd.DataFrame) -> pd.DataFrame:
    evidence = force[_is_evidence(force)]
    whole = force[force["aspect"] == ""].set_index(PAIR)
    facts = pd.DataFrame(index=pd.MultiIndex.from_frame(force[PAIR].drop_duplicates()))
    facts["whole"] = whole["status"]
    facts["whole_rank"] = whole["rank"]
    for word in ("yes", "limited"):
        newest = evidence[evidence["status"] == word].groupby(PAIR)["rank"].max()
        facts[f"{word}_rank"] = newest.reindex(facts.index).fillna(-1)
    refused = evidence[evidence["status"] == "no"].groupby(PAIR).size()
    facts["refused"] = refused.reindex(facts.index).fillna(0).astype(int)
    return facts.reset_index()


def _is_evidence(force: pd.DataFrame) -> pd.Series:
    proving = {(c.key, a) for c in CAPABILITIES.values() for a in c.evidence}
    pairs = zip(force["capability"], force["aspect"], strict=True)
    return pd.Series([p in proving for p in pairs], index=force.index, dtype=bool)


def _with_evidence(facts: pd.DataFrame, force: pd.DataFrame) -> pd.DataFrame:
    behind = force.merge(facts[[*PAIR, "status"]], on=PAIR, suffixes=("", "_sum"))
    proves = _is_evidence(behind) | (behind["aspect"] == "")
    supports = (behind["status"] == behind["status_sum"]) & proves
    behind = behind.assign(supports=supports).sort_values(["supports", "rank"])
    newest = behind.drop_duplicates(PAIR, keep="last").set_index(PAIR)["observation_id"]
    return facts[[*PAIR, "status"]].join(newest, on=PAIR)


def refresh(session: Session, venue_ids: Collection[str] | None = None) -> None:
    """Rebuild the two derived tables for these venues (None: for all), in the caller's transaction."""
    if venue_ids is not None and len(venue_ids) > ONE_BY_ONE:
        venue_ids = None
    force = in_force(statements(session, venue_ids))
    for table, rows in ((CurrentStatus, force.drop(columns="rank")), (CapabilitySummary, summary(force))):
        stale = delete(table)
        session.execute(stale if venue_ids is None else stale.where(table.venue_id.in_(venue_ids)))
        bulk.insert(session, table, len(rows), {str(name): values.tolist() for name, values in rows.items()})
