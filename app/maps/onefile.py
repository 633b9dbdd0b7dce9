"""A map as one file that opens from disk: every script, style and picture inside it, and no link out."""

import base64
import mimetypes
import re
from html import escape
from pathlib import Path

from app.coverage.figures import Coverage
from app.errors import StartRefused
from app.frames import Town
from app.maps.coverage import coverage_map
from app.maps.page import csp
from app.maps.venues import venues_map
from app.settings import Settings

_SCRIPT_LINK = re.compile(r'<script src="(?P<url>[^"]+)"></script>')
_STYLE_LINK = re.compile(r'<link rel="stylesheet" href="(?P<url>[^"]+)"\s*/?>')
_ICON_LINK = re.compile(r'<link rel="icon" href="(?P<url>[^"]+)">')
_PICTURE = re.compile(r"url\((?P<quote>['\"]?)(?P<url>[^)'\"#:]+)(?P=quote)\)")


def export(
    town: Town, coverage: Coverage | None = None, *, lang: str, settings: Settings, capability: str | None = None
) -> str:
    """The coverage map, or without figures the venue map, as one HTML document.

    It lies on our own outline whatever the basemap of the settings: tiles would be requests, and their key
    would go with the file.

    Raises:
        StartRefused: the scripts are not there yet.
    """
    settings = settings.model_copy(update={"basemap": "outline"})
    if coverage is None:
        page = venues_map(town, lang=lang, settings=settings, capability=capability)
    else:
        page = coverage_map(town, coverage, lang=lang, settings=settings)
    return inlined(page, settings)


def inlined(page: str, settings: Settings) -> str:
    """A map's page with its linked files inside, and its policy in a `meta` element."""
    prefix = f"{settings.root_path}/static/"

    def file(url: str) -> Path:
        return settings.static_dir / url.partition("?")[0].removeprefix(prefix)

    def script(link: re.Match[str]) -> str:
        code = _text(file(link["url"])).replace("</script", "<\\/script").replace("<!--", "<\\!--")
        return f"<script>{_without_source_map(code)}</script>"

    def style(link: re.Match[str]) -> str:
        return f"<style>{_with_pictures(file(link['url']))}</style>"

    def icon(link: re.Match[str]) -> str:
        return f'<link rel="icon" href="{_as_data(file(link["url"]))}">'

    page = _ICON_LINK.sub(icon, page)
    alone = _STYLE_LINK.sub(style, _SCRIPT_LINK.sub(script, page))
    alone = alone.replace("<html ", '<html data-alone="1" ', 1)
    policy = csp(alone).replace("; frame-ancestors 'self'", "")  # not allowed in a meta
    return alone.replace("<head>", f'<head>\n<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">', 1)


def _with_pictures(sheet: Path) -> str:
    def picture(found: re.Match[str]) -> str:
        return f"url({_as_data((sheet.parent / found['url']).resolve())})"

    return _PICTURE.sub(picture, _text(sheet)).replace("</style", "<\\/style")


def _as_data(picture: Path) -> str:
    kind = mimetypes.guess_type(picture.name)[0] or "application/octet-stream"
    return f"data:{kind};base64,{base64.b64encode(picture.read_bytes()).decode()}"


def _without_source_map(code: str) -> str:
    return re.sub(r"//# sourceMappingURL=\S+", "", code)


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except FileNotFoundError as missing:
        msg = f"{file} is missing: run `make env` to build static/vendor"
        raise StartRefused(msg) from missing
