"""Yes, no, partly, nobody knows: as ledgers say it, in either language, with ticks and with brackets."""

import re
from dataclasses import dataclass, field
from typing import Any

from app.importers.clean.read import NOTHING, Read, refused, remarked
from app.importers.clean.text import is_blank, key, tidy
from app.importers.clean.words import aspects_in, split
from app.importers.sources.table import Cell
from app.vocabulary import Status

WORDS = {
    Status.YES: (
        "yes", "y", "true", "t", "1", "ok", "是", "有", "支持", "受理", "可", "可以", "能", "接受", "已设", "已受理",
        "可受理", "可兑换", "可办理", "提供", "已提供", "√", "✓", "✔", "☑", "✅", "v", "具备", "已开通", "开通",
        "已开办", "开办", "办理", "完整清晰", "完整", "已张贴", "已配备", "配备", "已支持", "支持受理", "能受理",
        "持有", "已取得", "收", "可用", "accepted", "available", "supported",
    ),
    Status.NO: (
        "no", "n", "false", "f", "0", "否", "无", "没有", "不支持", "不受理", "不可", "不可以", "不能", "不接受",
        "拒收", "拒收(经核实)", "未设", "未受理", "×", "✗", "✘", "✕", "x", "☒", "❌", "不可兑换", "不可办理",
        "不提供", "未开通", "未开办", "不办理", "不完整", "未张贴", "未配备", "不具备", "没", "不行", "未持有",
        "未取得", "不收", "不可用", "notaccepted", "unavailable", "notsupported", "notavailable",
    ),
    Status.LIMITED: (
        "limited", "partial", "partly", "部分", "部分受理", "部分支持", "部分可用", "部分接受", "有限", "有限支持",
        "有条件", "个别", "withlimits", "some",
    ),
    Status.UNKNOWN: (
        "unknown", "未知", "待核实", "不详", "待查", "不清楚", "待确认", "不确定", "未核实", "待定", "未核查", "?",
        "??", "notknownyet", "tbd", "n/a", "na",
    ),
}  # fmt: skip
STATUS_OF = {key(word): status for status, words in WORDS.items() for word in words}
_BRACKET = re.compile(r"(.+?)[((](.+)[))]$")
_LIMIT = re.compile("仅|只|限|满|需|须|部分|除|only|except|limited")
_COUNT = re.compile(r"(\d{1,3})(?:台|部|个|套)?(?:终端|pos机?|机具)?")
WRITE = ("请填 是、否、部分 或 未知", "write yes, no, limited or unknown")


@dataclass(frozen=True, slots=True)
class StatusRead:
    """What a cell says of a capability: of the whole (None: nothing), of its aspects, and what else."""

    status: str | None
    aspects: dict[str, str] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)


def read_status(cell: Cell) -> Read:
    """A `StatusRead`; a word that is not known refuses the row and is not guessed."""
    if is_blank(cell):
        return NOTHING
    word = key(cell)
    if status := STATUS_OF.get(word) or STATUS_OF.get(word.rstrip("。.,;")):
        return Read(StatusRead(str(status)))
    if found := _BRACKET.fullmatch(word):
        return _bracketed(cell, STATUS_OF.get(found[1]), found[2])
    if found := re.fullmatch("(?:仅|只)(?:支持|受理|收|限|能刷|可刷)?(.+)", word):
        return _bracketed(cell, Status.YES, f"仅{found[1]}")
    return _unreadable(cell)


def _bracketed(cell: Cell, status: Status | None, inside: str) -> Read:
    """A status with something in brackets: aspects, a number of terminals, or a condition."""
    if status is None:
        return _unreadable(cell)
    aspects, others = aspects_in(re.sub("^(?:仅限?|只限?|支持|only)|only$", "", inside))
    limited = _LIMIT.search(inside) is not None
    if aspects and not others:
        return _with_aspects(cell, status, aspects, limited=limited)
    if (found := _COUNT.fullmatch(inside)) and status == Status.YES:
        return Read(StatusRead(str(status), {}, {"terminals": int(found[1])}))
    kept = Status.LIMITED if limited and status == Status.YES else status
    note = tidy(cell)
    return remarked(
        StatusRead(str(kept), {}, {"note": note}),
        "status_with_condition",
        f"“{note}”按“{_ZH[kept]}”记，括号内的说明保留",
        f"{note!r} is taken as {kept}, with its words as a note",
    )


_ZH = {Status.YES: "是", Status.NO: "否", Status.LIMITED: "部分", Status.UNKNOWN: "未知"}


def _with_aspects(cell: Cell, status: Status, aspects: tuple[str, ...], *, limited: bool) -> Read:
    named = {aspect: str(status) for aspect in aspects}
    told = ", ".join(f"{a} {s}" for a, s in named.items())
    text = tidy(cell)
    if status != Status.YES:  # "no (Visa)" refuses Visa and says nothing of the others
        return remarked(
            StatusRead(None, named),
            "status_of_aspects",
            f"“{text}”只按 {told} 记",
            f"{text!r} is taken as {told}, and as nothing on the whole",
        )
    whole = Status.LIMITED if limited else Status.YES
    return remarked(
        StatusRead(str(whole), named),
        "status_of_aspects",
        f"“{text}”按整体“{_ZH[whole]}”、{told} 记",
        f"{text!r} is taken as {whole} on the whole, {told}",
    )


def _unreadable(cell: Cell) -> Read:
    text = tidy(cell)
    more = ""
    if len(split(text)) > 1:
        more = "；卡组织、币种请另列一栏"
    return refused(
        "status_unreadable", f"“{text}”不是可识别的状态；{WRITE[0]}{more}", f"{text!r} is no status: {WRITE[1]}"
    )


def read_flag(cell: Cell) -> Read:
    """True or False; None where the cell is empty or says that nobody knows."""
    found = read_status(cell)
    if found.value is None or found.value.status in {Status.YES, Status.NO}:
        return Read(found.value and found.value.status == Status.YES, found.notes)
    if found.value.status == Status.UNKNOWN:
        return NOTHING
    return refused("flag_unreadable", f"“{tidy(cell)}”应为 是 或 否", f"{tidy(cell)!r}: write yes or no")
