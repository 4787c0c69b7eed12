"""Systems that are broken on purpose, over the sample corpus: each moves exactly the measures that it should, and no other.

`FLAGGED` are the measures that must be called better or worse, `MOVED` those that must move the same way, though over these few
cases it may be by chance; every other measure is exactly as before.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from evals.attribution import causes
from evals.cases import Case, load_cases
from evals.compare import compare
from evals.comparison import Compared, Difference
from evals.measures import MEASURES
from evals.runs import Outcome, Row, Run, System
from evals.systems import Sourceline
from index.catalog import Catalog
from index.dense import DenseSearch
from index.embed import Embedder
from index.sync import sync
from rag.assistant import Assistant
from rag.cite import make_citation
from rag.contract import answer_object
from rag.question.types import Question
from rag.types import Answer, Citation, Hit

ROOT = Path(__file__).parents[2]
RANKING = ("Success", "Recall", "Precision", "nDCG", "RR", "AP")
CITATIONS_WORSE = {
    "answered right": "worse",
    **{f"citation {name} ({by})": "worse" for name in ("precision", "recall", "F1") for by in ("span", "sentence")},
}
FLAGGED: dict[str, dict[str, str]] = {
    "shuffled ranks": {
        **{f"{name} (passage)": "worse" for name in ("Success@1", "Recall@1", "Recall@5", "Precision@5")},
        **{f"{name} (passage)": "worse" for name in ("nDCG@5", "nDCG@10", "RR", "AP")},
        **{f"{name} (article)": "worse" for name in ("Success@1", "Recall@1", "nDCG@5", "nDCG@10", "RR", "AP")},
        "evidence recall@5": "worse",
    },
    "neighbour quoted": {**CITATIONS_WORSE, "answer in quote": "worse", "answer in text": "worse"},
    "neighbour cited": {**CITATIONS_WORSE, "answer in quote": "worse"},
    "never refuses": {"refusal recall": "worse", "wrongly answered": "worse", "wrongly refused": "better"},
    "always refuses": {
        "refusal recall": "better",
        "wrongly answered": "better",
        "wrongly refused": "worse",
        "answered right": "worse",
        "AURC": "worse",
    },
}
MOVED: dict[str, dict[str, str]] = {
    "shuffled ranks": {
        **{f"{name} (article)": "worse" for name in ("Success@5", "Recall@5", "Precision@5")},
        **dict.fromkeys(["Success@5 (passage)", "evidence precision@5", "evidence IoU@5"], "worse"),
    },
    "neighbour quoted": {"token F1": "worse", "AURC": "worse"},  # what AURC risks is an answer that is not right
    "neighbour cited": {"AURC": "worse"},
    "never refuses": {"refusal F1": "worse", "answered right": "better", "AURC": "better"},
    "always refuses": {"refusal precision": "worse", "refusal F1": "worse"},
}
STRICT = 0.6  # answerability from which on a system answers that refuses enough for never refusing to be told from it
BETTER = {m.name: m.better for m in MEASURES}
OF_ANSWERS = {m.name for m in MEASURES if m.group in ("citation", "answer", "support")} - {"answered right", "crashed"}


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    every = load_cases(ROOT / "evals/gold/sample.jsonl")
    return [c for c in every if not c.answerable][:40] + [c for c in every if c.answerable][::4]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Assistant]:
    catalog = Catalog(tmp_path_factory.mktemp("sample"))
    sync(catalog, embedder, ROOT / "corpus")
    assistant = Assistant(catalog, embedder, DenseSearch(catalog))
    yield assistant
    assistant.close()


@pytest.fixture(scope="module")
def searched(sample: Assistant, cases: Sequence[Case]) -> Run:
    return run(Sourceline(assistant=sample, mode="search"), [c for c in cases if c.answerable])


@pytest.fixture(scope="module")
def answers(sample: Assistant, cases: Sequence[Case]) -> dict[str, Answer]:
    return {case.id: sample.ask(Question(text=case.question, filters=case.filters)) for case in cases}


@pytest.fixture(scope="module")
def quoted(answers: Mapping[str, Answer], cases: Sequence[Case]) -> Run:
    return run(lambda case: Outcome(answer=answer_object(answers[case.id])), cases)


def run(system: System, cases: Sequence[Case]) -> Run:
    outcomes = [(case, system(case)) for case in cases]
    return Run(header={}, rows=tuple(Row(case=case, answer=o.answer, trace=o.trace) for case, o in outcomes))


def quotes(assistant: Assistant) -> System:
    return lambda case: Outcome(answer=answer_object(assistant.ask(Question(text=case.question, filters=case.filters))))


def check(found: Compared, name: str) -> None:
    """That what was broken moved what it should."""
    verdicts = {d.measure: d.verdict for d in steady(found)}
    assert {measure: verdicts[measure] for measure in FLAGGED[name]} == FLAGGED[name]
    assert moved(found) == FLAGGED[name] | MOVED[name]


def moved(found: Compared) -> dict[str, str]:
    """Every measure that is not exactly as before, and whether it is better or worse, be it by chance."""
    risen = {d.measure: d.difference > 0 for d in steady(found) if d.difference != 0}
    return {measure: "better" if up == (BETTER[measure] == "higher") else "worse" for measure, up in risen.items()}


def steady(found: Compared) -> list[Difference]:
    """All but the times, which never are as before."""
    return [d for d in found.differences if not d.measure.startswith("time")]


def compared(first: Run, second: Run) -> Compared:
    return compare([("sound", first), ("broken", second)]).runs[0]


def missed(one: Run) -> dict[str, int]:
    return {name: len(ids) for name, ids in causes(one.rows).items() if ids}


def test_shuffled_ranks(searched: Run) -> None:
    draw = random.Random(1)

    def shuffled(row: Row) -> Row:
        hits = draw.sample(row.answer["hits"], len(row.answer["hits"]))
        return replace(row, answer={**row.answer, "hits": hits})

    broken = Run(header={}, rows=tuple(shuffled(row) for row in searched.rows))
    found = compared(searched, broken)
    check(found, "shuffled ranks")
    unmoved = {d.measure for d in found.differences if d.difference == 0}
    assert unmoved >= {f"{name}@10 ({level})" for name in ("Success", "Recall") for level in ("passage", "article")}
    assert missed(broken) == missed(searched)  # nothing was lost


def beside(citation: Citation, hits: Sequence[Hit], sample: Assistant) -> Citation:
    """The next sentence of the passage, or the one before the last."""
    spans = next(
        spans
        for hit in hits
        if hit.passage.article_id == citation.file
        and citation.span in (spans := [s.span for s in hit.passage.sentences])
    )
    at = spans.index(citation.span)
    article = sample.catalog.article(citation.file)
    assert article
    return make_citation(citation.number, article, spans[at + 1] if at + 1 < len(spans) else spans[at - 1])


def astray(answer: Answer, sample: Assistant) -> Answer:
    """The answer as it was, every citation of it a sentence beside the right one."""
    return replace(answer, citations=tuple(beside(c, answer.hits, sample) for c in answer.citations))


def requoted(answer: Answer) -> Answer:
    """With claims that say what their citations do."""
    claims = tuple(
        replace(claim, text=" ".join(c.quote.split())) for claim, c in zip(answer.claims, answer.citations, strict=True)
    )
    return replace(answer, claims=claims)


@pytest.mark.parametrize(
    ("name", "cause", "also"),
    [
        ("neighbour quoted", "retrieved but not used", "right answer, wrong citation"),
        ("neighbour cited", "right answer, wrong citation", "retrieved but not used"),
    ],
)
def test_the_neighbour_of_the_right_sentence(
    sample: Assistant,
    answers: Mapping[str, Answer],
    quoted: Run,
    cases: Sequence[Case],
    name: str,
    cause: str,
    also: str,
) -> None:
    wrong = {case_id: astray(answer, sample) for case_id, answer in answers.items()}
    if name == "neighbour quoted":
        wrong = {case_id: requoted(answer) for case_id, answer in wrong.items()}
    citing = run(lambda case: Outcome(answer=answer_object(wrong[case.id])), cases)
    found = compared(quoted, citing)
    check(found, name)
    before, after = missed(quoted), missed(citing)
    assert after[cause] > 2 * before.get(cause, 0) + 10
    others = before.keys() - {cause, also}
    assert {other: after[other] for other in others} == {other: before[other] for other in others}


@pytest.mark.parametrize(
    ("name", "answer_above", "incomparable"),
    [("never refuses", 0.0, {"refusal precision"}), ("always refuses", 1.1, OF_ANSWERS)],
)
def test_refusers(
    sample: Assistant,
    embedder: Embedder,
    quoted: Run,
    cases: Sequence[Case],
    name: str,
    answer_above: float,
    incomparable: set[str],
) -> None:
    def from_above(line: float) -> Run:
        return run(quotes(Assistant(sample.catalog, embedder, sample._dense, answer_above=line)), cases)

    broken = from_above(answer_above)
    sound = from_above(STRICT) if name == "never refuses" else quoted
    found = compared(sound, broken)
    check(found, name)
    assert set(found.incomparable) <= incomparable
    assert found.incomparable
    ranking = [d for d in found.differences if d.measure.startswith(RANKING)]
    assert len(ranking) == 22
    assert all(d.difference == 0 for d in ranking)
    wrong = "answered wrongly" if name == "never refuses" else "refused wrongly"
    assert missed(broken)[wrong] > missed(sound)[wrong]
    assert {"answered wrongly", "refused wrongly"} - missed(broken).keys()


def test_the_same_system_twice_does_not_differ(sample: Assistant, searched: Run, quoted: Run) -> None:
    for first, system in ((searched, Sourceline(assistant=sample, mode="search")), (quoted, quotes(sample))):
        again = run(system, [row.case for row in first.rows[::3]])
        found = compared(first, again)
        assert len(steady(found)) > 20
        assert {(d.verdict, d.difference, d.p, d.low, d.high) for d in steady(found)} == {
            ("no real difference", 0, 1, 0, 0)
        }
        assert found.incomparable == ()
        assert {d.verdict for d in found.differences if d.measure.startswith("time")} == {"not tested"}
