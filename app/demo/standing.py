"""What the simulation stands on: the banks of the register, an earlier simulation, the files of the real city."""

from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import Point
from sqlalchemy import Select, func, insert, select
from sqlalchemy.orm import Session

from app.demo.recipe import LABEL, Plan
from app.importers.directory import branches, venues
from app.importers.rows import rows
from app.tables import Institution, Observation, Venue

LIKE = f"{LABEL}%"
INVENTED_BANKS = ("甲", "乙", "丙")
ENOUGH_FOR_A_MIDDLE = 3
ANYWHERE = 0.3


def holds(session: Session, plan: Plan, today: date | None) -> bool:
    """Whether this very simulation is there already (with `today`: also told up to that day)."""
    sources = set(session.scalars(select(Venue.source).where(Venue.source.like(LIKE)).distinct()))
    if sources != {plan.source}:
        return False
    newest = session.scalar(select(func.max(Venue.source_date)).where(Venue.source.like(LIKE)))
    return today is None or newest == today


def banks(session: Session, plan: Plan) -> pd.DataFrame:
    """The commercial banks of the register: columns code, name_zh, name_en, national.

    A city whose directory names no bank gets three invented ones.
    """
    found = session.execute(_banks()).all()
    if not found:
        session.execute(insert(Institution), [_invented(n, plan) for n in range(len(INVENTED_BANKS))])
        found = session.execute(_banks()).all()
    frame = pd.DataFrame(found, columns=["code", "name_zh", "name_en", "national"])
    return frame.assign(name_en=frame["name_en"].where(frame["name_en"] != "", frame["name_zh"]))


def presence(folder: Path | None, banks: pd.DataFrame, regions: pd.DataFrame) -> pd.DataFrame:
    """How often each bank (index: code) is met in each county (columns): its outlets in the city's files.

    A national bank may be met anywhere; where nothing is known, every bank may.

    Args:
        folder: the city's, or None.
        banks: as `banks` gives them.
        regions: index adcode; column level.

    Raises:
        BadFile: naming each row and field that is wrong.
    """
    outlets = pd.DataFrame(_outlets(folder, set(regions.index)), columns=["institution", "region"])
    counties = regions.index[regions["level"] == "county"].sort_values()
    met = pd.crosstab(outlets["institution"], outlets["region"]).reindex(index=banks["code"], columns=counties)
    anywhere = np.where(banks["national"].to_numpy(bool), ANYWHERE, 0.0)
    odds = met.fillna(0.0).astype(float).add(anywhere, axis=0)
    return odds.where(odds.sum() > 0, 1.0)


def _banks() -> Select[str, str, str, bool]:
    policy = Institution.bank_class.like("policy%")
    columns = (Institution.code, Institution.name_zh, Institution.name_en, Institution.national_commercial)
    return select(*columns).where(Institution.bank_class.is_not(None), ~policy).order_by(Institution.code)


def _invented(number: int, plan: Plan) -> dict[str, Any]:
    return {
        "code": f"sample-bank-{number + 1}",
        "kind": "bank",
        "name_zh": f"示例{INVENTED_BANKS[number]}银行",
        "name_en": f"Sample Bank {number + 1}",
        "bank_class": "city_commercial" if number else "national_commercial",
        "national_commercial": number == 0,
        "contact": {},
        "source": plan.source,
    }


def _outlets(folder: Path | None, regions: set[str]) -> list[dict[str, Any]]:
    if folder is None:
        return []
    codes = {row.cells["bank"]: row.cells["code"] for row in rows(folder / "banks.csv", ("bank", "code"))}
    return branches(folder, codes, regions)


def middles(folder: Path | None, city: str, regions: gpd.GeoDataFrame) -> dict[str, Point]:
    """The middle (median, WGS-84) of the places in the city's files, per county that has a few with a position.

    Args:
        folder: the city's, or None.
        city: its adcode.
        regions: index adcode; geometry (WGS-84).

    Raises:
        BadFile: naming each row and field that is wrong.
    """
    shapes = {str(adcode): shape for adcode, shape in regions.geometry.dropna().items()}
    placed: dict[str, list[Point]] = {}
    for venue in [] if folder is None else venues(folder, city, shapes):
        if venue["geometry"] is not None:
            placed.setdefault(venue["region"], []).append(venue["geometry"])
    return {
        region: Point(np.median([p.x for p in points]), np.median([p.y for p in points]))
        for region, points in placed.items()
        if len(points) >= ENOUGH_FOR_A_MIDDLE
    }


def newest_id(session: Session, table: type[Observation]) -> int:
    """The greatest id in use; 0 in an empty table."""
    return session.scalar(select(func.max(table.id))) or 0
