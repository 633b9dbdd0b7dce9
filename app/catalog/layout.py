"""The arrays of a base and how they lie on disk: one `.npy` per array, one blob, one JSON of facts.

A base is a folder that is written aside and renamed into place, so a reader sees all of it or none.
Rows are sorted by grid cell (row by row, west to east), so that a bbox is a few contiguous runs; venues
without a position come last.
"""

import json
import mmap
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import numpy.typing as npt

FORMAT = 1
"""Raised whenever a stored array changes meaning; an older base is then rebuilt, never misread."""

ARRAYS: Mapping[str, str] = {
    "key": "S16",  # the UUID's bytes
    "lon": "f8",
    "lat": "f8",
    "category": "u1",
    "region": "u1",
    "cap_yes": "u2",
    "cap_limited": "u2",
    "cap_no": "u2",
    "asp_yes": "u8",
    "asp_limited": "u8",
    "asp_no": "u8",
    "hours": "i4",  # index into facts["hours"], -1 where unknown
    "updated": "i8",  # microseconds since 1970
    "sync_rank": "i4",  # place in the order (updated, key)
    "key_order": "i4",  # rows in order of key
    "live": "?",
    "stale_from": "i4",  # ordinal of the day on which something turns stale
    "start": "i8",  # N + 1 offsets into the blob
    "name_at": "u2",  # where, inside a record, the Chinese name starts
    "name_en_at": "u2",
    "tail_at": "u2",
    "search_start": "i8",  # N + 1 offsets into the search text
    "cell_start": "i4",  # (rows * columns + 1) offsets into the rows
}


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


def write(columns: Columns, folder: Path) -> None:
    """Store a base as `folder`, all or nothing."""
    aside = folder.with_name(f".{folder.name}.{uuid4().hex}")
    aside.mkdir(parents=True)
    try:
        for name, array in columns.arrays.items():
            np.save(aside / f"{name}.npy", array)
        (aside / "blob.bin").write_bytes(columns.blob)
        (aside / "search.bin").write_bytes(columns.search)
        (aside / "facts.json").write_text(json.dumps({**columns.facts, "format": FORMAT}), "utf-8")
        aside.rename(folder)
    except OSError:
        shutil.rmtree(aside, ignore_errors=True)
        if not folder.exists():  # else another worker was quicker with the same base
            raise


def read(folder: Path) -> Columns:
    """A stored base, mapped into memory: pages are shared by every process that maps it."""
    facts = json.loads((folder / "facts.json").read_text("utf-8"))
    arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in ARRAYS}
    return Columns(arrays, _mapped(folder / "blob.bin"), _mapped(folder / "search.bin"), facts)


def is_readable(folder: Path) -> bool:
    """Whether `folder` holds a base of this format."""
    try:
        return bool(json.loads((folder / "facts.json").read_text("utf-8"))["format"] == FORMAT)
    except (OSError, ValueError, KeyError):
        return False


def _mapped(path: Path) -> bytes | mmap.mmap:
    if path.stat().st_size == 0:
        return b""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)
    finally:
        os.close(descriptor)
