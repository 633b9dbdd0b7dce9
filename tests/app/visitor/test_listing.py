"""Which venues the list shows, in which order."""

from app.visitor.asked import Asked
from app.visitor.listing import Listing, anything_observed, known_of, listing, outlets_by_county, places, venue
from small_visit import key, place, register_of, seen_at

VENUES = (
    place("不受理酒店", **seen_at("no", 3)),
    place("待核实酒店"),
    place("部分受理商场", "mall", **seen_at("limited", 3)),
    place("受理酒店", **seen_at("yes", 3)),
    place("旧受理酒店", **seen_at("yes", 800)),
    place("银行甲", "bank_branch", region="371521"),
)


def names(found: Listing):
    """The names of the rows, top to bottom."""
    return [row["name_zh"] for row in found.rows]


def test_best_known_first_and_unknown_kept():
    """Asked for card payment: what was seen working, fresh before stale, then limits, unknown, refused."""
    found = listing(register_of(VENUES).catalog, Asked(capability="foreign_card"))
    assert names(found) == ["受理酒店", "旧受理酒店", "部分受理商场", "待核实酒店", "不受理酒店"]
    assert dict(found.by_status) == {"yes": 2, "limited": 1, "unknown": 1, "no": 1}


def test_capability_is_asked_only_of_the_classes_it_concerns():
    """A bank branch is not an unknown place to pay by card."""
    found = listing(register_of(VENUES).catalog, Asked(capability="foreign_card"))
    assert "银行甲" not in names(found)


def test_status_narrows_the_list_but_not_the_counts():
    """With a status chosen, the other statuses keep their number to be chosen next."""
    found = listing(register_of(VENUES).catalog, Asked(capability="foreign_card", status="no"))
    assert names(found) == ["不受理酒店"]
    assert found.matched == 1
    assert found.by_status["yes"] == 2


def test_no_class_left_is_an_empty_list():
    """Cash machines are not asked about payment by card: nothing is found, and nothing breaks."""
    found = listing(register_of(VENUES).catalog, Asked(capability="foreign_card", category="atm"))
    assert (found.matched, found.rows) == (0, ())


def test_everything_is_listed_when_nothing_is_asked():
    """Every open venue is in the list, the banks' own points last."""
    found = listing(register_of(VENUES).catalog, Asked())
    assert len(VENUES) == found.matched == len(found.rows)
    assert names(found)[-1] == "银行甲"


def test_limit_cuts_in_the_readers_order():
    """The first twenty of many are the first of the whole order, not of the index's."""
    many = [place(f"酒店{n:03}") for n in range(90)] + [place("终于受理", **seen_at("yes", 1))]
    found = listing(register_of(many).catalog, Asked(capability="foreign_card"))
    assert names(found) == ["终于受理", *(f"酒店{n:03}" for n in range(19))]
    assert found.matched == 91


def test_places_of_the_key_lists_lead_the_unknown():
    """Among places of which nothing is known, those that the notice names come first."""
    found = listing(register_of([place("甲"), place("乙", key_lists=("venues",))]).catalog, Asked())
    assert names(found) == ["乙", "甲"]


def test_counts():
    """Something is known of four of five places; each county has its outlets; a blank register has nothing."""
    index = register_of(VENUES).catalog
    assert known_of(index, "foreign_card") == (4, 5)
    assert outlets_by_county(index, ["371502", "371521"]) == {"371521": 1}
    assert anything_observed(index)
    assert not anything_observed(register_of([place("甲")]).catalog)


def test_one_venue():
    """A venue is found by its id; an id that never was gives nothing."""
    index = register_of(VENUES).catalog
    assert venue(index, key("受理酒店"))["capabilities"]["foreign_card"]["status"] == "yes"
    assert venue(index, key("没有")) is None
    assert venue(index, "not-an-id") is None


def test_names_of_places():
    """The city comes first, then its counties, by code."""
    assert list(places(register_of([]))) == ["371500", "371502", "371521"]
