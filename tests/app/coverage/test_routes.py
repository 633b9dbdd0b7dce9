"""Coverage and gaps over HTTP, on a real application."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from app.actor import SYSTEM
from app.db import make_sessions
from app.main import create_app
from app.register.statements import record
from app.settings import Settings
from small_register import seen, small_database


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """An application over the small register, in which A took Visa from the first of May."""
    settings = Settings(var_dir=tmp_path_factory.mktemp("small"), _env_file=None)
    with small_database(settings) as engine, make_sessions(engine).begin() as session:
        record(session, [seen("a", "foreign_card", "yes", "2026-05-01", "visa")], SYSTEM)
    with TestClient(create_app(settings)) as made:
        yield made


def test_coverage_counts_what_is_known(client: TestClient) -> None:
    """The figures are those of the register, with their moment and version."""
    answer = client.get("/api/v1/coverage?capability=foreign_card&region=371502").json()
    assert (answer["overall"]["total"], answer["overall"]["yes"], answer["overall"]["unknown"]) == (4, 1, 3)
    assert answer["unlocated"] == 1
    assert {"region", "as_of", "data_version", "classes", "all_three", "reach", "reach_possible"} <= set(answer)


def test_coverage_of_a_past_day(client: TestClient) -> None:
    """Before anything was observed, nothing was known."""
    answer = client.get("/api/v1/coverage?region=371502&as_of=2026-04-30").json()
    assert (answer["overall"]["yes"], answer["as_of"]) == (0, "2026-04-30")


def test_gaps_are_geojson_in_degrees(client: TestClient) -> None:
    """Each gap is a feature with the contract's properties; an incomplete list confirms none."""
    answer = client.get("/api/v1/gaps?capability=foreign_card&region=371502")
    (gap,) = answer.json()["features"]
    assert answer.headers["content-type"] == "application/geo+json"
    assert {"id", "capability", "region", "certainty", "people", "area_km2", "department"} <= set(gap["properties"])
    assert gap["properties"]["certainty"] == "possible"
    assert 115.8 < gap["properties"]["best_site"][0] < 116.2


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("capability=gold", "capability"),
        ("capability=cash,signage", "capability"),
        ("region=1", "region"),
        ("as_of=yesterday", "as_of"),
        ("as_of=2999-01-01", "as_of"),
        ("as_of=20260501", "as_of"),
        ("as_of=0001-01-01", "as_of"),
        ("as_of=", "as_of"),
        ("capability=cash&capability=cash", "capability"),
        ("bbox=1,2,3,4", "bbox"),
    ],
)
def test_a_malformed_question_is_refused_by_name(client: TestClient, query: str, parameter: str) -> None:
    """A 400 problem names the parameter."""
    for address in ("coverage", "gaps"):
        answer = client.get(f"/api/v1/{address}?{query}")
        assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)
