"""Building the read index of 100,000 and of 1,000,000 venues: seconds, and memory per venue."""

import json
import resource
import sqlite3
import subprocess
import sys
from pathlib import Path
from shutil import disk_usage
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import orjson

from app.catalog.live import Live
from app.db import make_engine
from app.settings import Settings
from benchmarks import large_register
from benchmarks.rounds import Result, said

SIZES = {100_000: 3, 1_000_000: 1}
"""Venues, and how often the base of so many is built."""
ROOM = 6_000
"""Bytes on the disk that a venue takes in the register and two bases."""
COLUMNS = ("venues", "built in", "of it CPU", "plain read", "times", "peak", "mapped a venue", "own a venue")
STATEMENTS = "SELECT * FROM {} JOIN observation o ON o.id = observation_id ORDER BY venue_id"


def run() -> Result:
    """Write a register of each size, then build and load its base in processes of their own."""
    return Result(
        "The read index of a register on SQLite. Aim: under 1,500 bytes of memory per venue, mapped and own together.",
        COLUMNS,
        tuple(_row(size, rounds) for size, rounds in SIZES.items()),
        (
            "Every second venue has three capabilities observed, by four statements.",
            "Plain read: Python's sqlite3 reads the same rows and orjson writes each once.",
            "Peak: the most memory that the building process had, less what it had before.",
            "Mapped pages are shared by all workers of a host; own is what each worker has for itself.",
        ),
    )


def _row(size: int, rounds: int) -> tuple[str, ...]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        if disk_usage(folder).free < size * ROOM:
            return (f"{size:,}", "no room on the disk", *("" for _ in COLUMNS[2:]))
        large_register.write(folder / "paymap.sqlite", size)
        runs = [
            (_aside("build", folder / f"{n}", folder), _aside("read", folder / f"{n}", folder)) for n in range(rounds)
        ]
        loaded = _aside("load", folder / "0", folder)
    built, plain = (median(each[i]["seconds"] for each in runs) for i in (0, 1))
    times = sorted(ours["seconds"] / theirs["seconds"] for ours, theirs in runs)
    return (
        f"{size:,}",
        said(built),
        said(median(ours["cpu"] for ours, _ in runs)),
        said(plain),
        f"{median(times):.2f} ({times[0]:.2f} to {times[-1]:.2f})",
        f"{max(ours['peak'] for ours, _ in runs) / 1e6:,.0f} MB",
        f"{loaded['mapped'] / size:,.0f} B",
        f"{loaded['own'] / size:,.0f} B",
    )


def _aside(task: str, var_dir: Path, folder: Path) -> dict[str, float]:
    """What a fresh process measures."""
    command = [sys.executable, "-m", "benchmarks.catalog", task, str(var_dir), str(folder / "paymap.sqlite")]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - this very program
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def build(var_dir: Path, database: Path) -> dict[str, float]:
    """Seconds, CPU seconds and peak memory of making and opening a base."""
    before, start, worked = _peak(), perf_counter(), process_time()
    _worker(var_dir, database).load()
    return {"seconds": perf_counter() - start, "cpu": process_time() - worked, "peak": _peak() - before}


def read(_var_dir: Path, database: Path) -> dict[str, float]:
    """Seconds of reading the same rows and writing each once as JSON."""
    start = perf_counter()
    with sqlite3.connect(database) as connection:
        queries = [
            "SELECT * FROM venue ORDER BY id",
            *(STATEMENTS.format(t) for t in ("current_status", "capability_summary")),
        ]
        for query in queries:
            for row in connection.execute(query):
                orjson.dumps(row, default=bytes.hex)
    return {"seconds": perf_counter() - start}


def load(var_dir: Path, database: Path) -> dict[str, float]:
    """What a worker has in memory once it has opened a base that is there and read all of it."""
    worker = _worker(var_dir, database)
    before = _memory()
    worker.load()
    columns = worker.catalog.base.columns
    sum(int(array.view("u1").sum()) for array in columns.arrays.values())
    sum(len(text[at : at + 1]) for text in (columns.blob, columns.search) for at in range(0, len(text), 4096))
    after = _memory()
    return {"mapped": after["RssFile"] - before["RssFile"], "own": after["RssAnon"] - before["RssAnon"]}


def _worker(var_dir: Path, database: Path) -> Live:
    return Live(
        make_engine(f"sqlite:///{database}"), Settings(var_dir=var_dir, _env_file=None), lambda _text, _at: None
    )


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _memory() -> dict[str, int]:
    lines = (line.split() for line in Path("/proc/self/status").read_text("ascii").splitlines() if "kB" in line)
    return {name.rstrip(":"): int(size) * 1024 for name, size, _ in lines}


if __name__ == "__main__":
    tasks = {"build": build, "read": read, "load": load}
    print(json.dumps(tasks[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))))
