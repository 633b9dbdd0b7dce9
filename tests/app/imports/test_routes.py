"""Imports over HTTP: who may, what is answered, and what reaches the map."""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import Engine, select, update
from starlette.testclient import TestClient

from app.cli.work import round_of
from app.imports import desk
from app.main import create_app
from app.settings import Settings
from app.tables import Account, AuditLine, Institution, Region, Venue
from small_imports import HOTEL, KNOWN, sheet
from small_register import TOWN, venue_id
from staff import sign_in

URL = "/api/v1/imports"


@pytest.fixture
def client(engine: Engine, settings: Settings) -> Iterator[TestClient]:
    """A client of the whole application over the small register."""
    with TestClient(create_app(settings)) as made:
        with made.app.state.sessions.begin() as session:
            session.add(Region(adcode=TOWN, level="city", name_zh="聊城市", name_en="Liaocheng", source="-"))
            session.add(Institution(code="icbc", kind="bank", name_zh="中国工商银行", source="-"))
        del engine
        yield made


@pytest.fixture
def post(client: TestClient, tmp_path: Path) -> Callable:
    """A function that sends rows as the signed-in, and gives the answer."""

    def sent(guard: dict[str, str], *rows: tuple, **query: str) -> object:
        content = sheet(tmp_path / "x.xlsx", *rows).read_bytes()
        return client.post(URL, params=query, files={"file": ("商户台账.xlsx", content)}, headers=guard)

    return sent


def test_only_who_signed_in_sends(client: TestClient, post: Callable) -> None:
    """Nobody gets 401; a session without its guard 403."""
    assert post({}, HOTEL).status_code == 401
    sign_in(client, "regulator")
    assert post({}, HOTEL).status_code == 403


def test_from_the_file_to_the_map_and_back(client: TestClient, post: Callable) -> None:
    """A dry run writes nothing; applied it is served in the next request; undone it is gone; redone there."""
    guard = sign_in(client, "regulator")
    made = post(guard, HOTEL, KNOWN, dry_run="true")
    assert (made.status_code, made.json()["state"], made.json()["counts"]["new"]) == (201, "staged", 1)
    one = f"{URL}/{made.json()['id']}"

    def shown() -> list[str]:
        return [
            f["properties"]["name_zh"] for f in client.get("/api/v1/venues", params={"q": "戊酒店"}).json()["features"]
        ]

    assert shown() == []
    for step, there in (("apply", ["戊酒店"]), ("undo", []), ("apply", ["戊酒店"])):
        answer = client.post(f"{one}/{step}", headers=guard)
        assert answer.status_code == 200, answer.text
        assert shown() == there
    rows = client.get(f"{one}/rows", params={"outcome": "new,same"}).json()
    assert [(row["row"], row["outcome"], row["name"]) for row in rows] == [(3, "new", "戊酒店"), (4, "same", "甲酒店")]
    assert client.get(URL).json()[0]["state"] == "applied"


def test_a_bank_that_sends_another_banks_venue_is_refused(client: TestClient, post: Callable) -> None:
    """403 where all rows are of others, a refused row where some are, and a line in the trail either way."""
    with client.app.state.sessions.begin() as session:
        session.get_one(Venue, venue_id("a")).institution = "icbc"
    guard = sign_in(client, "bank", institution="boc")
    assert post(guard, KNOWN).status_code == 403
    some = post(guard, HOTEL, KNOWN)
    assert (some.status_code, some.json()["counts"]["refuse"]) == (201, 1)
    with client.app.state.sessions() as session:
        lines = session.scalars(select(AuditLine).where(AuditLine.outcome == "refused")).all()
        assert {line.subject for line in lines} == {"甲酒店"}
        assert session.get_one(Venue, venue_id("a")).phone is None
    assert post(guard, HOTEL, institution="icbc").status_code == 403


def test_another_banks_import_is_not_shown(client: TestClient, post: Callable) -> None:
    """Neither listed nor read, applied or undone."""
    made = post(sign_in(client, "bank", institution="icbc"), HOTEL, dry_run="true").json()
    guard = sign_in(client, "bank", institution="boc")
    assert client.get(URL).json() == []
    one = f"{URL}/{made['id']}"
    for answer in (client.get(one), client.get(f"{one}/remarks.xlsx"), client.post(f"{one}/apply", headers=guard)):
        assert answer.status_code == 403


def test_a_row_that_asks_is_settled(client: TestClient, post: Callable) -> None:
    """As a new venue, then as nothing, then as one that is there; and an unknown choice is refused."""
    guard = sign_in(client, "regulator")
    twin = ("", *HOTEL[1:4], 115.9701, *HOTEL[5:])
    made = post(guard, ("", *HOTEL[1:]), twin, dry_run="true").json()
    assert made["counts"]["ask"] == 1
    one = f"{URL}/{made['id']}"
    for choice, outcome in (("new", "new"), ("skip", "refuse"), ("ask", "ask"), (venue_id("a"), "same")):
        told = client.post(f"{one}/rows/4/settle", json={"choice": choice}, headers=guard)
        assert (told.status_code, told.json()["outcome"]) == (200, outcome), told.text
    assert client.post(f"{one}/rows/4/settle", json={"choice": "?"}, headers=guard).status_code == 400
    assert client.post(f"{one}/rows/3/settle", json={"choice": "new"}, headers=guard).status_code == 404
    client.post(f"{one}/apply", headers=guard)
    with client.app.state.sessions() as session:
        assert session.get_one(Venue, venue_id("a")).phone == "0635-8412418"


def test_the_users_own_file_comes_back_with_remarks(client: TestClient, post: Callable) -> None:
    """The sheet as it was, two columns more, the cell at fault coloured; nothing in them is a formula."""
    guard = sign_in(client, "regulator")
    bad = ("", "=1+1", *HOTEL[2:4], 120.0, *HOTEL[5:])
    made = post(guard, HOTEL, bad, dry_run="true").json()
    answer = client.get(f"{URL}/{made['id']}/remarks.xlsx")
    page = openpyxl.load_workbook(BytesIO(answer.content)).active
    assert (page["A1"].value, page["B3"].value) == ("聊城市境外银行卡受理台账", "戊酒店")
    assert [cell.value for cell in page[2]][-2:] == ["导入结果", "备注"]
    assert (page["M3"].value, page["M4"].value) == ("新增", "未采用")
    assert "120.00000" in page["N4"].value
    assert page["E4"].fill.start_color.rgb.endswith("F8C9C4")
    assert page["N4"].data_type == "s"


def test_a_csv_comes_back_as_a_workbook(client: TestClient) -> None:
    """Whatever was sent, and whatever its cells begin with."""
    guard = sign_in(client, "regulator")
    text = "名称,类别,县区,电话\n=己饭店,餐饮,东昌府区,0635-1\n"
    made = client.post(URL, params={"name": "a.csv", "dry_run": "1"}, content=text.encode(), headers=guard).json()
    page = openpyxl.load_workbook(BytesIO(client.get(f"{URL}/{made['id']}/remarks.xlsx").content)).active
    assert (page["A2"].value, page["A2"].data_type, page["E1"].value) == ("=己饭店", "s", "导入结果")


def test_what_cannot_be_read_is_said(client: TestClient) -> None:
    """A sentence, 422, and no import."""
    guard = sign_in(client, "regulator")
    for name, content in (("a.xlsx", b"PK\x03\x04nonsense"), ("b.csv", b"1,2\n3,4\n"), ("c.xlsx", b"a,b\n1,2\n")):
        answer = client.post(URL, params={"name": name}, content=content, headers=guard)
        assert (answer.status_code, name in answer.json()["detail"]) == (422, True)
    assert client.post(URL, params={"name": "a.csv"}, content=b"", headers=guard).status_code == 422
    assert client.post(URL, params={"kind": "recipes"}, content=b"x", headers=guard).json()["parameter"] == "kind"
    assert client.get(URL).json() == []


def test_a_large_file_is_a_job(
    client: TestClient, post: Callable, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """202, the job's state, and the same outcome once the other process has done it."""
    monkeypatch.setattr(desk, "AT_ONCE_BYTES", 10)
    guard = sign_in(client, "regulator")
    made = post(guard, HOTEL)
    job = f"/api/v1/jobs/{made.json()['job']['id']}"
    assert (made.status_code, client.get(job).json()["state"]) == (202, "waiting")
    assert client.post(f"{URL}/{made.json()['id']}/apply", headers=guard).status_code == 412
    assert round_of(settings)()
    assert client.get(job).json()["state"] == "done"
    assert client.get(f"{URL}/{made.json()['id']}").json()["state"] == "applied"
    sign_in(client, "bank", institution="icbc")
    assert client.get(job).status_code == 403


def test_a_job_is_cancelled_before_anything_is_written(
    client: TestClient, post: Callable, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that waits stops at once."""
    monkeypatch.setattr(desk, "AT_ONCE_BYTES", 10)
    guard = sign_in(client, "regulator")
    made = post(guard, HOTEL).json()
    told = client.post(f"/api/v1/jobs/{made['job']['id']}/cancel", headers=guard)
    assert told.json()["state"] == "cancelled"
    assert not round_of(settings)()
    assert client.get(f"{URL}/{made['id']}").json()["state"] == "failed"
    assert "已取消" in client.get(f"/console/imports/{made['id']}", params={"lang": "zh"}).text


@pytest.mark.parametrize(
    ("now", "said"), [({"active": False}, "has been closed"), ({"role": "bank"}, "the role bank may not")]
)
def test_a_job_has_the_rights_that_its_sender_has_now(
    now: dict, said: str, client: TestClient, post: Callable, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of somebody who was shut out or demoted meanwhile nothing is written; job, import and page say so."""
    monkeypatch.setattr(desk, "AT_ONCE_BYTES", 10)
    made = post(sign_in(client, "regulator"), HOTEL, institution="icbc").json()
    with client.app.state.sessions.begin() as session:
        session.execute(update(Account).where(Account.login == "regulator").values(now))
    assert round_of(settings)()
    guard = sign_in(client, "admin")
    job = client.get(f"/api/v1/jobs/{made['job']['id']}").json()
    assert (job["state"], said in job["message"]) == ("failed", True)
    assert client.get(f"{URL}/{made['id']}").json()["state"] == "failed"
    assert said in client.get(f"/console/imports/{made['id']}").text
    again = post(guard, HOTEL)
    assert (again.status_code, round_of(settings)()) == (202, True)
    assert client.get(f"{URL}/{again.json()['id']}").json()["counts"]["new"] == 1


def test_columns_that_somebody_chose_are_remembered(client: TestClient) -> None:
    """For the same institution and the same header; another institution's file is read by its header."""
    guard = sign_in(client, "regulator")
    text = "名称,类别,县区,说法\n己饭店,餐饮,东昌府区,0635-1111111\n".encode()

    def sent(house: str) -> dict:
        asked = {"name": "a.csv", "dry_run": "1", "institution": house}
        return client.post(URL, params=asked, content=text, headers=guard).json()

    first = sent("icbc")
    form = {"csrf": guard["x-csrf-token"], "column-0": "name_zh", "column-1": "category", "column-2": "region",
            "column-3": "phone"}  # fmt: skip
    assert client.post(f"/console/imports/{first['id']}/columns", data=form).status_code == 200
    assert sent("icbc")["columns"]["phone"] == 3
    with client.app.state.sessions.begin() as session:
        session.add(Institution(code="abc", kind="bank", name_zh="中国农业银行", source="-"))
    assert "phone" not in sent("abc")["columns"]


def test_what_a_regulator_compared_a_bank_applies_by_its_own_rights_only(client: TestClient, post: Callable) -> None:
    """Another bank's row was accepted for the regulator; for the bank it is refused, and nothing is written."""
    with client.app.state.sessions.begin() as session:
        session.add(Institution(code="boc", kind="bank", name_zh="中国银行", source="-"))
        session.get_one(Venue, venue_id("a")).institution = "icbc"
    made = post(sign_in(client, "regulator"), KNOWN, dry_run="true", institution="boc").json()
    assert made["counts"]["same"] == 1
    guard = sign_in(client, "bank", institution="boc")
    one = f"{URL}/{made['id']}"
    assert client.post(f"{one}/apply", headers=guard).status_code == 403
    guard = sign_in(client, "regulator")
    assert client.post(f"{one}/apply", headers=guard).json()["state"] == "applied"
    guard = sign_in(client, "bank", institution="boc")
    assert client.post(f"{one}/undo", headers=guard).status_code == 403


def test_a_choice_is_read_for_the_signed_in_only(client: TestClient) -> None:
    """A body that is no choice is 400; of nobody it is not read at all."""
    where = f"{URL}/1/rows/3/settle"
    assert client.post(where, content=b"x" * 1_000_000, headers={"authorization": "Bearer x"}).status_code == 401
    guard = sign_in(client, "regulator")
    assert client.post(where, json={}, headers=guard).status_code == 404


def test_a_job_that_is_refused_leaves_a_line_in_the_trail(
    client: TestClient, post: Callable, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large file of nothing but another bank's venues: the job fails, and the trail says whose it was."""
    monkeypatch.setattr(desk, "AT_ONCE_BYTES", 10)
    with client.app.state.sessions.begin() as session:
        session.add(Institution(code="boc", kind="bank", name_zh="中国银行", source="-"))
        session.get_one(Venue, venue_id("a")).institution = "icbc"
    post(sign_in(client, "bank", institution="boc"), KNOWN)
    assert round_of(settings)()
    with client.app.state.sessions() as session:
        line = session.scalars(select(AuditLine).where(AuditLine.outcome == "refused")).one()
        assert (line.by, line.subject) == ("bank-boc", "甲酒店")
