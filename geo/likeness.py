"""How far two names of places are the same name."""

import re
from enum import IntEnum

from rapidfuzz.distance import Postfix, Prefix

from geo.names import LEAST, ROAD, Name, NameWords

FIRST = ("1",)
SHOP = "店"
SHORT, LONG = 3, 5
"""From how many characters one that is taken for another is a slip, and any other one."""
BRIEF = 3
"""In more characters than these one alone (新, 北) sets nothing apart."""
SHARED = 0.6
"""What part of two names is the same where they are called similar."""


class Likeness(IntEnum):
    """How far two names are the same, the least first."""

    OTHER = 0
    RIVAL = 1
    """The same brand or the same whole, and certainly another branch or another part of it."""
    SIMILAR = 2
    PART = 3
    """One leaves out the branch."""
    SLIP = 4
    """But for a slip of the pen."""
    SAME = 5
    """But for what dresses a name up."""
    EQUAL = 6
    """To the letter."""


def likeness(a: Name, b: Name, words: NameWords) -> Likeness:
    """Return how far two names are the same; the order does not matter.

    >>> from geo.names import parse
    >>> words = NameWords(offices=frozenset({"店"}), brands=frozenset({"肯德基"}), parts=frozenset({"北门"}))
    >>> def told(a, b):
    ...     return likeness(parse(a, words), parse(b, words), words).name
    >>> told("肯德基(振华店)", "肯德基振华店"), told("肯德基(振华店)", "肯德基(百大店)"), told("肯德基", "肯德基振华店")
    ('EQUAL', 'RIVAL', 'PART')
    >>> told("东昌湖", "东昌湖北门"), told("第一中学", "第二中学"), told("水城明珠剧场", "水成明珠剧场")
    ('RIVAL', 'RIVAL', 'SLIP')
    """
    if a.flat == b.flat:
        return Likeness.EQUAL if a.flat else Likeness.OTHER
    slip = _one_letter(a, b, words)
    found = Likeness.SLIP if slip and a.core != b.core else _by_parts(a, b, words)
    if found <= Likeness.SIMILAR:
        return found
    if a.numbers != b.numbers:
        return min(found, Likeness.PART) if {a.numbers, b.numbers} == {(), FIRST} else Likeness.RIVAL
    if a.office and b.office and a.office[-1] != b.office[-1]:
        return Likeness.SIMILAR
    found = found if slip else min(found, _by_trade(a, b))
    return found if a.places == b.places or found <= Likeness.SIMILAR else _elsewhere(a, b, found)


def _by_parts(a: Name, b: Name, words: NameWords) -> Likeness:
    """By brand and branch where both have one brand, else by the whole; a chain is not like what is none."""
    if a.brand and a.brand == b.brand:
        return _branches(a, b, words)
    found = _cores(a, b, words)
    one_chain = (a.brand in words.brands) != (b.brand in words.brands)
    return Likeness.OTHER if one_chain and found == Likeness.SIMILAR else found


def _by_trade(a: Name, b: Name) -> Likeness:
    """How far two names can be the same by their trades; a short one needs the same word: 水城炒鸡 is not 水城饭庄."""
    if a.brand or b.brand or a.generic or b.generic:
        return Likeness.SAME if a.trade == b.trade or not (a.trade and b.trade) else _kinds(a.trade, b.trade)
    one, other = sorted((a.bare.removeprefix(a.core), b.bare.removeprefix(b.core)), key=len)
    brief = min(len(a.core), len(b.core)) <= LEAST
    if a.trade == b.trade:
        return Likeness.SAME if not brief or "/" not in a.trade or one in other else Likeness.SIMILAR
    if not (a.trade and b.trade):
        return Likeness.PART if brief else Likeness.SAME
    return Likeness.SIMILAR if brief else _kinds(a.trade, b.trade)


def _kinds(a: str, b: str) -> Likeness:
    """How far two kinds of trade are one: a restaurant may be one for fish."""
    one, other = sorted((a, b), key=len)
    return Likeness.PART if other.startswith(f"{one}/") else Likeness.SIMILAR


def _elsewhere(a: Name, b: Name, found: Likeness) -> Likeness:
    """What is left of a likeness when the places in the names are not the same."""
    if a.generic or b.generic:
        if a.places[-1:] == b.places[-1:]:
            return found
        return Likeness.RIVAL if a.places and b.places else min(found, Likeness.PART)
    nested = set(a.places) <= set(b.places) or set(b.places) <= set(a.places)
    return found if nested else Likeness.SIMILAR


def _branches(a: Name, b: Name, words: NameWords) -> Likeness:
    """Of two names of one brand."""
    if a.branch == b.branch:
        return Likeness.SAME
    if not (a.branch and b.branch) or _anywhere(a, b) or _anywhere(b, a):
        return Likeness.PART
    start, end = _common(a.branch, b.branch)
    shorter, longer = sorted((a.branch, b.branch), key=len)
    extra = longer[start : len(longer) - end]
    if start + end == len(shorter) > 1:
        if not _sets_apart(extra, words):
            return Likeness.PART if end else Likeness.SAME
        if start and re.fullmatch(ROAD, longer[start:]):  # 利民路 is 利民东路, or 利民西路
            return Likeness.PART
    found = _written(a.branch, b.branch, words, len(a.brand))
    return found if found >= Likeness.SLIP else Likeness.RIVAL


def _anywhere(a: Name, b: Name) -> bool:
    """Whether one shop is only called by the place that the other is in; the 支行 of a county is one of many there."""
    return (a.office or SHOP)[-1] == SHOP and a.branch in a.places and a.branch in b.places


def _cores(a: Name, b: Name, words: NameWords) -> Likeness:
    if a.core == b.core:
        return Likeness.SAME
    if a.brand in words.brands and b.brand in words.brands:
        return Likeness.OTHER
    if (b.office and b.brand == a.core) or (a.office and a.brand == b.core):
        return Likeness.PART
    if a.generic and b.generic and (a.core.endswith(b.core) or b.core.endswith(a.core)):
        return Likeness.PART
    return max(_dressed(a, b, words), _written(a.core, b.core, words, 0, a.brand or b.brand))


def _one_letter(a: Name, b: Name, words: NameWords) -> bool:
    """Whether one character is another that sounds or looks alike, or spoils the word for the trade."""
    start, end = _common(a.bare, b.bare)
    if len(a.bare) != len(b.bare) or start + end + 1 != len(a.bare) or len(a.bare) <= SHORT:
        return False
    return _alike(a.bare[start], b.bare[start], words) or any(
        name.trade and not name.brand and start >= len(name.core) > 1 and not other.trade
        for name, other in ((a, b), (b, a))
    )


def _dressed(a: Name, b: Name, words: NameWords) -> Likeness:
    """Whether one is the other with one more word for the trade."""
    shorter, longer = sorted((a.bare, b.bare), key=len)
    start, end = _common(shorter, longer)
    extra = longer[start : len(longer) - end]
    return Likeness.SAME if start + end == len(shorter) and start >= LEAST and extra in words.trades else Likeness.OTHER


def _written(a: str, b: str, words: NameWords, more: int, brand: str = "") -> Likeness:
    """Of two texts, by what differs between their common beginning and their common end.

    Args:
        a: one text.
        b: the other.
        words: the words.
        more: so many characters are the same besides.
        brand: of one of the two, if it has one.
    """
    start, end = _common(a, b)
    x, y = a[start : len(a) - end], b[start : len(b) - end]
    longest = max(len(a), len(b)) + more
    if not (x and y):
        return _added(x or y, words, longest, (start, end), brand == a[:start] == b[:start] != "")
    if _alike(x, y, words):
        return Likeness.SLIP if min(len(a), len(b)) + more >= SHORT else Likeness.SIMILAR
    if _sets_apart(x, words) or _sets_apart(y, words):
        return Likeness.RIVAL if start + end + more >= SHARED * longest else Likeness.OTHER
    if _slip(x, y, min(len(a), len(b)), first=not start):
        return Likeness.SLIP
    return Likeness.SIMILAR if start + end + more >= SHARED * longest else Likeness.OTHER


def _added(extra: str, words: NameWords, longest: int, around: tuple[int, int], brand: bool) -> Likeness:  # noqa: FBT001 - one of five facts
    """Of two texts one of which has something more."""
    start, end = around
    if extra in words.trades or extra in words.offices or extra in words.places:
        return Likeness.SAME
    if _sets_apart(extra, words):
        return Likeness.RIVAL
    if brand and not end:
        return Likeness.PART
    if len(extra) == 1 and start and end and longest > LONG:
        return Likeness.SLIP
    return Likeness.SIMILAR if start + end > 1 else Likeness.OTHER


def _alike(x: str, y: str, words: NameWords) -> bool:
    """Whether each character is taken for the other."""
    if len(x) != len(y):
        return False
    return all(p == q or words.taken_for(p) & words.taken_for(q) for p, q in zip(x, y, strict=True))


def _slip(x: str, y: str, length: int, *, first: bool) -> bool:
    """Whether one or two characters in the same surroundings can be one name, written wrongly."""
    if len(x) == len(y) == 1:
        return length >= LONG and not first
    return length > SHORT and x == y[::-1] and len(x) == 2  # noqa: PLR2004 - two characters that changed places


def _sets_apart(text: str, words: NameWords) -> bool:
    """Whether this, when it is added or exchanged, makes another thing of a thing."""
    parts = words.patterns.part if len(text) <= BRIEF else words.patterns.wide_part
    return parts.search(text) is not None


def _common(a: str, b: str) -> tuple[int, int]:
    """How many characters are the same at the beginning, and at the end of what is left."""
    start = Prefix.similarity(a, b)
    return start, min(Postfix.similarity(a, b), len(a) - start, len(b) - start)
