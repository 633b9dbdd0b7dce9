"""Keeping a worker's catalog fresh: load a base, follow the changes, rebuild aside, survive the database."""

import logging
import shutil
from collections import OrderedDict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Event, Lock, Thread
from zoneinfo import ZoneInfo

import numpy as np
from filelock import FileLock
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from app.catalog import layout
from app.catalog.build import columns
from app.catalog.catalog import Catalog, Part
from app.catalog.filters import OpenAt
from app.catalog.rows import venue_rows
from app.catalog.town import town
from app.db import make_sessions, reading
from app.errors import DatabaseUnavailable, NotReady
from app.frames import Town
from app.register.changes import latest, touched_since
from app.settings import Settings
from app.tables import Region, Register

log = logging.getLogger("paymap.catalog")

REBUILD_ABOVE = 2_000
"""A delta larger than this (or a fiftieth of the base) is folded into a new base, aside."""
TOWNS_KEPT = 4


class Live:
    """The register as one worker sees it: a catalog that follows the database, and frames on demand."""

    def __init__(self, engine: Engine, settings: Settings, is_open: OpenAt) -> None:
        self.settings = settings
        self.sessions: sessionmaker[Session] = make_sessions(engine)
        self.unreachable_since: datetime | None = None
        self._is_open = is_open
        self._folder = settings.var_dir / "catalog"
        self._catalog: Catalog | None = None
        self._refreshing = Lock()
        self._rebuilding = Lock()
        self._stop = Event()
        self._towns: OrderedDict[tuple[str, date | None], Town] = OrderedDict()
        self._town_lock = Lock()

    @property
    def catalog(self) -> Catalog:
        """The newest snapshot that this worker has."""
        if self._catalog is None:
            msg = "the read index is not loaded yet"
            raise NotReady(msg)
        return self._catalog

    def today(self) -> date:
        """The city's local date."""
        return datetime.now(ZoneInfo(self.settings.timezone)).date()

    def load(self) -> None:
        """Open the base of the newest change, building it if no worker has yet."""
        with reading(self.sessions) as session:
            self._catalog = self._fresh_base(session)

    def refresh(self, at_least: int = 0) -> None:
        """Follow the database; with `at_least`, do nothing if this worker already has that change."""
        if self._catalog is not None and 0 < at_least <= self._catalog.change:
            return
        with self._refreshing, reading(self.sessions) as session:
            change, today = latest(session), self.today()
            if self._catalog is None:
                self._catalog = self._fresh_base(session)
            elif (change, today) != (self._catalog.change, self._catalog.day):
                self._follow(session, self._catalog, change, today)
        self.unreachable_since = None

    def follow(self) -> Thread:
        """The thread that asks for changes until `stop`; when the database is away, reads go on."""
        thread = Thread(target=self._poll, name="catalog", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """Stop following."""
        self._stop.set()

    def town(self, as_of: date | None = None) -> Town:
        """The frames of a day (None: now), kept per version."""
        snapshot = self.catalog
        key = (snapshot.version, as_of)
        with self._town_lock:
            if key not in self._towns:
                with reading(self.sessions) as session:
                    self._towns[key] = town(session, snapshot.version, snapshot.day, as_of)
                while len(self._towns) > TOWNS_KEPT:
                    self._towns.popitem(last=False)
            self._towns.move_to_end(key)
            return self._towns[key]

    def _poll(self) -> None:
        while not self._stop.wait(self.settings.poll_seconds):
            try:
                self.refresh()
            except DatabaseUnavailable:
                if self.unreachable_since is None:
                    log.warning("the database does not answer; serving what is in memory")
                    self.unreachable_since = datetime.now(ZoneInfo("UTC"))
            except Exception:
                log.exception("the catalog could not be refreshed; serving the one before")

    def _follow(self, session: Session, snapshot: Catalog, change: int, today: date) -> None:
        touched = touched_since(session, int(snapshot.base.columns.facts["change"]))
        if None in touched:
            self._catalog = self._fresh_base(session)
            return
        wanted = {v for v in touched if v is not None} | set(snapshot.turning_stale(today))
        newer = columns(venue_rows(session, wanted), self._regions(session), today, self._stale_after())
        self._catalog = snapshot.with_delta(newer, change, today)
        if len(wanted) > max(REBUILD_ABOVE, len(snapshot.base.columns) // 50):
            self._in_background(self._rebuild)

    def _in_background(self, work: Callable[[], None]) -> None:
        if self._rebuilding.acquire(blocking=False):
            Thread(target=work, name="catalog-rebuild", daemon=True).start()

    def _rebuild(self) -> None:
        try:
            with reading(self.sessions) as session:
                rebuilt = self._fresh_base(session)
            with self._refreshing:
                if self._catalog is None or rebuilt.change >= self._catalog.change:
                    self._catalog = rebuilt
        finally:
            self._rebuilding.release()

    def _fresh_base(self, session: Session) -> Catalog:
        """The catalog of the newest change, from a base that another worker built or from a new one."""
        change, today = latest(session), self.today()
        register = session.get_one(Register, 1)
        folder = self._folder / f"{register.instance[:8]}-{change}-{today:%Y%m%d}-{layout.FORMAT}"
        self._folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self._folder / "lock"):
            if not layout.is_readable(folder):
                shutil.rmtree(folder, ignore_errors=True)
                layout.write(self._build(session, change, today), folder)
                self._tidy(folder)
        base = layout.read(folder)
        return Catalog(Part(base, np.ones(len(base), bool)), None, change, today, register.instance, self._is_open)

    def _build(self, session: Session, change: int, today: date) -> layout.Columns:
        return columns(venue_rows(session), self._regions(session), today, self._stale_after(), change=change)

    def _tidy(self, newest: Path) -> None:
        """Remove bases but the newest two; a worker that still maps an older one keeps its pages."""
        bases = sorted((p for p in self._folder.iterdir() if p.is_dir()), key=lambda p: p.stat().st_mtime)
        for old in bases[:-2]:
            if old != newest:
                shutil.rmtree(old, ignore_errors=True)

    def _regions(self, session: Session) -> list[str]:
        return list(session.scalars(select(Region.adcode).order_by(Region.adcode)))

    def _stale_after(self) -> timedelta:
        return timedelta(days=self.settings.stale_after_days)
