"""Every format says of every venue what the interface says."""

import json
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app.catalog.filters import Filters
from app.catalog.live import Live
from app.db import make_engine, make_sessions
from app.exporters.chosen import View, chosen
from app.exporters.formats import FORMATS
from app.exporters.orders import Order, write
from app.exporters.rows import batches
from app.settings import Settings
from app.tables import Base, ChangeCounter
from app.vocabulary import CAPABILITIES
from file_readers import READERS, Rows
from random_register import RandomRegister
from small_register import venue_id

AS_IT_IS = (
    "name_zh", "name_en", "category", "level", "region", "zone", "address_en", "phone", "opening_hours", "operator",
    "location_quality", "location_error_m", "source",
)  # fmt: skip
NAMED = {"status", "aspects", "observed_at", "source", "stale", "schemes", "wallets", "currencies", "directions"}
SECRETS = ("13806350000", "POS-SECRET-1", "a secret remark")


def taken(client: TestClient, name: str, folder: Path, query: str = "lang=en") -> Path:
    """A file of the interface, on the disk."""
    answer = client.get(f"/api/v1/exports/venues.{name}?{query}")
    assert answer.status_code == 200
    path = folder / f"taken.{name}"
    path.write_bytes(answer.content)
    return path


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_says_what_is_known(client: TestClient, tmp_path: Path, name: str) -> None:
    """Numbers that are names keep their zeros, statuses their days, aspects and details; no venue is missing."""
    rows = READERS[name](taken(client, name, tmp_path))
    assert list(rows) == [venue_id(letter) for letter in "abcd"]
    a, b, d = (rows[venue_id(letter)] for letter in "abd")
    assert a["external_id"] == "001020304050"
    assert a["phone"] == "0635-8412418"
    assert (a["opened_on"], a["key_merchant"], a["fx_licence"]) == (date(2020, 2, 29), "yes", "yes")
    assert (a["foreign_card"], a["foreign_card_observed_at"]) == ("yes", date(2026, 1, 1))
    assert (a["schemes"], a["foreign_card_aspects"]) == ("visa", "visa=yes; jcb=no")
    assert (a["currencies"], a["currency_exchange_details"]) == ("USD", {"limit": 500})
    assert (a["observed_at"], a["currency_exchange_source"]) == (date(2026, 1, 4), "ledger")
    assert (b["name_zh"], b["address"], b["phone"]) == ("=1+1", '院内,"东"楼\n二层', "+86 635 8412418")
    assert (b["cash"], b["mobile_pay"]) == ("limited", "unknown")
    assert (d["lon"], d["lat"], d["datum"], d["location_quality"]) == (None, None, None, None)


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_private_is_in_a_file(client: TestClient, tmp_path: Path, name: str) -> None:
    """Neither mobile numbers, nor terminals, nor what was noted within; also not in a column that nobody looks at."""
    path = taken(client, name, tmp_path)
    told = json.dumps(READERS[name](path), default=str) + path.read_bytes().decode("latin-1")
    assert [secret for secret in SECRETS if secret in told] == []
    assert "001020304050" in told


@pytest.mark.parametrize("name", ["csv", "xlsx"])
def test_a_sheet_speaks_chinese(client: TestClient, tmp_path: Path, name: str) -> None:
    """Without a language, headings and words of a sheet are Chinese; a county has its name."""
    path = taken(client, name, tmp_path, "category=bank_branch")
    rows = pd.read_csv(path, dtype=str) if name == "csv" else pd.read_excel(path, dtype=str, engine="calamine")
    (a,) = rows.to_dict("records")
    assert (a["类别"], a["县区"], a["受理境外银行卡"], a["接受现金"]) == ("银行网点", "东昌府区", "是", "未知")
    assert (a["编号"], a["开业日期"][:10]) == ("001020304050", "2020-02-29")


@hypothesis_settings(max_examples=8, suppress_health_check=list(HealthCheck), derandomize=True)
@given(seed=st.integers(0, 2**32), name=st.sampled_from(list(FORMATS)), venues=st.integers(0, 25))
def test_a_file_says_what_the_interface_says(seed: int, name: str, venues: int) -> None:
    """Whatever was written to the register, and whatever is asked of it."""
    with TemporaryDirectory() as folder:
        settings = Settings(var_dir=Path(folder), _env_file=None)
        engine = make_engine(settings.engine_url)
        Base.metadata.create_all(engine)
        with make_sessions(engine).begin() as session:
            session.add(ChangeCounter(id=1, value=0))
        register = RandomRegister(engine, seed)
        register.fill(venues)
        for _ in range(20):
            register.write()
        live = Live(engine, settings, lambda _text, _at: None)
        live.load()
        for filters in (Filters(), register.filters()):
            assert _from_file(live, filters, name, Path(folder)) == _from_interface(live, filters)
        engine.dispose()


def _from_file(live: Live, filters: Filters, name: str, folder: Path) -> Rows:
    path = folder / f"made.{name}"
    path.unlink(missing_ok=True)
    write(live, Order(View(filters), FORMATS[name], "en"), path, lambda batches, _count: batches)
    return {key: _compared(row) for key, row in READERS[name](path).items()}


def _compared(row: dict[str, Any]) -> dict[str, Any]:
    """What both say, as the file has it."""
    said = {c: (row.get(c) or "unknown", row.get(f"{c}_observed_at"), row.get(f"{c}_source")) for c in CAPABILITIES}
    details = {c: _told_beside(row.get(f"{c}_details")) for c in CAPABILITIES}
    aspects = {c: row.get(f"{c}_aspects") for c in CAPABILITIES}
    place = None if row["lon"] is None else (round(row["lon"], 6), round(row["lat"], 6))
    plain = {name: row[name] for name in AS_IT_IS}
    return {**plain, "lists": row["key_lists"], "place": place, "said": said, "details": details, "aspects": aspects}


def _from_interface(live: Live, filters: Filters) -> Rows:
    found = live.catalog.find(filters, limit=10_000).features
    told = [json.loads(bytes(feature)) for feature in found]
    return {feature["id"]: _told(feature) for feature in sorted(told, key=lambda f: f["id"])}


def _told(feature: dict[str, Any]) -> dict[str, Any]:
    own, place = feature["properties"], feature["geometry"]
    known = own["capabilities"]
    said = dict.fromkeys(CAPABILITIES, ("unknown", None, None)) | {
        c: (k["status"], date.fromisoformat(k["observed_at"]), k["source"]) for c, k in known.items()
    }
    named = {
        c: {a: k["aspects"][a]["status"] for a in CAPABILITIES[c].aspects if a in k["aspects"]}
        for c, k in known.items()
    }
    aspects = {c: "; ".join(f"{a}={s}" for a, s in named.get(c, {}).items()) or None for c in CAPABILITIES}
    details = {c: _told_beside(known.get(c)) for c in CAPABILITIES}
    plain = {name: own[name] for name in AS_IT_IS}
    lists = ";".join(own["key_lists"]) or None
    where = place and tuple(place["coordinates"])
    return {**plain, "lists": lists, "place": where, "said": said, "details": details, "aspects": aspects}


def _told_beside(details: dict[str, Any] | None) -> dict[str, Any] | None:
    """Details, but for those that the interface has a field of its own for."""
    return {name: value for name, value in (details or {}).items() if name not in NAMED} or None


@pytest.mark.parametrize("kind", ["all", "filtered"])
def test_all_of_a_file_is_of_one_moment(migrated_url: str, tmp_path: Path, kind: str) -> None:
    """While a file is made others write; it says what stood when it was begun, on both databases."""
    settings = Settings(var_dir=tmp_path, database_url=migrated_url, _env_file=None)
    engine = make_engine(migrated_url)
    register = RandomRegister(engine, 5)
    register.fill(30)
    live = Live(engine, settings, lambda _text, _at: None)
    live.load()
    view = View() if kind == "all" else View(Filters(regions=frozenset({"371500"})))
    with chosen(live, view) as found:
        before = [batch.columns for batch in batches(found)]
        made = batches(found, size=4)
        parts = [next(made).columns]
        for _ in range(30):
            register.write()
        parts += [batch.columns for batch in made]
    whole = {field: [value for part in parts for value in part[field]] for field in parts[0]}
    assert [whole] == before
    engine.dispose()
