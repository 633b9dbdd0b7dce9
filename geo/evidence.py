"""What speaks for and against a row of a ledger and a venue being the same, pair by pair."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from rapidfuzz.distance import Indel
from rapidfuzz.process import cpdist

from geo.candidates import Index, Words, hashed, joined, tagged, words_of
from geo.frames import POINT
from geo.likeness import likeness
from geo.names import Name, NameWords, parse

WORTH, WORTH_OF_ALL, WORTH_OF_BRANCH = 0.5, 0.7, 0.35
"""Cores, whole names, and branches of one brand, that are less alike are not compared word by word."""
SHARED_BY = 2
"""A telephone of more venues than this is that of a house or of a head office."""
NUMBER = re.compile(r"\+?[\d(][\d()\-\s]{5,}")
HOTLINE = re.compile(r"(?:95|400|800|12)\d*")
STREET = re.compile(r"([^\W\d_]{1,12}(?:路|街|道|巷|胡同))(\d+)号?")
TOWNSHIP = re.compile("街道办事处|办事处|街道|镇|乡")
MOBILE, LANDLINE = 11, 7
"""How many digits a mobile number has, and how many of a landline's are compared: the area code is often left out."""
BEYOND = 1e9
"""Where a place is put that the plane does not hold, metres."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Texts = NDArray[np.object_]
T = TypeVar("T")


@dataclass(frozen=True)
class Side:
    """One of the two frames, in arrays; an empty text is a value that is missing."""

    names: list[Name]
    core: Texts
    bare: Texts
    brand: Texts
    numbers: Texts
    branch: Texts
    telling: Flags
    local: Flags
    spots: Floats
    error_m: Floats
    external_id: Texts
    institution: Texts
    category: Texts
    region: Texts
    street: Texts
    phones: Words
    ids: Words
    words: Words
    key: Ints

    def __len__(self) -> int:
        return len(self.names)

    @classmethod
    def of(cls, frame: gpd.GeoDataFrame, words: NameWords, plane: CRS) -> "Side":
        """The arrays of a frame; a column that is not there is missing in all rows."""
        names = _each(lambda text: parse(text, words), _texts(frame, "name"))
        said = {name: _texts(frame, name) for name in ("external_id", "institution", "category", "region")}
        said["category"] = _array([c or name.inside for c, name in zip(said["category"], names, strict=True)])
        error = pd.to_numeric(frame.get("location_error_m", pd.Series(np.nan, frame.index)))
        return cls(
            names=names,
            core=_array([name.core for name in names]),
            bare=_array([name.bare for name in names]),
            brand=_array([name.brand for name in names]),
            numbers=_array([" ".join(name.numbers) for name in names]),
            branch=_array(["" if name.branch in name.places else name.branch for name in names]),
            telling=np.array([_telling(name, words) for name in names], dtype=bool),
            local=np.array([bool(name.places) for name in names], dtype=bool),
            spots=_spots(frame, plane),
            error_m=error.fillna(0.0).to_numpy(np.float64),
            **said,
            street=_array(_each(lambda text: _street(text, words), _texts(frame, "address"))),
            phones=_tags(_each(_phones, _texts(frame, "phone"))),
            ids=_tags(_keys(said["institution"], said["external_id"])),
            words=words_of(names, said["region"].tolist()),
            key=hashed([name.key for name in names]),
        )


@dataclass(frozen=True)
class Limits:
    """Metres beyond the stated errors of both places: see docs/decisions/0014-same-venue.md.

    close_m: where one shop of a chain is told from the next.
    near_m: two points of one house and its yard.
    wide_m: a position in a datum that nobody stated; the shift of GCJ-02 is 500 to 550 m here.
    vague_m: stated errors that together exceed this make a position none.
    """

    close_m: float = 60.0
    near_m: float = 150.0
    wide_m: float = 700.0
    vague_m: float = 1000.0


@dataclass(frozen=True)
class Evidence:
    """What is known of each pair; `category`, `region` and `address` are 1 where they agree, -1 where they differ.

    metres: between the two, beyond the errors of both places; NaN where a place is missing.
    rough: only the errors of both places bring them near.
    vague: the errors are so large that being within them says little.
    one_brand: both are of one brand, and neither is numbered otherwise.
    telling: the name names one thing, not a kind or a chain.
    rare: no other venue of the category has the name.
    local: the name of the row holds a place.
    apart: one is a thing that carries the name of what it stands in, and the other is not.
    """

    row: Ints
    venue: Ints
    like: Ints
    metres: Floats
    rough: Flags
    vague: Flags
    telling: Flags
    rare: Flags
    local: Flags
    one_brand: Flags
    category: Ints
    apart: Flags
    region: Ints
    address: Ints
    phone: Flags
    by_id: Flags
    other_id: Flags

    def of(self, chosen: Flags | Ints) -> "Evidence":
        """Only the chosen pairs."""
        return Evidence(*(values[chosen] for values in vars(self).values()))


class Weigher:
    """Gathers what is known of pairs with the venues.

    Args:
        venues: the register.
        words: what names are made of.
        limits: distances.
    """

    def __init__(self, venues: Side, words: NameWords, limits: Limits) -> None:
        self._venues, self._words, self._limits = venues, words, limits
        self._index = Index(venues.words, venues.spots)
        self._rare = _once(venues.key ^ hashed(venues.category) ^ hashed(" ".join(n.places[-1:]) for n in venues.names))

    def weigh(self, rows: Side) -> Evidence:
        """Return the evidence of the pairs whose names are at all alike, or that share an id or a telephone."""
        by_id, phone = joined(rows.ids, self._venues.ids, 1), joined(rows.phones, self._venues.phones, SHARED_BY)
        codes = [row << 32 | venue for row, venue in (by_id, phone, self._index.pairs(rows.words, rows.spots))]
        pairs = np.sort(np.concatenate(codes))
        pairs = pairs[np.r_[True, pairs[1:] != pairs[:-1]][: len(pairs)]]
        row, venue = pairs >> 32, pairs & 0xFFFFFFFF
        told = np.isin(pairs, codes[0]), np.isin(pairs, codes[1])
        gap, slack = self._gap(rows, row, venue)
        kept = told[0] | told[1] | self._worth(rows, row, venue, gap - slack)
        return self._evidence(rows, row[kept], venue[kept], told[0][kept], told[1][kept])

    def _gap(self, rows: Side, row: Ints, venue: Ints) -> tuple[Floats, Floats]:
        """Metres between the two, and the errors of both places together."""
        here = self._venues
        return np.hypot(*(rows.spots[row] - here.spots[venue]).T), rows.error_m[row] + here.error_m[venue]

    def _worth(self, rows: Side, row: Ints, venue: Ints, metres: Floats) -> Flags:
        """Which pairs can be the same by their names alone: far apart, only those with one name."""
        here = self._venues
        worth = (rows.key[row] == here.key[venue]) | ~(metres > self._limits.wide_m)
        near = np.flatnonzero(worth)
        row, venue = row[near], venue[near]
        branch, other = rows.branch[row], here.branch[venue]
        left_out = (branch == "") | (other == "")
        of_one_brand = left_out | (_ratio(branch, other) >= WORTH_OF_BRANCH)
        core, whole = _ratio(rows.core[row], here.core[venue]), _ratio(rows.bare[row], here.bare[venue])
        alike = (core >= WORTH) | (whole >= WORTH_OF_ALL)
        worth[near] = np.where(self._one_brand(rows, row, venue), of_one_brand, alike)
        return np.asarray(worth, dtype=bool)

    def _one_brand(self, rows: Side, row: Ints, venue: Ints) -> Flags:
        return np.asarray(_agree(rows.brand[row], self._venues.brand[venue]) == 1, dtype=bool)

    def _evidence(self, rows: Side, row: Ints, venue: Ints, by_id: Flags, phone: Flags) -> Evidence:
        here = self._venues
        both = zip(row.tolist(), venue.tolist(), strict=True)
        like = [likeness(rows.names[r], here.names[v], self._words) for r, v in both]
        gap, slack = self._gap(rows, row, venue)
        category = _agree(rows.category[row], here.category[venue])
        inside = _among(rows.category[row], self._words.apart) | _among(here.category[venue], self._words.apart)
        keyed = (rows.external_id[row] != "") & (here.external_id[venue] != "")
        return Evidence(
            row=row,
            venue=venue,
            like=np.array(like, dtype=np.int64),
            metres=np.maximum(gap - slack, 0.0),
            rough=np.minimum(gap, slack) > self._limits.near_m,
            vague=slack > self._limits.vague_m,
            telling=rows.telling[row] & here.telling[venue],
            rare=self._rare[venue],
            local=rows.local[row],
            one_brand=self._one_brand(rows, row, venue) & (rows.numbers[row] == here.numbers[venue]),
            category=category,
            apart=inside & (category != 1),
            region=_agree(rows.region[row], here.region[venue]),
            address=_agree(rows.street[row], here.street[venue]),
            phone=phone,
            by_id=by_id,
            other_id=keyed & (rows.institution[row] == here.institution[venue]) & ~by_id,
        )


def _ratio(left: Texts, right: Texts) -> Floats:
    """How alike the texts of each pair are, from 0 to 1."""
    return cpdist(left.tolist(), right.tolist(), scorer=Indel.normalized_similarity, dtype=np.float64)


def _once(values: Ints) -> Flags:
    """Which of the values comes once only."""
    _, which, count = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray(count[which] == 1, dtype=bool)


def _texts(frame: pd.DataFrame, column: str) -> Texts:
    """A column as stripped texts."""
    if column not in frame:
        return np.full(len(frame), "", dtype=object)
    values = frame[column].astype(object)
    return _array([str(value).strip() if known else "" for value, known in zip(values, values.notna(), strict=True)])


def _array(values: Sequence[str]) -> Texts:
    return np.array(values, dtype=object)


def _spots(frame: gpd.GeoDataFrame, plane: CRS) -> Floats:
    """x, y of each row in the plane; NaN where it has no position."""
    shapes = np.asarray(frame.geometry.array, dtype=object)
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    places = np.full((len(frame), 2), np.nan)
    if there.any():
        points = shapely.get_coordinates(_points(shapes[there]))
        moved = np.column_stack(Transformer.from_crs(frame.crs, plane, always_xy=True).transform(*points.T))
        places[there] = np.where(np.isfinite(moved), moved, BEYOND)
    return places


def _points(shapes: Texts) -> Texts:
    """The shapes, those that are no points by one that lies in them."""
    areas = shapely.get_type_id(shapes) != POINT
    return np.where(areas, shapely.point_on_surface(shapes), shapes) if areas.any() else shapes


def _each(what: Callable[[str], T], values: Texts) -> list[T]:
    """What comes of each text, worked out once for texts that are the same."""
    known = {text: what(text) for text in set(values)}
    return [known[text] for text in values]


def _tags(tags: Sequence[tuple[str, ...]]) -> Words:
    owner = np.repeat(np.arange(len(tags)), [len(own) for own in tags])
    return tagged([tag for own in tags for tag in own], owner)


def _keys(institution: Texts, external_id: Texts) -> list[tuple[str, ...]]:
    """The external ids, each with its institution: another institution's is another id."""
    return [(f"{of}\x1f{key}",) if key else () for of, key in zip(institution, external_id, strict=True)]


def _telling(name: Name, words: NameWords) -> bool:
    """Whether a name names one thing: neither a kind of thing (人民医院) nor a chain (肯德基)."""
    if name.generic:
        return bool(name.places)
    return len(name.core) > 1 and name.core not in words.brands


def _street(text: str, words: NameWords) -> str:
    """Street and number of an address, without the places before it; empty where it has none."""
    plain = unicodedata.normalize("NFKC", text).translate({ord(" "): None})
    while place := words.patterns.place.search(plain):
        plain = plain[place.end() :]
    found = STREET.search(TOWNSHIP.split(plain)[-1])
    return found[1] + found[2] if found else ""


def _phones(text: str) -> tuple[str, ...]:
    """The telephone numbers in a cell as they are compared; a hotline is nobody's own."""
    found = []
    for number in NUMBER.findall(unicodedata.normalize("NFKC", text)):
        digits = re.sub(r"\D", "", number).removeprefix("86")
        if len(digits) >= LANDLINE and not HOTLINE.match(digits):
            found.append(digits if len(digits) == MOBILE and digits[0] == "1" else digits[-LANDLINE:])
    return tuple(found)


def _agree(left: Texts, right: Texts) -> Ints:
    known = (left != "") & (right != "")
    return np.where(known, np.where(left == right, 1, -1), 0)


def _among(values: Texts, words: frozenset[str]) -> Flags:
    return np.isin(values.astype(str), sorted(words))
