"""The arrays of a base and how they lie on disk: one `.npy` per array, two texts, one JSON of facts.

A base is a folder that is written aside and renamed into place, so a reader sees all of it or none.
Venues have two orders. A *row* is a place in the order of grid cells (row by row, west to east), so that a
bbox is a few contiguous runs; venues without a position come last. A *record* is a place in the order of
keys, which is the order in which the database gives them. Features are written as they come and then copied into
the order of rows, so that an answer reads one part of the file, and a base of a million needs no memory for them.
"""

import json
import mmap
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from os import fstat
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

import numpy as np
import numpy.typing as npt

FORMAT = 4
"""Raised whenever a stored array or text changes meaning; an older base is then rebuilt, never misread."""

BY_VENUE: Mapping[str, str] = {
    "lon": "f8",
    "lat": "f8",
    "category": "u1",
    "region": "u1",
    "zone": "u1",  # NOWHERE where it is in none
    "cap_yes": "u2",
    "cap_limited": "u2",
    "cap_no": "u2",
    "asp_yes": "u8",
    "asp_limited": "u8",
    "asp_no": "u8",
    "hours": "i4",  # index into facts["hours"], -1 where unknown
    "updated": "i8",  # microseconds since 1970
    "live": "?",
    "turns": "i4",  # ordinal of the day on which the feature changes by itself
    "name_at": "u2",  # where, inside a record, the Chinese name starts
    "open_at": "u2",  # where `open_now` starts, right after the name
    "english_at": "u4",  # where the feature ends, and after it the English name starts
}
"""What is known of each venue, in order of rows."""

ORDERS: Mapping[str, str] = {
    "key": "S16",  # by record: the UUID's bytes
    "start": "i8",  # by row: N + 1 offsets into the blob
    "search_start": "i8",  # by record: N + 1 offsets into the search text
    "record": "i4",  # by row: its record
    "row": "i4",  # by record: its row
    "sync": "i4",  # rows in order of (updated, key)
    "sync_rank": "i4",  # by row: its place in that order
    "cell_start": "i4",  # by cell: its first row (rows * columns + 1 offsets)
}

NOWHERE = 255


@dataclass(frozen=True)
class Columns:
    """The arrays of a base or of a delta, the blob of features and the search text."""

    arrays: Mapping[str, npt.NDArray[Any]]
    blob: bytes | mmap.mmap
    search: bytes | mmap.mmap
    facts: Mapping[str, Any]

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        return self.arrays[name]

    def __len__(self) -> int:
        return len(self.arrays["lon"])

    def key(self, row: int) -> bytes:
        """A row's key, whole: NumPy drops the zero bytes at the end of a string."""
        return bytes(self["key"][self["record"][row]]).ljust(16, b"\0")


@contextmanager
def aside(folder: Path) -> Iterator[Path]:
    """A folder to write a base into; it becomes `folder` when all is written, and nothing is left when not."""
    draft = folder.with_name(f".{folder.name}.{uuid4().hex}")
    draft.mkdir(parents=True)
    try:
        yield draft
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def write(arrays: Mapping[str, npt.NDArray[Any]], facts: Mapping[str, object], folder: Path) -> None:
    """Store what stands beside the two texts."""
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    (folder / "facts.json").write_text(json.dumps({**facts, "format": FORMAT}), "utf-8")


def read(folder: Path) -> Columns | None:
    """A stored base, mapped into memory (every process that maps it shares its pages); None if it is not whole."""
    try:
        facts = json.loads((folder / "facts.json").read_text("utf-8"))
        if facts["format"] != FORMAT:
            return None
        # As plain arrays, which keep the mapping alive: a memmap takes its time over each number that is asked of it.
        arrays = {n: np.load(folder / f"{n}.npy", mmap_mode="r").view(np.ndarray) for n in (*BY_VENUE, *ORDERS)}
        with (folder / "blob.bin").open("rb") as blob, (folder / "search.bin").open("rb") as search:
            columns = Columns(arrays, mapped(blob), mapped(search), facts)
    except (OSError, ValueError, KeyError):
        return None
    whole = len(columns.blob) == columns["start"][-1] and len(columns.search) == columns["search_start"][-1]
    return columns if whole else None


def mapped(file: BinaryIO) -> bytes | mmap.mmap:
    """What an open file holds, mapped; the mapping stays when the file is closed."""
    file.flush()
    return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if fstat(file.fileno()).st_size else b""
