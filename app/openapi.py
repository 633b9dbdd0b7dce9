"""The description of the interface: FastAPI's own of the ordinary routes, and the hot ones beside them."""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.telemetry import TelemetryConfig
from starlette.routing import BaseRoute

from app.problems import Problem

TITLE = "Paymap"
SUMMARY = "Where one can pay by foreign card, in cash and by phone, and where foreign money can be changed."
DESCRIPTION = """\
Every status is an observation with a source and a day. What nobody has observed is `unknown`, never `no`.

Coordinates are WGS-84, distances geodesic metres, shares from 0 to 1. Commas inside a parameter mean OR, parameters \
together mean AND; an unknown, empty or repeated parameter is refused. Errors are problems that name the parameter \
(`application/problem+json`). Answers carry an ETag: send it back as `If-None-Match`, and what has not changed is not \
sent again. While the database is away, answers go on from memory and carry a `Warning`. Any site may read this data.
"""
QUIET: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}
"""Nobody watches visitors here, so nothing need look for a watcher at each request."""
TAGS = [
    {"name": "venues", "description": "Places, what each can do for a payer, and how we know."},
    {"name": "staff", "description": "Writing, for whoever has signed in or sends a token: venues and statements."},
    {"name": "coverage", "description": "How many of how many, how far people have to go, and where the holes are."},
    {"name": "reference", "description": "Regions, and the words that parameters and answers use."},
    {"name": "tiles", "description": "The venues as vector tiles, for MapLibre, QGIS and other map programs."},
    {"name": "maps", "description": "The same figures as pages with a map."},
    {"name": "service", "description": "Whether this server is alive and ready."},
]


class Described(FastAPI):
    """An application whose description has the plain routes too (`also`: the same ones as FastAPI routes)."""

    def __init__(self, *, also: Sequence[BaseRoute], **named: Any) -> None:  # noqa: ANN401 - FastAPI's own arguments
        super().__init__(title=TITLE, docs_url=None, redoc_url=None, telemetry=QUIET, **named)
        self._also = also

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document, made once; where it is served, its server is the prefix that it is asked under."""
        if self.openapi_schema is None:
            made = get_openapi(
                title=TITLE,
                version=version("paymap"),
                summary=SUMMARY,
                description=DESCRIPTION,
                tags=TAGS,
                routes=[*self._also, *self.routes],
            )
            made["components"]["schemas"]["Problem"] = Problem.model_json_schema()
            self.openapi_schema = made
        return self.openapi_schema
