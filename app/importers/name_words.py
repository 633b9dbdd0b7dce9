"""The words that names of places are made of, out of `data/names` and the register."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from app.errors import BadFile
from app.importers.rows import rows
from geo.names import NameWords, fold

FOLDER = "names"
KEYS = ("apart", "landmark")
LEVELS = "省市区县"
RURAL, CALLED = "农村商业银行", ("农商银行", "农商行")
LAX = re.compile("(?<=[zcs])h|(?<=[aei]n)g$")
KINDS = ("province", "form", "office", "counted", "trade", "part", "apart", "landmark")


def name_words(data_dir: Path, places: Iterable[str], banks: Iterable[str] = ()) -> NameWords:
    """The words for a city.

    Args:
        data_dir: where the folder `names` is.
        places: the names of the city, its counties and zones, as 聊城市.
        banks: the banks of the city, beside those known everywhere.

    Raises:
        BadFile: a list is missing, or holds a word of no known kind.
    """
    folder = data_dir / FOLDER
    words, trades = _words(folder / "words.csv")
    short = {at: _short(folder / "short.csv", at) for at in ("start", "end")}
    chains = {fold(row.cells["brand"]) for row in rows(folder / "chains.csv", ("brand", "source"))}
    here = {*words["province"], *(_bare(fold(place)) for place in places)} - {""}
    own = {_without(fold(bank), here) for bank in banks if fold(bank) not in chains}
    return NameWords(
        places=frozenset(here),
        forms=frozenset(words["form"]),
        offices=frozenset(words["office"]),
        trades=trades,
        short=short["start"] | {bank.replace(RURAL, word): bank for bank in own if RURAL in bank for word in CALLED},
        endings=short["end"],
        landmarks=frozenset(words["landmark"]),
        counted=frozenset(words["counted"]),
        brands=frozenset(chains | own),
        parts=frozenset(words["part"]),
        alike=tuple(_alike(folder)),
        apart=frozenset(words["apart"]),
    )


def _words(path: Path) -> tuple[Mapping[str, set[str]], dict[str, str]]:
    """The words of each kind, and the trades with what they mean."""
    words: dict[str, set[str]] = defaultdict(set)
    trades: dict[str, str] = {}
    for row in rows(path, ("kind", "word", "means", "source")):
        kind, word = row.cells["kind"], row.cells["word"]
        if kind not in KINDS:
            raise BadFile(f"{path.name} row {row.number}: kind: {kind!r} is not one of {', '.join(KINDS)}")
        words[kind].add(word if kind in KEYS else fold(word))
        if kind == "trade":
            trades[fold(word)] = row.cells["means"]
    return words, trades


def _short(path: Path, at: str) -> dict[str, str]:
    found = (row.cells for row in rows(path, ("word", "at", "stands_for", "source")) if row.cells["at"] == at)
    return {fold(cells["word"]): fold(cells["stands_for"]) for cells in found}


def _alike(folder: Path) -> Iterator[str]:
    """Groups of characters that sound alike, also where z is said for zh and n for ng, and of such that look alike."""
    heard: dict[str, str] = defaultdict(str)
    for row in rows(folder / "sounds.csv", ("sound", "characters", "source")):
        heard[LAX.sub("", row.cells["sound"])] += row.cells["characters"]
    yield from heard.values()
    yield from (row.cells["characters"] for row in rows(folder / "shapes.csv", ("characters", "source")))


def _without(bank: str, places: Collection[str]) -> str:
    """A bank's name without the places before it, as 润昌农村商业银行."""
    while place := next((bank[: len(known)] for known in places if bank.startswith(known)), ""):
        bank = bank.removeprefix(place).lstrip(LEVELS)
    return bank


def _bare(place: str) -> str:
    """A place without 省, 市, 区, 县, unless one character would be left."""
    return place[:-1] if len(place) > 2 and place[-1] in LEVELS else place  # noqa: PLR2004 - 莘县 stays 莘县
