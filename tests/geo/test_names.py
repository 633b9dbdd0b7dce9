"""A name taken apart is the same for all spellings of it, and tells branches and numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.importers.name_words import name_words
from app.settings import ROOT
from geo.names import Name, NameWords, parse

WORDS = name_words(ROOT / "data", ("聊城市", "东昌府区", "临清市", "莘县"))


def parsed(text: str) -> Name:
    """A name, by the lists of the project."""
    return parse(text, WORDS)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("肯德基(振华店)", "肯德基振华店"),
        ("ＫＦＣ肯德基　（聊城振华店）", "肯德基【振华店】"),
        ("工行东昌支行", "中国工商银行股份有限公司聊城市东昌支行"),
        ("聊城农商行铁塔支行", "聊城农村商业银行股份有限公司铁塔支行"),
        ("聊城一中", "聊城市第一中学"),
        ("大路边烧烤二店", "大路边烧烤(第2分店)"),
        ("大路边烧烤②店", "大路边烧烤店2"),
        ("聊城市杏花坞餐厅有限公司", "杏花坞餐厅"),
        ("山东省聊城市东昌府区云帆宾馆(个体工商户)", "云帆宾馆"),
        ("聊城市中医院", "聊城市中医医院"),
    ],
)
def test_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    """Widths, brackets, places, company forms, abbreviations and ordinals do not matter."""
    assert parsed(one).key == parsed(other).key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("聊城市第一中学", "聊城市第二中学"),
        ("肯德基(振华店)", "肯德基(百大店)"),
        ("聊城市人民医院", "临清市人民医院"),
        ("聊城市人民医院", "聊城市东昌府人民医院"),
        ("振华超市", "振华商厦"),
        ("北京银行聊城分行", "青岛银行聊城分行"),
    ],
)
def test_different_names_have_different_keys(one: str, other: str) -> None:
    """Ordinals, branches, the places of a general name, and trades do matter."""
    assert parsed(one).key != parsed(other).key


def test_a_name_that_is_all_place_or_all_trade_stays_a_name() -> None:
    """Nothing is taken off that would leave nothing; a bank called for a place is no place; nor is a road."""
    assert parsed("聊城").core == "聊城"
    assert (parsed("莘县站").core, parsed("莘县站").places, parsed("莘县站").generic) == ("站", ("莘县",), True)
    assert parsed("工行临清支行").branch == "临清"
    assert parsed("北京银行聊城分行").brand == "北京银行"
    assert parsed("汉庭酒店(湖南路店)").branch == "湖南路"


def test_a_machine_says_what_it_is() -> None:
    """The name of a cash machine tells the machine from the branch it stands in."""
    assert parsed("工行东昌支行自助银行").inside == "atm"
    assert parsed("工行东昌支行").inside == ""


@given(st.text(max_size=30))
def test_any_text_is_a_name(text: str) -> None:
    """Nothing that a cell can hold is an error, and a name without dress is parsed to itself."""
    name = parsed(text)
    assert parse(text, NameWords()).flat == name.flat
    assert parsed(name.flat).flat == name.flat
    assert bool(name.core) == bool(name.flat)
