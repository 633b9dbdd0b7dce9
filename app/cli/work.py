"""Doing the long work of a register and of its sandbox, beside whoever serves them."""

import logging
import signal
from collections.abc import Callable, Mapping
from functools import cache
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from app.cli.opened import opened
from app.db import make_engine, make_sessions
from app.jobs.process import follow
from app.jobs.work import Handler, run_one
from app.settings import Settings


def work(*, once: Annotated[bool, typer.Option("--once", help="Do what waits, then end.")] = False) -> None:
    """Do the long work that waits (`paymap serve` starts this by itself); ends with its standard input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever serves is interrupted, and ends this
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    settings = opened(Settings())
    rounds = [round_of(settings)]
    if settings.demo:
        rounds.append(round_of(opened(settings.for_sandbox())))
    if once:
        while any(round_() for round_ in rounds):
            pass
    else:
        follow(rounds)


def round_of(settings: Settings) -> Callable[[], bool]:
    """What does the oldest job of a register; it says whether there was one."""
    sessions = make_sessions(make_engine(settings.engine_url))

    @cache
    def known() -> Mapping[str, Handler]:
        from app.imports.asked import Setup  # noqa: PLC0415 - a process that waits stays small
        from app.imports.desk import handlers  # noqa: PLC0415 - as above
        from app.ledgers.kinds import KINDS  # noqa: PLC0415 - as above

        return handlers(Setup(settings, KINDS), sessions)

    def over(session: Session) -> None:
        from app.imports.kept import fail_left  # noqa: PLC0415 - as above

        fail_left(session)

    return lambda: run_one(sessions, known, over)
