"""Paging through a collection that is small enough to be held as a list of features."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from app.ogc.asked import Asked, Box, Place
from app.ogc.fields import GEOMETRY
from app.ogc.page import Extent, Feature, Page


@dataclass(frozen=True)
class Held:
    """Features in order of id, with their shapes (None where one has none)."""

    features: tuple[Feature, ...]
    shapes: tuple[BaseGeometry | None, ...]

    @classmethod
    def of(cls, features: Iterable[Feature]) -> "Held":
        """The features, in order."""
        ordered = tuple(sorted(features, key=lambda feature: str(feature["id"])))
        return cls(ordered, tuple(None if f[GEOMETRY] is None else shape(f[GEOMETRY]) for f in ordered))

    def page(self, asked: Asked) -> Page:
        """The ones asked for, some at a time."""
        boxes = [shapely.box(*box) for box in asked.boxes]
        found = [
            feature
            for feature, own in zip(self.features, self.shapes, strict=True)
            if _touches(own, boxes) and asked.filter.holds({**feature["properties"], GEOMETRY: feature[GEOMETRY]})
        ]
        rest = [f for f in found if asked.after is None or f["id"] > asked.after.id]
        shown = rest[: asked.limit]
        return Page(shown, len(found), Place(0, shown[-1]["id"]) if len(rest) > len(shown) else None)

    def one(self, name: str) -> Feature | None:
        """The one of this id."""
        return next((feature for feature in self.features if feature["id"] == name), None)

    def extent(self) -> Extent:
        """The box around all shapes."""
        shapes = [own for own in self.shapes if own is not None]
        box: Box | None = tuple(shapely.total_bounds(shapes).round(6).tolist()) if shapes else None
        return Extent(box)


def _touches(own: BaseGeometry | None, boxes: Sequence[BaseGeometry]) -> bool:
    """Whether a shape is in one of the boxes; without boxes, or without a shape, it is (the standard says so)."""
    return own is None or not boxes or any(own.intersects(box) for box in boxes)
