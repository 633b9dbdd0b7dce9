"""The report of an import as CSV: one line per data row, in the columns that programs read."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from app.importers.apostrophe import guarded
from app.importers.kinds import Outcome
from app.vocabulary import CAPABILITIES, CURRENCIES, SCHEMES

STATUSES = tuple(CAPABILITIES)
COLUMNS = (
    "row", "outcome", "matched_external_id", "lon", "lat", "observed_at", *STATUSES, "schemes", "currencies", "message",
)  # fmt: skip


def write(path: Path, outcomes: Sequence[Outcome]) -> None:
    """Write the report as UTF-8, all of it or nothing."""
    unfinished = path.with_name(f".{path.name}.part")
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(lines(outcomes))
    unfinished.replace(path)


def lines(outcomes: Sequence[Outcome]) -> Iterator[list[Any]]:
    """The cells of each line."""
    for outcome in outcomes:
        cells = outcome.cells
        told = cells.get("told", {})
        yield [
            outcome.row,
            outcome.outcome,
            guarded(cells.get("matched_external_id") or ""),
            *(_number(cells.get(name)) for name in ("lon", "lat")),
            cells.get("observed_at") or "",
            *(told.get(capability, "") for capability in STATUSES),
            ";".join(a for a in cells.get("aspects", ()) if a in SCHEMES),
            ";".join(a for a in cells.get("aspects", ()) if a in CURRENCIES),
            guarded(message(outcome)),
        ]


def message(outcome: Outcome) -> str:
    """The remarks on a row in English, the gravest first."""
    order = {"error": 0, "warning": 1, "note": 2}
    said = sorted(outcome.remarks, key=lambda r: order[r.level])
    return "; ".join(f"{r.column}: {r.en}" if r.column else r.en for r in said)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.7f}".rstrip("0")
