"""What the benchmarks' results say of a missed aim."""

import re
import tomllib

from app.settings import ROOT

RESULTS = (ROOT / "benchmarks" / "RESULTS.md").read_text("utf-8")
TOLD = tomllib.loads((ROOT / "benchmarks" / "missed.toml").read_text("utf-8"))
MISSED = re.findall(r"^\| ([^|]+) \| .* \| \*\*missed\*\* \|$", RESULTS, re.MULTILINE)


def test_every_missed_aim_says_why() -> None:
    """The results explain each miss below its table, in the words that are kept for it."""
    for aim in MISSED:
        assert f"Missed, {aim}: {' '.join(TOLD[aim].split())}" in RESULTS
