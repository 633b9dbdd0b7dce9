"""The maps over HTTP, on a real application."""

import asyncio
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from app.actor import SYSTEM
from app.db import make_sessions
from app.main import create_app
from app.maps import kept
from app.register.statements import record
from app.settings import Settings
from small_map import data_of, inline_hashes
from small_register import seen, small_database

HERE = "/maps/coverage?region=371502"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, Engine]]:
    """An application over the small register, in which A took Visa from the first of May, and its database."""
    settings = Settings(var_dir=tmp_path_factory.mktemp("var"), _env_file=None)
    with small_database(settings) as engine:
        with make_sessions(engine).begin() as session:
            record(session, [seen("a", "foreign_card", "yes", "2026-05-01", "visa")], SYSTEM)
        with TestClient(create_app(settings), headers={"accept-language": "en"}) as made:
            yield made, engine


@pytest.fixture
def client(served: tuple[TestClient, Engine]) -> TestClient:
    """The application, for a test that only reads."""
    return served[0]


@pytest.mark.parametrize("address", [HERE, "/maps/venues"])
def test_a_map_is_a_page_with_a_policy_of_its_own(client: TestClient, address: str) -> None:
    """It is HTML, and what runs in it is what the policy names."""
    answer = client.get(address)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    allowed = set(re.findall(r"'sha256-[^']+'", answer.headers["content-security-policy"].partition("style-src")[0]))
    assert allowed == inline_hashes(answer.text)


@pytest.mark.parametrize("address", [HERE, "/maps/venues"])
def test_an_unchanged_map_is_not_drawn_again(client: TestClient, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader that has it is told so, and the next reader gets the page that is kept: nobody draws."""
    first = client.get(address)
    monkeypatch.setattr(kept, "coverage_map", None)
    monkeypatch.setattr(kept, "venues_map", None)
    again = client.get(address, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(address).text == first.text


def test_a_304_leaves_the_policy_of_the_kept_page(client: TestClient) -> None:
    """A browser takes over the headers of a 304: the policy of other pages would stop the map's scripts."""
    tag = client.get(HERE).headers["etag"]
    assert "content-security-policy" not in client.get(HERE, headers={"if-none-match": tag}).headers


def test_a_new_statement_is_on_the_map(served: tuple[TestClient, Engine]) -> None:
    """The tag and the page follow the register (of another service than the other tests read)."""
    client, engine = served
    address = f"{HERE}&capability=cash"
    first = client.get(address)
    with make_sessions(engine).begin() as session:
        record(session, [seen("c", "cash", "no", "2026-06-01")], SYSTEM)
    client.app.state.register.refresh()
    again = client.get(address, headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 200
    assert sorted(data_of(again.text)["venues"]["status"]["cash"]) == ["n", "u", "u"]


def test_a_new_deployment_is_never_answered_304(client: TestClient, tmp_path: Path) -> None:
    """Another setting or another script gives another tag."""
    tag, settings = client.get(HERE).headers["etag"], client.app.state.settings
    scripts = tmp_path / "static"
    scripts.mkdir()
    changes = ({"map_approval": "GS(2026)1号"}, {"stale_after_days": 30}, {"static_dir": scripts})
    tags = {kept.deployment(settings.model_copy(update=change)) for change in changes}
    assert len(tags) == len(changes)
    assert all(kept.deployment(settings) != other and other not in tag for other in tags)
    assert kept.deployment(settings) in tag


def test_each_language_has_its_own_page(client: TestClient) -> None:
    """The header decides where the address does not; caches are told; the tag of one is not the other's."""
    english, chinese = client.get(HERE), client.get(HERE, headers={"accept-language": "zh-CN,en;q=0.5"})
    assert ('<html lang="en"' in english.text, '<html lang="zh-CN"' in chinese.text) == (True, True)
    assert "Accept-Language" in english.headers["vary"]
    assert english.headers["etag"] != chinese.headers["etag"]
    assert client.get(f"{HERE}&lang=zh").text == chinese.text


def test_the_map_of_a_past_day(client: TestClient) -> None:
    """Before anything was observed, nothing was known; the panel says the day."""
    data = data_of(client.get(f"{HERE}&as_of=2026-04-30").text)
    assert (data["as_of"], set(data["venues"]["status"]["foreign_card"])) == ("2026-04-30", {"u"})
    assert set(data_of(client.get(HERE).text)["venues"]["status"]["foreign_card"]) == {"y", "u"}


def test_the_venue_map_starts_with_the_service_asked_for(client: TestClient) -> None:
    """Every service is in the page, and the one of the address is shown first."""
    data = data_of(client.get("/maps/venues?capability=cash").text)
    assert data["capability"] == "cash"
    assert len(data["venues"]["status"]) == len(data["panel"]["choices"]) > 10


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("capability=gold", "capability"),
        ("capability=cash,signage", "capability"),
        ("region=1", "region"),
        ("as_of=yesterday", "as_of"),
        ("as_of=2999-01-01", "as_of"),
    ],
)
def test_a_malformed_question_is_refused_by_name(client: TestClient, query: str, parameter: str) -> None:
    """A 400 problem names the parameter, also to a reader who has the page."""
    tag = client.get(HERE).headers["etag"]
    answer = client.get(f"/maps/coverage?{query}", headers={"if-none-match": tag})
    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)
    assert answer.headers["content-type"] == "application/problem+json"


def test_what_links_collect_is_ignored(client: TestClient) -> None:
    """Parameters that a map does not know, and empty ones, count as not given."""
    odd = client.get(f"{HERE}&from=timeline&isappinstalled=0&as_of=&lang=xx")
    assert odd.text == client.get(HERE).text


def test_a_map_is_drawn_beside_the_event_loop(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing takes long, so no drawing happens where other requests wait."""
    threads: list[bool] = []

    def drawing(*_: object, **__: object) -> str:
        threads.append(threading.current_thread() is threading.main_thread() or _loop_here())
        return "<script>1</script>"

    monkeypatch.setattr(kept, "coverage_map", drawing)
    assert client.get(f"{HERE}&capability=signage").status_code == 200
    assert threads == [False]


def _loop_here() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def test_maps_are_in_the_description(client: TestClient) -> None:
    """The interface's own description has both with their parameters."""
    paths = client.get("/openapi.json").json()["paths"]
    said = {path: [p["name"] for p in paths[path]["get"]["parameters"]] for path in ("/maps/venues", "/maps/coverage")}
    assert said == {
        "/maps/venues": ["capability", "lang"],
        "/maps/coverage": ["capability", "region", "as_of", "lang"],
    }


def test_without_a_file_of_tiles_there_is_none(client: TestClient) -> None:
    """The address of the basemap's file is empty unless a file is set."""
    assert client.get("/maps/basemap.pmtiles").status_code == 404


@pytest.mark.parametrize("query", ["region=1", "capability=gold", "as_of=2999-01-01"])
def test_a_reader_is_refused_with_a_page(client: TestClient, query: str) -> None:
    """A browser gets a page that says what is wrong and leads home; the words of the link never become markup."""
    answer = client.get(f"/maps/coverage?{query}&lang=zh", headers={"accept": "text/html,*/*;q=0.8"})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "text/html; charset=utf-8")
    assert answer.headers["cache-control"] == "no-store"
    assert "链接无效" in answer.text
    assert query.partition("=")[0] in answer.text
    assert 'href="/' in answer.text
    nasty = client.get("/maps/coverage?region=<script>x</script>", headers={"accept": "text/html"})
    assert "<script>x" not in nasty.text
