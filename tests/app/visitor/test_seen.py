"""What was seen, in words."""

import pytest

from app.catalog.feature import VenueRow
from app.i18n.catalogs import translations
from app.visitor.listing import venue
from app.visitor.seen import everything_seen, main_capability, position_words, seen
from app.vocabulary import CATEGORIES
from small_visit import TODAY, place, register_of, seen_at


def told(row: VenueRow, capability: str = "foreign_card", lang: str = "en"):
    """What the page says of a venue's capability."""
    properties = venue(register_of([row]).catalog, row.id)
    return seen(properties, capability, lang, translations(lang), TODAY)


def test_working_scheme_is_named_with_age_and_source():
    """A scheme that worked is told as an event, not as a property."""
    row = place("甲", **seen_at("yes", 12, visa="yes", jcb="no"))
    assert told(row).text == "Visa seen working 12 days ago (inspection)"
    assert told(row, lang="zh").text == "12 天前核实可用：Visa（巡检）"


def test_refused_scheme_is_an_aspect():
    """A scheme that was refused does not speak for the others, and is told beside them."""
    aspects = told(place("甲", **seen_at("yes", 12, visa="yes", jcb="no"))).aspects
    assert {(a.title, a.word) for a in aspects} == {("Visa", "worked"), ("JCB", "refused")}


def test_nothing_observed_is_not_known_yet():
    """No observation is unknown, never no."""
    blank = told(place("甲"))
    assert (blank.status, blank.text, blank.observed_at) == ("unknown", "not known yet", None)


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "today"), (1, "1 day ago"), (59, "59 days ago"), (60, "2 months ago"), (425, "14 months ago"),
     (800, "2 years ago")],
)  # fmt: skip
def test_age(days: int, words: str):
    """Days up to two months, then months, then years."""
    assert told(place("甲", **seen_at("yes", days))).text == f"takes foreign cards, seen {words} (inspection)"


def test_old_observation_keeps_its_value_and_is_stale():
    """After a year a status is still told, marked as old."""
    old = told(place("甲", **seen_at("yes", 366)))
    assert (old.status, old.stale) == ("yes", True)
    assert not told(place("甲", **seen_at("yes", 365))).stale


@pytest.mark.parametrize(
    ("quality", "error", "words"),
    [(None, None, "position not known"), ("approximate", 1500.0, "position approximate, ±1,500 m"),
     ("approximate", None, "position approximate"), ("surveyed", None, None), ("sourced", 30.0, None)],
)  # fmt: skip
def test_position(quality: str | None, error: float | None, words: str | None):
    """A position that cannot be trusted says so."""
    properties = {"location_quality": quality, "location_error_m": error}
    assert words == position_words(properties, translations("en"))


def test_all_relevant_capabilities_are_told():
    """A bank branch is not asked whether it takes cards, but whether it changes money."""
    row = place("银行", "bank_branch")
    properties = venue(register_of([row]).catalog, row.id)
    told_of = {s.capability for s in everything_seen(properties, "en", translations("en"), TODAY)}
    assert "currency_exchange" in told_of
    assert "foreign_card" not in told_of


@pytest.mark.parametrize("category", CATEGORIES)
def test_each_category_has_a_main_capability(category: str):
    """A row always has something to speak of."""
    assert main_capability(category)
