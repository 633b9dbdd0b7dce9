"""Which language a visitor gets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.i18n.languages import LANGUAGES, negotiated


@pytest.mark.parametrize(
    ("asked", "accepted", "answer"),
    [
        ("zh", "en", "zh"),
        ("zh-TW", None, "zh"),
        (None, "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        (None, "fr;q=0.9, en;q=0.5, zh;q=0.7", "zh"),
        (None, "zh;q=0, en;q=0.1", "en"),
        (None, "de, fr", "en"),
        (None, None, "en"),
        ("tlh", "zh", "zh"),
        (None, "en;q=much, zh", "zh"),
    ],
)
def test_negotiation(asked: str | None, accepted: str | None, answer: str):
    """The URL first, then the browser's order of preference, then English."""
    assert answer == negotiated(asked, accepted)


@given(st.text(), st.text())
def test_any_header_gives_an_offered_language(asked: str, accepted: str):
    """No header, however broken, leaves a page without a language."""
    assert negotiated(asked, accepted) in LANGUAGES
