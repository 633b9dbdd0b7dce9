"""A browser that has a page asks whether it still holds, and is told in a few bytes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from small_visit import TODAY, Pages, key, place

PATHS = ("/", "/?q=酒店", "/guide", "/privacy", f"/v/{key('甲酒店')}")


@pytest.mark.parametrize("path", PATHS)
def test_same_page_is_not_sent_twice(pages: Pages, path: str):
    """With the mark of the copy, also among others, the answer is 304 and empty."""
    client = pages([place("甲酒店")])
    first = client.get(path)
    mark = first.headers["etag"]
    again = client.get(path, headers={"if-none-match": f'"other", {mark}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", mark)
    assert again.headers["vary"] == first.headers["vary"] == "Accept-Language"


@pytest.mark.parametrize("path", PATHS)
def test_other_language_is_another_page(pages: Pages, path: str):
    """The mark of the English page does not keep a reader of Chinese from the Chinese one."""
    client = pages([place("甲酒店")])
    mark = client.get(path).headers["etag"]
    assert client.get(path, headers={"if-none-match": mark, "accept-language": "zh"}).status_code == 200


def test_new_data_or_a_new_day_are_another_page(pages: Pages):
    """A change of the register and midnight each change the mark."""
    client = pages([place("甲酒店")])
    state = client.app.state
    first, register = client.get("/").headers["etag"], state.register
    state.register = replace(register, catalog=replace(register.catalog, change=2))
    second = client.get("/").headers["etag"]
    state.register = replace(register, catalog=replace(register.catalog, day=TODAY + timedelta(days=1)))
    assert len({first, second, client.get("/").headers["etag"]}) == 3


def test_missing_page_is_never_unchanged(pages: Pages):
    """A venue that is not there is 404, whatever the browser has."""
    client = pages([place("甲酒店")])
    mark = client.get("/").headers["etag"]
    assert client.get(f"/v/{key('nobody')}", headers={"if-none-match": mark}).status_code == 404


def test_page_says_when_the_database_is_away(pages: Pages):
    """Pages go on from memory, and say since when."""
    client = pages([place("甲酒店")])
    state = client.app.state
    away = place("甲酒店").updated_at
    state.register = replace(state.register, unreachable_since=away)
    assert "2026-11-01" in client.get("/").headers["warning"]
