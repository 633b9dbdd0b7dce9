"""Whether a filter makes sense for a collection: its names exist, and it compares like with like."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

import orjson
import shapely
from shapely.errors import GEOSException

from app.errors import BadParameter
from app.ogc.fields import BOOLEAN, DATE, GEOMETRY, NUMBER, STRING, TIMESTAMP, Fields

Node = Any
INTERVAL = "interval"
COMPARISONS = frozenset({"=", "<>", "<", "<=", ">", ">=", "between", "in"})
SPATIAL = frozenset(
    f"s_{word}" for word in ("intersects", "disjoint", "contains", "within", "touches", "crosses", "overlaps", "equals")
)
SIGNATURES: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(("and", "or", "not"), (BOOLEAN, BOOLEAN)),
    **dict.fromkeys(("+", "-", "*", "/", "%", "^", "div"), (NUMBER, NUMBER)),
    **dict.fromkeys(("casei", "accenti"), (STRING, STRING)),
    **dict.fromkeys(SPATIAL, (GEOMETRY, BOOLEAN)),
    "like": (STRING, BOOLEAN),
}
"""What an operation takes, and what it gives."""
TEMPORAL = frozenset(
    f"t_{word}"
    for word in ("after", "before", "contains", "disjoint", "during", "equals", "finishedby", "finishes",
                 "intersects", "meets", "metby", "overlappedby", "overlaps", "startedby", "starts")
)  # fmt: skip
TIMES = (DATE, TIMESTAMP, INTERVAL)
TAKES: Mapping[str, int] = {**dict.fromkeys(SPATIAL | TEMPORAL, 2), "casei": 1, "accenti": 1}
"""How many arguments the functions take; the grammar itself counts those of the operators."""
_SAID = {TIMESTAMP: "TIMESTAMP('2026-11-23T14:00:00Z')", DATE: "DATE('2026-11-23')", STRING: "'text'", NUMBER: "5"}


def properties_of(node: Node) -> Iterable[str]:
    """The names of the properties in an expression."""
    if isinstance(node, dict):
        if isinstance(node.get("property"), str):
            yield node["property"]
        parts: Iterable[Node] = node.values()
    else:
        parts = node if isinstance(node, list) else ()
    for part in parts:
        yield from properties_of(part)


def check_predicate(node: Node, fields: Fields, text: str) -> None:
    """Nothing if the expression is a condition on the fields; BadParameter with the place and the mend if not."""
    if _Check(fields, text).kind(node) != BOOLEAN:
        raise BadParameter("filter", "is a value, not a condition; compare it with something, as in category = 'hotel'")


class _Check:
    """The rules, for one filter."""

    def __init__(self, fields: Fields, text: str) -> None:
        self._fields = fields
        self._text = text

    def kind(self, node: Node) -> str:
        """What kind of value an expression has."""
        if isinstance(node, bool):
            return BOOLEAN
        if isinstance(node, (int, float)):
            return NUMBER
        if isinstance(node, str):
            return STRING
        if not isinstance(node, dict):
            raise BadParameter("filter", f"{node!r} cannot stand here")
        literals: Mapping[str, Callable[[Node], str]] = {
            "op": self._operation, "property": self._property, "timestamp": self._timestamp, "date": self._date,
            "interval": self._interval, "bbox": self._bbox, "type": self._geometry,
        }  # fmt: skip
        return next(check(node) for name, check in literals.items() if name in node)

    def _property(self, node: Node) -> str:
        name = node["property"]
        if name == GEOMETRY:
            return GEOMETRY
        if name not in self._fields.of:
            raise BadParameter("filter", f"{name!r}{self._at(name)} is not among the queryables of this collection")
        return self._fields.of[name].kind

    def _at(self, word: str) -> str:
        place = self._text.casefold().find(word.casefold())
        return "" if place < 0 else f" at character {place + 1}"

    def _operation(self, node: Node) -> str:
        op, kinds = node["op"], [self.kind(arg) for arg in node["args"] if not isinstance(arg, list)]
        if len(node["args"]) != TAKES.get(op, len(node["args"])):
            raise BadParameter("filter", f"{op.upper()}{self._at(op)} takes {TAKES[op]}, not {len(node['args'])}")
        if op in SIGNATURES:
            return self._all(op, kinds, *SIGNATURES[op])
        if op in COMPARISONS:
            return self._alike(op, kinds + [self.kind(word) for word in _listed(node)])
        if op == "isNull" or (op in TEMPORAL and all(kind in TIMES for kind in kinds)):
            return BOOLEAN
        raise BadParameter("filter", f"{op.upper()}{self._at(op)} is not supported with {', '.join(kinds)}")

    def _all(self, op: str, kinds: list[str], wanted: str, gives: str) -> str:
        for kind in kinds:
            if kind != wanted:
                raise BadParameter("filter", f"{op.upper()}{self._at(op)} needs a {wanted}, not a {kind}")
        return gives

    def _alike(self, op: str, kinds: list[str]) -> str:
        first = kinds[0]
        if first not in (*_SAID, BOOLEAN):
            raise BadParameter("filter", f"{op.upper()}{self._at(op)} cannot compare a {first}")
        for kind in kinds:
            if kind != first:
                mend = f"; write {_SAID[first]}" if first in _SAID else ""
                raise BadParameter("filter", f"{op.upper()}{self._at(op)} compares a {first} with a {kind}{mend}")
        return BOOLEAN

    def _timestamp(self, node: Node) -> str:
        return self._time(node["timestamp"], datetime.fromisoformat, TIMESTAMP)

    def _date(self, node: Node) -> str:
        return self._time(node["date"], date.fromisoformat, DATE)

    def _time(self, said: str, read: Callable[[str], date], kind: str) -> str:
        try:
            found = read(said)
        except ValueError:
            found = None
        if found is None or (isinstance(found, datetime) and found.tzinfo is None):
            raise BadParameter("filter", f"{said!r}{self._at(said)} is not a time such as {_SAID[kind]}")
        return kind

    def _interval(self, node: Node) -> str:
        for end in node["interval"]:
            if isinstance(end, dict):
                self.kind(end)
            elif end != "..":
                self._time(end, *((datetime.fromisoformat, TIMESTAMP) if "T" in end else (date.fromisoformat, DATE)))
        return INTERVAL

    def _bbox(self, node: Node) -> str:
        box = node["bbox"]
        if box[0] > box[len(box) // 2]:
            raise BadParameter("filter", "a BBOX across ±180 is not supported here; use the parameter bbox")
        return GEOMETRY

    def _geometry(self, node: Node) -> str:
        try:
            shape = shapely.from_geojson(orjson.dumps(node))
            sound = shape.is_valid and not shape.is_empty
        except (GEOSException, ValueError):
            sound = False
        if not sound:
            raise BadParameter("filter", f"the {node['type']}{self._at(node['type'])} is not a valid geometry")
        return GEOMETRY


def _listed(node: Node) -> list[Node]:
    """The values in the parentheses of IN."""
    return next((arg for arg in node["args"] if isinstance(arg, list)), [])
