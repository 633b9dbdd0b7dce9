"""Which pairs of rows and venues are worth comparing, so that not each is compared with each.

A pair shares a word: the whole name, the brand, or one of the rarest pairs of neighbouring characters of the name.
Words and places are looked for in one go: a word is a storey over the plane, so high above the next that what is near
in the three dimensions has the word in common *and* lies near in the plane.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo.names import Name

REACH_M = 10_000.0
"""No pair farther apart is looked for."""
NEAREST = 8
"""So many venues are taken for each word, the nearest ones."""
RARE = 4
"""So many pairs of characters of a name are looked for. A wrong character spoils two."""
COMMON = 20
"""Where no place helps, what more venues than this have in common says nothing."""
FIRST, LAST = "\x02", "\x03"
WIDE = 21
"""The bits of a character."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Pairs = tuple[Ints, Ints]


@dataclass(frozen=True)
class Words:
    """Words and whose they are, sorted by word."""

    word: Ints
    owner: Ints

    @classmethod
    def sorted(cls, word: Ints, owner: Ints) -> "Words":
        """The words in order, those of one owner once."""
        order = np.lexsort((owner, word))
        word, owner = word[order], owner[order]
        kept = np.ones(len(word), dtype=bool)
        kept[1:] = (word[1:] != word[:-1]) | (owner[1:] != owner[:-1])
        return cls(word[kept], owner[kept])

    def of(self, chosen: Flags) -> "Words":
        """Only the words of the chosen owners."""
        kept = chosen[self.owner]
        return Words(self.word[kept], self.owner[kept])

    def count(self, word: Ints) -> Ints:
        """How many have each of these words."""
        before, after = (np.searchsorted(self.word, word, side) for side in ("left", "right"))
        return np.asarray(after - before, dtype=np.int64)


def words_of(names: Sequence[Name], regions: Sequence[str]) -> Words:
    """The pairs of characters of the cores; as negative numbers the brands, and the whole names, also by region."""
    everybody = np.arange(len(names))
    branded = [n for n, name in enumerate(names) if name.brand]
    marks = [
        *("=" + name.key for name in names),
        *(f"@{region}={name.key}" for name, region in zip(names, regions, strict=True)),
        *("<" + names[n].brand for n in branded),
    ]
    pair, whose = pairs_of_characters([name.core for name in names])
    word = np.concatenate((-1 - hashed(marks), pair))
    return Words.sorted(word, np.concatenate((everybody, everybody, np.array(branded, np.int64), whose)))


def tagged(tags: Sequence[str], owner: Ints) -> Words:
    """Whole texts as words."""
    return Words.sorted(hashed(tags), owner)


def hashed(texts: Iterable[str]) -> Ints:
    """Return numbers from 0 on; that two texts have the same one is rare, and costs a look at a wrong pair."""
    return (pd.util.hash_array(np.array(list(texts), dtype=object)) >> np.uint64(1)).astype(np.int64)


def pairs_of_characters(texts: Sequence[str]) -> Pairs:
    """Each two neighbouring characters as a number, the edges of a text counting as one; and whose they are.

    >>> pairs_of_characters(["中国", ""])[1].tolist()
    [0, 0, 0, 1]
    """
    together = "".join(f"{FIRST}{text}{LAST}" for text in texts)
    characters = np.frombuffer(together.encode("utf-32-le"), dtype=np.uint32).astype(np.int64)
    owner = np.cumsum(characters == ord(FIRST)) - 1
    inside = characters[:-1] != ord(LAST)
    return (characters[:-1] << WIDE | characters[1:])[inside], owner[:-1][inside]


class Index:
    """Venues, to be looked for by word and place.

    Args:
        words: of the venues.
        spots: x, y of each venue in metres; NaN where it has no place.
    """

    def __init__(self, words: Words, spots: Floats) -> None:
        placed = has_place(spots)
        self._words, self._nowhere = words, words.of(~placed)
        here = words.of(placed)
        self._storeys = here.word[np.r_[True, here.word[1:] != here.word[:-1]][: len(here.word)]]
        self._owner = here.owner
        self._tree = cKDTree(self._lifted(here, spots), balanced_tree=False)

    def pairs(self, words: Words, spots: Floats) -> Pairs:
        """The rows and the venues to compare; a pair may come more than once.

        Args:
            words: of the rows.
            spots: as those of the venues, in the same plane.
        """
        placed = has_place(spots)
        asked = self._asked(words)
        found = (
            self._near(asked.of(placed), spots),
            joined(asked.of(~placed), self._words, COMMON),
            joined(asked.of(placed), self._nowhere, COMMON),
        )
        rows, venues = (np.concatenate(side) for side in zip(*found, strict=True))
        return rows, venues

    def _asked(self, words: Words) -> Words:
        """The words to look for: all whole names and brands, and the rarest pairs of characters that a venue has."""
        count = self._words.count(words.word)
        known = count > 0
        word, owner, count = words.word[known], words.owner[known], count[known]
        order = np.lexsort((word, np.where(word < 0, 0, count), word >= 0, owner))
        word, owner = word[order], owner[order]
        starts = np.flatnonzero(np.r_[True, (owner[1:] != owner[:-1]) | ((word[1:] < 0) != (word[:-1] < 0))])
        place = np.arange(len(word)) - np.repeat(starts, np.diff(np.r_[starts, len(word)]))
        kept = (word < 0) | (place < RARE)
        return Words(word[kept], owner[kept])

    def _near(self, asked: Words, spots: Floats) -> Pairs:
        """The nearest venues that share a word."""
        there = np.isin(asked.word, self._storeys)
        asked = Words(asked.word[there], asked.owner[there])
        if not len(asked.word):
            return _none()
        metres, found = self._tree.query(
            self._lifted(asked, spots), k=NEAREST, distance_upper_bound=REACH_M, workers=-1
        )
        near = np.isfinite(np.asarray(metres))
        return np.repeat(asked.owner, NEAREST)[near.ravel()], self._owner[np.asarray(found)[near]]

    def _lifted(self, words: Words, spots: Floats) -> Floats:
        """Each word of each owner as a point: its place, on the storey of the word."""
        return np.column_stack((spots[words.owner], np.searchsorted(self._storeys, words.word) * (2 * REACH_M)))


def joined(asked: Words, held: Words, most: int) -> Pairs:
    """Return who has a word in common that at most so many hold.

    >>> joined(Words(np.array([5, 6]), np.array([0, 1])), Words(np.array([5, 5, 6]), np.array([7, 8, 9])), 1)
    (array([1]), array([9]))
    """
    count = held.count(asked.word)
    few = (count > 0) & (count <= most)
    count, first = count[few], np.asarray(np.searchsorted(held.word, asked.word[few]), dtype=np.int64)
    step = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return np.repeat(asked.owner[few], count), held.owner[np.repeat(first, count) + step]


def has_place(spots: Floats) -> Flags:
    """Return which rows have a position."""
    return np.asarray(np.isfinite(spots).all(axis=1), dtype=bool)


def _none() -> Pairs:
    return np.empty(0, np.int64), np.empty(0, np.int64)
