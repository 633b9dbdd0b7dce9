"""The columns of a ledger of venues, under the names that ledgers give them, in either language."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from app.importers.clean.names import ASPECT_NAMES, CURRENCY_NAMES
from app.importers.clean.text import key
from app.importers.kinds import Column
from app.vocabulary import CAPABILITIES, SCHEMES, WALLETS
from geo.datum import normalise_datum
from geo.errors import UnknownDatum

_PLAIN = (
    Column("id", "系统编号", "id", ("uuid", "paymap id", "系统id")),
    Column("number", "序号", "no", ("序", "行号", "no", "number", "序列", "项次", "#")),
    Column("external_id", "编号", "external_id", (
        "商户编号", "商户号", "商户代码", "网点编号", "网点代码", "机构编号", "设备编号", "atm编号", "终端编号",
        "编码", "代码", "联行号", "external id", "merchant id", "merchant no", "mid", "ref", "code", "店铺编号",
        "场所编号")),
    Column("name_zh", "名称", "name_zh", (
        "商户名称", "网点名称", "商户简称", "门店", "门店名称", "店名", "店铺名称", "店铺", "商家名称", "商家",
        "商户", "商户名", "单位名称", "单位", "企业名称", "企业", "场所名称", "场所", "机构名称", "网点", "名字",
        "中文名称", "中文名", "酒店名称", "景区名称", "医院名称", "学校名称", "商户全称", "经营主体", "经营主体名称",
        "营业场所名称", "设备名称", "name", "name:zh", "merchant", "merchant name", "shop", "venue", "title",
        "chinese name"), required=True),
    Column("name_en", "英文名称", "name_en", (
        "英文名", "外文名称", "名称(英文)", "英文名称(选填)", "name:en", "english name", "name (english)",
        "name in english")),
    Column("category", "类别", "category", (
        "类型", "商户类型", "商户类别", "行业", "行业类别", "行业类型", "所属行业", "业态", "经营类别", "场所类型",
        "场所类别", "分类", "种类", "经营范围", "领域", "所属领域", "type", "class", "kind", "mcc类别")),
    Column("level", "等级", "level", ("级别", "星级", "景区等级", "医院等级", "a级", "评级", "grade", "rating")),
    Column("region", "县区", "region", (
        "所属区县", "所属县区", "县(市、区)", "县市区", "区县", "县(市区)", "所在县区", "所在区县", "所在县市区",
        "所属县市区", "辖区", "所属辖区", "地区", "行政区", "行政区划", "所在地", "所属地区", "区域", "所属区域",
        "县域", "district", "county", "adcode", "行政区划代码")),
    Column("zone", "功能区", "zone", ("所属功能区", "开发区", "functional zone")),
    Column("address_zh", "地址", "address", (
        "详细地址", "经营地址", "商户地址", "网点地址", "营业地址", "地址(中文)", "门店地址", "具体地址", "位置",
        "所在位置", "住址", "注册地址", "通讯地址", "安装地址", "address_zh", "location", "street", "addr",
        "addr:full")),
    Column("address_en", "英文地址", "address_en", ("地址(英文)", "address (english)", "english address")),
    Column("lon", "经度", "lon", ("东经", "lng", "long", "longitude", "x", "x坐标", "坐标x", "经度坐标", "point_x")),
    Column("lat", "纬度", "lat", ("北纬", "latitude", "y", "y坐标", "坐标y", "纬度坐标", "point_y")),
    Column("coordinates", "经纬度", "coordinates", (
        "坐标", "经纬度坐标", "地理坐标", "位置坐标", "定位", "gps", "lnglat", "lonlat", "latlng", "latlon",
        "lon,lat", "lat,lon", "经度,纬度", "经度纬度", "纬度,经度", "地图坐标", "coordinate", "position")),
    Column("datum", "坐标系", "datum", ("坐标系统", "坐标类型", "坐标来源", "坐标基准", "crs", "coordinate system",
        "地图来源")),
    Column("location_quality", "位置质量", "location_quality", ("定位质量", "location quality")),
    Column("location_error_m", "位置误差", "location_error_m", ("定位误差", "误差(米)", "location error")),
    Column("phone", "电话", "phone", (
        "联系电话", "电话号码", "联系方式", "手机", "手机号", "手机号码", "固定电话", "座机", "商户电话", "网点电话",
        "服务电话", "tel", "telephone", "mobile", "contact phone", "contact:phone")),
    Column("opening_hours", "营业时间", "opening_hours", (
        "开放时间", "服务时间", "对外营业时间", "经营时间", "营业时段", "对外服务时间", "开门时间", "hours",
        "opening hours", "business hours")),
    Column("operator", "机构", "operator", (
        "运营机构", "所属机构", "所属银行", "银行", "银行名称", "开户行", "主管单位", "管理机构", "所属单位",
        "报送机构", "代兑机构", "运营商", "bank", "institution", "operated by")),
    Column("acquirer", "收单机构", "acquirer", ("收单行", "收单银行", "收单单位", "pos机构", "acquiring bank")),
    Column("terminals", "终端数量", "terminals", ("终端数", "pos数量", "pos机数量", "pos台数", "机具数量",
        "终端台数", "设备数量", "台数", "number of terminals")),
    Column("key_merchant", "重点商户", "key_merchant", ("重点商户名录", "是否重点商户", "重点场所", "是否重点",
        "重点", "key merchant", "key venue")),
    Column("schemes", "卡组织", "schemes", (
        "支持卡种", "卡种", "支持卡组织", "受理卡种", "受理卡组织", "外卡卡种", "外卡组织", "外卡品牌", "境外卡组织",
        "支持外卡种类", "卡品牌", "card schemes", "card brands", "cards", "cards accepted")),
    Column("wallets", "移动支付方式", "wallets", ("钱包", "扫码方式", "扫码支付方式", "支持钱包", "移动支付种类",
        "电子支付方式", "mobile wallets")),
    Column("currencies", "币种", "currencies", (
        "兑换币种", "可兑换币种", "外币币种", "外币种类", "支持币种", "兑换货币", "代兑币种", "currency",
        "currencies exchanged")),
    Column("fx_licence", "对私结售汇资质", "fx_licence", (
        "对私结售汇", "结售汇资质", "个人结售汇资质", "对私结售汇业务资格", "个人结售汇", "结售汇", "fx licence",
        "fx license")),
    Column("observed_at", "核实日期", "observed_at", (
        "核实时间", "检查日期", "检查时间", "核查日期", "核查时间", "巡检日期", "巡检时间", "更新日期", "更新时间",
        "填报日期", "填报时间", "统计日期", "统计时间", "采集日期", "采集时间", "确认日期", "走访日期", "调查日期",
        "截至日期", "日期", "date", "checked", "check date", "check_date", "survey date", "survey:date", "verified",
        "verified on", "last checked", "observed at")),
    Column("opened_on", "开业日期", "opened_on", ("开业时间", "成立日期", "开办日期", "启用日期", "start_date",
        "opening date")),
    Column("closed_on", "停业日期", "closed_on", ("停业时间", "关闭日期", "撤销日期", "end_date", "closing date")),
    Column("serves_public", "对外营业", "serves_public", ("是否对外营业", "对外办理业务", "serves public")),
    Column("source", "来源", "source", ("数据来源", "信息来源", "资料来源", "source ref", "data source")),
    Column("source_kind", "来源类别", "source_kind", ("来源类型", "source kind")),
    Column("key_lists", "名录", "key_lists", ("所在名录",)),
    Column("simulated", "模拟数据", "simulated"),
    Column("notes", "备注", "notes", ("说明", "备注说明", "其他说明", "备注信息", "remark", "remarks", "note",
        "comment", "comments")),
)  # fmt: skip

_CAPABILITIES: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "foreign_card": (
        "受理外卡", "外卡", "外卡受理", "受理境外卡", "境外银行卡", "境外卡", "境外银行卡受理", "境外卡受理",
        "外卡pos", "支持外卡", "刷外卡", "可刷外卡", "外卡刷卡", "开通外卡", "外卡功能", "受理国际卡", "国际卡",
        "foreign card", "foreign cards", "international cards"),
    "cash": ("现金", "接受现金", "收现金", "收取现金", "现金收付", "人民币现金", "现金支付", "受理现金", "现金受理",
        "支持现金", "可收现金", "cash accepted"),
    "mobile_pay": ("手机支付", "扫码支付", "扫码", "支持移动支付", "二维码支付", "移动支付受理", "mobile pay",
        "mobile payment", "phone payment", "qr"),
    "foreign_card_atm": (
        "境外银行卡取现", "外卡取现", "境外卡取现", "atm外卡取现", "支持外卡取现", "atm支持外卡", "外卡取款",
        "境外卡取款", "foreign card atm", "foreign card withdrawal", "foreign cards withdrawal"),
    "currency_exchange": (
        "外币兑换", "货币兑换", "兑换外币", "外币现钞", "外币兑换业务", "外币兑换服务", "外汇兑换", "现钞兑换",
        "兑换", "currency exchange", "exchange", "money exchange"),
    "account_opening": ("开户", "简易开户服务", "个人开户", "account opening"),
    "account_green_channel": ("账户绿色通道", "账户服务绿色通道", "开户绿色通道", "account green channel"),
    "elderly_green_channel": ("老年人绿色通道", "老年绿色通道", "老年人服务绿色通道", "绿色通道", "适老绿色通道",
        "敬老通道", "green channel"),
    "change_pack": ("零钱包服务", "零钱包兑换", "零钱兑换", "change pack", "change packs"),
    "sim_service": ("手机号码办理", "办理手机卡", "电话卡", "手机卡", "国际漫游", "sim", "sim card", "sim cards"),
    "service_desk": ("咨询台", "服务台", "支付咨询台", "help desk", "service desk"),
    "signage": ("标识", "支付标识", "受理标识", "外卡标识", "标识张贴", "signs", "signage"),
    "online_booking": ("网上预订", "在线预订", "预订", "online booking"),
})  # fmt: skip


class Guess(NamedTuple):
    """What the headers of a table were taken for.

    columns: field -> index. datums: index of a column -> the datum that its header names.
    unknown: the indexes of named columns that nothing is known of.
    """

    columns: dict[str, int]
    datums: dict[int, str]
    unknown: tuple[int, ...]


def _capability_columns() -> Iterable[Column]:
    for c in CAPABILITIES.values():
        yield Column(c.key, c.zh, c.key, (*_CAPABILITIES[c.key], c.en))
        short = _CAPABILITIES[c.key][0] if c.key in {"foreign_card", "foreign_card_atm"} else c.zh
        for suffix, zh, more in (
            ("observed_at", "核实日期", ("核实时间",)), ("source", "来源", ()), ("source_kind", "来源类别", ()),
            ("aspects", "明细", ()), ("details", "详情", ()),
        ):  # fmt: skip
            yield Column(
                f"{c.key}_{suffix}", f"{c.zh}{zh}", f"{c.key}_{suffix}", tuple(f"{short}{w}" for w in (zh, *more))
            )


_WITHDRAWAL = ("外卡取现", "境外银行卡取现")


def _aspect_columns() -> Iterable[Column]:
    """A column of ticks per aspect; schemes alone are meant for payment, below 取现 for withdrawal."""
    for capability, aspects in (("foreign_card", SCHEMES), ("mobile_pay", WALLETS)):
        for aspect in aspects:
            zh = next((n for n in ASPECT_NAMES[aspect] if not n.isascii()), aspect)
            yield Column(f"{capability}:{aspect}", zh, f"{capability}:{aspect}", ASPECT_NAMES[aspect])
    for currency, names in CURRENCY_NAMES.items():
        yield Column(f"currency_exchange:{currency}", names[0], f"currency_exchange:{currency}", (currency, *names[1:]))
    for aspect in SCHEMES:
        yield Column(f"foreign_card_atm:{aspect}", f"外卡取现{aspect}", f"foreign_card_atm:{aspect}",
                     tuple(f"{group}{n}" for group in _WITHDRAWAL for n in ASPECT_NAMES[aspect]))  # fmt: skip


VENUE_COLUMNS: tuple[Column, ...] = (*_PLAIN, *_capability_columns(), *_aspect_columns())
IGNORED = frozenset({"number", "key_lists", "simulated"})
"""Columns that are known and say nothing to the import: exports and people add them for reading."""
_PREFIX = re.compile("^(?:是否|有无|能否|可否|能不能)(?:可以|能够|能|支持|具备|开通|设有|设立|设置|提供)?")
_SUFFIX = re.compile("(?:情况|与否|状态|\\*+|[:：]|[?？])+$")
_BRACKETS = re.compile(r"[(\[【].*?[)\]】]")
_DATUM_WORDS = re.compile("(wgs-?84|gcj-?02|bd-?09|cgcs2000|高德|百度|腾讯|火星|天地图|gps)", re.IGNORECASE)
_STATED = re.compile("坐标(?:系统?|类型|基准|来源)?(?:[:：]|为|采用|使用) *([\\w-]{2,12})|datum: *([\\w-]{2,12})")
POSITION = ("lon", "lat", "coordinates")


def guess(header: Sequence[object], columns: Sequence[Column] = VENUE_COLUMNS) -> Guess:
    """The field of each header that is known; of two for one field the first.

    Args:
        header: the names; a name of two rows is `group / name`.
        columns: the fields to look for.
    """
    names = _lookup(tuple(columns))
    found: dict[str, int] = {}
    datums: dict[int, str] = {}
    unknown: list[int] = []
    for index, cell in enumerate(header):
        field = _field(cell, names)
        if field in POSITION and (datum := datum_named(cell)):
            datums[index] = datum
        if field is not None and field not in found:
            found[field] = index
        elif key(cell):
            unknown.append(index)
    return Guess(found, datums, tuple(unknown))


def datum_named(header: object) -> str | None:
    """The datum that a header such as 经度(GCJ-02) or 百度经纬度 names.

    >>> datum_named("经度(GCJ-02)"), datum_named("百度经纬度"), datum_named("经度")
    ('gcj02', 'bd09', None)
    """
    for word in _DATUM_WORDS.findall(key(header)):
        try:
            return normalise_datum(word)
        except UnknownDatum:  # pragma: no cover - every word of the pattern is known
            continue
    return None


def datum_in(titles: str) -> str | None:
    """The one datum that titles state, as 坐标系：GCJ-02 does; None where they state none, or two.

    >>> datum_in("商户台账 坐标系：GCJ-02"), datum_in("高德商户台账")
    ('gcj02', None)
    """
    said = {datum_named(word) for words in _STATED.findall(titles) for word in words if word}
    return said.pop() if len(said) == 1 else None


def _field(cell: object, names: Mapping[str, str]) -> str | None:
    whole = key(cell)
    if not whole:
        return None
    for reading in _readings(whole):
        if reading in names:
            return names[reading]
    return None


def _readings(whole: str) -> Iterable[str]:
    """The ways to read a header, the most literal first; of `group / name` both together, the name, the group."""
    group, _, name = whole.rpartition("//")
    for part in dict.fromkeys((group + name, name)) if group else (whole,):
        yield part
        bare = _SUFFIX.sub("", _BRACKETS.sub("", part))
        yield bare
        yield _PREFIX.sub("", bare)
        yield _DATUM_WORDS.sub("", bare)


@lru_cache(maxsize=32)
def _lookup(columns: tuple[Column, ...]) -> Mapping[str, str]:
    names: dict[str, str] = {}
    for column in columns:
        for name in (column.field, column.zh, column.en, *column.aliases):
            names.setdefault(key(name), column.field)
    return names
