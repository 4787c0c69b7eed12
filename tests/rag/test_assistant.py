"""Questions over the sample corpus, with the real embedder, SQLite and Chroma."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from evals.cases import load_cases
from evals.runs import Row
from index.catalog import Catalog
from index.dense import DenseSearch
from index.embed import Embedder
from index.errors import NothingIndexed, SettingsWrong
from index.sync import sync
from index.types import Filters
from rag.assistant import Assistant
from rag.contract import answer_object
from rag.question.query import MOST_CHARACTERS
from rag.question.types import Question
from rag.types import Hit

QUESTIONS = load_cases(Path(__file__).parents[2] / "evals" / "gold" / "sample.jsonl")


@pytest.mark.parametrize("case", QUESTIONS[::12], ids=lambda c: c.id)
def test_every_citation_is_exact(sample: Assistant, case) -> None:  # type: ignore[no-untyped-def]
    answer = sample.ask(case.question)
    assert (answer.refusal is None) == bool(answer.claims)
    for claim in answer.claims:
        (number,) = claim.citations
        citation = answer.citations[number - 1]
        article = sample.catalog.article(citation.file)
        assert article
        assert citation.number == number
        assert article.text[citation.span.start : citation.span.end] == citation.quote
        assert " ".join(citation.quote.split()) == claim.text


def test_most_answers_cite_the_evidence(sample: Assistant) -> None:
    cases = [c for c in QUESTIONS if c.type in ("fact", "date", "number")][::4]
    rows = [Row(case=c, answer=answer_object(sample.ask(c.question))) for c in cases]
    answered = [row for row in rows if row.answered]
    right = [any(c.overlaps(gold) for c in row.citations.values() for gold in row.gold) for row in answered]
    assert sum(right) / len(answered) > 0.65
    assert len(answered) / len(rows) > 0.65


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("Which recipe does the chef recommend for pumpkin soup?", "The articles do not answer this"),
        ("Wer gewann die Tour de France 1987?", "Das beantworten die Artikel nicht"),
    ],
)
def test_a_question_off_the_corpus_is_refused_in_its_language(sample: Assistant, question: str, says: str) -> None:
    answer = sample.ask(question)
    assert answer.refusal
    assert answer.text.startswith(says)
    assert answer.refusal.closest
    assert not answer.claims
    assert not answer.citations
    assert answer.hits


def test_questions_in_one_language_find_articles_in_another(sample: Assistant) -> None:
    cases = [c for c in QUESTIONS if c.type == "cross_language"][::3]
    found = [{h.passage.article_id for h in sample.finder.search(sample.finder.query(c.question), 6)} for c in cases]
    share = sum(any(e.file in files for e in c.evidence) for c, files in zip(cases, found, strict=True)) / len(cases)
    assert share > 0.7


def test_filters_keep_everything_else_out(sample: Assistant) -> None:
    def found(question: str, filters: Filters) -> list[Hit]:
        return sample.finder.search(sample.finder.query(Question(text=question, filters=filters)), 50)

    assert {h.passage.language for h in found("Iran treaty", Filters(languages=("ru",)))} == {"ru"}
    january = found("treaty", Filters(since=date(2025, 1, 1), until=date(2025, 1, 31)))
    articles = [sample.catalog.article(h.passage.article_id) for h in january]
    assert articles
    assert all(a and a.date and date(2025, 1, 1) <= a.date <= date(2025, 1, 31) for a in articles)
    fires = found("fire", Filters(files=("notre-dame",)))
    assert all(h.passage.article_id.startswith("notre-dame/") for h in fires)
    nothing = sample.ask(Question(text="treaty", filters=Filters(outlets=("No Such Paper",))))
    assert nothing.text == "No article matches the filters."


def test_copies_of_an_agency_text_are_one_hit(sample: Assistant) -> None:
    hits = sample.finder.search(sample.finder.query("Russia Iran treaty talks paused Kremlin denies"), 20)
    texts = [h.passage.id for h in hits]
    assert len(set(texts)) == len(texts)
    assert any(h.copies for h in hits)
    assert all(h.passage.article_id not in h.copies for h in hits)


def test_many_copies_do_not_crowd_out_the_rest(tmp_path: Path, embedder: Embedder) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    for n in range(150):
        (folder / f"copy{n:03}.txt").write_text(
            "The council of Altstadt closed the old bridge on Monday because it is not safe."
        )
    (folder / "other.txt").write_text("A new bridge in Altstadt will be built of steel and will open in four years.")
    catalog = Catalog(tmp_path / "home")
    sync(catalog, embedder, folder)
    assistant = Assistant(catalog, embedder, DenseSearch(catalog))
    hits = assistant.finder.search(assistant.finder.query("Why was the bridge in Altstadt closed?"), 5)
    assistant.close()
    assert len(hits) == 2
    assert len(hits[0].copies) == 149


def test_an_answer_says_that_its_file_has_changed_or_is_gone(tmp_path: Path, embedder: Embedder) -> None:
    file = tmp_path / "articles" / "a.txt"
    file.parent.mkdir()
    file.write_text("The new bridge in Altstadt cost 5 million euros and was opened by the mayor on Monday.")
    catalog = Catalog(tmp_path / "home")
    sync(catalog, embedder, file.parent)
    assistant = Assistant(catalog, embedder, DenseSearch(catalog), answer_above=0)
    question = "How much did the new bridge in Altstadt cost?"
    assert assistant.ask(question).warnings == ()
    file.write_text("The new bridge in Altstadt cost 7 million euros and was opened by the mayor on Monday. So it is.")
    assert "has changed since it was indexed" in assistant.ask(question).warnings[0]
    file.unlink()
    assert "is gone since it was indexed" in assistant.ask(question).warnings[0]
    assistant.close()


def test_questions_that_cannot_be_asked(sample: Assistant, tmp_path: Path, embedder: Embedder) -> None:
    for question in ("", "  \n", "x" * (MOST_CHARACTERS + 1)):
        with pytest.raises(SettingsWrong):
            sample.ask(question)
    catalog = Catalog(tmp_path / "home")
    with pytest.raises(NothingIndexed, match="index PATH"):
        Assistant(catalog, embedder, DenseSearch(catalog)).ask("Anything?")


@pytest.mark.parametrize(
    "question", ["<|endoftext|>", "\x00", "' OR 1=1 --", '"NEAR(a b)" AND *', "🙂", "a" * 500, "؟", "\u202e"]
)
def test_odd_questions_are_ordinary_text(sample: Assistant, question: str) -> None:
    answer = sample.ask(question)
    assert answer.refusal or answer.claims
