"""Writing a backup: every table out of one snapshot, while others go on writing."""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from uuid import uuid4
from zipfile import ZIP_DEFLATED, ZipFile

import orjson
from sqlalchemy import Column, Engine, func, inspect, select
from sqlalchemy.orm import Session

from app.backup.archive import FORMAT, MANIFEST, member
from app.backup.cells import BYTES, asked, kind_of, written
from app.db import make_sessions, reading, revision_of
from app.errors import SchemaMismatch
from app.register.changes import latest
from app.tables import Base, Register

FETCHED, FETCHED_LARGE = 5_000, 20
"""Rows held at a time; fewer where whole files stand in them."""
SQUEEZED = 1
"""The first level takes off most of what the ninth would, much faster."""
Progress = Callable[[int, int], None]
"""Told the rows done, and the rows in all."""


def save(engine: Engine, path: Path, progress: Progress) -> int:
    """Write a backup, readable by its owner alone, and say how many rows it has; `path` is whole or not there.

    Raises:
        DatabaseUnavailable: it does not answer. SchemaMismatch: there is no register in it.
    """
    draft = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        with reading(make_sessions(engine)) as session, _private(draft) as file, ZipFile(file, "w", ZIP_DEFLATED,
                                                                       compresslevel=SQUEEZED) as archive:  # fmt: skip
            rows = _write(session, revision_of(engine), archive, progress)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return rows


@contextmanager
def _private(path: Path) -> Iterator[Any]:
    """A new file: it will hold the hashes of passwords."""
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
        yield file


def _write(session: Session, revision: str | None, archive: ZipFile, progress: Progress) -> int:
    register = session.get(Register, 1) if revision else None
    if register is None:
        msg = "there is no register to back up: run `paymap init`"
        raise SchemaMismatch(msg)
    tables = _tables(session)
    counts = [session.scalar(select(func.count()).select_from(columns[0].table)) or 0 for columns in tables]
    total, done, told = sum(counts), 0, []
    for columns, rows in zip(tables, counts, strict=True):
        name, digest = columns[0].table.name, hashlib.sha256()
        with archive.open(member(name), "w", force_zip64=True) as out:
            for lines, count in _lines(session, columns):
                out.write(lines)
                digest.update(lines)
                done += count
                progress(done, total)
        kinds = [(column.name, kind_of(column.type)) for column in columns]
        told.append({"table": name, "columns": kinds, "rows": rows, "sha256": digest.hexdigest()})
    facts = {"format": FORMAT, "revision": revision, "city": register.city, "simulated": register.simulated,
             "instance": register.instance, "change": latest(session), "made_at": datetime.now(UTC),
             "paymap": version("paymap"), "tables": told}  # fmt: skip
    archive.writestr(MANIFEST, orjson.dumps(facts, option=orjson.OPT_INDENT_2))
    return total


def _tables(session: Session) -> list[list[Column[Any]]]:
    """The columns of each of our tables, those that are referred to first; an older schema lacks some."""
    there = inspect(session.connection())
    names = set(there.get_table_names())
    tables = [table for table in Base.metadata.sorted_tables if table.name in names]
    held = {table.name: {column["name"] for column in there.get_columns(table.name)} for table in tables}
    return [[column for column in table.c if column.name in held[table.name]] for table in tables]


def _lines(session: Session, columns: Sequence[Column[Any]]) -> Iterator[tuple[bytes, int]]:
    """The rows of a table, a line each, and how many at a time."""
    kinds = [kind_of(column.type) for column in columns]
    size = FETCHED_LARGE if BYTES in kinds else FETCHED
    query = select(*(asked(column, kind) for column, kind in zip(columns, kinds, strict=True)))
    found = session.execute(query, execution_options={"yield_per": size})
    for part in found.partitions():
        rows = (orjson.dumps(list(row), written, option=orjson.OPT_APPEND_NEWLINE) for row in part)
        yield b"".join(rows), len(part)
