"""Whether a browser's copy of a page still holds: the register, the day, the language and the code in one mark."""

import hashlib
from functools import cache
from http import HTTPStatus
from pathlib import Path

from starlette.responses import Response

from app.settings import Settings
from app.visitor.pages import Visit, kept

CODE = Path(__file__).parent.parent
DRAWN_WITH = ("*.py", "*.html", "*.po")
STATIC = ("css/*", "js/*", "icons/*")


def headers(here: Visit) -> dict[str, str]:
    """What a cache must know about a page that has a mark, and how old it is when the database is away."""
    said = {**kept(here), "etag": etag(here)}
    if here.register.unreachable_since is not None:
        said["warning"] = f'110 - "the database is away since {here.register.unreachable_since:%Y-%m-%dT%H:%M:%SZ}"'
    return said


def etag(here: Visit) -> str:
    """The mark of all pages of this visit's language at this moment; weak, so that a proxy may compress."""
    return f'W/"{here.register.catalog.version}-{here.register.today():%m%d}-{here.lang}-{edition(here.settings)}"'


def unchanged(here: Visit) -> Response | None:
    """304 where the browser has this version."""
    marks = here.request.headers.get("if-none-match", "").split(",")
    if etag(here) in {mark.strip() for mark in marks}:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers(here))
    return None


@cache
def edition(settings: Settings) -> str:
    """The mark of all that a page is drawn with: code, templates, words, styles, the city's facts, settings."""
    read = hashlib.sha256(settings.model_dump_json(exclude={"tianditu_key"}).encode())
    for path in sorted(_drawn_with(settings)):
        read.update(path.read_bytes())
    return read.hexdigest()[:8]


def _drawn_with(settings: Settings) -> set[Path]:
    code = {path for kind in DRAWN_WITH for path in CODE.rglob(kind)}
    static = {path for kind in STATIC for path in settings.static_dir.glob(kind)}
    facts = {settings.city_dir / "city.toml"} if settings.city_dir is not None else set()
    return {path for path in code | static | facts if path.is_file()}
