"""Which datum a ledger is in, by rows whose place is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.importers.datum_guess import FEWEST_ROWS, TRIED, guess
from geo.datum import from_wgs84

Floats = NDArray[np.float64]
DEGREE_M = 111_000.0


def places(count: int, seed: int = 1) -> tuple[Floats, Floats]:
    """Places all over the city."""
    rng = np.random.default_rng(seed)
    return rng.uniform(115.4, 116.4, count), rng.uniform(35.9, 37.0, count)


@given(st.sampled_from(TRIED), st.integers(FEWEST_ROWS, 60), st.integers(0, 1000), st.floats(0, 60))
def test_the_datum_is_told_with_its_evidence(datum: str, count: int, seed: int, noise_m: float) -> None:
    """Whichever it is, also where people measured no better than sixty metres."""
    lon, lat = places(count, seed)
    x, y = from_wgs84(lon, lat, datum)
    rng = np.random.default_rng(seed)
    x, y = x + rng.normal(0, noise_m, count) / DEGREE_M, y + rng.normal(0, noise_m, count) / DEGREE_M
    found = guess(x, y, lon, lat)
    assert found.datum == datum
    best, *others = found.evidence
    assert (best.datum, best.rows) == (datum, count)
    assert {e.datum for e in found.evidence} == set(TRIED)
    assert all(best.median_m < other.median_m and best.nearest > other.nearest for other in others)


@pytest.mark.parametrize("count", range(FEWEST_ROWS))
def test_a_few_rows_prove_nothing(count: int) -> None:
    """Least of all one, however well it fits: a shop that moved looks like a datum."""
    lon, lat = places(count)
    assert guess(*from_wgs84(lon, lat, "gcj02"), lon, lat).datum is None
    assert guess(*from_wgs84(lon, lat, "gcj02"), lon, lat).reason == "few_rows"


def test_rows_without_a_position_do_not_count() -> None:
    """Neither here nor there."""
    lon, lat = places(8)
    x, y = from_wgs84(lon, lat, "gcj02")
    x[:4], lat[4] = np.nan, np.nan
    found = guess(x, y, lon, lat)
    assert (found.datum, found.evidence[0].rows) == (None, 3)


def test_a_mixture_is_no_datum() -> None:
    """Half of it in one, half in another."""
    lon, lat = places(20)
    x, y = from_wgs84(lon, lat, "gcj02")
    x[::2], y[::2] = lon[::2], lat[::2]
    assert (guess(x, y, lon, lat).datum, guess(x, y, lon, lat).reason) == (None, "unclear")


def test_places_that_are_wrong_in_every_datum_tell_none() -> None:
    """Kilometres away."""
    lon, lat = places(20)
    assert guess(lon + 0.05, lat, lon, lat).reason == "far"


def test_one_wrong_match_does_not_hide_the_datum() -> None:
    """The median holds."""
    lon, lat = places(10)
    x, y = from_wgs84(lon, lat, "bd09")
    x[0] += 0.3
    assert guess(x, y, lon, lat).datum == "bd09"
