"""Write data/samples: invented ledgers, as messy as real ones, that partly tell of places of the sandbox.

Run `.venv/bin/python setup/samples.py`: it makes a sandbox with its usual size and seed in a temporary folder,
takes names and places from it, and spoils them in the ways of people. The same sandbox gives the same cells.
"""
# ruff: noqa: INP001 - a script, not a package

import json
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet
from shapely import Point
from sqlalchemy import select
from sqlalchemy.orm import Session

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # as `python -m` from the root would have it

from app.db import make_engine  # noqa: E402 - the root has to be on the path first
from app.demo.load import load  # noqa: E402 - likewise
from app.settings import Settings  # noqa: E402 - likewise
from app.tables import Venue  # noqa: E402 - likewise
from geo.datum import from_wgs84  # noqa: E402 - likewise

TARGET = ROOT / "data" / "samples"
SEED = 2024
JITTER_M = 12.0
"""How far a ledger's position of a known place lies from the register's."""
METRES_PER_DEGREE = 111_000.0
AS_THEY_ARE, MOVED, NEAR, NEW, FAULTY = 30, 4, 4, 12, 10
COUNTIES = ("371502", "371503", "371522")
CATEGORIES = ("restaurant", "hotel", "supermarket", "mall", "pharmacy", "hospital", "scenic_spot")
WORDS = {
    "restaurant": "餐饮", "hotel": "酒店", "supermarket": "超市", "mall": "商 场", "pharmacy": "药店",
    "hospital": "医院",
    "scenic_spot": "Ａ级景区",
}  # fmt: skip
STEMS = (
    "新柳巷面馆", "旧书与咖啡", "两棵树客栈", "大雁塘饭店", "晴川超市", "小满便利店", "望岳楼酒店", "北窗茶餐厅",
    "四时鲜生鲜", "星野影院", "一勺糖甜品", "慢火砂锅",
)  # fmt: skip
NEW_CATEGORIES = (
    "餐饮", "餐厅", "客栈", "饭店", "超市", "便利店", "酒店", "餐饮业", "超市", "影院", "餐饮", "餐饮",
)  # fmt: skip
DATES = (
    "2024年10月8日", "2024.10.9", "24-10-10", "10月11日", "二〇二四年十月十二日", date(2024, 10, 14), 45580,
    "2024/10/16",
    "2024-10-17", "２０２４年１０月１８日", "20241021", "2024年10月",
)  # fmt: skip
HOURS = (
    "10:00-21:30",
    "早8点至晚9点",
    "周一至周日 9：00—21：00",
    "全天",
    "24小时",
    None,
    "看情况",
    "11:00-14:00、17:00-21:00",
)
YES, NO = ("是", "√", "受理", "有", "Y"), ("否", "×", "不受理", "无", "N")
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")

Row = list[Any]


def main() -> int:
    """0 when the samples were written."""
    TARGET.mkdir(exist_ok=True)
    known = sandbox_venues()
    rng = np.random.default_rng(SEED)
    rows = merchants(known, rng)
    write_workbook(TARGET / "merchants-messy.xlsx", rows)
    write_csv(TARGET / "atms-gb18030.csv", known, rng)
    write_geojson(TARGET / "sights.geojson", known)
    sys.stdout.write(f"data/samples: {len(rows)} merchants and two smaller ledgers\n")
    return 0


def sandbox_venues() -> list[Venue]:
    """The located, open venues of the sandbox, in the order in which it made them."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(var_dir=Path(folder), _env_file=None).for_sandbox()
        load(settings)
        engine = make_engine(settings.engine_url)
        try:
            with Session(engine, expire_on_commit=False) as session:
                placed = select(Venue).where(
                    Venue.location_quality.in_(["surveyed", "sourced"]), Venue.closed_on.is_(None)
                )
                return list(session.scalars(placed.order_by(Venue.external_id)))
        finally:
            engine.dispose()


def merchants(known: list[Venue], rng: np.random.Generator) -> list[Row]:
    """The data rows: places that the sandbox has, some moved or half named, new ones, and faulty ones."""
    own = [v for v in known if v.category in CATEGORIES and v.region in COUNTIES]
    picked = [own[i] for i in sorted(rng.choice(len(own), AS_THEY_ARE + MOVED + NEAR, replace=False))]
    order = rng.permutation(len(picked))
    rows: list[Row] = []
    for turn, i in enumerate(order):
        venue = picked[int(i)]
        away = 900.0 if turn < MOVED else 0.0
        name = half_named(venue) if MOVED <= turn < MOVED + NEAR else spelt(venue.name_zh, turn)
        place = shifted(*place_of(venue), rng, away)
        rows.append([venue.region, name, WORDS[venue.category], venue.address_zh, *place, *answers(turn, rng)])
    rows += list(new_shops(own, rng))
    rows.sort(key=lambda row: COUNTIES.index(row[0]))
    return [*rows, *faulty(own[0])]


def place_of(venue: Venue) -> tuple[float, float]:
    """Longitude and latitude in WGS-84."""
    point = venue.geometry
    if not isinstance(point, Point):  # the query takes only located ones
        raise TypeError(venue.id)
    return point.x, point.y


def spelt(name: str, turn: int) -> str:
    """A name as somebody else would type it."""
    plain = name.replace("（", "(").replace("）", ")")
    ways = (name, plain, name.translate(WIDE), f" {plain} ", name.replace("示例·", "示例"), name.replace("·", " "))
    return ways[turn % len(ways)]


def half_named(venue: Venue) -> str:
    """The name without its branch."""
    return venue.name_zh.partition("（")[0]


def shifted(lon: float, lat: float, rng: np.random.Generator, away: float) -> tuple[float, float]:
    """GCJ-02 of a place a few metres, or `away`, from this one."""
    across, along = rng.normal(0, JITTER_M, 2) / METRES_PER_DEGREE
    x, y = from_wgs84(lon + across + away / METRES_PER_DEGREE, lat + along, "gcj02")
    return round(float(x), 6), round(float(y), 6)


def answers(turn: int, rng: np.random.Generator) -> Row:
    """Statuses, schemes as ticks, cash, phone payment, hours, telephone, day, note."""
    takes = bool(rng.random() < 0.6)  # noqa: PLR2004 - share of the shops
    words = YES if takes else NO
    ticks = [("√" if rng.random() < share else "×") if takes else None for share in (0.9, 0.8, 0.4)]
    if takes and "√" not in ticks:
        ticks[0] = "√"
    phone = f"0000-{rng.integers(10**6, 10**7)}"
    return [
        words[turn % len(words)], *ticks, YES[(turn + 1) % 5] if turn % 7 else "部分", "支持", HOURS[turn % len(HOURS)],
        phone.translate(WIDE) if turn % 5 == 0 else phone, DATES[turn % len(DATES)],
        "窗口可换零钱" if turn % 11 == 0 else None,
    ]  # fmt: skip


def new_shops(own: list[Venue], rng: np.random.Generator) -> Iterator[Row]:
    """Shops that the sandbox has not, near some that it has."""
    for turn, (stem, category) in enumerate(zip(STEMS, NEW_CATEGORIES, strict=True)):
        near = own[int(rng.integers(len(own)))]
        place = shifted(*place_of(near), rng, 150.0)
        yield [near.region, f"示例·{stem}", category, f"{near.address_zh}对面", *place, *answers(turn, rng)]


def faulty(venue: Venue) -> list[Row]:
    """Rows that have to be mended by whoever sent them, one fault each."""
    lon, lat = (round(float(a), 6) for a in from_wgs84(*place_of(venue), "gcj02"))
    good: Row = [
        "371502",
        "示例·试错小店",
        "超市",
        "示例路1号",
        lon,
        lat,
        "是",
        "√",
        None,
        None,
        "是",
        "支持",
        None,
        None,
        "2024-10-22",
        None,
    ]
    changes: list[dict[int, Any]] = [
        {6: "可能", 1: "示例·不确定的店"}, {14: "2024年第三季度", 1: "示例·季度店"},
        {14: "2099-01-01", 1: "示例·未来店"},
        {5: None, 1: "示例·半个坐标店"}, {0: "示例市虚构区", 1: "示例·外地店"}, {4: "=NA()", 1: "示例·公式店"},
        {1: None},
        {6: "否", 1: "示例·自相矛盾店"}, {2: "飞行器修理", 1: "示例·没有类别的店"},
        {4: "39500123.4", 1: "示例·投影坐标店"},
    ]  # fmt: skip
    return [[change.get(i, cell) for i, cell in enumerate(good)] for change in changes]


def write_workbook(path: Path, rows: list[Row]) -> None:
    """The workbook: titles, a header of two rows, merged counties, subtotals, a header again, footers, other sheets."""
    book = Workbook()
    cover: Worksheet = book.active  # type: ignore[assignment]  # a new workbook has one
    cover.title = "填表说明"
    cover.append(["本表全部为虚构示例，用于 Paymap 沙盒演示。"])
    sheet = book.create_sheet("商户台账")
    choices = book.create_sheet("选项")
    choices.append(["是", "否", "部分", "未知"])
    choices.sheet_state = "hidden"
    write_head(sheet)
    number = 0
    for county in dict.fromkeys(row[0] for row in rows):
        number = write_county(sheet, county, [row for row in rows if row[0] == county], number)
    sheet.append(["合 计", None, f"{number}户"])
    sheet.append([])
    sheet.append(["制表人：示例一", None, None, "审核：示例二"])
    sheet.append(["备注：本表为虚构示例，商户均不存在。"])
    spoil(sheet)
    book.properties.creator = "Paymap"
    book.properties.created = book.properties.modified = datetime(2024, 10, 31)  # noqa: DTZ001 - the format knows no zone
    book.save(path)


HEADER = ("序号", "县（市、区）", "商户名称*", "商户类型", "详细地址", "坐标", None, "是否受理外卡", "卡组织", None,
          None, "接受现金",
          "移动支付", "营业时间", "联系电话", "核实时间", "备注")  # fmt: skip
BELOW = (None, None, None, None, None, "经度", "纬度", None, "Visa", "万事达", "JCB")
WIDTHS = (6, 12, 32, 10, 36, 12, 12, 10, 7, 7, 7, 9, 9, 22, 16, 18, 16)
NAMES = {"371502": "东昌府区", "371503": "茌平县", "371522": "莘县"}


def write_head(sheet: Worksheet) -> None:
    """Title, who filled it in, and the two rows of the header."""
    sheet.append(["聊城市重点商户支付受理环境台账（2024年第四季度，虚构示例）"])
    sheet.append(["填报单位：示例银行（虚构）", None, None, None, None, "单位：户"])
    sheet.append(list(HEADER))
    sheet.append(list(BELOW))
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(HEADER))
    sheet.merge_cells("F3:G3")
    sheet.merge_cells("I3:K3")
    for column, (above, below) in enumerate(zip(HEADER, [*BELOW, *[None] * 6], strict=True), 1):
        if above and not below:
            sheet.merge_cells(start_row=3, start_column=column, end_row=4, end_column=column)
        sheet.cell(3, column).font = Font(bold=True)
    sheet["A1"].alignment = Alignment(horizontal="center")
    sheet.freeze_panes = "D5"
    for letter, width in zip("ABCDEFGHIJKLMNOPQ", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width


def write_county(sheet: Worksheet, county: str, rows: list[Row], number: int) -> int:
    """A county's rows below one merged cell, its subtotal, and for the second county the header again."""
    if county == COUNTIES[1]:
        sheet.append(list(HEADER))
    name = NAMES.get(county, county)
    for place, row in enumerate(rows):
        number += 1
        sheet.append([number, None if place else name, *row[1:]])
    last = sheet.max_row
    if len(rows) > 1:
        sheet.merge_cells(start_row=last - len(rows) + 1, start_column=2, end_row=last, end_column=2)
    sheet.append([None, f"{name}小计", None, None, None, None, None, len(rows)])
    sheet.append([])
    return number


def spoil(sheet: Worksheet) -> None:
    """Two swapped positions, one in degrees and minutes, a failed formula as Excel keeps it, a hidden row, a note."""
    for row in (6, 9):
        lon, lat = sheet.cell(row, 6), sheet.cell(row, 7)
        lon.value, lat.value = lat.value, lon.value
    for column, letter in ((6, "E"), (7, "N")):
        cell = sheet.cell(12, column)
        angle = float(str(cell.value))
        minutes = angle % 1 * 60
        cell.value = f"{letter}{int(angle)}°{int(minutes)}′{minutes % 1 * 60:.2f}″"
    for cells in sheet.iter_rows(min_row=5):
        for cell in cells:
            if cell.value == "=NA()":
                cell.value, cell.data_type = "#N/A", "e"
    sheet.row_dimensions[15].hidden = True
    sheet["C7"].comment = Comment("店名以营业执照为准（虚构）", "示例")


def write_csv(path: Path, known: list[Venue], rng: np.random.Generator) -> None:
    """Cash machines in GB18030, semicolons, Baidu's coordinates in one column."""
    lines = ["设备编号;设备名称;类别;所属区县;百度经纬度;支持外卡取现;支持卡种;所属银行;检查日期"]
    for turn, venue in enumerate([v for v in known if v.category == "atm" and v.region == "371502"][:12]):
        x, y = from_wgs84(*place_of(venue), "bd09")
        takes = bool(rng.random() < 0.7)  # noqa: PLR2004 - share of the machines
        lines.append(
            f"示例{turn + 1:03};{venue.name_zh};ATM;东昌府;{x:.6f},{y:.6f};{'支持' if takes else '不支持'};"
            f"{'Visa/万事达/银联' if takes else ''};{venue.operator};2024年10月{turn + 8}日"
        )
    path.write_bytes(("\r\n".join([*lines, f"合计;{len(lines) - 1}台"]) + "\r\n").encode("gb18030"))


def write_geojson(path: Path, known: list[Venue]) -> None:
    """Sights in WGS-84, one of them as an area."""
    features = []
    for turn, venue in enumerate([v for v in known if v.category in {"scenic_spot", "museum"}][:8]):
        x, y = place_of(venue)
        ring = [[x - 0.002, y - 0.002], [x + 0.002, y - 0.002], [x + 0.002, y + 0.002], [x - 0.002, y - 0.002]]
        shape = {"type": "Polygon", "coordinates": [ring]} if turn == 0 else {"type": "Point", "coordinates": [x, y]}
        told = {"名称": venue.name_zh, "类别": "景区" if venue.category == "scenic_spot" else "博物馆",
                "等级": venue.level,
                "现金": "是", "核实日期": "2024-10-20"}  # fmt: skip
        features.append({"type": "Feature", "geometry": shape, "properties": told})
    collection = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(collection, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
