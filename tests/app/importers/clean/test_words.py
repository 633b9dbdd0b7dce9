"""Lists of schemes, wallets and currencies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.importers.clean.names import ASPECT_NAMES, CURRENCY_NAMES
from app.importers.clean.words import read_currencies, read_schemes, read_wallets
from app.vocabulary import CURRENCIES, SCHEMES, WALLETS

SEPARATORS = ["、", ",", "，", ";", "；", "/", " ", "|", "和", "\n"]


@given(st.lists(st.sampled_from(SCHEMES), min_size=1, unique=True), st.sampled_from(SEPARATORS), st.data())
def test_any_names_with_any_separator(schemes: list[str], separator: str, data: st.DataObject) -> None:
    """In either language, those of two words too."""
    names = [data.draw(st.sampled_from([s, *ASPECT_NAMES[s]])) for s in schemes]
    assert read_schemes(separator.join(names)) == (tuple(schemes), ()), names


@given(st.lists(st.sampled_from(CURRENCIES), min_size=1, unique=True), st.sampled_from(SEPARATORS), st.data())
def test_currencies_by_name_or_code(currencies: list[str], separator: str, data: st.DataObject) -> None:
    """美元, USD or usd."""
    names = [data.draw(st.sampled_from([c, c.lower(), *CURRENCY_NAMES[c]])) for c in currencies]
    assert read_currencies(separator.join(names)) == (tuple(currencies), ()), names


def test_every_currency_has_a_chinese_name() -> None:
    """And every scheme and wallet its names."""
    assert set(CURRENCY_NAMES) == set(CURRENCIES)
    assert set(ASPECT_NAMES) == {*SCHEMES, *WALLETS}


def test_cards_written_without_a_separator() -> None:
    """Visa卡万事达卡 are two; 等 at the end says nothing."""
    assert read_schemes("Visa卡万事达卡").value == ("visa", "mastercard")
    assert read_currencies("美元、欧元等").value == ("USD", "EUR")
    assert read_wallets("微信、支付宝、云闪付").value == ("wechat", "alipay", "unionpay_app")


@pytest.mark.parametrize("cell", ["Visa、好卡", "全部", "五大卡组织"])
def test_an_unknown_word_refuses_the_row(cell: str) -> None:
    """And is named."""
    (note,) = read_schemes(cell).notes
    assert note.refuses
    assert cell[-2:] in note.zh


def test_blanks_say_nothing() -> None:
    """No list."""
    assert [read_schemes(c).value for c in (None, "", "/")] == [None] * 3
