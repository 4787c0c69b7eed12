"""Writes the golden files: one invented article in every format, and what reading it must give.

python tests/index/readers/golden/make.py             the articles (only when they are to change)
python tests/index/readers/golden/make.py --expected  the .json beside each, to be read through before it is committed
"""

import argparse
import json
import zipfile
from dataclasses import asdict
from pathlib import Path

import docx
from reportlab.lib.pagesizes import A5
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate

from index.readers import read_article
from index.types import Article

HERE = Path(__file__).parent
TITLE = "Harbour bridge closes for repairs"
OUTLET, AUTHOR, DATE = "Quayside Courier", "Ada Winter", "2024-03-05"
BODY = [
    "The swing bridge over the harbour mouth will close on 18 March for eleven weeks, the port authority said on Tuesday. "
    "Engineers had found cracks in two of the eight steel girders during an inspection in January.",
    "Ferries instead of lorries",
    "A ferry will carry pedestrians and cyclists every ten minutes. Lorries must take the long way round, 23 kilometres "
    "through the villages on the northern shore, whose mayors were told of it only last week.",
    "The repair costs 4.2 million euros. “We could have waited a year, but not two,” said chief engineer Tom Ekland.",
]
TABLE = [["Traffic", "Vehicles a day"], ["Cars", "6,400"], ["Lorries", "910"]]
RELATED = "Old lighthouse gets a new lamp"


def main() -> None:
    """Write the articles, or what is expected of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--expected", action="store_true")
    if parser.parse_args().expected:
        for path in sorted(HERE.glob("bridge.*")):
            if path.suffix != ".json":
                path.with_name(path.name + ".json").write_text(shown(read_article(path, path.name)), encoding="utf-8")
        return
    for write in (write_txt, write_md, write_html, write_docx, write_epub, write_pdf):
        write()


def shown(article: Article) -> str:
    """An article as reviewable JSON: with the marked text and the first words of each place."""
    fields = asdict(article) | {"date": str(article.date)}
    del fields["sha256"]
    fields["text"] = article.text.split("\n")
    fields["marks"] = [[mark.kind, mark.span.of(article.text)] for mark in article.marks]
    fields["places"] = [[place.kind, place.number, place.span.of(article.text)[:30]] for place in article.places]
    return json.dumps(fields, ensure_ascii=False, indent=1) + "\n"


def write_txt() -> None:
    """Windows line ends, credits under the title, and junk at the end."""
    lines = [
        TITLE,
        TITLE,
        "",
        f"{OUTLET} | 5 March 2024",
        f"By {AUTHOR}",
        "",
        *BODY,
        "Also read this",
        RELATED,
        "0 Comments",
    ]
    (HERE / "bridge.txt").write_bytes("\r\n".join(lines).encode())


def write_md() -> None:
    """Front matter."""
    front = f"---\ntitle: {TITLE}\ndate: {DATE}\nsource: {OUTLET}\nauthor: {AUTHOR}\n---\n\n# {TITLE}\n\n"
    table = "\n".join(f"| {' | '.join(row)} |" for row in [TABLE[0], ["---", "---"], *TABLE[1:]])
    body = "\n\n".join([BODY[0], f"## {BODY[1]}", *BODY[2:], table, f"**Also read:** [{RELATED}](lamp.html)"])
    (HERE / "bridge.md").write_text(front + body + "\n", encoding="utf-8")


def write_html() -> None:
    """A page with everything around the article that pages have."""
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in TABLE)
    linked = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": TITLE,
        "datePublished": DATE,
        "author": {"@type": "Person", "name": AUTHOR},
    }
    (HERE / "bridge.html").write_text(
        f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{TITLE} - {OUTLET}</title>
<meta property="og:site_name" content="{OUTLET}"><meta property="og:title" content="{TITLE}">
<script type="application/ld+json">{json.dumps(linked)}</script></head>
<body><nav><a href="/">Home</a> <a href="/port">Port</a></nav>
<article><h1>{TITLE}</h1><p class="byline">By {AUTHOR}</p>
<p>{BODY[0]}</p><h2>{BODY[1]}</h2><p>{BODY[2]}</p><table>{rows}</table><p>{BODY[3]}</p>
<p>Also read: {RELATED}</p></article>
<aside><h3>Most read</h3><ul><li><a href="/1">{RELATED}</a></li></ul></aside>
<footer>© 2024 {OUTLET}. All rights reserved. <a href="/imprint">Imprint</a></footer></body></html>
""",
        encoding="utf-8",
    )


def write_docx() -> None:
    """Styles, a table, and properties that Word fills in."""
    document = docx.Document()
    document.core_properties.author, document.core_properties.title = AUTHOR, TITLE
    document.add_paragraph(TITLE, style="Title")
    document.add_paragraph(f"{OUTLET}, 5 March 2024")
    document.add_paragraph(BODY[0])
    document.add_heading(BODY[1], 2)
    document.add_paragraph(BODY[2])
    table = document.add_table(len(TABLE), 2)
    for row, cells in zip(table.rows, TABLE, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.add_paragraph(BODY[3])
    document.save(str(HERE / "bridge.docx"))


def write_epub() -> None:
    """Two chapters."""
    package = f"""<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">
<metadata><dc:title>{TITLE}</dc:title><dc:creator>{AUTHOR}</dc:creator><dc:publisher>{OUTLET}</dc:publisher>
<dc:date>{DATE}</dc:date><dc:language>en</dc:language></metadata>
<manifest><item id="a" href="one%20a.xhtml"/><item id="b" href="two.xhtml"/></manifest>
<spine><itemref idref="a"/><itemref idref="b"/></spine></package>"""
    with zipfile.ZipFile(HERE / "bridge.epub", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr(
            "META-INF/container.xml",
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="OEBPS/content.opf"/></rootfiles></container>',
        )
        archive.writestr("OEBPS/content.opf", package)
        archive.writestr("OEBPS/one a.xhtml", f"<html><body><h1>{TITLE}</h1><p>{BODY[0]}</p></body></html>")
        archive.writestr(
            "OEBPS/two.xhtml", f"<html><body><h2>{BODY[1]}</h2><p>{BODY[2]}</p><p>{BODY[3]}</p></body></html>"
        )


def write_pdf() -> None:
    """Two pages with a running head and page numbers."""
    styles = getSampleStyleSheet()
    story = [Paragraph(TITLE, styles["Title"]), Paragraph(f"{AUTHOR}, 5 March 2024", styles["Italic"])]
    story += [Paragraph(text, styles["Heading2" if text == BODY[1] else "BodyText"]) for text in BODY * 3]
    document = SimpleDocTemplate(str(HERE / "bridge.pdf"), pagesize=A5, title=TITLE, author=AUTHOR, invariant=1)
    document.build(story, onFirstPage=_edge, onLaterPages=_edge)


def _edge(canvas, document) -> None:
    canvas.drawString(72, 570, OUTLET)
    canvas.drawString(200, 20, str(document.page))


if __name__ == "__main__":
    main()
