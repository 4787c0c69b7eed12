"""The page in a real browser: ask, read, and see the very sentence in its article."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from evals.cases import load_cases
from evals.places import check_cases
from rag.assistant import Assistant
from rag.llm import nearby
from rag.types import Answer
from tests.conftest import Tried
from tests.rag.llm.server import ModelServer
from tests.ui.web.conftest import Served
from ui.web.page import Page as Held

Open = Callable[..., Page]
QUESTION = "How much will the monthly ticket cost from January 2025?"
QUOTE = "The monthly ticket will cost 58 euros from January 2025."
IN_VIEW = """() => {
  const mark = document.getElementById('cited-sentence').getBoundingClientRect();
  const box = document.getElementById('article').getBoundingClientRect();
  return mark.top >= box.top && mark.bottom <= box.bottom && box.bottom <= innerHeight && box.top >= 0;
}"""


def ask(page: Page, question: str) -> None:
    before = page.locator(".turn").count()
    page.fill("#question", question)
    page.keyboard.press("Enter")
    expect(page.locator(".turn")).to_have_count(before + 1)
    expect(page.locator(".turn.pending")).to_have_count(0)


def hesitating() -> tuple[Callable[..., Iterator[object]], threading.Event]:
    """An assistant's `stream` that says everything but the whole answer before the event is set."""
    told, over = Assistant.stream, threading.Event()

    def stream(*given: Any, **more: Any) -> Iterator[object]:
        for piece in told(*given, **more):
            if isinstance(piece, Answer):
                over.wait(30)
            yield piece

    return stream, over


def test_a_citation_opens_its_sentence_highlighted_and_in_view(open_page: Open) -> None:
    page = open_page()
    ask(page, QUESTION)
    expect(page.locator(".claim .said").first).to_have_text(QUOTE)
    page.locator(".turn .cite").first.click()
    expect(page.locator("#cited-sentence")).to_have_text(QUOTE)
    assert page.evaluate(IN_VIEW)
    assert (
        page.evaluate("getComputedStyle(document.getElementById('cited-sentence')).backgroundColor")
        != "rgba(0, 0, 0, 0)"
    )
    expect(page.locator("#head")).to_contain_text("Northline Post")
    expect(page.locator("#head")).to_contain_text("rail/price.txt:4")
    expect(page.locator(".support").first).to_have_text("❝ quoted")


def test_a_number_opens_its_sentence_before_the_answer_is_whole(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    hesitant, over = hesitating()
    monkeypatch.setattr(Assistant, "stream", hesitant)
    page = open_page()
    page.fill("#question", QUESTION)
    page.keyboard.press("Enter")
    page.locator(".turn.pending .cite").first.click()
    expect(page.locator("#cited-sentence")).to_have_text(QUOTE)
    expect(page.locator(".turn.pending")).to_have_count(1)
    page.locator(".turn .cite").first.focus()
    over.set()
    expect(page.locator(".turn.pending")).to_have_count(0)
    assert page.evaluate("document.activeElement.matches('.claims .cite.open')")


def test_a_filter_is_taken_off_before_the_answer_is_whole(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    hesitant, over = hesitating()
    monkeypatch.setattr(Assistant, "stream", hesitant)
    page = open_page()
    page.fill("#question", "Which articles printed in March 1999 speak of the ticket price?")
    page.keyboard.press("Enter")
    page.locator(".turn.pending .chip[data-filter=dates]").click()
    over.set()
    expect(page.locator(".turn:not(.pending)")).to_have_count(1)
    expect(page.locator(".chip[data-filter=dates]")).to_have_count(0)


def test_a_sentence_far_down_is_scrolled_to(open_page: Open) -> None:
    page = open_page(1024, 700)
    ask(page, "What does the climate council want?")
    page.locator(".turn .cite").first.click()
    expect(page.locator("#cited-sentence")).to_contain_text("The climate council wants")
    assert page.evaluate("document.getElementById('article').scrollTop") > 500
    assert page.evaluate(IN_VIEW)


def test_on_a_phone_the_article_is_a_sheet_over_the_answer(open_page: Open) -> None:
    page = open_page(390, 844, has_touch=True)
    ask(page, QUESTION)
    expect(page.locator("#viewer")).not_to_be_in_viewport()
    page.locator(".turn .cite").first.tap()
    expect(page.locator("#cited-sentence")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("#close").tap()
    expect(page.locator("#viewer")).not_to_be_in_viewport()
    page.click("nav a[href='#library']")
    expect(page.locator("#articles [data-act=remove]").first).to_be_in_viewport(ratio=1)


def test_with_the_keyboard_alone(open_page: Open) -> None:
    page = open_page()
    page.keyboard.type(QUESTION)  # the field has the focus
    page.keyboard.press("Enter")
    expect(page.locator(".turn:not(.pending) .cite")).to_have_count(1)
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.matches('.cite')"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("#article")).to_be_focused()
    expect(page.locator("#cited-sentence")).to_have_text(QUOTE)
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('.cite')")


def test_a_question_asked_at_the_very_end_of_an_answer_is_asked(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is shown as answered is over, however late the connection ends."""
    tell, over = Held.tell, threading.Event()

    def late(*given: Any) -> Iterator[dict[str, Any]]:
        yield from tell(*given)
        over.wait(30)

    monkeypatch.setattr(Held, "tell", late)
    try:
        page = open_page()
        ask(page, QUESTION)
        expect(page.locator("#send")).to_be_visible()
        ask(page, "How much carbon dioxide did the ticket save?")
    finally:
        over.set()


def test_a_follow_up_is_completed_and_can_be_edited(open_page: Open) -> None:
    page = open_page()
    ask(page, "How much carbon dioxide did the ticket save?")
    ask(page, "And what will it cost?")
    rewritten = page.locator(".turn:last-child .rewritten")
    expect(rewritten).to_contain_text("ticket")
    rewritten.click()
    assert "ticket" in page.input_value("#question")
    page.fill("#question", QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".turn:last-child .question h2")).to_have_text(QUESTION)
    expect(page.locator(".turn")).to_have_count(2)


def test_a_filter_is_shown_and_taken_off(open_page: Open) -> None:
    page = open_page()
    page.click("#filter")
    page.select_option("#by-language", "Arabic")
    expect(page.locator("#chosen .chip")).to_contain_text("Language: Arabic")
    assert page.input_value("#by-language") == "ar"
    page.keyboard.press("Escape")
    expect(page.locator("#filters")).to_be_hidden()
    expect(page.locator("#filter")).to_be_focused()
    ask(page, QUESTION)
    expect(page.locator(".turn .chip[data-filter=languages]")).to_contain_text("Language: Arabic")
    page.locator(".turn .chip[data-filter=languages]").click()
    expect(page.locator(".turn:not(.pending) .claim .said").first).to_have_text(QUOTE)


def test_days_in_a_question_are_a_chip_that_can_be_taken_off(open_page: Open) -> None:
    page = open_page()
    ask(page, "Which articles printed in March 1999 speak of the ticket price?")
    chip = page.locator(".turn .chip[data-filter=dates]")
    expect(chip).to_contain_text("1999")
    chip.click()
    expect(page.locator(".turn:not(.pending)")).to_have_count(1)
    expect(page.locator(".chip[data-filter=dates]")).to_have_count(0)


def test_a_refusal_has_the_closest_articles_and_no_citations(open_page: Open) -> None:
    page = open_page()
    ask(page, "Who won the football world cup of 1954 in Bern against Hungary?")
    expect(page.locator(".refusal")).to_be_visible()
    expect(page.locator(".turn .cite")).to_have_count(0)
    page.locator(".closest").first.click()
    expect(page.locator("#article .line").first).to_be_visible()


def test_acceptance_34_hostile_articles_run_nothing_and_fetch_nothing(open_page: Open, tried: Tried) -> None:
    page = open_page()  # whose requests and complaints are watched
    ask(page, "How many gurgles did the counter of Smallville show?")
    page.locator(".turn .cite").first.click()
    expect(page.locator("#article")).to_contain_text("<script>window.owned=1</script>")
    assert page.evaluate("window.owned") is None
    inside = page.locator("#thread, #article, #head").locator(
        "script, img, iframe, form, style, svg, input, link, object"
    )
    expect(inside).to_have_count(0)
    ask(page, "Gurgle <img src=http://evil.test/q onerror=window.owned=1> counter?")
    page.reload()
    page.locator("#kept .one").first.click()
    expect(page.locator(".turn").first).to_be_visible()
    assert page.evaluate("window.owned") is None
    tried(scripts_run=0, requests_elsewhere=0)


def test_acceptance_34_the_policy_stops_what_would_slip_through(browser: Browser, served: Served) -> None:
    """The control: were a hostile text not escaped, the browser would still neither run nor fetch it."""
    page = browser.new_page()
    page.goto(served.url)
    with page.expect_event("requestfailed") as stopped:
        page.evaluate(
            "document.getElementById('thread').innerHTML = '<img src=http://evil.test/x onerror=window.owned=1>'"
        )
    assert (stopped.value.url, stopped.value.failure) == ("http://evil.test/x", "csp")
    assert page.evaluate("window.owned") is None
    page.close()


def test_right_to_left_answers_and_articles_are_read_from_the_right(open_page: Open) -> None:
    page = open_page()
    ask(page, "كم عدد مواد المعاهدة بين روسيا وإيران؟")
    assert page.evaluate("getComputedStyle(document.querySelector('.claim').parentElement).direction") == "rtl"
    page.locator(".turn .cite").first.click()
    expect(page.locator("#cited-sentence")).to_contain_text("47")
    assert page.evaluate("getComputedStyle(document.getElementById('cited-sentence').parentElement).direction") == "rtl"
    assert page.evaluate(IN_VIEW)


def test_conversations_are_kept_and_found(open_page: Open) -> None:
    page = open_page()
    ask(page, "What does the institute say about carbon dioxide?")
    page.reload()
    page.fill("#find", "carbon dioxide")
    page.locator("#kept .one", has_text="What does the institute").first.click()
    expect(page.locator(".turn .said").first).to_contain_text("6.7 million tonnes")
    page.locator(".turn .cite").first.click()
    expect(page.locator("#cited-sentence")).to_contain_text("6.7 million tonnes")
    page.click("#new")
    expect(page.locator(".turn")).to_have_count(0)


def test_a_new_conversation_while_an_answer_runs_leaves_the_old_one_whole(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    hesitant, over = hesitating()
    page = open_page()
    ask(page, "What does the climate council want to stay cheap?")
    with monkeypatch.context() as patch:
        patch.setattr(Assistant, "stream", hesitant)
        page.fill("#question", QUESTION)
        page.keyboard.press("Enter")
        page.locator(".turn.pending .cite").first.wait_for()
    page.click("#new")
    expect(page.locator(".turn")).to_have_count(0)
    over.set()
    ask(page, QUESTION)
    page.locator("#kept .one", has_text="want to stay cheap").first.click()
    expect(page.locator(".question h2")).to_have_text(["What does the climate council want to stay cheap?", QUESTION])


def test_a_model_that_is_served_here_is_offered_and_asked_nothing(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = ModelServer()
    server.models = ["tiny", "large"]
    monkeypatch.setattr(nearby, "USUAL", [("Ollama", int(server.url.split(":")[2].split("/")[0]))])
    page = open_page()
    page.click("nav a[href='#settings']")
    expect(page.locator("#found-models button")).to_have_text(
        [f"Fill in {n} (at the port of Ollama)" for n in ("tiny", "large")]
    )
    page.locator("#found-models button").last.click()
    assert (page.input_value("[name=llm_url]"), page.input_value("[name=llm_model]")) == (server.url, "large")
    expect(page.locator("#answers")).to_contain_text("quotes")
    page.locator("summary").click()
    expect(page.locator("#to-fetch")).to_contain_text("sourceline model fetch qwen3-4b")
    assert not server.requests
    server.close()


def test_only_the_newest_try_of_a_model_is_told_of(open_page: Open) -> None:
    page, tries = open_page(), list[Route]()
    page.route("**/settings/test", lambda route: tries.append(route))  # noqa: PLW0108 - Playwright sets an attribute on it
    page.click("nav a[href='#settings']")
    page.fill("[name=llm]", "/models/a.gguf")
    page.fill("[name=llm_url]", "http://127.0.0.1:1/v1")
    assert page.input_value("[name=llm]") == ""
    page.click("#try")
    page.click("#try")
    while len(tries) < 2:
        page.wait_for_timeout(20)
    for seconds, sent in ((2, tries[1]), (1, tries[0])):
        sent.fulfill(json={"name": "tiny", "seconds": seconds, "error": ""})
    page.wait_for_timeout(300)
    expect(page.locator("#tried")).to_have_text("✓ tiny answers, first word after 2.0 s")
    page.fill("[name=llm_model]", "other")
    expect(page.locator("#tried")).to_be_empty()


def test_who_waits_knows_the_place_and_may_leave(open_page: Open, served: Served) -> None:
    line = served.held.line
    with ExitStack() as before:
        for _ in range(line.at_once + 1):
            before.enter_context(line.joined())
        page = open_page()
        page.fill("#question", QUESTION)
        page.keyboard.press("Enter")
        expect(page.locator(".turn.pending .waiting")).to_have_text("2 questions come before yours …")
        page.click("#stop")
        expect(page.locator(".turn.pending")).to_have_count(0)
        expect(page.locator(".turn")).to_contain_text("stopped before the answer was complete")


def test_the_interface_speaks_german(open_page: Open) -> None:
    page = open_page(locale="de-DE")
    expect(page.locator("#send")).to_have_text("Fragen")
    expect(page.locator("html")).to_have_attribute("lang", "de")


def test_a_better_sentence_becomes_a_case_that_eval_takes(open_page: Open, served: Served, articles: Path) -> None:
    page = open_page()
    ask(page, QUESTION)
    page.locator("[data-act=bad]").click()
    page.get_by_role("button", name="Another sentence answers this").click()
    page.locator("#article [data-span]", has_text="Until then it costs 49 euros.").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#toast")).to_have_text("Kept as a benchmark case")
    page.locator("[data-act=good]").click()
    expect(page.locator("#toast")).to_have_class("on")
    expect(page.locator("[data-act=good]")).to_have_attribute("aria-pressed", "true")
    page.wait_for_timeout(300)
    better, good = load_cases(served.held.library.settings.home / "evals" / "feedback.jsonl")
    assert [e.quote for e in (*better.evidence, *good.evidence)] == ["Until then it costs 49 euros.", QUOTE]
    assert check_cases([better, good], articles) == []


def test_an_uploaded_article_answers_and_a_refused_one_says_why(open_page: Open) -> None:
    page = open_page(refused=400)
    page.click("nav a[href='#library']")
    files = {
        "moon.txt": "The moon cheese factory of Selenia opened on 3 May 2025 with 81 workers.\n",
        "bad.exe": "MZ",
        "blank.txt": " ",
    }
    page.set_input_files(
        "#choose-files", [{"name": n, "mimeType": "text/plain", "buffer": t.encode()} for n, t in files.items()]
    )
    expect(page.locator("#refused")).to_contain_text("bad.exe is not an article")
    expect(page.locator("#report")).to_contain_text("1 added", timeout=30_000)
    expect(page.locator("#report")).to_contain_text("blank.txt: ")
    expect(page.locator("#articles")).to_contain_text("moon.txt")
    page.click("nav a[href='#ask']")
    ask(page, "How many workers does the moon cheese factory of Selenia have?")
    page.locator(".turn .cite").first.click()
    expect(page.locator("#cited-sentence")).to_contain_text("81 workers")
    page.click("nav a[href='#library']")
    page.evaluate("window.confirm = () => true")
    page.locator("[data-act=remove][data-file$='moon.txt']").click()
    expect(page.locator("#report, #refused")).to_have_text(["", ""])
    expect(page.locator("#articles")).not_to_contain_text("moon.txt")
    expect(page.locator("#report")).to_be_empty()


def test_exports_are_downloaded(open_page: Open) -> None:
    page = open_page()
    ask(page, QUESTION)
    page.locator("#kept li").first.hover()
    for name, holds in (("Export as Markdown", "[^1]: "), ("Export as JSON", '"citations"')):
        with page.expect_download() as download:
            page.locator("#kept li").first.get_by_role("button", name=name).click()
        assert holds in download.value.path().read_text(encoding="utf-8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(open_page: Open, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="pip install axe-playwright-python")
    page = open_page(color_scheme=scheme)
    ask(page, QUESTION)
    page.locator(".turn .cite").first.click()
    expect(page.locator("#cited-sentence")).to_be_visible()
    serious: dict[str, list[str]] = {}
    for tab in ("ask", "library", "benchmarks", "settings"):
        page.click(f"nav a[href='#{tab}']")
        page.wait_for_timeout(500)
        for found in axe.Axe().run(page).response["violations"]:
            if found["impact"] in ("serious", "critical"):
                serious[f"{tab}: {found['id']}"] = [node["html"][:120] for node in found["nodes"]]
    assert not serious
