"""From the verdicts on pairs to one outcome for each row."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from scipy.spatial import cKDTree

from geo.candidates import has_place, hashed
from geo.evidence import Evidence, Flags, Floats, Ints, Limits, Side, Weigher
from geo.likeness import Likeness as Like
from geo.verdicts import REASONS, Level, Verdicts, judge

OUTCOMES = ("new", "ask", "same")
NEW, ASK, SAME = range(3)
SHOWN = 5
"""Candidates that are told."""
CLEARER = 3.0
"""A venue so many times nearer than the next of the same name is the one."""
NEARLY, FULLY, BY_ID, ID_AND_NAME = 1.0, 2.0, 1.5, 3.0
"""How strong the best evidence is: a name with a slip or without its branch, a full name, an id, both."""
ARRAYS = ("outcome", "venue", "score", "reason", "strength", "twin", "key", "spots")
Numbers = TypeVar("Numbers", Ints, Floats)


@dataclass(frozen=True)
class Choice:
    """What is decided, row by row; -1 where there is no venue, or no twin.

    strength: of the evidence for the venue, by which one of several rows that claim it is kept.
    key: of the name and category; equal for rows that may be twins.
    """

    outcome: Ints
    venue: Ints
    score: Floats
    reason: Ints
    candidates: list[Ints]
    strength: Floats
    twin: Ints
    key: Ints
    spots: Floats

    @classmethod
    def joined(cls, parts: Sequence["Choice"]) -> "Choice":
        """One after the other."""
        lists = [own for part in parts for own in part.candidates]
        arrays = {name: np.concatenate([getattr(part, name) for part in parts]) for name in ARRAYS}
        return cls(candidates=lists, **arrays)


def choose(rows: Side, weigher: Weigher, rank: Ints, limits: Limits) -> Choice:
    """Return what each row is by itself, whatever others claim.

    Args:
        rows: the rows.
        weigher: of the venues.
        rank: of each venue, by which a tie is broken.
        limits: distances.
    """
    e = weigher.weigh(rows)
    v = judge(e, limits)
    order = np.lexsort((rank[e.venue], -v.score.round(6), -v.level, e.row))
    order = order[v.level[order] > Level.NO]
    e, v = e.of(order), v.of(order)
    first = np.flatnonzero(np.r_[True, e.row[1:] != e.row[:-1]][: len(e.row)])
    size = np.diff(np.r_[first, len(e.row)])
    strength = _strength(e, v)
    contested = _any(_contests(e, v, strength, np.repeat(first, size), limits), first)
    scattered = (size > 1) & ~_any(v.reason != REASONS.index("name_far"), first)
    certain = v.level[first] == Level.CERTAIN
    outcome = np.where(scattered, NEW, np.where(certain & ~contested, SAME, ASK))
    reason = np.where(certain & contested, REASONS.index("two_candidates"), np.where(scattered, 0, v.reason[first]))
    row = e.row[first]
    return Choice(
        outcome=_spread(outcome, row, len(rows), NEW),
        venue=_spread(np.where(outcome == SAME, e.venue[first], -1), row, len(rows), -1),
        score=_spread(v.score[first], row, len(rows), 0),
        reason=_spread(reason, row, len(rows), 0),
        candidates=_lists(e, first, size, len(rows)),
        strength=_spread(strength[first] + v.score[first] / 10, row, len(rows), 0),
        twin=np.full(len(rows), -1),
        key=rows.key ^ hashed(rows.category),
        spots=rows.spots,
    )


def settle(chosen: Choice, limits: Limits) -> Choice:
    """Return the choice with one row at most the same as a venue, and new rows that are one thing told once."""
    outcome, reason, venue, twin = (each.copy() for each in (chosen.outcome, chosen.reason, chosen.venue, chosen.twin))
    same = np.flatnonzero(outcome == SAME)
    same = same[np.lexsort((same, -chosen.strength[same].round(6), venue[same]))]
    again = np.flatnonzero(np.r_[False, venue[same][1:] == venue[same][:-1]][: len(same)])
    for at in again:  # few
        twin[same[at]] = same[at - 1] if twin[same[at - 1]] < 0 else twin[same[at - 1]]
    _ask(same[again], "claimed_twice", outcome, reason, venue)
    new = np.flatnonzero((outcome == NEW) & has_place(chosen.spots))
    later, earlier = _twins(chosen.key[new], chosen.spots[new], limits.close_m)
    twin[new[later]] = new[earlier]
    _ask(new[later], "twin_row", outcome, reason, venue)
    return replace(chosen, outcome=outcome, reason=reason, venue=venue, twin=twin)


def _ask(rows: Ints, why: str, outcome: Ints, reason: Ints, venue: Ints) -> None:
    outcome[rows], reason[rows], venue[rows] = ASK, REASONS.index(why), -1


def _twins(key: Ints, spots: Floats, within_m: float) -> tuple[Ints, Ints]:
    """Which rows have the name and the place of an earlier one, and the first such."""
    if not len(key):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    _, storey = np.unique(key, return_inverse=True)
    tree = cKDTree(np.column_stack((spots, storey * within_m * 10)), balanced_tree=False)
    pairs = np.sort(tree.query_pairs(within_m, output_type="ndarray"), axis=1)
    pairs = pairs[np.lexsort((pairs[:, 0], pairs[:, 1]))]
    later, at = np.unique(pairs[:, 1], return_index=True)
    return later, pairs[at, 0]


def _strength(e: Evidence, v: Verdicts) -> Floats:
    name = np.select([e.like >= Like.SAME, e.like >= Like.PART], [FULLY, NEARLY], 0.0)
    by_id = np.where(e.like >= Like.SAME, ID_AND_NAME, BY_ID)
    return np.where(e.by_id & (v.level == Level.CERTAIN), by_id, name)


def _contests(e: Evidence, v: Verdicts, strength: Floats, best: Ints, limits: Limits) -> Flags:
    """Which pairs leave a doubt whether the best one of their row is the one."""
    own = strength[best]
    nearer = v.near[best] & (e.metres > np.maximum(CLEARER * e.metres[best], limits.close_m)) & (own == FULLY)
    others = (np.arange(len(best)) != best) & (v.far[best] | ~v.far)
    other_kind = (e.category < 0) & (e.category[best] == 1)
    called = e.phone[best] & ~e.phone
    settled = nearer | other_kind | called
    return np.asarray(others & (strength >= NEARLY) & (strength >= own) & ~settled, dtype=bool)


def _any(flags: Flags, first: Ints) -> Flags:
    """Whether any pair of each row is flagged."""
    return np.asarray(np.logical_or.reduceat(flags, first) if len(first) else [], dtype=bool)


def _spread(values: Numbers, row: Ints, count: int, default: int) -> Numbers:
    """The values in the places of their rows."""
    found: Numbers = np.full_like(values, default, shape=count)
    found[row] = values
    return found


def _lists(e: Evidence, first: Ints, size: Ints, count: int) -> list[Ints]:
    none = np.empty(0, np.int64)
    found = [none] * count
    for row, start, many in zip(e.row[first].tolist(), first.tolist(), size.tolist(), strict=True):
        found[row] = e.venue[start : start + min(many, SHOWN)]
    return found
