"""The shapes of the coverage answers: what the OpenAPI description says of them, and what the tests hold them to."""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """An answer that says what is listed, and nothing else."""

    model_config = ConfigDict(extra="forbid")


class Counts(Shape):
    """How many of how many; shares from 0 to 1, null where there is none of them or the list may be incomplete."""

    total: int
    yes: int
    limited: int = Field(description="Works with limits: not met.")
    no: int
    unknown: int = Field(description="Nobody has looked yet.")
    low: float | None = Field(description="Share met if every unknown were a no.")
    high: float | None = Field(description="Share met if every unknown were a yes.")
    known_share: float | None = Field(description="Share that something is known of.")


class ClassCounts(Counts):
    """The counts of a class of venues in a county."""

    category: str
    region: str
    lead: str | None = Field(description="Code of the department that leads for the class (our inference).")
    list_complete: bool = Field(description="Whether the list of this class is known to hold every place.")


class Reach(Shape):
    """How far people have to go, weighted by people; null where nobody is known or nothing is in reach."""

    population_source: str
    people: float | None
    within: dict[str, float | None] = Field(description="Share of people within so many metres.")
    mean_m: float | None
    p50_m: float | None
    p90_m: float | None
    p95_m: float | None
    p99_m: float | None
    beyond_10km: float | None = Field(description="Share of people farther than 10 km.")


class CountyCounts(Counts):
    """The counts and distances of a county over all classes."""

    region: str
    reach: Reach | None = None
    reach_possible: Reach | None = None


class StandardSaid(Shape):
    """A distance that a document lends as a standard."""

    id: str
    metres: float
    settlement: str
    label_zh: str
    label_en: str


class DepartmentSaid(Shape):
    """A department by its two names."""

    zh: str
    en: str


class CoverageSaid(Shape):
    """The figures of one capability in one region at one moment."""

    capability: str
    region: str
    as_of: date
    data_version: str
    list_complete: bool = Field(description="Whether the lists of all these classes are known to be complete.")
    overall: Counts
    classes: list[ClassCounts]
    all_three: list[ClassCounts] = Field(description="Foreign card, cash and phone together.")
    counties: list[CountyCounts]
    reach: Reach = Field(description="To the nearest place known to serve.")
    reach_possible: Reach = Field(description="To the nearest place that serves or might.")
    left_out: int = Field(description="Places left out of distances, for their position is too rough.")
    unlocated: int = Field(description="Places without a position.")
    standards: list[StandardSaid] = Field(description="What gaps are measured against, the usual one first.")
    departments: dict[str, DepartmentSaid] = Field(description="Names of the departments by code.")


class GapSaid(Shape):
    """An area whose people have too far to go."""

    model_config = ConfigDict(extra="allow")

    id: str
    capability: str
    region: str
    certainty: Literal["confirmed", "possible"]
    people: float | None = Field(description="People who live there.")
    area_km2: float
    worst_distance_m: float | None = Field(
        description="From its farthest part to the nearest place; null: none at all."
    )
    department: str | None = Field(description="Code of the department that answers for the ground.")
    best_site: tuple[float, float] = Field(description="Where one place would help most: longitude, latitude.")


class Gap(Shape):
    """A gap as a GeoJSON feature."""

    type: Literal["Feature"]
    id: str
    geometry: dict[str, Any]
    properties: GapSaid


class Gaps(Shape):
    """The gaps of one capability in one region, the one with most people first."""

    type: Literal["FeatureCollection"]
    features: list[Gap]
    capability: str
    region: str
    as_of: date
    data_version: str
    list_complete: bool
    numberReturned: int  # noqa: N815 - the name of OGC API Features
    standard_m: float | None = Field(description="Farther than this is a gap, metres; null: no document lends one.")
