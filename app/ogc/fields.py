"""What a feature of each collection says and can be filtered by, one flat value each, with both names."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.catalog.feature import PLURAL
from app.vocabulary import CAPABILITIES, CATEGORIES, SCENES, LocationQuality, Status, aspect_kind

JSON_SCHEMA = "https://json-schema.org/draft/2020-12/schema"
STRING, NUMBER, BOOLEAN, DATE, TIMESTAMP, GEOMETRY = "string", "number", "boolean", "date", "timestamp", "geometry"
Properties = Mapping[str, Any]
_SHAPES: Mapping[str, Mapping[str, Any]] = {
    DATE: {"type": "string", "format": "date"},
    TIMESTAMP: {"type": "string", "format": "date-time"},
}


@dataclass(frozen=True)
class Field:
    """A flat value: its name, its kind, what it is called, and how it is got out of the contract's properties.

    `shown` is False for what can be filtered by but is left out of features, because it would double them.
    """

    name: str
    kind: str
    zh: str
    en: str
    pick: Callable[[Properties], object]
    words: tuple[str, ...] = ()
    shown: bool = True

    @property
    def schema(self) -> dict[str, Any]:
        """Its JSON schema, with the title in both languages."""
        told = {"title": f"{self.en} / {self.zh}", **_SHAPES.get(self.kind, {"type": self.kind})}
        return told | ({"enum": list(self.words)} if self.words else {})


@dataclass(frozen=True)
class Fields:
    """The fields of a collection by name, and the kind of its geometry."""

    shape: str
    of: Mapping[str, Field] = field(default_factory=dict)

    def flat(self, properties: Properties) -> dict[str, object]:
        """What a feature shows."""
        return {f.name: f.pick(properties) for f in self.of.values() if f.shown}

    def schema(self, address: str, title: str, *, queryable: bool) -> dict[str, Any]:
        """The JSON schema of what features show, or of what they can be filtered by."""
        asked = {f.name: f.schema for f in self.of.values() if queryable or f.shown}
        geometry = {"title": "Position / 位置", "format": f"geometry-{self.shape}", "x-ogc-role": "primary-geometry"}
        return {
            "$schema": JSON_SCHEMA,
            "$id": address,
            "type": "object",
            "title": title,
            "properties": {**asked, GEOMETRY: geometry},
            "additionalProperties": False,
        }


def _as_it_is(name: str) -> Callable[[Properties], object]:
    return lambda properties: properties.get(name)


def _plain(name: str, kind: str, zh: str, en: str, words: Iterable[str] = ()) -> Field:
    return Field(name, kind, zh, en, _as_it_is(name), tuple(words))


def joined(words: Iterable[str] | None) -> str | None:
    """Words with commas between, in order; None where there are none."""
    return ",".join(sorted(words)) or None if words else None


def _said(properties: Properties, capability: str) -> Mapping[str, Any]:
    said: Mapping[str, Any] = properties["capabilities"].get(capability, {})
    return said


def _of_capability(capability: str, name: str, usual: object = None) -> Callable[[Properties], object]:
    return lambda properties: _said(properties, capability).get(name, usual)


def _working(capability: str, plural: str) -> Callable[[Properties], object]:
    return lambda properties: joined(_said(properties, capability).get(plural))


def aspect_status(said: Mapping[str, Any], aspect: str, evidence: frozenset[str]) -> str:
    """The status of one aspect: what was said of it, else `no` where the whole was refused as a whole.

    Where every aspect that counts was refused one by one, nothing follows for the others.
    """
    aspects = said.get("aspects", {})
    if aspect in aspects:
        return str(aspects[aspect]["status"])
    refused = {a for a, own in aspects.items() if own["status"] == Status.NO}
    one_by_one = bool(evidence) and evidence <= refused
    return str(Status.NO if said.get("status") == Status.NO and not one_by_one else Status.UNKNOWN)


def _capability_fields(key: str) -> list[Field]:
    c = CAPABILITIES[key]
    kinds = dict.fromkeys(aspect_kind(a) for a in c.aspects)
    return [
        Field(key, STRING, c.zh, c.en, _of_capability(key, "status", str(Status.UNKNOWN)), tuple(Status)),
        *(
            Field(f"{key}_{PLURAL[k]}", STRING, f"{c.zh}：可用的", f"{c.en}: the ones known to work, with commas",
                  _working(key, PLURAL[k]))
            for k in kinds
        ),
        Field(f"{key}_observed_at", DATE, f"{c.zh}：核实日期", f"{c.en}: seen on", _of_capability(key, "observed_at")),
        Field(f"{key}_source", STRING, f"{c.zh}：来源", f"{c.en}: source", _of_capability(key, "source")),
        Field(f"{key}_stale", BOOLEAN, f"{c.zh}：已过期", f"{c.en}: stale", _of_capability(key, "stale")),
    ]  # fmt: skip


def _aspect_fields(key: str) -> list[Field]:
    c = CAPABILITIES[key]

    def status_of(aspect: str) -> Callable[[Properties], object]:
        return lambda properties: aspect_status(_said(properties, key), aspect, c.evidence)

    return [
        Field(aspect_name(key, a), STRING, f"{c.zh}：{a}", f"{c.en}: {a}", status_of(a), tuple(Status), shown=False)
        for a in c.aspects
    ]


def aspect_name(capability: str, aspect: str) -> str:
    """The field of an aspect: `foreign_card_visa`, `currency_exchange_usd`."""
    return f"{capability}_{aspect.lower()}"


def _named(*fields: Field) -> dict[str, Field]:
    return {f.name: f for f in fields}


VENUE_FIELDS = Fields(
    "point",
    _named(
        _plain("id", STRING, "编号", "Id"),
        Field("name", STRING, "名称", "Name", _as_it_is("name_zh")),
        _plain("name_zh", STRING, "中文名称", "Chinese name"),
        _plain("name_en", STRING, "英文名称", "English name"),
        _plain("category", STRING, "类别", "Class", CATEGORIES),
        _plain("scene", STRING, "场景", "Scene", (s.key for s in SCENES)),
        _plain("level", STRING, "等级", "Level"),
        _plain("region", STRING, "县区代码", "County (adcode)"),
        _plain("zone", STRING, "功能区", "Functional zone"),
        _plain("address_zh", STRING, "地址", "Address in Chinese"),
        _plain("address_en", STRING, "英文地址", "Address in English"),
        _plain("phone", STRING, "电话", "Phone"),
        _plain("opening_hours", STRING, "营业时间", "Opening hours (OSM syntax)"),
        _plain("operator", STRING, "机构", "Operator"),
        _plain("part_of", STRING, "所属场所", "Part of"),
        Field("key_lists", STRING, "重点名录", "Key lists, with commas", lambda p: joined(p.get("key_lists"))),
        _plain("location_quality", STRING, "位置质量", "Quality of the position", LocationQuality),
        _plain("location_error_m", NUMBER, "位置误差（米）", "Error of the position, metres"),
        _plain("source", STRING, "来源", "Source"),
        _plain("updated_at", TIMESTAMP, "更新时间", "Last changed in the register"),
        *(f for key in CAPABILITIES for f in _capability_fields(key)),
        *(f for key in CAPABILITIES for f in _aspect_fields(key)),
    ),
)

REGION_FIELDS = Fields(
    "multipolygon",
    _named(
        _plain("adcode", STRING, "行政区划代码", "Adcode"),
        _plain("level", STRING, "级别", "Level", ("city", "county", "zone")),
        _plain("parent", STRING, "上级", "Part of (adcode)"),
        _plain("name_zh", STRING, "中文名称", "Chinese name"),
        _plain("name_en", STRING, "英文名称", "English name"),
    ),
)


def _site(place: int) -> Callable[[Properties], object]:
    return lambda properties: properties["best_site"][place]


GAP_FIELDS = Fields(
    "any",
    _named(
        _plain("id", STRING, "编号", "Id"),
        _plain("capability", STRING, "能力", "Capability", CAPABILITIES),
        _plain("region", STRING, "县区代码", "County (adcode)"),
        _plain("certainty", STRING, "确定程度", "Certainty", ("confirmed", "possible")),
        _plain("people", NUMBER, "涉及人口", "People"),
        _plain("area_km2", NUMBER, "面积（平方千米）", "Area, km²"),
        _plain("worst_distance_m", NUMBER, "最远距离（米）", "Longest way, metres"),
        _plain("department", STRING, "责任部门", "Responsible department"),
        Field("best_site_lon", NUMBER, "建议选址经度", "Best site, longitude", _site(0)),
        Field("best_site_lat", NUMBER, "建议选址纬度", "Best site, latitude", _site(1)),
    ),
)
