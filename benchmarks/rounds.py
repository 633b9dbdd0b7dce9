"""Timing several ways to do one thing, in turns, so that a slow minute of the machine is slow for all of them."""

import gc
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

MISSED = Path(__file__).with_name("missed.toml")
"""Why an aim is missed, and what was tried, by its name; said only while it is missed."""


@dataclass(frozen=True)
class Verdict:
    """An aim beside what was found."""

    aim: str
    wanted: str
    found: str
    reached: bool

    @property
    def row(self) -> tuple[str, ...]:
        """As a row of a table."""
        return (self.aim, self.wanted, self.found, "reached" if self.reached else "**missed**")

    def why(self) -> str:
        """What is known of a miss."""
        known = tomllib.loads(MISSED.read_text("utf-8"))
        told = " ".join(known.get(self.aim, "Nobody has looked into it yet.").split())
        return f"Missed, {self.aim}: {told}"


@dataclass(frozen=True)
class Result:
    """What one benchmark found: a table, what one has to know to read it, and what was aimed for."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
    verdicts: tuple[Verdict, ...] = ()

    def markdown(self) -> str:
        """The aims, why some are missed, the table and its notes."""
        aims = [_table(("aim", "wanted", "found", ""), [v.row for v in self.verdicts])] if self.verdicts else []
        missed = [verdict.why() for verdict in self.verdicts if not verdict.reached]
        notes = "\n".join(f"- {note}" for note in self.notes)
        return "\n\n".join((self.title, *aims, *missed, _table(self.columns, self.rows), notes))


def _table(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [columns, ("---", *("---:" for _ in columns[1:])), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


COLUMNS = ("", "median", "times ours", "least", "most")


def in_turns(ways: Mapping[str, Callable[[], object]], rounds: int) -> tuple[tuple[str, ...], ...]:
    """A row for each way, ours first: its median time, and its time over ours in the same round."""
    times = [{name: seconds(way) for name, way in ways.items()} for _ in range(rounds)]
    ours = next(iter(ways))
    rows = []
    for name in ways:
        ratios = sorted(each[name] / each[ours] for each in times)
        spread = (f"{ratio:.2f}" for ratio in (median(ratios), ratios[0], ratios[-1]))
        rows.append((name, said(median(each[name] for each in times)), *spread))
    return tuple(rows)


def seconds(way: Callable[[], object]) -> float:
    """How long one call takes; what was thrown away before it is collected before it."""
    gc.collect()
    start = perf_counter()
    way()
    return perf_counter() - start


def said(length: float) -> str:
    """A time as one would say it."""
    return f"{length:.2f} s" if length >= 1 else f"{length * 1000:.1f} ms"
