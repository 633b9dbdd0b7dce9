"""Each kind of evidence leads to the outcome it should, and nothing else does."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.importers.name_words import name_words
from app.settings import ROOT
from geo import match as matching
from geo.errors import BadFrame
from geo.match import match
from geo.verdicts import REASONS

WORDS = name_words(ROOT / "data", ("聊城市", "东昌府区", "临清市"))
COLUMNS = ("name", "category", "region", "institution", "external_id", "phone", "address", "location_error_m")
EAST, NORTH = 500_000, 4_000_000


def frame(*rows: dict[str, Any], labels: list[Any] | None = None) -> gpd.GeoDataFrame:
    """Rows with a position `at` in metres, or none; the region is the same unless one is given."""
    points = [None if row.get("at") is None else (EAST + row["at"][0], NORTH + row["at"][1]) for row in rows]
    shapes = gpd.GeoSeries([p and gpd.points_from_xy([p[0]], [p[1]])[0] for p in points], crs=4548)
    values = [{"region": "371502", **{k: v for k, v in row.items() if k != "at"}} for row in rows]
    data = pd.DataFrame(values, columns=COLUMNS)
    return gpd.GeoDataFrame(data, geometry=shapes.array).set_axis(labels or [f"v{n}" for n in range(len(rows))])


REGISTER = frame(
    {"name": "杏花坞餐厅", "category": "restaurant", "at": (0, 0), "phone": "0635-8412201", "address": "柳园南路15号"},
    {"name": "肯德基(振华店)", "category": "restaurant", "at": (300, 0)},
    {"name": "肯德基(百大店)", "category": "restaurant", "at": (420, 0)},
    {"name": "工行东昌支行", "category": "bank_branch", "at": (900, 0), "institution": "icbc", "external_id": "102"},
    {"name": "枕河酒店", "category": "hotel", "at": (2000, 0), "phone": "95588"},
    {"name": "鹿城国际大酒店", "category": "hotel"},
    labels=["xhw", "kfc-zh", "kfc-bd", "icbc", "zh", "lc"],
)


def told(**row: object) -> tuple[str, str | None, str]:
    """What one row is: outcome, venue, reason."""
    found = match(frame(row), REGISTER, words=WORDS).iloc[0]
    return found["outcome"], found["venue"], found["reason"]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"name": "聊城杏花坞餐厅", "at": (20, 0)}, ("same", "xhw", "name_and_place")),
        ({"name": "杏花坞餐厅", "at": (500, 200), "category": "restaurant"}, ("same", "xhw", "name_and_place")),
        ({"name": "杏花坞餐厅", "at": (500, 200), "address": "花园路3号"}, ("ask", None, "place_differs")),
        ({"name": "杏花坞餐厅", "at": (5000, 0)}, ("ask", None, "name_far")),
        ({"name": "杏花坞餐厅", "at": (5000, 0), "phone": "8412201"}, ("same", "xhw", "moved")),
        ({"name": "杏花坞餐厅"}, ("ask", None, "no_position")),
        ({"name": "杏花坞餐厅", "category": "restaurant"}, ("same", "xhw", "name_and_region")),
        ({"name": "杏花坞餐厅", "category": "restaurant", "region": None}, ("ask", None, "no_position")),
        ({"name": "杏花坞餐厅", "category": "restaurant", "region": "371581"}, ("ask", None, "region_differs")),
        ({"name": "杏花乌餐厅", "at": (20, 0)}, ("same", "xhw", "name_and_place")),
        ({"name": "杏花乌餐厅", "at": (400, 0)}, ("ask", None, "slip_in_name")),
        ({"name": "桃花源饭店", "at": (5, 0), "phone": "(0635)8412201"}, ("ask", None, "renamed")),
        ({"name": "桃花源饭店", "at": (5, 0)}, ("new", None, "no_candidate")),
        ({"name": "肯德基振华店", "at": (330, 0)}, ("same", "kfc-zh", "name_and_place")),
        ({"name": "肯德基新天地店", "at": (330, 0)}, ("new", None, "no_candidate")),
        ({"name": "肯德基", "at": (340, 0), "category": "restaurant"}, ("ask", None, "two_candidates")),
        ({"name": "枕河酒店", "at": (2000, 5), "category": "exchange_agent"}, ("new", None, "no_candidate")),
        ({"name": "枕河酒店外币代兑点", "at": (2000, 5)}, ("new", None, "no_candidate")),
        ({"name": "枕河酒店", "at": (2000, 5), "category": "restaurant"}, ("same", "zh", "name_and_place")),
        ({"name": "望月楼", "at": (2000, 5), "phone": "95588"}, ("new", None, "no_candidate")),
        ({"name": "鹿城国际大酒店", "at": (0, 900), "category": "hotel"}, ("same", "lc", "name_and_region")),
        ({"name": "", "at": (0, 0)}, ("new", None, "no_candidate")),
    ],
)
def test_a_row_without_an_id(row: dict[str, Any], expected: tuple[str, str | None, str]) -> None:
    """Name, place, category, region, address and telephone together decide; what contradicts is asked."""
    assert told(**row) == expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"name": "中国工商银行东昌支行"}, ("same", "icbc", "external_id")),
        ({"name": "工行东昌支行", "at": (9000, 0)}, ("same", "icbc", "external_id")),
        ({"name": "工行古楼支行", "at": (905, 0)}, ("same", "icbc", "renamed")),
        ({"name": "工行古楼支行", "at": (4000, 0)}, ("ask", None, "external_id_far")),
        ({"name": "工行古楼支行"}, ("ask", None, "external_id_name")),
        ({"name": "老王包子铺", "at": (905, 0)}, ("ask", None, "renamed")),
        ({"name": "老王包子铺", "at": (905, 0), "institution": "abc"}, ("new", None, "no_candidate")),
        ({"name": "工行东昌支行", "at": (905, 0), "external_id": "103"}, ("ask", None, "other_external_id")),
        ({"name": "工行古楼支行", "at": (905, 0), "external_id": "103"}, ("new", None, "no_candidate")),
    ],
)
def test_a_row_with_an_id(row: dict[str, Any], expected: tuple[str, str | None, str]) -> None:
    """An id is unique in its institution; under another name far away it may have been given away again."""
    assert told(**{"institution": "icbc", "external_id": "102", **row}) == expected


def test_a_name_that_the_town_has_twice_is_told_by_its_place_alone() -> None:
    """A shop 400 m from one of two shops of its name may be a third; next to one it is that one."""
    register = frame({"name": "满仓便利店", "at": (0, 0)}, {"name": "满仓便利店", "at": (5000, 0)}, labels=["a", "b"])
    rows = frame({"name": "满仓便利店", "at": (400, 0)}, {"name": "满仓便利店", "at": (5030, 0)})
    found = match(rows, register, words=WORDS)
    assert found["outcome"].tolist() == ["ask", "same"]
    assert found["venue"].tolist() == [None, "b"]
    assert match(rows, register.iloc[:1], words=WORDS)["outcome"].tolist() == ["same", "ask"]


def test_an_approximate_place_counts_with_its_error() -> None:
    """400 m off is near for a place known to 500 m, and no place at all for one known to 3 km."""
    assert told(name="杏花坞餐厅", at=(800, 0), location_error_m=700)[2] == "name_and_place"
    assert told(name="杏花坞餐厅", at=(2000, 0), location_error_m=3000, category="restaurant")[2] == "name_and_region"
    assert told(name="杏花坞餐厅", at=(2000, 0), location_error_m=3000)[2] == "no_position"
    assert told(name="杏花乌餐厅", at=(800, 0), location_error_m=700) == ("ask", None, "slip_in_name")


def test_two_rows_do_not_become_one_venue() -> None:
    """Of two rows for one venue the better is the same, and the other a question that names it."""
    rows = frame({"name": "杏花坞", "at": (40, 0)}, {"name": "杏花坞餐厅", "at": (5, 0)})
    found = match(rows, REGISTER, words=WORDS)
    assert found["outcome"].tolist() == ["ask", "same"]
    assert found.loc["v0", ["reason", "twin"]].tolist() == ["claimed_twice", "v1"]
    assert found.loc["v0", "candidates"] == ("xhw",)


def test_a_new_venue_told_twice_is_asked() -> None:
    """Of two new rows of one name in one place the second is a question; elsewhere, or of another class, it is new."""
    rows = frame(
        {"name": "稻香居", "at": (0, 900), "category": "restaurant"},
        {"name": "稻香居餐厅有限公司", "at": (30, 900), "category": "restaurant"},
        {"name": "稻香居", "at": (9, 900), "category": "hotel"},
        {"name": "稻香居", "at": (4000, 900), "category": "restaurant"},
        {"name": "稻香居", "at": (30, 905), "category": "restaurant"},
    )
    found = match(rows, REGISTER, words=WORDS)
    assert found["outcome"].tolist() == ["new", "new", "new", "new", "ask"]
    assert found.loc["v4", ["reason", "twin"]].tolist() == ["twin_row", "v0"]


def test_candidates_come_best_first() -> None:
    """The nearer of two branches comes first, and the score is that of the best."""
    found = match(frame({"name": "肯德基", "at": (400, 0)}), REGISTER, words=WORDS).iloc[0]
    assert found["candidates"] == ("kfc-bd", "kfc-zh")
    assert 0 < found["score"] <= 1


def test_degrees_and_planes_give_the_same() -> None:
    """Frames may have different systems."""
    rows = frame({"name": "杏花坞餐厅", "at": (20, 0)}, {"name": "肯德基振华店", "at": (300, 9)})
    found = match(rows.to_crs(4326), REGISTER.to_crs(3857), words=WORDS)
    assert found["venue"].tolist() == ["xhw", "kfc-zh"]


def test_many_rows_are_matched_a_part_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts do not change what is found, and their progress is told."""
    rows, done = _rows(40), []
    whole = match(rows, REGISTER, words=WORDS)
    monkeypatch.setattr(matching, "CHUNK", 16)
    parts = match(rows, REGISTER, words=WORDS, progress=lambda so_far, of: done.append((so_far, of)))
    pd.testing.assert_frame_equal(whole, parts)
    assert done == [(16, 40), (32, 40), (40, 40)]


@pytest.mark.parametrize(("rows", "venues"), [(0, 6), (6, 0), (0, 0)])
def test_nothing_is_no_error(rows: int, venues: int) -> None:
    """Without rows nothing is found, without venues all is new."""
    found = match(REGISTER.iloc[:rows], REGISTER.iloc[:venues], words=WORDS)
    assert found.index.equals(REGISTER.index[:rows])
    assert (found["outcome"] == "new").all()


def test_a_frame_that_breaks_the_contract_is_refused() -> None:
    """The message names the frame and the fault."""
    with pytest.raises(BadFrame, match="rows: no column 'name'"):
        match(REGISTER.drop(columns="name"), REGISTER, words=WORDS)
    with pytest.raises(BadFrame, match="venues: an index label occurs twice"):
        match(REGISTER, REGISTER.set_axis(["a"] * 6), words=WORDS)
    with pytest.raises(BadFrame, match="venues: no CRS"):
        match(REGISTER, REGISTER.set_crs(None, allow_override=True), words=WORDS)


NAMES = (
    "杏花坞餐厅",
    "杏花坞",
    "杏花乌餐厅",
    "肯德基(振华店)",
    "肯德基",
    "肯德基百大店",
    "工行东昌支行",
    "第一中学",
    "老王羊汤",
    "枕河酒店",
    "",
)


def _rows(count: int, seed: int = 0) -> gpd.GeoDataFrame:
    """Rows that are near enough to each other in name and place to be hard to tell."""
    rng = np.random.default_rng(seed)
    made = [
        {
            "name": NAMES[rng.integers(len(NAMES))],
            "at": None if rng.random() < 0.2 else tuple(rng.integers(0, 900, 2).tolist()),
            "category": ("restaurant", "hotel", "bank_branch", None)[rng.integers(4)],
            "external_id": str(rng.integers(9)) if rng.random() < 0.2 else None,
            "phone": ("0635-8412201", "13800001111", None)[rng.integers(3)],
        }
        for _ in range(count)
    ]
    return frame(*made)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**6), st.integers(0, 25), st.integers(0, 25))
def test_the_order_does_not_matter(seed: int, rows: int, venues: int) -> None:
    """Neither that of rows nor that of venues; every reason is a known one, and no venue is taken twice."""
    ledger, register = _rows(rows, seed), _rows(venues, seed + 1)
    found = match(ledger, register, words=WORDS)
    shuffled = match(ledger.sample(frac=1, random_state=seed), register.sample(frac=1, random_state=seed), words=WORDS)
    pd.testing.assert_frame_equal(found, shuffled.loc[found.index])
    assert set(found["reason"]) <= set(REASONS)
    assert not found["venue"].dropna().duplicated().any()
    assert (found["venue"].notna() == (found["outcome"] == "same")).all()


@settings(deadline=None, max_examples=40)
@given(st.sampled_from([name for name in NAMES if name]), st.booleans(), st.integers(0, 10**6))
def test_a_venue_is_itself(name: str, placed: bool, seed: int) -> None:  # noqa: FBT001 - drawn by Hypothesis
    """In a register that has it once, with or without a position where its name names one thing."""
    venue = {"name": f"聊城{name}", "category": "restaurant", "at": (seed % 900, 0) if placed else None}
    register = frame(venue, {"name": "望月楼", "category": "hotel", "at": (0, 0)}, labels=["a", "b"])
    assert match(register, register, words=WORDS)["venue"].tolist() == ["a", "b"]


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**6), st.integers(1, 12))
def test_what_is_far_and_called_otherwise_changes_nothing(seed: int, rows: int) -> None:
    """One venue more, far off and under a name of its own, leaves each outcome as it was."""
    ledger, register = _rows(rows, seed), _rows(12, seed + 1)
    more = frame({"name": "翡翠谷漂流", "category": "scenic_spot", "at": (80_000, 0)}, labels=["far"])
    before = match(ledger, register, words=WORDS)
    after = match(ledger, pd.concat([register, more]), words=WORDS)
    pd.testing.assert_frame_equal(before, after)
