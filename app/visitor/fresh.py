"""Whether a browser's copy of a page still holds: the register, the day, the language and the code in one mark."""

from http import HTTPStatus

from starlette.responses import Response

from app.answers import has
from app.edition import edition
from app.visitor.pages import Visit, kept


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
    said = headers(here)
    return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=said) if has(here.request, said["etag"]) else None
