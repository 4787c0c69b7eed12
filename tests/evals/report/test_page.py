"""The page in a real browser: it opens, sorts, filters, shows a case, and asks nothing of any network."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from evals.report import page as written
from evals.runs import Run
from tests.evals.report.conftest import FILE, HOSTILE, TEXT

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: apt-get install chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield chromium
        chromium.close()


@pytest.fixture
def file(tmp_path: Path, run: Run, article_text: Callable[[str], str | None]) -> Path:
    path = tmp_path / "report.html"
    path.write_text(written(run, article_text), encoding="utf-8")
    return path


@pytest.fixture
def opened(browser: Browser, file: Path) -> Iterator[Page]:
    """The page at 1280 x 900; fails if it complained, or asked for anything but itself."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("dialog", lambda dialog: faults.append(dialog.message))
    page.on("request", lambda request: request.url.startswith(file.as_uri()) or faults.append(request.url))
    page.set_default_timeout(5_000)
    page.goto(file.as_uri())
    yield page
    page.close()
    assert not faults


def questions(page: Page) -> list[str]:
    return page.locator(".case .question").all_inner_texts()


def open_case(page: Page, question: str) -> None:
    page.get_by_role("button", name=question, exact=True).click()


def test_it_lists_every_case(opened: Page, run: Run) -> None:
    assert len(questions(opened)) == len(run.rows)
    expect(opened.locator("#count")).to_have_text(f"{len(run.rows)} cases")
    expect(opened.locator(".lede")).to_contain_text("of 8 cases came out right")


def test_it_sorts_by_any_column(opened: Page) -> None:
    head = opened.locator("#list thead").get_by_role("button", name="question")
    head.click()
    assert questions(opened)[2:] == [
        "The cost?",
        "Und was kostet es?",
        "What does it cost?",
        "Which article?",
        "Who likes it?",
        "Why?",
    ]
    head.click()
    expect(opened.locator("#list th[aria-sort=descending]")).to_have_text("question")
    opened.locator("#list thead").get_by_role("button", name="citation precision").click()
    last = opened.locator(".case").last.locator("td.n").nth(1)
    expect(last).to_have_text("–")


def test_it_filters_and_searches(opened: Page) -> None:
    opened.locator("#by-outcome").select_option("refused wrongly")
    assert questions(opened) == ["Und was kostet es?"]
    opened.get_by_role("button", name="Clear").click()
    opened.locator("#search").fill("who LIKES")
    assert questions(opened) == ["Who likes it?"]
    opened.locator(".tallies a", has_text="crashed").click()
    assert questions(opened) == ["Why?"]


def test_a_sort_keeps_what_is_open(opened: Page) -> None:
    open_case(opened, "Why?")
    opened.locator("#list thead").get_by_role("button", name="time").click()
    assert "Why?" in questions(opened)[-2:], "it has no time"
    expect(opened.locator(".open h3.asked")).to_have_text("Why?")


def test_a_case_shows_its_answer_and_marks_the_article(opened: Page) -> None:
    open_case(opened, "What does it cost?")
    case = opened.locator(".open")
    expect(case.locator(".said")).to_have_text("It costs 58 euros. [1]")
    assert case.locator("p.words mark").all_inner_texts() == [TEXT[26:52], TEXT[52:80] + "[1]"]
    assert [m.get_attribute("class") for m in case.locator("p.words mark").all()] == ["gold cited", "cited"]
    expect(case.locator(".trace")).to_contain_text(f"{FILE} 26–52")
    expect(case.locator(".hits")).to_contain_text("2.500")
    case.locator(".said .cite").click()
    expect(case.locator("mark.flash")).to_have_count(2)
    open_case(opened, "What does it cost?")
    expect(case).to_have_count(0)


def test_a_case_says_why_it_was_missed(opened: Page) -> None:
    open_case(opened, "Und was kostet es?")
    expect(opened.locator(".why")).to_contain_text("refused wrongly")
    expect(opened.locator(".refused")).to_have_text("No answer.")
    open_case(opened, "Why?")
    expect(opened.locator(".why").last).to_contain_text("ReadTimeout")


def test_a_case_has_an_address_of_its_own(opened: Page, file: Path) -> None:
    opened.goto(f"{file.as_uri()}#case-arabic")
    expect(opened.locator(".open h3.asked")).to_have_text("=HYPERLINK(1)")
    words = opened.locator(".open .words")
    assert words.evaluate("one => getComputedStyle(one).direction") == "rtl"
    opened.get_by_role("link", name="link to this case").click()
    assert opened.url.endswith("#case-arabic")


def test_hostile_words_are_words(opened: Page) -> None:
    opened.locator("#search").fill("onerror")
    opened.locator(".case .question").click()
    expect(opened.locator(".open h3.asked")).to_contain_text(
        "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
    )
    assert opened.locator("img").count() == 0
    expect(opened.locator(".open h3.asked")).to_contain_text("<U+202E>")
    assert "\u202e" not in opened.content()
    assert HOSTILE not in opened.content()


def test_it_works_with_a_keyboard(opened: Page) -> None:
    opened.locator(".case .question").first.focus()
    opened.keyboard.press("Enter")
    expect(opened.locator(".case .question").first).to_have_attribute("aria-expanded", "true")
    expect(opened.locator(".open")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_it_never_scrolls_sideways(opened: Page, width: int) -> None:
    opened.set_viewport_size({"width": width, "height": 844})
    for question in opened.locator(".case .question").all():
        question.click()
    expect(opened.locator(".open")).to_have_count(8)
    assert opened.evaluate("document.documentElement.scrollWidth") <= width


def test_a_table_that_goes_on_shows_that_it_does(opened: Page) -> None:
    """At 390 px there is a shadow at the right edge, and none where everything is seen."""
    table = opened.locator(".scroll").first
    shadowed = {}
    for width in (390, 1280):
        opened.set_viewport_size({"width": width, "height": 844})
        table.scroll_into_view_if_needed()
        seen = table.screenshot()
        table.evaluate("one => one.style.background = 'none'")
        shadowed[width] = seen != table.screenshot()
        table.evaluate("one => one.style.background = ''")
    assert shadowed == {390: True, 1280: False}


def test_without_script_it_still_says_how_good(browser: Browser, file: Path) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(file.as_uri())
    expect(page.locator(".tiles")).to_contain_text("answered right")
    expect(page.locator("noscript")).to_be_visible()
    page.context.close()


def test_a_page_that_runs_what_it_quotes_is_seen(browser: Browser, file: Path) -> None:
    """The positive control: without the policy and with markup set as markup, the hostile words do act."""
    text = file.read_text(encoding="utf-8").replace("Content-Security-Policy", "x-none")
    file.write_text(text.replace("<body>", "<body><img src=x onerror=\"document.title='struck'\">"), encoding="utf-8")
    page = browser.new_page()
    page.goto(file.as_uri())
    expect(page).to_have_title("struck")
    page.close()
