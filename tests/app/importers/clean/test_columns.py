"""Headers as ledgers have them."""

import pytest

from app.importers.clean.columns import VENUE_COLUMNS, datum_named, guess
from app.importers.clean.text import key
from app.importers.kinds import Column
from app.vocabulary import CAPABILITIES

CASES = {
    "商户名称*": "name_zh", " 网 点 名 称 ": "name_zh", "Name": "name_zh", "商户简称": "name_zh", "门店": "name_zh",
    "英文名称": "name_en", "县（市、区）": "region", "所属区县": "region", "详细地址": "address_zh",
    "联系电话": "phone",
    "经度（高德）": "lon", "经度(GCJ-02)": "lon", "纬度（百度）": "lat", "lng": "lon", "LAT": "lat",
    "百度经纬度": "coordinates",
    "坐标": "coordinates", "高德坐标": "coordinates", "坐标系": "datum", "是否受理外卡": "foreign_card",
    "受理境外银行卡（是/否）": "foreign_card", "外卡": "foreign_card", "外卡受理情况": "foreign_card",
    "支持卡种": "schemes", "卡组织": "schemes", "币种": "currencies", "兑换币种": "currencies",
    "营业时间": "opening_hours",
    "核实时间": "observed_at", "检查日期": "observed_at", "收单机构": "acquirer", "终端数量": "terminals",
    "是否重点商户": "key_merchant", "是否支持外卡取现": "foreign_card_atm", "是否接受现金": "cash",
    "对私结售汇": "fx_licence",
    "老年人绿色通道": "elderly_green_channel", "是否设有老年人绿色通道": "elderly_green_channel",
    "万事达": "foreign_card:mastercard",
    "卡组织//Visa": "foreign_card:visa", "外卡取现//JCB": "foreign_card_atm:jcb", "支付宝": "mobile_pay:alipay",
    "开业日期": "opened_on", "备注": "notes", "ＮＡＭＥ": "name_zh", "序号": "number",
    "foreign_card_observed_at": "foreign_card_observed_at",
}  # fmt: skip


@pytest.mark.parametrize(("header", "field"), CASES.items())
def test_a_header_is_known(header: str, field: str) -> None:
    """With stars, spaces, brackets, questions, datums and groups around it."""
    assert guess([header]).columns == {field: 0}


def test_no_name_means_two_columns() -> None:
    """Each alias belongs to one field."""
    fields: dict[str, set[str]] = {}
    for column in VENUE_COLUMNS:
        for name in (column.field, column.zh, column.en, *column.aliases):
            fields.setdefault(key(name), set()).add(column.field)
    assert {name: found for name, found in fields.items() if len(found) > 1} == {}


def test_every_column_is_found_under_each_of_its_names() -> None:
    """And every capability has one."""
    for column in VENUE_COLUMNS:
        for name in (column.field, column.zh, column.en, *column.aliases):
            assert guess([name]).columns == {column.field: 0}, name
    assert set(CAPABILITIES) < {column.field for column in VENUE_COLUMNS}


def test_what_is_not_known_is_told() -> None:
    """A second column of a field as well; an empty header is nothing."""
    found = guess(["名称", "店名", "上级审批文号", "", None])
    assert (found.columns, found.unknown) == ({"name_zh": 0}, (1, 2))


def test_a_header_names_the_datum() -> None:
    """In brackets or before the name; a header without one names none."""
    assert guess(["经度(GCJ-02)", "纬度"]).datums == {0: "gcj02"}
    assert [datum_named(h) for h in ("百度经纬度", "经度（WGS-84）", "高德坐标", "经度")] == [
        "bd09",
        "wgs84",
        "gcj02",
        None,
    ]


def test_other_ledgers_have_other_columns() -> None:
    """The same search serves them."""
    columns = (Column("packs", "零钱包数量", "packs", ("发放数量",)), Column("month", "月份", "month"))
    assert guess(["月份", "发放数量", "名称"], columns).columns == {"month": 0, "packs": 1}
