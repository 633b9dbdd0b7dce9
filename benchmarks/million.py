"""A box and the nearest ten at 1,000,000 venues, beside the same at 100,000: Paymap alone, on SQLite."""

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks import large_register
from benchmarks.peers import COLUMNS, SHARE, measured
from benchmarks.rounds import Result
from benchmarks.served.cases import POOL, Aim, Case, of_boxes, of_points
from benchmarks.served.contenders import OURS
from benchmarks.served.questions import Venues
from benchmarks.served.servers import paymap, wrk

SIZES = {OURS: 1_000_000, "Paymap, 100,000 venues": 100_000}
SMALL = list(SIZES)[1]
NEARLY = 0.8


def run() -> Result:
    """Take both registers, check the answers, then load each server by turns."""
    wrk()
    folders = {which: large_register.kept(size) for which, size in SIZES.items()}
    with ExitStack() as stack:
        asked = [_both(*pair) for pair in zip(*(_cases(folder) for folder in folders.values()), strict=True)]
        servers = {which: stack.enter_context(paymap(folder)) for which, folder in folders.items()}
        title = f"{SIZES[OURS]:,} venues; the boxes have as many of them."
        rows, verdicts = measured(asked, servers)
        return Result(title, COLUMNS, rows, (SHARE,), verdicts)


def _cases(folder: Path) -> list[Case]:
    venues, rng = Venues.of(folder / "paymap.sqlite"), np.random.default_rng(2)
    return [of_boxes(venues, venues.boxes(POOL, rng)), of_points(venues, venues.points(POOL, rng))]


def _both(large: Case, small: Case) -> Case:
    """The same question to both registers, each in its own places."""

    def right(name: str, number: int, body: bytes) -> bool:
        return (small if name == SMALL else large).right(name, number, body)

    paths = {OURS: large.paths[OURS], SMALL: small.paths[OURS]}
    return replace(large, name=f"{large.name}, at a million", paths=paths, right=right, aim=Aim(NEARLY, SMALL))
