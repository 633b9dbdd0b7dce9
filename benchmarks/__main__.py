"""`python -m benchmarks [name ...]`: run all or some, print them, and keep them in RESULTS.md."""

import os
import platform
import re
import sys
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

NAMES = ("reach", "match", "maps", "catalog", "peers", "million", "workers", "exports", "ledgers", "soak")
ON_REQUEST = {"million", "workers"}
"""They take long, so they run only when they are asked for by name."""
LIBRARIES = ("numpy", "scipy", "pandas", "geopandas", "shapely", "pyproj", "folium", "sqlalchemy", "starlette")
RESULTS = Path(__file__).with_name("RESULTS.md")
HEAD = """# What it costs

Made by `make bench` (`make bench ONLY=name` for one; `million` and `workers` only so). Ours and the peers take turns in
the same run; "times ours" is a peer's time over ours in the same round: the median of the rounds, then the least and
the most. What was aimed for stands first in each part, and below it why an aim is missed and what was tried.
"""


def main(wanted: list[str]) -> int:
    """Run the benchmarks that are named, or all; 2 where one is not known."""
    if unknown := sorted(set(wanted) - set(NAMES)):
        print(f"benchmarks: {unknown[0]!r} is not one of {', '.join(NAMES)}", file=sys.stderr)
        return 2
    for name in wanted or (name for name in NAMES if name not in ON_REQUEST):
        result = import_module(f"benchmarks.{name}").run()
        sections = kept() | {name: f"{result.markdown()}\n\n{machine()}"}
        print(f"\n## {name}\n\n{sections[name]}")
        body = "\n\n".join(f"## {n}\n\n{sections[n]}" for n in NAMES if n in sections)
        RESULTS.write_text(f"{HEAD}\n{body}\n", "utf-8")
    return 0


def kept() -> dict[str, str]:
    """The sections that RESULTS.md holds from earlier runs."""
    text = RESULTS.read_text("utf-8") if RESULTS.exists() else ""
    parts = re.split(r"^## (\w+)\n+", text, flags=re.MULTILINE)[1:]
    return {name: body.strip() for name, body in zip(parts[::2], parts[1::2], strict=True)}


def machine() -> str:
    """Where and when this was measured."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    cores = f"{os.cpu_count()} cores ({platform.machine()}), load {os.getloadavg()[0]:.1f}"
    return f"_{datetime.now(UTC):%Y-%m-%d}; {cores}; Python {platform.python_version()}; {libraries}_"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
