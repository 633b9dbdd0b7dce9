"""What a row says of each capability: its statuses, and the schemes, wallets and currencies that stand apart."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from app.importers.clean.read import NOTHING, Read, refused
from app.importers.clean.statuses import STATUS_OF, StatusRead
from app.importers.clean.text import is_blank, key, tidy
from app.importers.clean.words import ASPECT_OF
from app.importers.record import Note, Said
from app.importers.sources.table import Cell
from app.vocabulary import CAPABILITIES, Status

LISTS = {"schemes": "foreign_card", "wallets": "mobile_pay", "currencies": "currency_exchange"}
"""Columns that list aspects which work, and the capability that they speak of."""
WORKS = frozenset({Status.YES, Status.LIMITED})
OF_ATMS = "foreign_card_atm"
NOTHING_READ = StatusRead(None)
NO_PROOF = Note(
    "unionpay_is_no_proof",
    "只列出银联：银联不能证明受理境外银行卡，整体按未知处理",
    "names only UnionPay, which is no proof that foreign cards are taken: the whole stays unknown",
)
Noted = tuple[str, Note]
"""A field, and what is to be said of its cell."""


def said_by(cells: Mapping[str, Any], category: str | None) -> tuple[dict[str, Said], list[Noted]]:
    """What a row says, per capability, and what is to be said of it.

    Args:
        cells: what was read, by field, empty ones left out: a `StatusRead` per capability and per
            `capability:aspect`, tuples of aspects for the lists, and what stands apart for one capability
            (`cash_observed_at`, `cash_source`, `cash_aspects`, `cash_details`).
        category: of the venue; a list of schemes of an ATM speaks of withdrawal.
    """
    aspects = _aspects(cells, _cards_are_for(cells, category))
    found: dict[str, Said] = {}
    notes: list[Noted] = []
    for capability in CAPABILITIES:
        if capability in cells or capability in aspects:
            found[capability], noted = _said(capability, cells, aspects.get(capability, {}))
            notes += noted
    return found, notes


def _cards_are_for(cells: Mapping[str, Any], category: str | None) -> str:
    withdraws = cells.get(OF_ATMS)
    if category == "atm" or ("foreign_card" not in cells and withdraws and withdraws.status in WORKS):
        return OF_ATMS
    return "foreign_card"


def _aspects(cells: Mapping[str, Any], cards: str) -> dict[str, dict[str, str]]:
    """Per capability, the aspects that have a column or a list of their own."""
    found: dict[str, dict[str, str]] = {}
    for field, value in cells.items():
        capability, _, aspect = field.partition(":")
        if aspect and value.status:
            own = cards if capability == "foreign_card" else capability
            found.setdefault(own, {})[aspect] = value.status
        elif field in LISTS:
            own = cards if field == "schemes" else LISTS[field]
            found.setdefault(own, {}).update(dict.fromkeys(value, str(Status.YES)))
        elif field.endswith("_aspects"):
            found.setdefault(field.removesuffix("_aspects"), {}).update(value)
    return found


def _said(capability: str, cells: Mapping[str, Any], apart: Mapping[str, str]) -> tuple[Said, list[Noted]]:
    read = cells.get(capability, NOTHING_READ)
    aspects = {**read.aspects, **apart}
    details = {**read.details, **(cells.get(f"{capability}_details") or {})}
    if capability == "foreign_card" and "terminals" in cells:
        details["terminals"] = int(cells["terminals"])
    status, note = _settled(capability, read.status, aspects)
    said = Said(
        status,
        aspects,
        details,
        cells.get(f"{capability}_observed_at"),
        cells.get(f"{capability}_source"),
        cells.get(f"{capability}_source_kind"),
    )
    return said, [(capability, note)] if note else []


def _settled(capability: str, status: str | None, aspects: Mapping[str, str]) -> tuple[str | None, Note | None]:
    """The status of the whole, so that it does not contradict its aspects."""
    if not aspects:
        return status, None
    weak = CAPABILITIES[capability].not_evidence
    working = {aspect for aspect, said in aspects.items() if said in WORKS}
    proving = {aspect for aspect in working - weak if aspects[aspect] == Status.YES}
    if status == Status.NO and proving:
        return status, _contradiction(", ".join(sorted(proving)))
    if status in WORKS and working and working <= weak:
        return None, NO_PROOF
    return (None if status == Status.UNKNOWN else status), None


def _contradiction(working: str) -> Note:
    return Note(
        "status_contradicts",
        f"整体填“否”，却列出可用的 {working}；请改正其一",
        f"says no on the whole, and that {working} works: mend one of the two",
        refuses=True,
    )


def read_aspects(capability: str) -> Callable[[Cell], Read]:
    """A reader of `visa=yes; jcb=no`, as exports write the aspects of a capability."""
    known = set(CAPABILITIES[capability].aspects)

    def read(cell: Cell) -> Read:
        if is_blank(cell):
            return NOTHING
        found: dict[str, str] = {}
        for part in tidy(cell).replace("；", ";").split(";"):
            aspect, _, status = part.partition("=")
            word, means = ASPECT_OF.get(key(aspect)), STATUS_OF.get(key(status))
            if word not in known or means is None:
                return refused(
                    "aspects_unreadable",
                    f"“{part.strip()}”无法识别；请写成 visa=yes; jcb=no",
                    f"{part.strip()!r} is not understood: write visa=yes; jcb=no",
                )
            found[word] = str(means)
        return Read(found)

    return read


def read_details(cell: Cell) -> Read:
    """The details of a capability: a JSON object, as exports write it."""
    if is_blank(cell):
        return NOTHING
    try:
        found = orjson.loads(tidy(cell))
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        return refused(
            "details_unreadable",
            '详情应为 JSON 对象，如 {"limit": 2000}；可留空',
            'the details must be a JSON object such as {"limit": 2000}, or empty',
        )
    return Read(found)
