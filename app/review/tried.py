"""What an inspector can try at a venue, and what was found."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.vocabulary import CAPABILITIES, CURRENCIES, Status

FOUND = (Status.YES.value, Status.LIMITED.value, Status.NO.value)
USUAL_CURRENCIES = ("USD", "EUR", "JPY", "KRW", "HKD", "GBP")
"""What is asked for most; the others are folded away on the form."""
WHOLE = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """A capability to try, with the aspects that are asked for most, and the others."""

    capability: str
    aspects: tuple[str, ...]
    rare: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of a capability, or of one aspect of it."""

    capability: str
    aspect: str
    status: str


def trials(category: str) -> list[Trial]:
    """What makes sense to try at a venue of this category."""
    asked = (c for c in CAPABILITIES.values() if category in c.categories)
    return [Trial(c.key, *_parted(c.aspects)) for c in asked]


def field(capability: str, aspect: str = WHOLE) -> str:
    """What a result is called in the form."""
    return f"{capability}.{aspect}" if aspect else capability


def read(category: str, form: Mapping[str, object]) -> tuple[list[Found], list[str]]:
    """What the form says was found, and the fields whose words are not known."""
    found, unknown = [], []
    for trial in trials(category):
        for aspect in (WHOLE, *trial.aspects, *trial.rare):
            name = field(trial.capability, aspect)
            word = str(form.get(name, "") or "")
            if word in FOUND:
                found.append(Found(trial.capability, aspect, word))
            elif word:
                unknown.append(name)
    return found, unknown


def _parted(aspects: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    rare = tuple(a for a in aspects if a in CURRENCIES and a not in USUAL_CURRENCIES)
    usual = [a for a in aspects if a not in rare]
    place = {currency: number for number, currency in enumerate(USUAL_CURRENCIES)}
    return tuple(sorted(usual, key=lambda a: place.get(a, -1))), rare
