"""Which version of a venue a program has seen: the `If-Match` of its request."""

import re

from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from starlette.requests import Request

from app.errors import Overtaken, Unconditional
from app.tables import Change, Venue

_TAG = re.compile(r'(?:W/)?"([^"]*)"')
_OF_CATALOG = re.compile(r"[0-9a-f]{8}-(\d{1,18})-\d{8}")


def expected(request: Request, session: Session, venue: Venue) -> int | None:
    """The version that may be changed; None where the client takes any (`*`).

    A tag is a venue's version (`"3"`), or that of any answer about it: it holds while nobody has written to the venue
    since that answer was made.

    Raises:
        Unconditional: the header is missing. Overtaken: the venue has been written to since.
    """
    said = ",".join(request.headers.getlist("if-match")).strip()
    if not said:
        msg = 'If-Match is missing: send the ETag that came with the venue, such as "3"'
        raise Unconditional(msg)
    if said == "*":
        return None
    if any(_holds(tag, session, venue) for tag in _TAG.findall(said)):
        return venue.version
    msg = f"{venue.name_zh}: somebody has changed it since it was read; nothing was written"
    raise Overtaken(msg)


def _holds(tag: str, session: Session, venue: Venue) -> bool:
    if tag == str(venue.version):
        return True
    answer = _OF_CATALOG.fullmatch(tag)
    if answer is None:
        return False
    about_it = or_(Change.venue_id == venue.id, Change.venue_id.is_(None))
    newer = select(Change.id).where(Change.number > int(answer[1]), about_it).limit(1)
    return session.scalar(newer) is None
