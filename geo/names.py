"""Chinese names of places taken apart: what is the name, what is a branch, and what only dresses it up.

Around the core (the brand and the branch) stand places (聊城市), a company form (有限公司), an ordinal (第二), what a
branch is called (支行) and the trade (饭店). The words of all these come in as `NameWords`.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

FIGURES = "0123456789一二三四五六七八九十"
FIGURE = f"[{FIGURES}]+"
DIGITS = {word: value for value, word in enumerate("一二三四五六七八九", 1)}
BRACKETS = str.maketrans("[]{}<>【】〔〕《》〈〉「」『』", "()" * 9)
INNER = re.compile(r"\(([^()]*)\)")
DRESS = re.compile(r"[\W_]+")
ORDINAL = re.compile(f"第({FIGURE})")
LAST = re.compile(r"(?<=店)([0-9]+)号?$")
ROAD = "[东西南北中]?(?:路|街|大街|大道|巷)"
"""After a place this is the name of a road: 湖南路."""
LEAST = 2
"""With fewer characters than these before it, the word for the trade stays: it is the name."""


@dataclass(frozen=True)
class NameWords:
    """The words that names are made of, in NFKC and lower case.

    places: provinces, the city, its counties and zones; 省, 市, 区, 县 may follow in a name.
    forms: company forms, left out wherever they stand.
    offices: what a branch is called at its end: 店, 支行.
    trades: what a business is called at its end, and the kind of business that is: 饭店, restaurant.
    landmarks: kinds of business after which a branch is named: the 人民医院 of 人民医院店.
    short: abbreviations at the beginning, and what they stand for: 工行, 中国工商银行.
    endings: as `short`, at the end: 一中, 第一中学.
    counted: before which words a figure is an ordinal without 第: 店, 院区.
    brands: names with many branches: chains, banks.
    parts: what makes another thing of a thing when it is added or exchanged: 东, 北门, 校区.
    alike: groups of characters that are taken for each other, as they sound or look alike.
    apart: categories of things that carry the name of what they stand in, as a cash machine does.
    """

    places: frozenset[str] = frozenset()
    forms: frozenset[str] = frozenset()
    offices: frozenset[str] = frozenset()
    trades: Mapping[str, str] = field(default_factory=dict)
    landmarks: frozenset[str] = frozenset()
    short: Mapping[str, str] = field(default_factory=dict)
    endings: Mapping[str, str] = field(default_factory=dict)
    counted: frozenset[str] = frozenset()
    brands: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()
    alike: tuple[str, ...] = ()
    apart: frozenset[str] = frozenset()

    @cached_property
    def _groups(self) -> dict[str, frozenset[int]]:
        """The groups of each character, by number."""
        found: dict[str, set[int]] = defaultdict(set)
        for number, group in enumerate(self.alike):
            for character in group:
                found[character].add(number)
        return {character: frozenset(numbers) for character, numbers in found.items()}

    def taken_for(self, character: str) -> frozenset[int]:
        """The groups that a character is in."""
        return self._groups.get(character, frozenset())

    @cached_property
    def patterns(self) -> "Patterns":
        """The words, ready to be looked for."""
        return Patterns(
            place=_any_of(self.places, f"^({{}})[省市区县]?(?!{ROAD})"),
            form=_any_of(self.forms, "{}"),
            office=_any_of(self.offices, "({})$"),
            trade=_any_of(self.trades, "({})$"),
            ahead=_ahead([*self.trades, *self.offices], self.offices),
            short=_any_of({*self.short, *self.short.values()}, "^({})"),
            ending=_any_of(self.endings, "({})$"),
            counted=_any_of(self.counted, f"({FIGURE})号?(?={{}})"),
            brand=_any_of(self.brands, "^({})"),
            part=_any_of([*self.parts, *FIGURES], "{}"),
            wide_part=_any_of([part for part in self.parts if len(part) > 1], "{}"),
        )


@dataclass(frozen=True)
class Patterns:
    """Lists of `NameWords` as expressions, the longest word first; an empty list is found nowhere."""

    place: re.Pattern[str]
    form: re.Pattern[str]
    office: re.Pattern[str]
    trade: re.Pattern[str]
    ahead: re.Pattern[str]
    short: re.Pattern[str]
    ending: re.Pattern[str]
    counted: re.Pattern[str]
    brand: re.Pattern[str]
    part: re.Pattern[str]
    wide_part: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Name:
    """A name taken apart.

    flat: the text without widths, case, spaces, punctuation and brackets.
    bare: that without places and company forms, abbreviations written out.
    core: brand and branch, or the whole name; empty only where the text has no letter.
    brand: the head that other branches share, where one can be told; else empty.
    branch: what follows the brand.
    office: what the branch is called: 店, 支行.
    numbers: its ordinals.
    trade: the kind of business, by its last words.
    places: the places in it, the widest first, without 省, 市, 区, 县.
    inside: the category of a thing in another that carries its name: 东昌支行自助银行.
    generic: the core names a kind of thing, not one of them: 人民医院.
    """

    flat: str
    bare: str
    core: str
    brand: str
    branch: str
    office: str
    numbers: tuple[str, ...]
    trade: str
    places: tuple[str, ...]
    inside: str
    generic: bool

    @property
    def key(self) -> str:
        """The same for two spellings of one name."""
        return "\x1f".join((self.core, *self.numbers, self.trade, *(self.places[-1:] if self.generic else ())))


def parse(text: str, words: NameWords) -> Name:
    """Return a name taken apart.

    >>> words = NameWords(places=frozenset({"聊城"}), offices=frozenset({"店", "支行"}), short={"工行": "中国工商银行"},
    ...                   forms=frozenset({"股份有限公司"}), brands=frozenset({"中国工商银行"}))
    >>> parse("工行东昌支行", words).key == parse("中国工商银行股份有限公司聊城东昌支行", words).key
    True
    >>> name = parse("肯德基（聊城振华店）", words)
    >>> name.brand, name.branch, name.places
    ('肯德基', '振华', ('聊城',))
    """
    known = words.patterns
    head, *inner = _pieces(text)
    flat = head + "".join(inner)
    head, inner = known.form.sub("", head), [known.form.sub("", piece) for piece in inner if piece not in words.offices]
    places, head = _places(head, known)
    numbers, head = _numbers(_written_out(head, words), words)
    brand, branch = _split(head, known.brand)
    bare = (brand + branch if brand else head) + "".join(inner)
    for piece in inner:
        more, rest = _numbers(piece, words)
        numbers, branch = numbers + more, branch + rest
    there: tuple[str, ...] = ()
    office = trade = ""
    if branch:
        there, branch, office = _branch(branch, words)
        brand, trade = (brand, "") if brand else _trade(_office(head, known)[0], words)
    elif not brand:
        branch, office = _office(head, known)
        branch, trade = _trade(branch, words, but=words.landmarks if office else frozenset())
    if not branch and brand not in words.brands:
        brand, branch = "", brand  # what stood in brackets was no branch
    core, places = brand + branch or "".join(places) or flat, (*places, *there)
    last = known.trade.search(bare)
    inside = words.trades[last[1]] if last and words.trades[last[1]] in words.apart else ""
    branch = branch if brand else ""
    return Name(flat, bare, core, brand, branch, office, numbers, trade, places, inside, core in words.trades)


def fold(text: str) -> str:
    """Return a text without differences of width, case and punctuation; brackets go too.

    >>> fold("ＫＴＶ·（Ａ１）")
    'ktva1'
    """
    return DRESS.sub("", unicodedata.normalize("NFKC", text).casefold())


def _pieces(text: str) -> list[str]:
    """The text outside of brackets, then what each pair holds; widths, case and punctuation made equal."""
    rest, inner = unicodedata.normalize("NFKC", text).casefold().translate(BRACKETS), []
    while found := INNER.search(rest):
        inner.append(found[1])
        rest = rest[: found.start()] + rest[found.end() :]
    head, *inner = (DRESS.sub("", piece) for piece in (rest, *inner))
    return [head, *filter(None, inner)] if head else ["".join(inner)]


def _places(text: str, known: Patterns) -> tuple[tuple[str, ...], str]:
    """The places at the beginning, and the rest."""
    found: list[str] = []
    while not known.brand.search(text) and (place := known.place.search(text)):  # 北京银行 is no bank in 北京
        found.append(place[1])
        text = text[place.end() :]
    return tuple(found), text


def _written_out(text: str, words: NameWords) -> str:
    """The text without abbreviations, and with a brand in two languages (KFC肯德基) once."""
    text = words.patterns.ending.sub(lambda found: words.endings[found[1]], text)
    if found := words.patterns.short.search(text):
        rest = text[found.end() :]
        again = words.patterns.short.search(rest)
        full = words.short.get(found[1], found[1])
        same = again and words.short.get(again[1], again[1]) == full
        text = full + (rest[again.end() :] if again and same else rest)
    return text


def _numbers(text: str, words: NameWords) -> tuple[tuple[str, ...], str]:
    """The ordinals as digits, and the text without them."""
    found: list[str] = []

    def take(match: re.Match[str]) -> str:
        found.append(_digits(match[1]))
        return ""

    for pattern in (ORDINAL, words.patterns.counted, LAST):
        text = pattern.sub(take, text)
    return tuple(found), text


def _digits(figure: str) -> str:
    """A figure below a hundred in digits; what is none stays as it is."""
    tens, ten, ones = figure.rpartition("十")
    if figure.isdigit() and figure.isascii():
        return str(int(figure))
    if len(tens) > 1 or len(ones) > 1:
        return figure
    return str((DIGITS.get(tens, 1) * 10 if ten else 0) + DIGITS.get(ones, 0))


def _split(text: str, pattern: re.Pattern[str]) -> tuple[str, str]:
    """The brand at the beginning, and what follows; two empty texts where there is none."""
    found = pattern.search(text)
    return (found[1], text[found.end() :]) if found else ("", "")


def _branch(text: str, words: NameWords) -> tuple[tuple[str, ...], str, str]:
    """The places of a branch, its name, and what it is called; a place that is all of the name stays."""
    known = words.patterns
    there, rest = _places(known.ahead.sub("", text), known)
    rest, office = _office(known.ahead.sub("", rest), known)
    rest = _trade(rest, words)[0]
    if not office:  # 支行自助银行
        rest, office = _office(rest, known)
    return there, rest or (there[-1] if there else ""), office


def _office(text: str, known: Patterns) -> tuple[str, str]:
    """The name without what a branch is called, and that; the 店 of 饭店 is none."""
    found = None if known.trade.search(text) else known.office.search(text)
    return (text[: found.start()], found[1]) if found else (text, "")


def _trade(text: str, words: NameWords, but: frozenset[str] = frozenset()) -> tuple[str, str]:
    """The name without the words for its trade, and the kind of trade; some kinds stay."""
    kinds: set[str] = set()
    while (found := words.patterns.trade.search(text)) and found.start() >= LEAST:
        if words.trades[found[1]].partition("/")[0] in but:
            break
        kinds |= {words.trades[found[1]]} - words.apart
        text = text[: found.start()]
    if text in words.trades and not kinds:
        kinds.add(words.trades[text])
    return text, "+".join(sorted(kinds))


def _ahead(words: Iterable[str], offices: Iterable[str]) -> re.Pattern[str]:
    """A trade or an office with a branch after it; the 商场 of 商场支行 is the branch."""
    return re.compile(f"{_any_of(words, '^(?:{})').pattern}(?!(?:{_any_of(offices, '{}').pattern})$)(?=..)")


def _any_of(words: Iterable[str], pattern: str) -> re.Pattern[str]:
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return re.compile(pattern.format("|".join(map(re.escape, longest_first)) if longest_first else "(?!)"))
