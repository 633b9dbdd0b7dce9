"""Attributes as forms and bodies write them."""

from datetime import date

import pytest

from app.console.attributes import ATTRIBUTES, check_days, read
from app.errors import BadFields
from app.tables import Venue

CHOICES = {"region": ["371502"], "zone": [], "institution": ["boc"]}


def test_values_are_read_as_the_register_holds_them() -> None:
    """Text without edges and line breaks, days, yes and no, words of a choice; nothing is null."""
    said = {
        "name_zh": " 甲\n酒店 ",
        "opened_on": "2026-01-02",
        "serves_public": "no",
        "region": "371502",
        "notes": "a\nb",
        "phone": "",
    }
    assert read(said, CHOICES) == {
        "name_zh": "甲 酒店", "opened_on": date(2026, 1, 2), "serves_public": False, "region": "371502",
        "notes": "a\nb", "phone": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name_zh", " "),
        ("name_zh", "甲" * 201),
        ("name_en", "a\x00b"),
        ("address_zh", "\ud800"),
        ("category", "castle"),
        ("region", "110000"),
        ("opened_on", "2026-02-30"),
        ("serves_public", "perhaps"),
        ("phone", 123),
        ("geometry", "POINT(0 0)"),
        ("version", "7"),
        ("deleted_at", None),
    ],
)
def test_each_attribute_is_refused_by_name(name: str, value: object) -> None:
    """The attribute that is wrong is the one that is named, also where it is none that can be set."""
    with pytest.raises(BadFields) as refused:
        read({name: value}, CHOICES)
    assert list(refused.value.faults) == [name]


def test_all_faults_are_told_at_once() -> None:
    """Nobody mends a form field by field."""
    with pytest.raises(BadFields) as refused:
        read({"name_zh": "", "category": "?", "closed_on": "soon"}, CHOICES)
    assert set(refused.value.faults) == {"name_zh", "category", "closed_on"}


def test_lengths_are_those_of_the_columns() -> None:
    """What the form takes, both databases hold."""
    columns = Venue.__table__.c
    for a in ATTRIBUTES.values():
        length = getattr(columns[a.name].type, "length", None)
        assert not a.longest or a.longest == length, a.name
        assert a.kind in {"choice", "day", "yes_no"} or a.longest, a.name


def test_a_place_closes_after_it_opened() -> None:
    """The other way round is refused at the day of closing."""
    check_days(date(2026, 1, 1), date(2026, 1, 1))
    with pytest.raises(BadFields) as refused:
        check_days(date(2026, 1, 2), date(2026, 1, 1))
    assert list(refused.value.faults) == ["closed_on"]
