"""Engines, sessions, and whether the database fits the code."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from app.errors import DatabaseUnavailable, SchemaMismatch
from app.settings import ROOT

SQLITE_WAIT_S = 30


def _tune_sqlite(connection: Any, _record: Any) -> None:  # noqa: ANN401 - SQLAlchemy's hook
    if isinstance(connection, sqlite3.Connection):
        connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;")


def make_engine(url: str) -> Engine:
    """An engine for SQLite or PostgreSQL with the waits and pragmas that Paymap counts on."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed, json_deserializer=orjson.loads, connect_args={"timeout": SQLITE_WAIT_S})
        event.listen(engine, "connect", _tune_sqlite)
        return engine
    return create_engine(
        parsed, pool_pre_ping=True, json_deserializer=orjson.loads, connect_args={"connect_timeout": 5}
    )


def make_sessions(engine: Engine) -> sessionmaker[Session]:
    """Sessions whose objects stay readable after the edge has committed."""
    return sessionmaker(engine, expire_on_commit=False)


@contextmanager
def reading(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """A session that sees one moment of the database, however many queries it makes and whoever writes meanwhile.

    A database that does not answer becomes DatabaseUnavailable.
    """
    try:
        with sessions() as session:
            _hold_still(session)
            yield session
    except DBAPIError as error:
        sessions.kw["bind"].dispose()  # the connections at hand lead to a database that is gone, also when it is back
        msg = "the database does not answer"
        raise DatabaseUnavailable(msg) from error


def _hold_still(session: Session) -> None:
    if session.get_bind().dialect.name == "sqlite":
        session.connection().exec_driver_sql("BEGIN")  # Python begins a transaction for writes only
    else:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _alembic(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["engine"] = engine
    return config


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the schema to `revision` (up only; `alembic downgrade` is for developers).

    Raises:
        SchemaMismatch: the database is newer than the code.
    """
    scripts = _history(engine)
    found = revision_of(engine)
    if found == scripts.get_current_head() and revision == "head":
        return
    if found is not None and not _knows(scripts, found):
        raise SchemaMismatch(_newer(found))
    with _answering(engine):
        command.upgrade(_alembic(engine), revision)


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Take the schema back to `revision`."""
    command.downgrade(_alembic(engine), revision)


def check_schema(engine: Engine, made_by: str = "paymap init", mended_by: str = "paymap migrate") -> None:
    """Nothing if the schema is the code's; otherwise SchemaMismatch with the mend."""
    file = engine.url.database if engine.dialect.name == "sqlite" else None
    if file and file != ":memory:" and not Path(file).exists():
        raise SchemaMismatch(f"there is no database at {file}: run `{made_by}`")
    scripts = _history(engine)
    found = revision_of(engine)
    if found == scripts.get_current_head():
        return
    if found is None:
        msg = f"the database is empty: run `{made_by}`"
    elif _knows(scripts, found):
        msg = f"the database is at {found}, older than the code: run `{mended_by}`"
    else:
        msg = _newer(found)
    raise SchemaMismatch(msg)


def _history(engine: Engine) -> ScriptDirectory:
    return ScriptDirectory.from_config(_alembic(engine))


def revision_of(engine: Engine) -> str | None:
    """The revision of a database's schema; None where it has none yet."""
    with _answering(engine), engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def known_revision(engine: Engine, revision: str) -> bool:
    """Whether the code knows a revision."""
    return _knows(_history(engine), revision)


def _knows(scripts: ScriptDirectory, revision: str) -> bool:
    return revision in {script.revision for script in scripts.walk_revisions()}


def _newer(found: str) -> str:
    return f"the database is at {found}, which this code does not know: install a newer Paymap"


@contextmanager
def _answering(engine: Engine) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        where = engine.url.render_as_string(hide_password=True)
        msg = f"cannot use the database at {where}: {str(error.orig).splitlines()[0]}"
        raise DatabaseUnavailable(msg) from error
