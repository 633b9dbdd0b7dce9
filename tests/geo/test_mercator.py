"""Tiles of the world agree with EPSG:3857 as PROJ has it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from geo.mercator import FURTHEST, fractions, tile_box

HALF_WORLD_M = 20_037_508.342789244
TO_METRES = Transformer.from_crs(4326, 3857, always_xy=True)
LON, LAT = st.floats(-180, 180), st.floats(-85, 85)


@given(LON, LAT)
def test_fractions_are_those_of_proj(lon: float, lat: float) -> None:
    """A fraction of the world is the position that PROJ gives, counted from the north-west corner."""
    east, north = TO_METRES.transform(lon, lat)
    x, y = fractions(lon, lat)
    assert float(x) == pytest.approx(0.5 + east / HALF_WORLD_M / 2, abs=1e-12)
    assert float(y) == pytest.approx(0.5 - north / HALF_WORLD_M / 2, abs=1e-12)


@given(st.floats(-180, 179.999), LAT, st.integers(0, 16))
def test_a_tile_s_box_holds_what_is_in_the_tile(lon: float, lat: float, zoom: int) -> None:
    """The box of the tile that a place is in holds the place, and is no larger than the tile."""
    x, y = (int(part * 2**zoom) for part in fractions(lon, lat))
    west, south, east, north = tile_box(zoom, x, y)
    assert west - 1e-9 <= lon <= east + 1e-9
    assert south - 1e-9 <= lat <= north + 1e-9
    corners = np.array(fractions([west, east], [north, south])) * 2**zoom
    np.testing.assert_allclose(corners, [[x, x + 1], [y, y + 1]], atol=1e-6)


def test_a_margin_ends_at_the_world_s_edge() -> None:
    """A tile's box grows by its margin, but not past the world."""
    assert tile_box(0, 0, 0, 0.5) == pytest.approx((-180, -FURTHEST, 180, FURTHEST))
    assert tile_box(2, 1, 1, 0.5) == pytest.approx((-135, tile_box(3, 0, 4)[1], 45, tile_box(3, 0, 1)[3]))
