"""Categories, levels and counties by the names that ledgers give them."""

import re
from collections.abc import Callable, Mapping

from app.importers.clean.read import NOTHING, Read, refused, remarked
from app.importers.clean.text import is_blank, key, tidy
from app.importers.sources.table import Cell
from app.vocabulary import CATEGORIES

CATEGORY_NAMES: Mapping[str, tuple[str, ...]] = {
    "restaurant": (
        "餐馆", "餐厅", "餐饮业", "餐饮店", "餐饮服务", "饭馆", "酒楼", "小吃", "小吃店", "快餐", "快餐店", "火锅",
        "火锅店", "咖啡", "咖啡厅", "咖啡馆", "茶馆", "茶楼", "面馆", "早餐店", "食品餐饮", "食", "住宿餐饮业",
        "正餐", "饮品店", "甜品店", "烧烤", "烧烤店", "餐饮商户", "餐饮场所", "restaurant", "cafe", "fastfood",
        "food", "dining", "catering"),
    "hotel": (
        "宾馆", "旅馆", "旅店", "客栈", "民宿", "住宿", "住宿业", "星级酒店", "酒店宾馆", "宾馆酒店", "涉外酒店",
        "涉外宾馆", "招待所", "青年旅舍", "住", "星级饭店", "旅游饭店", "酒店住宿", "住宿服务", "宾馆、酒店", "hotel",
        "guesthouse", "hostel", "motel", "inn", "lodging", "guest_house"),
    "bus_station": ("客运站", "汽车客运站", "长途汽车站", "客运总站", "公交枢纽", "汽车总站", "客运", "bus station",
        "coach station"),
    "railway_station": ("火车站", "高铁站", "铁路客运站", "铁路", "高铁", "车站(铁路)", "train station",
        "railway station", "station"),
    "scenic_spot": (
        "景点", "旅游景区", "旅游景点", "a级景区", "风景区", "公园", "游", "景区景点", "名胜古迹", "文旅景区",
        "scenic spot", "attraction", "scenic area", "sightseeing", "theme_park"),
    "museum": ("纪念馆", "美术馆", "展览馆", "文化场馆", "科技馆", "博物院", "陈列馆", "museum", "gallery"),
    "mall": (
        "购物中心", "百货", "百货商场", "大型商场", "商业综合体", "综合体", "商超", "百货店", "大型商超", "商贸城",
        "购物商场", "商厦", "mall", "department store", "shopping centre", "shopping center", "shopping mall",
        "department_store"),
    "supermarket": (
        "便利店", "超级市场", "连锁超市", "大型超市", "生活超市", "综合超市", "百货超市", "商店", "便利", "卖场",
        "supermarket", "convenience", "convenience store", "grocery"),
    "business_district": ("商业街", "商业街区", "步行街", "街区", "特色街区", "商业区", "夜市", "business district",
        "pedestrian street"),
    "entertainment": (
        "娱乐", "文娱", "娱乐场所", "影院", "电影院", "影剧院", "ktv", "剧院", "健身", "健身房", "体育场馆", "体育馆",
        "歌舞厅", "网吧", "洗浴", "娱", "酒吧", "剧场", "文化娱乐", "entertainment", "cinema", "theatre", "theater",
        "bar", "gym", "nightclub"),
    "hospital": (
        "综合医院", "三级医院", "三甲医院", "公立医院", "卫生院", "诊所", "医疗机构", "医疗", "医", "卫生",
        "人民医院", "社区卫生服务中心", "hospital", "clinic", "medical"),
    "pharmacy": ("药房", "大药房", "零售药店", "连锁药店", "pharmacy", "drugstore", "chemist"),
    "university": ("大学", "高等院校", "学院", "高等学校", "院校", "职业学院", "学", "university", "college"),
    "bank_branch": (
        "银行", "网点", "银行营业网点", "营业网点", "支行", "银行支行", "分理处", "营业部", "分行", "银行机构",
        "商业银行网点", "bank", "bank branch", "branch"),
    "atm": ("自动取款机", "自助取款机", "自动柜员机", "存取款一体机", "自助设备", "atm机", "自助银行", "crs", "atm",
        "cash machine", "cashpoint"),
    "exchange_agent": (
        "代兑点", "外币代兑机构", "代兑机构", "外币兑换点", "货币兑换点", "兑换点", "个人本外币兑换特许机构",
        "特许兑换机构", "exchange agent", "bureau de change", "currency exchange", "bureau_de_change"),
    "exchange_machine": ("外币兑换机", "自助兑换设备", "自助外币兑换机", "货币自助兑换机", "外币自助兑换机",
        "exchange machine", "currency exchange machine"),
    "telecom_hall": (
        "营业厅", "电信营业厅", "移动营业厅", "联通营业厅", "通信网点", "通讯营业厅", "运营商营业厅", "手机店",
        "通讯店", "通信", "telecom", "mobile phone shop", "mobile_phone", "telecom hall"),
}  # fmt: skip
AMBIGUOUS = {"饭店": ("restaurant", "hotel"), "大饭店": ("restaurant", "hotel"), "酒店餐饮": ("restaurant", "hotel")}
LODGING = re.compile("住宿|酒店|宾馆|旅馆|旅店|客房|hotel|lodging", re.IGNORECASE)
LEVEL_NAMES = {
    "tertiary_a": ("三级甲等", "三甲", "三级甲", "三级甲等医院", "三甲医院"), "tertiary_b": ("三级乙等", "三乙"),
    "tertiary": ("三级", "三级医院", "三级未定等"), "secondary_a": ("二级甲等", "二甲", "二级甲等医院"),
    "secondary_b": ("二级乙等", "二乙"), "secondary": ("二级", "二级医院"), "primary": ("一级", "一级医院",
        "一级甲等", "基层"),
}  # fmt: skip
_A = re.compile(r"(?:国家|国家级)?([1-5一二三四五])a(?:级)?(?:旅游)?(?:景区)?")
_STARS = re.compile(r"([1-5一二三四五])(?:星|星级|stars?|\*)(?:级)?(?:酒店|饭店|宾馆)?")
_CHINESE = str.maketrans("一二三四五", "12345")
_ADMINISTRATIVE = re.compile("(?:县|市|区)$")
SHORTEST = 2


def _names() -> Mapping[str, str]:
    names = {key(name): word for word, many in CATEGORY_NAMES.items() for name in many}
    return names | {key(n): c.key for c in CATEGORIES.values() for n in (c.zh, c.en, c.key)}


CATEGORY_OF = _names()
LEVEL_OF = {key(name): word for word, names in LEVEL_NAMES.items() for name in (word, *names)}


def read_category(titles: str) -> Callable[[Cell], Read]:
    """A reader of categories in a sheet with these titles, which settle what 饭店 means."""
    lodging = LODGING.search(titles) is not None

    def read(cell: Cell) -> Read:
        if is_blank(cell):
            return NOTHING
        word = key(cell)
        if word in AMBIGUOUS:
            chosen = AMBIGUOUS[word][lodging]
            zh, en = CATEGORIES[chosen].zh, CATEGORIES[chosen].en
            return remarked(
                chosen,
                "category_ambiguous",
                f"“{tidy(cell)}”可指餐饮或住宿，按“{zh}”记",
                f"{tidy(cell)!r} may be a restaurant or a hotel: taken as {en}",
            )
        found = CATEGORY_OF.get(word) or _one_of_parts(word)
        if found is None:
            known = "、".join(c.zh for c in CATEGORIES.values())
            return refused(
                "category_unknown",
                f"类别“{tidy(cell)}”无法识别；可用：{known}",
                f"category {tidy(cell)!r} is not known; write one of {', '.join(CATEGORIES)}",
            )
        return Read(found)

    return read


def _one_of_parts(word: str) -> str | None:
    """The category of a word such as 餐饮/火锅 or 住宿(酒店), if all of its known parts mean the same."""
    found = {CATEGORY_OF[part] for part in re.split(r"[/、,()\-—>:;]", word) if part in CATEGORY_OF}
    return found.pop() if len(found) == 1 else None


def read_level(cell: Cell) -> Read:
    """A level: `4A`, `tertiary_a`, `5_star`; other words stay as they are."""
    if is_blank(cell):
        return NOTHING
    word = key(cell)
    if word in LEVEL_OF:
        return Read(LEVEL_OF[word])
    if re.fullmatch("a{1,5}(?:级)?(?:景区)?", word):
        return Read(f"{word.count('a')}A")
    if found := _A.fullmatch(word):
        return Read(f"{found[1].translate(_CHINESE)}A")
    if found := _STARS.fullmatch(word):
        return Read(f"{found[1].translate(_CHINESE)}_star")
    return Read(tidy(cell))


def read_region(regions: Mapping[str, str]) -> Callable[[Cell], Read]:
    """A reader of regions: the adcode of a county or zone by code, name or short name.

    Args:
        regions: names and codes that are known, and the adcode that each means.
    """
    known = {key(name): code for name, code in regions.items()} | {code: code for code in regions.values()}
    short: dict[str, set[str]] = {}
    for name, code in known.items():
        short.setdefault(_short(name), set()).add(code)
    names = "、".join(name for name in regions if not name.isascii())

    def read(cell: Cell) -> Read:
        if is_blank(cell):
            return NOTHING
        word = key(cell)
        codes = {known[word]} if word in known else _by_parts(word, known, short)
        if len(codes) == 1:
            return Read(codes.copy().pop())
        return refused(
            "region_unknown",
            f"“{tidy(cell)}”不是本市的县（市、区）；可用：{names}",
            f"{tidy(cell)!r} is no county of this city; write one of {names}",
        )

    return read


def _short(name: str) -> str:
    bare = _ADMINISTRATIVE.sub("", name)
    return bare if len(bare) >= SHORTEST else name


def _by_parts(word: str, known: Mapping[str, str], short: Mapping[str, set[str]]) -> set[str]:
    """The codes of a word without province and city before it, or of the one county that it begins with."""
    bare = re.sub("^(?:山东省?)?(?:[^省市]{2,3}市)(?=.{2,})", "", word)
    for part in (bare, word):
        if part in known:
            return {known[part]}
        if found := short.get(_short(part)):
            return found
    return {known[name] for name in known if len(name) > SHORTEST and not name.isdigit() and bare.startswith(name)}
