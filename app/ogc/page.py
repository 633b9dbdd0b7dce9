"""What a collection answers with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from app.ogc.asked import Asked, Box, Place
from app.ogc.fields import Fields

Feature = Mapping[str, Any]
"""A GeoJSON feature with flat properties."""


@dataclass(frozen=True)
class Page:
    """Some features, how many match in all, and after which place the next page starts."""

    features: list[Feature]
    matched: int
    following: Place | None


@dataclass(frozen=True)
class Extent:
    """The box around a collection's features, and the moment of the oldest change; None where there is none."""

    box: Box | None
    since: str | None = None


class Collection(Protocol):
    """A collection of features under one name."""

    name: str
    titles: tuple[str, str]
    says: tuple[str, str]
    fields: Fields

    def page(self, asked: Asked) -> Page:
        """The features asked for, in a fixed order, some at a time."""

    def one(self, name: str) -> Feature | None:
        """One feature; None where there is none of this name."""

    def extent(self) -> Extent:
        """What it covers."""
