"""What a file tells of a venue: the ledger's columns, and beside each status what it rests on.

A file that is read back says what the register says already, so that it changes nothing: a status has its day, its
source, its aspects and its details in columns of their own. The headings are the ones that imports know.
"""

from dataclasses import dataclass
from enum import Enum

from app.importers.clean.columns import VENUE_COLUMNS
from app.vocabulary import CAPABILITIES


class Kind(Enum):
    """What a column holds; a sheet for people has words for the ones from `CATEGORY` on."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    JSON = "json"
    CATEGORY = "category"
    REGION = "region"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class Column:
    """A column under its two headings.

    beside: whether it only says what a status rests on.
    """

    field: str
    zh: str
    en: str
    kind: Kind
    width: int
    beside: bool = False

    def heading(self, lang: str) -> str:
        """The heading in a language."""
        return self.zh if lang == "zh" else self.en


OBSERVED_AT, SOURCE, ASPECTS, DETAILS = "observed_at", "source", "aspects", "details"
BESIDE = {OBSERVED_AT: Kind.DATE, SOURCE: Kind.TEXT, ASPECTS: Kind.TEXT, DETAILS: Kind.JSON}
"""What a status rests on, each in its column."""
_HEADINGS = {column.field: (column.zh, column.en) for column in VENUE_COLUMNS} | {
    "cash": ("接受现金", "cash"),
    "foreign_card_atm": ("境外银行卡取现", "foreign_card_atm"),
    "currency_exchange": ("外币兑换", "currency_exchange"),
    "elderly_green_channel": ("老年人绿色通道", "elderly_green_channel"),
}
"""As imports know them; the last ones as ledgers write them for short."""


def beside(capability: str, what: str) -> str:
    """The field of what a status rests on, such as `cash_observed_at`."""
    return f"{capability}_{what}"


def _column(field: str, kind: Kind = Kind.TEXT, width: int = 12, *, beside: bool = False) -> Column:
    return Column(field, *_HEADINGS[field], kind, width, beside)


def _status(field: str) -> Column:
    return _column(field, Kind.STATUS, 10)


_OF_THE_LEDGER = (
    "foreign_card", "cash", "mobile_pay", "foreign_card_atm", "currency_exchange", "elderly_green_channel",
)  # fmt: skip

COLUMNS = (
    _column("id", width=38),
    _column("external_id", width=16),
    _column("name_zh", width=30),
    _column("name_en", width=26),
    _column("category", Kind.CATEGORY),
    _column("level", width=8),
    _column("address_zh", width=36),
    _column("address_en", width=26),
    _column("region", Kind.REGION),
    _column("zone", Kind.REGION),
    _column("lon", Kind.NUMBER),
    _column("lat", Kind.NUMBER),
    _column("datum", width=8),
    _column("location_quality"),
    _column("location_error_m", Kind.NUMBER),
    _column("phone", width=16),
    _column("opening_hours", width=20),
    _column("operator", width=20),
    _column("opened_on", Kind.DATE),
    _status("key_merchant"),
    _column("key_lists"),
    _status("foreign_card"),
    _column("schemes", width=20),
    _status("cash"),
    _status("mobile_pay"),
    _status("foreign_card_atm"),
    _status("currency_exchange"),
    _column("currencies"),
    _status("fx_licence"),
    _status("elderly_green_channel"),
    *(_status(key) for key in CAPABILITIES if key not in _OF_THE_LEDGER),
    _column("observed_at", Kind.DATE),
    _column("source", width=24),
    *(_column(beside(key, what), kind, beside=True) for key in CAPABILITIES for what, kind in BESIDE.items()),
)
SIMULATED = _status("simulated")
"""Stands in every row of what a sandbox gives away, so that no row of it can pass for a real one."""


def columns(*, simulated: bool) -> tuple[Column, ...]:
    """The columns of a register's files."""
    return (*COLUMNS[:1], SIMULATED, *COLUMNS[1:]) if simulated else COLUMNS
