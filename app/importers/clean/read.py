"""What came of reading a cell: a value in our words, and what is to be said of it."""

from typing import NamedTuple

from app.importers.record import Note
from app.importers.sources.table import Cell


class Read(NamedTuple):
    """A value, None where the cell says nothing or cannot be read, and notes on it."""

    value: Cell = None
    notes: tuple[Note, ...] = ()


NOTHING = Read()


def refused(code: str, zh: str, en: str) -> Read:
    """A cell that cannot be read: the row waits until it is mended."""
    return Read(None, (Note(code, zh, en, refuses=True),))


def remarked(value: Cell, code: str, zh: str, en: str) -> Read:
    """A cell that was read, with something that its user should know."""
    return Read(value, (Note(code, zh, en),))
