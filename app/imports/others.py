"""A file that is another ledger than that of venues: read here, judged by the ledger itself."""

from pathlib import Path

from sqlalchemy.orm import Session

from app.importers.kinds import Kind
from app.importers.opened import read_lines
from app.imports.asked import Asked
from app.imports.datum import Choice
from app.imports.staging import Staged, Told, silent
from app.register import changes
from app.settings import Settings


def stage_other(
    session: Session, path: Path, asked: Asked, kind: Kind, settings: Settings, *, told: Told = silent
) -> Staged:
    """The outcome of every row, as the ledger judges it.

    Raises:
        BadFile: it cannot be read.
    """
    number = changes.latest(session)
    opened, lines = read_lines(path, asked.name, kind.columns, chosen=asked.columns)
    told("comparing", 0, len(lines))
    outcomes = kind.stage(session, lines, asked.actor, settings)
    told("comparing", len(lines), len(lines))
    return Staged(outcomes, Choice(None, "file"), number, opened)
