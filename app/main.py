"""The application, from top to bottom."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus
from zoneinfo import ZoneInfo

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import ASGIApp

from app.accounts.bodies import Bodies
from app.accounts.personal import Personal
from app.accounts.refusals import record
from app.catalog.live import Live
from app.console.api import router as console_api
from app.console.by_provider import router as by_provider
from app.console.entering import to_sign_in
from app.console.forms import router as console_forms
from app.console.own import router as own
from app.console.people import router as people
from app.console.refusal import BELOW, refusal
from app.console.routes import router as console
from app.console.sign_in import router as sign_in
from app.console.trail import router as trail
from app.coverage.kept import Coverages
from app.coverage.routes import router as coverage
from app.db import make_engine, make_sessions
from app.door import Door
from app.errors import NotAllowed, NotSignedIn, NotTrusted, PaymapError
from app.exporters.routes import router as exports
from app.exporters.sending import Exports
from app.headers import HeadLikeGet, OpenData, SecurityHeaders
from app.health import ROUTES as HEALTH
from app.health import router as health
from app.hours import is_open
from app.imports.asked import Setup
from app.imports.pages import jobs
from app.imports.pages import router as import_pages
from app.imports.receiving import MOST_BYTES as LEDGER_BYTES
from app.imports.routes import router as imports
from app.ledgers.kinds import KINDS
from app.ledgers.list_routes import router as key_lists
from app.ledgers.routes import router as ledgers
from app.locating.routes import router as locating
from app.maps.basemap import check_basemap
from app.maps.kept import Maps
from app.maps.routes import router as maps
from app.ogc.routes import ROUTES as OGC
from app.ogc.routes import collections_of
from app.openapi import Described
from app.own_writes import OwnWrites
from app.policy import read_policy
from app.problems import Refusals, on_http_error, on_paymap_error, on_unreadable
from app.public import check_public
from app.reference.routes import router as reference
from app.replay import Replay
from app.review.api import router as review_api
from app.review.claims import Claims
from app.review.inspections import MOST_PHOTOS
from app.review.photos import MOST_BYTES as PHOTO_BYTES
from app.review.routes import router as review
from app.review.visits import router as visits
from app.sandbox import WithSandbox
from app.settings import Settings
from app.static import MarkedFiles
from app.tiles.made import Tiles
from app.tiles.routes import ROUTES as TILES
from app.tiles.routes import planner
from app.tiles.routes import router as tiles
from app.turns import Turns
from app.venues.cells import Gathered
from app.venues.clusters import ROUTES as CLUSTERS
from app.venues.clusters import router as clusters
from app.venues.regions import Regions
from app.venues.routes import AT_ONCE
from app.venues.routes import ROUTES as VENUES
from app.venues.routes import router as venues
from app.visitor.pages import names
from app.visitor.routes import missing, refused
from app.visitor.routes import router as visitor

GZIP_ABOVE, GZIP_LEVEL = 2_000, 1
"""Smaller answers are not worth compressing; the first level takes off most of what the ninth would, much faster."""
FILES = {
    r"/(api/v1|console)/imports": LEDGER_BYTES * 5 // 4,
    r"/console/inspections/[^/]+": PHOTO_BYTES * (MOST_PHOTOS + 1),
}
"""How much is read where files are posted: somewhat more than is taken, so that the room can say why it is too much."""
AROUND = [
    Middleware(Turns),
    Middleware(OwnWrites),
    Middleware(Door, planner=AT_ONCE.get, compressed_from=GZIP_ABOVE),
    Middleware(Replay),
    Middleware(Door, planner=planner, compressed_from=GZIP_ABOVE),
    Middleware(SecurityHeaders),
    Middleware(Personal),
    Middleware(OpenData),
    Middleware(Refusals),
    Middleware(Bodies, files=FILES),
    Middleware(HeadLikeGet),
    Middleware(GZipMiddleware, minimum_size=GZIP_ABOVE, compresslevel=GZIP_LEVEL),
]
"""What every request goes through, from the outside in."""
AS_PROBLEM = ("cache-control", "retry-after")
"""What a page that refuses says to caches and clients as a problem does."""


def create_app(settings: Settings) -> FastAPI:
    """One instance of Paymap over one database.

    Raises:
        StartRefused: a public deployment lacks something that it must have, or the basemap cannot be drawn.
    """
    check_public(settings)
    check_basemap(settings)
    engine = make_engine(settings.engine_url)
    zone = ZoneInfo(settings.timezone)

    def open_here(text: str, at: datetime) -> bool | None:
        return is_open(text, at, zone)

    register = Live(engine, settings, open_here)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(register.load)
        for needed in (app.state.regions.made, app.state.coverages.departments, partial(names, app.state, register)):
            await run_in_threadpool(needed)  # while the database is there: pages go on when it is away
        register.follow()
        yield
        register.stop()
        engine.dispose()

    hot = [*clusters.routes, *venues.routes, *tiles.routes, *health.routes]
    app = Described(also=hot, lifespan=lifespan, middleware=AROUND)
    app.root_path = settings.root_path
    app.state.settings = settings
    app.state.sessions = make_sessions(engine)
    app.state.register = register
    app.state.imports = Setup(settings, KINDS)
    app.state.coverages = Coverages(register, read_policy(settings))
    app.state.claims = Claims(timedelta(days=settings.conflict_days))
    app.state.ogc = collections_of(register, app.state.coverages)
    app.state.maps = Maps(register, app.state.coverages)
    app.state.regions = Regions(register)
    app.state.gathered = Gathered()
    app.state.tiles = Tiles(register)
    app.state.exports = Exports(register)
    app.router.routes.extend([*TILES, *CLUSTERS, *VENUES, *OGC, *HEALTH])
    app.include_router(coverage)
    app.include_router(exports)
    app.include_router(maps)
    app.include_router(visitor)
    app.include_router(reference)
    app.include_router(imports)
    app.include_router(import_pages)
    app.include_router(jobs)
    app.include_router(console_api)
    app.include_router(console_forms)
    app.include_router(console)
    app.include_router(locating)
    for staff in (review_api, review, visits, key_lists, ledgers):
        app.include_router(staff)
    for staff in (sign_in, by_provider, own, people, trail):
        app.include_router(staff)
    app.router.routes.append(Mount("/static", MarkedFiles(directory=settings.static_dir), name="static"))
    app.add_exception_handler(PaymapError, on_own_error)
    app.add_exception_handler(RequestValidationError, on_unreadable)
    app.add_exception_handler(HTTPException, on_refusal)
    return app


def from_environment() -> ASGIApp:
    """The application as the environment sets it (what a server's workers start)."""
    settings = Settings()
    real = create_app(settings)
    return SecurityHeaders(WithSandbox(real, create_app(settings.for_sandbox()))) if settings.demo else real


async def on_own_error(request: Request, error: Exception) -> Response:
    """An error of ours: a page for whoever reads pages; a problem for programs, which names the bad parameter."""
    if isinstance(error, NotAllowed | NotTrusted):
        await run_in_threadpool(record, request, error)
    plain = await on_paymap_error(request, error)
    if not _reads_pages(request):
        return plain
    if isinstance(error, NotSignedIn):
        return to_sign_in(request)
    with suppress(PaymapError):
        shown = await run_in_threadpool(_shown, request, error, HTTPStatus(plain.status_code))
        shown.headers.update({name: plain.headers[name] for name in AS_PROBLEM if name in plain.headers})
        return shown
    return plain


def _shown(request: Request, error: Exception, status: HTTPStatus) -> Response:
    """The staff's page, or the visitors'."""
    path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    if isinstance(error, PaymapError) and path.startswith(BELOW):
        return refusal(request, error, status)
    return refused(request, str(error), status)


async def on_refusal(request: Request, error: Exception) -> Response:
    """What the framework refuses: a page where nothing is, for whoever reads pages; a problem for programs."""
    no_page = getattr(error, "status_code", None) == HTTPStatus.NOT_FOUND and _reads_pages(request)
    if no_page:
        with suppress(PaymapError):
            return await run_in_threadpool(missing, request)
    return await on_http_error(request, error)


def _reads_pages(request: Request) -> bool:
    path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    return "text/html" in request.headers.get("accept", "") and not path.startswith(
        ("/api/", "/static/", "/tiles/", "/ogc")
    )
