"""One row per query parameter: what it means, what it allows and how it is read, for the reader and the check alike."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from app.query import LANGUAGES, Query

STRING: Mapping[str, Any] = MappingProxyType({"type": "string"})


@dataclass(frozen=True, kw_only=True, eq=False)
class Parameter:
    """A parameter that its room reads itself; `shape` is its JSON schema."""

    name: str
    says: str
    example: str
    shape: Mapping[str, Any] | None = None
    required: bool = False

    def schema(self) -> dict[str, Any]:
        """The JSON schema of its value."""
        return dict(self.shape or STRING)

    def documented(self) -> dict[str, Any]:
        """The parameter as OpenAPI has it."""
        told: dict[str, Any] = {"name": self.name, "in": "query", "description": self.says, "schema": self.schema()}
        return {**told, "example": self.example} | ({"required": True} if self.required else {})


@dataclass(frozen=True, kw_only=True, eq=False)
class Words(Parameter):
    """Known words with commas between them, which mean OR."""

    known: Collection[str]

    def read(self, query: Query) -> frozenset[str]:
        """The words that were asked for; none where none was."""
        return query.words(self.name, self.known)

    def schema(self) -> dict[str, Any]:
        """A list of the known words."""
        return {"type": "array", "items": {"type": "string", "enum": list(self.known)}, "minItems": 1}

    def documented(self) -> dict[str, Any]:
        """The parameter with its commas."""
        return {**super().documented(), "style": "form", "explode": False, "example": self.example.split(",")}


@dataclass(frozen=True, kw_only=True, eq=False)
class Word(Parameter):
    """Exactly one known word."""

    known: Collection[str]
    usual: str | None = None

    def read(self, query: Query) -> str | None:
        """The word that was asked for, or the usual one."""
        return query.one_of(self.name, self.known, self.usual or "") or None

    def schema(self) -> dict[str, Any]:
        """One of the known words."""
        usual = {} if self.usual is None else {"default": self.usual}
        return {"type": "string", "enum": list(self.known), **usual}


@dataclass(frozen=True, kw_only=True, eq=False)
class Number(Parameter):
    """A number in a range."""

    low: float
    high: float
    usual: float | None = None

    def read(self, query: Query) -> float:
        """The number; the usual one where none was given."""
        return query.number(self.name, self.low, self.high, self.usual)

    def schema(self) -> dict[str, Any]:
        """The range."""
        usual = {} if self.usual is None else {"default": self.usual}
        return {"type": "number", "minimum": self.low, "maximum": self.high, **usual}

    def documented(self) -> dict[str, Any]:
        """The parameter with its example as a number."""
        return {**super().documented(), "example": float(self.example)}


@dataclass(frozen=True, kw_only=True, eq=False)
class Count(Parameter):
    """A whole number in a range."""

    low: int
    high: int
    usual: int

    def read(self, query: Query) -> int:
        """The number; the usual one where none was given."""
        return query.whole(self.name, self.low, self.high, self.usual)

    def schema(self) -> dict[str, Any]:
        """The range."""
        return {"type": "integer", "minimum": self.low, "maximum": self.high, "default": self.usual}

    def documented(self) -> dict[str, Any]:
        """The parameter with its example as a number."""
        return {**super().documented(), "example": int(self.example)}


LANG = Word(name="lang", says="Language of `name`.", example="en", known=LANGUAGES, usual="zh")


def in_path(name: str, says: str, example: str, shape: Mapping[str, Any] = STRING) -> dict[str, Any]:
    """A part of the path as OpenAPI has it."""
    schema = dict(shape)
    return {"name": name, "in": "path", "required": True, "description": says, "schema": schema, "example": example}


@cache
def names(parameters: tuple[Parameter, ...]) -> frozenset[str]:
    """What the parameters of an address are called."""
    return frozenset(p.name for p in parameters)


def documented(parameters: Iterable[Parameter], *paths: dict[str, Any], tries: Iterable[str] = ()) -> dict[str, Any]:
    """What an operation's OpenAPI says beside its answers.

    Args:
        parameters: of the query.
        paths: of the path, see `in_path`.
        tries: addresses to try it with; `{id}` and `{region}` stand for ones that this register has.
    """
    return {"parameters": [*paths, *(p.documented() for p in parameters)], "x-examples": list(tries)}
