"""The small parts of answering: fusion, centring, expected answers, learned models, settings."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from index.errors import SettingsWrong
from index.lexical import Wanted
from index.types import Passage, Sentence, Span
from rag import refuse
from rag.build import line
from rag.model import Logistic, learned, weights_file
from rag.question.expect import asked_for, expected, holds
from rag.question.types import Query
from rag.quotes import extract
from rag.retrieval import rerank
from rag.retrieval.centre import Centred
from rag.retrieval.interaction import Interaction
from rag.retrieval.retrieve import Fusion, fuse, standing
from rag.settings import load_settings
from rag.types import Candidate, Hit, Reading
from tests.rag.test_cite import article


def test_fusion_by_hand() -> None:
    parts = standing({"a": {"centred": 0.1, "lexical": 0.0}, "b": {"centred": 0.3, "lexical": 0.5}})
    assert fuse(parts, Fusion(lexical=4)) == pytest.approx({"a": -1.0, "b": 1.0 + 2.0})
    assert fuse(standing({}), Fusion()) == {}
    assert fuse(standing({"a": {"centred": 0.5, "lexical": 0.25}}), Fusion(lexical=4)) == {"a": 1.0}


def test_centring_takes_away_what_a_language_adds() -> None:
    centred = Centred(vector=np.array([1.0, 0.0], np.float32), bias={"en": 0.5, "de": 0.1})
    matrix = np.array([[0.9, 0], [0.6, 0], [0.6, 0]], np.float32)
    assert centred.similarity(matrix, ["en", "de", "sw"]) == pytest.approx([0.4, 0.5, 0.6])


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many drones did Russia buy?", "number"),
        ("Wie viele Menschen starben?", "number"),
        ("Wann trat der Vertrag in Kraft?", "date"),
        ("Since when is the bridge closed?", "date"),
        ("Wer unterschrieb für den Iran?", "person"),
        ("Qui a financé les travaux ?", "person"),
        ("Где встретились президенты?", "place"),
        ("¿Cuándo volvió la luz?", "date"),
        ("¿Por qué se fue la luz?", "reason"),
        ("Combien coûte le billet ?", "number"),
        ("Сколько статей в договоре?", "number"),
        ("这条铁路有多少公里？", "number"),
        ("条约什么时候生效？", "date"),
        ("谁签署了条约？", "person"),
        ("Was sagte der Minister?", None),
        ("Did the treaty enter into force?", None),
    ],
)
def test_what_a_question_asks_for(question: str, kind: str | None) -> None:
    assert expected(question) == kind


@pytest.mark.parametrize(
    ("text", "kind", "held"),
    [
        ("It runs for 20 years.", "number", True),
        ("Es gilt zwanzig Jahre und zwei Monate.", "number", True),
        ("Nobody knows.", "number", False),
        ("It was signed in January.", "date", True),
        ("В пятницу договор подписали.", "date", True),
        ("Niemand weiß es.", "date", False),
        ("It may be so, and hier geht es nicht weiter.", "date", False),
        ("It was signed in May.", "date", True),
        ("They said that Kazem Jalali named it.", "person", True),
        ("nobody signed it.", "person", False),
        ("Weil das Netz zusammenbrach, war es dunkel.", "reason", True),
    ],
)
def test_what_a_sentence_holds(text: str, kind: str, held: bool) -> None:
    assert holds(text, kind) is held  # type: ignore[arg-type]


def reading() -> Reading:
    text = "The bridge closed in 2024. Nobody knows why it did."
    spans = [Span(start=0, end=26), Span(start=27, end=len(text))]
    sentences = tuple(Sentence(number=n, span=s) for n, s in enumerate(spans))
    passage = Passage(
        article_id="a.txt", span=Span(start=0, end=len(text)), text=text, language="en", sentences=sentences
    )
    hit = Hit(passage=passage, rank=1, score=2.0, parts={"dense": 0.9, "centred": 0.3, "lexical": 0.6, "standing": 2.0})
    words = (Wanted(word="bridge", is_name=False, terms=("bridg",), idf=1.0, share=0.5),)
    query = Query(text="When did the bridge close?", language="en")
    found = [Candidate(article=article(text), hit=hit, span=s, text=s.of(text)) for s in spans]
    interaction = Interaction(nearest=np.array([[0.5], [0.2]], np.float32), weights=np.ones(1, np.float32))
    compared = extract.compared(query, found, interaction, words)
    return Reading(query=query, hits=(hit,), sentences=tuple(compared), wanted=words)


def test_the_learned_models_have_a_weight_for_every_feature_and_no_other() -> None:
    read = reading()
    assert set(learned("passage").weights) == set(rerank.features(read)[0])
    assert set(learned("sentence").weights) == set(extract.features(read.query, read.sentences)[0])
    best = extract.ranked(read, learned("sentence"))
    assert best[0].text == "The bridge closed in 2024."
    assert set(learned("answerability").weights) == set(refuse.features(read, best))
    assert set(json.loads(weights_file().read_text())) == {
        *("passage", "sentence", "answerability", "answer_above"),
        *("support_facts", "support_meaning", "support_clause"),
    }


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Which hotel did Pezeshkian stay at?", ["hotel", "did", "pezeshkian"]),
        ("Combien de cardinaux assistaient à la messe ?", ["cardinaux", "assistaient", "à"]),
        ("Welche Farbe hat der Hahn?", ["farbe", "hat", "der"]),
        ("Сколько танков купил Иран?", ["танков", "купил", "иран"]),
        ("Did the treaty enter into force?", []),
    ],
)
def test_what_is_asked_for_is_named_behind_the_question_word(question: str, words: list[str]) -> None:
    assert asked_for(question) == words


def test_what_answerability_is_judged_by_by_hand() -> None:
    read = reading()
    best = extract.ranked(read, learned("sentence"))
    values = refuse.features(read, best)
    assert values == pytest.approx(
        {
            "passage": 2.0,
            "similarity": 0.9,
            "sentence_lead": 0.3,  # 0.5 and 0.2
            "foreign_lead": 0.0,
            "names_unknown": 0.0,
            "asked_for_unknown": 0.0,
            "behind": 0.0,
        }
    )
    assert refuse.features(replace(read, hits=()), best) == {}


def test_unknown_names_and_an_unknown_word_for_what_is_asked_speak_against_an_answer() -> None:
    known = Wanted(word="bridge", is_name=False, terms=("bridg",), idf=1.0, share=0.5)
    hotel = Wanted(word="hotel", is_name=False, terms=(), idf=2.0, share=0.0)
    ritz = Wanted(word="ritz", is_name=True, terms=(), idf=3.0, share=0.0)
    read = replace(
        reading(),
        wanted=(known, hotel, ritz),
        query=Query(text="Which hotel by the bridge is the Ritz?", language="en"),
    )
    values = refuse.features(read, read.sentences)
    assert (values["names_unknown"], values["asked_for_unknown"]) == (0.5, 1.0)
    french = refuse.features(replace(read, query=replace(read.query, language="fr")), read.sentences)
    assert french["asked_for_unknown"] == 0.0  # that an article in another language has not the word says nothing


def test_a_german_noun_that_no_foreign_article_has_is_no_unknown_name() -> None:
    iran = Wanted(word="iran", is_name=True, terms=(), idf=1.0, share=0.0)
    jets = Wanted(word="kampfjets", is_name=True, terms=(), idf=3.0, share=0.0)
    read = replace(
        reading(), wanted=(jets, iran), query=Query(text="Welche Kampfjets hat wohl Iran gekauft?", language="de")
    )
    assert refuse.features(read, read.sentences)["names_unknown"] == 0.25
    first = replace(read.hits[0], passage=replace(read.hits[0].passage, language="de"))
    german = replace(read, hits=(first,), sentences=tuple(replace(c, hit=first) for c in read.sentences))
    assert refuse.features(german, german.sentences)["names_unknown"] == 1.0


def test_a_foreign_passage_is_judged_by_how_far_it_leads_other_articles() -> None:
    read = reading()
    first = read.hits[0]
    other = replace(
        first, rank=2, passage=replace(first.passage, article_id="b.txt"), parts=first.parts | {"centred": 0.1}
    )
    asked = replace(read, hits=(first, other), query=replace(read.query, language="de"))
    assert refuse.features(asked, asked.sentences)["foreign_lead"] == pytest.approx(0.2)


def test_who_allows_more_wrong_refusals_is_answered_less() -> None:
    lines = [refuse.answer_above(share) for share in (0.0, 0.01, 0.02, 0.07, 0.1, 0.2, 0.5, 0.9)]
    assert lines == sorted(lines)
    assert lines[0] == 0.0
    measured = json.loads(weights_file().read_text())["answer_above"]
    assert refuse.answer_above(0.1) == measured["0.1"] == refuse.answer_above()
    assert refuse.answer_above(0.075) == pytest.approx((measured["0.05"] + measured["0.1"]) / 2)


def test_the_line_is_that_of_the_settings() -> None:
    assert line(load_settings()) == refuse.answer_above(0.1)
    assert line(load_settings(wrongly_refused=0.3)) == refuse.answer_above(0.3)
    assert line(load_settings(wrongly_refused=0.3, answer_above=0.0)) == 0.0


def test_a_hit_whose_best_sentence_is_nearer_moves_up_and_takes_its_sentences_along() -> None:
    first = reading()
    hit, near, far = first.hits[0], *first.sentences
    second = replace(hit, rank=2, passage=replace(hit.passage, article_id="b.txt"))
    better = replace(near, hit=second, parts={"similarity": 0.9, "words": 1.0})
    read = replace(first, hits=(hit, second), sentences=(near, far, better))
    moved = rerank.rerank(read, learned("passage"))
    assert [h.passage.article_id for h in moved.hits] == ["b.txt", "a.txt"]
    assert [h.rank for h in moved.hits] == [1, 2]
    assert [s.hit.passage.article_id for s in moved.sentences] == ["b.txt", "a.txt", "a.txt"]
    assert {s.hit.rank for s in moved.sentences if s.hit.passage.article_id == "a.txt"} == {2}


def test_a_probability_by_hand() -> None:
    model = Logistic(bias=-1.0, weights={"a": 2.0})
    assert model.probability({"a": 0.5}) == pytest.approx(0.5)
    assert 0 <= model.probability({"a": -1e9}) < 1e-9


def test_settings_come_from_flag_environment_and_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCELINE_HITS", "7")
    assert load_settings().hits == 7
    assert load_settings(hits=3).hits == 3
    monkeypatch.setenv("SOURCELINE_HITS", "many")
    with pytest.raises(SettingsWrong, match="SOURCELINE_HITS"):
        load_settings()


def test_a_key_is_never_shown() -> None:
    assert "secret" not in repr(load_settings(embedder_key="secret"))
