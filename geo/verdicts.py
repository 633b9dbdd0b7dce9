"""What a pair of row and venue comes to: certainly the same, perhaps, or not; and why.

The rules stand in order, and the first that holds decides. Where two columns speak against each other the verdict is
perhaps: a person decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from geo.evidence import Evidence, Flags, Floats, Ints, Limits
from geo.likeness import Likeness as Like


class Level(IntEnum):
    """How far a pair is the same, the least first."""

    NO = 0
    PERHAPS = 1
    CERTAIN = 2


@dataclass(frozen=True)
class Verdicts:
    """Level, reason (a place in `REASONS`) and score of each pair, and whether it lies far off."""

    level: Ints
    reason: Ints
    score: Floats
    far: Flags
    near: Flags

    def of(self, chosen: Flags | Ints) -> "Verdicts":
        """Only the chosen pairs."""
        return Verdicts(*(values[chosen] for values in vars(self).values()))


def judge(e: Evidence, limits: Limits) -> Verdicts:
    """Return what each pair comes to."""
    where = Where(e, limits)
    rules = list(_rules(e, where))
    which = np.select([holds for _, _, holds in rules], list(range(len(rules))), default=len(rules))
    level = np.array([level for level, _, _ in rules] + [Level.NO])[which]
    reason = np.array([REASONS.index(reason) for _, reason, _ in rules] + [0])[which]
    return Verdicts(level, reason, _score(e), where.far, where.near)


class Where:
    """How far apart the two of each pair are, as far as that can be said."""

    def __init__(self, e: Evidence, limits: Limits) -> None:
        placed = np.isfinite(e.metres)
        self.far = placed & (e.metres > np.where(e.vague, 0.0, limits.wide_m))
        self.unknown = ~placed | (e.vague & ~self.far)
        known = placed & ~e.vague
        self.close = known & (e.metres <= limits.close_m)
        self.near = known & (e.metres <= limits.near_m)
        self.wide = known & (e.metres <= limits.wide_m)


REASONS = (
    "no_candidate",
    "external_id",
    "external_id_name",
    "external_id_far",
    "other_external_id",
    "renamed",
    "moved",
    "name_and_place",
    "name_and_phone",
    "name_and_region",
    "name_far",
    "no_position",
    "place_differs",
    "region_differs",
    "category_differs",
    "branch_missing",
    "slip_in_name",
    "similar_name",
    "two_candidates",
    "claimed_twice",
    "twin_row",
)
"""Why, in machine words."""
Rule = tuple[Level, str, Flags]


def _rules(e: Evidence, where: Where) -> Iterator[Rule]:
    """Level, reason, and the pairs for which that holds; the first that holds decides."""
    yield Level.NO, "no_candidate", e.apart
    yield from _by_id(e, where)
    yield Level.PERHAPS, "other_external_id", e.other_id & (e.like >= Like.SLIP) & ~where.far
    yield Level.NO, "no_candidate", e.other_id
    yield from _same_name(e, where)
    yield from _almost(e, where)
    yield from _renamed(e, where)


def _by_id(e: Evidence, where: Where) -> Iterator[Rule]:
    """An external id is unique in its institution, but may be given away again."""
    backed = e.phone | (e.address == 1) | e.one_brand
    there = where.near | where.unknown
    yield Level.CERTAIN, "external_id", e.by_id & (e.like >= Like.SAME)
    yield Level.CERTAIN, "external_id", e.by_id & (e.like >= Like.PART) & (e.category >= 0)
    yield Level.CERTAIN, "external_id", e.by_id & (e.like == Like.SIMILAR) & there & (e.category >= 0)
    yield Level.CERTAIN, "renamed", e.by_id & where.near & backed & (e.category >= 0)
    yield Level.PERHAPS, "renamed", e.by_id & where.near
    yield Level.PERHAPS, "external_id_far", e.by_id & (where.wide | where.far)
    yield Level.PERHAPS, "external_id_name", e.by_id


def _same_name(e: Evidence, where: Where) -> Iterator[Rule]:
    same, one_kind, backed = e.like >= Like.SAME, e.category >= 0, e.phone | (e.address == 1)
    agreed = e.address >= 0
    yield (
        Level.CERTAIN,
        "name_and_place",
        same & where.near & one_kind & (e.telling | where.close) & (e.telling | agreed),
    )
    yield Level.CERTAIN, "name_and_place", same & where.near & (e.phone | (e.like == Like.EQUAL)) & e.telling
    yield Level.PERHAPS, "category_differs", same & where.near & ~one_kind
    yield Level.CERTAIN, "name_and_place", same & where.wide & one_kind & e.telling & e.rare & agreed
    yield Level.CERTAIN, "name_and_phone", same & where.wide & one_kind & e.phone
    yield Level.PERHAPS, "place_differs", same & where.wide
    yield Level.CERTAIN, "moved", same & where.far & one_kind & e.phone & e.telling
    yield Level.PERHAPS, "moved", same & where.far & backed
    yield Level.PERHAPS, "name_far", same & where.far & one_kind & e.telling & e.rare & (e.region >= 0)
    known = where.unknown & (e.region >= 0) & one_kind
    yield Level.CERTAIN, "name_and_phone", same & known & e.phone
    telling = e.telling | ((e.like == Like.EQUAL) & e.local)
    yield Level.CERTAIN, "name_and_region", same & known & telling & agreed & (e.region == 1) & (e.category == 1)
    yield Level.PERHAPS, "region_differs", same & where.unknown & e.telling & (e.region < 0)
    yield Level.PERHAPS, "category_differs", same & where.unknown & e.telling & ~one_kind
    yield Level.PERHAPS, "no_position", same & known


def _almost(e: Evidence, where: Where) -> Iterator[Rule]:
    """A slip of the pen, a branch left out, and names that are only similar."""
    slip, part, one_kind, backed = e.like == Like.SLIP, e.like == Like.PART, e.category >= 0, e.phone | (e.address == 1)
    known = where.unknown & (e.region >= 0) & one_kind
    yield Level.CERTAIN, "name_and_place", slip & where.near & ~e.rough & one_kind & ((e.address >= 0) | e.phone)
    yield Level.CERTAIN, "name_and_phone", slip & (where.wide | known) & one_kind & e.phone
    yield Level.PERHAPS, "slip_in_name", slip & (where.wide | known | (where.far & e.phone))
    yield Level.CERTAIN, "name_and_place", part & where.near & ~e.rough & one_kind & ((e.address >= 0) | e.phone)
    yield Level.CERTAIN, "name_and_phone", part & (where.wide | known) & one_kind & e.phone
    yield Level.PERHAPS, "branch_missing", part & one_kind & (where.wide | (where.unknown & (e.region == 1)))
    similar = (e.like == Like.SIMILAR) & one_kind
    yield Level.CERTAIN, "name_and_phone", similar & where.near & e.phone & (e.category == 1)
    yield (
        Level.PERHAPS,
        "similar_name",
        similar & (where.close | (where.near & backed) | ((where.wide | known) & e.phone)),
    )


def _renamed(e: Evidence, where: Where) -> Iterator[Rule]:
    """Another name at the same place under the same telephone."""
    yield Level.CERTAIN, "renamed", where.near & e.phone & e.one_brand & (e.category == 1) & (e.address >= 0)
    yield Level.PERHAPS, "renamed", where.near & (e.category >= 0) & (e.phone | (e.one_brand & (e.address == 1)))


WEIGHT = np.array([0.0, 0.2, 0.4, 0.6, 0.75, 0.85, 0.9])
"""Of each likeness."""


def _score(e: Evidence) -> Floats:
    """From 0 to 1: the name, less what lies between, and a little for each other thing that agrees."""
    apart = np.where(np.isfinite(e.metres), np.minimum(e.metres / 5000.0, 0.3), 0.1)
    agreed = 0.05 * e.phone + 0.03 * e.address + 0.02 * e.category + 0.02 * e.region + 0.3 * e.by_id
    return np.asarray(np.clip(WEIGHT[e.like] - apart + agreed, 0.0, 1.0), dtype=np.float64)
