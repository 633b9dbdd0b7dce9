"""What is encoded is what a reader of the specification reads."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mvt_reader
from geo.mvt import EXTENT, layer, number, points, tags, text

OWN, SHARED = [0, 1, 2], [3, 4, 5, 6]
PLACE = st.integers(-(2**19), 2**19)
SPOT = st.tuples(
    PLACE,
    PLACE,
    st.lists(st.integers(-1, 40_000), min_size=3, max_size=3),
    st.lists(st.integers(-1, 9), min_size=4, max_size=4),
)


@given(st.lists(SPOT, max_size=20), st.booleans())
def test_features_come_back(spots: list[tuple[int, int, list[int], list[int]]], ready: bool) -> None:  # noqa: FBT001 - hypothesis passes it
    """Places, own tags and ready-made tags are read as they were given, however long their numbers are."""
    x, y = (np.array([spot[n] for spot in spots], dtype="i8") for n in (0, 1))
    own = np.array([spot[2] for spot in spots], dtype="i8").reshape(-1, 3)
    shared = np.array([spot[3] for spot in spots], dtype="i8").reshape(-1, 4)
    made = (
        points(x, y, OWN, own, tags(SHARED, shared)) if ready else points(x, y, OWN + SHARED, np.hstack([own, shared]))
    )
    codes = [[*spot[2], *spot[3]] for spot in spots]
    read = list(mvt_reader.spots(made, [str(n) for n in range(7)], range(40_001)))
    assert [(s.x, s.y) for s in read] == [(spot[0], spot[1]) for spot in spots]
    assert [s.properties for s in read] == [{str(n): code for n, code in enumerate(row) if code >= 0} for row in codes]


def test_a_layer_has_its_name_keys_and_values() -> None:
    """A layer says its version and extent, and its features mean its keys and values."""
    spot = points(np.array([5]), np.array([-6]), [1], np.array([[0]]))
    (read,) = mvt_reader.read(layer("spots", ["a", "b"], [text("店".encode()), number(7)], [spot]))
    assert (read.name, read.version, read.extent) == ("spots", 2, EXTENT)
    assert (read.keys, read.values) == (["a", "b"], ["店", 7])
    assert read.spots == [mvt_reader.Spot(5, -6, {"b": "店"})]


@pytest.mark.parametrize("size", [0, 1, 124, 125, 126, 127, 128, 300, 20_000])
def test_texts_of_any_length_come_back(size: int) -> None:
    """A text is read back, also where its length takes two bytes or three."""
    said = ("店" * size).encode()
    assert mvt_reader.read(layer("l", [], [text(said), text(b"x" * size)], []))[0].values == ["店" * size, "x" * size]


@given(st.integers(0, 2**32))
def test_numbers_come_back(value: int) -> None:
    """A whole number is read back."""
    assert mvt_reader.read(layer("l", [], [number(value)], []))[0].values == [value]


def test_no_points_no_features() -> None:
    """Nothing gives no bytes."""
    assert points(np.empty(0, "i8"), np.empty(0, "i8"), [0], np.empty((0, 1), "i8")) == b""
