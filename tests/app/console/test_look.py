"""The staff's sheet: one system of colours and sizes with the visitors' pages, and a true list of its classes."""

import re
from pathlib import Path

SHEET = (Path(__file__).parents[3] / "static/css/console.css").read_text("utf-8")
LIST, RULES = SHEET.split("*/", 1)


def test_colours_come_from_the_tokens() -> None:
    """No colour is written in the sheet, so that dark and light stay complete."""
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{]*[;}])|rgba?\(", RULES.replace("#pin-map", "")) == []


def test_text_grows_with_the_readers_own_size() -> None:
    """Sizes of text are in the reader's unit; only the signs inside the map's buttons are drawn in pixels."""
    plain = re.sub(r"\.leaflet-bar a \{[^}]*\}", "", RULES)
    assert re.findall(r"font(?:-size)?: [^;{}]*px", plain) == []


def test_the_list_at_the_top_is_true() -> None:
    """Whoever draws a page finds there what there is."""
    told = set(re.findall(r"\.([a-z][a-z-]+)", LIST.replace("tokens.css", "")))
    there = set(re.findall(r"\.([a-z][a-z-]+)", RULES)) | {"css"}
    assert told - there == set()
