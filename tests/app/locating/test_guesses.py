"""Where a venue may be: each guess with its reason, the most telling first, and never a position by itself."""

import pytest

from app.importers.name_words import name_words
from app.locating.ground import townships
from app.locating.guesses import MOST, Ground, Located, Sought, guesses
from app.settings import ROOT, Settings
from geo.crs import geodesic_distance

WORDS = name_words(ROOT / "data", ["聊城市", "东昌府区", "茌平区"], ["中国银行", "中国农业银行"])
MIDDLE = (116.0, 36.5, 20_000.0)


def at(name: str, lon: float, lat: float, *, address: str = "", error: float = 50.0) -> Located:
    """A located venue."""
    return Located(name, name, f"{name} {address}", lon, lat, error)


def offered(name: str, *located: Located, address: str = "", names: tuple[str, ...] = ("沙镇镇", "古楼街道")) -> list:
    """The guesses for a venue of the county."""
    return guesses(Sought(name, address, "东昌府区"), Ground(located, names, MIDDLE), WORDS)


def test_the_county_is_the_last_resort() -> None:
    """Where nothing else is known, its middle with the way to its farthest corner; nothing without a border."""
    (only,) = offered("中国银行聊城支行")
    assert (only.kind, only.named, only.error_m) == ("county", "东昌府区", 20_000.0)
    assert guesses(Sought("某店", "", "某区"), Ground((), (), None), WORDS) == []


def test_the_same_name_comes_first() -> None:
    """However it is written; its own error is not made smaller."""
    first = offered("中行聊城振华支行", at("中国银行股份有限公司聊城振华支行", 115.98, 36.45, error=900))[0]
    assert (first.kind, first.lon, first.lat, first.error_m) == ("same", 115.98, 36.45, 900)


def test_a_similar_name_is_offered_as_such() -> None:
    """One sign off is worth a look; another name is not."""
    near, far = at("水城明珠国际大酒楼", 115.98, 36.45), at("临清路口超市", 115.7, 36.4)
    assert [g.kind for g in offered("水城明珠国际大酒店", near, far)] == ["similar", "county"]


def test_a_name_inside_the_name_tells_where() -> None:
    """A branch called after the university stands near it."""
    first = offered("中国银行聊城大学支行", at("聊城大学", 116.01, 36.43))[0]
    assert (first.kind, first.named) == ("inside", "聊城大学")


def test_a_street_is_the_middle_of_what_stands_on_it() -> None:
    """Of the venues whose address names it; the error reaches the farthest of them."""
    ends = at("甲", 115.96, 36.45, address="东昌府区柳园北路1号"), at("乙", 115.98, 36.45, address="柳园北路9号")
    first = offered("某某店", *ends, address="聊城市东昌府区柳园北路5号")[0]
    assert (first.kind, first.named, first.of) == ("street", "柳园北路", 2)
    assert first.lon == pytest.approx(115.97)
    farthest = float(geodesic_distance(115.97, 36.45, 115.96, 36.45)) + 50
    assert first.error_m == pytest.approx(max(1_500, farthest))


def test_a_street_office_is_no_street() -> None:
    """古楼街道 is a township, not a street called 古楼街."""
    found = offered("某店", at("古楼街道某店", 115.98, 36.45), at("古楼街道别店", 115.97, 36.45), address="古楼街道1号")
    assert [g.kind for g in found] == ["township", "county"]


def test_a_township_is_the_middle_of_its_venues() -> None:
    """A branch called 沙镇 lies in the township of that name, if anything there is located."""
    first = offered("中国银行沙镇支行", at("沙镇中心卫生院", 115.8, 36.36), at("古楼某店", 115.98, 36.45))[0]
    assert (first.kind, first.named) == ("township", "沙镇镇")
    assert offered("中国银行沙镇支行", at("古楼某店", 115.98, 36.45))[0].kind == "county"


def test_one_spot_is_offered_once() -> None:
    """The strongest reason stays; there are never more than five."""
    many = [at(f"聊城大学{n}", 115.5 + n / 100, 36.3) for n in range(9)]
    found = offered("聊城大学", at("聊城大学", 116.0, 36.4), at("聊城大学店", 116.0001, 36.4), *many)
    assert found[0].kind == "same"
    assert len(found) <= MOST
    spots = [(g.lon, g.lat) for g in found]
    assert all(float(geodesic_distance(*a, *b)) > 100 for n, a in enumerate(spots) for b in spots[:n])


def test_townships_are_those_of_the_county() -> None:
    """Out of the city's own list; a city without one has none."""
    folder = Settings(_env_file=None).city_dir
    assert "沙镇镇" in townships(folder, "371502")
    assert "沙镇镇" not in townships(folder, "371503")
    assert townships(None, "371502") == ()
