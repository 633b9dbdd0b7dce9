"""The ledgers that there are: one description each."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actor import Actor
from app.importers.kinds import Kind
from app.ledgers import fields
from app.ledgers.bringing import LedgerKind
from app.ledgers.fields import Field, terms, text, units
from app.ledgers.ledger import FOUND, Ledger
from app.ledgers.list_kind import ListKind
from app.permissions import Action
from app.register.changes import mark
from app.register.statements import Statement, record, withdraw
from app.tables import Activity, ChangePackCount, Inspection, Licence, Observation, PosDevice
from app.vocabulary import ACTIVITIES, CAPABILITIES, LICENCES, RECIPIENTS, SourceKind

BY_INSPECTION = "inspection/"
"""How an inspection's statements name it: `inspection/12`."""

BANK = Field(
    "institution",
    "银行",
    "Bank",
    fields.unit(banks=True),
    "choice",
    required=True,
    aliases=("机构", "银行名称", "报送机构", "bank"),
    choices=units(banks=True),
    example="中国银行",
)
UNIT = Field(
    "institution",
    "单位",
    "Institution",
    fields.unit(banks=False),
    "choice",
    required=True,
    aliases=("机构", "部门", "报送单位", "责任单位", "unit"),
    choices=units(banks=False),
    example="聊城市文化和旅游局",
)
VENUE = Field(
    "venue",
    "场所",
    "Venue",
    fields.venue,
    "venue",
    required=True,
    hint_zh="编号与名称填一个即可",
    hint_en="One of number and name is enough",
)
SOURCE = Field("source", "来源", "Source", text(400), "text", aliases=("数据来源", "依据"), example="2026年3月报表")


def _rebuilt(session: Session, _rows: Sequence[Any], actor: Actor, _import_id: int | None) -> None:
    """Readers rebuild: a licence changes the figures of all its class."""
    mark(session, actor, None)


def _rebuilt_after_undo(session: Session, _import_id: int, actor: Actor) -> None:
    mark(session, actor, None)


def _say(session: Session, rows: Sequence[Any], actor: Actor, import_id: int | None) -> None:
    """Record what the inspections of a file found; a form has no findings, the inspector's own page records those."""
    if import_id is None:
        return
    said = [
        Statement(
            row.venue_id,
            capability,
            status,
            row.done_on,
            SourceKind.INSPECTION,
            f"{BY_INSPECTION}{row.id}",
            aspect,
            import_id=import_id,
        )
        for row in rows
        if row.done_on is not None
        for capability, aspect, status in row.result.get(FOUND, ())
    ]
    record(session, said, actor)


def _unsay(session: Session, import_id: int, actor: Actor) -> None:
    """Take back what the inspections of a file said; the statements stay as they were written."""
    taken = select(Observation.withdraws).where(Observation.withdraws.is_not(None))
    ours = Observation.import_id == import_id, Observation.withdraws.is_(None), Observation.id.not_in(taken)
    for number in list(session.scalars(select(Observation.id).where(*ours))):
        withdraw(session, number, actor, f"import {import_id} undone")


CHANGE_PACKS = Ledger(
    "change_packs",
    "零钱包发放",
    "Change packs issued",
    ChangePackCount,
    Action.COUNT_CHANGE_PACKS,
    (
        BANK,
        Field(
            "month",
            "月份",
            "Month",
            fields.month,
            "month",
            required=True,
            aliases=("统计月份", "发放月份", "年月"),
            example="2026-03",
        ),
        Field(
            "recipient_kind",
            "发放对象",
            "Recipients",
            fields.chosen(terms(RECIPIENTS)),
            "choice",
            required=True,
            aliases=("对象", "发放对象类别", "recipient kind", "recipient"),
            choices=terms(RECIPIENTS),
            example="经营主体",
        ),
        Field(
            "packs",
            "数量（个）",
            "Packs",
            fields.count,
            "number",
            required=True,
            aliases=("数量", "发放数量", "零钱包数量", "个数"),
            example="120",
        ),
        SOURCE,
    ),
    identity=("institution", "month", "recipient_kind"),
    unit="institution",
    summed=("packs",),
    order="month",
)
POS_DEVICES = Ledger(
    "pos_devices",
    "POS 机具",
    "POS devices",
    PosDevice,
    Action.KEEP_DEVICES,
    (
        VENUE,
        Field(
            "acquirer",
            "收单机构",
            "Acquirer",
            fields.unit(banks=True),
            "choice",
            required=True,
            aliases=("收单行", "收单银行"),
            choices=units(banks=True),
            example="中国银行",
        ),
        Field(
            "device_no",
            "终端号",
            "Device number",
            text(80),
            required=True,
            aliases=("终端编号", "设备号", "机具编号", "terminal"),
            example="31050001",
        ),
        Field(
            "schemes",
            "卡组织",
            "Schemes",
            fields.schemes,
            "schemes",
            aliases=("支持卡种", "卡种", "受理卡种"),
            example="visa;mastercard",
            hint_zh="该机具受理的境外卡",
            hint_en="Foreign cards that this device takes",
        ),
        Field(
            "placed_on",
            "布放日期",
            "Placed on",
            fields.day,
            "day",
            aliases=("布放时间", "安装日期"),
            example="2026-03-01",
        ),
        Field("removed_on", "撤机日期", "Removed on", fields.day, "day", aliases=("撤机时间", "拆除日期")),
    ),
    identity=("venue", "acquirer", "device_no"),
    unit="acquirer",
)
INSPECTIONS = Ledger(
    "inspections",
    "巡检",
    "Inspections",
    Inspection,
    Action.INSPECT,
    (
        VENUE,
        Field(
            "institution",
            "巡检单位",
            "Inspected by",
            fields.unit(banks=False),
            "choice",
            required=True,
            aliases=("责任单位", "单位", "检查单位"),
            choices=units(banks=False),
            example="聊城市文化和旅游局",
        ),
        Field(
            "due_on",
            "应检日期",
            "Due on",
            fields.any_day,
            "day",
            aliases=("计划日期", "截止日期", "due"),
            example="2026-12-31",
        ),
        Field("reason", "原因", "Reason", text(400), "text", aliases=("事由", "巡检原因"), example="季度巡检"),
        Field(
            "done_on", "巡检日期", "Done on", fields.day, "day", aliases=("检查日期", "完成日期", "done"), imported=True
        ),
        *(
            Field(c.key, c.zh, c.en, fields.status, "status", imported=True, aliases=(c.key,))
            for c in CAPABILITIES.values()
        ),
    ),
    identity=("venue", "institution", "due_on"),
    unit="institution",
    at_venue=True,
    order="due_on",
    after=_say,
    undone=_unsay,
    closed=lambda row: row.done_on is not None,
)
ACTIVITIES_LEDGER = Ledger(
    "activities",
    "工作活动",
    "Activities",
    Activity,
    Action.LOG_ACTIVITY,
    (
        UNIT,
        Field(
            "kind",
            "类别",
            "Kind",
            fields.chosen(terms(ACTIVITIES)),
            "choice",
            required=True,
            aliases=("活动类别", "类型"),
            choices=terms(ACTIVITIES),
            example="培训",
        ),
        Field(
            "held_on",
            "日期",
            "Day",
            fields.day,
            "day",
            required=True,
            aliases=("活动日期", "时间", "开展日期"),
            example="2026-03-15",
        ),
        Field(
            "title",
            "名称",
            "Title",
            text(200),
            required=True,
            aliases=("活动名称", "主题", "内容", "标题"),
            example="境外卡受理培训",
        ),
        Field(
            "participants",
            "参加人数",
            "Participants",
            fields.count,
            "number",
            aliases=("人数", "参与人数"),
            example="45",
        ),
        Field("place", "地点", "Place", text(200), aliases=("活动地点",), example="东昌府区"),
        Field("summary", "概要", "Summary", text(1000), "long", aliases=("情况说明", "主要内容")),
    ),
    identity=("institution", "kind", "held_on", "title"),
    unit="institution",
    facts=("participants", "place", "summary"),
    summed=("participants",),
    order="held_on",
)
LICENCES_LEDGER = Ledger(
    "licences",
    "网点资质",
    "Licences of branches",
    Licence,
    Action.KEEP_LICENCES,
    (
        VENUE,
        Field(
            "kind",
            "资质",
            "Licence",
            fields.chosen(terms(LICENCES)),
            "choice",
            required=True,
            aliases=("资质类别", "资质名称"),
            choices=terms(LICENCES),
            example="对私结售汇资质",
        ),
        Field(
            "held", "持有", "Held", fields.flag, "flag", required=True, aliases=("是否持有", "有无资质"), example="是"
        ),
        Field(
            "valid_from",
            "起始日期",
            "Valid from",
            fields.any_day,
            "day",
            required=True,
            aliases=("生效日期", "批准日期", "取得日期"),
            example="2024-07-03",
        ),
        Field("valid_to", "终止日期", "Valid to", fields.any_day, "day", aliases=("失效日期", "到期日期")),
        Field(
            "source",
            "依据",
            "Source",
            text(400),
            required=True,
            aliases=("来源", "批准文号", "文号"),
            example="外汇局批复〔2024〕1号",
        ),
    ),
    identity=("venue", "kind", "valid_from"),
    order="valid_from",
    after=_rebuilt,
    undone=_rebuilt_after_undo,
)

LEDGERS: Mapping[str, Ledger] = MappingProxyType(
    {x.key: x for x in (CHANGE_PACKS, POS_DEVICES, INSPECTIONS, ACTIVITIES_LEDGER, LICENCES_LEDGER)}
)
KINDS: Mapping[str, Kind] = MappingProxyType(
    {**{key: LedgerKind(ledger) for key, ledger in LEDGERS.items()}, ListKind.key: ListKind()}
)
"""What `paymap import --kind` and the page of imports can take beside the ledger of venues."""
