"""Lists in a cell: schemes, wallets, currencies."""

import re
from collections.abc import Mapping

from app.importers.clean.names import ASPECT_NAMES, CURRENCY_NAMES, DIRECTION_NAMES
from app.importers.clean.read import NOTHING, Read, refused
from app.importers.clean.text import is_blank, key, tidy
from app.importers.sources.table import Cell
from app.vocabulary import CURRENCIES, DIRECTIONS, SCHEMES, WALLETS

_SPLIT = re.compile(r"[、,，;；/|＋+和及与\s]+|(?<=卡)(?=[^卡])")
Names = dict[str, str]


def _names(known: Mapping[str, tuple[str, ...]], wanted: tuple[str, ...]) -> Names:
    return {key(name): word for word in wanted for name in (word, *known.get(word, ()))}


SCHEME_OF = _names(ASPECT_NAMES, SCHEMES)
WALLET_OF = _names(ASPECT_NAMES, WALLETS)
CURRENCY_OF = _names(CURRENCY_NAMES, CURRENCIES) | _names(DIRECTION_NAMES, DIRECTIONS)
ASPECT_OF = CURRENCY_OF | WALLET_OF | SCHEME_OF


def split(text: str) -> list[str]:
    """The parts of a list that people write with all kinds of separators."""
    return [part for part in _SPLIT.split(text) if part]


def aspects_in(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The aspects that a text lists, and the words that are none.

    >>> aspects_in("visa、万事达")
    (('visa', 'mastercard'), ())
    """
    return _listed(text, ASPECT_OF)


def read_schemes(cell: Cell) -> Read:
    """The card schemes that a cell lists."""
    return _read(cell, SCHEME_OF, "卡组织", "scheme", "Visa、万事达、JCB")


def read_wallets(cell: Cell) -> Read:
    """The wallets that a cell lists."""
    return _read(cell, WALLET_OF, "移动支付方式", "wallet", "支付宝、微信")


def read_currencies(cell: Cell) -> Read:
    """The currencies (ISO 4217) and directions that a cell lists."""
    return _read(cell, CURRENCY_OF, "币种", "currency", "美元、欧元、JPY")


def _listed(text: str, names: Names) -> tuple[tuple[str, ...], tuple[str, ...]]:
    whole = names.get(key(text))
    if whole:
        return (whole,), ()
    known: list[str] = []
    others: list[str] = []
    for part in _rejoined(split(tidy(text)), names):
        word = names.get(key(part).removesuffix("等"))
        (known if word else others).append(word or part)
    return tuple(dict.fromkeys(known)), tuple(others)


def _rejoined(parts: list[str], names: Names) -> list[str]:
    """Names of two words, such as American Express, put together again."""
    done: list[str] = []
    for part in parts:
        if (done and key(part) not in names and key(done[-1] + part) in names) or (
            done and key(done[-1]) not in names and key(done[-1] + part) in names
        ):
            done[-1] += part
        else:
            done.append(part)
    return done


def _read(cell: Cell, names: Names, zh: str, en: str, example: str) -> Read:
    if is_blank(cell):
        return NOTHING
    known, others = _listed(tidy(cell), names)
    if others:
        odd = "、".join(others)
        return refused(
            f"{en}_unknown",
            f"{zh}“{odd}”无法识别；请写成 {example}",
            f"{odd!r} is no {en} that is known: write {example}",
        )
    return Read(known)
