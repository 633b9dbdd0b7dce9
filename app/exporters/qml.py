"""QGIS styles: the places by what is known of one capability, in the product's shapes and colours."""

import base64
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from xml.etree import ElementTree as ET

from app.exporters.columns import Column
from app.vocabulary import Status, status_word

VERSION = "3.28.0"
YES, LIMITED, NO, UNKNOWN = "#0b6e4f", "#a15c00", "#9b1c31", "#5b6470"
"""As in static/css/tokens.css."""
PAPER, FAINT = "#ffffff", "#b9b5ac"
_SIZE = 4.4
_TICK = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M4 8.4l2.8 2.8L12 5.4" fill="none" '
    f'stroke="{PAPER}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/></svg>'
)
Layer = tuple[str, dict[str, str]]
NOT_ASKED = ""
"""QGIS reads this as every other value; here, a class of venue to which the question does not apply."""


def _disc(fill: str, edge: str, size: float = _SIZE, **more: str) -> Layer:
    told = {"name": "circle", "color": _rgba(fill), "outline_color": _rgba(edge), "outline_width": "0.5"}
    return "SimpleMarker", {**told, "size": f"{size:g}", "size_unit": "MM", "outline_width_unit": "MM", **more}


def _shape(name: str, colour: str, size: float, angle: int, **more: str) -> Layer:
    kind, told = _disc(colour, colour, size, **more)
    return kind, {**told, "name": name, "angle": str(angle)}


def _rgba(colour: str) -> str:
    """A colour as QGIS writes it.

    >>> _rgba("#0b6e4f")
    '11,110,79,255'
    """
    return ",".join(str(part) for part in (*bytes.fromhex(colour[1:]), 255))


_DRAWN: Mapping[str, tuple[Layer, ...]] = MappingProxyType(
    {
        NOT_ASKED: (_disc(FAINT, PAPER, 1.4, outline_style="no"),),
        Status.UNKNOWN: (_disc(PAPER, UNKNOWN, style="no", outline_style="dash"),),
        Status.NO: (_disc(NO, PAPER), _shape("line", PAPER, 2.4, 90, outline_width="0.7")),
        Status.LIMITED: (_disc(PAPER, LIMITED), _shape("semi_circle", LIMITED, 3.8, -90, outline_style="no")),
        Status.YES: (
            _disc(YES, PAPER),
            ("SvgMarker", {"name": "base64:" + base64.b64encode(_TICK.encode()).decode(), "size": f"{_SIZE:g}"}),
        ),
    }
)
"""Disc with a tick, half disc, disc with a bar, dashed ring; a dot where nobody asks."""


def style(capability: str, columns: Iterable[Column], lang: str) -> str:
    """The QML of a layer with these columns, by the status of a capability."""
    columns = list(columns)
    attribute = next(column for column in columns if column.field == capability).heading(lang)
    root = ET.Element("qgis", version=VERSION, styleCategories="Symbology|Fields")
    told = {"type": "categorizedSymbol", "attr": attribute, "symbollevels": "0", "forceraster": "0"}
    renderer = ET.SubElement(root, "renderer-v2", told)
    categories, symbols = ET.SubElement(renderer, "categories"), ET.SubElement(renderer, "symbols")
    for number, (value, layers) in enumerate(_DRAWN.items()):
        label = _label(capability, value, lang)
        named = {"value": value, "symbol": str(number), "label": label, "render": "true", "type": "string"}
        ET.SubElement(categories, "category", named)
        symbols.append(_symbol(number, layers))
    aliases = ET.SubElement(root, "aliases")
    for number, column in enumerate(columns, 1):  # 0 is the feature's own number
        other = column.heading("zh" if lang == "en" else "en")
        ET.SubElement(aliases, "alias", {"field": column.heading(lang), "index": str(number), "name": other})
    ET.SubElement(root, "layerGeometryType").text = "0"
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + ET.tostring(root, encoding="unicode")


def _label(capability: str, value: str, lang: str) -> str:
    if value == NOT_ASKED:
        return "不适用" if lang == "zh" else "does not apply"
    return status_word(capability, value, lang)


def _symbol(number: int, layers: Iterable[Layer]) -> ET.Element:
    symbol = ET.Element("symbol", name=str(number), type="marker", alpha="1", clip_to_extent="1", force_rhr="0")
    for kind, told in layers:
        layer = ET.SubElement(symbol, "layer", {"class": kind, "enabled": "1", "locked": "0", "pass": "0"})
        options = ET.SubElement(layer, "Option", type="Map")
        for name, value in told.items():
            ET.SubElement(options, "Option", name=name, value=value, type="QString")
    return symbol
