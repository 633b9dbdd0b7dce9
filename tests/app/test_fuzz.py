"""Whatever is asked, the interface answers or refuses; it never breaks."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app.actor import SYSTEM
from app.coverage.routes import TABLE as COVERAGE
from app.db import make_sessions
from app.main import create_app
from app.register.statements import record
from app.settings import Settings
from app.venues.parameters import LIST, NEAREST, STATEMENTS
from small_register import seen, small_database, venue_id

ONE = f"/api/v1/venues/{venue_id('a')}"
TABLES = {
    "/api/v1/venues": LIST,
    "/api/v1/venues/nearest": NEAREST,
    ONE: LIST,
    f"{ONE}/observations": STATEMENTS,
    "/api/v1/regions": (),
    "/api/v1/vocabulary": (),
    "/api/v1/coverage": COVERAGE,
    "/api/v1/gaps": COVERAGE,
}
NUMBERS = ["0", "-1", "1e999", "nan", "inf", "-inf", "1_000", "١٢", "9" * 400, "1.5", "", " ", "+5", "180", "-90.0"]
MOMENTS = ["now", "0001-01-01", "9999-12-31T23:59:59-23:59", "2026-02-30", "20260101", "2026-W01-1", "2026-01-01T24"]
WORDS = ["foreign_card", "cash", "yes", "unknown", "visa", "USD", "hotel", "lodging", "371502", ",", "en", "\0"]
VALUES = st.one_of(
    st.sampled_from(NUMBERS + MOMENTS + WORDS),
    st.text(max_size=30),
    st.lists(st.sampled_from(NUMBERS), min_size=3, max_size=5).map(",".join),
    st.floats().map(str),
    st.datetimes().map(lambda moment: moment.isoformat()),
    st.binary(max_size=24).map(lambda raw: raw.hex()),
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client that would see a mistake as the 500 it is, over one register for all examples."""
    made = Settings(var_dir=tmp_path_factory.mktemp("fuzz"), _env_file=None)
    with small_database(made) as engine, make_sessions(engine).begin() as session:
        record(session, [seen("a", "foreign_card", "yes", "2026-01-01", "visa")], SYSTEM)
    with TestClient(create_app(made)) as opened:
        yield opened


@st.composite
def question(draw: st.DrawFn) -> str:
    """An address of the interface with a query that is often almost right."""
    path = draw(st.sampled_from(sorted(TABLES)))
    known = [p.name for p in TABLES[path]] or ["lang"]
    names = st.one_of(st.sampled_from(known), st.text(max_size=5))
    pairs = draw(st.lists(st.tuples(names, VALUES), max_size=4))
    needed = [("lon", "116"), ("lat", "36.4")] if path.endswith("nearest") and draw(st.booleans()) else []
    told = "&".join(f"{encoded(n)}={encoded(v)}" for n, v in [*needed, *pairs])
    return f"{path}?{told}{draw(st.sampled_from(['', '&', '&&=', '%', '%ff', '%00=%00', ';']))}"


def encoded(text: str) -> str:
    """Percent-encoded, also where the text is half of a surrogate pair."""
    return quote(text.encode("utf-8", "surrogatepass"))


@hypothesis_settings(max_examples=300, suppress_health_check=list(HealthCheck), derandomize=True)
@given(asked=question())
def test_no_question_breaks_the_interface(client: TestClient, asked: str) -> None:
    """Every answer is 200, or a problem that says what is wrong; none is a 5xx."""
    answer = client.get(asked)
    assert answer.status_code in {200, 400}
    if answer.status_code == 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["parameter"] in answer.json()["detail"]


@hypothesis_settings(max_examples=100, suppress_health_check=list(HealthCheck), derandomize=True)
@given(rest=st.text(max_size=40), below=st.sampled_from(["/api/v1/venues/", "/api/", "/static/", "/", "/v/"]))
def test_no_address_breaks_the_application(client: TestClient, rest: str, below: str) -> None:
    """An address where nothing is says so, NUL bytes, half characters and all."""
    answer = client.get(f"{below}{encoded(rest)}", follow_redirects=False)
    assert answer.status_code < 500
    if answer.status_code == 404 and below != "/v/":
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("raw", [b"\xff\xfe", "酒店".encode(), b"%", b"a" * 70_000])
def test_raw_bytes_do_not_break_it(client: TestClient, raw: bytes) -> None:
    """A server hands on bytes that are no text, or far too many of them."""
    status: list[int] = []

    async def send(message: dict) -> None:
        status.extend([message["status"]] if "status" in message else [])

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/api/v1/venues",
        "query_string": b"q=" + raw,
        "headers": [(b"host", b"\xff bad host")],
        "scheme": "http",
        "server": ("localhost", 80),
    }
    client.portal.call(client.app, scope, None, send)
    assert status in ([200], [400], [414])
