"""The headers of every answer."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from app.headers import CONTENT_SECURITY_POLICY, SECURITY_HEADERS, SecurityHeaders


def plain(_request: Request):
    """An answer without a policy of its own."""
    return PlainTextResponse("ok")


def own(_request: Request):
    """A map, which has hashed inline scripts and so a policy of its own."""
    return HTMLResponse("map", headers={"content-security-policy": "script-src 'sha256-x'"})


def client():
    """The two answers, behind the middleware."""
    app = Starlette(routes=[Route("/plain", plain), Route("/own", own)])
    app.add_middleware(SecurityHeaders)
    return TestClient(app)


def test_every_header_is_added():
    """An answer that says nothing itself gets all of them, a 404 too."""
    for path in ("/plain", "/nowhere"):
        headers = client().get(path).headers
        assert dict(SECURITY_HEADERS) == {name: headers[name] for name in SECURITY_HEADERS}


def test_own_policy_is_kept():
    """What an answer sets itself stands, once; the other headers are still added."""
    headers = client().get("/own").headers
    assert headers.get_list("content-security-policy") == ["script-src 'sha256-x'"]
    assert headers["x-content-type-options"] == "nosniff"


def test_policy_allows_nothing_inline():
    """Neither inline code nor foreign hosts."""
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY
