"""The service as an OpenAPI 3.0 document."""

from collections.abc import Iterable
from typing import Any

from app.ogc.asked import CRS84, MOST, USUAL
from app.ogc.describe import GEOJSON, JSON, SCHEMA, both
from app.ogc.fields import Field
from app.ogc.page import Collection

_OBJECT: dict[str, Any] = {"type": "object"}
_PROBLEM = "application/problem+json"


def document(base: str, collections: Iterable[Collection]) -> dict[str, Any]:
    """All addresses with their parameters and answers; `base` is the absolute address of the service."""
    paths: dict[str, Any] = {
        "/": _reads("Landing page", "landing", JSON),
        "/conformance": _reads("Conformance classes", "conformance", JSON),
        "/api": _reads("This document", "api", JSON),
        "/collections": _reads("Collections", "collections", JSON),
    }
    for each in collections:
        paths |= _paths(each)
    return {
        "openapi": "3.0.3",
        "info": {"title": "Paymap: OGC API Features", "version": "1.0.0"},
        "servers": [{"url": base}],
        "paths": paths,
        "components": {"parameters": _shared(), "responses": _failures()},
    }


def _paths(of: Collection) -> dict[str, Any]:
    here, title = f"/collections/{of.name}", both(of.titles)
    own = [_parameter(f) for f in of.fields.of.values()]
    feature = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}
    shared = [_ref("parameters", name) for name in _shared()]
    return {
        here: _reads(title, f"{of.name}.collection", JSON),
        f"{here}/queryables": _reads(f"{title}: what can be filtered by", f"{of.name}.queryables", SCHEMA),
        f"{here}/schema": _reads(f"{title}: what a feature says", f"{of.name}.schema", SCHEMA),
        f"{here}/items": _reads(f"{title}: features", f"{of.name}.items", GEOJSON, [*shared, *own]),
        f"{here}/items/{{featureId}}": _reads(
            f"{title}: one feature", f"{of.name}.item", GEOJSON, [feature, _ref("parameters", "f")]
        ),
    }


def _reads(title: str, name: str, media_type: str, parameters: Iterable[dict[str, Any]] = ()) -> dict[str, Any]:
    answers = {"200": {"description": title, "content": {media_type: {"schema": _OBJECT}}}}
    failures = {status: _ref("responses", status) for status in _failures()}
    asked = list(parameters) or [_ref("parameters", "f")]
    return {"get": {"summary": title, "operationId": name, "parameters": asked, "responses": {**answers, **failures}}}


def _parameter(field: Field) -> dict[str, Any]:
    schema = {name: value for name, value in field.schema.items() if name != "title"}
    said = f"Only features where this is the value: {field.en} / {field.zh}"
    return {"name": field.name, "in": "query", "description": said, "schema": schema}


def _ref(kind: str, name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/{kind}/{name}"}


def _query(name: str, says: str, **schema: object) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": says, "required": False, "schema": schema}


def _shared() -> dict[str, Any]:
    number = {"type": "number"}
    box = _query("bbox", "west,south,east,north in degrees (six numbers with heights); west > east crosses ±180.",
                 type="array", items=number, minItems=4, maxItems=6)  # fmt: skip
    return {
        "bbox": {**box, "style": "form", "explode": False},
        "datetime": _query("datetime", "Last change in the register: a moment, or start/end with .. for an open end; "
                           "collections without such a time ignore it.", type="string"),
        "limit": _query("limit", "How many features.", type="integer", minimum=1, maximum=MOST, default=USUAL),
        "cursor": _query("cursor", "Where a page starts; follow the links instead of making one.", type="string"),
        "filter": _query("filter", "A condition on the queryables, in CQL2 text.", type="string"),
        "filter-lang": _query("filter-lang", "The language of filter.", type="string", enum=["cql2-text"],
                              default="cql2-text"),
        "filter-crs": _query("filter-crs", "The coordinate system of geometries in filter.", type="string",
                             enum=[CRS84], default=CRS84),
        "f": _query("f", "The form of the answer.", type="string", enum=["json"], default="json"),
    }  # fmt: skip


def _failures() -> dict[str, Any]:
    content = {_PROBLEM: {"schema": _OBJECT}}
    return {
        "400": {"description": "A parameter is unknown or malformed; the problem names it.", "content": content},
        "404": {"description": "There is no such collection or feature.", "content": content},
        "503": {"description": "The register is not loaded yet; try again.", "content": content},
    }
