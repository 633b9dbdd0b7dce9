"""What the interface of the staff takes and gives, for its description."""

from datetime import date
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from app.console.attributes import ATTRIBUTES
from app.console.said import STAFF_SOURCES
from app.vocabulary import CAPABILITIES, CATEGORIES, LocationQuality, Status

_KINDS: dict[str, dict[str, Any]] = {
    "yes_no": {"type": "boolean"},
    "day": {"type": "string", "format": "date"},
    "venue": {"type": "string", "format": "uuid"},
}
_POSITION: dict[str, dict[str, Any]] = {
    "lon": {"type": "number", "description": "Longitude in degrees, in `datum`; with `lat` null it is taken out."},
    "lat": {"type": "number", "description": "Latitude in degrees, in `datum`."},
    "datum": {"type": "string", "enum": ["wgs84", "cgcs2000", "gcj02", "bd09"]},
    "location_quality": {"type": "string", "enum": list(LocationQuality)},
    "location_error_m": {"type": "number", "minimum": 0, "description": "Needed where approximate."},
    "outside": {
        "type": "string",
        "enum": ["move", "keep"],
        "description": "A position outside the county: change the county, or keep it.",
    },
}


def _schema_of(name: str) -> dict[str, Any]:
    a = ATTRIBUTES[name]
    schema = _KINDS.get(a.kind, {"type": "string"} | ({"maxLength": a.longest} if a.longest else {}))
    return {**schema, "description": a.label} | ({"enum": list(CATEGORIES)} if name == "category" else {})


_PROPERTIES = {**{name: _schema_of(name) for name in ATTRIBUTES}, **_POSITION}
VENUE_BODY: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": _PROPERTIES,
    "example": {"name_zh": "示例酒店", "category": "hotel", "region": "371502", "source": "hotel ledger 2026-11"},
}
"""A venue; what is left out is not known, or stays as it is."""
_STATUS = {"type": "string", "enum": list(Status)}
OBSERVATION_BODY: dict[str, Any] = {
    "type": "object",
    "required": ["capability", "observed_at", "source_kind", "source_ref"],
    "properties": {
        "capability": {"type": "string", "enum": list(CAPABILITIES)},
        "status": {**_STATUS, "description": "Of the capability as a whole."},
        "aspects": {
            "type": "object",
            "additionalProperties": _STATUS,
            "description": "By scheme, wallet, currency or direction.",
        },
        "observed_at": {"type": "string", "format": "date"},
        "source_kind": {"type": "string", "enum": list(STAFF_SOURCES)},
        "source_ref": {"type": "string", "maxLength": 400},
        "details": {"type": "object"},
    },
    "example": {
        "capability": "foreign_card",
        "aspects": {"visa": "yes", "jcb": "no"},
        "observed_at": "2026-11-20",
        "source_kind": "inspection",
        "source_ref": "inspection 2026-118",
    },
}
WITHDRAWAL_BODY: dict[str, Any] = {
    "type": "object",
    "required": ["reason"],
    "properties": {"reason": {"type": "string", "maxLength": 400}},
    "example": {"reason": "It was the shop next door."},
}


class VenueRecord(BaseModel):
    """All that the register holds of a venue beside its statements."""

    model_config = ConfigDict(extra="allow")

    id: str
    version: int = Field(description="Its ETag in quotes.")
    name_zh: str
    category: str
    region: str
    lon: float | None = Field(description="As it was given, in `datum`.")
    lat: float | None
    datum: str | None
    wgs84: tuple[float, float] | None = Field(description="Longitude, latitude in WGS-84.")
    location_quality: str | None
    location_error_m: float | None
    opened_on: date | None
    closed_on: date | None
    created_at: AwareDatetime
    updated_at: AwareDatetime
    deleted_at: AwareDatetime | None


class Recorded(BaseModel):
    """The statements that were written."""

    venue: str
    observations: list[int] = Field(description="Their ids, the whole first.")
