"""An order, and the file that comes of it."""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.catalog.live import Live
from app.exporters.chosen import View, chosen
from app.exporters.formats import Format, Pieces
from app.exporters.rows import Batch, batches
from app.exporters.told import About, about

Through = Callable[[Iterator[Batch], int], Iterator[Batch]]
"""Hands on the batches of so many venues, and may tell of them, or stop."""


@dataclass(frozen=True)
class Order:
    """Which venues, in which format, with headings in which language."""

    view: View
    format: Format
    lang: str


def write(live: Live, order: Order, path: Path, through: Through) -> About:
    """Write a file, and say what it is about."""
    with _filled(live, order, through) as (said, made):
        order.format.write(said, made, path)
    return said


def tell(live: Live, order: Order, pieces: Pieces, through: Through) -> Generator[About | bytes]:
    """What a file is about, then the file piece by piece."""
    with _filled(live, order, through) as (said, made):
        yield said
        yield from pieces(said, made)


@contextmanager
def _filled(live: Live, order: Order, through: Through) -> Iterator[tuple[About, Iterator[Batch]]]:
    with chosen(live, order.view) as found:
        said = about(found, order.lang)
        yield said, through(batches(found, simulated=said.simulated), len(found))
