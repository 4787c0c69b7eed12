"""What is indexed, as a table; and what became of the files that were added."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from index.catalog import Catalog
from index.readers.find import FORMATS
from index.sync import Report
from ui.web import uploads
from ui.web.html_text import button, element, text
from ui.web.messages import said
from ui.web.words import Words, day_in_words

PAGE = 50  # articles
_SHOWN = 200  # files of a report


def articles_page(
    catalog: Catalog, words: str, outlet: str, language: str, page: int
) -> tuple[int, Sequence[sqlite3.Row]]:
    """How many articles fit, and those of one page, newest first: title, outlet, date, language, passages, size and time."""
    sign = "%" + words.casefold().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    where = (
        "(? = '' OR outlet = ?) AND (? = '' OR article.language = ?)"
        " AND casefold(coalesce(title, '') || ' ' || article.id) LIKE ? ESCAPE '\\'"
    )
    values = (outlet, outlet, language, language, sign)
    total = catalog.rows(f"SELECT count(*) FROM article WHERE {where}", values)[0][0]
    rows = catalog.rows(
        "SELECT article.id, title, date, outlet, article.language, size, mtime_ns,"
        " (SELECT count(*) FROM passage WHERE passage.article = article.number) AS passages"
        f" FROM article WHERE {where} ORDER BY date DESC, article.id LIMIT {PAGE} OFFSET ?",
        (*values, page * PAGE),
    )
    return total, rows


def table_html(catalog: Catalog, rows: Sequence[sqlite3.Row], words: Words, *, removable: bool) -> str:
    """The rows of the table of articles."""
    return "".join(_row(catalog, row, words, removable=removable) for row in rows)


def _row(catalog: Catalog, row: sqlite3.Row, words: Words, *, removable: bool) -> str:
    name = button(text(row["title"] or row["id"]), class_="link", data_act="article", data_file=row["id"])
    state = state_of(row, catalog.file_of(row["id"]))
    label = words("remove_article", name=row["title"] or row["id"])
    remove = button("✕", class_="quiet", data_act="remove", data_file=row["id"], aria_label=label, title=label)
    cells = (
        element("th", name + element("small", text(row["id"])), scope="row", dir="auto"),
        _known(row["outlet"], dir="auto"),
        _known(day_in_words(row["date"], words)),
        element("td", text(words.language_name(row["language"]))),
        element("td", str(row["passages"]), class_="number"),
        element("td", text(words(f"state_{state}")), class_=f"state {state}"),
        element("td", remove if removable else ""),
    )
    return element("tr", "".join(cells))


def _known(value: str | None, **values: object) -> str:
    """A cell; a dash, which a phone has no room for, where nothing is known."""
    return element("td", text(value), **values) if value else element("td", "—", class_="none")


def state_of(row: Mapping[str, Any] | sqlite3.Row, path: Path | None) -> str:
    """Whether the file is as it was indexed: "current", "changed" or "gone", by its size and time."""
    try:
        now = path.stat() if path else None
    except OSError:
        now = None
    if now is None:
        return "gone"
    return "current" if (now.st_size, now.st_mtime_ns) == (row["size"], row["mtime_ns"]) else "changed"


def report_html(report: Report, home: Path, words: Words) -> str:
    """Every file that was refused with its reason, and how many were taken."""
    counts = {
        kind: len(getattr(report, kind)) for kind in ("added", "changed", "moved", "unchanged", "removed", "skipped")
    }
    summary = " · ".join(words(f"report_{kind}", n=n) for kind, n in counts.items() if n)
    if not report.vanished and not any(n for kind, n in counts.items() if kind != "skipped"):
        summary = " · ".join(filter(None, (summary, words("report_nothing", kinds=" ".join(FORMATS)))))
    given = f"{uploads.folder(home)}/"
    skipped = [(s.name.removeprefix(given), said(s.reason, words)) for s in report.skipped[:_SHOWN]]
    items = "".join(element("li", f"<b dir='auto'>{text(name)}</b>: {text(reason)}") for name, reason in skipped)
    gone = "".join(
        element("li", f"<b dir='auto'>{text(name)}</b>: {text(words('state_gone'))}")
        for name in report.vanished[:_SHOWN]
    )
    return element("p", text(summary)) + (element("ul", items + gone, class_="skipped") if items or gone else "")
