"""What the simulated town life looks like: placed right, incomplete, contradictory, uneven."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.catalog.town import people_by_county
from app.cli.coverage import figures_of
from app.demo.mix import shared
from app.demo.visits import quarter_ends
from app.register.statements import Statement, check
from app.settings import Settings
from app.tables import (
    CapabilitySummary,
    ChangePackCount,
    CurrentStatus,
    Decision,
    Institution,
    KeyListEntry,
    KeyListVersion,
    Licence,
    Observation,
    Venue,
)
from app.vocabulary import CAPABILITIES, CATEGORIES

TODAY = date(2026, 11, 24)
MADE = Venue.external_id.like("SIM-%")
COMMERCIAL = (Institution.kind == "bank") & (Institution.bank_class != "policy")


@given(st.integers(0, 5000), st.lists(st.floats(0.01, 100), min_size=1, max_size=20))
def test_shares_are_whole_and_add_up(total: int, weights: list[float]) -> None:
    """Each share is its exact part rounded up or down, and nothing is lost."""
    got = shared(total, weights)
    assert got.sum() == total
    exact = [total * w / sum(weights) for w in weights]
    assert all(abs(g - e) < 1 + 1e-6 for g, e in zip(got, exact, strict=True))


@given(st.dates(date(2001, 1, 1), date(2100, 1, 1)))
def test_a_ledger_is_dated_by_the_end_of_the_quarter_before(day: date) -> None:
    """The day found ends a quarter, lies before the day given, and no later quarter's end does."""
    end = date.fromordinal(int(quarter_ends(pd.Series([day.toordinal()]).to_numpy())[0]))
    after = end + timedelta(days=1)
    assert after.day == 1
    assert after.month in {1, 4, 7, 10}
    assert end < day <= end + timedelta(days=92)


def test_every_simulated_venue_lies_inside_its_county(simulated: Session, borders: dict[str, shapely.Geometry]) -> None:
    """No scatter crosses a county's border."""
    for region, point in simulated.execute(select(Venue.region, Venue.geometry).where(MADE)):
        assert point is None or shapely.contains_properly(borders[region], point)


def test_counties_get_venues_by_their_people(simulated: Session) -> None:
    """A county's share of the venues is its share of the people, to one venue."""
    people = people_by_county(simulated)
    counted = Counter(simulated.scalars(select(Venue.region).where(MADE)))
    for county, share in (people / people.sum()).items():
        assert abs(counted[str(county)] - 1200 * share) <= 1


def test_every_class_of_venue_is_there_and_restaurants_lead(simulated: Session) -> None:
    """All classes of the vocabulary occur, restaurants most often."""
    counted = Counter(simulated.scalars(select(Venue.category).where(MADE)))
    assert set(counted) == set(CATEGORIES)
    assert counted.most_common(1)[0][0] == "restaurant"


def test_venues_bunch_in_towns(simulated: Session) -> None:
    """The typical distance to the nearest other venue is far below that of an even spread (1.3 km)."""
    points = simulated.scalars(select(Venue.geometry).where(MADE, Venue.geometry.is_not(None))).all()
    tree = shapely.STRtree(points)
    gap = [
        min(points[i].distance(points[j]) for j in tree.query(points[i].buffer(0.2)) if i != j)
        for i in range(0, len(points), 10)
    ]
    assert pd.Series(gap).median() * 100 < 0.7


def test_some_places_are_rough_and_some_unknown(simulated: Session) -> None:
    """An approximate place has an error, a precise one has none, and a few have no place at all."""
    found = simulated.execute(select(Venue.location_quality, Venue.location_error_m).where(MADE)).all()
    assert all((quality == "approximate") == (error is not None) for quality, error in found)
    assert {quality for quality, _ in found} == {"surveyed", "sourced", "approximate", None}


def test_places_are_missing_from_poor_ledgers_only(simulated: Session) -> None:
    """Where nobody kept the ledger well some venues have no place; elsewhere all have one."""
    nowhere = set(simulated.scalars(select(Venue.region).where(MADE, Venue.geometry.is_(None))))
    assert len(nowhere) == 2


@pytest.mark.parametrize("capability", ["foreign_card", "cash", "currency_exchange", "foreign_card_atm"])
def test_confirmed_and_possible_gaps_are_told_apart(world: Settings, capability: str) -> None:
    """Of the main capabilities the map shows holes that are sure, and others that only an inspection can tell."""
    figures, _town = figures_of(world, {"capability": capability, "as_of": TODAY.isoformat()})
    assert set(figures.gaps["certainty"]) == {"confirmed", "possible"}


def test_some_counties_are_inspected_and_some_hardly_known(world: Settings) -> None:
    """The town is on its way: well known here, under half known there, and nowhere all in order."""
    figures, _town = figures_of(world, {"capability": "foreign_card", "as_of": TODAY.isoformat()})
    known = figures.counties["known_share"]
    assert (known < 0.5).sum() == 2
    assert (known > 0.8).sum() >= 2
    assert figures.counties["low"].max() < 0.75


def test_hours_are_mostly_given_sometimes_unreadable(simulated: Session) -> None:
    """About four in five have hours; some are in words, some round the clock, some know holidays."""
    texts = simulated.scalars(select(Venue.opening_hours).where(MADE)).all()
    given_ = [t for t in texts if t is not None]
    assert 0.75 < len(given_) / len(texts) < 0.85
    assert "24/7" in given_
    assert any("PH" in t for t in given_)
    assert any(not t.isascii() for t in given_)


def test_venues_open_and_close(simulated: Session) -> None:
    """Some opened or closed in the period, none before it opened or after today."""
    lives = simulated.execute(select(Venue.opened_on, Venue.closed_on).where(MADE)).all()
    assert any(opened for opened, _ in lives)
    assert any(closed for _, closed in lives)
    assert all(closed is None or ((opened or date.min) < closed <= TODAY) for opened, closed in lives)


def test_cash_machines_and_branches_are_run_by_commercial_banks(simulated: Session) -> None:
    """Whoever runs one is a bank of the register, never the policy bank."""
    query = select(Venue.institution).where(MADE, Venue.category.in_(["atm", "bank_branch"]))
    classes = select(Institution.bank_class).where(Institution.code.in_(query))
    assert set(simulated.scalars(classes)) >= {"national_commercial", "city_commercial"}
    assert "policy" not in set(simulated.scalars(classes))


def test_every_statement_is_one_that_the_register_would_take(simulated: Session) -> None:
    """Words and days pass the register's own check, and the question makes sense for the class."""
    query = select(Observation, Venue.category).join(Venue, Venue.id == Observation.venue_id)
    for said, category in simulated.execute(query):
        fields = {name: getattr(said, name) for name in Statement.__dataclass_fields__}
        check(Statement(**fields), said.id)
        assert category in CAPABILITIES[said.capability].categories
        assert said.observed_at < TODAY
        assert said.observed_at <= said.recorded_at.date() < TODAY


def test_all_statuses_occur_and_many_questions_were_never_asked(simulated: Session) -> None:
    """For card, cash and phone together: yes, limited, no, and about a quarter never observed."""
    core = ["foreign_card", "cash", "mobile_pay"]
    sums = simulated.scalars(select(CapabilitySummary.status).where(CapabilitySummary.capability.in_(core))).all()
    assert {"yes", "limited", "no"} <= set(sums)
    classes = simulated.scalars(select(Venue.category)).all()
    questions = sum(c in CAPABILITIES[key].categories for c in classes for key in core)
    assert 0.15 < 1 - len(sums) / questions < 0.4


def test_some_knowledge_is_stale(simulated: Session) -> None:
    """Of what holds, a good part is more than a year old, and not most of it."""
    days = simulated.scalars(
        select(Observation.observed_at).join(CurrentStatus, CurrentStatus.observation_id == Observation.id)
    ).all()
    old = sum((TODAY - day).days > 365 for day in days) / len(days)
    assert 0.08 < old < 0.35


def test_sources_contradict_each_other(simulated: Session) -> None:
    """There are questions answered yes by one source and soon after no by another."""
    first, later = aliased(Observation), aliased(Observation)
    query = select(func.count()).select_from(first).join(
        later,
        (first.venue_id == later.venue_id) & (first.capability == later.capability)
        & (first.source_kind != later.source_kind) & (first.status == "yes") & (later.status == "no")
        & (first.observed_at < later.observed_at) & (later.source_kind != "visitor_report"),
    )  # fmt: skip
    assert (simulated.scalar(query) or 0) > 5


def test_reports_wait_for_review_and_some_are_decided(simulated: Session) -> None:
    """A visitor's report counts only once accepted; most have no decision yet; all else was accepted."""
    query = (
        select(Observation.source_kind, Decision.outcome)
        .outerjoin(Decision, Decision.observation_id == Observation.id)
        .where(Observation.withdraws.is_(None))
    )
    outcomes = Counter(simulated.execute(query))
    assert outcomes["visitor_report", None] > outcomes["visitor_report", "accepted"]
    assert {outcome for kind, outcome in outcomes if kind != "visitor_report"} == {"accepted"}


def test_some_statements_were_taken_back(simulated: Session) -> None:
    """A withdrawal comes after what it takes back, and that no longer holds."""
    pairs = simulated.execute(select(Observation.id, Observation.withdraws)).all()
    taken = {target: number for number, target in pairs if target is not None}
    assert taken
    assert all(number > target for target, number in taken.items())
    in_force = set(simulated.scalars(select(CurrentStatus.observation_id)))
    assert not in_force & set(taken)


@pytest.mark.parametrize("capability", ["foreign_card", "foreign_card_atm"])
def test_the_densest_county_is_served_better_than_the_thinnest(simulated: Session, capability: str) -> None:
    """Where people live close together more of what was seen works."""

    def share(county: str) -> float:
        query = (
            select(CapabilitySummary.status)
            .join(Venue, Venue.id == CapabilitySummary.venue_id)
            .where(Venue.region == county, CapabilitySummary.capability == capability)
        )
        counted = Counter(simulated.scalars(query))
        return counted["yes"] / counted.total()

    assert share("371502") > share("371524") + 0.1


def test_schemes_wallets_and_currencies_are_told_apart(simulated: Session) -> None:
    """Every capability that has aspects has statements on several of them."""
    said = {(c, a) for c, a in simulated.execute(select(Observation.capability, Observation.aspect)) if a}
    for capability in ("foreign_card", "mobile_pay", "foreign_card_atm", "currency_exchange"):
        assert len({aspect for c, aspect in said if c == capability}) >= 4


def test_the_merchant_list_has_two_confirmed_versions(simulated: Session) -> None:
    """The newer one differs, gives reasons, and calls some merchants large."""
    versions = simulated.scalars(select(KeyListVersion).order_by(KeyListVersion.number)).all()
    assert all(v.list_code == "key_merchants" and v.confirmed_at for v in versions)
    entries = [simulated.scalars(select(KeyListEntry).where(KeyListEntry.version_id == v.id)).all() for v in versions]
    older, newer = ({e.venue_id for e in own} for own in entries)
    assert older - newer
    assert newer - older
    assert any(e.large for e in entries[1])
    assert any(e.reason for e in entries[1])


def test_licences_are_known_for_some_branches_only(simulated: Session) -> None:
    """Held, not held and unknown all occur, and only branches have one."""
    held = dict(simulated.execute(select(Licence.venue_id, Licence.held)).all())
    branches = set(simulated.scalars(select(Venue.id).where(MADE, Venue.category == "bank_branch")))
    assert set(held) < branches
    assert set(held.values()) == {True, False}


def test_change_packs_are_counted_by_bank_and_month(simulated: Session) -> None:
    """Every commercial bank reports each month since the counting start, none of them before."""
    found = simulated.execute(select(ChangePackCount.institution, ChangePackCount.month)).all()
    months = sorted({month for _, month in found})
    assert months[0] == date(2024, 7, 1)
    assert months[-1] == date(2026, 11, 1)
    assert all((later - earlier).days <= 31 for earlier, later in pairwise(months))
    assert {bank for bank, _ in found} == set(simulated.scalars(select(Institution.code).where(COMMERCIAL)))
