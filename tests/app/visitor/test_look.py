"""The tokens: text can be read on every ground, in light and in dark."""

import re
from pathlib import Path

import pytest

TOKENS_FILE = Path(__file__).parents[3] / "static/css/tokens.css"
TOKENS = TOKENS_FILE.read_text("utf-8")
PAGE = TOKENS_FILE.with_name("page.css").read_text("utf-8")
FIXED = r"\.(?:leaflet-bar a|ring text) \{[^}]*\}"
"""Signs drawn inside a button of fixed size: + and -, and the number in a ring."""
LIGHT, DARK = TOKENS.split("@media (prefers-color-scheme: dark)")
WRITTEN = ("ink", "muted", "accent", "yes", "limited", "no", "unknown")
PAIRS = [
    *((text, ground) for text in WRITTEN for ground in ("paper", "card")),
    ("accent", "tint"),
    ("ink", "tint"),
    ("on-accent", "accent"),
    ("sandbox-ink", "sandbox"),
    ("muted", "land"),
]


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(sheet: str, one: str, other: str) -> float:
    """How far two tokens of a sheet are apart, as WCAG 2 defines it."""
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", sheet))
    dark, light = sorted((luminance(colours[one]), luminance(colours[other])))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("sheet", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_contrast(sheet: str, text: str, ground: str):
    """Every pair of text and ground has a contrast of at least 4.5 to 1."""
    assert contrast(sheet, text, ground) >= 4.5


@pytest.mark.parametrize("sheet", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("sign", "ground"), [("edge", "card"), ("edge", "paper"), ("yes", "mark"), ("no", "mark")])
def test_signs_stand_out(sheet: str, sign: str, ground: str):
    """The edge of a field, and the tick and bar inside a status, have a contrast of at least 3 to 1."""
    assert contrast(sheet, sign, ground) >= 3


def test_pages_take_their_colours_from_the_tokens():
    """No colour is written in the pages' own sheet, so that dark and light stay complete."""
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{]*[;}])|rgba?\(", re.sub(r"#map", "", PAGE)) == []


def test_text_grows_with_the_readers_own_size():
    """Every size of text is in the reader's unit, none in pixels."""
    assert re.findall(r"font(?:-size)?: [^;{}]*px", re.sub(FIXED, "", PAGE)) == []
    assert re.findall(r"--(?:text|small|tiny|pressed|title|head): calc\([\d.]+px", TOKENS) == []
