"""The sandbox's ledger as a whole: labelled, repeatable, replaceable, and never in a real register."""

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest
import shapely
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from app.actor import Actor
from app.db import make_engine
from app.demo import load as load_simulation
from app.demo.load import fill
from app.demo.recipe import Plan
from app.errors import StartRefused
from app.importers.directory import venue_key
from app.importers.load import load_directory
from app.register import changes
from app.register.statements import Statement, record, withdraw
from app.settings import ROOT, Settings
from app.tables import (
    Base,
    Case,
    CaseEvent,
    ChangePackCount,
    CurrentStatus,
    Institution,
    KeyList,
    KeyListVersion,
    Licence,
    Observation,
    Population,
    Region,
    Register,
    Venue,
    VenueHistory,
)

TODAY = date(2026, 11, 24)
SMALL = Plan(120, 3)
TELLS_THE_CLOCK = {("change", "at"), ("register", "loaded_at")}


def rows(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, without the columns that tell when the load ran."""
    with engine.connect() as connection:
        return {
            table.name: connection.execute(
                select(*(c for c in table.columns if (table.name, c.name) not in TELLS_THE_CLOCK)).order_by(
                    *table.primary_key
                )
            ).fetchall()
            for table in Base.metadata.sorted_tables
        }


def run(engine: Engine, settings: Settings, plan: Plan = SMALL, today: date | None = TODAY) -> bool:
    """Fill, commit, and give back whether anything was written."""
    with Session(engine) as session, session.begin():
        return fill(session, settings, plan, today)


def test_every_simulated_row_says_that_it_is_simulated(simulated: Session) -> None:
    """No source, name or reference of a row made here could be taken for a real one."""
    for column in (Licence.source, ChangePackCount.source, KeyListVersion.source, Observation.source_ref):
        assert all(text.startswith("simulated (seed 7") for text in simulated.scalars(select(column)))
    made = simulated.execute(
        select(Venue.name_zh, Venue.name_en, Venue.source, Venue.phone).where(Venue.external_id.like("SIM-%"))
    ).all()
    assert len(made) == 1200
    for zh, en, source, phone in made:
        assert zh.startswith("示例·")
        assert en.startswith("Sample ")
        assert source == "simulated (seed 7, 1200 venues)"
        assert phone is None or phone.startswith("0000-")


def test_no_real_place_is_in_the_sandbox(simulated: Session) -> None:
    """Not one venue has the name, the id or the clearing code of a place in the city's own files."""
    folder = ROOT / "data" / "liaocheng"
    places = pd.concat([pd.read_csv(folder / file, dtype=str) for file in ("venues.csv", "branches.csv")])
    assert len(places) == 56 + 422
    real = set(places["name_zh"]) | set(places["name_en"].dropna())
    codes = set(places["external_id"].dropna()) | set(places["cnaps"].dropna())
    ids = {venue_key(f"371500:{code}") for code in codes} | {venue_key(f"cnaps:{code}") for code in codes}
    made = simulated.scalars(select(Venue)).all()
    assert not real & {name for venue in made for name in (venue.name_zh, venue.name_en)}
    assert not codes & {venue.external_id for venue in made}
    assert not ids & {venue.id for venue in made}
    assert all(venue.source.startswith("simulated") for venue in made)


def test_the_lists_name_no_real_place(simulated: Session) -> None:
    """The definitions are the city's own; only the simulated list of merchants has versions."""
    lists = tomllib.loads((ROOT / "data" / "liaocheng" / "key_lists.toml").read_text("utf-8"))["list"]
    assert set(simulated.scalars(select(KeyList.code))) == {listed["code"] for listed in lists} | {"key_merchants"}
    assert set(simulated.scalars(select(KeyListVersion.list_code))) == {"key_merchants"}


def test_real_places_of_an_earlier_version_are_cleared_away(sandbox: Engine, sandbox_settings: Settings) -> None:
    """A sandbox that was once given the directory loses its places with all that was said and listed of them."""
    real_one = sandbox_settings.model_copy(update={"sandbox": False})
    with Session(sandbox) as session, session.begin():
        session.execute(update(Register).values(simulated=False, directory="of an earlier version"))
        load_directory(session, real_one)
        session.execute(update(Register).values(simulated=True, directory="of an earlier version"))
        venue = session.scalars(select(Venue.id)).first()
        assert venue is not None
        said = Statement(venue, "cash", "no", date(2026, 11, 1), "inspection", "-")
        record(session, [said], Actor("somebody", "admin"))
    with Session(sandbox) as session, session.begin():
        anew = load_directory(session, sandbox_settings).directory
        assert anew
        fill(session, sandbox_settings, SMALL, TODAY, anew=anew)
    with Session(sandbox) as session:
        assert session.scalars(select(Venue.source).distinct()).all() == ["simulated (seed 3, 120 venues)"]
        assert session.scalar(select(func.count(VenueHistory.id))) == 0
        assert set(session.scalars(select(KeyListVersion.list_code))) == {"key_merchants"}
        assert session.scalars(select(CurrentStatus.venue_id).where(CurrentStatus.venue_id == venue)).all() == []


def test_a_real_register_is_refused_and_left_empty(sandbox: Engine, sandbox_settings: Settings) -> None:
    """Without the register's own mark of a sandbox not one row is written."""
    with Session(sandbox) as session, session.begin():
        session.execute(update(Register).values(simulated=False))
    before = rows(sandbox)
    with pytest.raises(StartRefused, match="real one"):
        run(sandbox, sandbox_settings)
    assert rows(sandbox) == before


def test_no_venues_at_all_is_refused(sandbox_settings: Settings) -> None:
    """A simulation needs at least one venue."""
    with pytest.raises(StartRefused, match="venues: 0"):
        load_simulation(sandbox_settings, venues=0)


def test_the_same_seed_and_day_give_the_same_rows(sandbox: Engine, sandbox_settings: Settings, tmp_path: Path) -> None:
    """Two loads into two databases are equal row for row."""
    other_settings = Settings(var_dir=tmp_path / "other", _env_file=None).for_sandbox()
    other = make_engine(other_settings.engine_url)
    Base.metadata.create_all(other)
    before = rows(sandbox)
    with other.begin() as connection:
        for table in Base.metadata.sorted_tables:
            if found := sandbox.connect().execute(select(table)).mappings().all():
                connection.execute(table.insert(), [dict(row) for row in found])
    assert rows(other) == before
    run(sandbox, sandbox_settings)
    run(other, other_settings)
    assert rows(other) == rows(sandbox)
    other.dispose()


def test_another_seed_gives_other_rows(sandbox: Engine, sandbox_settings: Settings) -> None:
    """The seed is what chance starts from."""
    run(sandbox, sandbox_settings, Plan(120, 3))
    first = rows(sandbox)["observation"]
    run(sandbox, sandbox_settings, Plan(120, 4))
    assert rows(sandbox)["observation"] != first


def test_a_second_load_changes_nothing(sandbox: Engine, sandbox_settings: Settings) -> None:
    """Loading what is there already writes no row, not even a change; the day only matters when given."""
    run(sandbox, sandbox_settings)
    before = rows(sandbox)
    assert run(sandbox, sandbox_settings) is False
    assert run(sandbox, sandbox_settings, today=None) is False
    assert rows(sandbox) == before
    run(sandbox, sandbox_settings, today=date(2026, 11, 25))
    assert rows(sandbox) != before


def test_another_plan_replaces_the_first_with_all_that_hung_on_it(sandbox: Engine, sandbox_settings: Settings) -> None:
    """Cases and withdrawals that people added go with the simulated rows that they refer to."""
    run(sandbox, sandbox_settings)
    with Session(sandbox) as session, session.begin():
        venue = session.scalars(select(Venue.id).where(Venue.source.like("simulated%"))).first()
        case = Case(kind="refusal", state="open", title="-", venue_id=venue, created_by="somebody")
        session.add(case)
        session.flush()
        session.add(CaseEvent(case_id=case.id, kind="opened", by="somebody", at=datetime.now(UTC)))
        said = session.scalars(select(Observation.id).where(Observation.withdraws.is_(None))).first()
        assert said is not None
        withdraw(session, said, Actor("somebody", "admin"), "a trial")
    run(sandbox, sandbox_settings, Plan(60, 3))
    with Session(sandbox) as session:
        assert session.scalar(select(func.count(Case.id))) == 0
        assert session.scalars(select(Venue.source).where(Venue.source.like("simulated%")).distinct()).all() == [
            "simulated (seed 3, 60 venues)"
        ]
        assert session.scalar(select(func.count(Venue.id))) == 60
        assert not session.scalar(select(func.count(Observation.id)).where(Observation.source_ref == "a trial"))


def test_readers_are_told_to_read_everything_again(sandbox: Engine, sandbox_settings: Settings) -> None:
    """A load is one numbered change without a venue: everything may be new."""
    run(sandbox, sandbox_settings)
    with Session(sandbox) as session:
        assert changes.latest(session) == 1
        assert set(changes.touched_since(session, 0)) == {None}


def test_a_city_without_a_directory_gets_towns_and_banks_of_its_own(tmp_path: Path) -> None:
    """Borders alone are enough: towns and banks are invented, and shares follow the area."""
    settings = Settings(var_dir=tmp_path, city="370100", _env_file=None).for_sandbox()
    engine = make_engine(settings.engine_url)
    Base.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        session.add(Register(id=1, city="370100", instance="0" * 36, simulated=True))
        session.execute(Base.metadata.tables["change_counter"].insert().values(id=1, value=0))
        for adcode, west, width in (("370102", 117.0, 0.2), ("370103", 117.2, 0.4)):
            border = shapely.MultiPolygon([shapely.box(west, 36.5, west + width, 36.8)])
            session.add(
                Region(adcode=adcode, level="county", name_zh="某区", name_en="Some", geometry=border, source="-")
            )
    run(engine, settings, Plan(90, 1))
    with Session(engine) as session:
        counted = dict(session.execute(select(Venue.region, func.count()).group_by(Venue.region)).all())
        assert counted == {"370102": 30, "370103": 60}
        assert all("示例" in name for name in session.scalars(select(Institution.name_zh)))
        assert session.scalar(select(func.count(Population.id))) == 0
    engine.dispose()
