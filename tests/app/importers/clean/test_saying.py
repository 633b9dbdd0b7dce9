"""What a row says of each capability."""

from datetime import date
from typing import Any

from app.importers.clean.saying import read_aspects, read_details, said_by
from app.importers.clean.statuses import StatusRead
from app.importers.record import Said

YES, NO, UNKNOWN = StatusRead("yes"), StatusRead("no"), StatusRead("unknown")


def said(cells: dict[str, Any], category: str | None = "hotel") -> dict[str, Said]:
    """What a row says, without a word of doubt."""
    found, notes = said_by(cells, category)
    assert notes == []
    return found


def test_lists_are_aspects_that_work() -> None:
    """Schemes of cards, currencies of exchange, wallets of phones."""
    found = said({"foreign_card": YES, "schemes": ("visa", "jcb"), "currencies": ("USD",), "wallets": ("alipay",)})
    assert found["foreign_card"] == Said("yes", {"visa": "yes", "jcb": "yes"})
    assert found["currency_exchange"] == Said(None, {"USD": "yes"})
    assert found["mobile_pay"] == Said(None, {"alipay": "yes"})


def test_columns_of_ticks_are_aspects() -> None:
    """A tick is yes, a cross no, an empty cell nothing."""
    found = said({"foreign_card:visa": YES, "foreign_card:jcb": NO})
    assert found == {"foreign_card": Said(None, {"visa": "yes", "jcb": "no"})}


def test_schemes_of_a_cash_machine_are_of_withdrawal() -> None:
    """For an ATM, and for a branch of which only withdrawal is told."""
    assert said({"schemes": ("visa",)}, "atm") == {"foreign_card_atm": Said(None, {"visa": "yes"})}
    found = said({"foreign_card_atm": YES, "foreign_card:visa": YES}, "bank_branch")
    assert found == {"foreign_card_atm": Said("yes", {"visa": "yes"})}
    both = said({"foreign_card": YES, "foreign_card_atm": YES, "schemes": ("visa",)}, "bank_branch")
    assert both == {"foreign_card": Said("yes", {"visa": "yes"}), "foreign_card_atm": Said("yes")}


def test_unionpay_alone_proves_nothing() -> None:
    """The whole stays unsaid, with a remark; with Visa beside it, it stands."""
    found, notes = said_by({"foreign_card": YES, "schemes": ("unionpay",)}, "hotel")
    assert found["foreign_card"] == Said(None, {"unionpay": "yes"})
    assert [(field, n.code, n.refuses) for field, n in notes] == [("foreign_card", "unionpay_is_no_proof", False)]
    assert said({"foreign_card": YES, "schemes": ("unionpay", "visa")})["foreign_card"].status == "yes"


def test_a_row_that_contradicts_itself_is_refused() -> None:
    """No on the whole, and Visa works."""
    _, notes = said_by({"foreign_card": NO, "schemes": ("visa",)}, "hotel")
    assert [(field, n.code, n.refuses) for field, n in notes] == [("foreign_card", "status_contradicts", True)]


def test_unknown_on_the_whole_gives_way_to_aspects() -> None:
    """Something is known, after all; without aspects, unknown is what is said."""
    assert said({"foreign_card": UNKNOWN, "schemes": ("visa",)})["foreign_card"].status is None
    assert said({"foreign_card": UNKNOWN})["foreign_card"].status == "unknown"


def test_what_stands_apart_for_one_capability() -> None:
    """Its day, source, aspects and details, as exports write them; terminals are of cards."""
    day = date(2024, 7, 3)
    cells = {"cash": YES, "cash_observed_at": day, "cash_source": "inspection", "cash_details": {"pledge": True},
             "foreign_card": YES, "foreign_card_aspects": {"visa": "yes", "jcb": "no"}, "terminals": 2.0}  # fmt: skip
    found = said(cells)
    assert found["cash"] == Said("yes", {}, {"pledge": True}, day, "inspection")
    assert found["foreign_card"] == Said("yes", {"visa": "yes", "jcb": "no"}, {"terminals": 2})


def test_aspects_and_details_are_read_back() -> None:
    """What exports write; anything else refuses the row."""
    read = read_aspects("foreign_card")
    assert read("visa=yes; jcb=no").value == {"visa": "yes", "jcb": "no"}
    assert [read(cell).notes[0].refuses for cell in ("visa", "visa=maybe", "USD=yes")] == [True] * 3
    assert read_details('{"limit": 2000}').value == {"limit": 2000}
    assert [read_details(cell).notes[0].refuses for cell in ("[1]", "{", "是")] == [True] * 3
