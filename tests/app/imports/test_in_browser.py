"""The whole journey in a real browser, on a sandbox with the ledger that comes with the project."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from time import monotonic

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from app.demo.load import load
from app.demo.people import PASSWORD
from app.main import create_app
from app.settings import ROOT, Settings

SAMPLE = ROOT / "data" / "samples" / "merchants-messy.xlsx"
TWO_MINUTES = 120


@pytest.fixture(scope="module")
def address(serve: Callable, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where a sandbox of the usual size is served."""
    settings = Settings(var_dir=Path(tmp_path_factory.mktemp("var")), _env_file=None).for_sandbox()
    load(settings)
    return serve(create_app(settings.model_copy(update={"root_path": ""})))


@pytest.fixture
def page(browser_page: Page, address: str) -> Page:
    """A page of the regulator's."""
    browser_page.goto(f"{address}/console/sign-in?lang=en")
    browser_page.fill("input[name=login]", "regulator")
    browser_page.fill("input[name=password]", PASSWORD)
    browser_page.keyboard.press("Enter")
    browser_page.wait_for_url("**/console")
    return browser_page


def found(page: Page, address: str, name: str) -> int:
    """How many venues of a name the map's data have."""
    answer = page.request.get(f"{address}/api/v1/venues", params={"q": name})
    return int(answer.json()["numberMatched"])


def test_from_a_messy_ledger_to_the_map_and_back(page: Page, address: str) -> None:
    """Dropped, its datum chosen by the evidence, its questions settled by keys, applied, undone and redone."""
    begun = monotonic()
    page.goto(f"{address}/console/imports")
    page.set_input_files("input[type=file]", SAMPLE)
    page.get_by_role("button", name="Compare with the register").click()
    page.wait_for_url("**/columns")
    expect(page.get_by_text("suggest GCJ-02")).to_be_visible()
    page.get_by_role("radio", name="GCJ-02").check()
    page.get_by_role("button", name="Compare with the register").click()
    expect(page.get_by_role("status").first).to_contain_text("Nothing has been written yet")
    new = next(
        n for n in page.locator("tr", has=page.get_by_text("new", exact=True)).locator("td.key").all_inner_texts()
    )
    page.get_by_role("link", name="Settle 4 questions").click()
    while "/asks" in page.url:
        address_before = page.locator("h1 + p").inner_text()
        page.keyboard.press("n")
        page.wait_for_function("was => document.querySelector('h1 + p')?.innerText !== was", arg=address_before)
    assert found(page, address, new) == 0
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("link", name="See the map")).to_be_visible()
    assert found(page, address, new) == 1
    assert monotonic() - begun < TWO_MINUTES
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Undo this import").click()
    expect(page.get_by_role("status").first).to_contain_text("Undone")
    assert found(page, address, new) == 0
    page.get_by_role("button", name="Apply again").click()
    expect(page.get_by_role("link", name="See the map")).to_be_visible()
    assert found(page, address, new) == 1


def test_the_remarks_are_downloaded(page: Page, address: str) -> None:
    """The user's own workbook, with what became of each row."""
    page.goto(f"{address}/console/imports")
    page.locator("td.key a").first.click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="My file with remarks").click()
    book = openpyxl.load_workbook(BytesIO(Path(waiting.value.path()).read_bytes()))
    assert any(cell.value == "Remarks" for row in book["商户台账"].iter_rows() for cell in row)
