"""What the catalog's masks answer is what evaluating the whole filter would."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import shape
from sqlalchemy import Engine
from starlette.testclient import TestClient

from app.actor import SYSTEM
from app.db import make_sessions
from app.main import create_app
from app.ogc.asked import Asked, boxes
from app.ogc.cql import Filter, parse
from app.ogc.fields import VENUE_FIELDS
from app.ogc.pushed import pushed
from app.register.statements import record
from app.settings import Settings
from app.tables import Venue
from small_register import seen, venue_id

COUNTIES = frozenset({"371502", "371503"})
CONDITIONS = (
    "category = 'hotel'", "category IN ('hotel', 'mall', 'nothing')", "scene = 'medical'", "region = '371503'",
    "region IN ('371502', '371500')", "foreign_card = 'yes'", "foreign_card IN ('no', 'unknown')", "cash = 'unknown'",
    "foreign_card_visa = 'yes'", "foreign_card_visa IN ('yes', 'no')", "foreign_card_jcb = 'limited'",
    "foreign_card_unionpay = 'no'", "updated_at > TIMESTAMP('2026-03-08T00:00:00Z')",
    "updated_at >= TIMESTAMP('2026-03-08T08:00:00+08:00')", "updated_at = TIMESTAMP('2026-03-02T00:00:00Z')",
    "T_AFTER(updated_at, TIMESTAMP('2026-03-02T00:00:00Z'))", "name LIKE '%1%'", "name_en IS NULL",
    "S_INTERSECTS(geometry, BBOX(116, 36, 116.1, 36.2))",
    "S_WITHIN(geometry, POLYGON((116 36, 116.2 36, 116 37, 116 36)))",
    "NOT S_INTERSECTS(geometry, BBOX(116, 36, 116.1, 36.2))", "geometry IS NULL", "NOT category = 'hotel'", "FALSE",
)  # fmt: skip
BOXES = (None, "116,36,116.1,36.2", "116.1,36,116.05,36.2", "0,0,1,1", "-180,-90,180,90")


def contract(client: TestClient) -> list[dict[str, Any]]:
    """Every venue as the register's own interface tells it."""
    found: list[dict[str, Any]] = client.get("/api/v1/venues?limit=10000").json()["features"]
    return found


def values_of(venue: Mapping[str, Any]) -> dict[str, object]:
    """Everything that a venue can be filtered by."""
    return {f.name: f.pick(venue["properties"]) for f in VENUE_FIELDS.of.values()} | {"geometry": venue["geometry"]}


def inside(venue: Mapping[str, Any], box: str | None) -> bool:
    """Whether a venue is in a box, by the standard: without a position it is."""
    if box is None or venue["geometry"] is None:
        return True
    return any(shape(venue["geometry"]).intersects(shapely.box(*part)) for part in boxes(box))


@settings(max_examples=150)
@given(
    chosen=st.lists(st.sampled_from(CONDITIONS), min_size=1, max_size=4),
    box=st.sampled_from(BOXES),
    page=st.integers(3, 40),
)
def test_masks_and_evaluation_agree(client: TestClient, chosen: list[str], box: str | None, page: int) -> None:
    """Whatever is tied together with AND, in whatever box: the same venues as evaluating it all on each of them."""
    text = " AND ".join(f"({condition})" for condition in chosen)
    whole = parse(text, VENUE_FIELDS)
    expected = {v["id"] for v in contract(client) if inside(v, box) and whole.holds(values_of(v))}
    asked = {"filter": text, "limit": str(page)} | ({} if box is None else {"bbox": box})
    answer = client.get("/ogc/collections/venues/items", params=asked).json()
    shown = [feature["id"] for feature in answer["features"]]
    assert answer["numberMatched"] == len(expected)
    assert len(shown) == len(set(shown)) == min(page, len(expected))
    assert set(shown) <= expected


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("category = 'hotel' AND region IN ('371502') AND cash = 'no'", 0),
        ("foreign_card_visa = 'yes' AND scene = 'lodging'", 0),
        ("foreign_card_visa = 'no'", 1),
        ("foreign_card = 'yes' AND cash = 'yes'", 1),
        ("category = 'hotel' OR category = 'mall'", 1),
        ("category = name", 1),
    ],
)
def test_what_masks_can_say_is_not_evaluated(text: str, rest: int) -> None:
    """Classes, counties and one capability are asked of the catalog; the rest remains."""
    asked = Asked((), parse(text, VENUE_FIELDS), 10, None)
    assert len(pushed(asked, COUNTIES).rest.conditions) == rest


def test_a_geometry_and_a_moment_narrow_what_is_evaluated() -> None:
    """Of a polygon and a `>` the catalog is told the box around it and the earliest change."""
    within = "S_WITHIN(geometry, POLYGON((116 36, 116.2 36, 116 37, 116 36)))"
    text = f"{within} AND updated_at > TIMESTAMP('1970-01-01T00:00:01Z')"
    todo = pushed(Asked((), parse(text, VENUE_FIELDS), 10, None), COUNTIES)
    assert todo.near == pytest.approx((116.0, 36.0, 116.2, 37.0), abs=1e-5)
    assert todo.since == 1_000_000
    assert len(todo.rest.conditions) == 2


def test_no_condition_holds_for_everything() -> None:
    """An empty filter lets all through."""
    assert Filter().holds({})


def test_a_change_is_seen_in_the_next_answer(engine: Engine, settings: Settings) -> None:
    """What was evaluated for one version is not served for the next, and a closed venue leaves the collection."""
    evaluated = {"filter": "cash = 'yes' OR cash = 'limited'"}
    items = "/ogc/collections/venues/items"
    with TestClient(create_app(settings)) as client:
        register = client.app.state.register  # type: ignore[attr-defined]  # a FastAPI
        assert client.get(items, params=evaluated).json()["numberMatched"] == 0
        with make_sessions(engine).begin() as session:
            record(session, [seen("a", "cash", "yes", "2026-01-01")], SYSTEM)
        register.refresh()
        assert client.get(items, params=evaluated).json()["numberMatched"] == 1
        with make_sessions(engine).begin() as session:
            session.get_one(Venue, venue_id("a")).closed_on = date(2026, 1, 2)
            record(session, [seen("a", "cash", "yes", "2026-01-02")], SYSTEM)
        register.refresh()
        assert client.get(items, params=evaluated).json()["numberMatched"] == 0
        assert client.get(f"{items}/{venue_id('a')}").status_code == 404
