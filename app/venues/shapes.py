"""The shapes of the venues' answers: what the OpenAPI description says of them, and what the tests hold them to."""

from collections.abc import Collection
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, WithJsonSchema

from app.vocabulary import CAPABILITIES, CATEGORIES, SCENES, LocationQuality, SourceKind, Status

_EXAMPLE_ID = "0b7d8f0e-3c55-5d2b-9a54-6d1c1b0f6a11"


def among(words: Collection[str]) -> AfterValidator:
    """A check that a word is one of these."""

    def check(word: str) -> str:
        if word not in words:
            msg = f"{word!r} is none of {sorted(words)}"
            raise ValueError(msg)
        return word

    return AfterValidator(check)


def listed(words: Collection[str]) -> WithJsonSchema:
    """The JSON schema of a word that is one of these."""
    return WithJsonSchema({"type": "string", "enum": list(words)})


_SCENES = tuple(s.key for s in SCENES)
CategoryWord = Annotated[str, among(CATEGORIES), listed(CATEGORIES)]
SceneWord = Annotated[str, among(_SCENES), listed(_SCENES)]
CapabilityWord = Annotated[str, among(CAPABILITIES), listed(CAPABILITIES)]


class Shape(BaseModel):
    """An answer that says what is listed, and nothing else."""

    model_config = ConfigDict(extra="forbid")


class Point(Shape):
    """A place on the earth, WGS-84."""

    type: Literal["Point"]
    coordinates: tuple[float, float] = Field(description="Longitude, latitude in degrees.")


class AspectSaid(Shape):
    """What is known of one scheme, wallet, currency or direction."""

    status: Status
    observed_at: date


class CapabilitySaid(BaseModel):
    """What is known of one capability; the details of the newest statement stand beside the named fields."""

    model_config = ConfigDict(extra="allow")

    status: Status = Field(description="A capability that nobody has observed is absent, which means `unknown`.")
    schemes: list[str] | None = Field(None, description="Card schemes known to work.")
    wallets: list[str] | None = Field(None, description="Wallets known to work.")
    currencies: list[str] | None = Field(None, description="Currencies known to be changed.")
    directions: list[str] | None = Field(None, description="`buy_yuan`, `change_back`.")
    aspects: dict[str, AspectSaid] = Field(description="Every aspect that was observed, by its word.")
    observed_at: date = Field(description="Day of the statement that the status rests on.")
    source: SourceKind = Field(description="Where that statement comes from.")
    stale: bool = Field(description="Observed longer ago than this register trusts; the status still stands.")


class VenueSaid(Shape):
    """What the register says of a venue."""

    id: str = Field(description="A UUID that never changes.")
    name: str = Field(description="Name in the language asked for (`lang`), the Chinese one where there is no other.")
    open_now: bool | None = Field(description="Whether it is open at `open_at`; null where that was not asked.")
    distance_m: float | None = Field(None, description="Geodesic metres from the point asked about; `nearest` only.")
    name_zh: str
    name_en: str | None
    category: CategoryWord
    scene: SceneWord
    level: str | None = Field(description="Official grade, such as 4A or 三级甲等.")
    region: str = Field(description="Adcode of the county.")
    zone: str | None = Field(description="Functional zone that it also lies in.")
    address_zh: str | None
    address_en: str | None
    phone: str | None = Field(description="Published telephone of the place; never a mobile number.")
    opening_hours: str | None = Field(description="OSM opening_hours, or the text as it came.")
    operator: str | None
    part_of: str | None = Field(description="Id of the venue that it is part of.")
    key_lists: list[str] = Field(description="Official lists of key places and merchants that it is on.")
    location_quality: LocationQuality | None = Field(description="How far the position can be trusted.")
    location_error_m: float | None = Field(description="How far off the position may be, metres.")
    source: str = Field(description="Where the entry comes from.")
    updated_at: AwareDatetime
    opened_on: date | None = Field(None, description="Opens to the public on this day; of venues not open only.")
    closed_on: date | None = Field(None, description="Closed for good on this day.")
    removed: bool | None = Field(None, description="Taken out of the register.")
    capabilities: dict[CapabilityWord, CapabilitySaid] = Field(description="By capability; see `/api/v1/vocabulary`.")


class Venue(Shape):
    """A venue as a GeoJSON feature."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "Feature",
                "id": _EXAMPLE_ID,
                "geometry": {"type": "Point", "coordinates": [115.98, 36.45]},
                "properties": {
                    "id": _EXAMPLE_ID,
                    "name": "Example Hotel",
                    "open_now": None,
                    "name_zh": "示例酒店",
                    "name_en": "Example Hotel",
                    "category": "hotel",
                    "scene": "lodging",
                    "level": None,
                    "region": "371502",
                    "zone": None,
                    "address_zh": "东昌府区示例路1号",
                    "address_en": None,
                    "phone": "0635-0000000",
                    "opening_hours": "24/7",
                    "operator": None,
                    "part_of": None,
                    "key_lists": [],
                    "location_quality": "approximate",
                    "location_error_m": 800.0,
                    "source": "an example, not a real place",
                    "updated_at": "2026-01-02T03:04:05Z",
                    "capabilities": {
                        "foreign_card": {
                            "status": "yes",
                            "schemes": ["visa"],
                            "aspects": {
                                "visa": {"status": "yes", "observed_at": "2026-01-01"},
                                "jcb": {"status": "no", "observed_at": "2026-01-01"},
                            },
                            "observed_at": "2026-01-01",
                            "source": "inspection",
                            "stale": False,
                        }
                    },
                },
            }
        }
    )

    type: Literal["Feature"]
    id: str
    geometry: Point | None = Field(description="Null where no trustworthy position is known.")
    properties: VenueSaid


class Link(Shape):
    """Where to go from here."""

    rel: Literal["self", "next"]
    type: str
    href: str = Field(description="Absolute URL.")


class VenuePage(Shape):
    """One page of venues."""

    type: Literal["FeatureCollection"]
    features: list[Venue]
    numberMatched: int = Field(description="Venues that match, on all pages.")  # noqa: N815 - the name of OGC API Features
    numberReturned: int = Field(description="Venues on this page.")  # noqa: N815 - as above
    links: list[Link] = Field(description="`self`, and `next` until the last page.")
    version: str = Field(description="Version of the register that answered.")
    removed: list[str] | None = Field(None, description="With `updated_since`: ids closed or removed since then.")


class NearestVenues(Shape):
    """Venues by distance, nearest first."""

    type: Literal["FeatureCollection"]
    features: list[Venue]
    numberReturned: int = Field(description="Venues in this answer.")  # noqa: N815 - the name of OGC API Features


class StatementSaid(Shape):
    """One accepted statement about a venue."""

    id: int
    capability: CapabilityWord
    aspect: str = Field(description="Scheme, wallet, currency or direction; empty for the capability as a whole.")
    status: Status
    details: dict[str, Any]
    observed_at: date = Field(description="Day on which it was seen.")
    recorded_at: AwareDatetime = Field(description="When it came into the register.")
    source: SourceKind
    withdraws: int | None = Field(description="The statement that this one takes back; it says nothing else.")
    withdrawn: bool = Field(description="Taken back since: kept for the record, it no longer counts.")


class StatementPage(Shape):
    """The statements about a venue, newest first."""

    venue: str
    observations: list[StatementSaid]
    numberMatched: int = Field(description="All accepted statements about the venue.")  # noqa: N815 - as in VenuePage
    numberReturned: int = Field(description="Statements on this page.")  # noqa: N815 - as in VenuePage
    links: list[Link]


class RegionSaid(Shape):
    """A city, county or zone."""

    adcode: str
    level: Literal["city", "county", "zone"]
    parent: str | None
    name_zh: str
    name_en: str


class Region(Shape):
    """A region as a GeoJSON feature."""

    type: Literal["Feature"]
    id: str
    geometry: dict[str, Any] | None = Field(description="Null for a zone: it lies over counties, without a border.")
    properties: RegionSaid


class Regions(Shape):
    """The city, its counties and zones."""

    type: Literal["FeatureCollection"]
    features: list[Region]


class TermSaid(Shape):
    """A word with its two names."""

    key: str
    zh: str
    en: str


class CategoryTerm(TermSaid):
    """A class of venues."""

    scene: SceneWord


class CapabilityTerm(TermSaid):
    """Something that a venue can do for a payer."""

    aspects: list[str]
    categories: list[CategoryWord] = Field(description="The classes that it is asked of: the denominator of a share.")


class Vocabulary(Shape):
    """The words that the parameters and answers use."""

    scenes: list[TermSaid]
    categories: list[CategoryTerm]
    capabilities: list[CapabilityTerm]
    statuses: list[Status]
    schemes: list[str]
    wallets: list[str]
    currencies: list[str]
    directions: list[str]


__all__ = ["NearestVenues", "Regions", "StatementPage", "Venue", "VenuePage", "Vocabulary"]
