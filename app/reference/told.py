"""The OpenAPI description in the order and the words of a page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from app.catalog.filters import Filters

Json = Mapping[str, Any]


class FirstPage(Protocol):
    """The first venues of a register."""

    @property
    def features(self) -> Sequence[bytes]:
        """The features."""


class Index(Protocol):
    """The part of the catalog that examples are taken from."""

    def find(self, filters: Filters, *, limit: int) -> FirstPage:
        """The first `limit` matching venues."""


@dataclass(frozen=True, slots=True)
class Row:
    """A parameter of an operation or a field of an answer."""

    name: str
    says: str
    allowed: tuple[str, ...]
    kind: str
    usual: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One address: what it answers, its parameters, and links that try it."""

    method: str
    path: str
    anchor: str
    summary: str
    says: tuple[str, ...]
    parameters: tuple[Row, ...]
    answers: tuple[tuple[str, str], ...]
    media_type: str
    shape: str | None
    tries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """The addresses of one tag."""

    name: str
    says: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """An object of the answers with its fields."""

    name: str
    says: str
    fields: tuple[Row, ...]


def sections(described: Json, index: Index, regions: Sequence[str]) -> list[Section]:
    """The operations by tag, in the description's order; tags that nothing carries are left out."""
    known = _known(index, regions)
    operations = [
        (entry.get("tags", [""])[0], _operation(method, path, entry, known))
        for path, methods in described["paths"].items()
        for method, entry in methods.items()
    ]
    said = {tag["name"]: tag.get("description", "") for tag in described.get("tags", [])}
    tags = list(dict.fromkeys([*said, *(tag for tag, _ in operations)]))
    made = [Section(tag, said.get(tag, ""), tuple(o for own, o in operations if own == tag)) for tag in tags]
    return [section for section in made if section.operations]


def shapes(described: Json) -> list[Shape]:
    """The objects of the answers, by name."""
    found = described.get("components", {}).get("schemas", {})
    return [
        Shape(name, _first_line(entry.get("description", "")), _fields(entry))
        for name, entry in sorted(found.items())
        if entry.get("properties")
    ]


def _known(index: Index, regions: Sequence[str]) -> dict[str, str]:
    """What stands in an address for `{id}` and `{region}`: the first that this register has."""
    first = next(iter(index.find(Filters(), limit=1).features), None)
    venue = {} if first is None else {"id": str(orjson.loads(first)["id"])}
    return venue | ({"region": regions[0]} if regions else {})


def _operation(method: str, path: str, entry: Json, known: Mapping[str, str]) -> Operation:
    media_type, shape = _answer(entry["responses"].get("200", {}))
    return Operation(
        method=method.upper(),
        path=path,
        anchor=str(entry["operationId"]),
        summary=entry.get("summary", path),
        says=tuple(part for part in entry.get("description", "").split("\n\n") if part),
        parameters=tuple(_row(p["name"], {**p["schema"], **p}) for p in entry.get("parameters", [])),
        answers=tuple((code, said.get("description", "")) for code, said in entry["responses"].items()),
        media_type=media_type,
        shape=shape,
        tries=tuple(_filled(entry.get("x-examples", ()), known)),
    )


def _filled(tries: Iterable[str], known: Mapping[str, str]) -> Iterable[str]:
    for address in tries:
        made = address
        for name, value in known.items():
            made = made.replace(f"{{{name}}}", value)
        if "{" not in made:
            yield made


def _answer(response: Json) -> tuple[str, str | None]:
    for media_type, content in response.get("content", {}).items():
        return media_type, _named(content.get("schema", {}))
    return "", None


def _fields(shape: Json) -> tuple[Row, ...]:
    required = shape.get("required", ())
    return tuple(_row(name, {**entry, "required": name in required}) for name, entry in shape["properties"].items())


def _row(name: str, entry: Json) -> Row:
    usual = entry.get("default")
    return Row(
        name=name,
        says=entry.get("description", ""),
        allowed=tuple(map(str, entry.get("enum") or entry.get("items", {}).get("enum") or ())),
        kind=_kind(entry),
        usual="" if usual is None else str(usual),
        required=bool(entry.get("required")),
    )


def _kind(entry: Json) -> str:
    """A schema's type in a few words."""
    if (named := _named(entry)) is not None:
        return named
    if "anyOf" in entry:
        return " or ".join(_kind(part) for part in entry["anyOf"])
    if "const" in entry:
        return f"“{entry['const']}”"
    if entry.get("type") == "array":
        return f"list of {_kind(entry.get('items', {}))}"
    if isinstance(entry.get("additionalProperties"), dict):
        return f"object of {_kind(entry['additionalProperties'])}"
    told = str(entry.get("format") or entry.get("type") or "anything")
    return f"{told} {_range(entry)}".rstrip()


def _range(entry: Json) -> str:
    low, high = entry.get("minimum"), entry.get("maximum")
    return "" if low is None or high is None else f"{low:,}–{high:,}"


def _named(entry: Json) -> str | None:
    reference = entry.get("$ref")
    return None if reference is None else str(reference).rsplit("/", 1)[1]


def _first_line(text: str) -> str:
    return text.split("\n\n", 1)[0]
