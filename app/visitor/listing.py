"""What the pages read out of the register: the list, one venue, counts. Nothing else touches the index."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from app.catalog.filters import Filters
from app.db import reading
from app.tables import Region
from app.visitor.asked import Asked
from app.vocabulary import CAPABILITIES, CATEGORIES, Status

Properties = Mapping[str, Any]

SORTED_UP_TO = 600
"""Up to so many matches are read whole and put in a reader's order; beyond, the index's order stands."""

BEST_FIRST = (Status.YES, Status.LIMITED, Status.UNKNOWN, Status.NO)
KNOWN = frozenset({Status.YES, Status.LIMITED, Status.NO})
SELLERS_FIRST = ("foreign_card", "currency_exchange")


class FoundPage(Protocol):
    """One page of features as GeoJSON bytes, and how many match in all."""

    @property
    def features(self) -> Sequence[bytes]:
        """The features."""

    @property
    def matched(self) -> int:
        """How many venues match, shown or not."""


class Index(Protocol):
    """The part of the catalog that pages use."""

    @property
    def version(self) -> str:
        """The register's instance, its newest change and the local day."""

    def find(self, filters: Filters, *, limit: int, lang: str = "zh") -> FoundPage:
        """The first `limit` matching venues."""

    def one(self, venue_id: str, lang: str = "zh") -> bytes | None:
        """A venue, closed and removed ones too; None where there never was one."""


class Source(Protocol):
    """The register as pages see it."""

    @property
    def catalog(self) -> Index:
        """The newest snapshot."""

    @property
    def sessions(self) -> sessionmaker[Session]:
        """Sessions on the database behind it."""

    @property
    def unreachable_since(self) -> datetime | None:
        """Since when that database has not answered; None while it does."""

    def today(self) -> date:
        """The city's local date."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows to show, best known first; how many match; and, for one capability, how many per status."""

    rows: tuple[Properties, ...]
    matched: int
    by_status: Mapping[str, int] | None


def listing(index: Index, question: Asked) -> Listing:
    """The venues that answer a question. Unknown ones stay in, after those that are known to work."""
    if question.capability is not None:
        return _by_status(index, question, question.capability)
    pages = [_read(index, stage, capability, question.limit) for capability, stage in _stages(question)]
    rows = tuple(row for _, found in pages for row in found)[: question.limit]
    return Listing(rows, sum(matched for matched, _ in pages), None)


def categories(question: Asked) -> frozenset[str]:
    """The classes of venue that a question is about: those chosen, of which the capability is asked."""
    asked_of = CAPABILITIES[question.capability].categories if question.capability else frozenset(CATEGORIES)
    return frozenset(
        c for c in asked_of if question.category in (None, c) and question.scene in (None, CATEGORIES[c].scene)
    )


def venue(index: Index, venue_id: str) -> Properties | None:
    """One venue's properties, closed and removed ones too."""
    feature = index.one(venue_id)
    return None if feature is None else _properties(feature)


def is_empty(index: Index) -> bool:
    """Whether the register holds no open venue at all."""
    return _count(index, Filters()) == 0


def anything_observed(index: Index) -> bool:
    """Whether the register holds a single accepted observation of an open venue."""
    return any(_count(index, Filters(capability=c, statuses=KNOWN)) for c in CAPABILITIES)


def known_of(index: Index, capability: str) -> tuple[int, int]:
    """How many venues something is known of, and how many the capability is asked of."""
    known = _count(index, Filters(capability=capability, statuses=KNOWN))
    return known, _count(index, Filters(categories=CAPABILITIES[capability].categories))


def outlets_by_county(index: Index, counties: Sequence[str]) -> dict[str, int]:
    """Bank outlets per county adcode, counties without any left out."""
    branches = frozenset({"bank_branch"})
    counts = {c: _count(index, Filters(categories=branches, regions=frozenset({c}))) for c in counties}
    return {county: n for county, n in counts.items() if n}


def places(source: Source) -> dict[str, tuple[str, str]]:
    """The city (first) and its counties: adcode to Chinese and English name."""
    named = select(Region.adcode, Region.name_zh, Region.name_en).where(Region.level.in_(["city", "county"]))
    with reading(source.sessions) as session:
        found = session.execute(named.order_by(Region.level, Region.adcode)).all()
    return {code: (name_zh, name_en) for code, name_zh, name_en in found}


def _by_status(index: Index, question: Asked, capability: str) -> Listing:
    asked_of = categories(question)
    if not asked_of:
        return Listing((), 0, dict.fromkeys(BEST_FIRST, 0))
    base = _filters(question, asked_of)
    pages = {
        status: _read(index, _with(base, capability, frozenset({status})), capability, question.limit)
        for status in BEST_FIRST
    }
    shown = [status for status in BEST_FIRST if question.status in (None, status)]
    rows = tuple(row for status in shown for row in pages[status][1])[: question.limit]
    return Listing(rows, sum(pages[s][0] for s in shown), {s: pages[s][0] for s in BEST_FIRST})


def _stages(question: Asked) -> list[tuple[str, Filters]]:
    """What is known to work first, shops and sights before the banks' own points."""
    wanted = categories(question)
    points = frozenset(c for c in wanted if CATEGORIES[c].scene == "finance")
    groups = zip((wanted - points, points), SELLERS_FIRST, strict=True)
    works, rest = frozenset({Status.YES, Status.LIMITED}), frozenset({Status.UNKNOWN, Status.NO})
    return [
        (capability, _with(_filters(question, group), capability, statuses))
        for group, capability in groups
        if group
        for statuses in (works, rest)
    ]


def _filters(question: Asked, wanted: frozenset[str]) -> Filters:
    regions = frozenset({question.region}) if question.region else frozenset()
    return Filters(categories=wanted, regions=regions, q=question.q)


def _with(base: Filters, capability: str, statuses: frozenset[Status]) -> Filters:
    return Filters(
        categories=base.categories,
        regions=base.regions,
        q=base.q,
        capability=capability,
        statuses=frozenset(statuses),
    )


def _count(index: Index, filters: Filters) -> int:
    return index.find(filters, limit=1).matched


def _read(index: Index, filters: Filters, capability: str, limit: int) -> tuple[int, list[Properties]]:
    """How many match, and the first `limit` of them in a reader's order: works, fresh, listed, by class."""
    page = index.find(filters, limit=limit)
    if limit < page.matched <= SORTED_UP_TO:
        page = index.find(filters, limit=SORTED_UP_TO)
    rows = [_properties(feature) for feature in page.features]
    return page.matched, sorted(rows, key=lambda row: _order(row, capability))[:limit]


def _order(properties: Properties, capability: str) -> tuple[int, bool, bool, int, str, str]:
    classes = list(CATEGORIES)
    said = properties["capabilities"].get(capability, {})
    return (
        BEST_FIRST.index(Status(said.get("status", Status.UNKNOWN))),
        bool(said.get("stale")),
        not properties.get("key_lists"),
        classes.index(properties["category"]),
        properties["region"],
        properties["name_zh"],
    )


def _properties(feature: bytes) -> Properties:
    properties: dict[str, Any] = orjson.loads(feature)["properties"]
    return properties
