"""What the service says of itself: landing page, conformance and collections, with absolute links."""

from collections.abc import Iterable
from typing import Any

from app.ogc.asked import CRS84
from app.ogc.page import Collection, Extent

JSON, GEOJSON, SCHEMA = "application/json", "application/geo+json", "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
SCHEMA_OF = "http://www.opengis.net/def/rel/ogc/1.0/schema"
_FEATURES_1 = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf"
_FEATURES_3 = "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf"
_CQL2 = "http://www.opengis.net/spec/cql2/1.0/conf"
CONFORMS_TO = (
    *(f"{_FEATURES_1}/{name}" for name in ("core", "geojson", "oas30")),
    *(f"{_FEATURES_3}/{name}" for name in ("queryables", "queryables-query-parameters", "filter", "features-filter")),
    *(
        f"{_CQL2}/{name}"
        for name in ("cql2-text", "basic-cql2", "advanced-comparison-operators", "case-insensitive-comparison",
                     "basic-spatial-functions", "basic-spatial-functions-plus", "spatial-functions",
                     "temporal-functions", "property-property")
    ),
)  # fmt: skip
"""The conformance classes that the tests hold this service to, and no other."""
Link = dict[str, str]


def link(rel: str, href: str, media_type: str, title: str) -> Link:
    """A link as every OGC API writes it."""
    return {"rel": rel, "type": media_type, "href": href, "title": title}


def landing(base: str, city: str) -> dict[str, Any]:
    """The first page; `base` is the absolute address of the service without a slash at its end."""
    return {
        "title": f"Paymap {city}",
        "description": "Where a foreigner or an elderly person can pay. / 境外来宾和老年人支付服务地图。",
        "links": [
            link("self", base, JSON, "This page / 本页"),
            link("service-desc", f"{base}/api", OPENAPI, "API definition / 接口定义"),
            link("conformance", f"{base}/conformance", JSON, "Conformance classes / 符合的标准"),
            link("data", f"{base}/collections", JSON, "Collections / 数据集"),
        ],
    }


def conformance() -> dict[str, Any]:
    """The classes that are implemented."""
    return {"conformsTo": list(CONFORMS_TO)}


def listed(base: str, collections: Iterable[Collection]) -> dict[str, Any]:
    """All collections."""
    return {
        "links": [link("self", f"{base}/collections", JSON, "Collections / 数据集")],
        "collections": [collection(base, each) for each in collections],
    }


def collection(base: str, of: Collection) -> dict[str, Any]:
    """One collection: what it is, what it covers, where its features are and how they can be asked for."""
    here = f"{base}/collections/{of.name}"
    return {
        "id": of.name,
        "title": both(of.titles),
        "description": both(of.says),
        "itemType": "feature",
        "extent": _extent(of.extent()),
        "links": [
            link("self", here, JSON, both(of.titles)),
            link("items", f"{here}/items", GEOJSON, "Features / 要素"),
            link(QUERYABLES, f"{here}/queryables", SCHEMA, "What can be filtered by / 可筛选属性"),
            link(SCHEMA_OF, f"{here}/schema", SCHEMA, "What a feature says / 属性定义"),
            link("describedby", f"{here}/schema", SCHEMA, "What a feature says / 属性定义"),
        ],
    }


def both(words: tuple[str, str]) -> str:
    """English and Chinese in one line, from (Chinese, English)."""
    chinese, english = words
    return f"{english} / {chinese}"


def _extent(extent: Extent) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if extent.box is not None:
        told["spatial"] = {"bbox": [list(extent.box)], "crs": CRS84}
    if extent.since is not None:
        trs = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
        told["temporal"] = {"interval": [[extent.since, None]], "trs": trs}
    return told
