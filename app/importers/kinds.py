"""What a ledger is to the import: its columns, and how its rows are judged, written and taken back.

The import reads the file, keeps it, shows the outcome row by row, applies and undoes; what the rows of a
ledger mean is the ledger's own (`app/ledgers/kinds.py`), handed in by whoever starts the application.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy.orm import Session

from app.actor import Actor
from app.settings import Settings

SAME, NEW, ASK, REFUSE = "same", "new", "ask", "refuse"
OUTCOMES = (SAME, NEW, ASK, REFUSE)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a ledger: what it is called in a header, in either language, and whether a row needs it."""

    field: str
    zh: str
    en: str
    aliases: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A data row as the file has it: its number there, and its cells by field (strings, numbers, dates or None)."""

    row: int
    cells: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Remark:
    """What is to be said of a row: the column where it stands ("" for the whole row), a code, the sentence.

    `level` is `error` (the row is not taken), `warning` (a cell of it is not) or `note`; `letter` is the
    column's letter in the sheet.
    """

    column: str
    code: str
    zh: str
    en: str
    level: str = "warning"
    letter: str = ""


@dataclass(slots=True)
class Outcome:
    """What becomes of a row.

    outcome: `same` (the register has it: changed or not), `new`, `ask` (a person has to choose), `refuse`.
    cells: what `apply` needs to write the row, as JSON can hold it; empty where nothing is to be written.
    venue_id: the venue that it is about, where there is one.
    """

    row: int
    outcome: str
    cells: dict[str, Any] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    venue_id: str | None = None


class Kind(Protocol):
    """A ledger that can be imported. `key` is the word in `paymap import --kind`."""

    key: str
    zh: str
    en: str
    columns: tuple[Column, ...]

    def stage(self, session: Session, lines: Sequence[Line], actor: Actor, settings: Settings) -> list[Outcome]:
        """One outcome per line, in order; writes nothing. A row that is not the actor's is refused, with a remark."""

    def apply(self, session: Session, rows: Sequence[Outcome], actor: Actor, import_id: int) -> None:
        """Write the rows that were not refused, each with `import_id`; what is there already is not written again.

        The caller has checked that nobody wrote since, and commits; a row that can no longer be written raises.
        """

    def undo(self, session: Session, import_id: int, actor: Actor) -> Sequence[Remark]:
        """Take back what the import wrote, leaving its history; a remark for each thing that has to stay."""
