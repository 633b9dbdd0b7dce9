"""Two names are as alike as a person who knows the town would say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.importers.name_words import name_words
from app.settings import ROOT
from geo.likeness import Likeness, likeness
from geo.names import parse

WORDS = name_words(ROOT / "data", ("聊城市", "东昌府区", "临清市", "莘县"))
NAMES = (
    "肯德基",
    "振华",
    "店",
    "支行",
    "第二",
    "聊城",
    "(",
    ")",
    "东",
    "烤鱼",
    "酒店",
    "老王",
    "人民医院",
    "工行",
    "A",
    "3",
)


def told(one: str, other: str) -> Likeness:
    """How alike two names are."""
    return likeness(parse(one, WORDS), parse(other, WORDS), WORDS)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("肯德基（振华店）", "肯德基振华店", Likeness.EQUAL),
        ("老磨坊火锅(柳园店)", "老磨坊柳园店", Likeness.SAME),
        ("聚贤楼", "聚贤楼大酒店", Likeness.SAME),
        ("光华眼科", "光华眼科医院", Likeness.SAME),
        ("聚贤楼大酒店", "聚仙楼大酒店", Likeness.SLIP),
        ("小满家面馆", "小满家面管", Likeness.SLIP),
        ("枕河酒店", "枕荷酒店", Likeness.SLIP),
        ("水城明珠大剧场", "明水城珠大剧场", Likeness.OTHER),
        ("职业技术学院乙部", "职业术技学院乙部", Likeness.SLIP),
        ("肯德基", "肯德基振华店", Likeness.PART),
        ("市人民医院", "聊城市人民医院", Likeness.PART),
        ("华莱士(利民路店)", "华莱士(利民东路店)", Likeness.PART),
        ("阿呆炸鸡", "阿呆炸鸡(七彩里店)", Likeness.PART),
        ("仁爱堂药店", "仁和堂药店", Likeness.SIMILAR),
        ("水城炒鸡", "水城烤鱼", Likeness.SIMILAR),
        ("振华超市", "振华商厦", Likeness.SIMILAR),
        ("农行聊城新华支行", "农行临清新华支行", Likeness.SIMILAR),
        ("肯德基(振华店)", "肯德基(百大店)", Likeness.RIVAL),
        ("工行柳园支行", "工行花园支行", Likeness.RIVAL),
        ("聊城市第一中学", "聊城市第二中学", Likeness.RIVAL),
        ("实验小学", "第二实验小学", Likeness.RIVAL),
        ("东昌湖", "东昌湖北门", Likeness.RIVAL),
        ("聊城大学", "聊城大学东校区", Likeness.RIVAL),
        ("聊城市人民医院", "聊城市东昌府人民医院", Likeness.RIVAL),
        ("邮储银行建设东路支行", "邮储银行建设西路支行", Likeness.RIVAL),
        ("张记羊汤馆", "李记羊汤馆", Likeness.OTHER),
        ("星巴克(万达广场店)", "万达广场", Likeness.OTHER),
        ("工行东昌支行", "农行东昌支行", Likeness.OTHER),
        ("", "", Likeness.OTHER),
    ],
)
def test_how_alike(one: str, other: str, expected: Likeness) -> None:
    """Dress does not matter, a slip is forgiven, another branch, ordinal or side is another thing."""
    assert told(one, other) is expected


@given(st.lists(st.sampled_from(NAMES), max_size=5), st.lists(st.sampled_from(NAMES), max_size=5))
def test_the_order_of_two_names_does_not_matter(one: list[str], other: list[str]) -> None:
    """Likeness is symmetric, and each name is equal to itself."""
    a, b = "".join(one), "".join(other)
    assert told(a, b) is told(b, a)
    assert told(a, a) is (Likeness.EQUAL if parse(a, WORDS).flat else Likeness.OTHER)
