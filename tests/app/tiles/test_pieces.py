"""What is ready-made of a base is left beside it for the next worker."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np

from app.catalog import layout
from app.catalog.build import on_disk
from app.catalog.catalog import Catalog, Part
from app.catalog.filters import Filters
from app.tiles.encode import Address, tile
from app.tiles.pieces import FORMAT, Ready
from town_catalog import CITY, TODAY, venue


def stored(folder: Path) -> Catalog:
    """A catalog over a base on disk."""
    on_disk([venue(n, (116 + n / 1e4, 36.4)) for n in range(50)], CITY, folder, 1)
    base = layout.read(folder)
    return Catalog(Part(base, np.ones(len(base), bool)), None, 1, TODAY, "0" * 36, lambda _hours, _at: True)


def test_a_second_worker_reads_what_the_first_one_made(tmp_path: Path) -> None:
    """Both answer alike, and the pieces are made once."""
    catalog, at = stored(tmp_path / "base"), Address(10, 841, 400)
    first = tile(catalog, Ready().of(catalog), Filters(), at, "zh")
    (main,) = (tmp_path / "base").glob(f"tiles-{FORMAT}-*/main.bin")
    made = main.stat()
    assert tile(catalog, Ready().of(catalog), Filters(), at, "zh") == first
    assert len(first) > 50 * 40
    assert main.stat().st_ino == made.st_ino


def test_a_base_that_was_tidied_away_still_has_its_tiles(tmp_path: Path) -> None:
    """A worker that still maps it makes the pieces for itself, and the folder does not come back."""
    catalog, at = stored(tmp_path / "base"), Address(10, 841, 400)
    first = tile(catalog, Ready().of(catalog), Filters(), at, "zh")
    shutil.rmtree(tmp_path / "base")
    assert tile(catalog, Ready().of(catalog), Filters(), at, "zh") == first
    assert not (tmp_path / "base").exists()


def test_pieces_are_kept_while_their_part_is_in_use(tmp_path: Path) -> None:
    """The same part has the same pieces, in a newer catalog too."""
    catalog, ready = stored(tmp_path / "base"), Ready()
    assert ready.of(catalog)[0] is ready.of(replace(catalog, change=2))[0]
