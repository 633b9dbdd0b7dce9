"""Gathering by cells loses nobody, whichever way it is counted."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.clusters import gather, joined, merge

STEP = st.one_of(st.integers(-5, 5), st.integers(-(10**6), 10**6))  # close together, and far apart
POINTS = st.lists(st.tuples(STEP, STEP, st.integers(0, 3), st.floats(-180, 180)), max_size=60)


@given(POINTS)
def test_each_cell_counts_its_points(spots: list[tuple[int, int, int, float]]) -> None:
    """Counts by kind, sums and members are those of a loop over the points."""
    column, row, kind = (np.array([spot[n] for spot in spots], dtype="i8") for n in range(3))
    x = np.array([spot[3] for spot in spots], dtype="f8")
    cells = gather(column, row, x, -x, kind, 4)
    places = list(zip(cells.row.tolist(), cells.column.tolist(), strict=True))
    assert places == sorted({(spot[1], spot[0]) for spot in spots})
    counted = Counter((spot[1], spot[0], spot[2]) for spot in spots)
    for n, (down, along) in enumerate(places):
        assert cells.counts[n].tolist() == [counted[down, along, kind] for kind in range(4)]
        assert cells.x_sum[n] == pytest.approx(sum(s[3] for s in spots if (s[1], s[0]) == (down, along)), abs=1e-6)
        assert spots[cells.member[n]][:2] == (along, down)
    assert cells.y_sum == pytest.approx(-cells.x_sum)


@given(POINTS, POINTS)
def test_merging_is_counting_at_once(
    some: list[tuple[int, int, int, float]], others: list[tuple[int, int, int, float]]
) -> None:
    """Cells counted apart and merged are the cells of all points."""

    def of(spots: list[tuple[int, int, int, float]], start: int = 0) -> object:
        table = np.array(spots, dtype="f8").reshape(-1, 4).T
        cells = gather(*table[:2].astype("i8"), table[3], table[3], table[2].astype("i8"), 4)
        cells.member[:] += start
        return cells

    both, whole = merge(joined([of(some), of(others, len(some))])), of(some + others)
    for name in ("column", "row", "counts"):
        np.testing.assert_array_equal(getattr(both, name), getattr(whole, name))
    np.testing.assert_allclose(both.x_sum, whole.x_sum, atol=1e-6)


@given(POINTS, STEP, STEP, STEP, STEP)
def test_a_window_keeps_its_cells_only(
    spots: list[tuple[int, int, int, float]], a: int, b: int, c: int, d: int
) -> None:
    """A window holds the cells from its first to before its last column and row."""
    column, row = (np.array([spot[n] for spot in spots], dtype="i8") for n in range(2))
    nothing = np.zeros(len(spots))
    cells = gather(column, row, nothing, nothing, column * 0, 1)
    kept = cells.within((min(a, b), max(a, b)), (min(c, d), max(c, d)))
    expected = {s[:2] for s in spots if min(a, b) <= s[0] < max(a, b) and min(c, d) <= s[1] < max(c, d)}
    assert set(zip(kept.column.tolist(), kept.row.tolist(), strict=True)) == expected
