"""What was sent is sent again as it was, while it holds, and to whom it was for."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from httpx2 import Response
from sqlalchemy import Engine
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from app import replay
from app.actor import SYSTEM
from app.catalog.live import Live
from app.db import make_sessions
from app.main import create_app
from app.register.statements import record
from app.replay import Answer, Answers, Replay, takes_gzip
from app.settings import Settings
from plain_way import without_door
from small_register import seen, venue_id

LIST = "/api/v1/venues?limit=4"
NEAREST = "/api/v1/venues/nearest?lon=116&lat=36.4&limit=2"
ONE = f"/api/v1/venues/{venue_id('a')}"
TILE = "/tiles/venues/8/210/100.mvt"
EMPTY = "/tiles/venues/10/0/0.mvt"
READ = [LIST, NEAREST, ONE, f"{ONE}/observations", "/api/v1/venues/clusters?bbox=115.9,36.4,116.1,36.6&zoom=9",
        "/api/v1/regions", TILE, EMPTY, "/tiles/venues.json"]  # fmt: skip


class Counted:
    """An application in front of ours that counts what reaches it."""

    def __init__(self, app: Replay) -> None:
        self.inner, self.seen = app.app, 0
        app.app = self

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count, and answer."""
        self.seen += scope["type"] == "http"
        await self.inner(scope, receive, send)


@pytest.fixture
def client(engine: Engine, settings: Settings) -> Iterator[TestClient]:
    """A client of an application without a door over the small register, which changes when the test says so."""
    with make_sessions(engine).begin() as session:
        record(session, [seen("a", "foreign_card", "yes", "2026-01-01", "visa")], SYSTEM)
    with TestClient(without_door(create_app(settings.model_copy(update={"poll_seconds": 60})))) as made:
        yield made


@pytest.fixture
def register(client: TestClient) -> Live:
    """The register that the application answers from."""
    live: Live = client.app.state.register
    return live


@pytest.fixture
def kept(client: TestClient) -> Replay:
    """The application's memory of answers."""
    return memory_of(client.app)


@pytest.fixture
def reached(kept: Replay) -> Counted:
    """How many requests came through to the application."""
    return Counted(kept)


def memory_of(app: FastAPI) -> Replay:
    """The layer that keeps answers."""
    layer = app.middleware_stack
    while not isinstance(layer, Replay):
        layer = layer.app
    return layer


def write(live: Live) -> None:
    """A change, which the application has read."""
    with live.sessions.begin() as session:
        record(session, [seen("a", "foreign_card", "no", "2026-01-02", "visa")], SYSTEM)
    live.refresh()


def raw(client: TestClient, address: str, **headers: str) -> tuple[Response, bytes]:
    """An answer, and its bytes as they were sent."""
    with client.stream("GET", address, headers={name.replace("_", "-"): said for name, said in headers.items()}) as got:
        return got, b"".join(got.iter_raw())


@pytest.mark.parametrize("address", READ)
@pytest.mark.parametrize("accepted", ["gzip", "identity"])
def test_the_second_answer_is_the_first_one(client: TestClient, reached: Counted, address: str, accepted: str) -> None:
    """It has the same status, headers and bytes, and the application was asked once."""
    (first, sent), (again, resent) = (raw(client, address, accept_encoding=accepted) for _ in range(2))
    assert reached.seen == 1
    assert first.status_code == again.status_code == (204 if address == EMPTY else 200)
    assert first.headers["content-security-policy"]
    assert first.headers.multi_items() == again.headers.multi_items()
    assert sent == resent


def test_a_change_forgets_all(client: TestClient, register: Live, kept: Replay) -> None:
    """After a change every answer is the new one, and none of the old ones takes room."""
    before = {address: client.get(address) for address in READ}
    assert client.get(ONE).json()["properties"]["capabilities"]["foreign_card"]["aspects"]["visa"]["status"] == "yes"
    write(register)
    client.get(ONE)
    assert len(kept.answers) == 1
    for address in READ:
        assert client.get(address).headers["etag"] != before[address].headers["etag"]
    assert client.get(ONE).json()["properties"]["capabilities"]["foreign_card"]["aspects"]["visa"]["status"] == "no"


def test_compressed_and_not_are_kept_apart(client: TestClient, reached: Counted) -> None:
    """Whoever takes gzip gets it, made once; whoever refuses it in any words gets the plain bytes."""
    address = "/api/v1/venues?limit=100"
    packed = [raw(client, address, accept_encoding=said) for said in ("gzip", "br;q=1.0, GZIP;q=0.8", "*")]
    plain = [raw(client, address, accept_encoding=said) for said in ("gzip;q=0", "identity", "br")]
    assert reached.seen == 2
    assert {got.headers.get("content-encoding") for got, _ in packed} == {"gzip"}
    assert {got.headers.get("content-encoding") for got, _ in plain} == {None}
    assert len({sent for _, sent in packed}) == len({sent for _, sent in plain}) == 1
    assert len(packed[0][1]) < len(plain[0][1])


def test_hosts_are_kept_apart(client: TestClient, reached: Counted) -> None:
    """Links lead to where the client asked."""
    for host in ("one.example", "two.example", "one.example"):
        assert client.get(LIST, headers={"host": host}).json()["links"][0]["href"] == f"http://{host}{LIST}"
    assert reached.seen == 2


def test_answers_are_kept_under_a_prefix_too(engine: Engine, settings: Settings) -> None:
    """Whether or not the proxy takes its prefix off."""
    assert engine is not None
    app = create_app(settings.model_copy(update={"root_path": "/pay"}))
    with TestClient(app, root_path="/pay") as client:
        counted = Counted(memory_of(app))
        for address in (LIST, f"/pay{LIST}"):
            bodies = [client.get(address).content for _ in range(2)]
            assert bodies[0] == bodies[1]
            assert f"/pay{LIST}".encode() in bodies[0]
        assert counted.seen == 2


@pytest.mark.parametrize("address", READ)
def test_whoever_has_the_answer_is_told_so(client: TestClient, reached: Counted, address: str) -> None:
    """A matching tag is a 304, as the application says it; another tag, or none of ours, gets the kept answer."""
    tag = client.get(f"{address}{'&' if '?' in address else '?'}", headers={"host": "else.example"}).headers["etag"]
    from_app = client.get(address, headers={"if-none-match": tag})
    assert (from_app.status_code, from_app.content) == (304, b"")
    whole = client.get(address)
    came = reached.seen
    for sent in (tag, tag.removeprefix("W/"), f'"x", {tag}', "*"):
        same = client.get(address, headers={"if-none-match": sent})
        assert (same.status_code, same.content) == (304, b"")
        assert dict(same.headers).items() >= dict(from_app.headers).items()
        assert "content-length" not in same.headers
    assert client.get(address, headers={"if-none-match": '"other"'}).content == whole.content
    assert reached.seen == came


def test_while_the_database_is_away_answers_say_so(client: TestClient, register: Live, kept: Replay) -> None:
    """What was kept is not sent, and what warns is not kept."""
    client.get(LIST)
    register.unreachable_since = datetime(2026, 1, 1, tzinfo=UTC)
    for address in (LIST, NEAREST):
        assert "2026-01-01" in client.get(address).headers["warning"]
    assert len(kept.answers) == 1
    register.unreachable_since = None
    for address in (LIST, NEAREST):
        assert "warning" not in client.get(address).headers


@pytest.mark.parametrize(
    "address", ["/api/v1/venues?colour=red", "/api/v1/venues/nobody", "/tiles/venues/1/9/9.mvt", "/", "/api/v1/gaps"]
)
def test_what_is_not_an_answer_of_the_register_is_not_kept(client: TestClient, kept: Replay, address: str) -> None:
    """Neither problems, nor pages, nor what another room keeps for itself."""
    client.get(address)
    client.get(address)
    assert len(kept.answers) == 0


def test_head_and_get_are_kept_apart(client: TestClient) -> None:
    """HEAD has the headers of GET and no body; GET still has one afterwards."""
    head = client.head(LIST)
    assert head.content == b""
    assert client.get(LIST).headers == head.headers
    assert client.get(LIST).json()["numberReturned"] == 4
    assert client.head(LIST).content == b""


@pytest.mark.parametrize("name", ["open_at", "open%5Fat"])
def test_the_clock_goes_on(client: TestClient, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """What is open now is asked anew every five minutes, however the parameter is written."""
    noon = 1_800_000_000
    monkeypatch.setattr("app.answers.time", lambda: noon)
    tags = [client.get(f"/api/v1/venues?{name}=now").headers["etag"] for _ in range(2)]
    monkeypatch.setattr("app.answers.time", lambda: noon + 300)
    tags.append(client.get(f"/api/v1/venues?{name}=now").headers["etag"])
    assert tags[0] == tags[1] != tags[2]


def test_no_position_is_kept_with_the_answer(client: TestClient, kept: Replay) -> None:
    """The key of an answer does not say where somebody stood."""
    client.get(NEAREST)
    (key,) = kept.answers
    assert len(key) == 16
    assert b"36.4" not in key


def answer(size: int) -> Answer:
    """An answer of so many bytes."""
    return Answer('W/"1"', {"headers": []}, {"body": b"x" * size})


def test_those_asked_for_longest_ago_make_room() -> None:
    """What is kept stays below its bound; what was asked for lately stays."""
    answers = Answers(3 * answer(1_000).size + 500)
    for key in (b"a", b"b", b"c"):
        answers.put("1", key, answer(1_000))
    answers.put("1", b"c", answer(1_000))
    assert answers.size == 3 * answer(1_000).size
    answers.get("1", b"a")
    answers.put("1", b"d", answer(1_000))
    assert list(answers) == [b"c", b"a", b"d"]
    assert answers.get("2", b"a") is None
    assert (len(answers), answers.size) == (0, 0)


def test_what_nobody_repeats_does_not_push_out_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """All is kept while there is room; then only what is asked for again."""
    monkeypatch.setattr(replay, "LARGEST", 1_000)
    answers = Answers(2 * answer(1_000).size)
    assert answers.wants(b"a")
    answers.put("1", b"a", answer(1_000))
    assert answers.wants(b"b")
    answers.put("1", b"b", answer(1_000))
    assert [answers.wants(key) for key in (b"c", b"d", b"c")] == [False, False, True]
    answers.get("2", b"a")
    assert answers.wants(b"e")


class Streaming:
    """An application that sends a body in pieces, and may break off."""

    def __init__(self, live: Live, pieces: list[bytes], *, whole: bool = True, **said: str) -> None:
        self.state = SimpleNamespace(register=live)
        self._pieces, self._whole = pieces, whole
        self._said = {"etag": f'W/"{live.catalog.version}"', **said}

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send the pieces."""
        headers = [(name.encode(), said.encode()) for name, said in self._said.items()]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for piece in self._pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        if not self._whole:
            raise ConnectionError
        await send({"type": "http.response.body", "body": b""})


def answered(app: Streaming) -> bytes | None:
    """The body that is kept of what an application has sent; None where nothing is."""
    layer = Replay(app)
    scope = {
        "type": "http",
        "method": "GET",
        "path": LIST,
        "query_string": b"",
        "headers": [(b"host", b"x")],
        "scheme": "http",
    }

    async def ignore(_message: Message) -> None:
        pass

    async def ask() -> None:
        with suppress(ConnectionError):
            await layer({**scope, "app": app}, ignore, ignore)

    asyncio.run(ask())
    bodies = [layer.answers.get(f'W/"{app.state.register.catalog.version}"', key) for key in layer.answers]
    return bodies[0].body["body"] if bodies else None


def test_only_whole_answers_of_the_present_version_are_kept(register: Live) -> None:
    """Pieces are put together; too large, broken off, warning, or of another version: nothing is kept."""
    assert answered(Streaming(register, [b"a", b"b"])) == b"ab"
    assert answered(Streaming(register, [])) == b""
    assert answered(Streaming(register, [b"x" * (replay.LARGEST // 2)] * 2)) is not None
    assert answered(Streaming(register, [b"x" * (replay.LARGEST // 2)] * 3)) is None
    assert answered(Streaming(register, [b"a"], whole=False)) is None
    assert answered(Streaming(register, [b"a"], etag='W/"older"')) is None
    assert answered(Streaming(register, [b"a"], warning="it was away when this began")) is None


@pytest.mark.parametrize(
    ("accepted", "taken"),
    [(b"gzip", True), (b"br;q=1.0, GZIP;q=0.8", True), (b"*", True), (b"gzip;q=0, *", False), (b"gzip; q=0.000", False),
     (b"gzip;q=0.001", True), (b"br", False), (b"", False), (b"identity", False)],
)  # fmt: skip
def test_gzip_is_read_from_accept_encoding(accepted: bytes, taken: bool) -> None:  # noqa: FBT001 - pytest passes it
    """Gzip is taken where it is named, or anything is, and its weight is not 0."""
    assert takes_gzip(accepted) is taken
