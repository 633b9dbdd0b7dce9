"""Rows of a source file, and the faults in them, gathered so that all can be mended at once."""

import csv
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from types import MappingProxyType
from typing import Any

from app.errors import BadFile

SHOWN = 20
YES_NO = ("yes", "no")


@dataclass
class Faults:
    """What is wrong with a file: one sentence per row and field."""

    file: Path
    found: list[str] = field(default_factory=list)

    def add(self, row: int, name: str, wrong: str) -> None:
        """Note a fault."""
        self.found.append(f"{self.file.name} row {row}: {name}: {wrong}")

    def check_filled(self, row: "Row", names: Iterable[str]) -> None:
        """Note the cells among these that are empty."""
        for name in names:
            if row.text(name) is None:
                self.add(row.number, name, "is empty; every row needs it")

    def check_word(self, row: "Row", name: str, known: Collection[str]) -> None:
        """Note a cell that holds none of the known words."""
        if row.cells[name] not in known:
            self.add(row.number, name, f"{row.cells[name]!r} is not one of {', '.join(known)}")

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


def rows(path: Path, columns: tuple[str, ...], aliases: Mapping[str, str] = MappingProxyType({})) -> Iterator[Row]:
    """The data rows of a CSV file; blank ones are counted and left out.

    Args:
        path: the file.
        columns: the columns that it must have.
        aliases: other names of columns, and what they are called here.

    Raises:
        BadFile: the file is missing, is not UTF-8, lacks a column, or has a row with too many cells.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.reader(handle, strict=True)
            header = [aliases.get(name.strip(), name.strip()) for name in next(reader, [])]
            missing = [name for name in columns if name not in header]
            if missing:
                raise BadFile(f"{path.name} row 1: column {missing[0]} is missing")
            yield from (_row(path, number, header, cells) for number, cells in enumerate(reader, 2) if any(cells))
    except UnicodeDecodeError as error:
        raise BadFile(f"{path.name}: is not UTF-8: save it as CSV UTF-8") from error
    except (OSError, csv.Error) as error:
        raise BadFile(f"{path.name}: cannot be read: {error}") from error


def _row(path: Path, number: int, header: list[str], cells: list[str]) -> Row:
    if len(cells) > len(header):
        raise BadFile(f"{path.name} row {number}: has {len(cells)} cells for {len(header)} columns: quote commas")
    return Row(number, dict(zip_longest(header, cells, fillvalue="")))


def toml(path: Path) -> dict[str, Any]:
    """What a TOML file says.

    Raises:
        BadFile: the file is missing or malformed.
    """
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadFile(f"{path.name}: cannot be read: {error}") from error


def said(entry: Mapping[str, Any], names: Collection[str], where: str) -> dict[str, Any]:
    """The named values of an entry of a TOML file.

    Raises:
        BadFile: one is missing, or a text is empty.
    """
    missing = [name for name in names if name not in entry]
    if missing:
        raise BadFile(f"{where}: {missing[0]} is missing")
    empty = [name for name in names if entry[name] == ""]
    if empty:
        raise BadFile(f"{where}: {empty[0]} is empty")
    return {name: entry[name] for name in names}
