"""Texts and figures that come out of the register, as a page writes them."""

import re

from markupsafe import Markup

HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
LATIN = re.compile("[A-Za-z]")


def isolated(text: str, lang: str) -> Markup:
    """A text from the data, kept from turning its neighbours round, and marked where its language is another.

    Args:
        text: as the register holds it.
        lang: the language of the page around it.
    """
    spoken = _language(text)
    if spoken in {None, lang}:
        return Markup("<bdi>{}</bdi>").format(text)
    return Markup('<bdi lang="{}">{}</bdi>').format("zh-CN" if spoken == "zh" else spoken, text)


def term(text: str) -> Markup:
    """A Chinese term inside a sentence."""
    return Markup('<span lang="zh-CN">{}</span>').format(text)


def number(count: int, lang: str) -> str:
    """A count: thousands parted in English, left whole in Chinese."""
    return f"{count:,}" if lang == "en" else str(count)


def _language(text: str) -> str | None:
    """The language of a text by its script; None for figures and signs."""
    if HAN.search(text):
        return "zh"
    return "en" if LATIN.search(text) else None
