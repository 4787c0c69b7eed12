"""Makes the articles of `corpus/` that are not plain UTF-8: PDF, DOCX, EPUB, Windows-1252 and UTF-16.

    python -m evals.gold.build_corpus

Each is made from a text in `evals/gold/sources/`; the same sources give the same bytes, whatever the day. Afterwards
`python -m evals.gold.align` finds the gold quotes again.
"""

from __future__ import annotations

import codecs
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CORPUS = HERE.parents[1] / "corpus"
VOWELS = "aeiouyäöüáéíóú"
BREAK = re.compile(rf"(?<=\w\w[{VOWELS}])(?=[^\W\d_{VOWELS}][{VOWELS}]\w)")
"""Before a consonant between two vowels: near enough for German and Spanish; the English source has soft hyphens."""
ZIP_TIME = (2025, 1, 1, 0, 0, 0)


@dataclass(frozen=True, kw_only=True)
class Source:
    """A source text: its heading, the `Key: value` lines under it, and its blocks (paragraphs and `## ` headings)."""

    title: str
    keys: dict[str, str]
    blocks: tuple[str, ...]
    language: str


def read_source(path: Path, language: str) -> Source:
    """The source text in the file at `path`."""
    head, *blocks = path.read_text(encoding="utf-8").strip().split("\n\n")
    title, *lines = head.splitlines()
    keys = dict(line.split(": ", 1) for line in lines)
    return Source(title=title.removeprefix("# "), keys=keys, blocks=tuple(blocks), language=language)


def make_pdf(source: Source) -> bytes:
    """Two columns on A4 with hyphenated line ends, a running head and a page number, as a printed page has them."""
    from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate  # type: ignore[import-untyped]

    def furniture(canvas: Any, page: Any) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(60, 805, f"{source.keys['Outlet']} | {source.keys['Kicker']} | {source.keys['Date']}")
        canvas.drawRightString(535, 30, f"{page.page}")

    frames = [Frame(54, 50, 240, 740), Frame(301, 50, 240, 740)]
    out = BytesIO()
    pages = BaseDocTemplate(
        out, pagesize=A4, invariant=1, title=source.title, author=source.keys["Author"], lang=source.language
    )
    pages.addPageTemplates(PageTemplate(frames=frames, onPage=furniture))
    pages.build(_pdf_blocks(source))
    return out.getvalue()


def _pdf_blocks(source: Source) -> list[Any]:
    from reportlab.lib.styles import ParagraphStyle  # type: ignore[import-untyped]
    from reportlab.platypus import Paragraph

    body = ParagraphStyle(
        "body",
        fontName="Times-Roman",
        fontSize=14,
        leading=27,
        spaceAfter=12,
        embeddedHyphenation=1,
    )
    head = ParagraphStyle("head", fontName="Helvetica-Bold", fontSize=14, leading=18, spaceAfter=6, spaceBefore=6)
    title = ParagraphStyle("title", parent=head, fontSize=22, leading=26, spaceAfter=12)
    line = ParagraphStyle("line", fontName="Helvetica", fontSize=10, leading=14, spaceAfter=12)
    blocks = [
        Paragraph(escape(source.title), title),
        Paragraph(escape(f"{source.keys['Outlet']}, {source.keys['Date']}"), line),
    ]
    for block in source.blocks:
        style = head if block.startswith("## ") else body
        text = BREAK.sub("\u00ad", block) if style is body and source.language != "en" else block.removeprefix("## ")
        blocks.append(Paragraph(escape(text), style))
    return blocks


def make_docx(source: Source) -> bytes:
    """A Word file with the title, the author and the day in its properties and above the text."""
    from docx import Document

    word = Document()
    day = datetime.combine(date.fromisoformat(source.keys["Date"]), datetime.min.time())
    word.core_properties.title, word.core_properties.author = source.title, source.keys["Author"]
    word.core_properties.language = source.language
    word.core_properties.created = word.core_properties.modified = day
    word.add_heading(source.title, 0)
    word.add_paragraph(f"{source.keys['Outlet']}, {source.keys['Date']}")
    word.add_paragraph(source.keys["Author"])
    for block in source.blocks:
        if block.startswith("## "):
            word.add_heading(block.removeprefix("## "), 2)
        else:
            word.add_paragraph(block)
    out = BytesIO()
    word.save(out)
    with zipfile.ZipFile(out) as made:
        return _zip([(name, made.read(name)) for name in made.namelist()])


def make_epub(source: Source) -> bytes:
    """An EPUB 3 with one chapter: the article as its outlet sends it to e-readers."""
    blocks = "\n".join(
        f"<h2>{escape(block[3:])}</h2>" if block.startswith("## ") else f"<p>{escape(block)}</p>"
        for block in source.blocks
    )
    keys = {name.lower(): escape(value) for name, value in source.keys.items()}
    words = {"title": escape(source.title), "language": source.language, "blocks": blocks, **keys}
    members = [("mimetype", b"application/epub+zip")]
    for name, template in EPUB.items():
        members.append((name, template.format(**words).encode()))
    return _zip(members)


def _zip(members: list[tuple[str, bytes]]) -> bytes:
    """A zip archive whose members all have the same, fixed time."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members:
            packing = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, ZIP_TIME), content, packing)
    return out.getvalue()


EPUB = {
    "META-INF/container.xml": """<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>
""",
    "OEBPS/content.opf": """<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">{outlet} {date}</dc:identifier>
<dc:title>{title}</dc:title><dc:creator>{author}</dc:creator><dc:publisher>{outlet}</dc:publisher>
<dc:date>{date}</dc:date><dc:language>{language}</dc:language>
<meta property="dcterms:modified">{date}T00:00:00Z</meta></metadata>
<manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="article" href="article.xhtml" media-type="application/xhtml+xml"/></manifest>
<spine><itemref idref="article"/></spine></package>
""",
    "OEBPS/nav.xhtml": """<?xml version="1.0" encoding="utf-8"?>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head><title>{outlet}</title></head>
<body><nav epub:type="toc"><ol><li><a href="article.xhtml">{title}</a></li></ol></nav></body></html>
""",
    "OEBPS/article.xhtml": """<?xml version="1.0" encoding="utf-8"?>
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="{language}"><head><title>{title}</title></head>
<body>
<p class="kicker">{outlet}</p>
<h1>{title}</h1>
<p class="byline">{author}, {date}</p>
{blocks}
</body></html>
""",
}

Maker = Callable[[Source], bytes]
MADE: dict[str, tuple[str, str, Maker]] = {
    "russia-iran/2022-11-07-how-many-drones.docx": ("iran-drones-figures.md", "en", make_docx),
    "russia-iran/2025-01-18-zwanzig-jahre-47-artikel.pdf": ("zwanzig-jahre-47-artikel.md", "de", make_pdf),
    "russia-iran/2025-06-25-what-the-treaty-did-not-do.epub": ("what-the-treaty-did-not-do.md", "en", make_epub),
    "germany-rail/2024-12-15-riedbahn-reopens.pdf": ("riedbahn-reopens.md", "en", make_pdf),
    "germany-rail/2024-12-28-deutschlandticket-service.docx": ("deutschlandticket-service.md", "de", make_docx),
    "notre-dame/2024-12-09-das-holz-riecht-noch-neu.epub": ("notre-dame-reportage.md", "de", make_epub),
    "iberian-blackout/2025-06-19-dos-informes.pdf": ("informe-apagon.md", "es", make_pdf),
}
ENCODED = {
    "russia-iran/2024-06-11-abkommen-auf-eis.txt": ("abkommen-auf-eis.txt", "cp1252", b""),
    "russia-iran/2025-04-09-duma-ratifitsirovala.txt": ("duma-ratifitsirovala.txt", "utf-16-le", codecs.BOM_UTF16_LE),
}


def build(corpus: Path) -> None:
    """Write every made article under `corpus`."""
    for name, (source, language, make) in MADE.items():
        (corpus / name).write_bytes(make(read_source(HERE / "sources" / source, language)))
    for name, (source, encoding, mark) in ENCODED.items():
        text = (HERE / "sources" / source).read_text(encoding="utf-8")
        (corpus / name).write_bytes(mark + text.encode(encoding))


if __name__ == "__main__":
    build(CORPUS)
