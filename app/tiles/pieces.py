"""What tiles say of each venue, ready-made once for each base, so that a tile only puts pieces together."""

import hashlib
import mmap
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import orjson
from filelock import FileLock

from app.catalog import layout
from app.catalog.bits import CATEGORY_KEYS
from app.catalog.catalog import Catalog
from app.catalog.filters import Rows
from app.catalog.layout import Columns
from app.venues.cells import STATUSES, statuses
from app.vocabulary import CAPABILITIES
from geo.mvt import Ragged, tags, text

WORDS = (*STATUSES, *CATEGORY_KEYS)
"""The values that every tile has first."""
OWN: Mapping[str, str] = MappingProxyType(
    {
        "id": "Key of the venue; its page is /v/{id}",
        "name": "Name in the language asked for with lang, Chinese unless asked otherwise",
        "name_zh": "Chinese name",
        "name_en": "English name; absent where none is known",
        "region": "Adcode of its county",
    }
)
"""The properties whose values are the venue's own, or its tile's, with their meaning."""
_SAYS = "yes, limited, no or unknown; absent where this class of venue has no such thing"
SHARED: Mapping[str, str] = MappingProxyType(
    {"category": "Class of the venue", **{c.key: f"{c.en}: {_SAYS}" for c in CAPABILITIES.values()}}
)
"""The properties whose values are among `WORDS`, with their meaning."""
_HAS = np.array([[category in c.categories for c in CAPABILITIES.values()] for category in CATEGORY_KEYS])
_HEX = np.frombuffer(b"".join(b"%02x" % n for n in range(256)), "u1").reshape(256, 2)
_DIGITS = np.delete(np.arange(36), (8, 13, 18, 23))
_AT_ONCE = 5_000
FORMAT = 1
"""Raised whenever a stored array changes meaning; older pieces then lie beside the base unread."""
_MEANING = hashlib.sha256(repr((WORDS, tuple(SHARED), _HAS.tolist())).encode()).hexdigest()[:8]
"""Other words, and pieces made of the former ones lie beside the base unread too."""
_ARRAYS = ("main_start", "english_start", "kind", "tags", "sizes")


@dataclass(frozen=True)
class Pieces:
    """Of each row its values, and which of the ready-made tags it has.

    main: each row's key and Chinese name as values; `main_start` has N + 1 offsets.
    english: its English name as a value, nothing where it has none; `english_start` has N + 1 offsets.
    kind: the place of its tags among `shared`.
    """

    main: bytes | mmap.mmap
    main_start: npt.NDArray[np.int64]
    english: bytes | mmap.mmap
    english_start: npt.NDArray[np.int64]
    kind: npt.NDArray[np.int32]
    shared: Ragged


class Ready:
    """The pieces of the base and the delta in use."""

    def __init__(self) -> None:
        self._turn = Lock()
        self._kept: list[tuple[Columns, Pieces]] = []

    def has(self, catalog: Catalog) -> bool:
        """Whether the pieces of each part are at hand."""
        held = [columns for columns, _ in self._kept]
        return all(any(columns is part.columns for columns in held) for part in catalog.parts)

    def of(self, catalog: Catalog) -> list[Pieces]:
        """The pieces of each part; where they are not at hand, making them takes microseconds for each venue."""
        with self._turn:
            held = {id(columns): pieces for columns, pieces in self._kept}
            self._kept = [(p.columns, held.get(id(p.columns)) or pieces_of(p.columns)) for p in catalog.parts]
            return [pieces for _, pieces in self._kept]


def pieces_of(columns: Columns) -> Pieces:
    """The pieces of a base, from beside it, where the first worker of a host leaves them; of a delta, from memory."""
    mapped = columns["lon"].base  # a base is mapped from its folder, a delta is not
    if isinstance(mapped, np.memmap) and mapped.filename is not None:
        base = Path(mapped.filename).parent
        with suppress(OSError):  # the disk is full, or the base is being tidied away: this worker makes its own
            if (base / "facts.json").exists():  # else it has been, and would come back as a base of tiles alone
                return _beside(base / f"tiles-{FORMAT}-{_MEANING}", columns)
    main, english = BytesIO(), BytesIO()
    arrays = _written(columns, main, english)
    return _together(arrays, main.getvalue(), english.getvalue())


def _beside(folder: Path, columns: Columns) -> Pieces:
    """The pieces in the folder, written there if no other worker has yet."""
    with FileLock(folder.with_suffix(".lock")):
        if not folder.exists():
            _store(columns, folder)
        return _read(folder)


def _store(columns: Columns, folder: Path) -> None:
    with (
        layout.aside(folder) as draft,
        (draft / "main.bin").open("wb") as main,
        (draft / "english.bin").open("wb") as english,
    ):
        for name, array in _written(columns, main, english).items():
            np.save(draft / f"{name}.npy", array)


def _read(folder: Path) -> Pieces:
    arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r").view(np.ndarray) for name in _ARRAYS}
    return _together(arrays, *(_mapped(folder / f"{name}.bin") for name in ("main", "english")))


def _together(arrays: Mapping[str, npt.NDArray[Any]], main: bytes | mmap.mmap, english: bytes | mmap.mmap) -> Pieces:
    main_start, english_start, kind, shared, sizes = (arrays[name] for name in _ARRAYS)
    return Pieces(main, main_start, english, english_start, kind, (shared, sizes))


def _mapped(path: Path) -> bytes | mmap.mmap:
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if path.stat().st_size else b""


def _written(columns: Columns, main: BinaryIO, english: BinaryIO) -> dict[str, npt.NDArray[Any]]:
    """The arrays; the values have gone where they were told to."""
    sizes = np.empty((len(columns), 2), "i8")
    for at in range(0, len(columns), _AT_ONCE):
        rows = np.arange(at, min(at + _AT_ONCE, len(columns)))
        zh, en = _names(columns, rows)
        ours = [text(key) + text(name) for key, name in zip(_keys(columns, rows), zh, strict=True)]
        theirs = [b"" if name == own else text(name) for name, own in zip(en, zh, strict=True)]
        main.write(b"".join(ours))
        english.write(b"".join(theirs))
        sizes[rows] = np.column_stack([list(map(len, ours)), list(map(len, theirs))])
    kind, (shared, widths) = _shared(columns)
    starts = np.concatenate([np.zeros((1, 2), "i8"), np.cumsum(sizes, axis=0)])
    made = (starts[:, 0].copy(), starts[:, 1].copy(), kind, shared, widths)
    return dict(zip(_ARRAYS, made, strict=True))


def _shared(columns: Columns) -> tuple[npt.NDArray[np.int32], Ragged]:
    """Which tags of category and statuses each row has, and the tags."""
    masks = [columns[name].astype("u8") << 16 * n for n, name in enumerate(("cap_yes", "cap_limited", "cap_no"))]
    said = np.bitwise_or.reduce([*masks, columns["category"].astype("u8") << 48])
    _, example, kind = np.unique(said, return_index=True, return_inverse=True)
    category = columns["category"][example].astype("i8")
    codes = np.column_stack([statuses(columns, example, key) for key in CAPABILITIES])
    known = np.where((codes > 0) | _HAS[category], codes, -1)
    keys = np.arange(len(OWN), len(OWN) + len(SHARED))
    return kind.astype("i4"), tags(keys, np.column_stack([category + len(STATUSES), known]))


def _keys(columns: Columns, rows: Rows) -> list[bytes]:
    """The keys of venues, written as UUIDs are."""
    raw = columns["key"][columns["record"][rows]].view("u1").reshape(-1, 16)
    written = np.full((len(rows), 36), ord("-"), "u1")
    written[:, _DIGITS] = _HEX[raw].reshape(-1, 32)
    return list(written.view("S36").ravel().tolist())


def _names(columns: Columns, rows: Rows) -> tuple[list[bytes], list[bytes]]:
    """The Chinese and the English names, out of the stored features."""
    start, end = columns["start"][rows], columns["start"][rows + 1]
    zh, zh_end, en = (start + columns[name][rows] for name in ("name_at", "open_at", "english_at"))
    slices = (zip(a.tolist(), b.tolist(), strict=True) for a, b in ((zh, zh_end), (en, end)))
    chinese, english = ([_said(columns.blob[a:b]) for a, b in cuts] for cuts in slices)
    return chinese, english


def _said(written: bytes) -> bytes:
    """What a JSON string says, in UTF-8."""
    return orjson.loads(written).encode() if b"\\" in written else written[1:-1]
