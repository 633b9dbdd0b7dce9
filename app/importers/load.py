"""Loading a city: borders, directory, people and lists, in one transaction, again and again to the same end."""

import hashlib
import tomllib
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from app.actor import SYSTEM
from app.db import make_sessions
from app.errors import BadFile
from app.importers.boundaries import Border, borders, boundaries_version
from app.importers.directory import branches, venue_key, venues
from app.importers.rows import rows
from app.register.changes import mark
from app.settings import Settings
from app.tables import (
    Institution,
    KeyList,
    KeyListEntry,
    KeyListVersion,
    Population,
    Region,
    Register,
    Venue,
    VenueHistory,
)
from app.tables.base import now

LOADER = "directory"
FORMAT = "1"
"""Raised when the same files should be loaded anew because the loader reads more out of them."""


def load(engine: Engine, settings: Settings, *, with_venues: bool = True) -> bool:
    """Whether anything was loaded: False where the register already holds exactly these files.

    Raises:
        BadFile: a row that cannot be trusted, or a register of another city; nothing is written.
    """
    folder = settings.city_dir if with_venues else None
    digest = _digest(settings.city, folder)
    with make_sessions(engine).begin() as session:
        register = _register(session, settings)
        if register.directory == digest:
            return False
        counties = borders(settings.city)
        _write_regions(session, counties, folder)
        if folder is not None:
            _write_directory(session, folder, settings.city, counties)
        register.directory = digest
        register.loaded_at = now()
        mark(session, SYSTEM, None)
    return True


def _register(session: Session, settings: Settings) -> Register:
    register = session.get(Register, 1)
    if register is None:
        register = Register(id=1, city=settings.city, instance=str(uuid4()), simulated=settings.sandbox)
        session.add(register)
    if register.city != settings.city:
        raise BadFile(
            f"this database holds city {register.city}, not {settings.city}: name another PAYMAP_DATABASE_URL"
        )
    return register


def _digest(city: str, folder: Path | None) -> str:
    said = hashlib.sha256(f"{FORMAT} {city} {boundaries_version()}".encode())
    for path in sorted(folder.iterdir()) if folder else ():
        said.update(path.name.encode() + path.read_bytes())
    return said.hexdigest()


def _write_regions(session: Session, found: list[Border], folder: Path | None) -> None:
    facts = tomllib.loads((folder / "city.toml").read_text("utf-8")) if folder else {}
    english = {facts.get("adcode"): facts.get("name_en"), **facts.get("county_names_en", {})}
    for border in found:
        city = found[0].adcode
        session.merge(
            Region(
                adcode=border.adcode,
                level=border.level,
                parent=None if border.level == "city" else city,
                name_zh=border.name_zh,
                name_en=english.get(border.adcode) or border.name_zh,
                geometry=border.geometry,
                source=border.source,
            )
        )
        session.flush()
    for zone in facts.get("zone", []):
        named = {name: zone[name] for name in ("parent", "name_zh", "name_en", "source")}
        session.merge(Region(adcode=zone["code"], level="zone", geometry=None, **named))
    session.flush()


def _write_directory(session: Session, folder: Path, city: str, found: list[Border]) -> None:
    bank_codes = _write_institutions(session, folder)
    regions = set(session.scalars(select(Region.adcode)))
    shapes = {border.adcode: border.geometry for border in found}
    wanted = [*venues(folder, city, shapes), *branches(folder, bank_codes, regions)]
    _write_venues(session, sorted(wanted, key=lambda v: v.get("part_of") is not None))
    _write_people(session, folder)
    _write_lists(session, folder, city)


def _write_institutions(session: Session, folder: Path) -> dict[str, str]:
    codes = {}
    for row in rows(folder / "banks.csv", ("bank", "name_en", "bank_class", "code", "national_commercial", "source")):
        codes[row.cells["bank"]] = row.cells["code"]
        session.merge(
            Institution(
                code=row.cells["code"],
                kind="bank",
                name_zh=row.cells["bank"],
                name_en=row.cells["name_en"],
                bank_class=row.cells["bank_class"],
                national_commercial=row.cells["national_commercial"] == "yes",
                contact={},
                source=row.cells["source"],
            )
        )
    for row in rows(folder / "departments.csv", ("code", "name_zh", "name_en", "role", "source")):
        named = {name: row.cells[name] for name in ("code", "name_zh", "name_en", "source")}
        session.merge(Institution(kind=row.cells["role"], contact={}, **named))
    session.flush()
    return codes


def _write_venues(session: Session, wanted: list[dict[str, Any]]) -> None:
    """Add, change or close what the files say; what was observed stays."""
    known = {v.id: v for v in session.scalars(select(Venue))}
    ours = set(session.scalars(select(VenueHistory.venue_id).where(VenueHistory.recorded_by == LOADER)))
    for values in wanted:
        venue = known.get(values["id"])
        if venue is None:
            session.add(Venue(**values))
        elif not _changes(venue, values):
            continue
        session.flush()
        session.add(_history(values))
    for gone in ours - {v["id"] for v in wanted}:
        known[gone].deleted_at = known[gone].updated_at = now()


def _changes(venue: Venue, values: dict[str, Any]) -> bool:
    different = {name: value for name, value in values.items() if getattr(venue, name) != value}
    for name, value in different.items():
        setattr(venue, name, value)
    if venue.deleted_at is not None:
        venue.deleted_at, different["deleted_at"] = None, None
    if different:
        venue.updated_at = now()
    return bool(different)


def _history(values: dict[str, Any]) -> VenueHistory:
    plain = {k: v for k, v in values.items() if k not in {"id", "geometry"} and v is not None}
    today = now().date()
    return VenueHistory(venue_id=values["id"], valid_from=today, recorded_by=LOADER, attributes=plain)


def _write_people(session: Session, folder: Path) -> None:
    session.execute(delete(Population))
    columns = ("region", "year", "people", "kind", "covers", "source", "quality", "notes")
    for row in rows(folder / "population.csv", columns):
        texts = {name: row.cells[name] for name in columns if name not in {"year", "people"}}
        session.add(Population(year=int(row.cells["year"]), people=int(row.cells["people"]), **texts))


def _write_lists(session: Session, folder: Path, city: str) -> None:
    for listed in tomllib.loads((folder / "key_lists.toml").read_text("utf-8")).get("list", []):
        named = {name: listed[name] for name in ("code", "kind", "title_zh", "title_en", "complete")}
        session.merge(KeyList(**named))
        session.flush()
        numbers = set(session.scalars(select(KeyListVersion.number).where(KeyListVersion.list_code == listed["code"])))
        for version in listed.get("version", []):
            if version["number"] not in numbers:
                _write_version(session, listed["code"], version, city)


def _write_version(session: Session, code: str, version: dict[str, Any], city: str) -> None:
    made = KeyListVersion(
        list_code=code,
        number=version["number"],
        valid_from=version["valid_from"],
        source=version["source"],
        drafted_by=version["drafted_by"],
    )
    session.add(made)
    session.flush()
    for entry in version.get("entry", []):
        venue = venue_key(f"{city}:{entry['place']}")
        if session.get(Venue, venue) is None:
            raise BadFile(f"key_lists.toml: list {code}: place {entry['place']!r} is not in venues.csv")
        said = {"clause": entry.get("clause", ""), "reason": entry.get("reason", "")}
        session.add(KeyListEntry(version_id=made.id, venue_id=venue, **said))
