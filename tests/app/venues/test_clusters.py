"""Clusters add up to the list, stand still under the map, and are few."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from starlette.testclient import TestClient

from app.catalog.catalog import Catalog
from app.catalog.filters import Filters
from app.main import create_app
from app.settings import Settings
from app.venues import cells as rooms
from app.venues.cells import Box, Gathered, place, span, statuses
from app.venues.clusters import ClusterPage
from small_register import venue_id
from town_catalog import EAST, NORTH, SOUTH, WEST, catalog_of, town, venue

TOWN, GATHERED = town(1_500), Gathered()
LON, LAT = st.floats(WEST - 0.1, EAST + 0.1), st.floats(SOUTH - 0.1, NORTH + 0.1)
BOX = st.tuples(LON, LAT, LON, LAT).map(lambda b: (min(b[0], b[2]), min(b[1], b[3]), max(b[0], b[2]), max(b[1], b[3])))
EVERY = frozenset({"yes", "limited", "no", "unknown"})
FILTERS = st.sampled_from(
    [Filters(), Filters(capability="cash", statuses=EVERY), Filters(categories=frozenset({"hotel", "atm"}))]
)


def listed(catalog: Catalog, filters: Filters, box: Box) -> list[tuple[int, int]]:
    """What the list matches in a box: (part, row)."""
    found = [part.rows(replace(filters, bbox=box), catalog.is_open) for part in catalog.parts]
    return [(n, row) for n, rows in enumerate(found) for row in rows.tolist()]


@settings(max_examples=150)
@given(BOX, st.integers(0, 20), FILTERS)
def test_clusters_are_those_of_brute_force(box: Box, zoom: int, filters: Filters) -> None:
    """Each cell has the number, the middle and the statuses of the venues that the list has in it."""
    found = GATHERED.cells(TOWN, filters, box, zoom)
    expected: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for n, row in listed(TOWN, filters, box):
        c = TOWN.parts[n].columns
        lon, lat = c["lon"][row], c["lat"][row]
        x, y = lon / 360 + 0.5, 0.5 - np.arcsinh(np.tan(np.radians(lat))) / (2 * np.pi)
        expected.setdefault((int(x * 2 ** (zoom + 2)), int(y * 2 ** (zoom + 2))), []).append((n, row))
    assert dict(
        zip(zip(found.column.tolist(), found.row.tolist(), strict=True), found.total.tolist(), strict=True)
    ) == {cell: len(held) for cell, held in expected.items()}
    for n, cell in enumerate(zip(found.column.tolist(), found.row.tolist(), strict=True)):
        held = expected[cell]
        middle = np.mean(
            [[TOWN.parts[part].columns[axis][row] for axis in ("lon", "lat")] for part, row in held], axis=0
        )
        total = found.total[n]
        np.testing.assert_allclose([found.x_sum[n] / total, found.y_sum[n] / total], middle, atol=1e-9)
        part, row = place(TOWN, int(found.member[n]))
        assert total > 1 or (int(part is TOWN.delta), row) in held
        if filters.capability is not None:
            said = [int(statuses(TOWN.parts[p].columns, np.array([r]), filters.capability)[0]) for p, r in held]
            assert found.counts[n].tolist() == np.bincount(said, minlength=4).tolist()


def test_cells_inside_the_view_stand_still() -> None:
    """When the map moves, a cell that is whole in both views is the same."""
    zoom, views = 11, [(115.9 + move, 36.3, 116.1 + move, 36.6) for move in (0, 0.031)]

    def whole(box: Box) -> dict[tuple[int, int], tuple[int, float]]:
        cells = GATHERED.cells(TOWN, Filters(), box, zoom)
        side = 360 / 2 ** (zoom + 2)
        wests = cells.column * side - 180
        kept = cells.chosen((wests > 115.931) & (wests + side < 116.1))
        return {
            (int(c), int(r)): (int(n), round(float(x), 9))
            for c, r, n, x in zip(kept.column, kept.row, kept.total, kept.x_sum, strict=True)
        }

    first, second = map(whole, views)
    assert len(first) > 5
    assert first == second


def test_a_phone_draws_a_few_hundred_things_at_most() -> None:
    """A view of 390 by 844 pixels has no more than 150 cells at any zoom."""
    for zoom in range(23):
        width, height = 390 / 256 / 2**zoom * 360, 844 / 256 / 2**zoom * 360 * 0.8
        box = (
            max(116 - width / 2, -180),
            max(36.45 - height / 2, -90),
            min(116 + width / 2, 180),
            min(36.45 + height / 2, 90),
        )
        assert span(box, zoom) <= 150


def test_kept_cells_are_forgotten_with_their_version_and_for_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """A newer catalog is counted anew, and what is kept stays below its bound."""
    gathered, box = Gathered(), (WEST, SOUTH, EAST, NORTH)
    before = int(gathered.cells(TOWN, Filters(), box, 8).total.sum())
    fewer = town(300)
    assert int(gathered.cells(replace(fewer, change=3), Filters(), box, 8).total.sum()) < before
    monkeypatch.setattr(rooms, "MOST_BYTES", 1)
    for category in ("hotel", "mall", "atm"):
        gathered.cells(TOWN, Filters(categories=frozenset({category})), box, 8)
    assert len(gathered._kept) == 1  # noqa: SLF001 - the bound is not seen from outside


def test_a_rebuilt_base_gives_its_own_venues() -> None:
    """A fold keeps the version and moves the rows: a venue alone in its cell is still the one that lies there."""
    venues = [venue(n, (WEST + n / 20, SOUTH)) for n in range(1, 6)]
    before, after = catalog_of(venues[1:], venues[:1]), replace(catalog_of(venues), change=2)
    assert before.version == after.version
    gathered, box = Gathered(), (WEST, SOUTH - 0.1, EAST, NORTH)
    for catalog in (before, after):
        found = gathered.cells(catalog, Filters(), box, 11)
        members = [place(catalog, member) for member in found.member.tolist()]
        assert [part.columns["lon"][row] for part, row in members] == pytest.approx([v.point.x for v in venues])


@pytest.fixture
def client(engine: Engine, settings: Settings) -> Iterator[TestClient]:
    """A client of an application over the small register."""
    assert engine is not None
    with TestClient(create_app(settings)) as made:
        yield made


CITY = "bbox=115.9,36.4,116.1,36.6"


def test_clusters_are_geojson_that_adds_up(client: TestClient) -> None:
    """Together as a cluster from afar, each as itself from near; the number is the list's."""
    far = client.get(f"/api/v1/venues/clusters?{CITY}&zoom=9&capability=cash&status=unknown")
    assert far.headers["content-type"] == "application/geo+json"
    ClusterPage.model_validate_json(far.content)
    listed_here = client.get(f"/api/v1/venues?{CITY}").json()
    assert far.json()["numberMatched"] == listed_here["numberMatched"] == 3
    assert sum(f["properties"].get("count", 1) for f in far.json()["features"]) == 3
    (cluster,) = [f for f in far.json()["features"] if f["properties"].get("cluster")]
    assert cluster["properties"]["statuses"] == {
        "unknown": cluster["properties"]["count"],
        "yes": 0,
        "limited": 0,
        "no": 0,
    }
    near = client.get(f"/api/v1/venues/clusters?{CITY}&zoom=14&lang=en").json()
    assert {f["id"] for f in near["features"]} == {venue_id(letter) for letter in "abc"}
    assert near["features"] == [
        f for f in near["features"] if f in client.get(f"/api/v1/venues?{CITY}&lang=en").json()["features"]
    ]


def test_clusters_are_conditional(client: TestClient) -> None:
    """With the ETag of this version nothing is sent again."""
    address = f"/api/v1/venues/clusters?{CITY}&zoom=9"
    assert client.get(address, headers={"if-none-match": client.get(address).headers["etag"]}).status_code == 304


def test_an_empty_box_has_no_clusters(client: TestClient) -> None:
    """A box over nothing, and a box that is a point, are answers and not errors."""
    nothing = client.get("/api/v1/venues/clusters?bbox=0,0,1,1&zoom=9").json()
    assert (nothing["features"], nothing["numberMatched"]) == ([], 0)
    assert client.get("/api/v1/venues/clusters?bbox=115.95,36.45,115.95,36.45&zoom=12").json()["numberMatched"] == 1
    assert client.get("/api/v1/venues/clusters?bbox=-180,-90,180,90&zoom=3").json()["numberMatched"] == 3


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("zoom=9", "bbox"),
        (CITY, "zoom"),
        (f"{CITY}&zoom=nine", "zoom"),
        (f"{CITY}&zoom=9.5", "zoom"),
        (f"{CITY}&zoom=23", "zoom"),
        (f"{CITY}&zoom=20", "zoom"),
        ("bbox=170,36,-170,37&zoom=5", "bbox"),
        (f"{CITY}&zoom=9&limit=5", "limit"),
        (f"{CITY}&zoom=9&status=yes", "status"),
    ],
)
def test_a_bad_question_is_named(client: TestClient, query: str, parameter: str) -> None:
    """What is missing, malformed or more than a screen is a 400 problem that names it."""
    answer = client.get(f"/api/v1/venues/clusters?{query}")
    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)


def test_too_near_for_the_box_says_how_near_is_possible(client: TestClient) -> None:
    """The zoom that is said to be possible is."""
    said = client.get(f"/api/v1/venues/clusters?{CITY}&zoom=20").json()["detail"]
    nearest = int(said.rsplit(" ", 1)[1])
    assert client.get(f"/api/v1/venues/clusters?{CITY}&zoom={nearest}").status_code == 200
    assert client.get(f"/api/v1/venues/clusters?{CITY}&zoom={nearest + 1}").status_code == 400
