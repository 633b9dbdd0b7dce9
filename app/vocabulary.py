"""The words Paymap speaks: scenes, categories, capabilities, aspects, statuses.

They are the field's own (docs: `/api/v1/vocabulary`). Everything that is numbered here (bits, codes)
is internal to one process start; what is stored and sent is always the word.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType


class Status(StrEnum):
    """What is known of a capability. No observation means `unknown`, never `no`."""

    YES = "yes"
    LIMITED = "limited"
    NO = "no"
    UNKNOWN = "unknown"


class LocationQuality(StrEnum):
    """How far a venue's position can be trusted."""

    SURVEYED = "surveyed"
    SOURCED = "sourced"
    APPROXIMATE = "approximate"


class SourceKind(StrEnum):
    """Where a statement comes from; the trusted kinds are accepted at once."""

    INSPECTION = "inspection"
    LEDGER = "ledger"
    OFFICIAL_LIST = "official_list"
    OPENSTREETMAP = "openstreetmap"
    VISITOR_REPORT = "visitor_report"
    SIMULATED = "simulated"


TRUSTED_SOURCES = frozenset({SourceKind.INSPECTION, SourceKind.LEDGER, SourceKind.OFFICIAL_LIST, SourceKind.SIMULATED})


@dataclass(frozen=True, slots=True)
class Term:
    """A word with its two names."""

    key: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Category:
    """A class of venues: one scene, and the class lead of the notice's units (our inference)."""

    key: str
    scene: str
    zh: str
    en: str


@dataclass(frozen=True)
class Capability:
    """Something a venue can do for a payer.

    `categories` are the classes for which the question makes sense: they are the denominator of a
    coverage figure and the venues that *might* have an unobserved capability.
    """

    key: str
    zh: str
    en: str
    yes_zh: str
    no_zh: str
    yes_en: str
    no_en: str
    categories: frozenset[str]
    aspects: tuple[str, ...] = ()
    not_evidence: frozenset[str] = frozenset()

    @cached_property
    def evidence(self) -> frozenset[str]:
        """The aspects whose `yes` proves the capability as a whole."""
        return frozenset(self.aspects) - self.not_evidence


SCENES = (
    Term("dining", "食", "Dining"),
    Term("lodging", "住", "Lodging"),
    Term("transport", "行", "Transport"),
    Term("sightseeing", "游", "Sightseeing"),
    Term("shopping", "购", "Shopping"),
    Term("entertainment", "娱", "Entertainment"),
    Term("medical", "医", "Medical"),
    Term("education", "学", "Education"),
    Term("finance", "金融", "Banks and exchange"),
)

CATEGORIES = MappingProxyType(
    {
        c.key: c
        for c in (
            Category("restaurant", "dining", "餐饮", "Restaurant"),
            Category("hotel", "lodging", "酒店", "Hotel"),
            Category("bus_station", "transport", "汽车站", "Bus station"),
            Category("railway_station", "transport", "火车站", "Railway station"),
            Category("scenic_spot", "sightseeing", "景区", "Scenic spot"),
            Category("museum", "sightseeing", "博物馆", "Museum"),
            Category("mall", "shopping", "商场", "Mall"),
            Category("supermarket", "shopping", "超市", "Supermarket"),
            Category("business_district", "shopping", "商圈", "Business district"),
            Category("entertainment", "entertainment", "文娱场所", "Entertainment"),
            Category("hospital", "medical", "医院", "Hospital"),
            Category("pharmacy", "medical", "药店", "Pharmacy"),
            Category("university", "education", "高校", "University"),
            Category("bank_branch", "finance", "银行网点", "Bank branch"),
            Category("atm", "finance", "ATM", "ATM"),
            Category("exchange_agent", "finance", "外币代兑点", "Currency exchange agent"),
            Category("exchange_machine", "finance", "自助兑换机", "Currency exchange machine"),
            Category("telecom_hall", "finance", "通信营业厅", "Mobile-phone shop"),
        )
    }
)

SCHEMES = ("visa", "mastercard", "american_express", "jcb", "diners_club", "discover", "unionpay")
WALLETS = ("alipay", "wechat", "unionpay_app", "ecny")
DIRECTIONS = ("buy_yuan", "change_back")
CURRENCIES = (
    "AUD", "CAD", "CHF", "DKK", "EUR", "GBP", "HKD", "IDR", "JPY", "KRW", "MOP", "MYR",
    "NOK", "NZD", "PHP", "RUB", "SEK", "SGD", "THB", "TWD", "USD", "VND",
)  # fmt: skip

RECIPIENTS = (
    Term("business", "经营主体", "Business"),
    Term("organisation", "机关事业单位", "Public body"),
    Term("resident", "居民个人", "Resident"),
    Term("visitor", "外籍来聊人员", "Visitor from abroad"),
)
"""Who gets change packs; target T4 counts those of businesses."""
ACTIVITIES = (
    Term("training", "培训", "Training"),
    Term("publicity", "宣传", "Publicity"),
    Term("report", "报告、简报", "Report"),
    Term("meeting", "会议", "Meeting"),
)
LICENCES = (Term("personal_fx", "对私结售汇资质", "Licence for personal foreign exchange"),)

_ALL = frozenset(CATEGORIES)
_POINTS = frozenset({"atm", "exchange_machine"})
_SELLERS = _ALL - {"bank_branch", "atm", "exchange_agent", "exchange_machine", "business_district"}
_BRANCH = frozenset({"bank_branch"})
_EXCHANGE = frozenset({"bank_branch", "exchange_agent", "exchange_machine"})
_STAFFED = _ALL - _POINTS
_UNIONPAY = frozenset({"unionpay"})

CAPABILITIES = MappingProxyType(
    {
        c.key: c
        for c in (
            Capability("foreign_card", "受理境外银行卡", "Foreign cards", "受理", "不受理", "takes foreign cards",
                       "foreign cards not taken", _SELLERS, SCHEMES, _UNIONPAY),
            Capability("cash", "接受人民币现金", "Cash (yuan)", "接受", "拒收(经核实)", "takes cash",
                       "cash refused (verified)", _ALL - _POINTS - {"business_district"}),
            Capability("mobile_pay", "移动支付", "Phone payment", "支持", "不支持", "takes phone payment",
                       "phone payment not taken", _SELLERS, WALLETS),
            Capability("foreign_card_atm", "ATM 支持境外银行卡取现", "Cash from a foreign card", "支持", "不支持",
                       "gives cash on foreign cards", "no cash on foreign cards",
                       frozenset({"atm", "bank_branch"}), SCHEMES, _UNIONPAY),
            Capability("currency_exchange", "外币现钞兑换", "Currency exchange", "可兑换", "不可兑换",
                       "changes foreign cash", "does not change foreign cash", _EXCHANGE | {"hotel"},
                       (*CURRENCIES, *DIRECTIONS)),
            Capability("account_opening", "简易开户", "Simplified account opening", "支持", "不支持",
                       "opens accounts", "does not open accounts", _BRANCH),
            Capability("account_green_channel", "账户服务“绿色通道”", "Account green channel", "已设", "未设",
                       "has a green channel for accounts", "no green channel for accounts", _BRANCH),
            Capability("elderly_green_channel", "老年人服务“绿色通道”", "Green channel for the elderly", "已设", "未设",
                       "has a green channel for the elderly", "no green channel for the elderly", _BRANCH),
            Capability("change_pack", "零钱包", "Change packs", "提供", "不提供", "gives change packs",
                       "no change packs", _BRANCH),
            Capability("sim_service", "境内手机号码办理、国际漫游", "SIM cards and roaming", "可办理", "不可办理",
                       "sells SIM cards to foreigners", "no SIM cards for foreigners", frozenset({"telecom_hall"})),
            Capability("service_desk", "支付服务咨询台", "Payment help desk", "已设", "未设",
                       "has a payment help desk", "no payment help desk", _STAFFED),
            Capability("signage", "支付服务标识", "Payment signs", "完整清晰", "不完整", "signs complete and clear",
                       "signs incomplete", _ALL),
            Capability("online_booking", "线上预订", "Online booking", "支持", "不支持",
                       "takes foreign cards online", "no foreign cards online",
                       frozenset({"hotel", "scenic_spot", "museum", "bus_station", "railway_station", "hospital",
                                  "entertainment", "restaurant"})),
        )
    }
)  # fmt: skip

STATUS_WORDS = MappingProxyType({"unknown": ("待核实", "not known yet"), "limited": ("部分受理", "with limits")})

ALL_THREE_CHANNELS = ("foreign_card", "cash", "mobile_pay")
"""The national rule beside the notice: a large venue must support card, cash and phone."""


def status_word(capability: str, status: str, lang: str) -> str:
    """What a person reads for a status of a capability, in `zh` or `en`."""
    if status in STATUS_WORDS:
        return STATUS_WORDS[status][0 if lang == "zh" else 1]
    c = CAPABILITIES[capability]
    if status == Status.YES:
        return c.yes_zh if lang == "zh" else c.yes_en
    return c.no_zh if lang == "zh" else c.no_en


def aspect_kind(aspect: str) -> str:
    """Which kind of aspect a word is: `scheme`, `wallet`, `currency` or `direction`."""
    kinds = {"scheme": SCHEMES, "wallet": WALLETS, "currency": CURRENCIES, "direction": DIRECTIONS}
    return next(kind for kind, words in kinds.items() if aspect in words)
