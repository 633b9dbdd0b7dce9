"""Timing several ways to do one thing, in turns, so that a slow minute of the machine is slow for all of them."""

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from time import perf_counter


@dataclass(frozen=True)
class Result:
    """What one benchmark found: a table, and what one has to know to read it."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]

    def markdown(self) -> str:
        """The table with its notes."""
        lines = [self.columns, ("---", *("---:" for _ in self.columns[1:])), *self.rows]
        table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        return f"{self.title}\n\n{table}\n\n" + "\n".join(f"- {note}" for note in self.notes)


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
