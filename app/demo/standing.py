"""What already stands in the register: an earlier simulation, the banks, the real directory."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from shapely import Point
from sqlalchemy import Select, func, insert, select
from sqlalchemy.orm import Session

from app.demo.recipe import LABEL, Plan
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


def presence(session: Session, banks: pd.DataFrame, counties: pd.Index) -> pd.DataFrame:
    """How often each bank (index: code) is met in each county (columns): its real outlets there.

    A national bank may be met anywhere; where nothing is known, every bank may.
    """
    query = select(Venue.institution, Venue.region).where(
        Venue.category == "bank_branch", Venue.source.not_like(LIKE), Venue.institution.is_not(None)
    )
    outlets = pd.DataFrame(session.execute(query).all(), columns=["code", "county"])
    met = pd.crosstab(outlets["code"], outlets["county"]).reindex(index=banks["code"], columns=counties)
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


def middles(session: Session) -> dict[str, Point]:
    """The middle (median, WGS-84) of the real places of each county that has a few with a position."""
    query = select(Venue.region, Venue.geometry).where(
        Venue.geometry.is_not(None), Venue.source.not_like(LIKE), Venue.deleted_at.is_(None)
    )
    placed: dict[str, list[Point]] = {}
    for region, point in session.execute(query.order_by(Venue.id)):
        if isinstance(point, Point):
            placed.setdefault(region, []).append(point)
    return {
        region: Point(np.median([p.x for p in points]), np.median([p.y for p in points]))
        for region, points in placed.items()
        if len(points) >= ENOUGH_FOR_A_MIDDLE
    }


def directory(session: Session, towns: pd.DataFrame) -> pd.DataFrame:
    """The real places, which the simulation also speaks of (and says so), as subjects of `ledger`."""
    query = select(Venue.id, Venue.category, Venue.region, Venue.opened_on, Venue.closed_on).where(
        Venue.source.not_like(LIKE), Venue.deleted_at.is_(None)
    )
    found = session.execute(query.order_by(Venue.id)).all()
    frame = pd.DataFrame(found, columns=["id", "category", "county", "opened_on", "closed_on"], dtype=object)
    best = towns.groupby("county")["served"].max()
    return frame.assign(
        served=frame["county"].map(best).fillna(best.mean()).astype(float),
        swept=False,
        key=False,
        licensed="",
        real=True,
    )


def newest_id(session: Session, table: type[Observation]) -> int:
    """The greatest id in use; 0 in an empty table."""
    return session.scalar(select(func.max(table.id))) or 0
