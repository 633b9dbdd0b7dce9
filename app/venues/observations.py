"""What was said about a venue: every accepted statement, and whether it still counts."""

from typing import Any

from sqlalchemy import select

from app.catalog.feature import public_details
from app.catalog.live import Live
from app.db import reading
from app.errors import BadParameter
from app.register.replay import accepted
from app.tables import Observation

Said = dict[str, Any]
_SAID = ("id", "capability", "aspect", "status", "details", "observed_at", "recorded_at", "source_kind", "withdraws")


def history(live: Live, venue_id: str) -> list[Said]:
    """The accepted statements about a venue, newest first; who said it and the file it stood in stay inside.

    Raises:
        DatabaseUnavailable: history is not kept in memory.
    """
    with reading(live.sessions) as session:
        standing = accepted(session, [venue_id]).set_index("id")["withdrawn"].to_dict()
        query = (
            select(*(getattr(Observation, name) for name in _SAID))
            .where(Observation.venue_id == venue_id)
            .order_by(Observation.observed_at.desc(), Observation.recorded_at.desc(), Observation.id.desc())
        )
        rows = [dict(zip(_SAID, row, strict=True)) for row in session.execute(query)]
    return [_told(row, withdrawn=bool(standing[row["id"]])) for row in rows if row["id"] in standing]


def page(said: list[Said], limit: int, after: int | None) -> tuple[list[Said], int | None]:
    """One page of the statements, and the cursor of the next.

    Raises:
        BadParameter: the cursor is of a statement that is not, or no longer, among these.
    """
    numbers = [statement["id"] for statement in said]
    if after is not None and after not in numbers:
        raise BadParameter("cursor", "is not one that this register gave; start without it")
    start = 0 if after is None else numbers.index(after) + 1
    shown = said[start : start + limit]
    return shown, numbers[start + limit - 1] if start + limit < len(said) else None


def _told(row: Said, *, withdrawn: bool) -> Said:
    return {
        **{name: row[name] for name in _SAID if name != "source_kind"},
        "details": public_details(row["details"]),
        "source": row["source_kind"],
        "withdrawn": withdrawn,
    }
