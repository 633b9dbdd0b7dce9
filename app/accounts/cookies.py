"""The cookies of a sign-in: no script's, no other site's, and only by https where the request came by it."""

from starlette.requests import Request
from starlette.responses import Response

from app.accounts import sign_ins


def give(answer: Response, request: Request, secret: str) -> None:
    """Hand the secret of a sign-in to the browser."""
    settings = request.app.state.settings
    put(answer, request, sign_ins.cookie(settings), secret, settings.session_hours * 3600)


def held(request: Request) -> str | None:
    """The secret of the sign-in that the browser came with."""
    return request.cookies.get(sign_ins.cookie(request.app.state.settings))


def take(answer: Response, request: Request) -> None:
    """Take the secret away."""
    put(answer, request, sign_ins.cookie(request.app.state.settings), "", 0)


def put(answer: Response, request: Request, name: str, value: str, lasts_s: int, below: str = "") -> None:
    """Set a cookie for this instance, or for what is `below` it; 0 seconds take it away."""
    answer.set_cookie(
        name,
        value,
        max_age=lasts_s,
        path=f"{request.app.state.settings.root_path}{below}" or "/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
