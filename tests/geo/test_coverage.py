"""Shares come with both bounds, and distances count people, not cells."""

import math
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.coverage import (
    STATUSES,
    Bounds,
    beyond,
    bounds_by,
    redundancy,
    share_bounds,
    weighted_mean,
    weighted_percentiles,
    within,
)
from geo.errors import BadStatus
from toy_town import ToyTown

Check = Callable[[pd.Series, Sequence[object], pd.Index], None]
STATUS_LISTS = st.lists(st.sampled_from(STATUSES), min_size=1, max_size=40)
HOMES = st.lists(st.tuples(st.floats(0, 1e5), st.integers(0, 1000)), min_size=1, max_size=30)


def test_bounds_of_five_venues() -> None:
    """One yes of five with two unknown is between 20 % and 60 %, and 60 % is known."""
    bounds = share_bounds(pd.Series(["yes", "limited", "no", "unknown", "unknown"]))
    assert bounds == Bounds(total=5, yes=1, limited=1, no=1, unknown=2, low=0.2, high=0.6, known_share=0.6)


def test_nothing_counted_is_no_share() -> None:
    """None of none is neither 0 nor 100 %."""
    assert share_bounds(pd.Series([], dtype="object")) == Bounds(0, 0, 0, 0, 0, None, None, None)


def test_a_missing_status_is_unknown() -> None:
    """Nothing said is never a no."""
    assert share_bounds(pd.Series(["yes", None, np.nan], dtype="object")).unknown == 2


def test_an_unheard_of_status_is_refused() -> None:
    """A value that is none of the four is refused, naming its row."""
    with pytest.raises(BadStatus, match="row 'b': status 'maybe'"):
        share_bounds(pd.Series(["yes", "maybe"], index=["a", "b"]))


@given(STATUS_LISTS, st.data())
def test_bounds_hold_whatever_the_unknowns_turn_out_to_be(statuses: list[str], data: st.DataObject) -> None:
    """Reveal every unknown: the true share lies within the bounds, and both bounds can come true."""
    bounds = share_bounds(pd.Series(statuses))
    answer = st.sampled_from(["yes", "limited", "no"])
    revealed = pd.Series([data.draw(answer) if status == "unknown" else status for status in statuses])
    truth = share_bounds(revealed)
    assert truth.low == truth.high
    assert bounds.low <= truth.low <= bounds.high
    assert share_bounds(pd.Series(statuses).replace("unknown", "yes")).low == bounds.high
    assert share_bounds(pd.Series(statuses).replace("unknown", "no")).high == bounds.low


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from("xy"), st.sampled_from(STATUSES)), min_size=1))
def test_groups_are_counted_as_one_by_one(rows: list[tuple[str, str, str]]) -> None:
    """Each row of the grouped table says what counting that group alone says."""
    frame = pd.DataFrame(rows, columns=["county", "kind", "status"])
    table = bounds_by(frame, ["county", "kind"])
    for key, group in frame.groupby(["county", "kind"]):
        assert Bounds(**table.loc[key]) == share_bounds(group["status"])
    assert table["total"].sum() == len(frame)


def test_a_venue_of_no_county_is_still_counted() -> None:
    """A missing key is a group of its own."""
    frame = pd.DataFrame({"county": ["A", None], "state": ["yes", "no"]})
    assert bounds_by(frame, "county", status="state")["total"].tolist() == [1, 1]


def test_no_rows_no_groups() -> None:
    """An empty register has an empty table with all its columns."""
    table = bounds_by(pd.DataFrame({"county": [], "status": []}, dtype="object"), "county")
    assert table.empty
    assert table.columns.tolist() == ["total", *STATUSES, "low", "high", "known_share"]


def test_shares_within_radii(town: ToyTown, assert_result: Check) -> None:
    """Of 440 people 400 live within 1.5 km; the radius itself is within."""
    metres = town.column(500, 500, 1000, 1500, 2500, 2500, 4000, math.inf)
    people = town.column(100, 100, 100, 100, 10, 10, 10, 10)
    share = within(metres, people, [1000, 1500, 5000])
    assert_result(share, [300 / 440, 400 / 440, 430 / 440], pd.Index([1000, 1500, 5000]))
    assert beyond(metres, people, 1500) == pytest.approx(40 / 440)
    assert beyond(metres, people, 10_000) == pytest.approx(10 / 440)


def test_unknown_people_are_left_out_of_shares() -> None:
    """A county without a figure changes no share; where no figure is known at all there is no share."""
    metres = pd.Series([100.0, 9000.0, 9000.0])
    assert within(metres, pd.Series([3, 1, np.nan]), [1000]).tolist() == [0.75]
    assert within(metres, pd.Series([np.nan] * 3), [1000]).isna().all()
    assert math.isnan(beyond(metres, pd.Series([np.nan] * 3), 1000))
    assert math.isnan(weighted_mean(metres, pd.Series([0, 0, 0])))
    assert weighted_percentiles(metres, pd.Series([0, 0, 0]), [50]).isna().all()


def test_mean_distance_of_a_person() -> None:
    """Three people at 1 km and one at 5 km go 2 km on average; one out of reach makes it infinite."""
    assert weighted_mean(pd.Series([1000, 5000]), pd.Series([3, 1])) == 2000
    assert weighted_mean(pd.Series([1000, math.inf]), pd.Series([3, 1])) == math.inf
    assert weighted_mean(pd.Series([1000, math.inf]), pd.Series([3, 0])) == 1000


def test_percentiles_are_distances_that_occur() -> None:
    """With 50, 40 and 10 people the median is the first distance, P90 the second, P91 and P100 out of reach."""
    metres, people = pd.Series([900, math.inf, 100]), pd.Series([40, 10, 50])
    found = weighted_percentiles(metres, people, [0, 50, 51, 90, 91, 100])
    assert found.tolist() == [100, 100, 900, 900, math.inf, math.inf]
    assert found.index.tolist() == [0, 50, 51, 90, 91, 100]


def test_ten_equal_shares_make_their_percentiles() -> None:
    """Tenths that add up a little short of a percentile still reach it."""
    metres = pd.Series(np.arange(1, 11) * 100.0)
    found = weighted_percentiles(metres, pd.Series([0.1] * 10), range(10, 101, 10))
    assert found.tolist() == metres.tolist()


@given(HOMES, st.lists(st.floats(0, 100), min_size=2, max_size=5))
def test_percentiles_rise_and_do_what_they_say(homes: list[tuple[float, int]], percents: list[float]) -> None:
    """Enough people live within each percentile, percentiles rise with the percentage, and so do shares."""
    metres = pd.Series([home[0] for home in homes])
    people = pd.Series([home[1] for home in homes])
    found = weighted_percentiles(metres, people, sorted(percents))
    if not people.sum():
        assert found.isna().all()
        return
    assert found.is_monotonic_increasing
    for percent, distance in found.items():
        assert within(metres, people, [distance]).item() >= percent / 100 - 1e-9
        assert people[metres < distance].sum() / people.sum() < percent / 100 + 1e-9
    assert within(metres, people, sorted(found)).is_monotonic_increasing


@given(HOMES)
def test_shares_do_not_depend_on_the_order_of_cells(homes: list[tuple[float, int]]) -> None:
    """People are matched to distances by label."""
    metres = pd.Series([home[0] for home in homes])
    people = pd.Series([home[1] for home in homes])
    assert weighted_mean(metres, people[::-1]) == pytest.approx(weighted_mean(metres, people), nan_ok=True)


@pytest.mark.parametrize("percent", [-1, 100.5, float("nan")])
def test_percentages_are_percentages(percent: float) -> None:
    """Nothing lies beyond everybody."""
    with pytest.raises(ValueError, match=r"0\.\.100"):
        weighted_percentiles(pd.Series([1.0]), pd.Series([1]), [percent])


def test_a_missing_distance_is_refused() -> None:
    """A distance that nobody measured is neither near nor far."""
    with pytest.raises(ValueError, match="row 1"):
        within(pd.Series([1.0, np.nan]), pd.Series([1, 1]), [1000])


def test_points_that_stand_alone(town: ToyTown, assert_result: Check) -> None:
    """Of four machines, two share a building and one has its next at just the threshold."""
    machines = town.points((0, 0), (0, 0), (1, 0), (9, 0))
    table = redundancy(machines, 1000)
    assert_result(table["next_m"], [0, 0, 1000, 8000], machines.index)
    assert table["alone"].tolist() == [False, False, False, True]
    assert redundancy(machines.iloc[:1], 1000)["next_m"].tolist() == [math.inf]
