"""Imports and their undoing, killed again and again by `kill -9`, each time at another statement; run as a program.

The libraries are loaded once; each attempt is a fork that opens its own connections.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine, event, func, select

from app.actor import SYSTEM
from app.db import make_engine, make_sessions
from app.imports import doing, kept
from app.imports.asked import Asked, Setup
from app.settings import Settings
from app.tables import (
    CapabilitySummary,
    Change,
    ChangeCounter,
    CurrentStatus,
    Decision,
    Import,
    ImportRow,
    Observation,
    Venue,
    VenueHistory,
)

TABLES = (Venue, VenueHistory, Observation, Decision, CurrentStatus, CapabilitySummary, Change, Import, ImportRow)
NEVER = 10_000


def state(url: str) -> list[object]:
    """How many rows each table has, the number of the newest change, and what became of the imports."""
    engine = make_engine(url)
    with make_sessions(engine)() as session:
        found = [session.scalar(select(func.count()).select_from(table)) for table in TABLES]
        live = session.scalar(select(func.count()).select_from(Venue).where(Venue.deleted_at.is_(None)))
        phones = sorted(filter(None, session.scalars(select(Venue.phone).where(Venue.deleted_at.is_(None)))))
        number = session.scalar(select(ChangeCounter.value))
        states = list(session.scalars(select(Import.state).order_by(Import.id)))
    engine.dispose()
    return [*found, live, phones, number, states]


def bring_in(engine: Engine, path: Path, setup: Setup) -> None:
    """As `paymap import` does."""
    sessions, asked = make_sessions(engine), Asked(path.name)
    with sessions() as session:
        staged = doing.stage_file(session, path, asked, setup)
    with sessions.begin() as session:
        made = doing.send(session, asked, path.read_bytes(), staged)
        doing.write(session, made, staged.outcomes, SYSTEM, setup)


def take_back(engine: Engine, _path: Path, setup: Setup) -> None:
    """Undo the newest import."""
    with make_sessions(engine).begin() as session:
        made = kept.one(session, session.scalar(select(func.max(Import.id))))
        doing.undo(session, made, SYSTEM, setup)


def attempt(url: str, work: Callable[..., None], path: Path, setup: Setup, point: int) -> bool:
    """Do it in a fork that is killed before its statement number `point`; whether it came to its end."""
    child = os.fork()
    if child == 0:
        engine = make_engine(url)
        done = 0

        def count(*_: object) -> None:
            nonlocal done
            done += 1
            if done == point:
                os.kill(os.getpid(), signal.SIGKILL)

        for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
            event.listen(engine, name, count)
        work(engine, path, setup)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        sys.exit(f"the work failed at {point}")
    return os.WIFEXITED(status)


def main(url: str, path: Path, var: Path) -> None:
    """Print, for the import and for its undoing, the state before, after each kill, and at the end."""
    setup = Setup(Settings(var_dir=var, _env_file=None), {})
    for work in (bring_in, take_back):
        before, killed, point = state(url), [], 1
        while not attempt(url, work, path, setup, point):
            killed.append(state(url))
            point += 1 + point // 6
        sys.stdout.write(json.dumps({"before": before, "killed": killed, "after": state(url)}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
