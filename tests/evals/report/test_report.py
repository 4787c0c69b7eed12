"""Every form of a report says what the measures say, and words stay words."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from evals.attribution import CAUSES, cause
from evals.compare import compare
from evals.measures import MEASURES, scores
from evals.measures.measure import Unit
from evals.outline import MAIN
from evals.report import articles_of, as_csv, as_json, comparison_markdown, console, markdown, page
from evals.report.articles import articles_in
from evals.report.contents import contents_of
from evals.report.excerpts import AROUND, excerpts
from evals.report.text import in_words
from evals.report.web import COLOURS
from evals.runs import Row, Run
from index.shown import one_line
from tests.evals.report.conftest import FILE, HOSTILE, TEXT, answer, asked, citation, evidence

ArticleText = Callable[[str], str | None]
UNITS = {m.name: m.unit for m in MEASURES}


def cases_in(text: str) -> dict[str, Any]:
    """What the page's script reads."""
    inside = re.search(r'<script type="application/json" id="run">(.*?)</script>', text, re.DOTALL)
    assert inside
    return json.loads(inside[1])


@pytest.mark.parametrize("written", [console, markdown, page])
def test_every_score_is_said(written: Callable[[Run], str], run: Run) -> None:
    text = html.unescape(re.sub(r"<[^>]*>|\\|\|", " ", written(run)))
    for name, score in scores(run.rows).items():
        assert re.search(rf"{re.escape(name)}[ ↓]+{re.escape(in_words(score, UNITS[name]))}\b", text), name


def test_json_has_every_score_and_every_case(run: Run) -> None:
    written = json.loads(as_json(run))
    assert {name: one["value"] for name, one in written["scores"].items()} == scores(run.rows)
    assert [case["came_out"] for case in written["cases"]] == [cause(row) or "right" for row in run.rows]
    assert written["cases"][0]["values"]["answered right"] == 1.0
    assert "answered right" not in written["cases"][2]["values"], "what does not apply is absent"
    assert sum(one["cases"] for one in written["came_out"].values()) == len(run.rows)


def test_missed_cases_are_named_by_their_cause(run: Run) -> None:
    row = run.rows[3]
    lost = tuple(replace(row, case=replace(row.case, id=f"lost_{n}")) for n in range(8))
    some = Run(header={}, rows=(run.rows[0], run.rows[4], *lost))
    said = console(some)
    assert "\n\ncrashed: crashed\n" in said
    named = re.search(r"^right answer, wrong citation: (lost_0, .*)$", said, re.MULTILINE)
    assert named
    assert named[1] == "lost_0, lost_1, lost_2, lost_3, lost_4 … and 3 more; see --format"
    folded = re.search(r"<summary>right answer, wrong citation \(8\)</summary>\n\n(.*)\n\n</details>", markdown(some))
    assert folded
    assert folded[1].replace("\\", "").split(", ") == [f"lost_{n}" for n in range(8)]
    assert json.loads(as_json(some))["came_out"]["crashed"]["ids"] == ["crashed"]
    assert "Missed cases" not in console(Run(header={}, rows=run.rows[:1])) + markdown(
        Run(header={}, rows=run.rows[:1])
    )


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0.000012345, "currency", "0.0000123"),
        (0.0, "currency", "0"),
        (1.2, "currency", "1.20"),
        (1234.5, "tokens", "1,234"),
        (0.0123, "seconds", "12.3 ms"),
        (1.2, "seconds", "1.20 s"),
        (-0.051, "ratio", "-0.0510"),
        (0.0004, "share", "0.000"),
        (None, "share", "-"),
    ],
)
def test_figures_in_words(value: float | None, unit: Unit, words: str) -> None:
    assert in_words(value, unit) == words


def test_csv_has_a_row_for_each_case_and_no_formula(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(run))))
    assert [row["case"] for row in rows] == [row.case.id for row in run.rows]
    assert rows[6]["question"] == "'=HYPERLINK(1)"
    assert (rows[0]["answered right"], rows[2]["answered right"]) == ("1.0", "")
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_a_console_is_100_columns_wide(run: Run) -> None:
    assert max(map(len, console(run).splitlines())) <= 100


def test_nothing_steers_a_terminal_or_a_page(run: Run, article_text: ArticleText) -> None:
    for text in (console(run), markdown(run), page(run, article_text)):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)


def test_markdown_stays_text(run: Run) -> None:
    assert "<script" not in markdown(run).replace("\\<", "")
    tables = re.findall(r"(?:^\|.*\n)+", markdown(run), re.MULTILINE)
    assert len(tables) > 10
    for table in tables:
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}) == 1, table


def test_hostile_words_end_no_script_and_make_no_element(run: Run, article_text: ArticleText) -> None:
    text = page(run, article_text)
    assert text.count("<script") == text.count("</script>") == 2
    assert "<img" not in text
    assert (
        "onerror" not in re.sub(r'<script type="application/json".*?</script>', "", text, flags=re.DOTALL)
        or "&lt;img" in text
    )
    assert cases_in(text)["cases"][5]["question"].startswith("</script><script>alert(1)"), "it is there, as text"
    assert "<U+202E>" in cases_in(text)["cases"][5]["question"]


def test_a_page_asks_nothing_of_any_network(run: Run, article_text: ArticleText) -> None:
    text = page(run, article_text)
    assert not re.search(
        r"""(?:src|srcset|action|poster|data|ping)\s*=\s*["']?\s*(?:https?:)?//|@import|url\(|<link|<iframe""", text
    )
    assert not re.search(r'href="(?!#)', text)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy
    assert policy[1].startswith("default-src 'none';")
    for element in ("style", "script"):
        inside = re.search(rf"<{element}>(.*?)</{element}>", text, re.DOTALL)
        assert inside
        assert f"{element}-src 'sha256-{b64encode(sha256(inside[1].encode()).digest()).decode()}'" in policy[1]


def words(text: str, case: int, kind: str) -> list[str]:
    """The marked words of a case: "gold" or "cited", article by article."""
    said = cases_in(text)
    return [
        "".join(said["pieces"][e["file"]][first:last])
        for e in said["cases"][case]["excerpts"]
        for first, last, *_ in e[kind]
    ]


@pytest.mark.parametrize("known", [True, False])
def test_marks_are_the_words_that_were_quoted(run: Run, article_text: ArticleText, known: bool) -> None:
    text = page(run, article_text if known else None)
    assert words(text, 0, "gold") == [TEXT[26:52]]
    assert words(text, 0, "cited") == [TEXT[26:80]]
    assert words(text, 6, "gold") == [run.rows[6].case.evidence[0].quote]


def test_an_article_that_changed_shows_quotes_alone(run: Run) -> None:
    text = page(run, lambda file: "Something else. " * 50)
    assert words(text, 0, "gold") == [TEXT[26:52]]
    assert "Something" not in "".join(cases_in(text)["pieces"][FILE])


def test_only_the_surroundings_are_shown() -> None:
    text = "".join(f"Sentence {i:05}. " for i in range(1_000))
    places = [(400, 415), (9_000, 9_015), (9_010, 9_100)]
    case = asked("far", "Where?", evidence=tuple(evidence("a.txt", *place, text) for place in places))
    cut = excerpts(
        [Row(case=case, answer=answer("It says so.", citation(1, "a.txt", 9_005, 20_000, text)))], lambda _: text
    )
    [excerpt] = cut.rows[0]
    stretches = ["".join(cut.pieces["a.txt"][first:last]) for first, last in excerpt.stretches]
    assert stretches == [text[: 415 + AROUND], text[9_000 - AROUND :]]
    assert ["".join(cut.pieces["a.txt"][a:b]) for a, b in excerpt.gold] == [text[a:b] for a, b in places]
    assert ["".join(cut.pieces["a.txt"][a:b]) for a, b, _ in excerpt.cited] == [text[9_005:]]


def test_what_many_cases_show_is_written_once(run: Run, article_text: ArticleText) -> None:
    one, many = (len(page(Run(header={}, rows=run.rows[:1] * n), lambda _: TEXT + "x" * 1_000)) for n in (1, 300))
    assert many - one < 300 * 2_000


def test_a_peers_answer_without_claims_is_cut_at_its_marks(run: Run) -> None:
    assert cases_in(page(run))["cases"][7]["said"] == [
        ["This", [1], "", []],
        ["and that", [7], "", []],
        [".", [], "", []],
    ]


def test_a_run_that_only_searches_and_an_empty_one(run: Run) -> None:
    searched = Run(header={}, rows=tuple(Row(case=r.case, answer={"hits": r.answer.get("hits", [])}) for r in run.rows))
    for some in (searched, Run(header={}, rows=())):
        assert all(write(some) for write in (console, markdown, as_json, as_csv, page))
    assert "How well it knows" not in page(searched)


def test_a_search_is_not_praised_for_what_it_cannot_do(run: Run) -> None:
    searched = Run(header={}, rows=tuple(Row(case=r.case, answer={"hits": r.answer.get("hits", [])}) for r in run.rows))
    contents = contents_of(searched)
    assert contents.came_out[2] == "not tested"
    assert sum(t.count for t in contents.tallies) == len(run.rows) - 1
    [none] = [s for s in contents.slices if (s.by, s.name) == ("answerable", "no")]
    assert (none.n, none.tested, none.share) == (1, 0, None)
    for text in (console(searched), markdown(searched), page(searched)):
        assert "Not tested: 1 of 8 cases" in text
    assert "Not tested:" not in console(run)


def test_few_cases_have_a_wide_interval_and_a_word(run: Run) -> None:
    row = run.rows[0]
    seven, forty = (
        Run(header={}, rows=tuple(replace(row, case=replace(row.case, id=str(i))) for i in range(n))) for n in (7, 40)
    )
    assert re.search(r"answered right +1\.000 +0\.646 to 1\.000 +7  n is small$", console(seven), re.MULTILINE)
    assert "n is small" not in console(forty)


def test_articles_are_read_from_the_corpus_and_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text("A ticket costs 58 euros.", encoding="utf-8")
    (tmp_path / "corpus" / "empty.txt").touch()
    (tmp_path / "secret.txt").write_text("Not for you.", encoding="utf-8")
    text = articles_in(tmp_path / "corpus")
    assert text("a.txt") == "A ticket costs 58 euros."
    assert [
        text(file) for file in ("none.txt", "empty.txt", "../secret.txt", str(tmp_path / "secret.txt"), "a\0b")
    ] == [None] * 5


def test_a_run_knows_its_articles_if_they_are_there(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A ticket costs 58 euros.", encoding="utf-8")
    text = articles_of(Run(header={"corpus_folder": str(tmp_path)}, rows=()))
    assert text
    assert text("a.txt") == "A ticket costs 58 euros."
    assert articles_of(Run(header={"corpus_folder": str(tmp_path / "gone")}, rows=())) is None
    assert articles_of(Run(header={}, rows=())) is None


def test_main_measures_exist_and_come_first(run: Run) -> None:
    assert set(MAIN) <= {m.name for m in MEASURES}
    assert [s.measure.name for s in contents_of(run).main] == list(MAIN[:6])


def test_every_cause_has_a_colour_of_its_own(run: Run) -> None:
    assert len({COLOURS[name] for name in ("right", *CAUSES, "not tested")}) == 2 + len(CAUSES)
    style = (Path(__file__).parents[3] / "evals" / "report" / "page.css").read_text(encoding="utf-8")
    assert all(f".{colour} {{ fill:" in style for colour in COLOURS.values())


def test_slices_cover_every_case(run: Run) -> None:
    for by in ("type", "languages", "answerable"):
        assert sum(s.n for s in contents_of(run).slices if s.by == by) == len(run.rows)
    assert one_line(HOSTILE)[:40] in console(run)


def test_a_comparison_as_markdown_says_what_was_compared(run: Run) -> None:
    better = Run(
        header=run.header, rows=(*run.rows[:1], replace(run.rows[1], answer=run.rows[0].answer), *run.rows[2:])
    )
    text = comparison_markdown(compare([("one.json", run), ("two|.json", better)]))
    assert text.startswith("## two\\|.json beside one.json\n")
    table = [row for row in text.splitlines() if row.startswith("|")]
    assert len({len(re.findall(r"(?<!\\)\|", row)) for row in table}) == 1
    [line] = [row for row in table if row.startswith("| answered right |")]
    assert re.search(r"\+0\.1\d+ \|.*no real difference", line)
    assert "crashed in the baseline (1): crashed" in text
