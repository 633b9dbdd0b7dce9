"""Longitudes and latitudes as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.importers.clean.coordinates import Pair, in_order, read_angle, read_pair

LON, LAT = st.floats(73.5, 135.0), st.floats(18.2, 53.5)


def dms(angle: float) -> tuple[int, int, float]:
    """Degrees, minutes, seconds."""
    degrees = int(angle)
    minutes = int((angle - degrees) * 60)
    return degrees, minutes, round((angle - degrees - minutes / 60) * 3600, 6)


def forms(angle: float, before: str, after: str) -> list[str]:
    """Ways to write one angle."""
    d, m, s = dms(angle)
    if s >= 60:
        return []
    return [
        f"{angle!r}", f" {angle!r}° ", f"{before}{angle!r}度", f"{d}°{m}′{s}″", f"{d}度{m}分{s}秒",
        f"{after}{d}°{m}'{s}\"",
        f"{d}°{m}′{s}″{after}", f"{angle!r}".translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    ]  # fmt: skip


@given(LON, LAT)
def test_every_way_to_write_an_angle_means_it(lon: float, lat: float) -> None:
    """Decimal or in minutes and seconds, with units and letters, of any width: within a millimetre."""
    for angle, before, after in ((lon, "东经", "E"), (lat, "北纬", "N")):
        assert read_angle(angle) == (angle, ())
        for form in forms(angle, before, after):
            assert read_angle(form).value == pytest.approx(angle, abs=1e-8), form


@given(LON, LAT)
def test_a_pair_in_one_cell(lon: float, lat: float) -> None:
    """In either order, with any separator, as decimals or in degrees, minutes and seconds."""
    (d, m, s), (e, n, t) = dms(lon), dms(lat)
    cells = [f"{lon!r},{lat!r}", f"{lat!r}，{lon!r}", f"({lon!r}, {lat!r})", f"{lon!r}；{lat!r}",
             f"东经{lon!r} 北纬{lat!r}",
             f"北纬{lat!r}°,东经{lon!r}°", f"经度：{lon!r}，纬度：{lat!r}"]  # fmt: skip
    if s < 60 and t < 60:
        cells += [f"N{e}°{n}′{t}″ E{d}°{m}′{s}″", f"{d}°{m}'{s}\"E,{e}°{n}'{t}\"N"]
    for cell in cells:
        assert read_pair(cell).value == pytest.approx((lon, lat), abs=1e-8), cell


@given(LON, LAT)
def test_swapped_columns_are_mended_with_a_remark(lon: float, lat: float) -> None:
    """In China no longitude can be a latitude, so nothing is guessed; right ones stay without a word."""
    pair, notes = in_order(lat, lon)
    assert pair == Pair(lon, lat)
    assert [(n.code, n.refuses) for n in notes] == [("coordinates_swapped", False)]
    assert in_order(lon, lat) == (Pair(lon, lat), ())


def test_what_could_be_either_is_left_as_it_is() -> None:
    """Outside China the order that was written holds."""
    assert in_order(10.0, 50.0) == (Pair(10.0, 50.0), ())
    assert in_order(60.0, 100.0)[1] == ()


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("39500000", "coordinate_not_degrees"), (4036000.5, "coordinate_not_degrees"),
        ("200", "coordinate_out_of_range"),
        ("115°75′", "coordinate_unreadable"), ("聊城市", "coordinate_unreadable"), ("nan", "coordinate_out_of_range"),
        (float("inf"), "coordinate_out_of_range"), ("115.98,36.45", "coordinate_unreadable"),
        (True, "coordinate_unreadable"),
    ],
)  # fmt: skip
def test_what_is_no_angle_refuses_the_row(cell: object, code: str) -> None:
    """Metres, impossible minutes, words."""
    read = read_angle(cell)
    assert (read.value, [(n.code, n.refuses) for n in read.notes]) == (None, [(code, True)])


@pytest.mark.parametrize("cell", ["115.98", "115.98,36.45,20", "聊城", "36°27′12″", "115.98,36.45附近"])
def test_what_is_no_pair_refuses_the_row(cell: str) -> None:
    """One number, three, or words."""
    assert [(n.code, n.refuses) for n in read_pair(cell).notes] == [("coordinates_unreadable", True)]


def test_blanks_say_nothing() -> None:
    """Neither in one cell nor in two."""
    assert [read_angle(c).value for c in (None, "", "/")] == [read_pair(c).value for c in (None, "", "-")] == [None] * 3
