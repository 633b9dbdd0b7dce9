"""OGC API Features over HTTP; each endpoint is a plain function and runs in a thread, for a filter may take long."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.answers import headers, unchanged
from app.catalog.live import Live
from app.coverage.kept import Coverages
from app.errors import NotFound
from app.ogc import describe, openapi
from app.ogc.asked import as_json, read
from app.ogc.describe import GEOJSON, JSON, OPENAPI, SCHEMA, link
from app.ogc.gaps import Gaps
from app.ogc.page import Collection, Feature, Page
from app.ogc.regions import Regions
from app.ogc.venues import Venues
from app.query import Query, shown


def collections_of(live: Live, coverages: Coverages) -> dict[str, Collection]:
    """The collections of an instance, by name."""
    regions = Regions(live)
    every: tuple[Collection, ...] = (Venues(live, regions), regions, Gaps(live, coverages, regions))
    return {each.name: each for each in every}


def landing(request: Request) -> Response:
    """What this is and where to go."""
    _only_form(request)
    return _answer(describe.landing(base(request), request.app.state.settings.city))


def conformance(request: Request) -> Response:
    """Which conformance classes are implemented."""
    _only_form(request)
    return _answer(describe.conformance())


def api(request: Request) -> Response:
    """The service as OpenAPI 3.0."""
    _only_form(request)
    return _answer(openapi.document(base(request), _collections(request).values()), OPENAPI)


def collections(request: Request) -> Response:
    """All collections."""
    _only_form(request)
    return _fresh(request, lambda: describe.listed(base(request), _collections(request).values()))


def collection(request: Request) -> Response:
    """One collection."""
    found = _collection(request)
    _only_form(request)
    return _fresh(request, lambda: describe.collection(base(request), found))


def queryables(request: Request) -> Response:
    """What the features of a collection can be filtered by."""
    return _schema(request, queryable=True)


def schema(request: Request) -> Response:
    """What a feature of a collection says."""
    return _schema(request, queryable=False)


def items(request: Request) -> Response:
    """Features of a collection, some at a time."""
    found = _collection(request)
    asked = read(request.query_params.multi_items(), found.fields)
    return _fresh(request, lambda: _feature_collection(request, found, found.page(asked)), GEOJSON)


def item(request: Request) -> Response:
    """One feature."""
    found, name = _collection(request), request.path_params["feature"]
    _only_form(request)
    said = headers(_live(request))
    feature = found.one(name)
    if feature is None:
        raise NotFound(f"the collection {found.name} has no feature {shown(name)}")
    return unchanged(request, said) or _answer(_alone(request, found, feature), GEOJSON, said)


def base(request: Request) -> str:
    """The absolute address of the service, under whatever prefix a proxy took off."""
    return f"{request.base_url}ogc"


def _live(request: Request) -> Live:
    live: Live = request.app.state.register
    return live


def _collections(request: Request) -> Mapping[str, Collection]:
    every: Mapping[str, Collection] = request.app.state.ogc
    return every


def _collection(request: Request) -> Collection:
    name, every = request.path_params["collection"], _collections(request)
    if name not in every:
        raise NotFound(f"there is no collection {shown(name)}; there are {', '.join(every)}")
    return every[name]


def _only_form(request: Request) -> None:
    as_json(Query.of(request.query_params.multi_items(), {"f"}))


def _answer(body: Mapping[str, Any], media_type: str = JSON, said: Mapping[str, str] | None = None) -> Response:
    return Response(orjson.dumps(body), media_type=media_type, headers=said)


def _fresh(request: Request, body: Callable[[], Mapping[str, Any]], media_type: str = JSON) -> Response:
    """The body with the version it was made from; 304, and no body made, where the client has that version."""
    said = headers(_live(request))
    return unchanged(request, said) or _answer(body(), media_type, said)


def _schema(request: Request, *, queryable: bool) -> Response:
    found = _collection(request)
    _only_form(request)
    address = f"{base(request)}/collections/{found.name}/{'queryables' if queryable else 'schema'}"
    return _answer(found.fields.schema(address, describe.both(found.titles), queryable=queryable), SCHEMA)


def _feature_collection(request: Request, of: Collection, page: Page) -> dict[str, Any]:
    here = f"{base(request)}/collections/{of.name}"
    pairs = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    links = [
        link("self", _address(f"{here}/items", request.query_params.multi_items()), GEOJSON, "This page / 本页"),
        link("collection", here, JSON, describe.both(of.titles)),
    ]
    if page.following is not None:
        after = _address(f"{here}/items", [*pairs, ("cursor", page.following.text)])
        links.append(link("next", after, GEOJSON, "Next page / 下一页"))
    return {
        "type": "FeatureCollection",
        "numberMatched": page.matched,
        "numberReturned": len(page.features),
        "links": links,
        "features": page.features,
    }


def _alone(request: Request, of: Collection, feature: Feature) -> dict[str, Any]:
    here = f"{base(request)}/collections/{of.name}"
    links = [
        link("self", f"{here}/items/{feature['id']}", GEOJSON, "This feature / 本要素"),
        link("collection", here, JSON, describe.both(of.titles)),
    ]
    return {**feature, "links": links}


def _address(path: str, pairs: list[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(pairs)}" if pairs else path


ROUTES = [
    Route("/ogc", landing),
    Route("/ogc/", landing),
    Route("/ogc/conformance", conformance),
    Route("/ogc/api", api),
    Route("/ogc/collections", collections),
    Route("/ogc/collections/{collection}", collection),
    Route("/ogc/collections/{collection}/queryables", queryables),
    Route("/ogc/collections/{collection}/schema", schema),
    Route("/ogc/collections/{collection}/items", items),
    Route("/ogc/collections/{collection}/items/{feature}", item),
]
