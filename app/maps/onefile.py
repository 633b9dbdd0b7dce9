"""A map as one file that opens from disk: every script, style and picture inside it, and no link out."""

import base64
import mimetypes
import re
from html import escape
from pathlib import Path

from app.coverage.figures import Coverage
from app.errors import StartRefused
from app.frames import Town
from app.maps.basemap import image_hosts
from app.maps.coverage import coverage_map
from app.maps.page import csp
from app.maps.venues import venues_map
from app.settings import Settings

_SCRIPT_LINK = re.compile(r'<script src="(?P<url>[^"]+)"></script>')
_STYLE_LINK = re.compile(r'<link rel="stylesheet" href="(?P<url>[^"]+)"\s*/?>')
_PICTURE = re.compile(r"url\((?P<quote>['\"]?)(?P<url>[^)'\"#:]+)(?P=quote)\)")


def export(
    town: Town, coverage: Coverage | None = None, *, lang: str, settings: Settings, capability: str | None = None
) -> str:
    """The coverage map, or without figures the venue map, as one HTML document.

    Raises:
        StartRefused: the scripts are not there yet, or the basemap cannot be drawn.
    """
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

    alone = _STYLE_LINK.sub(style, _SCRIPT_LINK.sub(script, page))
    alone = alone.replace("<html ", '<html data-alone="1" ', 1)
    policy = csp(alone, image_hosts(settings)).replace("; frame-ancestors 'self'", "")  # not allowed in a meta
    return alone.replace("<head>", f'<head>\n<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">', 1)


def _with_pictures(sheet: Path) -> str:
    def picture(found: re.Match[str]) -> str:
        path = (sheet.parent / found["url"]).resolve()
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return f"url(data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()})"

    return _PICTURE.sub(picture, _text(sheet)).replace("</style", "<\\/style")


def _without_source_map(code: str) -> str:
    return re.sub(r"//# sourceMappingURL=\S+", "", code)


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except FileNotFoundError as missing:
        msg = f"{file} is missing: run `make vendor` to build static/vendor"
        raise StartRefused(msg) from missing
