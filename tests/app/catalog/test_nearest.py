"""The nearest of places that lie together."""

import json

import numpy as np
import pytest

from app.catalog.filters import Filters
from app.catalog.nearest import chord_point, chord_points
from town_catalog import catalog_of, venue

HERE, THERE = (116.0, 36.45), (116.01, 36.45)


@pytest.mark.parametrize("limit", [1, 3, 9, 40, 41, 100])
def test_many_in_one_place_come_in_order_of_key(limit: int) -> None:
    """More venues in one building than the tree is asked for: those with the lowest keys, then whoever is farther."""
    catalog = catalog_of([*(venue(n, THERE) for n in range(2, 41)), venue(1, HERE), venue(41, HERE)])
    found = [json.loads(bytes(f))["id"] for f in catalog.nearest(*HERE, Filters(), limit=limit)]
    assert [int(key.replace("-", ""), 16) for key in found] == [1, 41, *range(2, 41)][:limit]


@pytest.mark.parametrize("known", [1, 2, 3])
def test_fewer_than_are_asked_for_are_all_given(known: int) -> None:
    """The tree says nothing of places that there are not."""
    catalog = catalog_of([venue(n, THERE) for n in range(1, known + 1)])
    assert len(catalog.nearest(*HERE, Filters(), limit=10)) == known


def test_one_point_lies_where_many_lie() -> None:
    """The quick way to one point in space gives the same as the way to many."""
    rng = np.random.default_rng(4)
    lon, lat = rng.uniform(-180, 180, 50), rng.uniform(-90, 90, 50)
    one_by_one = [chord_point(*at) for at in zip(lon.tolist(), lat.tolist(), strict=True)]
    np.testing.assert_allclose(one_by_one, chord_points(lon, lat), rtol=0, atol=1e-6)
