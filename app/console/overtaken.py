"""Two versions of a venue side by side, after somebody else's edit came first."""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from app.console.attributes import ATTRIBUTES
from app.console.choices import Choices
from app.console.places import JOINED, PLACED
from app.console.record import attributes
from app.console.words import Words
from app.i18n.catalogs import later as N_  # noqa: N812 - gettext's own name for a marked message
from app.tables import Venue

POSITION = N_("Position")


@dataclass(frozen=True, slots=True)
class Row:
    """An attribute in which the versions differ: as the writer found it, as it is now, as the writer wants it."""

    name: str
    label: str
    was: str
    theirs: str
    mine: str
    was_words: str
    theirs_words: str
    mine_words: str


def compared(venue: Venue, filled: Mapping[str, str], words: Words, choices: Choices) -> dict[str, object]:
    """The rows in which somebody changed something, and the fields in which nobody did, as a form sends them.

    Args:
        venue: as the register holds it now.
        filled: the form that came too late, with what it was made from in `was`.
        words: for the reader.
        choices: the names of counties, zones and institutions.
    """
    was, theirs, mine = (_texts(version) for version in (_was(filled), attributes(venue), filled))
    rows, same = [], {}
    for name in (*ATTRIBUTES, JOINED):
        if theirs[name] == mine[name]:
            same[name] = mine[name]
            continue
        found = (was[name], theirs[name], mine[name])
        label = ATTRIBUTES[name].label if name in ATTRIBUTES else POSITION
        rows.append(Row(name, label, *found, *(_read(name, text, words, choices) for text in found)))
    return {"rows": rows, "same": same}


def _was(filled: Mapping[str, str]) -> Mapping[str, object]:
    try:
        said = orjson.loads(filled.get("was", ""))
    except orjson.JSONDecodeError:
        return {}
    return said if isinstance(said, dict) else {}


def _texts(version: Mapping[str, object]) -> dict[str, str]:
    """Every attribute as a form writes it, the position as one."""
    plain = {name: _text(version.get(name)) for name in (*ATTRIBUTES, *PLACED)}
    place = [plain.pop(name) for name in PLACED]
    joined = version.get(JOINED)
    return {**plain, JOINED: str(joined) if joined else ";".join(place)}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value).strip()


def _read(name: str, text: str, words: Words, choices: Choices) -> str:
    if name == JOINED:
        lon, lat, datum, quality, error = text.split(";") if text.count(";") == len(PLACED) - 1 else ("",) * len(PLACED)
        known = words.quality(quality or None)
        return f"{lon}, {lat} ({words.datum(datum)}, {known}{f', ±{error} m' if error else ''})" if lon else known
    if name == "serves_public":
        return words.plain_status(text) if text else "–"
    named = choices.institution_names(words.lang) if name == "institution" else choices.region_names(words.lang)
    return words.value(name, text, named if name in {"institution", "region", "zone"} else None)
