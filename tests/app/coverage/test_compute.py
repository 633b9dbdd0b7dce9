"""Figures of a capability, checked by hand on a town of two counties."""

import pytest

from app.coverage.compute import coverage_of
from app.policy import Policy
from coverage_town import CITY, EAST, WEST, ZONE, Maker, ground, venue


def test_limited_is_not_met_and_unknown_widens(town: Maker) -> None:
    """Low is yes over all; high counts every unknown as yes; limited and no count in neither."""
    made = town(
        venue(116.05, foreign_card="yes"),
        venue(116.06, foreign_card="limited"),
        venue(116.07, foreign_card="no"),
        venue(116.08),
    )
    found = coverage_of(made, ground(made), "foreign_card", CITY).overall
    assert (found["total"], found["low"], found["high"], found["known_share"]) == (4, 0.25, 0.5, 0.75)


def test_a_class_is_told_by_county_with_its_lead(town: Maker) -> None:
    """Each category and county has a row of its own, with the department that leads its class."""
    made = town(venue(116.05), venue(116.15, region=EAST), venue(116.15, region=EAST, category="mall"))
    classes = coverage_of(made, ground(made), "foreign_card", CITY).classes
    told = {(row["category"], row["region"]): (row["lead"], row["total"]) for row in classes.to_dict("records")}
    assert told == {("hotel", WEST): ("W", 1), ("hotel", EAST): ("W", 1), ("mall", EAST): ("C", 1)}


def test_venues_that_cannot_be_asked_do_not_count(town: Maker) -> None:
    """An ATM takes no cards for payment, so it is no part of the denominator."""
    made = town(venue(116.05), venue(116.05, category="atm"))
    assert coverage_of(made, ground(made), "foreign_card", CITY).overall["total"] == 1


def test_an_incomplete_list_has_counts_and_no_shares(town: Maker) -> None:
    """Where the list may lack places there is no denominator, so no share, and no confirmed gap."""
    made = town(venue(116.05, foreign_card="no"))
    found = coverage_of(made, ground(made, complete=frozenset()), "foreign_card", CITY)
    assert (found.overall["total"], found.overall["low"], found.list_complete) == (1, None, False)
    assert found.classes["low"].isna().all()
    assert found.counties["high"].isna().all()
    assert set(found.gaps["certainty"]) == {"possible"}


def test_a_county_without_venues_is_told_as_none(town: Maker) -> None:
    """0 of 0 has no percentage."""
    made = town(venue(116.05))
    row = coverage_of(made, ground(made), "foreign_card", CITY).counties.loc[EAST]
    assert (row["total"], row["low"] == row["low"]) == (0, False)


@pytest.mark.parametrize(("region", "total"), [(CITY, 3), (WEST, 2), (EAST, 1), (ZONE, 1)])
def test_a_region_counts_its_own(town: Maker, region: str, total: int) -> None:
    """A county counts its venues, a zone those that say so, the city all."""
    made = town(venue(116.05), venue(116.06, zone=ZONE), venue(116.15, region=EAST))
    assert coverage_of(made, ground(made), "foreign_card", region).overall["total"] == total


@pytest.mark.parametrize(
    ("statuses", "together"),
    [
        (("yes", "yes", "yes"), "yes"),
        (("yes", "yes", "unknown"), "unknown"),
        (("yes", "limited", "unknown"), "limited"),
        (("no", "limited", "unknown"), "no"),
    ],
)
def test_all_three_needs_each_channel(town: Maker, statuses: tuple[str, str, str], together: str) -> None:
    """A place with all three channels has each of them; one refusal settles it."""
    made = town(venue(116.05, **dict(zip(("foreign_card", "cash", "mobile_pay"), statuses, strict=True))))
    row = coverage_of(made, ground(made), "foreign_card", CITY).all_three.iloc[0]
    assert (row["total"], row[together]) == (1, 1)


def test_people_are_reached_by_what_is_known_and_by_what_is_possible(town: Maker) -> None:
    """Distances are given to places that are known to serve, and to those that might."""
    made = town(venue(116.05, foreign_card="yes"), venue(116.15, region=EAST))
    found = coverage_of(made, ground(made), "foreign_card", CITY)
    assert 0 < found.reach["within"]["5000"] < found.reach_possible["within"]["5000"]
    assert found.reach["mean_m"] > found.reach_possible["mean_m"]
    assert found.reach["people"] == 400


def test_without_a_known_place_nobody_is_reached(town: Maker) -> None:
    """No place known to serve: the shares are 0 and the distances are not known."""
    made = town(venue(116.05))
    found = coverage_of(made, ground(made), "foreign_card", CITY).reach
    assert (found["within"]["5000"], found["beyond_10km"], found["mean_m"], found["p50_m"]) == (0, 1, None, None)


def test_rough_positions_are_left_out_of_distances_and_counted(town: Maker) -> None:
    """A place that may be 501 m off serves no distance; one 500 m off does; one without a position is counted."""
    rough, firm = venue(116.05, foreign_card="yes", location_error_m=501.0), venue(116.05, location_error_m=500.0)
    made = town(rough, firm, venue(None))
    found = coverage_of(made, ground(made), "foreign_card", CITY)
    assert (found.left_out, found.unlocated, found.reach["mean_m"]) == (1, 1, None)
    assert found.reach_possible["mean_m"] is not None


def test_a_gap_is_confirmed_only_when_nothing_unknown_could_fill_it(town: Maker) -> None:
    """The east is beyond every known or possible place; with an unlocated place there it becomes possible."""
    serving = venue(116.01, foreign_card="yes")
    sure = town(serving)
    unsure = town(serving, venue(None, region=EAST))
    refused = town(serving, venue(None, region=EAST, foreign_card="no"))
    certainty = [
        set(coverage_of(made, ground(made), "foreign_card", EAST).gaps["certainty"]) for made in (sure, unsure, refused)
    ]
    assert certainty == [{"confirmed"}, {"possible"}, {"confirmed"}]


def test_a_rough_place_may_fill_the_gap_around_it(town: Maker) -> None:
    """Around a roughly placed unknown nothing is confirmed, as far as its error and the standard reach."""
    made = town(venue(116.01, foreign_card="yes"), venue(116.19, region=EAST, location_error_m=900.0))
    gaps = coverage_of(made, ground(made), "foreign_card", EAST).gaps
    assert set(gaps["certainty"]) == {"confirmed", "possible"}


def test_a_gap_says_who_answers_for_it(town: Maker) -> None:
    """Ground without a place belongs to the department that the policy names for the capability."""
    made = town(venue(116.01, foreign_card="yes"))
    assert set(coverage_of(made, ground(made), "foreign_card", CITY).gaps["department"]) == {"P"}


def test_without_a_standard_there_is_no_gap(town: Maker) -> None:
    """A distance that no document lends is not made up."""
    made = town(venue(116.01))
    assert coverage_of(made, ground(made, Policy()), "foreign_card", CITY).gaps.empty


def test_people_are_said_to_be_spread_evenly(town: Maker) -> None:
    """The source of the people says that they were spread evenly."""
    made = town(venue(116.01))
    source = str(coverage_of(made, ground(made), "foreign_card", CITY).reach["population_source"])
    assert source.startswith("a census; spread evenly")
