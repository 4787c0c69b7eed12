from pathlib import Path

import pytest

from evals.cases import Case
from evals.sets import SetWrong
from evals.sets.table import columns_of, delimiter_of, read_table
from tests.evals.sets.made import FERRY, table


def cases(path: Path) -> dict[str, Case]:
    return {case.question: case for case in read_table(path).cases}


def test_rows_of_one_question_are_one_case(tmp_path: Path) -> None:
    found = cases(table(tmp_path))
    case = found["When does it sail?"]
    assert case.answers == ("noon", "12 o'clock")
    assert [e.quote for e in case.evidence] == ["The ferry to Osk sails at noon.", "It costs nine\neuros."]
    assert {e.file for e in case.evidence} == {"sea/ferry.txt"}
    assert found["Who is free?"].evidence[0].span is None
    assert not found["What is the captain's name?"].answerable
    assert read_table(tmp_path / "questions.csv").corpus == tmp_path


def test_the_articles_may_lie_elsewhere(tmp_path: Path) -> None:
    table(tmp_path)
    moved = (tmp_path / "questions.csv").rename(tmp_path.parent / f"{tmp_path.name}.csv")
    assert read_table(moved, tmp_path).corpus == tmp_path


@pytest.mark.parametrize(
    ("header", "delimiter", "known"),
    [
        ("question,answer,file", ",", {"question": 0, "answer": 1, "file": 2}),
        ('"Question";"Expected answer";"Source"', ";", {"question": 0, "file": 2}),
        ("Nr.\tFrage\tAntwort\tDatei\tZitat", "\t", {"question": 1, "answer": 2, "file": 3, "quote": 4}),
        ("Question 1|Answer_|FILE:", "|", {"question": 0, "answer": 1, "file": 2}),
        ("question", ",", {"question": 0}),
        ("question,question,answers", ",", {"question": 0, "answer": 2}),
    ],
)
def test_columns_are_known_by_loose_names(header: str, delimiter: str, known: dict[str, int]) -> None:
    assert delimiter_of(f"{header}\na; b; c; d; e") == delimiter
    assert columns_of([name.strip('"') for name in header.split(delimiter)]) == known


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("Why?,x,fery.txt,", "fery.txt names no articles in .*; the nearest: (sea|lake)/ferry.txt"),
        ("Why?,x,ferry.txt,", "ferry.txt names 2 articles in .*; the nearest: lake/ferry.txt, sea/ferry.txt"),
        (
            "Why?,x,sea/ferry.txt,It costs ten euros.",
            r"sea/ferry.txt does not say 'It costs ten euros.'; nearest at 32: 'It costs nine\\neuros'",
        ),
        ("Why?,x,,It costs nine euros.", "a quote without its file: name the article"),
        (",x,,", "the question is empty: write one"),
    ],
)
def test_a_faulty_row_is_named_with_its_line_and_the_nearest(row: str, told: str, tmp_path: Path) -> None:
    table(tmp_path)
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake/ferry.txt").write_text(FERRY, encoding="utf-8")
    path = tmp_path / "faulty.csv"
    path.write_text(f'question,answer,file,quote\n"Two\nlines?",yes,,\n{row}\nWhy?,x,,\n{row}\n', encoding="utf-8")
    with pytest.raises(SetWrong, match=f":4: {told}") as raised:
        read_table(path)
    assert f"{path}:6: " in raised.value.what
    assert raised.value.remedy == "mend these lines"


def test_a_table_without_questions_or_with_an_open_quotation_mark_is_named(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("name,answer\n", encoding="utf-8")
    with pytest.raises(SetWrong, match=r"t\.csv:1: no column is named question: name the columns"):
        read_table(path)
    path.write_text('question,answer\nWhy?,"because\n', encoding="utf-8")
    with pytest.raises(SetWrong, match=r"t\.csv:2: unexpected end of data"):
        read_table(path)


def test_what_was_read_as_what_is_told(tmp_path: Path) -> None:
    table(tmp_path)
    path = tmp_path / "own.csv"
    lines = [
        "ID,Question,Solution,Antwort",
        "ferry-1,When?,x,noon",
        "ferry-2,Who?,,dogs",
        "ferry-1,When?,,at 12",
        ",Why?,,",
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    found = read_table(path)
    assert [(c.id, c.answers) for c in found.cases] == [
        ("ferry-1", ("noon", "at 12")),
        ("ferry-2", ("dogs",)),
        ("line-5", ()),
    ]
    assert found.told[0].startswith("columns read: ")
    assert "'Antwort' as answer" in found.told[0]
    assert found.told[1] == "columns ignored: 'Solution'"
    assert found.told[2].startswith("lines 2, 4 ask the same, 'When?': one case, in which each of 'noon', 'at 12'")


def test_an_id_of_two_questions_is_named(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id,question,answer\na,Why?,x\na,Who?,y\n", encoding="utf-8")
    with pytest.raises(SetWrong, match=r"t\.csv:3: the id 'a' is that of another question, in line 2: mend"):
        read_table(path)
