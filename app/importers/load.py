"""Loading a city: borders, directory, people and lists, in one transaction, again and again to the same end."""

import hashlib
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any
from uuid import uuid4

import shapely
from sqlalchemy import Engine, delete, insert, select
from sqlalchemy.orm import Session

from app.actor import SYSTEM
from app.db import make_sessions
from app.errors import BadFile, StartRefused
from app.importers.boundaries import Border, borders, boundaries_version
from app.importers.directory import branches, venue_key, venues
from app.importers.people import Grid, read_cells
from app.importers.rows import YES_NO, Faults, rows, said, toml
from app.importers.venues import write_venues
from app.register.changes import mark
from app.settings import Settings
from app.tables import (
    Institution,
    KeyList,
    KeyListEntry,
    KeyListVersion,
    Population,
    PopulationCell,
    Region,
    Register,
    Venue,
)
from app.tables.base import now

FORMAT = "3"
"""Raised when the same files should be loaded anew because the loader makes something else of them."""
LISTS = "key_lists.toml"
BATCH = 20_000
FINEST = 4
"""A raster finer than a quarter of the cells that figures are computed on is summed up to that size."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did.

    directory: whether borders and directory were (re)loaded; False where the register held them already.
    people: the label of the grid that was loaded, or "".
    kept: one sentence for each thing that a file says otherwise than people wrote, and that stays.
    """

    directory: bool
    people: str = ""
    kept: tuple[str, ...] = ()


def load(engine: Engine, settings: Settings, *, with_venues: bool = True, grid: Grid | None = None) -> Loaded:
    """Load the city's borders and directory, and a grid of people, in one transaction.

    Args:
        engine: a migrated database.
        settings: city, folder of the data, and whether this is a sandbox.
        with_venues: False for borders alone.
        grid: people, in place of the grid before; None leaves that one.

    Raises:
        BadFile: a row that cannot be trusted, or a register of another city; nothing is written.
        StartRefused: a sandbox is to be written to as a register, or the other way round.
    """
    with make_sessions(engine).begin() as session:
        done = load_directory(session, settings, with_venues=with_venues)
        if grid is not None:
            done = replace(done, people=_write_grid(session, grid, settings))
        if done.directory or done.people:
            mark(session, SYSTEM, None)
    return done


def load_directory(session: Session, settings: Settings, *, with_venues: bool = True) -> Loaded:
    """As `load`, in the caller's transaction and without numbering a change; a sandbox gets no real place."""
    folder = settings.city_dir
    register = _register(session, settings)
    digest = _digest(settings.city, folder, with_venues=with_venues)
    if register.directory == digest:
        return Loaded(directory=False)
    counties = borders(settings.city)
    _write_regions(session, counties, folder)
    told = _write_directory(session, folder, settings, counties) if folder and with_venues else []
    register.directory = digest
    register.loaded_at = now()
    return Loaded(directory=True, kept=tuple(told))


def _register(session: Session, settings: Settings) -> Register:
    register = session.get(Register, 1)
    if register is None:
        register = Register(id=1, city=settings.city, instance=str(uuid4()), simulated=settings.sandbox)
        session.add(register)
    variable = "PAYMAP_DEMO_DATABASE_URL" if settings.sandbox else "PAYMAP_DATABASE_URL"
    if register.simulated != settings.sandbox:
        held = "a sandbox: it stays simulated" if register.simulated else "a real one: nothing simulated may enter it"
        raise StartRefused(f"this register is {held}; name another {variable}")
    if register.city != settings.city:
        raise BadFile(f"this database holds city {register.city}, not {settings.city}: name another {variable}")
    return register


def _write_grid(session: Session, grid: Grid, settings: Settings) -> str:
    """Put the grid in the place of the former one; the label that says where its people come from."""
    shapes = session.scalars(select(Region.geometry).where(Region.level == "county")).all()
    cells = read_cells(grid, shapely.union_all(list(shapes)), settings.cell_m / FINEST)
    counted = f"{cells.people.sum():,.0f} people in {len(cells.people):,} cells"
    label = f"{grid.path.name[:200]}: {counted}, loaded {now():%Y-%m-%d}"
    session.execute(delete(PopulationCell))
    columns = zip(cells.lon.tolist(), cells.lat.tolist(), cells.people.tolist(), strict=True)
    made = [{"lon": x, "lat": y, "people": n} for x, y, n in columns]
    for start in range(0, len(made), BATCH):
        session.execute(insert(PopulationCell), made[start : start + BATCH])
    session.get_one(Register, 1).population_source = label
    return label


def _digest(city: str, folder: Path | None, *, with_venues: bool) -> str:
    held = hashlib.sha256(f"{FORMAT} {city} {boundaries_version()} {with_venues}".encode())
    for path in sorted(folder.iterdir()) if folder else ():
        held.update(path.name.encode() + path.read_bytes())
    return held.hexdigest()


def _write_regions(session: Session, found: list[Border], folder: Path | None) -> None:
    facts = toml(folder / "city.toml") if folder else {}
    english = {facts.get("adcode"): facts.get("name_en"), **facts.get("county_names_en", {})}
    city = found[0].adcode
    for border in found:
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
        told = said(zone, ("code", "parent", "name_zh", "name_en", "source"), "city.toml: zone")
        session.merge(Region(adcode=told.pop("code"), level="zone", geometry=None, **told))
    session.flush()


def _write_directory(session: Session, folder: Path, settings: Settings, found: list[Border]) -> list[str]:
    bank_codes = _write_institutions(session, folder)
    _write_people(session, folder)
    _write_lists(session, folder)
    if settings.sandbox:
        return []
    kept = _write_places(session, folder, settings.city, found, bank_codes)
    _write_versions(session, folder, settings.city)
    return kept


def _write_places(
    session: Session, folder: Path, city: str, found: list[Border], bank_codes: dict[str, str]
) -> list[str]:
    regions = set(session.scalars(select(Region.adcode)))
    shapes = {border.adcode: border.geometry for border in found}
    wanted = [*venues(folder, city, shapes), *branches(folder, bank_codes, regions)]
    return write_venues(session, _wholes_first(wanted))


def _wholes_first(wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The venues in an order in which each comes after the one that it is part of."""
    named = {venue["id"]: venue for venue in wanted}
    try:
        order = TopologicalSorter({key: filter(None, [v.get("part_of")]) for key, v in named.items()}).static_order()
        return [named[key] for key in order]
    except CycleError as error:
        names = " in ".join(named[key]["name_zh"] for key in error.args[1])
        raise BadFile(f"venues.csv: part_of goes round in a circle: {names}") from error


def _write_institutions(session: Session, folder: Path) -> dict[str, str]:
    """The code of each bank by its name; the contacts that people gave stay."""
    codes = {}
    faults = Faults(folder / "banks.csv")
    for row in rows(faults.file, ("bank", "name_en", "bank_class", "code", "national_commercial", "source")):
        faults.check_filled(row, ("bank", "code", "source"))
        faults.check_word(row, "national_commercial", YES_NO)
        codes[row.cells["bank"]] = row.cells["code"]
        session.merge(
            Institution(
                code=row.cells["code"],
                kind="bank",
                name_zh=row.cells["bank"],
                name_en=row.cells["name_en"],
                bank_class=row.cells["bank_class"],
                national_commercial=row.cells["national_commercial"] == "yes",
                source=row.cells["source"],
            )
        )
    faults.refuse()
    _write_departments(session, Faults(folder / "departments.csv"))
    session.flush()
    return codes


def _write_departments(session: Session, faults: Faults) -> None:
    for row in rows(faults.file, ("code", "name_zh", "name_en", "role", "source")):
        faults.check_filled(row, ("code", "name_zh", "role", "source"))
        named = {name: row.cells[name] for name in ("code", "name_zh", "name_en", "source")}
        session.merge(Institution(kind=row.cells["role"], **named))
    faults.refuse()


def _write_people(session: Session, folder: Path) -> None:
    session.execute(delete(Population))
    columns = ("region", "year", "people", "kind", "covers", "source", "quality", "notes")
    regions = set(session.scalars(select(Region.adcode)))
    faults = Faults(folder / "population.csv")
    for row in rows(faults.file, columns):
        if row.cells["region"] not in regions:
            faults.add(row.number, "region", f"{row.cells['region']!r} is not a region or zone of this city")
        faults.check_filled(row, ("source",))
        for name in ("year", "people"):
            if not row.cells[name].isdecimal():
                faults.add(row.number, name, f"{row.cells[name]!r} is not a whole number")
        if not faults.found:
            texts = {name: row.cells[name] for name in columns if name not in {"year", "people"}}
            session.add(Population(year=int(row.cells["year"]), people=int(row.cells["people"]), **texts))
    faults.refuse()


def _write_lists(session: Session, folder: Path) -> None:
    for listed in toml(folder / LISTS).get("list", []):
        named = said(listed, ("code", "kind", "title_zh", "title_en", "complete"), f"{LISTS}: list")
        session.merge(KeyList(**named))
    session.flush()


def _write_versions(session: Session, folder: Path, city: str) -> None:
    for listed in toml(folder / LISTS).get("list", []):
        numbers = set(session.scalars(select(KeyListVersion.number).where(KeyListVersion.list_code == listed["code"])))
        for version in listed.get("version", []):
            if said(version, ("number",), f"{LISTS}: version of {listed['code']}")["number"] not in numbers:
                _write_version(session, listed["code"], version, city)


def _write_version(session: Session, code: str, version: dict[str, Any], city: str) -> None:
    told = said(version, ("number", "valid_from", "source", "drafted_by"), f"{LISTS}: version of {code}")
    made = KeyListVersion(list_code=code, **told)
    session.add(made)
    session.flush()
    for entry in version.get("entry", []):
        place = said(entry, ["place"], f"{LISTS}: entry of {code}")["place"]
        venue = venue_key(f"{city}:{place}")
        if session.get(Venue, venue) is None:
            raise BadFile(f"{LISTS}: list {code}: place {place!r} is not in venues.csv")
        why = {"clause": entry.get("clause", ""), "reason": entry.get("reason", "")}
        session.add(KeyListEntry(version_id=made.id, venue_id=venue, **why))
