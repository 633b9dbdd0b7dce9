"""Imports against the small register, on both databases."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from app.actor import SYSTEM, Actor
from app.db import make_engine, make_sessions
from app.imports import doing, kept
from app.imports.asked import Asked, Setup
from app.imports.staging import Staged
from app.settings import Settings
from app.tables import Import, Institution, Observation, Region, Venue, VenueHistory
from small_register import TOWN, fill

HEADER = (
    "编号",
    "名称",
    "类别",
    "县区",
    "经度",
    "纬度",
    "坐标系",
    "受理外卡",
    "卡组织",
    "接受现金",
    "核实日期",
    "电话",
)
HOTEL = ("H1", "戊酒店", "酒店", "东昌府区", 115.97, 36.47, "WGS-84", "是", "Visa", "是", "2026-03-05", "0635-8412418")
KNOWN = ("", "甲酒店", "酒店", "东昌府区", 115.95, 36.45, "WGS-84", "否", "", "", "2026-03-05", "0635-8412000")
BANK = Actor("clerk", "bank", "boc")


def sheet(path: Path, *rows: tuple[Any, ...], header: tuple[str, ...] = HEADER) -> Path:
    """An Excel file with a title, a header in row 2, and the rows from 3 on."""
    book = openpyxl.Workbook()
    page = book.active
    page["A1"] = "聊城市境外银行卡受理台账"
    page.append(header)
    for row in rows:
        page.append(row)
    book.save(path)
    return path


@pytest.fixture
def shared(migrated_url: str) -> Iterator[Engine]:
    """The small register with two banks, on SQLite and on PostGIS."""
    made = make_engine(migrated_url)
    fill(made)
    with make_sessions(made).begin() as session:
        session.add(Region(adcode=TOWN, level="city", name_zh="聊城市", name_en="Liaocheng", source="-"))
        session.add_all(
            Institution(code=code, kind="bank", name_zh=name, source="-")
            for code, name in (("boc", "中国银行"), ("icbc", "中国工商银行"))
        )
    yield made
    made.dispose()


@pytest.fixture
def session(shared: Engine) -> Iterator[Session]:
    """A session that the test commits itself."""
    with make_sessions(shared)() as opened:
        yield opened


@pytest.fixture
def setup(settings: Settings) -> Setup:
    """The ledger of venues alone."""
    return Setup(settings, {})


@pytest.fixture
def stage(session: Session, setup: Setup, tmp_path: Path) -> Callable[..., Staged]:
    """A function that judges rows and writes nothing."""

    def staged(*rows: tuple[Any, ...], header: tuple[str, ...] = HEADER, **asked: object) -> Staged:
        path = sheet(tmp_path / "ledger.xlsx", *rows, header=header)
        return doing.stage_file(session, path, Asked("ledger.xlsx", **asked), setup)

    return staged


@pytest.fixture
def send(session: Session, setup: Setup, tmp_path: Path, stage: Callable[..., Staged]) -> Callable[..., Import]:
    """A function that keeps rows, staged, and applies them."""

    def sent(*rows: tuple[Any, ...], apply: bool = True, header: tuple[str, ...] = HEADER, **asked: object) -> Import:
        staged = stage(*rows, header=header, **asked)
        how = Asked("ledger.xlsx", **asked)
        made = doing.send(session, how, (tmp_path / "ledger.xlsx").read_bytes(), staged)
        if apply:
            doing.write(session, made, kept.outcomes(session, made.id), how.actor, setup)
        session.commit()
        return made

    return sent


def counted(session: Session) -> list[int]:
    """How many venues are there, lines of history, and statements."""
    live = session.scalar(select(func.count()).select_from(Venue).where(Venue.deleted_at.is_(None)))
    return [live, *(session.scalar(select(func.count()).select_from(t)) for t in (VenueHistory, Observation))]


def named(session: Session, name: str) -> Venue:
    """The venue of this name."""
    session.expire_all()
    return session.scalars(select(Venue).where(Venue.name_zh == name)).one()


__all__ = ["BANK", "SYSTEM", "counted", "named", "send", "session", "setup", "shared", "sheet", "stage"]
