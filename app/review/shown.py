"""A question as the page and the interface show it: both sides in words, and what would be public under each choice."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.console.words import Words
from app.i18n.catalogs import later as N_  # noqa: N812 - gettext's own name for a marked message
from app.review.evidence import Question
from app.review.preview import Choice, Outlook, outlooks
from app.review.queue import CONFLICT, Item

DETAIL = N_("%(name)s: %(value)s")
DETAILS = {
    "terminals": N_("terminals"),
    "service_mode": N_("service"),
    "window": N_("window kept"),
    "pledge": N_("public pledge posted"),
    "change_available": N_("change at hand"),
    "code": N_("code"),
    "foreign_card_linked": N_("foreign card linked"),
    "means": N_("means"),
    "fee_cny": N_("fee, yuan"),
    "limit_cny": N_("limit, yuan"),
    "limit_usd": N_("limit, US dollars"),
    "access": N_("access"),
    "passport_needed": N_("passport needed"),
    "online_appointment": N_("appointment online"),
    "languages": N_("languages"),
    "for": N_("for"),
    "card": N_("card sign"),
    "atm": N_("ATM sign"),
    "exchange": N_("exchange sign"),
    "foreign_cards": N_("foreign cards"),
    "note": N_("note"),
    "reason": N_("reason"),
}
VALUES = {
    "staffed": N_("staffed"),
    "self_service": N_("self-service"),
    "public": N_("open to everybody"),
    "restricted": N_("restricted site"),
    "merchant": N_("merchant's"),
    "personal": N_("personal"),
    "elderly": N_("the elderly"),
    "foreigners": N_("foreigners"),
    "zh": N_("Chinese"),
    "en": N_("English"),
}
NOW, ACCEPTED, REJECTED = "now", "accepted", "rejected"


@dataclass(frozen=True, slots=True)
class Turn:
    """What becomes of the whole, or of one aspect, under a choice."""

    aspect: str
    now: str
    then: str

    @property
    def turns(self) -> bool:
        """Whether anything changes."""
        return self.now != self.then


def foretold(session: Session, items: Collection[Item]) -> dict[str, dict[str, Outlook]]:
    """By question, what is public now and what would be once it is accepted, and once it is rejected."""
    choices = {(item.key, way): choice for item in items for way, choice in _choices(item).items()}
    found = outlooks(session, choices) if choices else {}
    return {item.key: {way: found[item.key, way] for way in (NOW, ACCEPTED, REJECTED)} for item in items}


def _choices(item: Item) -> Mapping[str, Choice]:
    """What is not decided counts once it is accepted; what contradicts counts already, until it is rejected."""
    now = Choice(item.venue_id, item.capability)
    if item.kind == CONFLICT:
        return {NOW: now, ACCEPTED: now, REJECTED: Choice(item.venue_id, item.capability, dropped=item.newer)}
    return {NOW: now, ACCEPTED: Choice(item.venue_id, item.capability, counting=item.newer), REJECTED: now}


def turns(question: Question, outlook: Mapping[str, Outlook], way: str) -> list[Turn]:
    """What the choice makes of the whole and of each aspect that either side speaks of, the whole first."""
    spoken = {e.aspect for e in (*question.newer, *question.against)} - {""}
    return [Turn(a, outlook[NOW].of(a), outlook[way].of(a)) for a in ("", *sorted(spoken))]


def details_in_words(details: Mapping[str, object], words: Words) -> list[str]:
    """The details of a statement, one by one; what is told in both languages is told in the reader's."""
    other = "_en" if words.lang == "zh" else "_zh"
    return [
        words.say(DETAIL) % {"name": _named(name, words), "value": _plain(value, words)}
        for name, value in details.items()
        if not name.endswith(other)
    ]


def _named(name: str, words: Words) -> str:
    bare = name.removesuffix("_zh").removesuffix("_en")
    return words.say(DETAILS[bare]) if bare in DETAILS else bare.replace("_", " ")


def _plain(value: object, words: Words) -> str:
    if isinstance(value, bool):
        return words.plain_status("yes" if value else "no")
    said = [words.say(VALUES.get(str(v), str(v))) for v in (value if isinstance(value, list) else [value])]
    return ", ".join(said)
