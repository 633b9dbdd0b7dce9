"""The pages as a visitor gets them."""

import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from app.settings import Settings
from small_visit import Pages, key, place, seen_at

NASTY = "<img src=x onerror=alert(1)>${alert(2)}{{ 7*7 }}\u202egnp.exe"
PATHS = ("/", "/?q=酒店&capability=foreign_card", "/guide", "/privacy", f"/v/{key('甲酒店')}", "/v/nowhere")


class Links(HTMLParser):
    """Collects every address that a page points to or loads, and every inline script, style and handler."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses, self.inline = [], []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]):
        """Look at one element."""
        named = dict(attrs)
        self.addresses += [named[a] for a in ("href", "src", "action", "data-root", "data-leaflet") if named.get(a)]
        if tag == "style" or (tag == "script" and "src" not in named):
            self.inline.append(tag)
        self.inline += [a for a in named if a == "style" or a.startswith("on")]


class Spoken(HTMLParser):
    """Collects the Chinese texts of a page that nothing around them marks as Chinese, and its title and description."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open, self.unmarked, self.title, self.description = [], [], "", ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]):
        """Go into an element."""
        if tag not in {"meta", "link", "input", "br"}:
            self.open.append((tag, dict(attrs).get("lang")))
        elif dict(attrs).get("name") == "description":
            self.description = dict(attrs)["content"]

    def handle_endtag(self, tag: str):
        """Leave an element."""
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str):
        """Look at a text."""
        tags = [tag for tag, _ in self.open]
        languages = [lang for _, lang in self.open if lang]
        if "title" in tags:
            self.title += data
        elif re.search("[\u3400-\u9fff]", data) and languages[-1] != "zh-CN":
            self.unmarked.append(data)


@pytest.mark.parametrize("path", PATHS)
def test_chinese_in_an_english_page_is_marked(pages: Pages, path: str):
    """Every Chinese name and term on an English page is read out and drawn as Chinese."""
    told = {"address_zh": "昌润路1号", "operator": "某某集团", "level": "五星", "source": "名录"}
    venues = [place("甲酒店", **told, **seen_at("yes", 3, visa="yes")), place("乙支行", "bank_branch")]
    text = pages(venues, sandbox=True, root="/demo", map_approval="鲁S(2026)001号").get("/demo" + path).text
    assert Spoken(text).unmarked == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_each_page_has_its_own_title_and_description(pages: Pages, lang: str):
    """A reader with many tabs, and a search engine, can tell the pages apart."""
    client = pages([place("甲酒店")], lang=lang)
    read = [Spoken(client.get(path).text) for path in ("/", "/guide", "/privacy", f"/v/{key('甲酒店')}")]
    assert len({page.title for page in read}) == len({page.description for page in read}) == 4
    assert all(page.title and page.description for page in read)


def test_says_first_that_nothing_was_observed(pages: Pages):
    """With no observation the first heading says so, before the list; guide, hotlines and outlets follow."""
    text = pages([place("甲酒店"), place("乙支行", "bank_branch")]).get("/").text
    said = text.index("No one has yet checked and recorded which places here take foreign cards.")
    assert said < text.index("By card") < text.index('id="places"')
    assert "12345" in text
    assert "category=bank_branch&amp;region=371502" in text
    assert 'placeholder="Bank or outlet"' in text


@pytest.mark.parametrize("path", ["/", "/?q=x&capability=foreign_card"])
def test_says_that_the_register_is_empty(pages: Pages, path: str):
    """Without a single place the page says so and keeps guide and hotlines; there is nothing to search or filter."""
    text = pages([]).get(path).text
    assert "The register of Liaocheng is still empty." in re.sub("<[^>]+>", "", text)
    assert text.count("By card") == text.count('href="tel:12363"') == 1
    for useless in (
        "lists places so far",
        "Try fewer words",
        "Show all places",
        "data-pill",
        'role="search"',
        "No one has yet checked",
    ):
        assert useless not in text


@pytest.mark.parametrize("path", ["/", "/guide"])
def test_city_without_a_folder_has_the_hotlines_of_the_country(
    pages: Pages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
):
    """A city without facts of its own, and without an English name, is named in Chinese, marked so; one can call."""
    monkeypatch.setattr("small_visit.PLACES", (("371500", "city", "济南市", "济南市"),))
    (tmp_path / "hotlines.toml").write_bytes((Settings(_env_file=None).data_dir / "hotlines.toml").read_bytes())
    text = pages([], data_dir=tmp_path).get(path).text
    assert {"tel:12345", "tel:12363"} <= set(Links(text).addresses)
    assert Spoken(text).unmarked == []


def test_bank_outlets_are_found_by_name(pages: Pages):
    """The search beside the counties looks among bank outlets only, and links to the guide stand on the page."""
    client = pages([place("甲酒店"), place("甲支行", "bank_branch"), place("乙支行", "bank_branch")])
    text = client.get("/", params={"category": "bank_branch", "q": "甲"}).text
    assert "甲支行" in text
    assert "甲酒店" not in text
    assert "乙支行" not in text


def test_place_in_no_county_is_in_the_city(pages: Pages):
    """A venue of which only the city is known says the city's name, never its code."""
    text = pages([place("甲酒店", region="371500")]).get("/").text
    assert "<bdi>Liaocheng</bdi>" in text
    assert ">371500<" not in text


def test_links_to_maps_interface_and_sandbox(pages: Pages):
    """The first page leads to the maps, the data interface and, where it runs, the sandbox."""
    found = Links(pages([place("甲酒店")], demo=True).get("/?lang=en").text).addresses
    assert {"/maps/venues?lang=en", "/maps/coverage?lang=en", "/docs", "/demo/"} <= set(found)


def test_says_how_much_was_observed(pages: Pages):
    """With an observation the list comes first, with what is known and of how many."""
    text = pages([place("甲酒店", **seen_at("yes", 12)), place("乙酒店")]).get("/").text
    assert "No one has yet checked" not in text
    assert "Something was observed about foreign cards at 1 of 2 places." in text
    assert text.index('id="places"') < text.index("By card")


def test_search_finds_by_name(pages: Pages):
    """The search works without JavaScript, in either script."""
    client = pages([place("甲酒店", name_en="First Inn"), place("乙酒店")])
    text = client.get("/", params={"q": "first"}).text
    assert "甲酒店" in text
    assert "乙酒店" not in text


def test_empty_result_says_what_to_do(pages: Pages):
    """A search without a hit names the words and offers the way on."""
    text = pages([place("甲酒店")]).get("/", params={"q": "丙"}).text
    assert "No place here has “丙” in its name or address." in re.sub("<[^>]+>", "", text)
    assert "Show all places" in text


def test_more_rows_are_a_link_away(pages: Pages):
    """A long list shows its first rows and a link that keeps the filters."""
    client = pages([place(f"酒店{n:02}") for n in range(30)])
    first = client.get("/?category=hotel").text
    assert first.count('<li id="row-') == 20
    assert "/?category=hotel&amp;limit=60#row-21" in first
    assert client.get("/?category=hotel&limit=60").text.count('<li id="row-') == 30


@pytest.mark.parametrize("path", ["/", "/?capability=foreign_card", f"/v/{key(NASTY)}"])
def test_names_stay_text(pages: Pages, path: str):
    """Markup, template code and a direction override in a name are shown, isolated, never run."""
    nasty = place(NASTY, name_en=NASTY, address_zh=NASTY, operator=NASTY + "x", source=NASTY, phone=NASTY)
    text = pages([nasty]).get(path).text
    assert "<img" not in text
    assert "&lt;img src=x onerror=alert(1)&gt;${alert(2)}{{ 7*7 }}" in text
    assert Links(text).inline == []


def test_search_words_stay_text(pages: Pages):
    """What was typed comes back as text."""
    text = pages([]).get("/", params={"q": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in text


@pytest.mark.parametrize("root", ["/demo", "/city/paymap/demo"])
@pytest.mark.parametrize("path", PATHS)
def test_no_link_leaves_the_sandbox(pages: Pages, root: str, path: str):
    """Every address on a sandbox page is under its prefix, also below a proxy's."""
    client = pages([place("甲酒店", **seen_at("yes", 2))], root=root, sandbox=True)
    inside = ("#", f"{root}/", "tel:")
    assert f'data-root="{root}"' in client.get(f"{root}/").text
    for query in ("", "&lang=zh" if "?" in path else "?lang=zh"):
        answer = client.get(root + path + query)
        outside = [a for a in Links(answer.text).addresses if not a.startswith(inside) and a != root]
        assert outside == []


@pytest.mark.parametrize("root", ["/demo", "/city/paymap/demo"])
def test_sandbox_can_be_walked_without_leaving_it(pages: Pages, root: str):
    """From its first page on, every link of every page of the sandbox leads to another one, and none is dead."""
    venues = [place(f"酒店{n:02}", **seen_at("yes", n)) for n in range(25)] + [place("乙支行", "bank_branch")]
    client = pages(venues, root=root, sandbox=True)
    drawn_elsewhere = (f"{root}/maps/", f"{root}/docs")
    ahead, seen = [f"{root}/"], set()
    while ahead and len(seen) < 150:
        path = ahead.pop(0)
        seen.add(path)
        answer = client.get(path, follow_redirects=False)
        assert answer.status_code == 200, path
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        assert "模拟数据" in answer.text, path
        links = {a.split("#")[0] for a in Links(answer.text).addresses if not a.startswith(("#", "tel:"))} - {root}
        assert all(link.startswith(f"{root}/") for link in links), links
        leaflet = f"{root}/static/vendor/leaflet/"
        ahead += sorted(x for x in links - seen - {leaflet} if not x.startswith(drawn_elsewhere) and x not in ahead)
    assert {f"{root}/guide", f"{root}/privacy", f"{root}/v/{key('酒店00')}"} <= {path.split("?")[0] for path in seen}


@pytest.mark.parametrize("path", PATHS)
def test_sandbox_is_marked_on_every_page(pages: Pages, path: str):
    """Simulated data is called simulated in both languages, and kept out of search engines."""
    text = pages([place("甲酒店")], root="/demo", sandbox=True).get("/demo" + path).text
    assert "Sandbox: simulated data" in text
    assert "模拟数据" in text
    assert '<meta name="robots" content="noindex">' in text


def test_sandbox_is_offered_where_it_runs(pages: Pages):
    """The real page links to the sandbox only when there is one."""
    assert 'href="/demo/"' in pages([], demo=True).get("/").text
    assert "/demo" not in pages([]).get("/").text


def test_language_is_negotiated_and_can_be_chosen(pages: Pages):
    """Accept-Language decides until the URL does; the choice stays in the links."""
    client = pages([place("甲酒店", name_en="First Inn")], lang="zh-CN,zh;q=0.9")
    assert '<html lang="zh-CN">' in client.get("/").text
    chosen = client.get("/?lang=en")
    assert '<html lang="en">' in chosen.text
    assert f"/v/{key('甲酒店')}?lang=en" in chosen.text
    assert "Accept-Language" in chosen.headers["vary"]
    assert '<html lang="zh-CN">' in client.get("/?lang=tlh").text


def test_city_names_the_page(pages: Pages):
    """The title is the city's, in each language."""
    client = pages([])
    assert "<title>Pay in Liaocheng</title>" in client.get("/?lang=en").text
    assert "<title>聊城支付地图</title>" in client.get("/?lang=zh").text


def test_venue_tells_all_capabilities(pages: Pages):
    """Everything asked of a hotel is told: what was seen with its day, the rest as not known yet."""
    client = pages([place("甲酒店", **seen_at("yes", 12, visa="yes"))])
    text = client.get(f"/v/{key('甲酒店')}").text
    assert '<time datetime="2026-11-12"' in text
    assert "Visa seen working 12 days ago (inspection)" in text
    assert "Phone payment" in text
    assert "not known yet" in text
    assert "position not known" in text


def test_closed_and_removed_venues_say_so(pages: Pages):
    """A venue that is gone keeps its page."""
    gone = place("乙", deleted_at=place("乙").updated_at)
    client = pages([place("甲", closed_on=date(2026, 3, 1)), gone])
    assert "This place closed on 2026-03-01." in client.get(f"/v/{key('甲')}").text
    assert "taken out of the register" in client.get(f"/v/{key('乙')}").text


def test_unknown_venue_is_a_page_not_found(pages: Pages):
    """An address where nothing is answers 404, in the same look, with a search."""
    answer = pages([]).get(f"/v/{key('nobody')}")
    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.text
    assert 'role="search"' in answer.text


def test_privacy_says_how_long_reports_are_kept(pages: Pages):
    """The notice tells the setting in force."""
    text = pages([], reports_kept_days=30).get("/privacy").text
    assert "are deleted after 30 days." in text


def test_public_numbers_are_shown(pages: Pages):
    """审图号, survey licence and filing number stand on the page when they are set."""
    text = pages([], map_approval="鲁S(2026)001号", survey_licence="乙测资字37", icp_number="鲁ICP备1号").get("/").text
    assert text.count("鲁S(2026)001号") == 2
    assert "乙测资字37" in text
    assert "鲁ICP备1号" in text


@pytest.mark.parametrize("path", PATHS)
def test_pages_load_nothing_inline_or_foreign(pages: Pages, path: str):
    """No inline script, style or handler, and no address on another host."""
    found = Links(pages([place("甲酒店")], demo=True).get(path).text)
    assert found.inline == []
    assert [a for a in found.addresses if a.startswith("//") or "://" in a] == []


def test_pages_carry_the_security_headers(pages: Pages):
    """Scripts, styles and data come from this host only."""
    headers = pages([]).get("/").headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in headers
