"""The pages as a visitor gets them."""

from datetime import date
from html.parser import HTMLParser

import pytest

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


def test_says_first_that_nothing_was_observed(pages: Pages):
    """With no observation the first heading says so, before the list; guide, hotlines and outlets follow."""
    text = pages([place("甲酒店"), place("乙支行", "bank_branch")]).get("/").text
    said = text.index("No one has yet checked and recorded which places here take foreign cards.")
    assert said < text.index("By card") < text.index('id="places"')
    assert "12345" in text
    assert "category=bank_branch&amp;region=371502" in text


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
    assert "No place here has “丙” in its name or address." in text
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
    for query in ("", "&lang=zh" if "?" in path else "?lang=zh"):
        answer = client.get(root + path + query)
        outside = [a for a in Links(answer.text).addresses if not a.startswith(inside) and a != root]
        assert outside == []


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
