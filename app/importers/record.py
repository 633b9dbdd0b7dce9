"""One row of a ledger, read: what it says of a venue, in our words and types, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple


class Note(NamedTuple):
    """What is to be said of a cell; with `refuses`, the row cannot be taken until it is mended."""

    code: str
    zh: str
    en: str
    refuses: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """A note and where it stands: the row's number, the column as the file calls it, and its letter.

    `row` is None for what holds for the whole file, `column` and `letter` are empty for the whole row.
    """

    row: int | None
    column: str
    code: str
    message_zh: str
    message_en: str
    letter: str = ""
    refuses: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What a row says of one capability; rows that say the same share it, so it is not to be altered.

    status: of the whole; None where only aspects are spoken of.
    aspects: scheme, wallet, currency or direction -> status.
    observed_at, source, source_kind: of this capability, where the row says them apart; else those of the row hold.
    """

    status: str | None = None
    aspects: dict[str, str] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    observed_at: date | None = None
    source: str | None = None
    source_kind: str | None = None


@dataclass(slots=True)
class Record:
    """A data row.

    row: its number in the sheet or file.
    values: columns of the venue table, typed; nothing stands here for an empty cell.
    said: per capability; as shared as its values.
    extra: what the ledger says beside: key_merchant, fx_licence (True or False), acquirer, source_kind.
    lon, lat: as written, in degrees, in the order that they mean; both or neither.
    datum: of this row, where row, header or file say it.
    """

    row: int
    values: dict[str, Any] = field(default_factory=dict)
    said: Mapping[str, Said] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    observed_at: date | None = None
    lon: float | None = None
    lat: float | None = None
    datum: str | None = None
    faults: list[Fault] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Whether something in the row has to be mended first."""
        return any(fault.refuses for fault in self.faults)
