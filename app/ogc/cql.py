"""A filter in CQL2 text: parsed by the `cql2` library, held to the collection's fields, and evaluated."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import cql2

from app.errors import BadParameter
from app.ogc.fields import Fields
from app.ogc.kinds import check_predicate, properties_of

Node = Any
"""A node of CQL2 JSON: a literal, `{"property": ..}`, `{"op": .., "args": [..]}`."""
DEEPEST = 10
"""Parentheses inside parentheses: the parser's time doubles with each where something inside is wrong."""
LONGEST = 1_000
"""Characters outside quotes and numbers: each may stand for one more thing inside another, as in `-----1`, and some
thousands of them overflow the parser's stack, which ends the process."""
NESTED = 100
"""Objects and lists inside each other in a parsed filter: as far as is followed by recursion here."""
_PLAIN = frozenset(" \n\t\r0123456789.,")
_PLACE = re.compile(r"--> (\d+):(\d+)")
_UNDECIDED = "Could not reduce"
"""How the library says that a filter is neither true nor false of a feature, because a value is null."""


@dataclass(frozen=True)
class Filter:
    """Conditions that all must hold; where one cannot be decided because a value is unknown, it does not."""

    conditions: tuple[Node, ...] = ()

    @cached_property
    def properties(self) -> frozenset[str]:
        """The names of what it looks at."""
        return frozenset(name for condition in self.conditions for name in properties_of(condition))

    @cached_property
    def _expression(self) -> cql2.Expr:
        one = len(self.conditions) == 1
        return cql2.Expr(self.conditions[0] if one else {"op": "and", "args": list(self.conditions)})

    def __bool__(self) -> bool:
        return bool(self.conditions)

    def holds(self, values: Mapping[str, object]) -> bool:
        """Whether it is true of these values."""
        if not self.conditions:
            return True
        try:
            return self._expression.matches(dict(values))
        except Exception as error:
            if _UNDECIDED in str(error):
                return False
            raise BadParameter("filter", f"cannot be evaluated: {error}") from error


def parse(text: str, fields: Fields) -> Filter:
    """The filter of a text.

    Raises:
        BadParameter: it does not parse (with the place), is too deep, or asks for what the collection does not have.
    """
    _check_text(text)
    try:
        tree = cql2.parse_text(text).to_json()
    except cql2.ParseError as error:
        place = _PLACE.search(str(error))
        raise BadParameter("filter", _unread(text, *map(int, place.groups() if place else (1, 1)))) from None
    _check_tree(tree)
    check_predicate(tree, fields, text)
    return Filter(tuple(conjuncts(tree)))


def conjuncts(tree: Node) -> Iterable[Node]:
    """The conditions that an expression ties together with AND."""
    if isinstance(tree, dict) and tree.get("op") == "and":
        for part in tree["args"]:
            yield from conjuncts(part)
    else:
        yield tree


def _unread(text: str, line: int, column: int) -> str:
    lines = text.splitlines() or [""]
    at = sum(len(before) + 1 for before in lines[: line - 1]) + column
    rest = lines[min(line, len(lines)) - 1][column - 1 :]
    found = f"before {rest[:20]!r}" if rest else "at the end"
    return f"is not CQL2 text from character {at} on, {found}; for example: category = 'hotel' AND foreign_card = 'yes'"


def _check_text(text: str) -> None:
    depth, written, quote = 0, 0, ""
    for at, character in enumerate(text, 1):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "()":
            depth += 1 if character == "(" else -1
        elif character not in _PLAIN:
            written += 1
        if depth > DEEPEST:
            raise BadParameter("filter", f"more than {DEEPEST} parentheses inside each other, at character {at}")
        if written > LONGEST:
            raise BadParameter("filter", f"more than {LONGEST} characters of names and operators, at character {at}")


def _check_tree(tree: Node) -> None:
    level, depth = [tree], 0
    while level:
        depth += 1
        if depth > NESTED:
            raise BadParameter("filter", f"more than {NESTED // 2} operations inside each other")
        level = [part for node in level for part in _parts(node)]


def _parts(node: Node) -> Iterable[Node]:
    return node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
