"""Which datum the positions of a file are in: stated, remembered, told by the file, or guessed and accepted."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import BadParameter
from app.importers.record import Record
from app.tables import Import
from geo.datum import normalise_datum, to_wgs84
from geo.errors import UnknownDatum

APPLIED = "applied"


@dataclass(frozen=True)
class Choice:
    """The datum of the positions whose datum the file does not say.

    how: `stated`, `remembered`, `guessed` (and accepted), `file` (every row says its own) or `none`.
    guess: what the evidence shows, whether or not it was accepted.
    """

    datum: str | None
    how: str
    guess: str | None = None
    evidence: list[dict[str, Any]] = field(default_factory=list)


def lacking(records: Sequence[Record]) -> bool:
    """Whether a position comes without its datum."""
    return any(record.lon is not None and record.datum is None for record in records)


def remembered(session: Session, institution: str | None) -> str | None:
    """The datum of the last ledger of this institution that was applied."""
    if institution is None:
        return None
    query = select(Import.datum).where(
        Import.institution == institution, Import.state == APPLIED, Import.datum.is_not(None)
    )
    return session.scalar(query.order_by(Import.id.desc()).limit(1))


def positions(records: Sequence[Record], datum: str | None) -> tuple[np.ndarray, np.ndarray]:
    """Longitudes and latitudes in WGS-84, one pair per record; NaN where there is none, or its datum is not known."""
    lon = np.array([np.nan if r.lon is None else r.lon for r in records], dtype=float)
    lat = np.array([np.nan if r.lat is None else r.lat for r in records], dtype=float)
    named = np.array([(r.datum or datum or "") if r.lon is not None else "" for r in records], dtype=object)
    for name in set(named.tolist()):
        here = named == name
        lon[here], lat[here] = (np.nan, np.nan) if not name else to_wgs84(lon[here], lat[here], name)
    return lon, lat


def named(datum: str | None) -> str | None:
    """A datum by its own name.

    Raises:
        BadParameter: naming the datums that there are.
    """
    try:
        return None if datum is None else normalise_datum(datum)
    except UnknownDatum as error:
        raise BadParameter("datum", str(error)) from error
