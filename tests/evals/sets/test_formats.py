"""What is special to each format."""

import json
from pathlib import Path

import pytest

from evals.cases import Case, Evidence, Turn
from evals.sets import SETS, SetWrong
from index.types import Filters
from tests.evals.sets.made import FERRY, SOURCES, TOWER, write_json


def read(name: str, folder: Path) -> tuple[dict[str, Case], dict[str, str], tuple[str, ...]]:
    found = SETS[name].read(SOURCES[name](folder))
    return {case.id: case for case in found.cases}, dict(found.articles), found.left_out


def quotes(case: Case) -> list[str | None]:
    return [evidence.quote for evidence in case.evidence]


def test_squad_knows_answers_by_place_and_impossible_questions(tmp_path: Path) -> None:
    cases, articles, _ = read("squad", tmp_path)
    (text,) = articles.values()
    assert text == f"Osk Ferry\n\n{FERRY}\n\n{TOWER}"
    assert (cases["s1"].answers, quotes(cases["s1"])) == (("noon",), ["noon"])
    assert cases["s1"].evidence[0].start == 11 + 26
    assert cases["s3"].evidence[0].start == text.index("1911")
    assert (cases["s2"].answerable, cases["s2"].wrong_answers) == (False, ("nine euros",))
    assert {(case.q_lang, case.doc_lang) for case in cases.values()} == {("en", "en")}


def test_squad_leaves_out_an_answer_that_stands_nowhere(tmp_path: Path) -> None:
    source = SOURCES["squad"](tmp_path)
    written = json.loads(source.read_text(encoding="utf-8"))
    written["data"][0]["paragraphs"][0]["qas"][0]["answers"] = [{"text": "midnight", "answer_start": 3}]
    left_out = SETS["squad"].read(write_json(source, written)).left_out
    assert [told.partition(" stands")[0] for told in left_out] == ["s1: no answer"]


def test_common_searches_the_language_of_the_evidence_and_minds_the_byte_order_mark(tmp_path: Path) -> None:
    cases, articles, _ = read("common", tmp_path)
    assert articles.keys() == {"en/ferry.md", "de/ferry.md"}
    assert cases["c1"].filters == Filters(files=("de",))
    assert cases["c1"].evidence == (Evidence(file="de/ferry.md", quote="mittags", start=24, end=31),)
    assert (cases["c2"].answerable, cases["c2"].answers) == (False, ())


def test_multihop_gives_articles_their_header_and_takes_a_lost_fact_for_the_whole_article(tmp_path: Path) -> None:
    cases, articles, _ = read("multihop", tmp_path)
    first, second = articles
    assert articles[first].startswith(
        "The ferry\n\nSource: Osk Post\nAuthor: Ann Lee\nDate: 2023-10-07\nCategory: sea\n"
    )
    assert articles[first].endswith(f"\n\n{FERRY}")
    assert quotes(cases["multihop-0"]) == ["It costs nine euros.", None]
    assert cases["multihop-0"].evidence[1] == Evidence(file=second)
    assert (cases["multihop-1"].answerable, cases["multihop-1"].answers) == (False, ())


def test_ramdocs_knows_right_and_wrong_answers_and_shares_articles(tmp_path: Path) -> None:
    cases, articles, _ = read("ramdocs", tmp_path)
    assert len(articles) == 3
    first, again = cases.values()
    assert (first.answers, first.wrong_answers) == (("noon",), ("six",))
    assert first.evidence == again.evidence == (Evidence(file=next(iter(articles))),)
    assert again.type == "several_answers"


def test_mtrag_keeps_the_conversation(tmp_path: Path) -> None:
    cases, articles, _ = read("mtrag", tmp_path)
    assert list(articles.values()) == [f"Osk\n\n{FERRY}", f"Osk\n{TOWER}"]
    case = cases["t<::>ANSWERABLE"]
    assert case.question == "And the price?"
    assert case.history == (Turn(question="When does it sail?", answer="At noon."),)
    assert (case.references, len(case.evidence)) == (("Nine euros.",), 2)
    assert [(case.type, case.answerable) for case in cases.values()] == [
        ("answerable", True),
        ("partial", True),
        ("unanswerable", False),
        ("underspecified", False),
    ]


def test_clapnq_quotes_every_chosen_sentence_once(tmp_path: Path) -> None:
    cases, articles, _ = read("clapnq", tmp_path)
    assert list(articles.values()) == [f"Osk\n\n{FERRY}"]
    assert quotes(cases["q1"]) == ["The ferry to Osk sails at noon.", "It costs nine euros."]
    assert cases["q1"].references == ("Nine euros, at noon.", "Nine.")
    assert (cases["q2"].answerable, cases["q2"].evidence) == (False, ())


def test_beir_takes_the_test_judgements_with_their_grades(tmp_path: Path) -> None:
    cases, articles, left_out = read("beir", tmp_path)
    graded = {evidence.file: evidence.relevance for evidence in cases["0"].evidence}
    assert list(graded.values()) == [2, 1]
    assert "MED-1.txt" in graded
    assert len({file.casefold() for file in articles}) == 3
    assert articles[cases["1"].evidence[0].file] == TOWER
    assert left_out == ("3: no document is relevant to it", "9: judged, but not in queries.jsonl")


def test_beir_without_test_judgements_takes_what_there_is(tmp_path: Path) -> None:
    folder = SOURCES["beir"](tmp_path)
    (folder / "qrels/test.tsv").unlink()
    assert [case.id for case in SETS["beir"].read(folder).cases] == ["2"]


def test_chunking_takes_the_place_that_is_meant_of_two(tmp_path: Path) -> None:
    cases, articles, left_out = read("chunking", tmp_path)
    (evidence,) = cases["chunking-0"].evidence
    assert evidence.start == articles["ferry.md"].rindex("It costs")
    assert left_out == ("chunking-1: lost.md is not there",)


def test_chunking_names_the_line_of_a_broken_reference(tmp_path: Path) -> None:
    folder = SOURCES["chunking"](tmp_path)
    with (folder / "questions_df.csv").open("a", encoding="utf-8") as file:
        file.write("Why?,[{,ferry\n")
    with pytest.raises(SetWrong, match=r"questions_df\.csv:5: references is not JSON"):
        SETS["chunking"].read(folder)
    (folder / "questions_df.csv").write_text("question,corpus_id\n", encoding="utf-8")
    with pytest.raises(SetWrong, match=r"questions_df\.csv:1: the columns are not question, references, corpus_id"):
        SETS["chunking"].read(folder)


def test_ntrex_asks_the_longest_lines_across_languages(tmp_path: Path) -> None:
    cases, articles, _ = read("ntrex", tmp_path)
    assert articles.keys() == {"en/osk.1.txt", "de/osk.1.txt", "en/osk.2.txt", "de/osk.2.txt"}
    assert list(cases) == ["osk.1-2-en-de", "osk.1-2-de-en", "osk.1-3-en-de", "osk.1-3-de-en"]
    case = cases["osk.1-3-en-de"]
    assert (case.question, quotes(case)) == ("Dogs are free of any charge.", ["Hunde fahren ganz umsonst mit."])
    assert (case.q_lang, case.doc_lang, case.filters.files) == ("en", "de", ("de",))


def test_ntrex_wants_as_many_lines_as_ids(tmp_path: Path) -> None:
    folder = SOURCES["ntrex"](tmp_path)
    (folder / "newstest2019-ref.deu.txt").write_text("Fähre\n", encoding="utf-8")
    with pytest.raises(SetWrong, match=r"ref\.deu\.txt has 1 lines, DOCUMENT_IDS\.tsv has 5"):
        SETS["ntrex"].read(folder)
