"""The parts of benchmarks/quality/peers that every figure depends on; what needs a peer is skipped where it is not installed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.quality.known_sets import KNOWN
from benchmarks.quality.peers.__main__ import sample
from benchmarks.quality.peers.all import LIMITS, refuse_missing
from benchmarks.quality.peers.charged import characters, recall_within
from benchmarks.quality.peers.cited import answered, sources
from benchmarks.quality.peers.corpus import Corpus, Place, searched
from benchmarks.quality.peers.endpoint import serving
from benchmarks.quality.peers.folders import read_folder
from benchmarks.quality.peers.given import Given, LanguageModel
from benchmarks.quality.peers.place import place
from benchmarks.quality.peers.results import document
from benchmarks.quality.peers.systems import chosen, opener, refuse_unready
from benchmarks.quality.peers.table import table
from evals.cases import Case, Evidence
from evals.run import save_run
from evals.runs import Region, Row, Run, RunWrong, read_run
from index.embed import Vectors
from index.errors import SettingsWrong
from index.split import split_article
from index.types import Article, Filters, Span
from tests.rag.llm.server import ModelServer, body

ARTICLES = {
    "tram.txt": "The council approved the new tram line on Tuesday. It costs 58 million euros.",
    "bahn.txt": "Der Stadtrat hat die neue Straßenbahn am Dienstag beschlossen. Sie kostet 58 Millionen Euro.",
    "wheat.txt": "Wheat prices rose after the drought. Farmers in the south lost half of the harvest.",
}


def corpus(texts: dict[str, str] = ARTICLES) -> Corpus:
    language = {"bahn.txt": "de"}
    articles = {
        i: Article(id=i, text=text, sha256="", format="txt", language=language.get(i, "en"))
        for i, text in texts.items()
    }
    passages = {i: split_article(article) for i, article in articles.items()}
    return Corpus(articles=articles, passages=passages, allowed=lambda f: list(f.files) if f else None)


def case(question: str, file: str = "tram.txt", quote: str = "58 million", **more: Any) -> Case:
    start = ARTICLES[file].index(quote)
    evidence = Evidence(file=file, quote=quote, start=start, end=start + len(quote))
    return Case(id=question, question=question, answerable=True, q_lang="en", evidence=(evidence,), **more)


def row(asked: Case, *hits: tuple[str, int, int]) -> Row:
    places = [Place(file=file, span=Span(start=start, end=end), score=0.5) for file, start, end in hits]
    return Row(case=asked, answer=searched(asked.question, places, 0.01))


# where pieces are


def test_equal_lines_are_placed_one_after_the_other() -> None:
    line = "The council met on Tuesday.\n"
    assert place(line * 3, [line.strip()] * 3).spans == tuple(Span(start=n * 28, end=n * 28 + 27) for n in range(3))


def test_a_piece_that_repeats_the_end_of_the_one_before_begins_in_it() -> None:
    text = "One. Two. Three. Two. Three. Four."
    found = place(text, ["One. Two. Three.", "Two. Three. Two.", "Two. Three. Four."])
    assert found.spans == (Span(start=0, end=16), Span(start=5, end=21), Span(start=17, end=34))
    assert (found.lost, found.ambiguous) == (0, 0)


def test_white_space_that_a_splitter_changed_does_not_matter() -> None:
    text = "\n  First line \n\n  second line. Third."
    assert [s.of(text) for s in place(text, ["First line second line.", "Third."]).spans if s] == [
        "First line \n\n  second line.",
        "Third.",
    ]


def test_what_is_not_there_is_counted_and_the_rest_is_still_placed() -> None:
    found = place("Alpha beta. Gamma delta.", ["Alpha", "omega", "", "delta."])
    assert found.spans == (Span(start=0, end=5), None, None, Span(start=18, end=24))
    assert found.lost == 2


def test_a_choice_is_counted_and_the_later_place_taken() -> None:
    found = place("aaaa", ["aaa", "aa"])
    assert (found.spans[1], found.ambiguous) == (Span(start=2, end=4), 1)


@given(st.lists(st.sampled_from(["Tick. ", "Tock. ", "Tick tock.\n"]), max_size=12), st.data())
@settings(deadline=None)
def test_pieces_without_overlap_are_placed_exactly(words: list[str], data: st.DataObject) -> None:
    text, spans, start = "".join(words), [], 0
    for end in sorted(data.draw(st.sets(st.integers(1, len(words) or 1)))):
        piece = "".join(words[start:end])
        before = len("".join(words[:start]))
        if piece:
            spans.append(Span(start=before, end=before + len(piece.rstrip())))
        start = end
    assert place(text, [span.of(text) for span in spans]).spans == tuple(spans)


# what charges for length


def test_a_hit_is_read_up_to_the_budget() -> None:
    asked = case("What does the tram cost?")  # its evidence is at 60-70
    found = row(asked, ("wheat.txt", 0, 30), ("tram.txt", 0, 77))
    assert recall_within(90, found) == 0
    assert recall_within(91, found) == 1
    assert characters([found, row(asked)]) == 107 / 2


def test_recall_within_a_budget_counts_each_piece_of_evidence() -> None:
    one = case("What does the tram cost?")
    asked = Case(
        id="2", question="?", answerable=True, evidence=(*one.evidence, *case("?", "wheat.txt", "half").evidence)
    )
    assert recall_within(100, row(asked, ("tram.txt", 0, 77))) == 0.5
    assert recall_within(100, Row(case=Case(id="3", question="?", answerable=False))) is None


# the command


def test_a_sample_does_not_depend_on_the_order_of_the_cases() -> None:
    cases = [Case(id=str(n), question="?", answerable=False) for n in range(50)]
    some = sample(cases, 10)
    assert len(some) == 10
    assert sorted(sample(cases[::-1], 10), key=lambda c: int(c.id)) == some
    assert sample(cases, None) == cases


def test_the_table_has_every_system_and_flags_the_one_that_finds_nothing() -> None:
    cases = [case(f"What does the tram cost? {n}") for n in range(20)]
    good = Run(header={}, rows=tuple(row(c, ("tram.txt", 0, 77)) for c in cases))
    bad = Run(header={}, rows=tuple(row(c, ("wheat.txt", 0, 36)) for c in cases))
    lines = table({"sourceline": good, "same": good, "bad": bad}).splitlines()
    assert [line.split()[-1] for line in lines if line.startswith("  bad")] == ["worse"] * 8
    assert [line.rsplit("  ")[-1] for line in lines if line.startswith("  same")] == ["no real difference"] * 8


def test_a_peer_that_there_is_not_is_named() -> None:
    with pytest.raises(SettingsWrong, match="there is no peer 'elastic': use some of sourceline, "):
        chosen("bm25,elastic", model=False)


def test_ours_answers_beside_every_peer_that_answers() -> None:
    assert chosen("bm25", model=False) == ["sourceline", "bm25"]
    assert chosen("llama_index_citing", model=True) == [
        "sourceline",
        "sourceline_written",
        "sourceline_quotes",
        "llama_index_citing",
    ]
    assert "llama_index_citing" in chosen(None, model=True)
    assert not {"llama_index_citing", "sourceline_quotes"} & set(chosen(None, model=False))


def test_what_writes_needs_a_language_model() -> None:
    with pytest.raises(SettingsWrong, match="sourceline_written needs a language model: give --llm-url"):
        refuse_unready("sourceline_written", None, model=False)
    refuse_unready("sourceline_written", None, model=True)


# what they answer


def answer(asked: Case, start: int, end: int) -> Row:
    cited = {"number": 1, "file": "tram.txt", "start": start, "end": end, "quote": ARTICLES["tram.txt"][start:end]}
    said = {"answer": "58 million [1].", "refused": False, "citations": [cited], "claims": []}
    return Row(case=asked, answer={**row(asked, ("tram.txt", 0, 77)).answer, **said})


def test_a_long_citation_is_flattered_by_sentence_and_not_by_span() -> None:
    cases = [case(f"What does the tram cost? {n}") for n in range(20)]
    exact, long = (Run(header={}, rows=tuple(answer(c, *at) for c in cases)) for at in ((60, 70), (0, 77)))
    search = Run(header={}, rows=tuple(row(c, ("tram.txt", 0, 77)) for c in cases))
    text = table({"sourceline": search, "sourceline_written": exact, "llama_index_citing": long})
    retrieval, answers = text.split("Answers and citations")
    first, second = (answers.index(f"citation precision ({by})") for by in ("span", "sentence"))
    assert answers[first:second].splitlines()[2].split()[-1] == "worse"
    assert "no real difference" in answers[second:].splitlines()[2]
    assert "nDCG@10 (passage)" in retrieval
    assert [line.split()[-2] for line in retrieval.splitlines()[1:4]] == ["-", "10", "77"]  # characters of a citation


# the document


def kept(folder: Path, *systems: str, file: str = "tram.txt", **more: Any) -> Path:
    """A folder with a run of ours, and of systems that find nothing."""
    made = {"made_with": {"versions": {"python": "3.12"}, "peer": {"bm25s": "0.3", "passages": 3}}}
    header = {"started": "2026-11-22", "cases_file": "/somewhere/sets/cases.jsonl", "corpus_folder": "c"} | made | more
    for name in ("sourceline", *systems):
        found = (file, 0, 77) if name == "sourceline" else ("wheat.txt", 0, 36)
        rows = tuple(row(case(f"SECRET {n}"), found) for n in range(20))
        save_run(folder / f"{name}.json", Run(header=header, rows=rows))
    return folder


def test_the_document_says_who_is_worse_and_who_is_missing(tmp_path: Path) -> None:
    found = read_folder(kept(tmp_path / "clapnq", "bm25", limit=150))
    text = document("make it", [found], ["xquad: stopped after 9 s"])
    assert "| clapnq | nothing | passage | 20 | 1.000 | 0.000 ▼ |" in text
    assert "- clapnq: `bm25` (all)" in text
    assert (
        "Not there, because it failed or was stopped: llama_index, llama_index_matched, llama_index_titled, haiku_rag"
        in text
    )
    assert "- **Not finished**: xquad: stopped after 9 s" in text
    assert "SETS/sets/cases.jsonl --corpus c --out clapnq --limit 150" in text
    assert "bm25s 0.3" in text
    assert not {"SECRET", "/somewhere"} & set(text.replace("`", " ").split())
    assert "better than ours, by any measure of its table (p < .05, corrected):\n\n- nowhere" in text


def test_a_peer_that_is_better_is_told_with_its_figures(tmp_path: Path) -> None:
    folder = kept(tmp_path / "own", "bm25", file="bahn.txt")
    rows = tuple(row(r.case, ("tram.txt", 0, 77)) for r in read_run(folder / "bm25.json").rows)
    save_run(folder / "bm25.json", Run(header=read_run(folder / "bm25.json").header, rows=rows))
    text = document("make it", [read_folder(folder)])
    assert "- own, `bm25`: nDCG@10 (passage) 1.000 to our 0.000; " in text
    assert "| own | not known | passage | 20 | 0.000 | 1.000 ▲ |" in text


def test_a_folder_without_our_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunWrong, match=r"has no sourceline\.json"):
        read_folder(tmp_path)


def test_every_known_set_has_a_size() -> None:
    assert set(LIMITS) == {known.name for known in KNOWN}


def test_how_the_second_environment_is_made_is_said(tmp_path: Path) -> None:
    pytest.importorskip("bm25s", reason="benchmarks/quality/peers/requirements.txt is not installed")
    with pytest.raises(SettingsWrong, match=r"is no Python with haiku\.rag: run `python3\.12 -m venv"):
        refuse_missing(tmp_path / "python")


# the endpoint


class Counting:
    """An embedder whose vectors say what it was asked for."""

    model, dimension = "counting", 2

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return np.array([[1, len(t)] for t in texts], np.float32)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return np.array([[0, len(t)] for t in texts], np.float32)


def post(url: str, **content: Any) -> tuple[int, Any]:
    connection = HTTPConnection(url.removeprefix("http://").removesuffix("/v1"), timeout=10)
    connection.request("POST", "/v1/embeddings", json.dumps({"model": "m", **content}))
    with connection.getresponse() as reply:
        said = reply.status, json.loads(reply.read())
    connection.close()
    return said


def test_the_endpoint_embeds_as_the_marks_say_and_refuses_a_text_without() -> None:
    with serving(Counting()) as endpoint:
        assert post(endpoint.url, input="query: abc")[1]["data"][0]["embedding"] == [1, 3]
        _, both = post(endpoint.url, input=["passage: a", "passage: ab"], encoding_format="base64")
        status, wrong = post(endpoint.url, input=["passage: a", "abc"])
    assert [row["embedding"] for row in both["data"]] == ["AAAAAAAAgD8=", "AAAAAAAAAEA="]
    assert (status, endpoint.embedded) == (400, {"query": 1, "passage": 2})
    assert "every text begins with 'query: '" in wrong["error"]["message"]


# the peers themselves


@pytest.fixture
def server() -> Iterator[ModelServer]:
    running = ModelServer()
    yield running
    running.close()


def made_of(texts: Corpus, tmp_path: Any, **more: Any) -> Given:
    unused: Any = None
    return Given(corpus=texts, embedder=Counting(), ours=unused, folder=tmp_path, hits=2, **more)


def peer(name: str, module: str) -> Any:
    pytest.importorskip(module, reason=f"{module} is not installed: benchmarks/quality/peers/requirements.txt")
    return opener(name)


def test_bm25_finds_the_words_in_their_own_language_and_keeps_to_the_filters(tmp_path: Any) -> None:
    with peer("bm25", "bm25s")(made_of(corpus(), tmp_path)) as search:
        german = Case(id="1", question="Was kostete die Straßenbahnen?", answerable=True, q_lang="de", answers=("58",))
        found = [hit["file"] for hit in search(german).answer["hits"]]
        both, filtered = (
            search(case("Which tram prices rose?", filters=f)) for f in (Filters(), Filters(files=("wheat.txt",)))
        )
    assert found == ["bahn.txt"]
    assert {hit["file"] for hit in both.answer["hits"]} == {"tram.txt", "wheat.txt"}
    assert [hit["file"] for hit in filtered.answer["hits"]] == ["wheat.txt"]


def test_llama_index_says_where_its_passages_are(tmp_path: Any) -> None:
    opened = peer("llama_index_matched", "llama_index.vector_stores.chroma")
    text = "\n".join(["The council met on Tuesday and approved nothing at all."] * 40)
    notes: dict[str, Any] = {}
    with opened(made_of(corpus({"minutes.txt": text}), tmp_path, notes=notes)) as search:
        hits = search(Case(id="1", question="Who met?", answerable=False)).answer["hits"]
    assert len(hits) == 2
    assert all(text[hit["start"] : hit["end"]].startswith("The council") for hit in hits)
    assert (notes["passages"] > 2, notes["passages without a place"]) == (True, 0)


def test_citation_query_engine_answers_from_numbered_sources(tmp_path: Any, server: ModelServer) -> None:
    opened = peer("llama_index_citing", "llama_index.vector_stores.chroma")
    message = {"role": "assistant", "content": "It costs 58 million euros [1]."}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    server.says(body(200, {"id": "1", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]}))
    with opened(made_of(corpus(), tmp_path, model=LanguageModel(url=server.url, name="m"))) as ask:
        answer = ask(case("What does the tram cost?")).answer
    first = answer["hits"][0]
    assert [(c["number"], c["file"], c["quote"]) for c in answer["citations"]] == [
        (1, first["file"], ARTICLES[first["file"]])
    ]
    assert f"Source 1:\n{ARTICLES[first['file']]}" in server.requests[0]["messages"][-1]["content"]


# what CitationQueryEngine says


def test_an_answer_becomes_claims_and_citations() -> None:
    cited = [Region(file="tram.txt", span=Span(start=0, end=50)), None]
    said = answered("The council agreed [1]. It costs 58 million. [1, 7] Nobody objected [2].", cited, corpus())
    assert [(c["text"], c["citations"]) for c in said["claims"]] == [
        ("The council agreed.", [1]),
        ("It costs 58 million.", [1, 7]),
        ("Nobody objected.", [2]),
    ]
    assert [(c["number"], c["quote"]) for c in said["citations"]] == [(1, ARTICLES["tram.txt"][:50])]
    assert said["refused"] is False


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ("It costs 58 million [Source 2].", [2]),
        ("It costs 58 million. Source 2", [2]),
        ("According to Source 2, it costs 58 million [1].", [1, 2]),
        ("It costs 58 million.", []),
    ],
)
def test_sources_are_named_in_several_ways_or_not_at_all(said: str, numbers: list[int]) -> None:
    row = answered(said, [], corpus())
    assert (row["refused"], [claim["citations"] for claim in row["claims"]]) == (False, [numbers])


@pytest.mark.parametrize(
    "said", ["None of the sources are helpful.", "The provided context does not say.", "Empty Response"]
)
def test_who_says_that_nothing_helps_refuses(said: str) -> None:
    row = answered(said, [], corpus())
    assert (row["refused"], row["claims"], row["citations"]) == (True, [], [])


def test_a_source_is_placed_in_its_passage() -> None:
    text = ARTICLES["tram.txt"]
    about = {"file": "tram.txt", "start": 0, "end": len(text)}
    found = sources(corpus(), [(about, f"Source 1:\n{text[:50]}\n"), (about, f"Source 2:\n{text[51:]}\n")])
    assert [(r.span.start, r.span.end) for r in found if r] == [(0, 50), (51, 77)]
