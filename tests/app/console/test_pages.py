"""The frame: who sees which rooms, in which language, under which prefix; and the page of a venue."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from app.actor import SYSTEM
from app.console.pages import RAIL
from app.main import create_app
from app.register import places, statements
from app.settings import Settings
from app.tables import AuditLine, Import
from app.tables.base import now
from small_register import seen, venue_id
from staff import sign_in

from .conftest import BANK, HERE, own_and_other

A, B = (f"/console/venues/{venue_id(letter)}" for letter in "ab")


def rooms(page: str) -> list[str]:
    """Where the rail leads."""
    rail = re.search(r'<nav aria-label="[^"]*">(.*?)</nav>', page, re.DOTALL)[1]
    return re.findall(r'<a href="([^"?]+)', rail)


@pytest.mark.parametrize(
    ("role", "bounds", "lacks"),
    [
        ("admin", {}, set()),
        ("regulator", {}, {"people"}),
        ("county", {"region": HERE}, {"people"}),
        ("bank", {"institution": BANK}, {"people", "review"}),
    ],
)
def test_each_role_sees_its_rooms(client: TestClient, role: str, bounds: dict, lacks: set[str]) -> None:
    """What a role may not do has no entry in the rail."""
    sign_in(client, role, **bounds)
    seen_rooms = {link.rpartition("/")[2] for link in rooms(client.get("/console").text)}
    everything = {room.path.rpartition("/")[2] for room in RAIL}
    assert {"console", "venues", "locate", "people", "review"} <= everything
    assert seen_rooms == everything - lacks


def test_the_language_is_chosen_once(client: TestClient, regulator: dict[str, str]) -> None:
    """By the browser, by the address, and from then on by the choice; Chinese where nothing says otherwise."""
    del regulator
    assert '<html lang="zh-CN"' in client.get("/console", headers={"accept-language": "fr"}).text
    assert '<html lang="en"' in client.get("/console", headers={"accept-language": "en-GB,en"}).text
    client.get("/console?lang=en")
    assert '<html lang="en"' in client.get("/console", headers={"accept-language": "zh"}).text
    assert '<html lang="zh-CN"' in client.get("/console?lang=zh").text


def test_large_text_stays_large(client: TestClient, regulator: dict[str, str]) -> None:
    """Chosen once, until it is taken back."""
    del regulator
    assert 'class="large"' not in client.get("/console").text
    client.get("/console?large=1")
    assert 'class="large"' in client.get("/console/venues").text
    assert 'class="large"' not in client.get("/console?large=0").text


def test_pages_are_kept_by_nobody(client: TestClient, regulator: dict[str, str]) -> None:
    """Neither in a shared cache nor on a borrowed machine."""
    del regulator
    assert client.get("/console/venues").headers["cache-control"] == "no-store"


def test_no_link_of_a_sandbox_leaves_it(engine: Engine, settings: Settings) -> None:
    """Under its prefix every link and file has the prefix, and every page its watermark."""
    own_and_other(engine)
    sandbox = settings.model_copy(update={"sandbox": True, "root_path": "/x/demo"})
    with TestClient(create_app(sandbox), root_path="/x/demo") as client:
        sign_in(client, "regulator")
        for path in ("/console", "/console/venues", A, f"{A}/edit", f"{A}/statements/new", "/console/locate"):
            page = client.get(f"/x/demo{path}").text
            links = re.findall(r'(?:href|src|action|hx-get)="(/[^"]*)"', page)
            assert links
            assert [link for link in links if not link.startswith("/x/demo/")] == []
            assert 'class="sandbox-note"' in page


def test_pages_hold_no_inline_script_or_style(client: TestClient, regulator: dict[str, str]) -> None:
    """The policy would stop them."""
    del regulator
    for path in ("/console", "/console/venues", A, f"{A}/edit", f"{A}/statements/new", "/console/locate"):
        page = client.get(path).text
        assert re.findall(r"<script(?![^>]*src=)|\sstyle=|<style|\son\w+=", page) == []


def test_the_overview_counts_what_waits(client: TestClient, bank: dict[str, str], settings: Settings) -> None:
    """Only what is one's own: statements that wait, places to find, stale ones, each with its list."""
    del bank
    old = str(now().date() - timedelta(days=settings.stale_after_days + 1))
    with client.app.state.sessions.begin() as session:
        statements.record(
            session,
            [seen("d", "cash", "yes", "2026-11-01", kind="visitor_report"), seen("a", "cash", "yes", old)],
            SYSTEM,
        )
        session.add(
            Import(
                kind="venues",
                file_name="台账<b>.xlsx",
                sha256="0" * 64,
                columns={},
                counts={},
                facts={},
                state="staged",
                created_by="bank-boc",
            )
        )
        places.change(session, {venue_id("a"): {"name_en": "中国银行 x"}}, SYSTEM)
    client.app.state.register.refresh()

    def tiles() -> list[tuple[str, str]]:
        return re.findall(r'class="tile[^"]*" href="([^"]+)"><b>([\d,]+)', client.get("/console").text)

    assert dict(tiles()) | {} == {
        "/console/imports": "0",
        "/console/locate": "0",
        dict(tiles()) and tiles()[-1][0]: "1",
    }
    assert "台账&lt;b&gt;.xlsx" in client.get("/console").text
    sign_in(client, "regulator")
    assert dict(tiles()) == {
        "/console/imports": "0", "/console/review": "1", "/console/locate": "1", "/console/venues?show=stale": "1",
    }  # fmt: skip


def test_what_is_private_is_shown_to_whom_it_belongs(client: TestClient, post: Callable) -> None:
    """A mobile number, notes and who recorded what stay with those who see to the venue."""
    with client.app.state.sessions.begin() as session:
        places.change(session, {venue_id("b"): {"phone": "13812345678; 0635-1", "notes": "for staff only"}}, SYSTEM)
        statements.record(session, [seen("b", "cash", "yes", "2026-11-01")], SYSTEM)
    post("bank", institution=BANK)
    stranger = client.get(B).text
    assert "0635-1" in stranger
    assert not any(secret in stranger for secret in ("13812345678", "for staff only", "a test", "/edit"))
    sign_in(client, "regulator")
    assert all(known in client.get(B).text for known in ("13812345678", "for staff only", "a test", "/edit"))


def test_history_names_what_changed_in_words(client: TestClient, regulator: dict[str, str]) -> None:
    """Places and classes by name, dates as days, removal in words."""
    del regulator
    with client.app.state.sessions.begin() as session:
        places.change(session, {venue_id("a"): {"region": "371503", "level": "4A"}}, SYSTEM)
    page = client.get(f"{A}?lang=zh").text
    assert "县区：<b>茌平区</b>" in page
    assert "等级：<b>" in page


@pytest.mark.parametrize("key", ["nothing", venue_id("e"), "%00", "A" * 36])
def test_a_venue_that_is_not_there(client: TestClient, regulator: dict[str, str], key: str) -> None:
    """404, whatever the address says."""
    del regulator
    assert client.get(f"/console/venues/{key}").status_code == 404


def test_a_typed_point_is_told_in_wgs84_with_its_county(client: TestClient, regulator: dict[str, str]) -> None:
    """What the map beside the fields asks."""
    del regulator
    told = client.get("/console/point?lon=116.2&lat=36.5&datum=wgs84").json()
    assert told == {"lon": 116.2, "lat": 36.5, "county": "371503"}
    assert client.get("/console/point?lon=16&lat=36&datum=gcj02").json()["county"] is None
    assert client.get("/console/point?lon=116&lat=36&datum=flat").status_code == 400
    assert client.get("/console/point?lon=x&lat=36").status_code == 400


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "before: Packs: 4; after: Packs: 130, Source: (of: b); number of the import: 3"),
        ("zh", "改前: 数量（个）: 4; 改后: 数量（个）: 130, 来源: (of: b); 导入编号: 3"),
    ],
)
def test_the_trail_tells_what_differs(client: TestClient, lang: str, said: str) -> None:
    """Values by the ledger's names, before and after; what stayed as it was is not told."""
    sign_in(client, "admin")
    before = {"institution": "boc", "packs": 4, "recorded_by": "x", "recorded_at": "2026-01-01", "import_id": None}
    facts = {"before": before, "after": {"institution": "boc", "packs": 130, "source": {"of": "b"}}, "import_id": 3}
    with client.app.state.sessions.begin() as session:
        session.add(
            AuditLine(by="x", role="bank", action="x", outcome="replaced", subject="change_packs 1", facts=facts)
        )
    assert f"<small>{said}</small>" in client.get("/console/trail", params={"lang": lang, "action": "x"}).text
