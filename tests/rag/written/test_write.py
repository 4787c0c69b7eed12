"""Written answers over the sample corpus: the model is a loopback server, everything else is real."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from index.errors import ModelFailed, ModelNotAllowed, SettingsWrong
from rag.assistant import Assistant
from rag.llm import ModelSpec, make_model
from rag.question.types import Query
from rag.types import Answer, Citation, Claim
from rag.written.claims import NO_ANSWER, QUOTED, WRONGLY_CITED
from rag.written.write import Prices, Writer
from tests.rag.llm.server import ModelServer, Reply, body, events, fault, part, written

QUESTION = "How many articles does the treaty between Russia and Iran have?"
Answering = Callable[..., Assistant]


@pytest.fixture
def answering(sample: Assistant, server: ModelServer) -> Iterator[Answering]:
    """The sample assistant with a model that gives these replies."""

    def make(*replies: Reply, **given: Any) -> Assistant:
        server.says(*replies)
        model = make_model(ModelSpec(engine="openai", model="tiny", base_url=server.url, seconds=30))
        sample.writer = Writer(model, **{"budget": 500, **given})
        return sample

    yield make
    sample.writer = None


def lines(server: ModelServer) -> dict[int, str]:
    """The numbered sentences of the last prompt."""
    asked = server.requests[-1]["messages"][1]["content"]
    return {int(n): line for n, line in re.findall(r"^\[(\d+)\] (.*)$", asked, re.MULTILINE)}


def test_claims_come_with_citations_numbered_by_first_use(answering: Answering, server: ModelServer) -> None:
    assistant = answering(written("It has 47 art", "icles. [", "2][9", "] It runs for 20 years [2]."))
    *told, answer = assistant.stream(QUESTION)
    assert isinstance(answer, Answer)
    assert [piece for piece in told if isinstance(piece, Claim)] == list(answer.claims)
    assert [piece.number if isinstance(piece, Citation) else piece.text for piece in told] == [
        answer.rewritten, 1, 2, "It has 47 articles.", "It runs for 20 years."
    ]  # fmt: skip
    assert [(c.text, c.citations, c.support) for c in answer.claims] == [
        ("It has 47 articles.", (1, 2), "supported"),
        ("It runs for 20 years.", (1,), "supported"),
    ]
    assert answer.text == "It has 47 articles. [1] [2] It runs for 20 years. [1]"
    assert [c.number for c in answer.citations] == [1, 2]
    assert [" ".join(c.quote.split()) for c in answer.citations] == [lines(server)[2], lines(server)[9]]
    for c in answer.citations:
        article = assistant.catalog.article(c.file)
        assert article
        assert article.text[c.span.start : c.span.end] == c.quote
    assert (answer.mode, answer.refusal, answer.warnings) == ("written", None, ())
    assert answer.usage == {"prompt": 11, "completion": 7}
    assert 0 < answer.timings["first_claim"] <= answer.timings["total"]
    assert answer.timings["write"] > 0


def test_a_claim_is_told_before_the_reply_has_ended(answering: Answering) -> None:
    assistant = answering(
        events(part("It has 47. [1] It "), lambda: time.sleep(0.4), part("runs."), part(finish="stop"))
    )
    stream = assistant.stream(QUESTION)
    _, citation, claim = next(stream), next(stream), next(stream)
    assert isinstance(citation, Citation)
    assert isinstance(claim, Claim)
    assert (claim.text, claim.citations) == ("It has 47.", (citation.number,))
    *_, answer = stream
    assert isinstance(answer, Answer)
    assert answer.timings["total"] - answer.timings["first_claim"] > 0.3


def test_a_number_that_was_not_given_stays_visible_and_unsupported(answering: Answering) -> None:
    answer = answering(written("It has 47 articles. [99] It has 20. [1][77] It ends.")).ask(QUESTION)
    invented, mixed, bare = answer.claims
    assert (invented.citations, invented.support) == ((1,), "unsupported")
    assert "source 99" in invented.reasons[0]
    assert (mixed.citations, mixed.support) == ((2, 3), "unsupported")
    assert (bare.citations, bare.support, bare.reasons) == ((), "unsupported", ("no source is cited",))
    assert [c.number for c in answer.citations] == [2]


def test_a_model_that_only_points_at_sentences_answers_with_them(answering: Answering, server: ModelServer) -> None:
    answer = answering(written("[3] [", "1][99]")).ask(QUESTION)
    assert answer.mode == "written"
    assert [(c.text, c.citations, c.support) for c in answer.claims] == [
        (lines(server)[3], (1,), "supported"),
        (lines(server)[1], (2,), "supported"),
    ]


def test_what_the_source_does_not_say_is_unsupported_and_it_is_said_why(answering: Answering) -> None:
    answer = answering(written("It has 47 articles. [2] It has 57 articles. [2] The treaty has 47 articles. [3]")).ask(
        QUESTION
    )
    right, wrong, elsewhere = answer.claims
    assert (right.support, right.added) == ("supported", ())
    assert wrong.support == "unsupported"
    assert wrong.reasons == ('"57" is not in the cited text, which says "47"',)
    assert elsewhere.support == "unsupported"
    assert '"47" is not in the cited text' in elsewhere.reasons


def test_a_source_that_the_model_does_not_cite_is_added_and_marked(answering: Answering, server: ModelServer) -> None:
    answer = answering(written("The treaty has 47 articles and runs for 20 years. It has 57 articles.")).ask(QUESTION)
    found, lost = answer.claims
    assert (found.support, found.citations, found.added) == ("supported", (1,), (1,))
    assert " ".join(answer.citations[0].quote.split()) == lines(server)[2]
    assert (lost.support, lost.citations, lost.added) == ("unsupported", (), ())


def test_a_wrongly_cited_sentence_gets_the_source_that_says_it(answering: Answering, server: ModelServer) -> None:
    answer = answering(written("The treaty has 47 articles and runs for 20 years. [3]")).ask(QUESTION)
    (claim,) = answer.claims
    assert (claim.support, claim.citations, claim.added, claim.reasons) == ("supported", (1,), (1,), (WRONGLY_CITED,))
    assert " ".join(answer.citations[0].quote.split()) == lines(server)[2]


LIES = "- It has 47 articles. [9]\n- It has 20. [99] It ends.\n- It runs for 20 years. [2]"


def test_sentences_without_support_are_dropped_and_counted(answering: Answering) -> None:
    *told, answer = answering(written(*LIES), policy="drop").stream(QUESTION)
    assert isinstance(answer, Answer)
    assert [piece for piece in told if isinstance(piece, Claim)] == list(answer.claims)
    assert [piece for piece in told if isinstance(piece, Citation)] == list(answer.citations)
    assert answer.text == "- It has 47 articles. [1]\n- It runs for 20 years. [2]"
    assert [c.number for c in answer.citations] == [1, 2]
    assert answer.warnings == ("2 sentences that no article supports left out",)


def test_sentences_without_support_are_replaced_by_quotes_that_are_not_there_yet(answering: Answering) -> None:
    assistant = answering(written(*LIES), policy="quote")
    best = assistant.ask(QUESTION, mode="quotes").citations
    answer = assistant.ask(QUESTION)
    quotes = [c for c in answer.claims if c.reasons == QUOTED]
    assert quotes
    for claim in quotes:
        (citation,) = (c for c in answer.citations if c.number in claim.citations)
        assert claim.text == " ".join(citation.quote.split())
        assert citation.quote in [c.quote for c in best]
    assert len({c.quote for c in answer.citations}) == len(answer.citations)
    assert not any("99" in reason for c in answer.claims for reason in c.reasons)
    assert answer.warnings == (f"2 sentences that no article supports left out, {len(quotes)} replaced by quotes",)


def test_when_nothing_is_left_the_articles_answer(answering: Answering) -> None:
    assistant = answering(written("It has 20. [99]"), policy="drop")
    answer = assistant.ask(QUESTION)
    assert answer.mode == "quotes"
    assert answer.claims == assistant.ask(QUESTION, mode="quotes").claims
    assert answer.warnings == ("1 sentence that no article supports left out",)
    assert assistant.ask(QUESTION, or_quotes=False).refusal


@pytest.mark.parametrize(
    ("said", "warned"),
    [
        ("Der Vertrag hat 47 Artikel und gilt für 20 Jahre. [1]", ("the model answers in German, not in English",)),
        ("The treaty between Russia and Iran has 47 articles. [1]", ()),
        ("47 Artikel. [1]", ()),
    ],
)
def test_an_answer_in_another_language_is_a_warning(answering: Answering, said: str, warned: tuple[str, ...]) -> None:
    assert answering(written(said)).ask(QUESTION).warnings == warned


def test_what_no_article_answers_of_several_questions_is_told_to_the_model_and_to_the_reader(
    answering: Answering, server: ModelServer
) -> None:
    answer = answering(written("It has 47 articles. [1]")).ask(
        "How many articles does the treaty between Russia and Iran have, and who won the Tour de France in 1987?"
    )
    asked = server.requests[-1]["messages"][1]["content"]
    assert "leave it out: who won the Tour de France in 1987" in asked
    assert answer.unanswered == ("who won the Tour de France in 1987",)
    assert any("Tour de France" in warning for warning in answer.warnings)


def test_what_articles_differ_in_is_told_to_the_model_and_to_the_reader(
    answering: Answering, server: ModelServer
) -> None:
    question = "Wie viele Tonnen CO2 hat das Deutschlandticket im ersten Jahr eingespart?"
    answer = answering(written("Es waren 6,7 Millionen Tonnen. [1]")).ask(question)
    assert answer.disagreements
    note = re.search(r"The articles differ: (.+?)\. Give every value", server.requests[-1]["messages"][1]["content"])
    assert note
    numbers = [int(n) for n in re.findall(r"\[(\d+)\]", note[1])]
    assert len(numbers) == len(answer.disagreements[0].values) > 1
    assert all(v.text.split()[0] in note[1] for v in answer.disagreements[0].values)
    assert all("6,7" in lines(server)[n] or "7,6" in lines(server)[n] for n in numbers)


def test_layout_survives(answering: Answering) -> None:
    said = "Two things:\n\n- **It has 47 articles** [3].\n- It runs for 20 years. [1]\n\n| Who | What |\n|---|---|\n| Iran | Signed [2] |"
    assert answering(written(*said)).ask(QUESTION).text == (
        "Two things:\n\n- **It has 47 articles**. [1]\n- It runs for 20 years. [2]\n\n| Who | What |\n|---|---|\n| Iran | Signed [3]"
    )


@pytest.mark.parametrize(
    ("times", "warned"), [(2, ()), (40, ("the language model repeated itself, and was not read any further",))]
)
def test_what_is_said_again_is_not_shown_again_and_a_loop_is_left(
    answering: Answering, times: int, warned: tuple[str, ...]
) -> None:
    again = [f"It runs for 20 years. [{n}] " for n in range(1, times + 1)]
    answer = answering(written("Yes. [2] It has 47 articles. [2] Yes. [2] ", *again)).ask(QUESTION)
    told = ["Yes.", "It has 47 articles.", "Yes.", "It runs for 20 years."]
    assert [c.text for c in answer.claims] == told
    assert answer.warnings == warned


def test_what_a_model_copies_of_its_prompt_is_not_shown_and_it_is_said(
    answering: Answering, server: ModelServer
) -> None:
    rules = (
        "Write the answer in English, in whole sentences, each followed by the [number] of the sentence that says so.\n"
    )
    answer = answering(written(f"{rules}Question: {QUESTION}\nIt has 47 articles. [2]")).ask(QUESTION)
    assert [c.text for c in answer.claims] == ["It has 47 articles."]
    assert answer.warnings == ("the language model repeated what it was told to do; that is left out",)


def test_sources_that_are_copied_one_after_the_other_are_no_answer(answering: Answering, server: ModelServer) -> None:
    assistant = answering(written("It has 47 articles. [2]"))
    assistant.ask(QUESTION)
    copied = [f"{line} [{number}]\n" for number, line in lines(server).items()]
    server.says(written(*copied))
    answer = assistant.ask(QUESTION)
    told, quotes = [c.text for c in answer.claims], assistant.ask(QUESTION, "quotes").claims
    assert len(copied) > 3 + len(quotes)
    assert told[:3] == [lines(server)[number] for number in (1, 2, 3)]
    assert sorted(told[3:]) == sorted({c.text for c in quotes} - set(told[:3]))
    assert answer.warnings == (
        "the language model copied its sources one after the other; what answers is quoted instead",
    )


def test_a_model_that_only_copies_its_prompt_has_not_answered(answering: Answering, server: ModelServer) -> None:
    def copied(to: BaseHTTPRequestHandler) -> None:
        written(server.requests[-1]["messages"][1]["content"])(to)

    assistant = answering(copied)
    answer = assistant.ask(QUESTION)
    assert answer.mode == "quotes"
    assert answer.claims == assistant.ask(QUESTION, mode="quotes").claims


def test_what_is_said_after_a_refusal_is_no_answer(answering: Answering) -> None:
    answer = answering(written(f"{NO_ANSWER}. The articles tell of a treaty. [1]")).ask(QUESTION)
    assert answer.refusal
    assert not answer.claims


@pytest.mark.parametrize("said", [NO_ANSWER, "Not in the articles.", "No answer.", "**NO_ANSWER**"])
def test_the_model_may_refuse(answering: Answering, said: str) -> None:
    searched, *claims, answer = answering(written(said)).stream(QUESTION)
    assert isinstance(answer, Answer)
    assert isinstance(searched, Query)
    assert not claims
    assert answer.refusal
    assert answer.refusal.closest
    assert answer.text.startswith("The articles do not answer this")
    assert answer.usage


def test_what_it_does_not_answer_beside_what_it_does_is_a_warning(answering: Answering) -> None:
    answer = answering(written(f"It has 47 articles. [1]\n{NO_ANSWER}")).ask(QUESTION)
    assert [c.text for c in answer.claims] == ["It has 47 articles."]
    assert answer.warnings == ("the model says that the articles do not answer all of the question",)


def test_a_question_off_the_corpus_never_reaches_the_model(answering: Answering, server: ModelServer) -> None:
    answer = answering(written("Soup. [1]")).ask("Which recipe does the chef recommend for pumpkin soup?")
    assert (answer.refusal is not None, answer.mode) == (True, "written")
    assert not server.requests


def test_quotes_on_demand(answering: Answering, server: ModelServer) -> None:
    assert answering(written("No.")).ask(QUESTION, mode="quotes").mode == "quotes"
    assert not server.requests


def test_written_mode_without_a_model_is_refused(sample: Assistant) -> None:
    with pytest.raises(SettingsWrong, match="no language model"):
        sample.ask(QUESTION, mode="written")


@pytest.mark.parametrize(
    "reply",
    [fault(401, "wrong key"), written(), body(200, b"<html>", "text/html"), written("[99]")],
    ids=["wrong key", "nothing", "a page", "a wrong mark alone"],
)
def test_when_the_model_fails_the_articles_answer_and_it_is_said(answering: Answering, reply: Reply) -> None:
    assistant = answering(reply)
    answer = assistant.ask(QUESTION)
    assert answer.mode == "quotes"
    assert answer.claims == assistant.ask(QUESTION, mode="quotes").claims
    assert answer.warnings[0].startswith("the language model did not answer, so this is quoted: ")
    with pytest.raises(ModelFailed):
        assistant.ask(QUESTION, or_quotes=False)


def test_what_was_written_before_the_connection_was_cut_is_kept(answering: Answering) -> None:
    answer = answering(written("It has 47 articles. [1] It runs for", finish=None)).ask(QUESTION)
    assert [c.text for c in answer.claims] == ["It has 47 articles.", "It runs for"]
    assert answer.warnings == ("the answer is incomplete: the connection to the language model was cut",)


def test_a_wrong_key_is_named_for_evaluations(answering: Answering) -> None:
    with pytest.raises(ModelNotAllowed, match="set the right key"):
        answering(fault(401, "wrong key")).ask(QUESTION, or_quotes=False)


def test_the_cost_where_the_prices_are_known(answering: Answering) -> None:
    prices = Prices(prompt=2.0, completion=10.0)
    assert answering(written("47. [1]"), prices=prices).ask(QUESTION).usage["cost"] == pytest.approx(92e-6)
    assert answering(written("47. [1]", usage=None), prices=prices).ask(QUESTION).usage == {}
