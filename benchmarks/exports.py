"""Files of a large register: how much memory a million venues take in each format, and the time beside geopandas."""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING

import geopandas as gpd

from app.catalog.live import Live
from app.db import make_engine
from app.exporters.chosen import View
from app.exporters.formats import FORMATS
from app.exporters.orders import Order, write
from app.settings import Settings
from benchmarks import large_register
from benchmarks.rounds import Result, said

if TYPE_CHECKING:
    from collections.abc import Callable

MILLION, PEERS_AT = 1_000_000, 100_000
MOST_MB = 500
COLUMNS = ("", "100,000 in", "geopandas writes", "times", "1,000,000 in", "peak", "file")


def run() -> Result:
    """Write both registers, then each format of both in a process of its own; geopandas writes the same frame."""
    with TemporaryDirectory(prefix="paymap-bench-") as name:
        folders = {size: Path(name) / str(size) for size in (PEERS_AT, MILLION)}
        for size, folder in folders.items():
            folder.mkdir()
            large_register.write(folder / "paymap.sqlite", size)
        _measured(folders[PEERS_AT], "parquet")  # what geopandas reads its frame from
        rows = tuple(_row(folders, which) for which in FORMATS)
    title = f"A register on SQLite as a file, every column. Aim: a peak under {MOST_MB} MB at 1,000,000 venues."
    notes = (
        "Ours reads the database and writes the file, as `paymap export` does.",
        "geopandas (pandas for sheets) only writes a frame of the same columns that is in memory already.",
        "Peak: the most memory that the whole process had, Python and its libraries included, about 260 MB of it.",
    )
    return Result(title, COLUMNS, rows, notes)


def _row(folders: dict[int, Path], which: str) -> tuple[str, ...]:
    small, large = (_measured(folder, which) for folder in folders.values())
    peer = _peer(folders[PEERS_AT], which)
    times, missed = peer / small["seconds"], large["peak_mb"] >= MOST_MB
    peak = f"{large['peak_mb']:.0f} MB{', missed' if missed else ''}"
    return (which, said(small["seconds"]), said(peer), f"{times:.2f}", said(large["seconds"]), peak,
            f"{large['mb']:.0f} MB")  # fmt: skip


def _measured(folder: Path, which: str) -> dict[str, float]:
    """Time, peak of memory and size of a file that a process of its own writes."""
    asked = [sys.executable, "-m", "benchmarks.exports", str(folder), which]
    told = subprocess.run(asked, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own words
    found: dict[str, float] = json.loads(told)
    return found


def _written(folder: Path, which: str) -> dict[str, float]:
    settings = Settings(var_dir=folder)
    engine = make_engine(settings.engine_url)
    live = Live(engine, settings, lambda _text, _at: None)
    path = folder / f"made.{which}"
    start = perf_counter()
    write(live, Order(View(), FORMATS[which], FORMATS[which].lang), path, lambda batches, _count: batches)
    return {"seconds": perf_counter() - start, "peak_mb": _peak_mb(), "mb": path.stat().st_size / 1e6}


def _peak_mb() -> float:
    """The peak of this process; getrusage would tell that of the process that started it where that is higher."""
    (line,) = (line for line in Path("/proc/self/status").read_text("utf-8").splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def _peer(folder: Path, which: str) -> float:
    """How long geopandas takes to write the same columns of the same venues."""
    frame = gpd.read_parquet(folder / "made.parquet")
    path = folder / f"peer.{which}"
    ways: dict[str, Callable[[], object]] = {
        "csv": lambda: frame.drop(columns="geometry").to_csv(path, index=False),
        "xlsx": lambda: frame.drop(columns="geometry").to_excel(path, index=False, engine="xlsxwriter"),
        "geojson": lambda: frame.to_file(path, driver="GeoJSON"),
        "gpkg": lambda: frame.to_file(path, driver="GPKG"),
        "parquet": lambda: frame.to_parquet(path),
    }
    start = perf_counter()
    ways[which]()
    return perf_counter() - start


if __name__ == "__main__":
    print(json.dumps(_written(Path(sys.argv[1]), sys.argv[2])))
