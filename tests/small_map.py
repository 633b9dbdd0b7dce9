"""Maps of the square town (see `coverage_town`), of the real city, and what a page of a map holds."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import shapely
from sqlalchemy.orm import Session

from app.actor import SYSTEM
from app.coverage.compute import coverage_of
from app.coverage.figures import Coverage
from app.db import make_engine, make_sessions, migrate
from app.frames import Town
from app.importers.load import load
from app.register.statements import Statement, record
from app.settings import Settings
from app.tables import Venue
from app.vocabulary import CATEGORIES
from coverage_town import CITY, Maker, ground, venue

NASTY = "<img src=x onerror=alert(1)>${alert(2)}</script>"
NASTY_ID, NEAR_ID = "eeeeeeee-0000-4000-8000-000000000000", "ffffffff-0000-4000-8000-000000000000"
SPOT = (115.85, 36.35)


def place(lon: float | None = None, lat: float = 36.05, **more: object) -> dict[str, object]:
    """A venue of the square town with what a map says of it."""
    said = {"name_zh": "甲酒店", "name_en": "First Inn", "location_quality": "sourced", "key_lists": ()}
    return venue(lon, lat, **{**said, **more})


def figures(town: Town, *, region: str = CITY, complete: bool = True) -> Coverage:
    """The coverage of foreign cards in a town."""
    classes = frozenset(CATEGORIES) if complete else frozenset()
    return coverage_of(town, ground(town, complete=classes), "foreign_card", region)


def crowd(town: Maker, count: int) -> Town:
    """A town with so many venues of every status, seen on some day, named in both scripts."""
    chance = np.random.default_rng(1)
    one = town(place(116.05))
    index = [f"{n:08x}-0000-4000-8000-{chance.integers(1 << 40):012x}" for n in range(count)]
    venues = one.venues.iloc[np.zeros(count, int)].set_axis(index)
    spots = shapely.points(chance.uniform(116.0, 116.2, count), chance.uniform(36.0, 36.1, count))
    names = {
        "name_zh": [f"聊城市第{n}大酒店" for n in range(count)],
        "name_en": [f"Hotel number {n}" for n in range(count)],
    }
    said = chance.choice(["yes", "limited", "no", "unknown"], (count, one.status.shape[1]))
    days = np.datetime64(one.as_of, "s") - chance.integers(0, 800, said.shape).astype("timedelta64[D]")
    return replace(
        one,
        venues=venues.assign(**names).set_geometry(spots, crs=4326),
        status=pd.DataFrame(said, index=index, columns=one.status.columns, dtype=object),
        observed_at=pd.DataFrame(days, index=index, columns=one.status.columns),
    )


def data_of(page: str) -> dict[str, Any]:
    """The data that a map's page carries."""
    (held,) = re.findall(r'<script type="application/json" id="paymap-data">(.*?)</script>', page, re.DOTALL)
    return json.loads(held)


def inline_hashes(page: str) -> set[str]:
    """The hash of each script that stands in the page itself, as a policy names it."""
    codes = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    return {f"'sha256-{base64.b64encode(hashlib.sha256(c.encode()).digest()).decode()}'" for c in codes}


@contextmanager
def real_city(settings: Settings) -> Iterator[Settings]:
    """The settings, over a register that holds Liaocheng as `paymap init` loads it."""
    engine = make_engine(settings.engine_url)
    migrate(engine)
    load(engine, settings)
    yield settings
    engine.dispose()


def observe(settings: Settings, day: str = "2026-05-01") -> None:
    """Add two hotels side by side, one with a hostile name that takes Visa and one that takes none, seen on a day."""
    with make_sessions(make_engine(settings.engine_url)).begin() as session:
        _build(session, NASTY_ID, NASTY, SPOT)
        _build(session, NEAR_ID, "乙酒店", (SPOT[0] + 0.01, SPOT[1]))
        session.flush()
        seen = [(NASTY_ID, "yes", "visa"), (NEAR_ID, "no", "")]
        told = [
            Statement(key, "foreign_card", status, date.fromisoformat(day), "inspection", "a test", aspect)
            for key, status, aspect in seen
        ]
        record(session, told, SYSTEM)


def _build(session: Session, key: str, name: str, spot: tuple[float, float]) -> None:
    session.add(
        Venue(
            id=key, name_zh=name, category="hotel", region="371502", geometry=shapely.Point(spot),
            location_quality="surveyed", source="a test",
        )
    )  # fmt: skip
