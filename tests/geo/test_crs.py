"""Planes are chosen by longitude, and distances are those of the ellipsoid."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.crs import geodesic_distance, zone_crs
from geo.errors import BadCoordinates


@pytest.mark.parametrize(
    ("lon", "epsg"),
    [
        (73.5, 4534), (75, 4534), (116.0, 4548), (117, 4548), (118.49, 4548), (118.5, 4549), (115.51, 4548),
        (115.49, 4547), (135, 4554), (136.5, 4554),
    ],
)  # fmt: skip
def test_zone_by_longitude(lon: float, epsg: int) -> None:
    """The zone whose meridian is nearest is taken, up to the last one on either side."""
    assert zone_crs(lon).to_epsg() == epsg


@given(st.floats(73.5, 136.5))
def test_zone_meridian_is_within_a_degree_and_a_half(lon: float) -> None:
    """Whatever the longitude, the plane's own meridian is at most 1.5 degrees away, and its unit the metre."""
    crs = zone_crs(lon)
    meridian = next(p.value for p in crs.coordinate_operation.params if p.name == "Longitude of natural origin")
    assert abs(meridian - lon) <= 1.5
    assert crs.axis_info[0].unit_name == "metre"


@pytest.mark.parametrize("lon", [73.49, 136.51, -117.0, float("nan")])
def test_no_zone_elsewhere(lon: float) -> None:
    """Outside the zones there is no plane, and none is made up."""
    with pytest.raises(BadCoordinates, match="outside"):
        zone_crs(lon)


def test_a_quarter_of_the_meridian() -> None:
    """From the equator to the pole it is 10 001 965.729 m, the published quarter meridian of WGS-84."""
    assert geodesic_distance(116, 0, 116, 90) == pytest.approx(10_001_965.729, abs=0.001)


def test_distances_broadcast_and_leave_unknown_unknown() -> None:
    """One place against many gives one distance each, NaN where a place is not known."""
    metres = geodesic_distance(116.0, 36.0, [116.0, np.nan, 116.0], [36.0, 36.0, 36.01])
    assert metres[0] == 0
    assert np.isnan(metres[1])
    assert metres[2] == pytest.approx(1109.6, abs=0.5)
