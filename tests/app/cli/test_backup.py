"""Backup and restore from the command line, as an operator does it."""

import sqlite3
from pathlib import Path

import pytest

from command_line import Paymap


def venues_in(file: Path) -> int:
    """How many venues a SQLite register has."""
    with sqlite3.connect(file) as opened:
        (count,) = opened.execute("SELECT count(*) FROM venue").fetchone()
    opened.close()
    return int(count)


def test_a_register_moves_to_another_place(paymap: Paymap, var: Path, tmp_path: Path) -> None:
    """Backed up here and restored there it can be used at once; a second time it is refused and stays."""
    assert paymap("init").code == 0
    file, other = tmp_path / "paymap.zip", tmp_path / "other"
    assert paymap("backup", str(file)).code == 0
    done = paymap("restore", str(file), PAYMAP_VAR_DIR=str(other))
    assert (done.code, done.err) == (0, "")
    assert venues_in(other / "paymap.sqlite") == venues_in(var / "paymap.sqlite") > 400
    assert paymap("coverage", PAYMAP_VAR_DIR=str(other)).code == 0
    again = paymap("restore", str(file), PAYMAP_VAR_DIR=str(other))
    assert again.code == 3
    assert "not empty" in again.err
    assert venues_in(other / "paymap.sqlite") > 400


@pytest.mark.parametrize(("content", "said"), [(None, "there is no such file"), (b"PK", "no backup of Paymap")])
def test_what_is_no_backup_is_refused(paymap: Paymap, tmp_path: Path, content: bytes | None, said: str) -> None:
    """One line and exit code 2."""
    file = tmp_path / "backup.zip"
    if content is not None:
        file.write_bytes(content)
    answer = paymap("restore", str(file))
    assert (answer.code, said in answer.err, answer.err.count("\n")) == (2, True, 1)


def test_a_sandbox_stays_a_sandbox(paymap: Paymap, tmp_path: Path) -> None:
    """Its backup becomes a sandbox again, and never a register."""
    assert paymap("demo", "--venues", "20").code == 0
    file, other = tmp_path / "demo.zip", tmp_path / "other"
    assert paymap("backup", str(file), "--demo").code == 0
    assert paymap("restore", str(file), PAYMAP_VAR_DIR=str(other)).code == 4
    assert paymap("restore", str(file), "--demo", PAYMAP_VAR_DIR=str(other)).code == 0
    assert venues_in(other / "demo" / "paymap.sqlite") > 10
