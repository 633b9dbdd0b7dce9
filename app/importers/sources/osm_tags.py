"""What OpenStreetMap tags mean in our words: categories, and what `payment:*` and its kin say of capabilities.

`payment:credit_cards` and `payment:unionpay` prove nothing of foreign cards: the first is about any card, the
second holds nearly everywhere in China.
"""

import re
from collections.abc import Mapping
from datetime import date

from app.vocabulary import CURRENCIES

Tags = Mapping[str, str]

_FUN = "entertainment"
CATEGORY_OF: Mapping[tuple[str, str], str] = {
    **dict.fromkeys([("amenity", v) for v in ("restaurant", "cafe", "fast_food", "food_court")], "restaurant"),
    **dict.fromkeys([("tourism", v) for v in ("hotel", "motel", "hostel", "guest_house")], "hotel"),
    ("amenity", "bus_station"): "bus_station",
    ("railway", "station"): "railway_station",
    **dict.fromkeys([("tourism", v) for v in ("attraction", "theme_park", "zoo")], "scenic_spot"),
    **dict.fromkeys([("tourism", v) for v in ("museum", "gallery")], "museum"),
    **dict.fromkeys([("shop", v) for v in ("mall", "department_store")], "mall"),
    **dict.fromkeys([("shop", v) for v in ("supermarket", "convenience")], "supermarket"),
    **dict.fromkeys([("amenity", v) for v in ("cinema", "theatre", "nightclub", "bar", "pub", "karaoke_box")], _FUN),
    **dict.fromkeys([("leisure", v) for v in ("amusement_arcade", "bowling_alley", "fitness_centre")], _FUN),
    **dict.fromkeys([(k, v) for k in ("amenity", "healthcare") for v in ("hospital", "clinic")], "hospital"),
    ("amenity", "pharmacy"): "pharmacy",
    ("healthcare", "pharmacy"): "pharmacy",
    ("amenity", "university"): "university",
    ("amenity", "college"): "university",
    ("amenity", "bank"): "bank_branch",
    ("amenity", "atm"): "atm",
    ("amenity", "bureau_de_change"): "exchange_agent",
    ("shop", "mobile_phone"): "telecom_hall",
    ("office", "telecommunication"): "telecom_hall",
}  # fmt: skip
KEYS = tuple(dict.fromkeys(key for key, _ in CATEGORY_OF))
GONE = ("disused", "abandoned", "demolished", "construction", "proposed")
SCHEMES = {
    "visa": "visa", "visa_debit": "visa", "mastercard": "mastercard", "mastercard_debit": "mastercard",
    "american_express": "american_express", "amex": "american_express", "jcb": "jcb", "diners_club": "diners_club",
    "discover_card": "discover", "discover": "discover", "unionpay": "unionpay", "union_pay": "unionpay",
    "china_unionpay": "unionpay",
}  # fmt: skip
WALLETS = {
    "alipay": "alipay", "wechat": "wechat", "wechat_pay": "wechat", "weixin": "wechat",
    "unionpay_quickpass": "unionpay_app", "unionpay_app": "unionpay_app",
    "e_cny": "ecny", "ecny": "ecny", "e-cny": "ecny",
}  # fmt: skip
WHOLE = {"payment:cash": "cash", "cash_withdrawal:foreign_cards": "foreign_card_atm"}
STATUSES = {"yes": "yes", "only": "yes", "limited": "limited", "no": "no"}
EXCHANGES = ("currency_exchange", "bureau_de_change", "service:currency_exchange")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def category_of(tags: Tags) -> str | None:
    """Our category of an object; None for one that is none of ours, or no longer there."""
    if any(tags.get(key) == "yes" for key in GONE) or tags.get("opening_hours") == "closed":
        return None
    for key in KEYS:
        found = CATEGORY_OF.get((key, tags.get(key, "")))
        if found == "exchange_agent" and "yes" in {tags.get("automated"), tags.get("self_service")}:
            return "exchange_machine"
        if found == "railway_station" and tags.get("station") in {"subway", "light_rail", "monorail"}:
            continue
        if found:
            return found
    return None


def said_of(tags: Tags, category: str) -> dict[str, str]:
    """The status per capability and `capability:aspect` that the tags tell of."""
    found: dict[str, str] = {}
    for key, value in tags.items():
        field, status = _field(key, category), STATUSES.get(value)
        if field and status:
            found[field] = status
    exchanges = [STATUSES[tags[key]] for key in EXCHANGES if tags.get(key) in STATUSES]
    if category in {"exchange_agent", "exchange_machine"}:
        found["currency_exchange"] = "yes"
    elif exchanges:
        found["currency_exchange"] = exchanges[0]
    if found.get("currency_exchange") != "yes":
        return {field: status for field, status in found.items() if not field.startswith("currency_exchange:")}
    return found


def _field(key: str, category: str) -> str | None:
    """The capability, or `capability:aspect`, that a key speaks of."""
    if key in WHOLE:
        return WHOLE[key]
    subject, _, word = key.partition(":")
    if subject == "payment" and word in WALLETS:
        return f"mobile_pay:{WALLETS[word]}"
    if word in SCHEMES and (subject == "cash_withdrawal" or (subject == "payment" and category != "atm")):
        return f"{'foreign_card' if subject == 'payment' else 'foreign_card_atm'}:{SCHEMES[word]}"
    return f"currency_exchange:{word}" if subject == "currency" and word in CURRENCIES else None


def seen_on(tags: Tags, edited: date | None) -> date | None:
    """The day on which somebody looked: as the tags say, else that of the last edit."""
    keys = ("check_date", "survey:date", *sorted(key for key in tags if key.startswith("check_date:")))
    for key in keys:
        if _DAY.fullmatch(tags.get(key, "")):
            try:
                return date.fromisoformat(tags[key])
            except ValueError:
                continue
    return edited
