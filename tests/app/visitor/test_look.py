"""The tokens: text can be read on every ground, in light and in dark."""

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).parents[3] / "static/css/tokens.css").read_text("utf-8")
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


@pytest.mark.parametrize("sheet", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_contrast(sheet: str, text: str, ground: str):
    """Every pair of text and ground has a contrast of at least 4.5 to 1."""
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", sheet))
    dark, light = sorted((luminance(colours[text]), luminance(colours[ground])))
    assert (light + 0.05) / (dark + 0.05) >= 4.5
