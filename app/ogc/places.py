"""Where the matching venues stand in the order of pages: a long list of places in little memory."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from uuid import UUID

from app.catalog.catalog import Cursor

TIME_BYTES, WIDTH = 8, 24


class Places:
    """Cursors in order, 24 bytes each.

    >>> both = Places([Cursor(2, bytes(16)), Cursor(1, bytes(16))])
    >>> [place.updated for place in both.after(Cursor(1, bytes(16)))]
    [2]
    """

    def __init__(self, places: Iterable[Cursor]) -> None:
        self._packed = b"".join(sorted(_packed(place) for place in places))

    def __len__(self) -> int:
        return len(self._packed) // WIDTH

    def after(self, start: Cursor | None) -> Iterator[Cursor]:
        """The places that come after one (None: all), in order."""
        first = 0 if start is None else bisect_right(range(len(self)), _packed(start), key=self._at)
        for number in range(first, len(self)):
            found = self._at(number)
            yield Cursor(int.from_bytes(found[:TIME_BYTES], "big"), found[TIME_BYTES:])

    def _at(self, number: int) -> bytes:
        return self._packed[number * WIDTH : (number + 1) * WIDTH]


def _packed(place: Cursor) -> bytes:
    return place.updated.to_bytes(TIME_BYTES, "big") + place.key


def name_of(place: Cursor) -> str:
    """The id of the venue that stands there."""
    return str(UUID(bytes=place.key))
