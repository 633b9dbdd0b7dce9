"""The invented ledgers of data/samples are as messy as they should be, and readable."""

from collections import Counter

import pytest

from app.importers.ledger import Ledger, read_ledger
from app.settings import ROOT

SAMPLES = ROOT / "data" / "samples"
REGIONS = {"东昌府区": "371502", "茌平区": "371503", "莘县": "371522"}


def sample(name: str) -> Ledger:
    """One of them."""
    return read_ledger(SAMPLES / name, name, regions=REGIONS)


def test_the_messy_workbook_has_sixty_shops_and_ten_faults() -> None:
    """Each fault another one; the rest can be taken, most of it without a word."""
    ledger = sample("merchants-messy.xlsx")
    refused = [record for record in ledger.records if record.refused]
    assert (len(ledger.records), len(refused)) == (60, 10)
    codes = [fault.code for record in refused for fault in record.faults if fault.refuses]
    assert sorted(codes) == [
        "category_unknown", "coordinate_not_degrees", "date_future", "date_vague", "formula_error", "name_missing",
        "position_half", "region_unknown", "status_contradicts", "status_unreadable",
    ]  # fmt: skip
    remarks = Counter(f.code for r in ledger.records for f in r.faults if not f.refuses)
    assert set(remarks) == {"coordinates_swapped", "category_ambiguous", "date_month",
                            "date_year_from_title", "hours_kept_as_text"}  # fmt: skip
    assert sum(not record.faults for record in ledger.records) > 30


def test_it_is_spoilt_in_every_way() -> None:
    """Titles, two header rows, other sheets, merged counties, a datum that nobody says."""
    ledger = sample("merchants-messy.xlsx")
    assert (ledger.header_row, ledger.table.sheet) == (4, "商户台账")
    assert "填表说明" in ledger.faults[0].message_zh
    assert {record.datum for record in ledger.records} == {None}
    assert {record.values.get("region") for record in ledger.records} == {"371502", "371503", "371522", None}
    assert sum(merge.bottom - merge.top > 3 and merge.left == merge.right for merge in ledger.table.merges) >= 3


@pytest.mark.parametrize(
    ("name", "kind", "rows", "datum"),
    [("atms-gb18030.csv", "csv", 12, "bd09"), ("sights.geojson", "geojson", 8, "wgs84")],
)
def test_the_smaller_ones_are_clean(name: str, kind: str, rows: int, datum: str) -> None:
    """Another encoding, another datum, another form."""
    ledger = sample(name)
    assert (ledger.table.kind, len(ledger.records)) == (kind, rows)
    assert [record.faults for record in ledger.records] == [[]] * rows
    assert {record.datum for record in ledger.records} == {datum}


@pytest.mark.parametrize("name", ["merchants-messy.xlsx", "atms-gb18030.csv", "sights.geojson"])
def test_every_shop_is_plainly_invented(name: str) -> None:
    """Its name says 示例; its telephone cannot exist."""
    for record in sample(name).records:
        assert "示例" in record.values.get("name_zh", "示例")
        assert record.values.get("phone", "0000").startswith("0000")
    assert "虚构" in (SAMPLES / "README.md").read_text("utf-8")
