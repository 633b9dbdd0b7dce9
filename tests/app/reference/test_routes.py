"""The page that a person reads the interface on."""

import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from small_register import small_database, venue_id


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A sandbox below a prefix, over the small register."""
    where = tmp_path_factory.mktemp("reference")
    settings = Settings(var_dir=where, root_path="/city/demo", sandbox=True, _env_file=None)
    with small_database(settings):
        pass
    with TestClient(create_app(settings), root_path="/city/demo") as made:
        yield made


def page(client: TestClient, lang: str = "en") -> str:
    """The page as HTML."""
    answer = client.get(f"/city/demo/docs?lang={lang}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    return answer.text


def test_every_address_is_told_with_its_parameters(client: TestClient) -> None:
    """All paths of the description, and the words that a parameter allows."""
    text = page(client)
    for path in client.app.openapi()["paths"]:
        assert f"<code>{path}</code>" in text
    assert "<code>american_express</code>" in text
    assert "application/geo+json" in text


def test_each_link_to_try_works(client: TestClient) -> None:
    """Links stay below the prefix, name a venue and a county that are there, and answer 200."""
    tries = re.findall(r'<li><a href="([^"#]+)"><code>', page(client))
    assert f"/city/demo/api/v1/venues/{venue_id('a')}" in tries
    assert any("region=371502" in address for address in tries)
    # the small register has no city, which the figures of a whole city need
    answers = {
        a: client.get(a.replace("&amp;", "&")).status_code for a in tries if "coverage" not in a and "gaps" not in a
    }
    assert set(answers.values()) <= {200, 204}  # an empty tile has no content


def test_it_needs_no_script_and_no_other_host(client: TestClient) -> None:
    """Neither script, inline style nor an address elsewhere; the sandbox says that it is one."""
    text = page(client, "zh")
    assert not re.search(r"<script|<style|style=|\son\w+=", text)
    assert not re.search(r'(?:href|src|action)="(?:https?:)?//', text)
    assert not re.search(r'href="/(?!city/demo/)', text)
    assert "模拟数据" in text
