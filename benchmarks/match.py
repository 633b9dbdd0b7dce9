"""Matching a ledger with a register of as many venues: seconds and memory at 10,000, 100,000 and 1,000,000."""

import json
import resource
import subprocess
import sys
from time import perf_counter, process_time

import geopandas as gpd
import numpy as np
import pandas as pd

from app.importers.name_words import name_words
from app.settings import ROOT
from benchmarks.rounds import Result, Verdict, said
from geo.match import match

SIZES, AIMED = (10_000, 100_000, 1_000_000), 100_000
MOST_S, MOST_GROWTH = 30, 1.5
COLUMNS = (
    "rows and venues",
    "matched in",
    "of it CPU",
    "CPU for 100,000",
    "peak",
    "same",
    "ask",
    "new",
    "wrongly the same",
)
CHARACTERS = (
    "安邦宝春德东方丰福富广国海汉和宏华惠吉佳嘉江金京景聚康乐力利隆茂美民明鹏"
    "平青庆泉荣瑞润三盛顺泰天通同万旺伟祥欣新鑫兴雅阳益永友裕园源远正中众云"
)
TRADES = (
    ("restaurant", "饭店"),
    ("restaurant", "羊汤馆"),
    ("restaurant", "火锅"),
    ("hotel", "宾馆"),
    ("hotel", "商务酒店"),
    ("supermarket", "超市"),
    ("supermarket", "便利店"),
    ("pharmacy", "大药房"),
    ("entertainment", "影城"),
    ("mall", "商厦"),
)
CHAINS = (
    ("restaurant", "肯德基"),
    ("restaurant", "蜜雪冰城"),
    ("bank_branch", "中国工商银行"),
    ("bank_branch", "中国农业银行"),
)
SHARE_CHAINS, SHARE_NEW, SHARE_NOWHERE, SHARE_SHIFTED, SHARE_SLIPS = 0.3, 0.2, 0.05, 0.05, 0.05
TOWN_M, NOISE_M, SHIFT_M = 5_000, 30, 520
PLACES = ("聊城市", "东昌府区", "临清市")
WORDS = name_words(ROOT / "data", PLACES)


def run() -> Result:
    """Match each size in a process of its own."""
    found = {size: _measured(size) for size in SIZES}
    return Result(
        "A ledger against a register of as many venues. Aim: 100,000 in under 30 s, growth close to linear.",
        COLUMNS,
        tuple(_row(size, m) for size, m in found.items()),
        (
            "Names of 74 characters and ten trades, so that many are nearly alike; 30 % are branches of four chains.",
            "80 % of the rows are venues, spelt otherwise, 30 m off; 5 % lack a position, 5 % are 520 m off.",
            "5 % of the names have a wrong character.",
            "Eight towns, whatever the size: at 1,000,000 there are hundreds of venues within 300 m of each other.",
            "Peak: what the matching process took in all, both frames included.",
            "Wrongly the same: of the rows called the same, those that are another venue or new.",
        ),
        _verdicts(found),
    )


def _verdicts(found: dict[int, dict[str, float]]) -> tuple[Verdict, ...]:
    seconds = found[AIMED]["seconds"]
    each = {size: m["cpu"] / size for size, m in found.items()}
    growth = each[max(SIZES)] / each[AIMED]
    return (
        Verdict(f"matching {AIMED:,} rows", f"under {MOST_S} s", said(seconds), seconds < MOST_S),
        Verdict(
            "time for a row, ten times the size", f"at most {MOST_GROWTH} times", f"{growth:.2f}", growth <= MOST_GROWTH
        ),
    )


def _measured(size: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.match", str(size)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - this very program
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def _row(size: int, m: dict[str, float]) -> tuple[str, ...]:
    shares = (f"{m[name] / size:.1%}" for name in ("same", "ask", "new"))
    wrong = f"{m['wrong'] / max(m['same'], 1):.2%}"
    times = (said(m["seconds"]), said(m["cpu"]), said(m["cpu"] * AIMED / size))
    return (f"{size:,}", *times, f"{m['peak'] / 1e6:,.0f} MB", *shares, wrong)


def measure(size: int) -> dict[str, float]:
    """Seconds and memory of one matching, and what came of it."""
    before = _peak()
    venues = register(size, np.random.default_rng(1))
    rows, truth = ledger(venues, np.random.default_rng(2))
    start, worked = perf_counter(), process_time()
    found = match(rows, venues, words=WORDS)
    spent = {"seconds": perf_counter() - start, "cpu": process_time() - worked}
    counts = found["outcome"].value_counts()
    wrong = (found["outcome"] == "same") & (found["venue"].fillna(-1).to_numpy() != truth)
    told = {name: int(counts.get(name, 0)) for name in ("same", "ask", "new")}
    return {**spent, "peak": _peak() - before, "wrong": int(wrong.sum()), **told}


def register(size: int, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Venues in and around eight towns: shops with names of their own, and branches of chains."""
    stems = _stems(size, rng)
    chained = rng.random(size) < SHARE_CHAINS
    shop, chain = rng.integers(len(TRADES), size=size), rng.integers(len(CHAINS), size=size)
    names, kinds = [], []
    for stem, branch, s, c in zip(stems, chained, shop, chain, strict=True):
        kind, word = CHAINS[c] if branch else TRADES[s]
        names.append(f"{word}({stem}{'支行' if kind == 'bank_branch' else '店'})" if branch else f"{stem}{word}")
        kinds.append(kind)
    town = rng.integers(8, size=size)
    spots = np.column_stack((town % 4 * 40_000, town // 4 * 40_000)) + rng.normal(0, TOWN_M, (size, 2))
    points = gpd.points_from_xy(*(spots + np.array((450_000, 4_000_000))).T)
    columns = {"name": names, "category": kinds, "region": town.astype(str), "address": _addresses(size, rng)}
    return gpd.GeoDataFrame(columns, geometry=points, crs=4548)


def _stems(size: int, rng: np.random.Generator) -> list[str]:
    letters = np.array(list(CHARACTERS))[rng.integers(len(CHARACTERS), size=(size, 4))]
    return ["".join(own[:length]) for own, length in zip(letters, rng.integers(2, 5, size), strict=True)]


def _addresses(size: int, rng: np.random.Generator) -> list[str]:
    return [
        f"{stem[:2]}路{number}号" for stem, number in zip(_stems(size, rng), rng.integers(1, 400, size), strict=True)
    ]


def ledger(venues: gpd.GeoDataFrame, rng: np.random.Generator) -> tuple[gpd.GeoDataFrame, np.ndarray]:
    """Rows of which most are venues, in another order and spelling; and which venue each is, -1 where none."""
    size = len(venues)
    new = rng.random(size) < SHARE_NEW
    truth = np.where(new, -1, rng.permutation(size))
    others = register(size, rng)
    rows = (
        pd.concat([venues, others], ignore_index=True)
        .iloc[np.where(new, size + np.arange(size), truth)]
        .reset_index(drop=True)
    )
    rows["name"] = [_spelt(name, how) for name, how in zip(rows["name"], rng.random((size, 3)), strict=True)]
    shift = rng.normal(0, NOISE_M, (size, 2)) + SHIFT_M * (rng.random(size) < SHARE_SHIFTED)[:, None] * (0.6, 0.8)
    there = np.column_stack((rows.geometry.x, rows.geometry.y)) + shift
    rows["address"] = rows["address"].where(rng.random(size) < 0.5, None)  # noqa: PLR2004 - half of them
    rows = rows.set_geometry(gpd.points_from_xy(there[:, 0], there[:, 1], crs=4548))
    rows.loc[rng.random(size) < SHARE_NOWHERE, "geometry"] = None
    return rows, truth


def _spelt(name: str, how: np.ndarray) -> str:
    """A name as another ledger has it: its place in front, full-width brackets or none, a wrong character."""
    prefix = ("", "聊城市", "聊城", "")[int(how[0] * 4)]
    name = (name, name.replace("(", "（").replace(")", "）"), name.replace("(", "").replace(")", ""))[int(how[1] * 3)]
    if how[2] < SHARE_SLIPS:
        at = int(how[2] / SHARE_SLIPS * len(name))
        name = name[:at] + "某" + name[at + 1 :]
    return prefix + name


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
