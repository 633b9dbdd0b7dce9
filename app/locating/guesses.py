"""Where a venue may be: places told by its name and address, each with its reason and how far off it may be.

A guess is an offer to a person, never a position: whoever takes it says how it is known.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process

from geo.crs import geodesic_distance
from geo.names import Name, NameWords, parse

MOST = 5
ALIKE = 88.0
"""From this likeness on (0 to 100), two names are offered as similar."""
SAME_M, SIMILAR_M, INSIDE_M, STREET_M, TOWNSHIP_M = 300.0, 800.0, 500.0, 1_500.0, 3_000.0
"""How far off a guess of each kind may be at least."""
SHORTLIST = 300
"""So many names that are written alike are looked at closely."""
LEAST_NAME = 3
"""A shorter name inside another says little."""
STREET = re.compile("[区县市镇乡]?([\u4e00-\u9fff]{2,3}(?:大道|大街|路|街(?!道)))")
TOWNSHIP_END = re.compile("(街道办事处|街道|镇|乡|服务中心)$")

SAME, SIMILAR, INSIDE, STREET_OF, TOWNSHIP, COUNTY = "same", "similar", "inside", "street", "township", "county"
ORDER = (SAME, INSIDE, SIMILAR, STREET_OF, TOWNSHIP, COUNTY)


@dataclass(frozen=True, slots=True)
class Located:
    """A venue whose position is known."""

    id: str
    name: str
    text: str
    lon: float
    lat: float
    error_m: float


@dataclass(frozen=True, slots=True)
class Guess:
    """A place that is offered: why (`kind` and what `named` it), where, how far off it may be."""

    kind: str
    named: str
    lon: float
    lat: float
    error_m: float
    of: int = 1


@dataclass(frozen=True, slots=True)
class Sought:
    """The venue that is looked for: its name and its address."""

    name: str
    address: str
    county: str


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known of the venue's county: its located venues, townships and middle."""

    located: Sequence[Located]
    townships: Sequence[str]
    middle: tuple[float, float, float] | None


def guesses(sought: Sought, ground: Ground, words: NameWords) -> list[Guess]:
    """The places to offer, the most telling first, never two at one spot."""
    name = parse(sought.name, words)
    told = f"{name.flat} {sought.address}"
    found = [
        *_by_name(name, ground.located, words),
        *_inside(told, ground.located),
        *_along(told, ground.located),
        *_in_township(told, ground),
        *_county(sought.county, ground.middle),
    ]
    return _apart(sorted(found, key=lambda g: (ORDER.index(g.kind), g.error_m)))[:MOST]


def _by_name(name: Name, located: Sequence[Located], words: NameWords) -> Iterable[Guess]:
    near = process.extract(name.flat, [place.name for place in located], scorer=fuzz.ratio, limit=SHORTLIST)
    for place in (located[n] for _, _, n in near):  # taking a name apart takes its time
        other = parse(place.name, words)
        if (other.key, other.office) == (name.key, name.office):
            yield _at(SAME, place, SAME_M)
        elif fuzz.ratio(name.flat, other.flat) >= ALIKE:
            yield _at(SIMILAR, place, SIMILAR_M)


def _inside(told: str, located: Sequence[Located]) -> Iterable[Guess]:
    """Located venues whose name stands in what the venue says of itself: 聊城大学支行 is near 聊城大学."""
    for place in located:
        if len(place.name) >= LEAST_NAME and place.name in told:
            yield _at(INSIDE, place, INSIDE_M)


def _along(told: str, located: Sequence[Located]) -> Iterable[Guess]:
    for street in dict.fromkeys(STREET.findall(told)):
        there = [place for place in located if street in place.text]
        if there:
            yield _middle(STREET_OF, street, there, STREET_M)


def _in_township(told: str, ground: Ground) -> Iterable[Guess]:
    for township in ground.townships:
        stem = TOWNSHIP_END.sub("", township)
        there = [place for place in ground.located if stem in place.text]
        if len(stem) > 1 and stem in told and there:
            yield _middle(TOWNSHIP, township, there, TOWNSHIP_M)


def _county(name: str, middle: tuple[float, float, float] | None) -> Iterable[Guess]:
    if middle is not None:
        yield Guess(COUNTY, name, *middle)


def _at(kind: str, place: Located, least_m: float) -> Guess:
    return Guess(kind, place.name, place.lon, place.lat, max(place.error_m, least_m))


def _middle(kind: str, named: str, there: Sequence[Located], least_m: float) -> Guess:
    """The middle of some venues, and the way to the farthest of them."""
    lons, lats, errors = np.array([(p.lon, p.lat, p.error_m) for p in there]).T
    lon, lat = float(lons.mean()), float(lats.mean())
    farthest = (geodesic_distance(np.full_like(lons, lon), np.full_like(lats, lat), lons, lats) + errors).max()
    return Guess(kind, named, lon, lat, max(least_m, float(farthest)), len(there))


def _apart(found: Sequence[Guess]) -> list[Guess]:
    kept: list[Guess] = []
    for guess in found:
        if all(_metres(guess.lon, guess.lat, k.lon, k.lat) > SAME_M / 2 for k in kept):
            kept.append(guess)
    return kept


def _metres(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    return float(geodesic_distance(lon, lat, other_lon, other_lat))
