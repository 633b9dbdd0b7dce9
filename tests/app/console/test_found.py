"""The list of venues: what is shown, in which order, on which page."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.actor import SYSTEM
from app.catalog.filters import Filters
from app.console.found import PER_PAGE, found
from app.main import create_app
from app.register import places, statements
from app.settings import Settings
from app.tables import Venue
from app.tables.base import now
from small_register import seen, venue_id
from staff import sign_in

from .conftest import own_and_other


@pytest.fixture
def client(engine: Engine, settings: Settings) -> Iterator[TestClient]:
    """The small register with an old statement, an approximate place, a removed venue and many restaurants."""
    own_and_other(engine)
    with Session(engine) as session:
        old = str(now().date() - timedelta(days=settings.stale_after_days + 9))
        statements.record(
            session, [seen("a", "cash", "yes", old), seen("c", "foreign_card", "no", "2026-11-01")], SYSTEM
        )
        session.execute(
            update(Venue).where(Venue.id == venue_id("b")).values(location_quality="approximate", location_error_m=900)
        )
        many = [
            {
                "id": f"0000000{n:05}-0000-4000-8000-000000000000"[-36:],
                "name_zh": f"饭店{n:03}",
                "category": "restaurant",
                "region": "371502",
                "source": "t",
            }
            for n in range(2 * PER_PAGE)
        ]
        places.add(session, many, SYSTEM)
        places.remove(session, [venue_id("d")], SYSTEM, "test")
        session.commit()
    with TestClient(create_app(settings)) as made:
        sign_in(made, "regulator")
        yield made


def names(client: TestClient, show: str = "live", sort: str = "name", page: int = 1, **filters: object) -> list[str]:
    """The Chinese names on a page."""
    shown = found(client.app.state.register.catalog, Filters(**filters), show, sort, page)
    return [row["name_zh"] for row in shown.rows]


def test_pages_show_each_venue_once(client: TestClient) -> None:
    """In order, without gaps; a page too far is the last."""
    pages = [names(client, page=n) for n in (1, 2, 3)]
    everything = [name for page in pages for name in page]
    assert len(everything) == len(set(everything)) == 2 * PER_PAGE + 3
    assert names(client, page=10**9) == pages[2]
    assert names(client, sort="-name", page=1) == everything[::-1][:PER_PAGE]


def test_names_are_in_order_of_pinyin(client: TestClient) -> None:
    """丙 (bing) comes before 饭 (fan) before 甲 (jia) before 乙 (yi), which is not their order by number."""
    first, last = names(client)[0], names(client, sort="-name")[:2]
    assert (first, last) == ("丙商场", ["乙医院", "甲酒店"])


def test_classes_and_counties_sort(client: TestClient) -> None:
    """By the order of the vocabulary, and by adcode; the newest first by time."""
    assert names(client, sort="category")[0].startswith("饭店")
    assert names(client, sort="-category")[0] == "乙医院"
    assert names(client, sort="-updated")[0] in {"甲酒店", "乙医院", "丙商场"}


@pytest.mark.parametrize(("show", "wanted"), [("stale", {"甲酒店"}), ("approximate", {"乙医院"}), ("gone", {"丁酒店"})])
def test_each_kind_shows_its_own(client: TestClient, show: str, wanted: set[str]) -> None:
    """Stale statements, approximate places, removed venues: only those."""
    assert set(names(client, show=show)) == wanted


def test_without_a_position(client: TestClient) -> None:
    """The venues that nobody has located, all of them live."""
    shown = found(client.app.state.register.catalog, Filters(), "no_position", "name", 1)
    assert shown.matched == 2 * PER_PAGE
    assert all(row["geometry"] is None for row in shown.rows)


def test_filters_are_those_of_the_interface(client: TestClient) -> None:
    """By class, text, status; also among what is gone."""
    assert names(client, categories=frozenset({"mall"})) == ["丙商场"]
    assert names(client, capability="foreign_card", statuses=frozenset({"no"})) == ["丙商场"]
    assert names(client, q="place b") == ["乙医院"]
    assert names(client, show="gone", q="丁", categories=frozenset({"hotel"})) == ["丁酒店"]
    assert names(client, show="gone", categories=frozenset({"mall"})) == []


def test_a_name_cannot_feign_what_it_is_not(client: TestClient) -> None:
    """Text that looks like a feature's own is escaped in it."""
    with client.app.state.sessions.begin() as session:
        places.change(session, {venue_id("c"): {"name_en": '"stale":true,"location_quality":"approximate"'}}, SYSTEM)
    client.app.state.register.refresh()
    assert set(names(client, show="stale")) == {"甲酒店"}
    assert set(names(client, show="approximate")) == {"乙医院"}


def test_the_page_says_which_filter_it_left_out(client: TestClient) -> None:
    """A wrong word is told and the rest is shown; what the pages do not know is ignored."""
    page = client.get("/console/venues?category=castle&lang=en&utm=1")
    assert page.status_code == 200
    assert "castle" in page.text
    assert "1–50 of 103" in page.text
    assert client.get("/console/venues?page=²&sort=nothing&show=all").status_code == 200


def test_the_list_is_empty_with_advice(client: TestClient) -> None:
    """No row, no table, but what to do next."""
    page = client.get("/console/venues?q=nowhere&lang=en").text
    assert "No venue matches." in page
    assert "<table" not in page


def test_columns_sort_and_keep_the_filters(client: TestClient) -> None:
    """A heading keeps what was asked, turns its own order round, and starts from the first page."""
    page = client.get("/console/venues?q=饭&sort=name&page=2&lang=en").text
    assert "sort=-name" in page
    assert "q=%E9%A5%AD" in page
    assert not any("page=2" in link and "sort=category" in link for link in page.split('href="'))


def test_the_date_of_a_venue_is_shown(client: TestClient) -> None:
    """As tables write days."""
    assert str(date.today())[:7] in client.get("/console/venues").text  # noqa: DTZ011 - to the month, in any zone
