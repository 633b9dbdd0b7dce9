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
from app.catalog.build import City, in_memory, moment, on_disk
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

FOLD_ABOVE = 5_000
"""A delta of more venues than this is folded into a new base, aside: each change reads all of it anew."""
TOO_MANY = 50_000
"""So many at once, as when all that was seen on one day turns stale, make a new base without a delta."""
TOWNS_KEPT = 4
PATIENCE_S = 5


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
        self._follower: Thread | None = None
        self._rebuilder: Thread | None = None
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
        self.refresh()

    def refresh(self, at_least: int = 0) -> None:
        """Follow the database; with `at_least`, do nothing if this worker already has that change."""
        if self._catalog is not None and 0 < at_least <= self._catalog.change:
            return
        with self._refreshing, reading(self.sessions) as session:
            self._catalog = self._newest(session, self._catalog)
        if self.unreachable_since is not None:
            log.warning("the database answers again")
        self.unreachable_since = None

    def follow(self) -> Thread:
        """The thread that asks for changes until `stop`; when the database is away, reads go on."""
        self._follower = Thread(target=self._poll, name="catalog", daemon=True)
        self._follower.start()
        return self._follower

    def stop(self) -> None:
        """Stop following, and wait a little for what is being read at the moment."""
        self._stop.set()
        for thread in (self._follower, self._rebuilder):
            if thread is not None:
                thread.join(PATIENCE_S)

    def town(self, as_of: date | None = None) -> Town:
        """The frames of a day (None: now), kept per version; while the database is away, the newest that were kept.

        Raises:
            DatabaseUnavailable: it is away, and none were kept.
        """
        snapshot = self.catalog
        key = (snapshot.version, as_of)
        with self._town_lock:
            if key not in self._towns:
                try:
                    with reading(self.sessions) as session:
                        self._towns[key] = town(session, snapshot.version, snapshot.day, as_of)
                except DatabaseUnavailable:
                    key = next((kept for kept in reversed(self._towns) if kept[1] == as_of), key)
                    if key not in self._towns:
                        raise
                while len(self._towns) > TOWNS_KEPT:
                    self._towns.popitem(last=False)
            self._towns.move_to_end(key)
            return self._towns[key]

    def _poll(self) -> None:
        self._carefully(self.town)  # at once: figures and maps that nobody has asked for yet need it when it is away
        while not self._stop.wait(self.settings.poll_seconds):
            self._carefully(self.refresh)

    def _carefully(self, read: Callable[[], object]) -> None:
        try:
            read()
        except DatabaseUnavailable:
            if self.unreachable_since is None:
                log.warning("the database does not answer; serving what is in memory")
                self.unreachable_since = datetime.now(ZoneInfo("UTC"))
        except Exception:
            log.exception("the catalog could not be refreshed; serving the one before")

    def _newest(self, session: Session, snapshot: Catalog | None) -> Catalog:
        """The snapshot brought up to what the session sees: itself, a new delta over its base, or a new base."""
        change, today = latest(session), self.today()
        if snapshot is not None and (change, today) == (snapshot.change, snapshot.day):
            return snapshot
        instance = session.get_one(Register, 1).instance
        base = -1 if snapshot is None else int(snapshot.base.columns.facts["change"])
        if snapshot is None or instance != snapshot.instance or change < base:
            return self._on_new_base(session, change, today, instance)
        # What turned by itself and was not written since has its time of writing from the base.
        turned: dict[str | None, datetime] = {venue: moment(at) for venue, at in snapshot.turned(today).items()}
        wanted = turned | touched_since(session, base)
        if None in wanted or len(wanted) > TOO_MANY:
            return self._on_new_base(session, change, today, instance)
        if len(wanted) > FOLD_ABOVE:
            self._in_background(self._rebuild)
        rows = venue_rows(session, wanted, [venue for venue in wanted if venue is not None])
        return snapshot.with_delta(in_memory(rows, self._city(session, today)), change, today)

    def _on_new_base(self, session: Session, change: int, today: date, instance: str) -> Catalog:
        """The catalog of a change, from the base that another worker built or else from a new one."""
        city = self._city(session, today)
        folder = self._folder / f"{instance[:8]}-{change}-{today:%Y%m%d}-{city.fingerprint()}"
        self._folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self._folder / "lock"):  # opened under it too: whoever tidies must not be faster
            base = layout.read(folder)
            if base is None:
                on_disk(venue_rows(session, touched_since(session, 0)), city, folder, change)
                self._tidy(folder)
                base = layout.read(folder)
        if base is None:
            msg = f"the read index in {folder} cannot be read back: is the disk full?"
            raise NotReady(msg)
        return Catalog(Part(base, np.ones(len(base), bool)), None, change, today, instance, self._is_open)

    def _in_background(self, work: Callable[[], None]) -> None:
        if self._rebuilding.acquire(blocking=False):
            self._rebuilder = Thread(target=work, name="catalog-rebuild", daemon=True)
            self._rebuilder.start()

    def _rebuild(self) -> None:
        """Fold the delta into a new base, then catch up with what was written meanwhile."""
        try:
            with reading(self.sessions) as session:
                instance = session.get_one(Register, 1).instance
                rebuilt = self._on_new_base(session, latest(session), self.today(), instance)
            with self._refreshing, reading(self.sessions) as session:
                self._catalog = self._newest(session, rebuilt)
        except Exception:
            log.exception("the read index could not be rebuilt; the one before goes on")
        finally:
            self._rebuilding.release()

    def _tidy(self, newest: Path) -> None:
        """Remove bases but the newest two, and drafts; a worker that still maps an older one keeps its pages."""
        bases = sorted((p for p in self._folder.iterdir() if p.is_dir()), key=lambda p: p.stat().st_mtime)
        kept = {newest, *[p for p in bases if not p.name.startswith(".")][-2:]}
        for old in set(bases) - kept:
            shutil.rmtree(old, ignore_errors=True)

    def _city(self, session: Session, today: date) -> City:
        regions = session.execute(select(Region.adcode, Region.parent).order_by(Region.adcode)).all()
        return City(dict(regions), today, timedelta(days=self.settings.stale_after_days))
