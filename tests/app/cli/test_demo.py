"""Filling the sandbox from the command line."""

import os
import pty
import signal
import termios
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.db import make_engine, make_sessions
from app.demo.people import KNOWN
from app.register.changes import latest
from app.tables import Account, Venue
from command_line import BEFORE_COMMIT, Paymap


def state(var: Path) -> tuple[list[str], int, int]:
    """The simulations in the sandbox, how many venues they have, and the newest change."""
    engine = make_engine(f"sqlite:///{var / 'demo' / 'paymap.sqlite'}")
    with make_sessions(engine)() as session:
        of = Venue.source.like("simulated%")
        sources = list(session.scalars(select(Venue.source).where(of).distinct()))
        found = sources, session.scalar(select(func.count()).where(of)) or 0, latest(session)
        assert set(session.scalars(select(Account.login))) == set(KNOWN)
    engine.dispose()
    return found


def test_the_sandbox_is_made_from_nothing_and_only_once(paymap: Paymap, var: Path) -> None:
    """Database, schema, borders and ledger come in one run; the same arguments again change nothing."""
    assert paymap("demo", "--venues", "30").out.endswith(": loaded\n")
    before = state(var)
    assert before == (["simulated (seed 20240703, 30 venues)"], 30, 1)
    assert not (var / "paymap.sqlite").exists()
    assert paymap("demo", "--venues", "30").out.endswith(": already loaded\n")
    assert state(var) == before


@pytest.mark.parametrize("words", [["--venues", "31"], ["--venues", "30", "--seed", "1"]])
def test_other_arguments_replace_the_simulation(paymap: Paymap, var: Path, words: list[str]) -> None:
    """There is one simulation at a time."""
    paymap("demo", "--venues", "30")
    paymap("demo", *words)
    sources, venues, change = state(var)
    assert (len(sources), venues, change) == (1, int(words[1]), 2)


def test_a_new_directory_is_followed(paymap: Paymap, var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the city's files are loaded anew, so is the ledger that leans on them."""
    paymap("demo", "--venues", "30")
    monkeypatch.setattr("app.importers.load.FORMAT", "next")
    assert paymap("demo", "--venues", "30").out.endswith(": loaded\n")
    assert state(var)[2] == 2


@pytest.mark.parametrize("words", [["--venues", "0"], ["--seed", "-1"], ["--venues", "many"]])
def test_bad_arguments_are_refused(paymap: Paymap, words: list[str]) -> None:
    """The option is named."""
    refused = paymap("demo", *words)
    assert (refused.code, words[0] in refused.err) == (2, True)


def test_a_terminal_sees_how_far_it_is(start: Callable) -> None:
    """Each stage is a bar on a terminal (elsewhere stderr stays empty, as the other tests see)."""
    mother, child = pty.openpty()
    termios.tcsetwinsize(child, (24, 100))
    process = start("demo", "--venues", "30", first=f"import os; os.dup2({child}, 2)", fds=(child,))
    os.close(child)
    shown = b""
    with suppress(OSError):  # how Linux says that the other end is closed
        while part := os.read(mother, 4096):
            shown += part
    os.close(mother)
    assert process.communicate(timeout=60)[0].endswith(": loaded\n")
    stages = (b"making", b"writing venues", b"writing observations", b"deriving", b"100%")
    assert [word for word in stages if word not in shown] == []


def test_an_interrupted_load_leaves_what_was_there(paymap: Paymap, start: Callable, var: Path) -> None:
    """Ctrl-C ends it with 130 and no traceback."""
    paymap("demo", "--venues", "30")
    before = state(var)
    process = start("demo", "--venues", "31", first=BEFORE_COMMIT)
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _out, err = process.communicate(timeout=60)
    assert (process.returncode, "Traceback" in err) == (130, False)
    assert state(var) == before
