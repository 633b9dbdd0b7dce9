"""The labelled ledger: how many of its rows are found, and that none is taken for another venue.

`ledger/register.csv` is an invented register, `ledger/rows.csv` are rows of messy ledgers about it. Each row says what
it is in `truth` (a venue, or new), what makes it hard in `kind`, and its `part`: *tuning* rows were looked at while the
rules were made, *held* rows at the end of that, *blind* rows were written after it; what these showed at first sight
stands in docs/decisions/0014-same-venue.md. No venue comes twice in a `sheet` (but in the last), as in a ledger.
"""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from app.importers.name_words import name_words
from app.settings import ROOT
from geo.match import match

FOLDER = Path(__file__).with_name("ledger")
CORNER = 500_000, 4_000_000
PLACES = (
    "聊城市",
    "东昌府区",
    "茌平区",
    "临清市",
    "阳谷县",
    "莘县",
    "东阿县",
    "冠县",
    "高唐县",
    "开发区",
    "高新区",
    "度假区",
)
PRECISION, RECALL = 0.99, 0.97
LEAST_ROWS, LEAST_OF_A_KIND = 500, 8


def read(name: str, index: str) -> gpd.GeoDataFrame:
    """One of the two files; metres from the middle of the town become a position."""
    frame = pd.read_csv(FOLDER / name, dtype=str, keep_default_na=False).replace("", None).set_index(index)
    east, north = (pd.to_numeric(frame[axis]) for axis in ("x_m", "y_m"))
    points = gpd.points_from_xy(CORNER[0] + east, CORNER[1] + north)
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(points, frame.index).where(east.notna(), None), crs=4548)


@pytest.fixture(scope="module")
def ledger() -> pd.DataFrame:
    """The rows, each with what was found."""
    rows, venues, words = read("rows.csv", "row"), read("register.csv", "key"), name_words(ROOT / "data", PLACES)
    found = pd.concat(match(sheet, venues, words=words) for _, sheet in rows.groupby("sheet"))
    return rows.join(found)


def figures(rows: pd.DataFrame) -> pd.Series:
    """How many rows there are of a kind, and what came of them."""
    same, real = rows["outcome"] == "same", rows["truth"] != "new"
    right = same & (rows["venue"] == rows["truth"])
    return pd.Series(
        {
            "rows": len(rows),
            "venues": real.sum(),
            "found": right.sum(),
            "wrong": (same & ~right).sum(),
            "asked": (real & (rows["outcome"] == "ask")).sum(),
            "missed": (real & (rows["outcome"] == "new")).sum(),
            "new": (~real).sum(),
            "new, asked": (~real & (rows["outcome"] == "ask")).sum(),
        }
    )


def test_the_ledger_is_large_and_each_kind_of_case_has_its_rows(ledger: pd.DataFrame) -> None:
    """At least 500 rows; each names a venue of the register or is new."""
    assert len(ledger) >= LEAST_ROWS
    assert (ledger["kind"].value_counts() >= LEAST_OF_A_KIND).all()
    assert set(ledger["truth"]) <= {*read("register.csv", "key").index, "new"}


@pytest.mark.parametrize("part", ["all", "tuning", "held"])
def test_rows_are_found_and_none_is_taken_for_another(ledger: pd.DataFrame, part: str) -> None:
    """Precision of `same` is at least 0.99 and recall at least 0.97, a question counting as not found."""
    rows = ledger if part == "all" else ledger[ledger["part"] == part]
    table = pd.DataFrame({kind: figures(own) for kind, own in rows.groupby("kind")}).T
    whole = figures(rows)
    print(f"\n{part}\n{table}\n{whole.to_frame(part).T}")  # noqa: T201 - what one looks at when it fails
    assert whole["found"] >= PRECISION * (whole["found"] + whole["wrong"])
    assert whole["found"] >= RECALL * whole["venues"]


def test_rows_written_last_are_never_taken_for_another(ledger: pd.DataFrame) -> None:
    """The rows that no rule was made for: precision as above, recall at least nine in ten."""
    whole = figures(ledger[ledger["part"] == "blind"])
    assert whole["wrong"] == 0
    assert whole["found"] >= 0.9 * whole["venues"]


def test_no_venue_is_found_twice_in_a_sheet(ledger: pd.DataFrame) -> None:
    """At most one row of a ledger is the same as a venue; the others are questions that name the row kept."""
    same = ledger[ledger["outcome"] == "same"]
    assert not same.duplicated(["sheet", "venue"]).any()
    claimed = ledger[ledger["reason"] == "claimed_twice"]
    assert len(claimed)
    assert (ledger.loc[claimed["twin"], "venue"].to_numpy() == claimed["candidates"].str[0].to_numpy()).all()
