"""What the pages of an import say: of venues for venues, of its rows for any other ledger."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from app.imports import shown
from app.main import create_app
from app.settings import Settings
from app.tables import Institution, Region, Venue
from small_imports import HOTEL, KNOWN, sheet
from small_register import TOWN, venue_id
from staff import sign_in

PACKS = ("银行", "月份", "发放对象", "数量（个）")
COUNTED, UNKNOWN = ("中国银行", "2026-03", "经营主体", "120"), ("无此银行", "2026-03", "经营主体", "7")


@pytest.fixture
def client(engine: Engine, settings: Settings) -> Iterator[TestClient]:
    """A client of the whole application over the small register."""
    del engine
    with TestClient(create_app(settings)) as made:
        with made.app.state.sessions.begin() as session:
            session.add(Region(adcode=TOWN, level="city", name_zh="聊城市", name_en="Liaocheng", source="-"))
            for code, name in (("boc", "中国银行"), ("icbc", "中国工商银行")):
                session.add(Institution(code=code, kind="bank", name_zh=name, source="-"))
        yield made


@pytest.fixture
def send(client: TestClient, tmp_path: Path) -> Callable[..., str]:
    """A function that sends rows as the signed-in, and gives the address of the page of the import."""

    def sent(guard: dict[str, str], *rows: tuple, header: tuple | None = None, **query: str) -> str:
        content = sheet(tmp_path / "x.xlsx", *rows, **({"header": header} if header else {})).read_bytes()
        query = {"dry_run": "true", **query}
        answer = client.post("/api/v1/imports", params=query, files={"file": ("x.xlsx", content)}, headers=guard)
        assert answer.status_code == 201, answer.text
        return f"/console/imports/{answer.json()['id']}"

    return sent


def apply(client: TestClient, guard: dict[str, str], page: str) -> str:
    """The page that follows on pressing the button."""
    done = client.post(f"{page}/apply", data={"csrf": guard["x-csrf-token"]})
    return client.get(str(done.url.copy_set_param("lang", "en"))).text


def test_a_ledgers_page_tells_its_rows_and_nothing_of_venues(client: TestClient, send: Callable[..., str]) -> None:
    """Each row, refused ones too, is named by its own cells; no map, datum or statement is spoken of."""
    guard = sign_in(client, "regulator")
    page = send(guard, COUNTED, UNKNOWN, header=PACKS, kind="change_packs")
    checked = client.get(page, params={"lang": "en"}).text
    done = apply(client, guard, page)
    for body in (checked, done):
        assert "中国银行 · 2026-03 · 经营主体 · 120" in body
        assert "无此银行 · 2026-03 · 经营主体 · 7" in body
        assert "<main" in body
        assert not re.search(r"datum|new statements|on the map|/maps/venues", body.partition("<main")[2])
    assert 'href="/console/ledgers/change_packs"' in done.partition("<main")[2]
    assert "datum" not in client.get(f"{page}/columns", params={"lang": "en"}).text.partition("<main")[2]


def test_one_row_is_one_row(client: TestClient, send: Callable[..., str]) -> None:
    """The button counts as people do."""
    page = send(sign_in(client, "regulator"), HOTEL)
    assert "Apply 1 row<" in client.get(page, params={"lang": "en"}).text
    assert "写入 1 行<" in client.get(page, params={"lang": "zh"}).text


def test_what_is_new_is_linked_to(
    client: TestClient, send: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Applied, the new venues lead to their public pages, the first by name and the rest as a number."""
    monkeypatch.setattr(shown, "LINKED", 1)
    guard = sign_in(client, "regulator")
    other = ("H2", "己酒店", "酒店", "东昌府区", 116.02, 36.52, *HOTEL[6:11], "0635-8412999")
    done = apply(client, guard, send(guard, HOTEL, other))
    (link,) = re.findall(r'href="(/v/[^"]+)"', done)
    assert "and 1 more" in done
    assert "戊酒店" in client.get(link).text


def test_a_candidate_of_another_bank_is_marked(client: TestClient, send: Callable[..., str]) -> None:
    """Whoever may not write a candidate is told so before it is chosen; who may is told nothing."""
    with client.app.state.sessions.begin() as session:
        session.get_one(Venue, venue_id("a")).institution = "icbc"
    moved = (*KNOWN[:4], 116.0, *KNOWN[5:])
    sentence = "not yours: the row would be left out"
    for role, bounds, marked in (("bank", {"institution": "boc"}, True), ("regulator", {}, False)):
        asked = client.get(f"{send(sign_in(client, role, **bounds), moved)}/asks", params={"lang": "en"}).text
        assert "甲酒店" in asked
        assert (sentence in asked) is marked
