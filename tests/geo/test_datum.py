"""Positions move between datums as the reference implementations say, and come back where they were."""

from collections.abc import Callable

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from geo.crs import geodesic_distance
from geo.datum import from_wgs84, normalise_datum, to_wgs84, to_wgs84_geometry
from geo.errors import BadCoordinates, UnknownDatum

Pair = tuple[float, float]
# Computed once with three programs written by others: eviltransform 0.1.1 (gcj, bd; it takes the Earth's
# radius of WGS-84, hence some millimetres), xyconvert 0.1.2 (gcj, bd; numpy), and pygcj 0.0.2 (gcj; another
# method, within 3 m). Each: name, WGS-84, eviltransform gcj, xyconvert gcj, pygcj gcj, eviltransform bd,
# xyconvert bd.
GOLDEN = [
    ("Liaocheng", (115.9854, 36.4560), (115.99108042, 36.45608738), (115.99108033, 36.45608737),
     (115.99108131, 36.45608817), (115.99765378, 36.46179065), (115.99765368, 36.46179064)),
    ("Beijing", (116.404, 39.915), (116.41024460, 39.91640431), (116.41024450, 39.91640428),
     (116.41024309, 39.91640307), (116.41662735, 39.92269958), (116.41662724, 39.92269955)),
    ("Shanghai", (121.4737, 31.2304), (121.47822314, 31.22845770), (121.47822306, 31.22845774),
     (121.47822312, 31.22845763), (121.48478155, 31.23431056), (121.48478147, 31.23431059)),
    ("Urumqi", (87.6168, 43.8256), (87.61965000, 43.82680541), (87.61964995, 43.82680539),
     (87.61967473, 43.82682332), (87.62609982, 43.83294981), (87.62609977, 43.83294979)),
    ("Sanya", (109.5082, 18.2479), (109.51229472, 18.24620751), (109.51229465, 18.24620753),
     (109.51229428, 18.24620717), (109.51884480, 18.25194577), (109.51884473, 18.25194580)),
    ("Mohe", (122.5386, 52.9723), (122.54562874, 52.97381295), (122.54562862, 52.97381292),
     (122.54563629, 52.97381762), (122.55209852, 52.97989889), (122.55209840, 52.97989886)),
    ("Kashgar", (75.9898, 39.4704), (75.99275504, 39.47062703), (75.99275499, 39.47062703),
     (75.99276576, 39.47063549), (75.99926370, 39.47658991), (75.99926365, 39.47658991)),
]  # fmt: skip
# Where a shift can leave the rectangle in which there is one: a place near its edge may have a twin.
INSIDE_LON, INSIDE_LAT = st.floats(72.1, 137.7), st.floats(0.9, 55.7)


def _metres(one: tuple[ArrayLike, ArrayLike], other: tuple[ArrayLike, ArrayLike]) -> float:
    return float(np.max(geodesic_distance(*one, *other)))


@pytest.mark.parametrize(("true", "evil", "xy", "pygcj"), [row[1:5] for row in GOLDEN], ids=[row[0] for row in GOLDEN])
def test_gcj02_agrees_with_three_programs(true: Pair, evil: Pair, xy: Pair, pygcj: Pair) -> None:
    """GCJ-02 is within 2 cm of two programs of the same method, and 3 m of one of another."""
    ours = from_wgs84(*true, "gcj02")
    assert _metres(ours, evil) < 0.02
    assert _metres(ours, xy) < 0.002
    assert _metres(ours, pygcj) < 3


@pytest.mark.parametrize(("true", "evil", "xy"), [(row[1], *row[5:]) for row in GOLDEN], ids=[row[0] for row in GOLDEN])
def test_bd09_agrees_with_two_programs(true: Pair, evil: Pair, xy: Pair) -> None:
    """BD-09 is within 2 cm of two programs."""
    ours = from_wgs84(*true, "bd09")
    assert _metres(ours, evil) < 0.02
    assert _metres(ours, xy) < 0.002


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: row[0])
def test_golden_positions_come_back(row: tuple[str, Pair, Pair, Pair, Pair, Pair, Pair]) -> None:
    """The inverse of a reference program's position is the place itself."""
    _, true, _, gcj, _, _, bd = row
    assert _metres(to_wgs84(*gcj, "gcj02"), true) < 0.002
    assert _metres(to_wgs84(*bd, "bd09"), true) < 0.002


def test_the_shift_in_liaocheng_is_half_a_kilometre() -> None:
    """Taking GCJ-02 for WGS-84 in Liaocheng is an error of 495 to 557 m, in the rectangle around it."""
    lon, lat = np.meshgrid(np.linspace(115.3, 116.5, 40), np.linspace(35.8, 37.0, 40))
    shift = geodesic_distance(lon, lat, *from_wgs84(lon, lat, "gcj02"))
    assert 495 < shift.min() < shift.max() < 557


@given(INSIDE_LON, INSIDE_LAT, st.sampled_from(["wgs84", "cgcs2000", "gcj02", "bd09"]))
def test_there_and_back_moves_nothing(lon: float, lat: float, datum: str) -> None:
    """From WGS-84 to any datum and back ends where it began, within a millimetre."""
    assert _metres(to_wgs84(*from_wgs84(lon, lat, datum), datum), (lon, lat)) < 0.001


@given(INSIDE_LON, INSIDE_LAT, st.sampled_from(["gcj02", "bd09"]))
def test_back_and_there_moves_nothing(lon: float, lat: float, datum: str) -> None:
    """From GCJ-02 or BD-09 to WGS-84 and back ends where it began, within a millimetre."""
    assert _metres(from_wgs84(*to_wgs84(lon, lat, datum), datum), (lon, lat)) < 0.001


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
@pytest.mark.parametrize("place", [(2.35, 48.86), (151.2, -33.87), (-70.0, 42.0), (110.0, 56.0), (180.0, 90.0)])
def test_outside_china_no_datum_differs(place: Pair, datum: str) -> None:
    """Outside the rectangle a position is left alone, both ways."""
    assert _metres(from_wgs84(*place, datum), place) == 0
    assert _metres(to_wgs84(*place, datum), place) == 0


def test_the_rectangle_decides_by_the_true_position() -> None:
    """Just inside the rectangle's edge a place is shifted, just outside it is not."""
    assert _metres(from_wgs84(72.005, 40.0, "gcj02"), (72.005, 40.0)) > 100
    assert _metres(from_wgs84(72.003, 40.0, "gcj02"), (72.003, 40.0)) == 0


def test_arrays_keep_their_shape_their_input_and_their_gaps() -> None:
    """Arrays come back in their shape, NaN stays NaN in both or one, and the input is untouched."""
    lon, lat = np.array([[116.0, np.nan], [116.0, 117.0]]), np.array([[36.0, np.nan], [np.nan, 37.0]])
    before = lon.copy(), lat.copy()
    x, y = to_wgs84(lon, lat, "bd09")
    assert x.shape == (2, 2)
    assert x.dtype == y.dtype == np.float64
    assert np.isnan(y).tolist() == [[False, True], [True, False]]
    assert np.array_equal(lon, before[0], equal_nan=True)
    assert np.array_equal(lat, before[1], equal_nan=True)
    assert not np.shares_memory(to_wgs84(lon, lat, "wgs84")[0], lon)


def test_no_positions_give_no_positions() -> None:
    """Empty arrays come back empty."""
    assert [len(axis) for axis in to_wgs84([], [], "bd09")] == [0, 0]


def test_none_is_a_missing_position() -> None:
    """A None in a list is a position that nobody knows."""
    assert np.isnan(to_wgs84([None, 116.0], [None, 36.0], "gcj02")[0]).tolist() == [True, False]


@pytest.mark.parametrize(
    ("text", "datum"),
    [
        ("WGS84", "wgs84"), ("wgs-84", "wgs84"), ("WGS_84", "wgs84"), (" Wgs 84 ", "wgs84"), ("WGS1984", "wgs84"),
        ("CGCS2000", "cgcs2000"), ("天地图", "cgcs2000"), ("国家2000", "cgcs2000"), ("大地2000", "cgcs2000"),
        ("CGCS 2000", "cgcs2000"), ("2000国家大地坐标系", "cgcs2000"), ("大地2000坐标系", "cgcs2000"),
        ("GCJ-02", "gcj02"), ("gcj_02", "gcj02"), ("高德", "gcj02"), ("腾讯", "gcj02"), ("火星坐标", "gcj02"),
        ("高德坐标系", "gcj02"), ("火星坐标(GCJ-02)", "gcj02"), ("高德/腾讯", "gcj02"),
        ("WGS-84（国家2000）", None), ("高德、百度", None), ("()", None),
        ("BD-09", "bd09"), ("bd09", "bd09"), ("百度", "bd09"), ("百度坐标", "bd09"), ("BD-09坐标系", "bd09"),
        ("", None), ("gcj", "gcj02"), ("beijing54", None), ("西安80", None), ("wgs84 or so", None),
    ],
)  # fmt: skip
def test_datum_names(text: str, datum: str | None) -> None:
    """The names that ledgers use are understood, and what is not understood is refused, not guessed."""
    if datum:
        assert normalise_datum(text) == datum
    else:
        with pytest.raises(UnknownDatum, match="give wgs84"):
            normalise_datum(text)


@pytest.mark.parametrize("function", [to_wgs84, from_wgs84])
def test_unknown_datum_is_refused(function: Callable[..., object]) -> None:
    """No position is given out for a datum that nobody knows."""
    with pytest.raises(UnknownDatum, match="beijing54"):
        function([116.0], [36.0], "beijing54")


@pytest.mark.parametrize(
    ("lon", "lat", "what"),
    [([116.0, 36.0], [36.0, 116.0], "number 1"), ([500_000.0], [4e6], "in metres"), ([np.inf], [0.0], "out of range")],
)
def test_impossible_positions_are_refused(lon: list[float], lat: list[float], what: str) -> None:
    """Swapped axes and plane metres are refused, naming the first bad row."""
    with pytest.raises(BadCoordinates, match=what):
        to_wgs84(lon, lat, "gcj02")


def test_shapes_that_do_not_fit_are_refused() -> None:
    """Three longitudes and two latitudes are no positions."""
    with pytest.raises(BadCoordinates, match="do not fit"):
        to_wgs84([1.0, 2.0, 3.0], [1.0, 2.0], "wgs84")


def test_polygons_move_vertex_by_vertex() -> None:
    """A polygon with a hole keeps its rings, each vertex moved as a position would be; arrays work too."""
    ring = shapely.Polygon(shapely.box(116, 36, 117, 37).exterior, [shapely.box(116.4, 36.4, 116.6, 36.6).exterior])
    moved = to_wgs84_geometry(ring, "gcj02")
    lon, lat = to_wgs84(*shapely.get_coordinates(ring).T, "gcj02")
    assert np.array_equal(shapely.get_coordinates(moved), np.column_stack((lon, lat)))
    assert len(moved.interiors) == 1
    assert to_wgs84_geometry(np.array([ring, None]), "gcj02").tolist() == [moved, None]
