"""The hot routes over the catalog: plain Starlette endpoints, because FastAPI's parameters cost three times as much."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.answers import headers, unchanged
from app.catalog.filters import Filters
from app.catalog.live import Live
from app.db import reading
from app.errors import NotFound
from app.query import Query
from app.tables import Decision, Observation
from app.venues import parameters
from app.venues.parameters import LIST, NEAREST
from app.vocabulary import CAPABILITIES, CATEGORIES, CURRENCIES, DIRECTIONS, SCENES, SCHEMES, WALLETS, Status

GEOJSON = "application/geo+json"


async def list_venues(request: Request) -> Response:
    """A FeatureCollection of the matching venues, in pages."""
    live, query = _asked(request, LIST)
    if (same := unchanged(request, live)) is not None:
        return same
    catalog = live.catalog
    page = catalog.find(
        _filters(query, live),
        limit=query.whole("limit", 1, parameters.MOST, parameters.USUAL),
        lang=query.language(),
        after=parameters.cursor(query.values["cursor"]) if "cursor" in query.values else None,
        since=parameters.since(query),
    )
    following = None if page.following is None else parameters.cursor_text(page.following)
    tail = {
        "numberMatched": page.matched,
        "numberReturned": len(page.features),
        "links": _links(request, following),
        "version": catalog.version,
    }
    if "updated_since" in query.values:
        tail["removed"] = [t.id for t in page.tombstones]
    return _collection(page.features, tail, live)


async def nearest(request: Request) -> Response:
    """The closest matching venues, nearest first, with `distance_m`."""
    live, query = _asked(request, NEAREST)
    lon, lat = query.number("lon", -180, 180), query.number("lat", -90, 90)
    if (same := unchanged(request, live)) is not None:
        return same
    features = live.catalog.nearest(
        lon,
        lat,
        _filters(query, live),
        limit=query.whole("limit", 1, parameters.MOST, 10),
        lang=query.language(),
        within_m=query.number("max_distance_m", 0, 30_000_000, 30_000_000),
    )
    return _collection(tuple(features), {"numberReturned": len(features)}, live)


async def one(request: Request) -> Response:
    """One venue's feature, also of a closed or removed one."""
    live, query = _asked(request, {"lang"})
    if (same := unchanged(request, live)) is not None:
        return same
    feature = live.catalog.one(request.path_params["id"], query.language())
    if feature is None:
        msg = f"there is no venue {request.path_params['id']}"
        raise NotFound(msg)
    return Response(feature, media_type=GEOJSON, headers=headers(live))


async def observations(request: Request) -> Response:
    """Every accepted statement about a venue, newest first: history, evidence and audit in one."""
    live, _ = _asked(request, set())
    venue = request.path_params["id"]
    if live.catalog.one(venue) is None:
        msg = f"there is no venue {venue}"
        raise NotFound(msg)
    said = await run_in_threadpool(_statements, live, venue)
    return Response(orjson.dumps({"venue": venue, "observations": said}), media_type="application/json")


async def regions(request: Request) -> Response:
    """The city, its counties and zones as GeoJSON; zones have no border of their own."""
    live, _ = _asked(request, set())
    if (same := unchanged(request, live)) is not None:
        return same
    town = await run_in_threadpool(live.town)
    return Response(town.regions.reset_index().to_json(ensure_ascii=False), media_type=GEOJSON, headers=headers(live))


async def vocabulary(request: Request) -> Response:
    """The words that the parameters and answers use."""
    _asked(request, set())
    words = {
        "scenes": [{"key": s.key, "zh": s.zh, "en": s.en} for s in SCENES],
        "categories": [{"key": c.key, "scene": c.scene, "zh": c.zh, "en": c.en} for c in CATEGORIES.values()],
        "capabilities": [
            {"key": c.key, "zh": c.zh, "en": c.en, "aspects": c.aspects, "categories": sorted(c.categories)}
            for c in CAPABILITIES.values()
        ],
        "statuses": list(Status),
        "schemes": SCHEMES,
        "wallets": WALLETS,
        "currencies": CURRENCIES,
        "directions": DIRECTIONS,
    }
    return Response(orjson.dumps(words), media_type="application/json")


def _asked(request: Request, allowed: frozenset[str] | set[str]) -> tuple[Live, Query]:
    return request.app.state.register, Query.of(request.query_params.multi_items(), allowed)


def _filters(query: Query, live: Live) -> Filters:
    known = live.catalog.base.columns.facts["regions"]
    return parameters.filters(query, known, ZoneInfo(live.settings.timezone), datetime.now(UTC))


def _links(request: Request, following: str | None) -> list[dict[str, str]]:
    here = str(request.url)
    links = [{"rel": "self", "type": GEOJSON, "href": here}]
    if following is not None:
        links.append({"rel": "next", "type": GEOJSON, "href": str(request.url.include_query_params(cursor=following))})
    return links


def _collection(features: tuple[bytes, ...], tail: dict[str, object], live: Live) -> Response:
    body = b'{"type":"FeatureCollection","features":[%s],%s' % (b",".join(features), orjson.dumps(tail)[1:])
    return Response(body, media_type=GEOJSON, headers=headers(live))


def _statements(live: Live, venue: str) -> list[dict[str, object]]:
    names = [
        "id",
        "capability",
        "aspect",
        "status",
        "details",
        "observed_at",
        "recorded_at",
        "source_kind",
        "withdraws",
    ]
    query = (
        select(*(getattr(Observation, name) for name in names))
        .join(Decision, Decision.observation_id == Observation.id)
        .where(Observation.venue_id == venue, Decision.outcome == "accepted")
        .order_by(Observation.observed_at.desc(), Observation.id.desc())
    )
    with reading(live.sessions) as session:
        return [dict(zip(names, row, strict=True)) for row in session.execute(query)]


ROUTES = [
    Route("/api/v1/venues", list_venues),
    Route("/api/v1/venues/nearest", nearest),
    Route("/api/v1/venues/{id}", one),
    Route("/api/v1/venues/{id}/observations", observations),
    Route("/api/v1/regions", regions),
    Route("/api/v1/vocabulary", vocabulary),
]
