"""Categories, levels, counties."""

import pytest

from app.importers.clean.places import AMBIGUOUS, CATEGORY_NAMES, read_category, read_level, read_region
from app.importers.clean.text import key
from app.vocabulary import CATEGORIES

REGIONS = {"东昌府区": "371502", "茌平区": "371503", "莘县": "371522", "冠县": "371525", "临清市": "371581",
           "Shenxian County": "371522", "高新区": "371500-gxq", "聊城市": "371500"}  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "category"),
    [("宾馆", "hotel"), ("酒店", "hotel"), ("银行网点", "bank_branch"), ("ATM", "atm"), ("医 院", "hospital"),
     ("餐饮/火锅", "restaurant"),
     ("住宿（酒店）", "hotel"), ("Restaurant", "restaurant"), ("scenic_spot", "scenic_spot"),
     ("外币代兑点", "exchange_agent")],
)  # fmt: skip
def test_a_word_is_a_category(cell: str, category: str) -> None:
    """In either language, the register's own word too."""
    assert read_category("")(cell) == (category, ())


def test_every_name_of_a_category_is_one() -> None:
    """Names, keys and aliases of all categories, none of them in two."""
    every = [(name, word) for word, names in CATEGORY_NAMES.items() for name in names]
    assert {word for _, word in every} == set(CATEGORIES)
    assert len({key(name) for name, _ in every}) == len({(key(name), word) for name, word in every})
    for name, word in [*every, *((c.zh, c.key) for c in CATEGORIES.values())]:
        assert read_category("")(name).value == word, name


def test_what_may_be_two_things_is_settled_by_the_sheet_with_a_remark() -> None:
    """饭店 is a restaurant, in a ledger of lodging a hotel."""
    for word in AMBIGUOUS:
        assert read_category("商户台账")(word).value == "restaurant"
        assert read_category("2024年住宿业台账")(word).value == "hotel"
        assert [(n.code, n.refuses) for n in read_category("")(word).notes] == [("category_ambiguous", False)]


def test_an_unknown_category_refuses_the_row() -> None:
    """And names those that are known."""
    (note,) = read_category("")("汽修").notes
    assert note.refuses
    assert "超市" in note.zh
    assert "supermarket" in note.en
    assert read_category("")("酒店/医院").value is None


@pytest.mark.parametrize(
    ("cell", "level"),
    [("AAA", "3A"), ("3A", "3A"), ("4A级", "4A"), ("国家5A级旅游景区", "5A"), ("三级甲等", "tertiary_a"),
     ("三甲", "tertiary_a"),
     ("五星级", "5_star"), ("5星", "5_star"), ("３Ａ", "3A"), ("二级甲等", "secondary_a"), ("县级示范", "县级示范"),
     ("", None)],
)  # fmt: skip
def test_a_level(cell: str, level: str | None) -> None:
    """Sights, hospitals, hotels; any other word stays."""
    assert read_level(cell).value == level


@pytest.mark.parametrize(
    ("cell", "code"),
    [("东昌府区", "371502"), ("东昌府", "371502"), ("东 昌 府", "371502"), ("茌平县", "371503"), ("莘县", "371522"),
     ("聊城市莘县", "371522"), ("山东省聊城市临清市", "371581"), ("临清", "371581"), (371525, "371525"),
     (371525.0, "371525"),
     ("371503", "371503"), ("shenxian county", "371522"), ("东昌府区古楼街道", "371502"), ("高新区", "371500-gxq"),
     ("聊城市", "371500")],
)  # fmt: skip
def test_a_region_by_name_or_code(cell: object, code: str) -> None:
    """Full or short, with city before or township behind, by number."""
    assert read_region(REGIONS)(cell).value == code


@pytest.mark.parametrize("cell", ["历下区", "济南市", "3715", "区", "县"])
def test_a_region_of_elsewhere_refuses_the_row(cell: str) -> None:
    """And names those of this city."""
    (note,) = read_region(REGIONS)(cell).notes
    assert (note.code, note.refuses) == ("region_unknown", True)
    assert "莘县" in note.zh
