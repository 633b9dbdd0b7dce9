"""Texts of the register on a page of either language."""

import pytest

from app.visitor.script import isolated, number, term


@pytest.mark.parametrize(
    ("text", "lang", "written"),
    [
        ("光岳楼", "en", '<bdi lang="zh-CN">光岳楼</bdi>'),
        ("光岳楼", "zh", "<bdi>光岳楼</bdi>"),
        ("Guangyue Tower", "zh", '<bdi lang="en">Guangyue Tower</bdi>'),
        ("Guangyue Tower", "en", "<bdi>Guangyue Tower</bdi>"),
        ("371500", "zh", "<bdi>371500</bdi>"),
        ("<b>光</b>", "en", '<bdi lang="zh-CN">&lt;b&gt;光&lt;/b&gt;</bdi>'),
    ],
)
def test_texts_are_marked_with_their_language(text: str, lang: str, written: str):
    """A text in another script than the page's says so to screen readers and fonts, and stays a text."""
    assert isolated(text, lang) == written


def test_terms_and_numbers():
    """A Chinese term in an English sentence is marked; thousands are parted in English only."""
    assert term("零钱包") == '<span lang="zh-CN">零钱包</span>'
    assert (number(1396, "en"), number(1396, "zh")) == ("1,396", "1396")
