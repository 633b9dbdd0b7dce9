"""The part of a filter that the catalog answers with its masks, and the part that must be evaluated."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

import orjson
import shapely

from app.catalog.build import microseconds
from app.catalog.filters import Filters
from app.ogc.asked import Asked, Box, flattened
from app.ogc.cql import Filter, Node
from app.ogc.fields import GEOMETRY, aspect_name
from app.vocabulary import CAPABILITIES, CATEGORIES, Status, aspect_kind

_PROVED = frozenset({Status.YES, Status.LIMITED})
"""What the catalog's masks and a feature agree on for an aspect; of a `no` the masks know more than a feature says."""
_WITHIN = frozenset({"s_intersects", "s_within", "s_contains", "s_equals", "s_touches", "s_crosses", "s_overlaps"})
ASPECTS = {aspect_name(c.key, a): (c.key, a) for c in CAPABILITIES.values() for a in c.aspects}
ROUNDING = 1e-6
"""Degrees by which the position that a feature shows may differ from the one that the catalog compares."""
FILTERED_BY = ("scheme", "currency", "direction")


@dataclass(frozen=True)
class Pushed:
    """What to ask the catalog, and what remains.

    wanted: filters without a box; None where the filter contradicts itself and nothing can match.
    boxes: any of which a venue must be in; none means no bbox.
    near: a box around a geometry of the filter: it narrows, and never decides.
    since: no venue of an earlier change can match (microseconds since 1970).
    """

    wanted: Filters | None
    boxes: tuple[Box, ...]
    near: Box | None
    since: int | None
    rest: Filter


@dataclass
class _Sorting:
    counties: Collection[str]
    words: dict[str, frozenset[str]] = field(default_factory=dict)
    capability: tuple[str, frozenset[str], str | None] | None = None
    near: Box | None = None
    since: int | None = None
    rest: list[Node] = field(default_factory=list)


def pushed(asked: Asked, counties: Collection[str]) -> Pushed:
    """How to answer a request; `counties` are the adcodes that a venue's `region` can be."""
    sorting = _Sorting(counties)
    for condition in asked.filter.conditions:
        if not (_by_words(sorting, condition) or _by_status(sorting, condition)):
            sorting.since = _since(condition, sorting.since)
            sorting.near = sorting.near or _near(condition)
            sorting.rest.append(condition)
    return Pushed(_filters(sorting), asked.boxes, sorting.near, sorting.since, Filter(tuple(sorting.rest)))


def words_of(condition: Node) -> tuple[str, frozenset[str]] | None:
    """The property and the words of `property = 'word'` or `property IN ('word', ..)`; None for anything else."""
    if not isinstance(condition, dict) or condition.get("op") not in ("=", "in"):
        return None
    name, said = condition["args"]
    words = said if condition["op"] == "in" else [said]
    if not isinstance(name, dict) or "property" not in name or not all(isinstance(word, str) for word in words):
        return None
    return name["property"], frozenset(words)


def _by_words(sorting: _Sorting, condition: Node) -> bool:
    name, words = words_of(condition) or ("", frozenset())
    if name == "scene":
        name, words = "category", frozenset(c.key for c in CATEGORIES.values() if c.scene in words)
    allowed = {"category": CATEGORIES, "region": sorting.counties}.get(name)
    if allowed is None:
        return False
    sorting.words[name] = sorting.words.get(name, frozenset(allowed)) & words
    return True


def _by_status(sorting: _Sorting, condition: Node) -> bool:
    """One capability or aspect can be asked of the catalog; a second one has to be evaluated."""
    name, statuses = words_of(condition) or ("", frozenset())
    if sorting.capability is not None:
        return False
    if name in CAPABILITIES:
        sorting.capability = (name, statuses & set(Status), None)
        return True
    capability, aspect = ASPECTS.get(name, ("", ""))
    if aspect and aspect_kind(aspect) in FILTERED_BY and statuses and statuses <= _PROVED:
        sorting.capability = (capability, statuses, aspect)
        return True
    return False


def _filters(sorting: _Sorting) -> Filters | None:
    if any(not words for words in sorting.words.values()):
        return None
    capability, statuses, aspect = sorting.capability or (None, frozenset(), None)
    if capability is not None and not statuses:
        return None
    kind = aspect_kind(aspect) if aspect else ""
    asked = frozenset({aspect}) if aspect else frozenset()
    return Filters(
        categories=sorting.words.get("category", frozenset()),
        regions=sorting.words.get("region", frozenset()),
        capability=capability,
        statuses=statuses,
        schemes=asked if kind == "scheme" else frozenset(),
        currencies=asked if kind == "currency" else frozenset(),
        directions=asked if kind == "direction" else frozenset(),
    )


def _since(condition: Node, known: int | None) -> int | None:
    """The earliest change that `updated_at > ..` (or `t_intersects` with an interval) lets through."""
    if not isinstance(condition, dict) or condition.get("op") not in (">", ">=", "=", "t_after", "t_intersects"):
        return known
    name, said = condition["args"]
    if name != {"property": "updated_at"} or not isinstance(said, dict):
        return known
    start = said.get("timestamp") or next(iter(said.get("interval", ())), "..")
    if not isinstance(start, str) or start == ".." or "T" not in start:
        return known
    return max(known or 0, microseconds(datetime.fromisoformat(start)))


def _near(condition: Node) -> Box | None:
    """The box around the geometry that a venue's position must touch."""
    if not isinstance(condition, dict) or condition.get("op") not in _WITHIN:
        return None
    shapes = [arg for arg in condition["args"] if arg != {"property": GEOMETRY}]
    if len(shapes) != 1:
        return None
    if "bbox" in shapes[0]:
        west, south, east, north = flattened(shapes[0]["bbox"])
    else:
        west, south, east, north = shapely.from_geojson(orjson.dumps(shapes[0])).bounds
    return west - ROUNDING, south - ROUNDING, east + ROUNDING, north + ROUNDING
