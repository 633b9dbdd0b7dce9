"""Rows of a source file, and the faults in them, gathered so that all can be mended at once."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.errors import BadFile

SHOWN = 20


@dataclass
class Faults:
    """What is wrong with a file: one sentence per row and field."""

    file: Path
    found: list[str] = field(default_factory=list)

    def add(self, row: int, name: str, wrong: str) -> None:
        """Note a fault."""
        self.found.append(f"{self.file.name} row {row}: {name}: {wrong}")

    def refuse(self) -> None:
        """BadFile if there were any."""
        if self.found:
            more = len(self.found) - SHOWN
            tail = [f"... and {more} more"] if more > 0 else []
            raise BadFile("\n".join([*self.found[:SHOWN], *tail]))


@dataclass(frozen=True, slots=True)
class Row:
    """A data row with its number in the file (the header is row 1)."""

    number: int
    cells: dict[str, str]

    def text(self, name: str) -> str | None:
        """A cell's text; None where it is empty."""
        return self.cells[name].strip() or None


def rows(path: Path, columns: tuple[str, ...]) -> Iterator[Row]:
    """The data rows of a CSV file.

    Raises:
        BadFile: the file is missing, is not UTF-8, or lacks a column.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.DictReader(handle, restval="")
            missing = set(columns) - set(reader.fieldnames or ())
            if missing:
                raise BadFile(f"{path.name} row 1: column {min(missing)} is missing")
            yield from (Row(number, cells) for number, cells in enumerate(reader, 2))
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile(f"{path.name}: cannot be read: {error}") from error
