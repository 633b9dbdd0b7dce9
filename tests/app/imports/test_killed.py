"""An import, and the undoing of one, that is killed at any statement leaves all or nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

from sqlalchemy import Engine

from app.settings import ROOT
from small_imports import HOTEL, KNOWN, sheet

POINTS = 8
"""Fewer kills than this would prove little; the statements are counted as they come."""


def test_all_or_nothing(shared: Engine, migrated_url: str, tmp_path: Path) -> None:
    """After every kill the register, the history and the imports are as before; then it is done to the end."""
    shared.dispose()
    path = sheet(tmp_path / "ledger.xlsx", HOTEL, KNOWN)
    words = [sys.executable, ROOT / "tests" / "killed_import.py", migrated_url, path, tmp_path]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(words, env=env, cwd=ROOT, capture_output=True, text=True, timeout=500, check=False)  # noqa: S603 - the test's own words
    assert done.returncode == 0, done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(told) == 2
    for each in told:
        assert len(each["killed"]) >= POINTS
        assert each["before"] != each["after"]
        assert [state for state in each["killed"] if state not in (each["before"], each["after"])] == []
        assert each["before"] in each["killed"]
    first, second = told
    assert (first["after"][-1], second["after"][-1]) == (["applied"], ["undone"])
    assert second["after"][9] == first["before"][9]
