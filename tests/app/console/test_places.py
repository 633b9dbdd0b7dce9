"""Positions as people give them."""

import pytest
import shapely

from app.console.places import Border, check_county, county_at, parted, read_position
from app.errors import BadFields
from geo.datum import from_wgs84

HERE, BESIDE = (
    Border("here", shapely.box(115.9, 36.4, 116.1, 36.6)),
    Border("beside", shapely.box(116.1, 36.4, 116.3, 36.6)),
)
GIVEN = {"lon": "115.99", "lat": "36.45", "datum": "wgs84", "location_quality": "surveyed", "location_error_m": ""}


@pytest.mark.parametrize("datum", ["gcj02", "BD-09", "高德"])
def test_typed_numbers_are_put_into_wgs84(datum: str) -> None:
    """What came is kept with its datum; the position is where the numbers mean it to be."""
    lon, lat = (float(x[0]) for x in from_wgs84([115.99], [36.45], datum))
    made = read_position({**GIVEN, "lon": lon, "lat": lat, "datum": datum})
    assert (made["original_lon"], made["original_lat"]) == (lon, lat)
    assert made["geometry"].distance(shapely.Point(115.99, 36.45)) < 1e-6


def test_no_numbers_are_no_position() -> None:
    """Empty fields take the position out, whatever else is chosen."""
    assert set(read_position({**GIVEN, "lon": " ", "lat": None}).values()) == {None}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("lon", ""),
        ("lat", "３６"),
        ("lat", "115.99"),
        ("lon", "1e999"),
        ("datum", ""),
        ("datum", "mercator"),
        ("location_quality", ""),
        ("location_error_m", "-1"),
        ("location_error_m", "far"),
    ],
)
def test_each_field_is_refused_by_name(field: str, value: str) -> None:
    """The field that is wrong is the field that is named."""
    with pytest.raises(BadFields) as refused:
        read_position({**GIVEN, field: value})
    assert list(refused.value.faults) == [field]


def test_approximate_needs_its_error() -> None:
    """Nobody can use an approximate place without knowing how far off it may be."""
    with pytest.raises(BadFields) as refused:
        read_position({**GIVEN, "location_quality": "approximate"})
    assert "location_error_m" in refused.value.faults


def test_a_position_in_its_county_is_not_asked_about() -> None:
    """Inside, on the border, within its own error of it, or where the county has no border: taken."""
    for point, error in (
        (shapely.Point(116, 36.5), None),
        (shapely.Point(116.101, 36.5), 50.0),
        (shapely.Point(116.2, 36.5), 20_000.0),
    ):
        assert check_county(point, error, "here", [HERE, BESIDE], "") == "here"
    assert check_county(shapely.Point(0, 0), None, "zone", [HERE], "") == "zone"


def test_a_position_elsewhere_asks() -> None:
    """The fault says where the pin is; the answer moves the county or keeps it."""
    point = shapely.Point(116.2, 36.5)
    with pytest.raises(BadFields) as refused:
        check_county(point, None, "here", [HERE, BESIDE], "")
    assert refused.value.faults["outside"].facts == {"where": "beside", "chosen": "here"}
    assert check_county(point, None, "here", [HERE, BESIDE], "move") == "beside"
    assert check_county(point, None, "here", [HERE, BESIDE], "keep") == "here"


def test_a_position_outside_all_cannot_move_the_county() -> None:
    """Outside the city there is no county to move to; it can only be kept."""
    point = shapely.Point(100, 30)
    assert county_at(point, [HERE, BESIDE]) is None
    with pytest.raises(BadFields):
        check_county(point, None, "here", [HERE, BESIDE], "move")
    assert check_county(point, None, "here", [HERE, BESIDE], "keep") == "here"


def test_a_joined_position_comes_apart() -> None:
    """One field of a choice between two positions holds all of one; a short one leaves the rest empty."""
    assert parted("1;2;gcj02;sourced;5") == {
        "lon": "1",
        "lat": "2",
        "datum": "gcj02",
        "location_quality": "sourced",
        "location_error_m": "5",
    }
    assert parted("1")["datum"] == ""
