"""Questions with several parts: how they are told, and that each part gets its own hits and sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.embed import Embedder
from index.sync import sync
from index.types import Passage, Sentence, Span
from rag.assistant import Assistant
from rag.build import assistant, catalog
from rag.contract import answer_object
from rag.question.outlets import WEIGHT, Outlets
from rag.question.parts import MOST, parts, questions, standing
from rag.question.types import Question
from rag.quotes import extract
from rag.retrieval.cover import FIRST, answering, covering, told_apart, unanswered
from rag.retrieval.rerank import DEPTH
from rag.settings import load_settings
from rag.types import Candidate, Hit, Part
from tests.rag.test_cite import article


@pytest.mark.parametrize(
    ("language", "question", "expected"),
    [
        (
            "en",
            "Did Iran's parliament ratify the treaty in May, while Russia's upper house had voted in April?",
            ("Did Iran's parliament ratify the treaty in May", "Russia's upper house had voted in April"),
        ),
        (
            "en",
            "Did the Verge report of October 22, 2023 praise Google Search, and did TechCrunch accuse Google of fraud?",
            (
                "Did the Verge report of October 22, 2023 praise Google Search",
                "did TechCrunch accuse Google of fraud",
            ),
        ),
        (
            "de",
            "Wie hoch war der Preis des Tickets beim Start, und wie viele Abos wurden bis April verkauft?",
            ("Wie hoch war der Preis des Tickets beim Start", "wie viele Abos wurden bis April verkauft"),
        ),
        (
            "fr",
            "Qui dirigeait le chantier de la cathédrale en 2019 et qui a payé le bois de la flèche de Notre-Dame ?",
            ("Qui dirigeait le chantier de la cathédrale en 2019", "qui a payé le bois de la flèche de Notre-Dame"),
        ),
        (
            "es",
            "¿Cuándo volvió la luz en Madrid tras el apagón, y qué dijo el gobierno portugués sobre la causa?",
            ("¿Cuándo volvió la luz en Madrid tras el apagón", "qué dijo el gobierno portugués sobre la causa"),
        ),
        (
            "ru",
            "Когда Госдума ратифицировала договор с Ираном и когда иранский парламент одобрил этот договор?",
            ("Когда Госдума ратифицировала договор с Ираном", "когда иранский парламент одобрил этот договор"),
        ),
        ("zh", "条约什么时候生效，谁在莫斯科签署了条约？", ("条约什么时候生效", "谁在莫斯科签署了条约")),
        ("en", "How many articles does the treaty between Russia and Iran have?", ()),
        ("en", "And when did the upper house vote? (Duma ratify the treaty with Iran)", ()),
        (
            "en",
            "Which jets does Tehran hope to get, and how many Shaheds has Russia bought?",
            ("Which jets does Tehran hope to get", "how many Shaheds has Russia bought"),
        ),
        (
            "de",
            "Wann wurde der Vertrag unterzeichnet und wie viele Artikel hat er?",
            ("Wann wurde der Vertrag unterzeichnet", "wie viele Artikel hat er"),
        ),
        ("en", "What happened in and around the city when it rained?", ()),
        ("en", "Who signed it, and when?", ()),
        ("de", "Wer unterschrieb in Moskau, und wann?", ()),
        ("en", "", ()),
    ],
)
def test_the_parts_of_a_question(language: str, question: str, expected: tuple[str, ...]) -> None:
    found = parts(question, language)
    assert tuple(p.removesuffix(",") for p in found) == expected


@given(st.text(max_size=300), st.sampled_from(["en", "de", "fr", "zh", "xx"]))
def test_parts_stand_in_the_question_in_their_order(text: str, language: str) -> None:
    found, at = parts(text, language), 0
    assert len(found) != 1
    assert len(found) <= MOST
    for part in found:
        plain = text if "(" not in text and "（" not in text else None
        if plain is not None:
            at = plain.index(part, at) + len(part)


def passage(name: str, text: str) -> Passage:
    span = Span(start=0, end=len(text))
    return Passage(article_id=name, span=span, text=text, language="en", sentences=(Sentence(number=0, span=span),))


def hit(name: str, score: float, text: str = "") -> Hit:
    return Hit(passage=passage(name, text or f"What {name} says, and nobody else does."), rank=1, score=score, parts={})


def test_each_part_gets_its_hit_and_the_best_stays_first() -> None:
    whole = [hit(name, 5.0 - 0.1 * n) for n, name in enumerate("abcdefgh")]
    found = covering(whole, [[hit("b", 4.0), hit("a", 3.9)], [hit("x", 6.0), hit("y", 2.0)]])
    names = [h.passage.article_id for h in found]
    assert names[0] == "a"
    assert "x" in names[1:3]
    assert len(found) == len(whole)
    assert [h.rank for h in found] == list(range(1, len(whole) + 1))
    assert next(h for h in found if h.passage.article_id == "x").score == min(h.score for h in whole)
    assert set(names[FIRST:]) <= set("abcdefgh")


def test_a_question_without_parts_keeps_its_hits() -> None:
    whole = [hit("a", 2.0), hit("b", 1.0)]
    assert covering(whole, []) == whole
    assert covering([], [[hit("a", 1.0)]]) == []


def test_hits_behind_the_reranked_ones_cover_nothing_and_stay_behind() -> None:
    reranked = [hit(f"r{n}", 1.0 - 0.1 * n) for n in range(DEPTH)]
    fused = [hit(f"f{n}", 50.0 - n) for n in range(6)]  # scores of another kind
    found = covering([*reranked, *fused], [[hit("x", 3.0)], [hit("f1", 3.0), hit("y", 2.9)]])
    names = [h.passage.article_id for h in found]
    assert set(names[:FIRST]) <= {"x", "y", "f1", *(f"r{n}" for n in range(DEPTH))}
    assert {"x", "f1"} <= set(names[:3])
    assert (
        names[FIRST:]
        == [n for n in [h.passage.article_id for h in (*reranked, *fused)] if n not in names[:FIRST]][
            : len(names) - FIRST
        ]
    )
    assert len(names) == len(set(names)) == len(reranked) + len(fused)
    assert max(h.score for h in found[:FIRST]) <= 1.0


def test_two_copies_that_two_searches_found_are_one_hit() -> None:
    text = (
        "The ministers agreed on Friday on a ticket for all buses and trains that costs 58 euros a month from January."
    )
    found = covering([hit("a", 3.0), hit("b", 2.0, text), hit("c", 1.0)], [[hit("copy", 9.0, text)], [hit("c", 1.0)]])
    assert [h.passage.article_id for h in found].count("copy") == 0


def sentence(name: str, score: float) -> Candidate:
    text = f"What {name} says."
    whole = article(text, name)
    return Candidate(article=whole, hit=hit(name, 1.0), span=Span(start=0, end=len(text)), text=text, score=score)


def test_a_sentence_that_answers_a_further_part_is_quoted_though_it_is_improbable_as_a_whole() -> None:
    best = [sentence("a", 0.9), sentence("b", 0.5), sentence("c", 0.2), sentence("d", 0.1)]
    scored = [
        [replace(c, score=s) for c, s in zip(best, row, strict=True)] for row in ((0.8, 0.8, 0, 0), (0, 0, 0.6, 0))
    ]
    order = told_apart(best, scored)
    assert [c.article.id for c in order] == ["a", "c", "b", "d"]
    assert order[1].parts["covers"] == pytest.approx(0.6)
    assert [c.article.id for c in extract.chosen(order, 3)] == ["a", "c"]
    assert [c.article.id for c in extract.chosen(best, 3)] == ["a"]
    assert told_apart(best, []) == best
    assert told_apart([], scored) == []
    assert extract.chosen([], 3) == []


def part(text: str, sure: float, *best: Candidate) -> Part:
    return Part(text=text, best=list(best), sure=sure)


def test_those_of_several_questions_that_have_an_answer_are_answered_and_the_others_named() -> None:
    a, b, c = sentence("a", 0.9), sentence("b", 0.8), sentence("c", 0.7)
    one, two, three = part("one", 0.9, b, c), part("two", 0.1, a), part("three", 0.6, replace(c, score=0.3))
    found = answering([a, b, c], [one, two, three], 0.4)
    assert [s.article.id for s in found] == [
        "b",
        "c",
    ]  # a, the best for the whole, is of the question without an answer
    assert [s.article.id for s in extract.chosen(found, 3)] == ["b", "c"]
    assert unanswered([one, two, three], 0.4) == ("two",)
    assert unanswered([two, two], 0.4) == ()  # the whole is answered, or nothing
    assert answering([a, b], [two], 0.4) == [a, b]
    assert answering([a, b], [], 0.4) == [a, b]
    assert unanswered([], 0.4) == ()


@pytest.mark.parametrize(
    ("language", "question", "joined", "alone"),
    [
        (
            "en",
            "When was the treaty with Iran signed and how many articles does it have?",
            ("When was the treaty with Iran signed", "how many articles does it have"),
            ("When was the treaty with Iran signed", "how many articles does it have (treaty with Iran signed)"),
        ),
        ("en", "Did Iran ratify the treaty in May, while Russia's upper house had voted in April?", (), ()),
        ("en", "Who signed it, and when?", (), ()),
        ("xx", "When was it signed in Moscow and who paid for it?", (), ()),
    ],
)
def test_questions_that_are_joined_stand_alone(
    language: str, question: str, joined: tuple[str, ...], alone: tuple[str, ...]
) -> None:
    assert questions(question, language) == joined
    assert standing(joined, language) == alone


NEWS = {
    "harbour.txt": ("Fortune | Business", "The bridge of Solyanka was closed on Monday because a pillar had cracked."),
    "post.txt": ("Northline Post", "The bridge of Solyanka was closed on Monday since one of its pillars is cracked."),
    "wired.txt": ("Wired", "The ferry of Solyanka carries twice as many people as a year ago."),
}


@pytest.fixture(scope="module")
def outlets(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Assistant]:
    home, folder = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("news")
    for name, (outlet, text) in NEWS.items():
        Path(folder / name).write_text(f"A title\n\nSource: {outlet}\nDate: 2024-05-06\n\n{text}\n")
    settings = load_settings(home=home)
    with catalog(settings, create=True) as filled:
        sync(filled, embedder, folder)
    with assistant(settings, embedder) as made:
        yield made


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What did Fortune say of the bridge?", {"Fortune"}),
        ("Was schrieb die Northline Post über die Brücke?", {"Northline Post"}),
        ("Что пишет Northline\n Post о мосте?", {"Northline Post"}),
        ("Wired for sound?", set()),
        ("Did he make a fortune?", set()),
        ("Who is Fortunes?", set()),
        ("Is it in Wired and in the Northline Post?", {"Wired", "Northline Post"}),
    ],
)
def test_outlets_that_a_question_names(outlets: Assistant, question: str, named: set[str]) -> None:
    assert {one.name for one in Outlets(outlets.catalog).named(question)} == named


def test_an_article_of_the_outlet_that_is_named_comes_first(outlets: Assistant) -> None:
    for outlet, file in (("Northline Post", "post.txt"), ("Fortune", "harbour.txt")):
        hits = outlets.finder.search(outlets.finder.query(f"Why was the bridge closed according to the {outlet}?"))
        assert hits[0].passage.article_id == file
        assert hits[0].parts["outlet"] == WEIGHT
        assert "outlet" not in hits[1].parts


def test_a_question_for_two_matters_is_answered_from_two_articles(sample: Assistant) -> None:
    question = (
        "How many articles does the treaty between Russia and Iran have,"
        " and how much money was given for the rebuilding of Notre-Dame in the end?"
    )
    found = sample.finder.found(Question(text=question))
    quoted = extract.chosen(found.best, 3)
    folders = {c.article.id.partition("/")[0] for c in quoted}
    assert folders == {"russia-iran", "notre-dame"}
    assert {h.passage.article_id.partition("/")[0] for h in found.hits[:3]} >= folders
    assert "covers" in quoted[1].parts


TICKET = "how many articles does the treaty between Russia and Iran have"


def test_a_part_is_judged_as_it_is_when_it_is_asked_alone(sample: Assistant) -> None:
    found = sample.finder.found(Question(text=f"When did Notre-Dame reopen to visitors, and {TICKET}?"))
    alone = sample.finder.found(Question(text=TICKET))
    assert [p.text for p in found.parts] == ["When did Notre-Dame reopen to visitors", TICKET]
    assert found.parts[1].sure == pytest.approx(alone.sure, abs=0.02)
    assert found.parts[1].best[0].text == alone.best[0].text
    assert found.sure == max(p.sure for p in found.parts)


@pytest.mark.parametrize(
    ("question", "missing", "says", "quotes"),
    [
        (
            f"Who won the Tour de France in 1987, and {TICKET}?",
            "Who won the Tour de France in 1987",
            "The articles do",
            "47",
        ),
        (
            "Wie viele Artikel hat der Vertrag zwischen Russland und Iran und wer gewann die Tour de France 1987?",
            "wer gewann die Tour de France 1987",
            "Das beantworten die Artikel nicht: “wer gewann",
            "Vertrag",
        ),
    ],
)
def test_a_question_without_an_answer_is_named_and_the_other_is_answered(
    sample: Assistant, question: str, missing: str, says: str, quotes: str
) -> None:
    answer = sample.ask(question)
    assert not answer.refusal
    assert answer.unanswered == (missing,)
    assert answer.warnings[0].startswith(says)
    assert missing in answer.warnings[0]
    assert answer_object(answer)["unanswered"] == [missing]
    assert quotes in answer.claims[0].text


def test_of_questions_without_an_answer_nothing_is_quoted(sample: Assistant) -> None:
    answer = sample.ask("Wer gewann die Tour de France 1987 und wie hoch ist der Mount Everest?")
    assert answer.refusal
    assert answer.unanswered == ()
    assert not answer.warnings
