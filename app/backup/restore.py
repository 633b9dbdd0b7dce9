"""Filling an empty database from a backup: all of it or nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Connection, Engine, delete, func, inspect, select, text, update

from app.backup.archive import Archive, Held, opened
from app.backup.cells import given
from app.db import downgrade, known_revision, migrate, revision_of
from app.errors import SchemaMismatch, StartRefused
from app.register import bulk
from app.tables import Base, ChangeCounter, Register

Progress = Callable[[int, int], None]
TOLD_EACH = 1_000
COUNTER = ChangeCounter.__tablename__
"""The one table that a new schema has a row in."""


def restore(engine: Engine, path: Path, progress: Progress, *, sandbox: bool = False) -> int:
    """Fill an empty database, and say how many rows it has now; what goes wrong leaves it as empty as it was.

    The register gets an instance of its own: nobody shall take its answers for those of the one that was backed up.

    Raises:
        BadFile: the file is none of ours, cut or altered. SchemaMismatch: it is newer than the code, or the database is
        not empty. StartRefused: a sandbox is to become a register, or the other way round.
    """
    with opened(path) as archive:
        _check(archive, engine, sandbox=sandbox)
        with _leaving_nothing(engine):
            _lay_out(engine, archive.revision)
            with engine.begin() as connection:
                rows = _fill(connection, archive, progress)
        migrate(engine)
    return rows


@contextmanager
def _leaving_nothing(engine: Engine) -> Iterator[None]:
    """Where something goes wrong, take away the tables that were not there before."""
    before = revision_of(engine)
    try:
        yield
    except BaseException:
        if before is None and revision_of(engine) is not None:
            downgrade(engine)
        raise


def _check(archive: Archive, engine: Engine, *, sandbox: bool) -> None:
    if bool(archive.facts["simulated"]) != sandbox:
        what = "of a sandbox: give --demo" if archive.facts["simulated"] else "of a register: leave out --demo"
        raise StartRefused(f"{archive.path.name} is the backup {what}")
    if not known_revision(engine, archive.revision):
        msg = f"{archive.path.name} is at {archive.revision}, which this code does not know: install a newer Paymap"
        raise SchemaMismatch(msg)
    if not _is_empty(engine):
        msg = (
            "the database is not empty: a backup is restored into a new one only (PAYMAP_DATABASE_URL, PAYMAP_VAR_DIR)"
        )
        raise SchemaMismatch(msg)


def _is_empty(engine: Engine) -> bool:
    """Whether none of our tables has a row, but for the counter that a new schema begins with."""
    there = set(inspect(engine).get_table_names()) & Base.metadata.tables.keys() - {COUNTER}
    with engine.connect() as connection:
        return not any(
            connection.scalar(select(func.count()).select_from(Base.metadata.tables[name])) for name in sorted(there)
        )


def _lay_out(engine: Engine, revision: str) -> None:
    """Bring the empty schema to the revision of the backup."""
    migrate(engine, revision)
    if revision_of(engine) != revision:
        downgrade(engine, revision)


def _fill(connection: Connection, archive: Archive, progress: Progress) -> int:
    dialect = connection.dialect.name
    if dialect == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")  # a venue may be part of one that comes later
    connection.execute(delete(ChangeCounter))
    total, done = sum(held.rows for held in archive.tables), 0

    def counted(held: Held) -> Iterator[list[object]]:
        nonlocal done
        for row in archive.rows(held):
            yield row
            done += 1
            if done % TOLD_EACH == 0 or done == total:
                progress(done, total)

    for held in archive.tables:
        names, kinds = (list(words) for words in zip(*held.columns, strict=True))
        bulk.write(connection, held.table, names, given(counted(held), kinds, dialect))
        if dialect == "postgresql":
            _count_on(connection, held)
    connection.execute(update(Register).values(instance=str(uuid4())))
    return total


def _count_on(connection: Connection, held: Held) -> None:
    """Let PostgreSQL's own numbering go on after the numbers that are there (SQLite's does so by itself)."""
    named = {"name": f'"{held.table}"'}
    if "id" not in dict(held.columns) or not held.rows:
        return
    if connection.scalar(text("SELECT pg_get_serial_sequence(:name, 'id')"), named) is not None:
        newest = f"SELECT setval(pg_get_serial_sequence(:name, 'id'), max(id)) FROM \"{held.table}\""  # noqa: S608 - our own table
        connection.execute(text(newest), named)
