"""The application, from top to bottom."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

import orjson
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from app.catalog.live import Live
from app.coverage.kept import Coverages
from app.coverage.routes import router as coverage
from app.db import make_engine
from app.errors import NotReady, PaymapError
from app.headers import SecurityHeaders
from app.hours import is_open
from app.policy import read_policy
from app.problems import on_http_error, on_paymap_error, on_unexpected
from app.public import check_public
from app.sandbox import WithSandbox
from app.settings import Settings
from app.venues.routes import ROUTES as VENUES
from app.visitor.routes import router as visitor


def create_app(settings: Settings) -> FastAPI:
    """One instance of Paymap over one database.

    Raises:
        StartRefused: a public deployment lacks something that it must have.
    """
    check_public(settings)
    engine = make_engine(settings.engine_url)
    zone = ZoneInfo(settings.timezone)

    def open_here(text: str, at: datetime) -> bool | None:
        return is_open(text, at, zone)

    register = Live(engine, settings, open_here)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(register.load)
        register.follow()
        yield
        register.stop()
        engine.dispose()

    app = FastAPI(title="Paymap", lifespan=lifespan, docs_url=None, redoc_url=None, root_path=settings.root_path)
    app.state.settings = settings
    app.state.register = register
    app.state.coverages = Coverages(register, read_policy(settings))
    app.router.routes.extend([*VENUES, Route("/healthz", alive), Route("/readyz", ready)])
    app.include_router(coverage)
    app.include_router(visitor)
    app.router.routes.append(Mount("/static", StaticFiles(directory=settings.static_dir), name="static"))
    app.add_middleware(SecurityHeaders)
    app.add_exception_handler(PaymapError, on_paymap_error)
    app.add_exception_handler(HTTPException, on_http_error)
    app.add_exception_handler(Exception, on_unexpected)
    return app


def from_environment() -> FastAPI | WithSandbox:
    """The application as the environment sets it (what a server's workers start)."""
    settings = Settings()
    real = create_app(settings)
    return WithSandbox(real, create_app(settings.for_sandbox())) if settings.demo else real


async def alive(_request: Request) -> Response:
    """The process answers."""
    return Response("ok", media_type="text/plain")


async def ready(request: Request) -> Response:
    """The catalog is loaded; says so too when the database is away and memory goes on answering."""
    register: Live = request.app.state.register
    try:
        catalog = register.catalog
    except NotReady:
        return _state({"ready": False}, 503)
    away = register.unreachable_since
    state = {"ready": True, "version": catalog.version, "venues": catalog.count, "database": "away" if away else "ok"}
    return _state({**state, "database_away_since": away}, 200)


def _state(body: dict[str, object], status: int) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")
