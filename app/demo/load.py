"""The edge of the simulation: one transaction that fills a sandbox, or leaves it as it was."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy.orm import Session

from app.actor import SYSTEM
from app.catalog.town import people_by_county, region_frame
from app.db import make_engine, make_sessions, migrate
from app.demo import clear, people, rows, standing
from app.demo.ledger import Period, ledger
from app.demo.lists import change_packs, licences, merchants
from app.demo.recipe import Plan, read
from app.demo.rows import Progress
from app.demo.towns import ledgers, shares, towns
from app.demo.venues import venues as simulated_venues
from app.errors import StartRefused
from app.importers.load import load_directory
from app.register import changes
from app.register.current import refresh
from app.settings import Settings
from app.tables import Register

YEARS_BACK = timedelta(days=730)


def _silent(_stage: str, _done: int, _total: int) -> None:
    """Nobody is told."""


def load(
    settings: Settings,
    *,
    venues: int = 2400,
    seed: int = 20240703,
    today: date | None = None,
    progress: Progress = _silent,
) -> bool:
    """Fill the sandbox of these settings with a simulated ledger; whether anything was written.

    Database, schema, borders and directory are made as needed. The same simulation again changes nothing,
    unless the directory did; all that is loaded is loaded in one transaction.

    Args:
        settings: the sandbox's own (`Settings.for_sandbox`).
        venues: how many simulated venues.
        seed: where chance starts; the same seed and day give the same rows.
        today: the day after the last one told of; None for the city's present day, in which case a
            simulation of the same size and seed is kept, however old.
        progress: told in a few words what is being done.

    Raises:
        StartRefused: the register is a real one.
        BadFile: a file of the directory or of the recipe that cannot be trusted.
    """
    if venues < 1:
        msg = f"venues: {venues} is too few: at least 1"
        raise StartRefused(msg)
    engine = make_engine(settings.engine_url)
    try:
        migrate(engine)
        with make_sessions(engine).begin() as session:
            anew = load_directory(session, settings).directory
            filled = fill(session, settings, Plan(venues, seed), today, progress, anew=anew)
            people.are_there(session, settings)
            return filled
    finally:
        engine.dispose()


def fill(
    session: Session,
    settings: Settings,
    plan: Plan,
    today: date | None = None,
    progress: Progress = _silent,
    *,
    anew: bool = False,
) -> bool:
    """As `load`, over a loaded directory, in the caller's transaction; `anew` also replaces the same simulation."""
    _refuse_real(session)
    day = today or datetime.now(ZoneInfo(settings.timezone)).date()
    if not anew and standing.holds(session, plan, today):
        return False
    progress("making", 0, 1)
    clear.places(session)
    rows.write(session, _made(session, settings, plan, day), plan, progress)
    progress("deriving what is in force", 0, 1)
    refresh(session)
    progress("deriving what is in force", 1, 1)
    changes.mark(session, SYSTEM, None)
    return True


def _refuse_real(session: Session) -> None:
    if not session.get_one(Register, 1).simulated:
        msg = "this register is a real one: simulated rows are only ever written to a sandbox"
        raise StartRefused(msg)


def _made(session: Session, settings: Settings, plan: Plan, today: date) -> rows.Made:
    """Everything that the plan says, computed but not yet written."""
    regions = region_frame(session)
    counties = regions[regions["level"] == "county"].sort_index()
    recipe = read(settings)
    people = people_by_county(session)
    banks = standing.banks(session, plan)
    presence = standing.presence(settings.city_dir, banks, regions)
    period = Period(min(today - YEARS_BACK, settings.counting_start), today - timedelta(days=1))
    places = towns(
        counties,
        people,
        recipe.townships,
        standing.middles(settings.city_dir, settings.city, regions),
        ledgers(counties.index, recipe.ledgers, np.random.default_rng([plan.seed, 7])),
        np.random.default_rng([plan.seed, 1]),
    )
    made = simulated_venues(plan, recipe, counties, shares(counties, people), places, banks, presence, period)
    made["licensed"] = licences(made, plan)
    listed = merchants(made, recipe.mix, plan)
    made["key"] = made["id"].isin(listed["id"])
    return rows.Made(
        venues=made,
        observations=ledger(made, recipe, plan, period),
        merchants=listed,
        packs=change_packs(banks, settings.counting_start, period, plan),
        period=period,
        zone=ZoneInfo(settings.timezone),
    )
