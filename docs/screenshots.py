"""The pictures of the chat page, made anew.

python docs/screenshots.py URL      of a page over the sample corpus whose home was empty when it was started
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

FOLDER = Path(__file__).parent
GOLD = FOLDER.parent / "evals" / "gold" / "sample.jsonl"  # text of which there is enough
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"


def ask(page: Page, question: str) -> None:
    """Ask, and wait until it is answered."""
    page.fill("#question", question)
    page.keyboard.press("Enter")
    page.locator(".turn:last-child:not(.pending)").wait_for()


def answered(page: Page) -> None:
    """An answer whose sources differ, beside the article."""
    ask(page, "How many tonnes of carbon dioxide did the ticket save?")
    page.locator("#cited-sentence").wait_for()


def refused(page: Page) -> None:
    """A question that the articles do not answer."""
    ask(page, "Who won the football world cup of 1954 in Bern?")


def opened(page: Page) -> None:
    """The article over the answer, on a phone."""
    ask(page, "What did Macron promise after the fire?")
    page.locator(".turn .cite").first.click()
    page.locator("#cited-sentence").wait_for()
    page.wait_for_timeout(500)


def library(page: Page) -> None:
    """Articles are added, one is refused, the rest are being read."""
    page.click("nav a[href='#library']")
    gold = [json.loads(line)["question"] for line in GOLD.read_text(encoding="utf-8").splitlines()]
    files = [(f"letters-{n}.txt", "\n\n".join(gold[n : n + 60])) for n in range(0, 280, 20)] + [("notes.xlsx", "…")]
    page.set_input_files(
        "#choose-files", [{"name": n, "mimeType": "text/plain", "buffer": t.encode()} for n, t in files]
    )
    page.locator("#indexing").wait_for()
    page.wait_for_timeout(1_500)


def unreachable(page: Page) -> None:
    """An error in words, with what to do."""
    page.route("**/ask", lambda route: route.abort())
    page.fill("#question", "What was damaged in the fire?")
    page.keyboard.press("Enter")
    page.locator(".fault").wait_for()


SHOTS: dict[str, tuple[int, int, str, Callable[[Page], None]]] = {
    "chat": (1440, 900, "light", answered),
    "refusal": (1024, 700, "dark", refused),
    "phone": (390, 844, "light", opened),
    "error": (390, 844, "dark", unreachable),
    "library": (1440, 800, "light", library),
}


def main() -> None:
    """Make them all."""
    expect.set_options(timeout=60_000)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS.split())
        for name, (width, height, scheme, prepare) in SHOTS.items():
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
            page.set_default_timeout(60_000)
            page.goto(sys.argv[1])
            page.locator("#suggestions button").first.wait_for()
            prepare(page)
            page.wait_for_timeout(500)
            page.screenshot(path=FOLDER / f"{name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
