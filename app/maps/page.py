"""The HTML page around a Folium map: language, title, data, and the policy that its scripts need."""

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any

import folium
import orjson
from branca.element import Figure
from jinja2 import Environment, StrictUndefined

from app.i18n.languages import LOCALES
from app.maps import assets, basemap
from app.settings import Settings
from app.static import link

DATA_ID = "paymap-data"

_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_INLINE_SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<text>.*?)</script>", re.DOTALL | re.IGNORECASE)
_LINKED_SCRIPT = re.compile(r'<script src="[^"]*"></script>')
_NO_ZOOM = re.compile(r",\s*maximum-scale=[\d.]+,\s*user-scalable=no")
_INLINE_STYLE = re.compile(r"<style[^>]*>(?P<text>.*?)</style>", re.DOTALL | re.IGNORECASE)

_FRAME = Environment(autoescape=True, undefined=StrictUndefined).from_string("""\
<!DOCTYPE html>
<html lang="{{ locale }}" class="map-page">
<head>
<title>{{ title }}</title>
<meta name="robots" content="noindex">
<link rel="icon" href="{{ icon }}">
{{ header|safe }}
</head>
<body>
{{ body|safe }}
<script type="application/json" id="{{ data_id }}">{{ data|safe }}</script>
{{ linked|safe }}
<script>
{{ script|safe }}
</script>
</body>
</html>
""")


class Page(Figure):
    """A Folium figure that says its language and carries its data as JSON, never as code.

    Scripts are linked after the data, which they read as they load.
    """

    def __init__(self, title: str, lang: str, data: Mapping[str, Any], settings: Settings) -> None:
        super().__init__(title=title)
        self.lang = lang
        self.data = data
        self.icon = link(f"icons/{'sandbox' if settings.sandbox else 'favicon'}.svg", settings)

    def render(self, **kwargs: Any) -> str:  # noqa: ANN401 - the signature is branca's
        """The whole page as HTML, the same for the same data."""
        _number(self)
        for child in list(self._children.values()):
            child.render(**kwargs)
        header = _NO_ZOOM.sub("", self.header.render(**kwargs))
        return _FRAME.render(
            locale=LOCALES.get(self.lang, self.lang),
            title=self.title,
            icon=self.icon,
            header=_LINKED_SCRIPT.sub("", header),
            linked="\n".join(_LINKED_SCRIPT.findall(header)),
            body=self.html.render(**kwargs),
            script=self.script.render(**kwargs),
            data_id=DATA_ID,
            data=safe_json(self.data),
        )


def map_on(page: Page, settings: Settings) -> folium.Map:
    """An empty map on the page, with the basemap in force, its links and its one scale bar."""
    bounds = page.data["bounds"]
    (south, west), (north, east) = bounds
    made = folium.Map(
        location=[(south + north) / 2, (west + east) / 2],
        tiles=None,
        control_scale=False,
        zoom_control=False,
        attribution_control=False,
        zoomSnap=0.25,
        minZoom=6,
        maxZoom=18,
    )
    # On the instance, so that a sandbox under its own prefix does not move the links of the real one.
    made.default_js, made.default_css = assets.script_links(settings), assets.style_links(settings)
    page.add_child(made)
    if (tiles := basemap.tiles(settings)) is not None:
        made.add_child(tiles)
    return made


def _number(page: Page) -> None:
    """Give each element of the page a short name of its own instead of a random one."""
    waiting: list[Any] = [page]
    for n, element in enumerate(waiting):
        element._id = str(n)  # noqa: SLF001 - branca has no other way to name an element
        waiting += element._children.values()  # noqa: SLF001 - as above


def safe_json(value: object) -> str:
    """JSON that cannot end its script element or be taken for markup, whatever its strings hold."""
    text = orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY).decode()
    return re.sub("[<>&\u2028\u2029]", lambda found: _ESCAPES[found.group()], text)


def csp(html: str, images: Iterable[str] = ()) -> str:
    """The Content-Security-Policy under which exactly this page's inline scripts and styles run.

    Args:
        html: the page as it is sent. Each inline script and style is allowed by its SHA-256; the data
            block is not a script and needs none.
        images: hosts of basemap tiles beside this one.
    """
    code = [m["text"] for m in _INLINE_SCRIPT.finditer(html) if _runs(m["attributes"])]
    styles = [m["text"] for m in _INLINE_STYLE.finditer(html)]
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {_hashes(code)}".rstrip(),
            f"style-src 'self' {_hashes(styles)}".rstrip(),
            " ".join(("img-src 'self' data:", *images)),
            "font-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    )


def _runs(attributes: str) -> bool:
    return "src=" not in attributes and "application/json" not in attributes


def _hashes(texts: list[str]) -> str:
    """Each distinct text's hash; browsers hash line ends as newlines."""
    digests = (hashlib.sha256(t.replace("\r\n", "\n").encode()).digest() for t in dict.fromkeys(texts))
    return " ".join(f"'sha256-{base64.b64encode(d).decode()}'" for d in digests)
