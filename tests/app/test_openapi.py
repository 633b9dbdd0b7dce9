"""The description of the interface says what the application does."""

import re
from collections.abc import Iterator

import pytest
from fastapi.openapi.models import OpenAPI
from fastapi.routing import APIRoute
from pydantic import TypeAdapter
from sqlalchemy import Engine
from starlette.testclient import TestClient

from app.actor import SYSTEM
from app.coverage.routes import router as coverage
from app.db import make_sessions
from app.health import ROUTES as HEALTH
from app.health import router as health
from app.main import create_app
from app.parameter import LANG
from app.register.statements import record, withdraw
from app.settings import Settings
from app.tables import Region
from app.venues.routes import ROUTES as VENUES
from app.venues.routes import router as venues
from app.venues.shapes import Venue
from app.vocabulary import CAPABILITIES
from small_register import seen, small_database, venue_id

OURS = [r for room in (venues, health, coverage) for r in room.routes if isinstance(r, APIRoute)]
TRIES = [(r, address) for r in OURS for address in r.openapi_extra["x-examples"]]
REFERENCE = re.compile(r"#/components/schemas/(\w+)")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client of an application over the small register with its city, of which some things are known."""
    settings = Settings(var_dir=tmp_path_factory.mktemp("openapi"), _env_file=None)
    with small_database(settings) as engine, make_sessions(engine).begin() as session:
        session.add(Region(adcode="371500", level="city", name_zh="聊城市", name_en="Liaocheng", source="-"))
        said = [
            seen("a", "foreign_card", "yes", "2026-01-01", "visa"),
            seen("a", "foreign_card", "no", "2026-01-02", "jcb"),
            seen("b", "mobile_pay", "yes", "2024-01-01", "alipay"),
            seen("d", "currency_exchange", "limited", "2026-01-01", "USD"),
        ]
        first, *_ = record(session, said, SYSTEM)
        withdraw(session, first, SYSTEM, "a mistake")
    with TestClient(create_app(settings)) as made:
        yield made


@pytest.fixture
def described(client: TestClient) -> dict:
    """The document as the application makes it."""
    return client.app.openapi()


def test_the_document_is_openapi(described: dict) -> None:
    """It is an OpenAPI 3.1 document, and whatever it refers to is in it."""
    OpenAPI.model_validate(described)
    assert described["openapi"].startswith("3.1")
    assert set(REFERENCE.findall(str(described))) <= set(described["components"]["schemas"])
    ids = [o["operationId"] for methods in described["paths"].values() for o in methods.values()]
    assert len(set(ids)) == len(ids)


def test_every_plain_route_is_described(described: dict) -> None:
    """The hot routes stand beside FastAPI's own, with parameters in path and query, and their problems."""
    for route in (*VENUES, *HEALTH):
        operation = described["paths"][route.path]["get"]
        in_path = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
        assert in_path == set(re.findall(r"{(\w+)}", route.path))
        assert operation["description"]
    listed = described["paths"]["/api/v1/venues"]["get"]
    assert "application/problem+json" in listed["responses"]["400"]["content"]
    assert "application/geo+json" in listed["responses"]["200"]["content"]


def test_the_allowed_words_are_the_vocabulary_s(described: dict) -> None:
    """A parameter's description and its check know the same words."""
    parameters = {p["name"]: p for p in described["paths"]["/api/v1/venues"]["get"]["parameters"]}
    assert parameters["capability"]["schema"]["enum"] == list(CAPABILITIES)
    assert parameters["lang"]["schema"] == {"type": "string", "enum": list(LANG.known), "default": "zh"}
    assert parameters["limit"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 10000, "default": 100}


@pytest.mark.parametrize(("route", "address"), TRIES, ids=[address for _, address in TRIES])
def test_an_example_answers_as_described(client: TestClient, route: APIRoute, address: str) -> None:
    """Each address to try answers 200, with the media type and exactly the fields that are described."""
    answer = client.get(address.replace("{id}", venue_id("a")).replace("{region}", "371502"))
    assert answer.status_code == 200
    described = client.app.openapi()["paths"][route.path]["get"]["responses"]["200"]["content"]
    assert answer.headers["content-type"].split(";")[0] in described
    if route.response_model is not None:
        TypeAdapter(route.response_model).validate_json(answer.content)


@pytest.mark.parametrize("route", OURS, ids=lambda route: route.path)
def test_the_example_of_each_parameter_is_allowed(client: TestClient, route: APIRoute) -> None:
    """What the description shows as a value is taken."""
    described = [p for p in route.openapi_extra.get("parameters", []) if p["in"] == "query" and p["example"]]
    needed = {p["name"]: p["example"] for p in described if p.get("required")}
    for parameter in described:
        value = parameter["example"]
        text = ",".join(value) if isinstance(value, list) else str(value)
        asked = {**needed, parameter["name"]: text}
        if parameter["name"] == "status":
            asked["capability"] = "foreign_card"
        answer = client.get(route.path.replace("{id}", venue_id("a")), params=asked)
        assert (answer.status_code, asked) == (200, asked)


def test_the_example_of_a_venue_has_its_shape() -> None:
    """The example in the description is one that the description allows."""
    example = Venue.model_json_schema()["example"]
    assert Venue.model_validate(example).properties.category == "hotel"


@pytest.mark.parametrize("prefix", ["", "/city/demo"])
def test_the_document_names_its_server(engine: Engine, settings: Settings, prefix: str) -> None:
    """Under a prefix the document says so, and the links in answers are absolute and under it."""
    del engine
    with TestClient(create_app(settings.model_copy(update={"root_path": prefix}))) as client:
        document = client.get(f"{prefix}/openapi.json").json()
        page = client.get("/api/v1/venues?limit=1").json()
    assert document.get("servers", [{"url": ""}])[0]["url"] == prefix
    for link in page["links"]:
        assert link["href"].startswith(f"http://testserver{prefix}/api/v1/venues?limit=1")
