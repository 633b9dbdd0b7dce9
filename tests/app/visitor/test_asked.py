"""A page's parameters: the known ones are read, everything else counts as not asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.visitor.asked import MOST_ROWS, ROWS, Asked, asked

REGIONS = ("371502",)


def test_known_parameters_are_read():
    """Each filter of the page is taken from the query."""
    query = {"q": " 大  酒店 ", "capability": "cash", "category": "hotel", "region": "371502", "status": "no"}
    assert asked(query, REGIONS) == Asked("大 酒店", "cash", None, "hotel", "371502", "no")


@pytest.mark.parametrize(
    "query",
    [
        {"utm_source": "wechat", "from": "singlemessage"},
        {"capability": "teleport", "category": "", "region": "110000", "limit": "many"},
        {"status": "yes"},
        {"q": "\x00\x1b \t"},
        {"limit": "-5"},
    ],
)
def test_what_cannot_be_read_counts_as_not_asked(query: dict[str, str]):
    """Unknown names, unknown words and a status without a capability fall back to the whole list."""
    assert asked(query, REGIONS) == Asked()


@given(st.text())
def test_limit_stays_in_bounds(text: str):
    """Whatever is written as a limit, a page has between 20 and 500 rows."""
    assert ROWS <= asked({"limit": text}, REGIONS).limit <= MOST_ROWS


def test_choosing_a_scene_forgets_the_category():
    """A category of another scene would leave nothing to show."""
    assert Asked(scene="medical") == Asked(category="hotel").but(scene="medical")


def test_dropping_the_capability_drops_its_status():
    """A status means nothing without the capability that it is about."""
    assert Asked() == Asked(capability="cash", status="no").but(capability=None)
