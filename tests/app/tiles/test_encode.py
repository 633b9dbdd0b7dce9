"""A tile has the venues that lie in it, each where it lies, and loses none when there are many."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mvt_reader
from app.catalog.catalog import Catalog
from app.catalog.filters import Filters
from app.tiles import encode
from app.tiles.encode import BUFFER, MOST_BYTES, MOST_VENUES, Address, tile
from app.tiles.pieces import Ready
from geo.mercator import fractions
from geo.mvt import EXTENT
from town_catalog import EAST, NORTH, SOUTH, WEST, catalog_of, town, venue

PLACES = st.lists(st.tuples(st.floats(WEST, EAST), st.floats(SOUTH, NORTH)), min_size=1, max_size=12).map(
    lambda places: [(round(lon, 6), round(lat, 6)) for lon, lat in places]  # as the register's features give them
)
READY = Ready()


def spots(catalog: Catalog, at: Address, lang: str = "zh", filters: Filters | None = None) -> list[mvt_reader.Spot]:
    """The features of a tile."""
    body = tile(catalog, Ready().of(catalog), filters or Filters(), at, lang)
    return [spot for layer in mvt_reader.read(body) for spot in layer.spots]


def number(spot: mvt_reader.Spot) -> int:
    """The number that the venue of a feature was made with."""
    return int(spot.properties["id"].replace("-", ""), 16)


def tile_of(place: tuple[float, float], zoom: int) -> Address:
    """The tile that holds a place."""
    x, y = (int(part * 2**zoom) for part in fractions(*place))
    return Address(zoom, x, y)


@settings(max_examples=50)
@given(PLACES, st.integers(0, 16))
def test_each_venue_is_in_its_tile_and_where_it_lies(places: list[tuple[float, float]], zoom: int) -> None:
    """The tile of a place has its venue, within half a unit; the others have it only in their buffer."""
    catalog = catalog_of([venue(n, place) for n, place in enumerate(places)])
    for at in {tile_of(place, zoom) for place in places}:
        found = {number(spot): spot for spot in spots(catalog, at)}
        for n, place in enumerate(places):
            x, y = (
                (part * 2**zoom - start) * EXTENT for part, start in zip(fractions(*place), (at.x, at.y), strict=True)
            )
            inside = -BUFFER <= x < EXTENT + BUFFER and -BUFFER <= y < EXTENT + BUFFER
            assert (n in found) == inside
            if inside:
                assert abs(found[n].x - x) <= 0.5
                assert abs(found[n].y - y) <= 0.5
            if at == tile_of(place, zoom):
                assert inside


def test_a_venue_says_what_the_map_needs() -> None:
    """Key, names, class, county and the status of what the class can do; what is not known is unknown."""
    place = (116.0, 36.4)
    hotel = venue(1, place, category="hotel", name_zh='甲"酒店\\', name_en="Hotel A", summaries=())
    bank = venue(2, place, category="bank_branch", name_zh="乙", name_en=None)
    catalog = catalog_of([hotel, bank, venue(3, None)])
    a, b = spots(catalog, tile_of(place, 14))
    assert a.properties == {
        "id": hotel.id, "name": '甲"酒店\\', "name_zh": '甲"酒店\\', "name_en": "Hotel A", "category": "hotel",
        "region": hotel.region, "foreign_card": "unknown", "cash": "unknown", "mobile_pay": "unknown",
        "currency_exchange": "unknown", "service_desk": "unknown", "signage": "unknown", "online_booking": "unknown",
    }  # fmt: skip
    assert "name_en" not in b.properties
    assert "foreign_card" not in b.properties
    said = {claim.capability: claim.status for claim in bank.summaries}
    assert said
    assert said.items() <= b.properties.items()
    assert [spot.properties["name"] for spot in spots(catalog, tile_of(place, 14), "en")] == ["Hotel A", "乙"]


def test_a_newer_row_stands_for_the_older_one() -> None:
    """What a worker learnt after its base was made is in the tile, and what it replaces is not."""
    here, there = (116.0, 36.4), (116.001, 36.4)
    older = [venue(1, here), venue(2, here)]
    catalog = catalog_of(older, [venue(2, there, name_zh="新")])
    names = {number(spot): spot.properties["name_zh"] for spot in spots(catalog, tile_of(here, 14))}
    assert names == {1: older[0].name_zh, 2: "新"}


def test_filters_choose_the_venues() -> None:
    """A tile has the venues that the list would have, and one without any has no bytes."""
    place = (116.0, 36.4)
    catalog = catalog_of([venue(1, place, category="hotel"), venue(2, place, category="mall")])
    hotels = spots(catalog, tile_of(place, 12), filters=Filters(categories=frozenset({"hotel"})))
    assert [number(spot) for spot in hotels] == [1]
    assert tile(catalog, READY.of(catalog), Filters(categories=frozenset({"atm"})), tile_of(place, 12), "zh") == b""
    assert tile(catalog, READY.of(catalog), Filters(), Address(12, 0, 0), "zh") == b""


@pytest.mark.parametrize("capability", [None, "cash"])
def test_a_full_tile_counts_and_drops_nobody(capability: str | None) -> None:
    """Where a tile would hold too many, cells count them; counts and single venues add up to all."""
    catalog = town(6_000)
    every = frozenset({"yes", "limited", "no", "unknown"}) if capability else frozenset()
    filters = Filters(capability=capability, statuses=every)
    at = tile_of((116.0, 36.45), 5)
    shown = spots(catalog, at, filters=filters)
    placed = [part.columns["lon"][part.rows(filters, catalog.is_open)] for part in catalog.parts]
    total = sum(int(np.isfinite(lon).sum()) for lon in placed)
    assert total > MOST_VENUES > len(shown)
    assert sum(spot.properties.get("point_count", 1) for spot in shown) == total
    cells = [spot for spot in shown if "point_count" in spot.properties]
    assert cells
    for spot in cells:
        by_status = [n for key, n in spot.properties.items() if key.startswith("count_")]
        assert by_status == [] if capability is None else sum(by_status) == spot.properties["point_count"]
        assert "id" not in spot.properties


def test_neighbours_agree_about_the_cells_on_their_edge() -> None:
    """A cell in the buffer of a full tile is the same as in the tile that it belongs to."""
    rng = np.random.default_rng(1)
    places = rng.uniform((115.8, 36.2), (116.2, 36.6), (9_000, 2)).tolist()
    catalog = catalog_of([venue(n, tuple(place)) for n, place in enumerate(places)])
    at = tile_of((116.0, 36.4), 10)
    west, east = (
        Counter((s.x, s.y, s.properties.get("point_count")) for s in spots(catalog, Address(10, x, at.y)))
        for x in (at.x, at.x + 1)
    )
    shared = {(x, y, n) for x, y, n in west if x >= EXTENT - BUFFER}
    assert len(shared) > 20
    assert shared == {(x + EXTENT, y, n) for x, y, n in east if x < BUFFER}


def test_no_tile_is_larger_than_promised(monkeypatch: pytest.MonkeyPatch) -> None:
    """Long names make a tile coarser, not larger."""
    places = np.random.default_rng(2).uniform((115.99, 36.39), (116.01, 36.41), (2_000, 2)).tolist()
    catalog = catalog_of(
        [venue(n, tuple(place), name_zh="长" * 200, name_en="long" * 60) for n, place in enumerate(places)]
    )
    at = tile_of((116.0, 36.4), 11)
    size = len(tile(catalog, READY.of(catalog), Filters(), at, "zh"))
    assert 0 < size <= MOST_BYTES
    at = tile_of((116.0, 36.4), 15)
    monkeypatch.setattr(encode, "MOST_VENUES", 100)
    fine = len(tile(catalog, READY.of(catalog), Filters(), at, "zh"))
    monkeypatch.setattr(encode, "MOST_BYTES", fine // 3)
    assert 0 < len(tile(catalog, READY.of(catalog), Filters(), at, "zh")) <= fine // 3
