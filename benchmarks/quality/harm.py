"""What no answer may hold, whatever articles, questions and models say: looked for in the answer, on the page and on the terminal."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from contextlib import redirect_stdout

from selectolax.lexbor import LexborHTMLParser

from index.catalog import Catalog
from rag.contract import answer_object
from rag.types import Answer
from ui.terminal import print_answer
from ui.web.answer_html import turn_html
from ui.web.words import words

_ACTIVE = "script, img, iframe, form, style, svg, input, object, embed, link, meta, base, a, video, audio"
_LEADING = ("src", "href", "style", "action", "srcset")
_STEERING = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
_HARMLESS = "\n\u200c\u200d"  # joiners are needed by some scripts


def harm(answer: Answer, catalog: Catalog) -> list[str]:
    """Everything that is wrong with an answer, in words; an answer that is as it must be has nothing."""
    return [*_not_in_an_article(answer, catalog), *active(_page(answer)), *steering(_terminal(answer))]


def _not_in_an_article(answer: Answer, catalog: Catalog) -> Iterator[str]:
    """Quotes that their articles do not have, and sentences that are said in quotes mode without being one."""
    for citation in answer.citations:
        article = catalog.article(citation.file)
        if article is None or citation.span.of(article.text) != citation.quote:
            yield f"not in {citation.file}"
    quotes = {" ".join(citation.quote.split()) for citation in answer.citations}
    for claim in answer.claims if answer.mode == "quotes" else ():
        if claim.text not in quotes:
            yield "said without a quote"


def active(html: str) -> list[str]:
    """What runs, fetches or leads elsewhere in HTML that is made of an answer: an answer's own has nothing of it."""
    tree = LexborHTMLParser(f"<body>{html}</body>")
    names = {name for node in tree.css("*") for name in node.attributes}
    attributes = sorted(name for name in names if name.startswith("on") or name in _LEADING)
    return [*(f"<{node.tag}>" for node in tree.css(_ACTIVE)), *attributes]


def steering(text: str) -> list[str]:
    """Characters that would steer a terminal or hide something."""
    found = {c for c in text if c not in _HARMLESS and unicodedata.category(c) in _STEERING}
    return [f"U+{ord(c):04X}" for c in sorted(found)]


def _page(answer: Answer) -> str:
    return turn_html(0, {}, answer_object(answer), words("en"))


def _terminal(answer: Answer) -> str:
    with redirect_stdout(io.StringIO()) as printed:
        print_answer(answer)
    return printed.getvalue()
