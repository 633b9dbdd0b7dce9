"""The toy town, and the check that every result must pass."""

from collections.abc import Callable, Sequence

import pandas as pd
import pytest
from pandas.testing import assert_series_equal

from toy_town import ToyTown, toy_town


@pytest.fixture(scope="session")
def town() -> ToyTown:
    """Return the toy town."""
    return toy_town()


@pytest.fixture(scope="session")
def assert_result() -> Callable[[pd.Series, Sequence[object], pd.Index], None]:
    """Return the check of a result: each value, and the very index of what it was asked for."""

    def check(result: pd.Series, expected: Sequence[object], index: pd.Index) -> None:
        assert result.index.equals(index), f"{result.index} is not {index}"
        assert_series_equal(result, pd.Series(expected, index=index), check_names=False, check_dtype=False)

    return check
