"""How much is taken in with one request."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from app.accounts.bodies import FORM, FROM_NOBODY
from staff import sign_in

FORMS = {"content-type": "application/x-www-form-urlencoded"}


def in_pieces(size: int) -> Iterator[bytes]:
    """A body without a length."""
    yield from (b"a=" + b"x" * 998 for _ in range(size // 1000 + 1))


@pytest.mark.parametrize("pieces", [True, False])
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_nobody_sends_much(client: TestClient, kind: str, *, pieces: bool) -> None:
    """More than a login and a password is not read, whether or not its length is told."""
    body = in_pieces(FROM_NOBODY) if pieces else b"".join(in_pieces(FROM_NOBODY))
    said = client.post("/console/sign-in", content=body, headers={"content-type": kind})
    assert said.status_code == 413
    assert client.get("/healthz").status_code == 200


def test_a_form_has_an_end(client: TestClient) -> None:
    """Also from somebody who has signed in; what is shorter is read."""
    guard = sign_in(client, "admin")
    assert client.post("/api/v1/write", content=in_pieces(FORM), headers=FORMS | guard).status_code == 200
    long = client.post("/api/v1/write", content=in_pieces(FORM), headers=FORMS)
    assert (long.status_code, "1 MB" in long.json()["detail"]) == (413, True)
    assert client.post("/api/v1/write", content=b"csrf=" + guard["x-csrf-token"].encode(), headers=FORMS).is_success


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/console/imports", 250),
        ("/api/v1/imports", 250),
        ("/console/inspections/new", 60),
        ("/console/inspections/7", 60),
        ("/console/inspections/7/withdraw", 1),
        ("/console/imports/7/apply", 1),
        ("/api/v1/venues", 1),
    ],
)
def test_files_come_in_only_where_they_are_taken(client: TestClient, path: str, most: int) -> None:
    """A token, real or not, opens no other path to more than a form; where files are taken each has its own bound."""
    files = {"content-type": "multipart/form-data; boundary=x", "authorization": "Bearer made-up"}
    for size, status in ((most * 2**20 + 1, 413), (most * 2**20, 401)):
        assert client.post(path, headers=files | {"content-length": str(size)}).status_code == status, size
