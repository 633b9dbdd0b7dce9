"""An import from beginning to end: sent in, staged, settled, applied, undone. The caller commits."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.actor import Actor
from app.errors import BadFile
from app.importers.kinds import NEW, REFUSE, Outcome
from app.imports import applying, kept, settling, undoing
from app.imports.asked import VENUES, Asked, Setup
from app.imports.held import held
from app.imports.others import stage_other
from app.imports.staging import Staged, Told, silent, stage
from app.register import changes
from app.tables import Import
from app.tables.base import now

MOST_KEPT = 200 * 2**20
"""Bytes of a file that the database keeps; a larger one, such as a map of a province, is only read."""


def stage_file(session: Session, path: Path, asked: Asked, setup: Setup, told: Told = silent) -> Staged:
    """Judge the rows of a file that is not kept."""
    kind = setup.kind(asked.kind)
    if kind is None:
        return stage(session, path, asked, setup.settings, told=told)
    return stage_other(session, path, asked, kind, setup.settings, told=told)


def send(session: Session, asked: Asked, content: bytes, staged: Staged) -> Import:
    """Keep a file that is staged already."""
    made = kept.new(session, asked, content)
    kept.put(session, made, staged, asked.actor)
    return made


def stage_kept(session: Session, made: Import, actor: Actor, setup: Setup, told: Told = silent) -> Staged:
    """Judge the rows of an import that is kept, and keep what became of them; what was settled stays settled."""
    earlier = kept.rows_of(session, made.id)
    asked, kind = kept.asked_of(made, actor), setup.kind(made.kind)
    with on_disk(made) as path:
        if kind is not None:
            staged = stage_other(session, path, asked, kind, setup.settings, told=told)
        else:
            before = {row.row: row.cells["id"] for row in earlier if row.outcome == NEW}
            staged = stage(session, path, asked, setup.settings, told=told, before=before)
    settled = {row.row: (row.settled, row.settled_by or "") for row in earlier if row.settled}
    kept.put(session, made, staged, actor)
    for number, (choice, by) in settled.items():
        settling.again(session, made, number, choice, actor, by, setup.settings)
    return staged


def recall_columns(session: Session, made: Import, actor: Actor, setup: Setup) -> None:
    """Stage anew with the columns that somebody chose before for a file like this one."""
    if chosen := kept.chosen_before(session, made):
        made.facts = {**made.facts, "chosen_columns": chosen}
        stage_kept(session, made, actor, setup)


@contextmanager
def on_disk(made: Import) -> Iterator[Path]:
    """The file of an import as a file.

    Raises:
        BadFile: it was too large to be kept.
    """
    if made.content is None:
        raise BadFile(f"{made.file_name}: was too large to be kept: send it in again")
    handle, name = tempfile.mkstemp(suffix=Path(made.file_name).suffix)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(made.content)
        yield Path(name)
    finally:
        Path(name).unlink()


def apply(session: Session, made: Import, actor: Actor, setup: Setup) -> bool:
    """Write a staged import; False where the register has changed so that it was staged anew and is not the same.

    It is staged anew, too, where it was judged by somebody else's rights. Then nothing was written to the register:
    its user looks at the new staging first.

    Raises:
        Overtaken: somebody wrote at this very moment.
    """
    if made.state == kept.APPLIED:
        return True
    before = kept.outcomes(session, made.id)
    stale = made.facts.get("number") != changes.latest(session) or made.kind != VENUES
    stale = stale or not kept.is_judged_for(session, made, actor)
    if made.state != kept.STAGED or stale:
        again = made.state == kept.UNDONE
        stage_kept(session, made, actor, setup)
        if not again and not kept.same_bytes(before, kept.outcomes(session, made.id)):
            return False
    write(session, made, kept.outcomes(session, made.id), actor, setup)
    return True


def write(session: Session, made: Import, rows: Sequence[Outcome], actor: Actor, setup: Setup) -> None:
    """Write the accepted rows of an import, and say that it is applied."""
    kind = setup.kind(made.kind)
    if kind is None:
        removed = frozenset(held(session).removed) if made.counts.get("new") else frozenset()
        applying.write(session, rows, actor, made.id, number=made.facts["number"], removed=removed,
                       source_kind=made.facts["source_kind"])  # fmt: skip
    else:
        kind.apply(session, [row for row in rows if row.outcome != REFUSE], actor, made.id)
    made.state, made.applied_at, made.undone_at, made.undone_by = kept.APPLIED, now(), None, None
    session.flush()


def undo(session: Session, made: Import, actor: Actor, setup: Setup) -> list[dict[str, Any]]:
    """Take back what an import wrote; what stays because somebody wrote it since."""
    if made.state != kept.APPLIED:
        return []
    kind = setup.kind(made.kind)
    if kind is None:
        stays = undoing.undo(session, kept.outcomes(session, made.id), actor, made.id)
    else:
        stays = [{"zh": r.zh, "en": r.en} for r in kind.undo(session, made.id, actor)]
    made.state, made.undone_at, made.undone_by = kept.UNDONE, now(), actor.name
    made.facts = {**made.facts, "stays": stays}
    session.flush()
    return stays


def keepable(path: Path) -> bytes:
    """The bytes of a file, as an import keeps them."""
    return path.read_bytes() if path.stat().st_size <= MOST_KEPT else b""
