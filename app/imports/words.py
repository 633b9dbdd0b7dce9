"""What an import remarks on a row: every sentence in both languages, by its code."""

from collections.abc import Mapping
from types import MappingProxyType

from app.importers.kinds import Remark

SENTENCES: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "no_name": ("error", "缺少名称，新场所必须有名称", "the name is missing; a new venue needs one"),
        "no_category": ("error", "缺少类别，新场所必须有类别", "the category is missing; a new venue needs one"),
        "no_datum": (
            "error",
            "坐标未注明坐标系，不能采用：请指定坐标系{hint}",
            "the position has no datum and cannot be taken: state the datum{hint}",
        ),
        "outside_city": ("error", "坐标 {at} 不在{city}境内", "the position {at} is not in {city}"),
        "outside_county": (
            "warning",
            "坐标 {at} 在{there}，不在{county}：未采用坐标",
            "the position {at} is in {there}, not in {county}: it was not taken",
        ),
        "no_region": ("note", "无县区、无坐标，暂记为{city}", "neither county nor position; entered under {city}"),
        "not_yours": ("error", "“{name}”不属于您的单位或辖区；请交由其所属单位导入",
            "{name} does not belong to your unit or area: its own unit can import this row",
        ),
        "other_house": ("error", "机构“{name}”不是您的单位", "the institution {name} is not yours"),
        "no_day": ("warning", "缺少核实日期，{what}未记录", "no date of observation: {what} was not recorded"),
        "bad_day": ("warning", "日期 {day} 不合理，{what}未记录", "{day} is out of range: {what} was not recorded"),
        "licence_kept": (
            "warning",
            "对私结售汇资质由外汇局维护，未记录",
            "licences are kept by the regulator: not recorded",
        ),
        "by_hand": (
            "warning",
            "“{what}”已于 {day} 由人工改为“{held}”，晚于本台账，未改为“{told}”",
            "{what} was set by hand to {held} on {day}, after this ledger; it was not changed to {told}",
        ),
        "called": ("note", "已登记的名称是“{held}”，保留", "the register calls it {held}, which stays"),
        "surveyed": (
            "note",
            "已有实测坐标，与本行相差 {metres} 米，保留实测坐标",
            "the register has a surveyed position {metres} m away, which stays",
        ),
        "same_as_row": (
            "warning",
            "与第 {row} 行是同一场所，只采用其状态",
            "the same place as row {row}; only its statuses are taken",
        ),
        "ask": ("warning", "需要确认：{why}", "needs a decision: {why}"),
        "changes": ("note", "将修改{what}", "changes {what}"),
        "number_twice": ("error", "编号与第 {row} 行重复", "the number stands in row {row} already"),
    }
)  # fmt: skip

REASONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "id": ("系统编号相同", "same id"),
        "chosen": ("由人确认", "decided by a person"),
        "no_candidate": ("没有相近的场所", "no venue is like it"),
        "external_id": ("编号相同", "same number"),
        "external_id_name": ("编号相同，名称不同", "same number, another name"),
        "external_id_far": ("编号相同，位置相距较远", "same number, but far away"),
        "other_external_id": ("名称与位置相同，编号不同", "same name and place, another number"),
        "renamed": ("同一位置，名称可能已变更", "same place, perhaps renamed"),
        "moved": ("名称相同，可能已搬迁", "same name, perhaps moved"),
        "name_and_place": ("名称与位置相同", "same name and place"),
        "name_and_phone": ("名称与电话相同", "same name and phone"),
        "name_and_region": ("名称与县区相同", "same name and county"),
        "name_far": ("名称相同，相距较远", "same name, far away"),
        "no_position": ("名称相同，缺少位置", "same name, no position"),
        "place_differs": ("名称相同，位置不同", "same name, another place"),
        "region_differs": ("名称相同，县区不同", "same name, another county"),
        "category_differs": ("名称相同，类别不同", "same name, another category"),
        "branch_missing": ("名称相近，缺少门店或网点名", "the name lacks the branch"),
        "slip_in_name": ("名称相近，可能有错字", "almost the same name: a slip?"),
        "similar_name": ("名称相近", "similar name"),
        "two_candidates": ("有多个可能的场所", "several venues are like it"),
        "claimed_twice": ("另一行也与该场所相同", "another row is this venue, too"),
        "twin_row": ("与本文件另一行相同", "like another row of this file"),
    }
)


def remark(code: str, where: tuple[str, str] = ("", ""), **facts: object) -> Remark:
    """A remark with its two sentences; `where` is a column and its letter."""
    level, zh, en = SENTENCES[code]
    said = {name: value if isinstance(value, tuple) else (value, value) for name, value in facts.items()}
    texts = (zh, en)
    chinese, english = (text.format(**{n: v[i] for n, v in said.items()}) for i, text in enumerate(texts))
    column, letter = where
    return Remark(column, code, chinese, english, level, letter)
