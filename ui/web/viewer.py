"""An article as HTML, its cited sentences marked: as much of it around the cited one as a browser shows at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import quote

from index.catalog import Catalog
from index.types import Article, Span
from rag.cite import lines_of, make_citation
from rag.types import Citation
from ui.render import about, line_range
from ui.web.html_text import block, button, element, isolated, text
from ui.web.words import Words, day_in_words

WINDOW = 24_000  # characters shown at once
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_RIGHT_TO_LEFT = {"ar", "fa", "he", "ur", "yi", "ps"}


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """What is shown of an article: the sentence that was clicked, the others cited in it, and where else it was printed."""

    current: Span | None = None
    cited: tuple[Span, ...] = ()
    also_in: tuple[str, ...] = ()
    number: int | None = None


def article_html(catalog: Catalog, article: Article, view: View, words: Words) -> str:
    """Heading and text. The clicked sentence has the id `cited-sentence`."""
    shown = around(article.text, view.current)
    citation = make_citation(view.number or 1, article, view.current, view.also_in) if view.current else None
    return _heading(article, citation, view, words) + part_html(catalog, article, shown, view, words)


def around(full: str, current: Span | None) -> Span:
    """The lines to show first; a line longer than the window is cut at a space."""
    middle = current.start if current else 0
    return Span(start=_edge(full, max(0, middle - WINDOW // 2)), end=_edge(full, min(len(full), middle + WINDOW // 2)))


def part_html(catalog: Catalog, article: Article, shown: Span, view: View, words: Words) -> str:
    """A stretch of the text, with buttons for what is before and after it."""
    sentences = sentences_of(catalog, article.id, shown)
    lines = "".join(_line(article, line, number, sentences, view) for number, line in _lines(article.text, shown))
    earlier = _more("earlier", Span(start=_edge(article.text, max(0, shown.start - WINDOW)), end=shown.start), words)
    later_end = _edge(article.text, min(len(article.text), shown.end + WINDOW))
    later = _more("later", Span(start=shown.end, end=max(shown.end, later_end)), words)
    return earlier + lines + later


def sentences_of(catalog: Catalog, article_id: str, within: Span) -> list[Span]:
    """The sentences of an article that begin before the end of `within` and end after its start, in order."""
    rows = catalog.rows(
        "SELECT sentence.start, sentence.end FROM sentence JOIN passage ON passage.number = passage"
        " JOIN article ON article.number = article WHERE article.id = ? AND sentence.start < ? AND sentence.end > ?"
        " ORDER BY sentence.start",
        (article_id, within.end, within.start),
    )
    return [Span(start=r["start"], end=r["end"]) for r in rows]


def _edge(full: str, at: int) -> int:
    """A place near `at` where a line ends or, in an endless line, a word."""
    if at in (0, len(full)):
        return at
    for sign in "\n\r ":
        found = full.find(sign, at, at + 2_000)
        if found >= 0:
            end = found + 1
            return end + 1 if full[found : end + 1] == "\r\n" else end
    return at


def _lines(full: str, shown: Span) -> Iterator[tuple[int, Span]]:
    """The lines, or parts of lines, of a stretch, with their numbers from 1; empty ones are left out."""
    number = lines_of(full, Span(start=shown.start, end=shown.start))[0]
    for match in _LINE.finditer(full, shown.start, shown.end):
        if match[0].strip():
            yield number, Span(start=match.start(), end=match.end())
        number += 1


def _line(article: Article, line: Span, number: int, sentences: Sequence[Span], view: View) -> str:
    kind = next((m.kind for m in article.marks if m.span.overlaps(line)), None)
    pieces = "".join(_piece(article.text, piece, sentences, view) for piece in _pieces(line, sentences, view))
    return element("p", pieces, class_=f"line {kind or ''}".strip(), data_line=number, dir="auto")


def _pieces(line: Span, sentences: Sequence[Span], view: View) -> Iterator[Span]:
    """The line, cut wherever a sentence or a citation begins or ends in it."""
    spans = [s for s in (*sentences, *view.cited, *filter(None, [view.current])) if s.overlaps(line)]
    cuts = {line.start, line.end, *(min(max(at, line.start), line.end) for s in spans for at in (s.start, s.end))}
    ordered = sorted(cuts)
    return (Span(start=start, end=end) for start, end in pairwise(ordered))


def _piece(full: str, piece: Span, sentences: Iterable[Span], view: View) -> str:
    said = block(piece.of(full).rstrip("\r\n"))
    sentence = next((s for s in sentences if s.overlaps(piece)), None)
    span = f"{sentence.start}-{sentence.end}" if sentence else None
    if view.current and view.current.overlaps(piece):
        first = view.current.start == piece.start
        return element("mark", said, class_="cited current", id="cited-sentence" if first else None, data_span=span)
    cited = next((s for s in view.cited if s.overlaps(piece)), None)
    if cited:
        return element("mark", said, class_="cited", data_span=span, data_cited=f"{cited.start}-{cited.end}")
    return element("span", said, data_span=span) if span else said


def _more(key: str, span: Span, words: Words) -> str:
    if not len(span):
        return ""
    return button(
        text(words(key)), class_="more", data_act="more", data_which=key, data_from=span.start, data_to=span.end
    )


def _heading(article: Article, citation: Citation | None, view: View, words: Words) -> str:
    facts = [article.outlet, day_in_words(article.date.isoformat() if article.date else None, words), article.author]
    language = words.language_name(article.language)
    line = " · ".join(isolated(fact) for fact in (*facts, language if article.language != "und" else "") if fact)
    title = element("h2", text(article.title or article.id), dir="auto", id="article-title")
    where = element("p", _where(article, citation), class_="where")
    copies = _copies(view.also_in, words)
    direction = "rtl" if article.language in _RIGHT_TO_LEFT else None
    tools = _tools(article, citation, words)
    return element(
        "header",
        title + element("p", line, class_="facts") + where + copies + tools,
        class_="article-head",
        data_direction=direction,
    )


def _where(article: Article, citation: Citation | None) -> str:
    if citation is None:
        return element("code", text(article.id))
    lines = line_range(citation.line_start, citation.line_end)
    place = f", {text(citation.place)}" if citation.place else ""
    return element("code", f"{text(article.id)}:{lines}") + place


def _copies(also_in: Sequence[str], words: Words) -> str:
    if not also_in:
        return ""
    listed = "".join(
        element("li", button(text(file), class_="link", data_act="article", data_file=file)) for file in also_in
    )
    return element(
        "details",
        element("summary", text(words.counted("copies", len(also_in)))) + element("ul", listed),
        class_="copies",
    )


def _tools(article: Article, citation: Citation | None, words: Words) -> str:
    """Open the original; the citation in three forms, ready to be copied."""
    forms = citation_forms(citation) if citation else {}
    copies = "".join(
        button(text(words(f"copy_{name}")), class_="tool", data_act="copy-text", data_text=form)
        for name, form in forms.items()
    )
    original = element(
        "a",
        text(words("original")),
        class_="tool",
        href=original_url(article.id),
        target="_blank",
        rel="noopener noreferrer",
    )
    return element("div", copies + original, class_="tools")


def original_url(article_id: str) -> str:
    """Where the page serves an article's own file."""
    return f"/original?file={quote(article_id, safe='')}"


def citation_forms(citation: Citation) -> dict[str, str]:
    """A citation to be pasted: as a URI (RFC 5147), as a footnote in plain text, and in Markdown."""
    from ui.web.export import markdown_text

    source = about(citation.title, citation.outlet, citation.date) or citation.file
    quoted = " ".join(citation.quote.split())
    lines = line_range(citation.line_start, citation.line_end)
    return {
        "uri": citation.uri,
        "footnote": f"“{quoted}” {source}, {citation.file}:{lines}",
        "markdown": f"> {markdown_text(quoted)}\n>\n> — {markdown_text(source)}, `{citation.file.replace('`', '')}:{lines}`",
    }
