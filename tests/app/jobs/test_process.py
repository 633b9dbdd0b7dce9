"""The process beside the server lives as long as the server, however that ends."""

import os
import subprocess
import sys
import time
from pathlib import Path

from app.jobs.process import supervised
from app.settings import ROOT

LIVES = "import os, sys; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); sys.stdin.read()"


def pids(note: Path, number: int) -> list[int]:
    """The processes that have begun, once there are so many."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        found = note.read_text().split() if note.exists() else []
        if len(found) >= number:
            return [int(pid) for pid in found]
        time.sleep(0.05)
    raise TimeoutError


def gone(pid: int) -> bool:
    """Whether a process has ended within a while."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if "Z" in Path(f"/proc/{pid}/stat").read_text().split()[2]:
            return True
        time.sleep(0.05)
    return False


def test_it_is_started_again_and_ends_with_the_block(tmp_path: Path) -> None:
    """Killed, it comes back; after the block there is none."""
    note = tmp_path / "pids"
    with supervised([sys.executable, "-c", LIVES, str(note)]):
        (first,) = pids(note, 1)
        os.kill(first, 9)
        second = pids(note, 2)[1]
    assert gone(second)


def test_it_ends_with_a_server_that_is_killed(tmp_path: Path) -> None:
    """Nobody is left to work on a register that nobody serves."""
    note = tmp_path / "pids"
    code = (
        "import sys, time\nfrom app.jobs.process import supervised\n"
        f"with supervised([sys.executable, '-c', {LIVES!r}, {str(note)!r}]):\n    time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT) as server:  # noqa: S603 - the test's own words
        (worker,) = pids(note, 1)
        server.kill()
    assert gone(worker)
