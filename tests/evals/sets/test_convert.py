"""What every set has in common: what `convert` writes, what it refuses, and what it says then."""

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as some

import evals.cases
from evals.cases import load_cases
from evals.places import check_cases
from evals.sets import SETS, SetWrong, convert
from evals.sets.articles import Articles, file_of_id, slug
from index.readers import find_files
from tests.evals.sets.made import FERRY, SOURCES, clapnq, mtrag, ramdocs, squad, write_json, write_lines

SCHEMA = json.loads(Path(evals.cases.__file__).with_name("case.schema.json").read_text(encoding="utf-8"))


@pytest.fixture
def there(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    return folder


def test_every_set_is_tried_here() -> None:
    assert SOURCES.keys() == SETS.keys()


@pytest.mark.parametrize("name", SETS)
def test_a_set_becomes_cases_that_its_articles_bear_out(name: str, there: Path, tmp_path: Path) -> None:
    made = convert(name, SOURCES[name](there), tmp_path / "deep/made")
    cases = load_cases(made.cases)
    assert len(cases) == made.case_count > 0
    assert sum(case.answerable for case in cases) == made.answerable_count
    assert check_cases(cases, made.corpus) == []
    for line in made.cases.read_text(encoding="utf-8").splitlines():
        jsonschema.validate(json.loads(line), SCHEMA, jsonschema.Draft202012Validator)
    if name != "table":
        found, skipped = find_files(made.corpus)
        assert (len(found), skipped) == (made.article_count, [])
    assert json.loads((tmp_path / "deep/made/set.json").read_text(encoding="utf-8"))["set"] == name
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["made"]


@pytest.mark.parametrize("name", SETS)
def test_a_source_looks_like_its_own_set_and_no_other(name: str, there: Path) -> None:
    source = SOURCES[name](there)
    assert [s.name for s in SETS.values() if s.fits(source)] == [name]


@pytest.mark.parametrize("name", SETS)
def test_the_wrong_name_is_told_with_the_right_one(name: str, there: Path, tmp_path: Path) -> None:
    source = SOURCES[name](there)
    other = "mtrag" if name != "mtrag" else "squad"
    with pytest.raises(SetWrong) as raised:
        convert(other, source, tmp_path / "made")
    assert raised.value.remedy == f"the set {other} is {SETS[other].holds}; it looks like the set {name}"
    assert not (tmp_path / "made").exists()


def test_an_unknown_name_is_told_with_the_names_there_are(there: Path, tmp_path: Path) -> None:
    with pytest.raises(SetWrong, match=r"there is no set sqad: the sets are squad, .* did you mean squad\?; it looks"):
        convert("sqad", squad(there), tmp_path / "made")


@pytest.mark.parametrize("name", SETS)
def test_a_source_that_is_not_there_and_an_empty_one_are_named(name: str, there: Path, tmp_path: Path) -> None:
    with pytest.raises(SetWrong, match=r"there is no .*absent: check the path"):
        convert(name, tmp_path / "absent", tmp_path / "made")
    with pytest.raises(SetWrong) as raised:
        convert(name, there, tmp_path / "made")
    assert SETS[name].holds in str(raised.value)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"question": "x", ', ":2: not JSON (Expecting property name enclosed in double quotes at character 18)"),
        ('{"question": "x", "documents": [], "answers": []}', ":2: gold_answers is missing"),
        ('{"question": "x", "documents": [{"text": 1}], "gold_answers": []}', ":2: documents.0.text: Input should be"),
        ("[]", ":2: the record: Input should be"),
    ],
)
def test_a_faulty_line_is_named_with_its_key(line: str, told: str, there: Path, tmp_path: Path) -> None:
    source = ramdocs(there)
    first, second = source.read_text(encoding="utf-8").splitlines()
    source.write_text(f"{first}\n{line}\n{second}\n", encoding="utf-8")
    with pytest.raises(SetWrong) as raised:
        convert("ramdocs", source, tmp_path / "made")
    assert raised.value.what.startswith(f"{source}{told}")
    assert raised.value.remedy == "the set ramdocs is RAMDocs_test.jsonl, or the folder with it"


def test_text_in_another_encoding_is_named(there: Path, tmp_path: Path) -> None:
    (there / "x.json").write_text("Fähre", encoding="utf-16")
    with pytest.raises(SetWrong, match=r"x\.json is not UTF-8 \(byte 0\): save it in UTF-8"):
        convert("squad", there, tmp_path / "made")


def test_what_cannot_be_converted_is_left_out_and_told(there: Path, tmp_path: Path) -> None:
    folder = clapnq(there)
    record = json.loads((folder / "clapnq_dev_answerable.jsonl").read_text(encoding="utf-8"))
    record["id"], record["output"][0]["selected_sentences"] = "q3", ["It sinks."]
    write_lines(folder / "clapnq_more_answerable.jsonl", [record])
    made = convert("clapnq", folder, tmp_path / "made")
    assert (made.case_count, made.left_out) == (2, ("q3: a chosen sentence does not stand in its passage",))
    assert json.loads((tmp_path / "made/set.json").read_text(encoding="utf-8"))["left_out"] == list(made.left_out)


RECORDS = {
    "squad": ("dev.json", ("data", 0, "paragraphs", 0, "qas", 0, "question"), "s1"),
    "common": ("questions.jsonl", (0, "question"), "c1"),
    "multihop": ("MultiHopRAG.json", (0, "query"), "multihop-0"),
    "ramdocs": ("RAMDocs_test.jsonl", (0, "question"), "ramdocs-0"),
    "mtrag": ("reference.jsonl", (0, "input", -1, "text"), "t<::>ANSWERABLE"),
    "clapnq": ("clapnq_dev_answerable.jsonl", (0, "input"), "q1"),
    "beir": ("queries.jsonl", (0, "text"), "0"),
}
"""Where a question stands in a set's file, and the case that it becomes."""


def change(path: Path, place: tuple[str | int, ...], value: object) -> None:
    """Put `value` at `place` in a file of JSON, or of JSON lines."""
    text = path.read_text(encoding="utf-8-sig")
    record = [json.loads(line) for line in text.splitlines()] if path.suffix == ".jsonl" else json.loads(text)
    *way, last = place
    inner = record
    for step in way:
        inner = inner[step]
    inner[last] = value
    if path.suffix == ".jsonl":
        write_lines(path, record)
    else:
        write_json(path, record)


@pytest.mark.parametrize("name", RECORDS)
def test_one_empty_question_is_left_out_and_the_others_are_not(name: str, there: Path) -> None:
    source, (file, place, case) = SOURCES[name](there), RECORDS[name]
    before = {c.id for c in SETS[name].read(source).cases}
    change(there / file, place, " ")
    found = SETS[name].read(source)
    assert f"{case}: the question is empty: write one" in found.left_out
    assert {c.id for c in found.cases} == before - {case}


def test_what_nothing_answers_is_left_out(there: Path, tmp_path: Path) -> None:
    source = mtrag(there)
    for key in ("targets", "contexts"):
        change(source, (0, key), [])
    (told,) = convert("mtrag", source, tmp_path / "made").left_out
    assert told.startswith("t<::>ANSWERABLE: answerable, with neither answers nor evidence")


def test_a_record_without_an_id_is_named_by_its_question(there: Path) -> None:
    source = squad(there)
    change(source, ("data", 0, "paragraphs", 0, "qas", 0, "id"), "")
    (told,) = SETS["squad"].read(source).left_out
    assert told == "'When does the ferry sail?': the id is empty: give the case a name of its own"


def test_two_cases_with_one_id_are_no_set(there: Path, tmp_path: Path) -> None:
    folder = clapnq(there)
    text = (folder / "clapnq_dev_answerable.jsonl").read_text(encoding="utf-8")
    (folder / "clapnq_more_answerable.jsonl").write_text(text, encoding="utf-8")
    with pytest.raises(evals.cases.CasesWrong, match="the id 'q1' is taken"):
        convert("clapnq", folder, tmp_path / "made")
    assert [path.name for path in tmp_path.iterdir()] == ["source"]


def test_an_earlier_conversion_is_replaced_and_nothing_else(there: Path, tmp_path: Path) -> None:
    source, folder = squad(there), tmp_path / "made"
    folder.mkdir()
    convert("squad", source, folder)
    (folder / "corpus/old.txt").write_text("old", encoding="utf-8")
    convert("squad", source, folder)
    assert not (folder / "corpus/old.txt").exists()
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(SetWrong, match=r"made holds something else: name a new or an empty folder"):
        convert("squad", source, folder)
    assert (folder / "notes.txt").read_text(encoding="utf-8") == "mine"
    with pytest.raises(SetWrong, match=r"source holds something else"):
        convert("squad", source, there)
    with pytest.raises(SetWrong, match=r"notes\.txt is a file: name a folder"):
        convert("squad", source, folder / "notes.txt")


def test_the_same_text_is_one_article_and_its_name_can_be_read() -> None:
    articles = Articles()
    first = articles.add("Fähre nach Osk: «Mittag»!", FERRY)
    assert articles.add("Another title", "\ufeff" + FERRY) == first
    assert first.startswith("fahre-nach-osk-mittag-")
    assert articles.add("渡轮", "text \ud800") != first
    assert articles.texts == {first: FERRY, articles.add("渡轮", "text \ufffd"): "text \ufffd"}
    with pytest.raises(SetWrong, match=r"the article x\.txt has no text"):
        articles.put("x.txt", " \n")


@given(some.text())
def test_a_name_is_safe_on_every_system(title: str) -> None:
    assert set(slug(title)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert 0 < len(slug(title)) <= 60
    name = file_of_id(title)
    assert name.endswith(".txt")
    assert not set(name) & set('/\\:*?"<>| \0')
    assert not name.startswith(".")
    assert len(name) <= 104
