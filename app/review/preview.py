"""What the public status becomes under each choice: the register's own rules, on the statements as they would be."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.register.current import in_force, summary
from app.register.replay import COLUMNS, statements
from app.tables import Observation
from app.vocabulary import Status

COUNTED = list(COLUMNS[:-1])


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to decide: which statements would count that do not now, and which would not that do now."""

    venue_id: str
    capability: str
    counting: tuple[int, ...] = ()
    dropped: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Outlook:
    """The status of a capability and of its aspects that would be public."""

    status: str
    aspects: Mapping[str, str]

    def of(self, aspect: str) -> str:
        """The status of an aspect, or of the whole."""
        return self.aspects.get(aspect, Status.UNKNOWN) if aspect else self.status


NOTHING_KNOWN = Outlook(Status.UNKNOWN, {})


def outlooks(session: Session, choices: Mapping[Any, Choice]) -> dict[Any, Outlook]:
    """What would be public under each choice, by its key."""
    standing = statements(session, {c.venue_id for c in choices.values()})
    added = _rows(session, {number for c in choices.values() for number in c.counting})
    said = pd.concat([standing, added], ignore_index=True) if len(added) else standing
    worlds = [_world(said, standing, str(n), choice) for n, choice in enumerate(choices.values())]
    frame = pd.concat(worlds, ignore_index=True) if worlds else standing
    force = in_force(frame)
    status = summary(force).set_index("venue_id")["status"].to_dict()
    aspects: dict[str, dict[str, str]] = {}
    for world, aspect, word in force[["venue_id", "aspect", "status"]].itertuples(index=False):
        aspects.setdefault(str(world), {})[str(aspect)] = str(word)
    return {
        key: Outlook(status[str(n)], aspects[str(n)]) if str(n) in status else NOTHING_KNOWN
        for n, key in enumerate(choices)
    }


def _rows(session: Session, numbers: Collection[int]) -> pd.DataFrame:
    query = select(*(getattr(Observation, name) for name in COUNTED)).where(Observation.id.in_(numbers))
    return pd.DataFrame(session.execute(query).all() if numbers else [], columns=COUNTED)


def _world(said: pd.DataFrame, standing: pd.DataFrame, name: str, choice: Choice) -> pd.DataFrame:
    """The statements that would count, as those of a venue of its own."""
    about = (said["venue_id"] == choice.venue_id) & (said["capability"] == choice.capability)
    counts = (said["id"].isin(standing["id"]) & ~said["id"].isin(choice.dropped)) | said["id"].isin(choice.counting)
    return said[about & counts].drop_duplicates("id").assign(venue_id=name)
