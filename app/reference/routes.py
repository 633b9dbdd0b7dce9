"""`/docs`: the OpenAPI description as a page, drawn here, without a script."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from app.openapi import Described
from app.reference.told import sections, shapes
from app.visitor import fresh
from app.visitor.pages import page, visit

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/docs")
def docs(request: Request) -> Response:
    """Every address of the interface with its parameters, its answers, and links that try it."""
    here = visit(request)
    if (same := fresh.unchanged(here)) is not None:
        return same
    described = _described(request.app)
    told = {
        "info": described["info"],
        "sections": sections(described, here.register.catalog, here.counties),
        "shapes": shapes(described),
    }
    drawn = page(here, "reference.html", told)
    drawn.headers.update(fresh.headers(here))
    return drawn


def _described(app: Described) -> dict[str, Any]:
    return app.openapi()
