"""What somebody says of a file that is sent in: whose it is, which datum, which day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.actor import SYSTEM, Actor
from app.errors import BadParameter
from app.importers.kinds import Kind
from app.settings import Settings

VENUES = "venues"
"""The ledger that an import is of where nobody says another."""


@dataclass(frozen=True)
class Asked:
    """How a file is to be read.

    name: what its user calls it.
    datum: of positions whose datum the file itself does not say; None where nobody stated it.
    accept_guessed: take the datum that the evidence shows.
    institution: whose ledger it is; None for nobody's.
    observed_on: the day of statements that have none.
    columns: the column of each field, where header and words do not tell; None to recognise them.
    """

    name: str
    actor: Actor = SYSTEM
    kind: str = VENUES
    datum: str | None = None
    accept_guessed: bool = False
    institution: str | None = None
    observed_on: date | None = None
    columns: Mapping[str, int] | None = None

    def facts(self) -> dict[str, Any]:
        """The answers that an import keeps, as JSON can hold them."""
        day = self.observed_on
        return {
            "stated_datum": self.datum,
            "accept_guessed": self.accept_guessed,
            "observed_on": day and day.isoformat(),
        }


@dataclass(frozen=True)
class Setup:
    """What imports work with: the settings, and the ledgers that there are beside that of venues."""

    settings: Settings
    kinds: Mapping[str, Kind]

    def kind(self, key: str) -> Kind | None:
        """A ledger; None for that of venues.

        Raises:
            BadParameter: there is no such ledger.
        """
        if key == VENUES:
            return None
        if key not in self.kinds:
            raise BadParameter("kind", f"{key!r} is not one of {', '.join((VENUES, *self.kinds))}")
        return self.kinds[key]
