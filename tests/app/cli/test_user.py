"""People added and put out from the machine itself."""

import os
import pty
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from app.accounts import passwords, resets
from app.db import make_engine, make_sessions
from app.settings import Settings
from app.tables import Account
from command_line import Paymap


@pytest.fixture
def register(paymap: Paymap, var: Path) -> Callable[[], dict[str, Account]]:
    """A real register; a function that gives its accounts by login."""
    assert paymap("init").code == 0

    def accounts() -> dict[str, Account]:
        engine = make_engine(f"sqlite:///{var / 'paymap.sqlite'}")
        with make_sessions(engine)() as session:
            found = {account.login: account for account in session.scalars(select(Account))}
        engine.dispose()
        return found

    return accounts


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """A function that says what will be typed when a password is asked for."""
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)

    def will_be(*words: str) -> None:
        said = iter(words)
        monkeypatch.setattr(sys.modules["app.cli.user"], "getpass", lambda _prompt: next(said))

    return will_be


def test_a_new_register_knows_nobody(paymap: Paymap, register: Callable) -> None:
    """No default account, no default password."""
    assert register() == {}
    assert paymap("user", "list").out == ""


def test_the_first_admin_is_added(paymap: Paymap, register: Callable, typed: Callable) -> None:
    """The password is asked for twice, and again until it may be one and both are the same."""
    typed("short", "long enough once", "something else", "long enough twice", "long enough twice")
    done = paymap("user", "add", "Boss", "--role", "admin", "--name", "主任")
    assert (done.code, done.out) == (0, "added: boss (admin)\n")
    assert done.err.splitlines() == ["password: at least 10 characters", "the two are not the same"]
    assert passwords.is_right(register()["boss"].password_hash, "long enough twice")
    assert paymap("user", "list").out == "boss\tadmin\t-\tactive\tlast sign-in never\t主任\n"


def test_the_password_is_never_an_argument(paymap: Paymap, register: Callable) -> None:
    """Other users of the machine would see it; without a terminal only a link is made."""
    assert paymap("user", "add", "boss", "--role", "admin", "--password", "secret words").code == 2
    refused = paymap("user", "add", "boss", "--role", "admin")
    assert (refused.code, "--link" in refused.err) == (2, True)
    assert register() == {}


def test_a_link_is_printed(paymap: Paymap, register: Callable, var: Path) -> None:
    """It sets a password once; another one takes its place."""
    first = paymap("user", "add", "li.na", "--role", "county", "--region", "371502", "--link").out.split()[-1]
    second = paymap("user", "link", "LI.NA", PAYMAP_ROOT_PATH="/paymap").out.split()[-1]
    assert (first.startswith("/console/reset/"), second.startswith("/paymap/console/reset/")) == (True, True)
    engine = make_engine(Settings(var_dir=var).engine_url)
    with make_sessions(engine)() as session:
        found = [resets.account_of(session, link.rsplit("/", 1)[1]) for link in (first, second)]
    engine.dispose()
    assert [account and account.login for account in found] == [None, "li.na"]
    assert list(register()) == ["li.na"]


@pytest.mark.parametrize(("words", "says"), [
    (["wang", "--role", "bank"], "institution: a bank or department needs its institution"),
    (["wang", "--role", "bank", "--institution", "icbcc"], "near to it: icbc"),
    (["wang", "--role", "bank", "--institution", "工商银行"], "near to it: icbc"),
    (["wang", "--role", "department", "--institution", "icbc"], "icbc is no institution for the role department"),
    (["wang", "--role", "county", "--region", "东昌府"], "there is no county or zone 东昌府"),
    (["x", "--role", "admin"], "login: two to eighty"),
])  # fmt: skip
def test_a_slip_is_one_line_with_the_mend(paymap: Paymap, register: Callable, words: list[str], says: str) -> None:
    """Nobody is added."""
    refused = paymap("user", "add", *words, "--link")
    assert (refused.code, refused.out) == (2, "")
    assert says in refused.err
    assert len(refused.err.splitlines()) == 1
    assert register() == {}


def test_somebody_is_put_out(paymap: Paymap, register: Callable) -> None:
    """And listed as such; a login that nobody has is named with what is near."""
    paymap("user", "add", "wang.fang", "--role", "regulator", "--link")
    paymap("user", "add", "boss", "--role", "admin", "--link")
    done = paymap("user", "deactivate", "wang.fang")
    assert (done.code, done.out) == (0, "deactivated: wang.fang\n")
    assert not register()["wang.fang"].active
    assert "wang.fang\tregulator\t-\tdeactivated" in paymap("user", "list").out
    unknown = paymap("user", "link", "wangfang")
    assert (unknown.code, "near to it: wang.fang" in unknown.err) == (2, True)


def test_a_real_terminal_shows_no_password(start: Callable, paymap: Paymap, register: Callable) -> None:
    """What is typed at the prompt does not come back on the screen."""
    del paymap
    ours, theirs = pty.openpty()
    first = f"import os\nos.setsid()\nos.dup2({theirs}, 0)\nimport fcntl, termios\nfcntl.ioctl(0, termios.TIOCSCTTY, 0)"
    process = start("user", "add", "boss", "--role", "admin", first=first, fds=(theirs,))
    os.close(theirs)
    shown = b""
    for prompt in (b"Password for boss: ", b"Once more: "):
        while prompt not in shown:
            shown += os.read(ours, 1000)
        os.write(ours, b"long enough words\n")
    assert process.wait(60) == 0
    os.close(ours)
    assert b"long enough" not in shown
    assert passwords.is_right(register()["boss"].password_hash, "long enough words")
