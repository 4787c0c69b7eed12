"""PDF files, by pdfium: lines become paragraphs again, running heads and page numbers go."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from index.errors import UnreadableArticle
from index.readers.extract import Extract, Piece, lay_out

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage, PdfTextPage  # type: ignore[import-untyped]

MAX_PAGES = 5_000
_LINE = re.compile(r"[^\r\n\x02\ufffe]+[\x02\ufffe]?")
_BROKEN_WORD = "\x02\ufffe"
"""What pdfium puts where a word was divided at the end of a line."""
_SENTENCE_END = re.compile(r"[.!?…。！？:][\"'”’»«)\]]*$")
_PAGE_NUMBER = re.compile(
    r"(?:page|seite|p\.|s\.|página|стр\.?)?\s*\d{1,4}(?:\s*(?:/|of|von|sur|de|из)\s*\d{1,4})?", re.IGNORECASE
)
_NO_TITLE = re.compile(
    r"untitled|unbenannt|\(?anonymous\)?|.*\.(?:docx?|indd|qxd|pdf|tex|html?|rtf|odt)|microsoft word.*|", re.IGNORECASE
)
_EDGE_LINES = 2
_SHORT_LINE = 0.75
_OTHER_SIZE = 0.12
_WIDER_GAP = 0.4
_HEADING_LENGTH = 0.9
_OTHER_FONT = 0.01


@dataclass(frozen=True, kw_only=True, slots=True)
class _Line:
    """A printed line: its text, page (from 1), and box in points; `top` grows upwards."""

    text: str
    page: int
    top: float
    height: float


def read_pdf(raw: bytes) -> Extract:
    """The text of a PDF; its places are pages.

    The title is the one in the file's properties, unless a program put its own there. When the file was made is not
    when the article was published, so its properties give no date.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableArticle("locked with a password", "save it without one") from error
        raise UnreadableArticle("a damaged PDF", "get it again, or print it to a new one where it opens") from error
    with document:
        text, places = lay_out(_pieces(_body_lines(_lines(document))), "page")
        properties = document.get_metadata_dict(skip_empty=True)
    if not text.strip():
        raise UnreadableArticle("a PDF without text, perhaps scanned pages", "run text recognition (OCR) on it first")
    title = " ".join(properties.get("Title", "").split())
    return Extract(
        text=text,
        title=None if _NO_TITLE.fullmatch(title) else title,
        author=_real(properties.get("Author", "")),
        places=places,
    )


def _real(value: str) -> str | None:
    return (
        None if value.strip("() ").casefold() in ("", "anonymous", "unspecified", "unknown", "user") else value.strip()
    )


def _lines(document: PdfDocument) -> list[_Line]:
    if len(document) > MAX_PAGES:
        raise UnreadableArticle(f"too long: {len(document):,} pages, the limit is {MAX_PAGES:,}", "split it")
    return [line for number in range(len(document)) for line in _lines_of_page(document[number], number + 1)]


def _lines_of_page(page: PdfPage, number: int) -> list[_Line]:
    sheet = page.get_textpage()
    try:
        return list(_boxed_lines(sheet, number))
    finally:
        sheet.close()
        page.close()


def _boxed_lines(sheet: PdfTextPage, number: int) -> Iterator[_Line]:
    """The lines with their boxes; without boxes where pdfium's characters and its text do not run in step."""
    text = sheet.get_text_range()
    in_step = len(text) == sheet.count_chars()
    for match in _LINE.finditer(text):
        if match[0].strip():
            _, bottom, _, top = sheet.get_charbox(match.start(), loose=True) if in_step else (0.0, 0.0, 0.0, 0.0)
            yield _Line(text=match[0].strip(), page=number, top=top, height=top - bottom)


def _body_lines(lines: Sequence[_Line]) -> list[_Line]:
    """Without page numbers, and without what stands at the edge of page after page."""
    edges = [line for page in _by_page(lines) for line in _edge(page)]
    seen = Counter({_key(line): 0 for line in edges})
    for key in {(line.page, _key(line)) for line in edges}:
        seen[key[1]] += 1
    pages = len({line.page for line in lines})
    repeated = {key for key, count in seen.items() if pages > 1 and count > max(1, pages // 2)}
    at_edge = set(map(id, edges))
    return [line for line in lines if not (id(line) in at_edge and (_key(line) in repeated or _is_number(line)))]


def _by_page(lines: Sequence[_Line]) -> Iterator[list[_Line]]:
    pages: dict[int, list[_Line]] = {}
    for line in lines:
        pages.setdefault(line.page, []).append(line)
    yield from pages.values()


def _edge(page: Sequence[_Line]) -> list[_Line]:
    return list(page) if len(page) <= 2 * _EDGE_LINES else [*page[:_EDGE_LINES], *page[-_EDGE_LINES:]]


def _key(line: _Line) -> str:
    return re.sub(r"\d+", "0", line.text)


def _is_number(line: _Line) -> bool:
    return bool(_PAGE_NUMBER.fullmatch(line.text))


def _pieces(lines: Sequence[_Line]) -> Iterator[Piece]:
    """The lines, each with what joins it to the line before: nothing, a space, or a blank line."""
    if not lines:
        return
    usual_length = median(len(line.text) for line in lines)
    gaps = [a.top - b.top for a, b in pairwise(lines) if a.page == b.page and a.top > b.top]
    usual_gap = median(gaps) if gaps else 0.0
    yield Piece(text=lines[0].text.rstrip(_BROKEN_WORD), number=lines[0].page)
    above_is_first = True
    for above, line in pairwise(lines):
        heading = above_is_first and _is_heading(above, line, usual_length)
        above_is_first = heading or _starts_anew(above, line, usual_length, usual_gap)
        before = "\n\n" if above_is_first else _joint(above.text)
        yield Piece(text=line.text.rstrip(_BROKEN_WORD), number=line.page, before=before)


def _starts_anew(above: _Line, line: _Line, usual_length: float, usual_gap: float) -> bool:
    ended = bool(_SENTENCE_END.search(above.text))
    if above.text[-1] in _BROKEN_WORD or (line.text[0].islower() and not ended):
        return False
    if line.height and abs(above.height - line.height) > _OTHER_SIZE * line.height:
        return True
    below = above.page == line.page and above.top > line.top
    if below and usual_gap and above.top - line.top > usual_gap + _WIDER_GAP * line.height:
        return True
    return ended and (not below or len(above.text) < usual_length * _SHORT_LINE)


def _is_heading(above: _Line, line: _Line, usual_length: float) -> bool:
    """Whether a short first line is set in another font than the line below it, as far as their heights tell."""
    return (
        len(above.text) < usual_length * _HEADING_LENGTH and abs(above.height - line.height) > _OTHER_FONT * line.height
    )


def _joint(above: str) -> str:
    """Nothing within a divided or hyphenated word, else a space."""
    return "" if above[-1] in _BROKEN_WORD or (above[-1] == "-" and above[-2:-1].isalnum()) else " "
