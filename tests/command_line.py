"""The command `paymap`, run as a person runs it, on databases of the test's own."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.cli import main
from app.settings import ROOT

HALT = "def halt(*_):\n    import time\n    print('open', flush=True)\n    time.sleep(600)\n"
BEFORE_COMMIT = f"{HALT}import app.register.changes\napp.register.changes.mark = halt"
"""Runs before a command that loads: it then says `open` and waits, with all written and nothing committed."""


@dataclass(frozen=True)
class Answer:
    """What a command left behind."""

    code: int
    out: str
    err: str


Paymap = Callable[..., Answer]


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the databases; nothing else of the environment is a setting."""
    for name in [name for name in os.environ if name.startswith("PAYMAP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PAYMAP_VAR_DIR", str(tmp_path / "var"))
    return tmp_path / "var"


@pytest.fixture
def paymap(var: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Paymap:
    """A function that runs the command in this process: `paymap("init", city=..., PAYMAP_X="...")`."""
    del var

    def run(*words: str, **env: str) -> Answer:
        with monkeypatch.context() as patched:
            patched.setattr(sys, "argv", ["paymap", *words])
            for name, value in env.items():
                patched.setenv(name, value)
            capsys.readouterr()
            with pytest.raises(SystemExit) as ended:
                main()
        said = capsys.readouterr()
        code = ended.value.code
        return Answer(code if isinstance(code, int) else 0, said.out, said.err)

    return run


@pytest.fixture
def start(var: Path) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """A function that starts the command as a process of its own; `first` is Python that runs before it."""
    del var
    begun = ExitStack()

    def begin(*words: str, first: str = "", fds: tuple[int, ...] = (), **env: str) -> "subprocess.Popen[str]":
        code = f"import sys\n{first}\nfrom app.cli import main\nsys.argv = {['paymap', *words]!r}\nmain()"
        process = subprocess.Popen(  # noqa: S603 - the words are the test's own
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, **env},
            pass_fds=fds,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        begun.enter_context(process)
        begun.callback(process.kill)
        return process

    with begun:
        yield begin
