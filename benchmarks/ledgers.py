"""A ledger of 100,000 rows brought in, against geopandas writing the same rows without looking at them."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker

from app.actor import SYSTEM
from app.db import make_engine, make_sessions, migrate, reading
from app.imports import doing
from app.imports.asked import Asked, Setup
from app.settings import Settings
from app.tables import Region, Register
from benchmarks.rounds import Result, Verdict
from benchmarks.served.contenders import database

ROWS, ROUNDS = 100_000, 3
WANTED = 0.5
CATEGORIES, STATUSES = ("餐饮", "酒店", "超市", "药店"), ("是", "否", "部分", "未知")
NOTES = (
    "Ours reads the CSV, recognises its columns, checks every cell and matches every row with the register.",
    "It writes venue, history, statements, decisions, what is in force, and what became of each row, with all indexes.",
    "The peer reads the same CSV and writes one table of the same columns, unchecked, with nothing derived.",
    "Dry run: all but the writing. Apply: the writing, of a file that was compared before.",
)
COLUMNS = ("database", "what", "seconds", "rows per second", "share of the peer's speed", "least", "most")


def run() -> Result:
    """Dry run and apply on both databases, each beside its peer in the same round."""
    rows: list[tuple[str, ...]] = []
    verdicts: list[Verdict] = []
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.csv"
        ledger(ROWS).to_csv(path, index=False)
        for database_, place, peer in (("SQLite", _sqlite, "to_file(GPKG)"), ("PostGIS", _postgis, "to_postgis")):
            found = [_round(database_, place, path, Path(folder)) for _ in range(ROUNDS)]
            told = {what: _shares(found, what) for what in ("dry run", "apply", "both")}
            rows += [(database_, what, *_row(found, what), *shares) for what, shares in told.items()]
            rows.append((database_, f"peer: read_csv, {peer}", *_row(found, "peer"), "1", "", ""))
            verdicts += [_verdict(database_, what, told[what][0]) for what in ("dry run", "apply")]
    return Result("A ledger of 100,000 rows and 13 columns.", COLUMNS, tuple(rows), NOTES, tuple(verdicts))


def _row(found: Sequence[Mapping[str, float]], what: str) -> tuple[str, str]:
    seconds = median(each[what] for each in found)
    return f"{seconds:.1f}", f"{ROWS / seconds:,.0f}"


def _shares(found: Sequence[Mapping[str, float]], what: str) -> tuple[str, str, str]:
    """The share of the peer's speed in the same round: the median, the least, the most."""
    shares = sorted(each["peer"] / each[what] for each in found)
    return f"{median(shares):.2f}", f"{shares[0]:.2f}", f"{shares[-1]:.2f}"


def _verdict(database_: str, what: str, share: str) -> Verdict:
    wanted = f"{WANTED} of the peer's speed"
    return Verdict(f"ledger, {what}, {database_}", wanted, share, float(share) >= WANTED)


def ledger(rows: int) -> pd.DataFrame:
    """Rows such as a bank sends, all of them new and sound."""
    chance = np.random.default_rng(7)
    numbers = range(rows)
    return pd.DataFrame(
        {
            "编号": [f"B{n:06d}" for n in numbers],
            "名称": [f"样例{chr(0x4E00 + n % 997)}{chr(0x5000 + n // 997 % 997)}{n}号店" for n in numbers],
            "类别": chance.choice(CATEGORIES, rows),
            "地址": [f"样例路{n}号" for n in numbers],
            "县区": "东昌府区",
            "经度": chance.uniform(115.9, 116.1, rows).round(6),
            "纬度": chance.uniform(36.4, 36.6, rows).round(6),
            "坐标系": "WGS-84",
            "受理外卡": chance.choice(STATUSES, rows),
            "接受现金": chance.choice(STATUSES, rows),
            "移动支付": chance.choice(STATUSES, rows),
            "核实日期": "2026-03-05",
            "电话": [f"0635-{8000000 + n}" for n in numbers],
        }
    )


def _round(
    database: str, place: Callable[[Path], AbstractContextManager[str]], path: Path, folder: Path
) -> dict[str, float]:
    with place(folder) as url:
        peer = _timed(lambda: _peer(database, url, path, folder))
        engine = make_engine(url)
        migrate(engine)
        sessions = make_sessions(engine)
        _county(sessions)
        setup, asked = Setup(Settings(var_dir=folder), {}), Asked("ledger.csv")
        begun = perf_counter()
        with reading(sessions) as session:
            staged = doing.stage_file(session, path, asked, setup)
        compared = perf_counter()
        with sessions.begin() as session:
            made = doing.send(session, asked, path.read_bytes(), staged)
            doing.write(session, made, staged.outcomes, SYSTEM, setup)
        written = perf_counter()
        if staged.counts["new"] != ROWS:
            sys.exit(f"not all rows are new: {staged.counts}")
        engine.dispose()
    return {"peer": peer, "dry run": compared - begun, "apply": written - compared, "both": written - begun}


def _peer(database: str, url: str, path: Path, folder: Path) -> None:
    """What somebody does who trusts the file."""
    frame = pd.read_csv(path)
    points = gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(frame["经度"], frame["纬度"]), crs=4326)
    if database == "SQLite":
        points.to_file(folder / "peer.gpkg", driver="GPKG", layer="ledger")
    else:
        engine = create_engine(url)
        points.to_postgis("peer", engine, if_exists="replace", index=True)
        engine.dispose()


def _county(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        border = shapely.MultiPolygon([shapely.box(115.9, 36.4, 116.1, 36.6)])
        names = (("371500", "city", "聊城市"), ("371502", "county", "东昌府区"))
        session.add(Register(id=1, city="371500", instance="0" * 36))
        session.add_all(
            Region(adcode=code, level=level, name_zh=name, name_en=name, geometry=border, source="-")
            for code, level, name in names
        )


def _timed(work: Callable[[], None]) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun


@contextmanager
def _sqlite(folder: Path) -> Iterator[str]:
    path = folder / "paymap.sqlite"
    yield f"sqlite:///{path}"
    for left in folder.glob("paymap.sqlite*"):
        left.unlink()
    (folder / "peer.gpkg").unlink(missing_ok=True)


@contextmanager
def _postgis(folder: Path) -> Iterator[str]:
    del folder
    with database() as cluster:
        url = cluster.fresh()
        yield url
        cluster.drop(url)
