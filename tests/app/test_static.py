"""Static files: how long they may be kept, and what they are."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Mount
from starlette.testclient import TestClient

from app.main import create_app
from app.problems import on_http_error
from app.settings import Settings
from app.static import ASK_AGAIN, FOR_GOOD, MarkedFiles


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    """A folder with a few files."""
    (tmp_path / "css").mkdir()
    for name in ("css/a.css", "a.js", "a.svg", "a.json", "secret"):
        (tmp_path / name).write_text("x")
    app = Starlette(routes=[Mount("/static", MarkedFiles(directory=tmp_path / "css" / ".."))])
    app.add_exception_handler(HTTPException, on_http_error)
    return TestClient(app)


@pytest.mark.parametrize(
    ("query", "kept"),
    [("?v=0123abcd", FOR_GOOD), ("", ASK_AGAIN), ("?v=", ASK_AGAIN), ("?v=0", ASK_AGAIN), ("?x=0123abcd", ASK_AGAIN)],
)
def test_only_a_marked_file_is_kept_for_good(client: TestClient, query: str, kept: str) -> None:
    """Without the mark of its content the browser asks whether it has changed."""
    answer = client.get(f"/static/a.js{query}")
    assert answer.headers["cache-control"] == kept
    again = client.get(f"/static/a.js{query}", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.headers["cache-control"]) == (304, kept)


@pytest.mark.parametrize(
    ("name", "kind"), [("a.js", "text/javascript"), ("css/a.css", "text/css"), ("a.svg", "image/svg+xml")]
)
def test_a_file_says_what_it_is(client: TestClient, name: str, kind: str) -> None:
    """With `nosniff`, a script of the wrong type would not run."""
    assert client.get(f"/static/{name}").headers["content-type"].split(";")[0] == kind


@pytest.mark.parametrize(
    "path", ["", "/", "/css", "/css/", "/../pyproject.toml", "/%2e%2e/app/main.py", "/%00", "/" + "a" * 300]
)
def test_no_folder_is_listed_and_none_is_left(client: TestClient, path: str) -> None:
    """Only files, only these, and a refusal is never kept for good."""
    answer = client.get(f"/static{path}?v=0123abcd")
    assert answer.status_code == 404
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/static/a.js", "/pay/static/a.js"])
def test_a_file_is_found_behind_any_proxy(tmp_path: Path, path: str) -> None:
    """Whether the proxy hands on the whole path or takes the prefix off."""
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "a.js").write_text("x")
    app = create_app(Settings(var_dir=tmp_path, static_dir=tmp_path / "static", root_path="/pay", _env_file=None))
    assert TestClient(app).get(path).status_code == 200
