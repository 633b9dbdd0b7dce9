"""Coming in, one's own page and the people, in a real browser."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from starlette.responses import HTMLResponse

from app.demo import load
from app.main import create_app
from app.sandbox import WithSandbox
from app.settings import Settings
from servers.chromium import Watch
from small_register import small_database

LEFT_OUT = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, serve: Callable) -> Iterator[str]:
    """The address of a real instance with its sandbox below, both as people start them."""
    settings = Settings(var_dir=tmp_path_factory.mktemp("both"), demo=True, _env_file=None)
    sandbox = settings.for_sandbox()
    Path(sandbox.var_dir).mkdir(parents=True, exist_ok=True)
    load(sandbox, venues=30)
    with small_database(settings):
        yield serve(WithSandbox(create_app(settings), create_app(sandbox)))


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1440, 900)])
def test_a_newcomer_tries_a_role_in_three_clicks(browser_page: Page, site: str, width: int, height: int) -> None:
    """Asked to sign in, the page fills in the form and leads back; nothing sticks out of the screen."""
    page = browser_page
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{site}/demo/console/people?lang=en")
    page.get_by_role("link", name="Admin").click()
    expect(page.get_by_label("Login")).to_have_value("admin")
    assert not page.evaluate(LEFT_OUT)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="People", exact=True)).to_be_visible()
    assert page.url == f"{site}/demo/console/people?lang=en"
    for path in ("people", "people/1", "me", "trail"):
        page.goto(f"{site}/demo/console/{path}")
        assert not page.evaluate(LEFT_OUT), path
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.go_back()
    page.reload()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_person_is_added_and_sets_a_password(browser_page: Page, site: str) -> None:
    """From the admin's form to the first sign-in of the new person, who sees no people."""
    page = browser_page
    page.goto(f"{site}/demo/console/sign-in?as=admin&lang=zh&next=/demo/console/people")
    page.get_by_role("button", name="登录").click()
    page.get_by_label("登录名").fill("wang.fang")
    page.get_by_label("县区或功能区 本辖区内的场所").check()
    page.locator("#region").select_option("371502")
    page.get_by_role("button", name="新增").click()
    link = page.locator("#once").input_value()
    assert link.startswith(f"{site}/demo/console/reset/")
    page.context.clear_cookies()
    page.goto(link)
    page.locator("#password").fill("four words are enough")
    page.locator("#again").fill("four words are enough")
    page.locator("form.form button").click()
    page.locator("#login").fill("wang.fang")
    page.locator("#password").fill("four words are enough")
    page.locator("form.form button").click()
    page.goto(f"{site}/demo/console/me")
    expect(page.get_by_text("东昌府区").first).to_be_visible()
    expect(page.get_by_role("link", name="人员")).to_have_count(0)
    answer = page.request.get(f"{site}/console/me", headers={"accept": "text/html"}, max_redirects=0)
    assert answer.headers["location"] == "/console/sign-in?next=%2Fconsole%2Fme"


def test_a_page_whose_sign_in_is_over_leads_to_a_new_one(browser_page: Page, browser_watch: Watch, site: str) -> None:
    """Not a sign-in form in the middle of a list; afterwards one is back."""
    page = browser_page
    page.goto(f"{site}/demo/console/sign-in?as=bank&lang=en&next=/demo/console/venues")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/console/venues")
    page.context.clear_cookies()
    page.get_by_role("searchbox").fill("a")
    page.wait_for_url("**/console/sign-in?**")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert "next=%2Fdemo%2Fconsole%2Fvenues" in page.url
    browser_watch.complaints.clear()


def test_another_site_cannot_frame_or_post(
    browser_page: Page, browser_watch: Watch, site: str, serve: Callable
) -> None:
    """Not even one that the cookie is sent for: another port of the same host."""
    trap = f"""<form id=f method=post action="{site}/demo/console/sign-in"><input name=login value=admin>
        <input name=password value=sandbox-only></form><iframe src="{site}/demo/console/me"></iframe>"""
    elsewhere = serve(HTMLResponse(trap))
    page = browser_page
    page.goto(f"{site}/demo/console/sign-in?as=bank")
    page.locator("form.form button").click()
    page.wait_for_load_state()
    page.goto(elsewhere)
    page.wait_for_load_state("networkidle")
    assert "bank" not in page.frames[-1].content()
    with page.expect_navigation() as answered:
        page.evaluate("document.getElementById('f').submit()")
    assert answered.value.status == 403
    page.goto(f"{site}/demo/console/me?lang=en")
    expect(page.locator("dd").first).to_have_text("bank")
    browser_watch.complaints.clear()
