"""A large register for benchmarks, written straight into the tables of a new SQLite file."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import shapely

from app.db import make_engine, migrate
from app.settings import ROOT
from app.vocabulary import CATEGORIES

CITY, COUNTIES = "371500", ("371502", "371503", "371521", "371522", "371524", "371525", "371526", "371581")
CHUNK = 20_000
NAME = "paymap.sqlite"
WRITTEN = "2026-11-01 08:00:00.000000"
SAID = (("foreign_card", "visa"), ("foreign_card", "mastercard"), ("cash", ""), ("mobile_pay", "alipay"))
"""What is known of every second venue: three capabilities, four statements."""
VENUE = (
    "id", "category", "name_zh", "name_en", "address_zh", "phone", "opening_hours", "operator", "region",
    "geometry", "location_quality", "location_error_m", "serves_public", "source", "version", "created_at",
    "updated_at",
)  # fmt: skip
OBSERVATION = (
    "id", "venue_id", "capability", "aspect", "status", "details", "observed_at", "recorded_at", "recorded_by",
    "source_kind", "source_ref",
)  # fmt: skip


def write(path: Path, venues: int) -> str:
    """The SQLAlchemy URL of a register of so many venues in and around eight towns, the same each time."""
    url = f"sqlite:///{path}"
    engine = make_engine(url)
    migrate(engine)
    engine.dispose()
    rng = np.random.default_rng(1)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        _insert_register(connection)
        for first in range(0, venues, CHUNK):
            ids = [str(UUID(bytes=rng.bytes(16))) for _ in range(min(CHUNK, venues - first))]
            _insert(connection, "venue", VENUE, _venues(ids, rng))
            _insert_statements(connection, ids[::2], first * len(SAID))
    connection.close()
    return url


def kept(venues: int) -> Path:
    """A folder with such a register, written once and kept below .bench with the read index that was made of it."""
    folder = ROOT / ".bench" / "registers" / str(venues)
    if not (folder / NAME).exists():
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f"{NAME}.part"
        draft.unlink(missing_ok=True)
        write(draft, venues)
        draft.rename(folder / NAME)
    engine = make_engine(f"sqlite:///{folder / NAME}")
    migrate(engine)
    engine.dispose()
    return folder


def _insert_register(connection: sqlite3.Connection) -> None:
    regions = [
        (CITY, "city", None, "聊城市", "Liaocheng", "-"),
        *((c, "county", CITY, "-", "-", "-") for c in COUNTIES),
    ]
    _insert(connection, "region", ("adcode", "level", "parent", "name_zh", "name_en", "source"), regions)
    register = (1, CITY, "bench".ljust(36, "0"), False, "", "", WRITTEN)
    names = ("id", "city", "instance", "simulated", "directory", "population_source", "loaded_at")
    _insert(connection, "register", names, [register])


def _venues(ids: list[str], rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    towns = rng.integers(len(COUNTIES), size=len(ids))
    spots = np.column_stack((115.4 + 0.15 * towns, 36.0 + 0.12 * towns)) + rng.normal(0, 0.05, (len(ids), 2))
    shapes = shapely.to_wkb(shapely.points(spots))
    kinds = rng.choice(list(CATEGORIES), len(ids))
    for number, (key, kind, shape, town) in enumerate(zip(ids, kinds, shapes, towns, strict=True)):
        name = f"{CATEGORIES[kind].zh}第{number}号店"
        address = f"聊城市第{town}大街{number % 900}号附近的院内"
        where = (COUNTIES[town], shape, "sourced", 50.0)
        yield (
            key, str(kind), name, f"{CATEGORIES[kind].en} No. {number}", address, "0635-8000000",
            ("Mo-Su 09:00-21:00", "24/7", None)[number % 3], "聊城某某商业有限公司", *where,
            True, "benchmark", 1, WRITTEN, WRITTEN,
        )  # fmt: skip


def _insert_statements(connection: sqlite3.Connection, ids: list[str], first: int) -> None:
    keyed = [(first + n, key, said) for n, (key, said) in enumerate(((k, s) for k in ids for s in SAID), 1)]
    made = ("2026-10-01", WRITTEN, "benchmark", "ledger", "a ledger")
    _insert(connection, "observation", OBSERVATION, [(n, key, *said, "yes", "{}", *made) for n, key, said in keyed])
    names = ("venue_id", "capability", "aspect", "status", "observation_id")
    _insert(connection, "current_status", names, [(key, *said, "yes", n) for n, key, said in keyed])
    whole = {(key, said[0]): (key, said[0], "yes", n) for n, key, said in keyed}
    _insert(connection, "capability_summary", ("venue_id", "capability", "status", "observation_id"), whole.values())


def _insert(connection: sqlite3.Connection, table: str, names: tuple[str, ...], rows: Any) -> None:  # noqa: ANN401 - whatever executemany takes
    marks = ", ".join("?" * len(names))
    connection.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", rows)  # noqa: S608 - own words
