"""A tiny source in every format, made up for these tests."""

import csv
import json
from collections.abc import Callable, Iterable
from pathlib import Path

FERRY = "The ferry to Osk sails at noon. It costs nine euros. Dogs travel free of charge."
TOWER = "The tower of Lund was built in 1911. A storm took its roof in 1954."


def write_json(path: Path, record: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record), encoding="utf-8")
    return path


def write_lines(path: Path, records: Iterable[object]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def squad(folder: Path) -> Path:
    asked = {"id": "s1", "question": "When does the ferry sail?", "answers": [{"text": "noon", "answer_start": 26}] * 2}
    never = {
        "id": "s2",
        "question": "What does a bicycle cost?",
        "answers": [],
        "is_impossible": True,
        "plausible_answers": [{"text": "nine euros", "answer_start": 41}],
    }
    tower = {
        "id": "s3",
        "question": "When was it built?",
        "answers": [{"text": "1911", "answer_start": TOWER.index("1911")}],
    }
    paragraphs = [{"context": FERRY, "qas": [asked, never]}, {"context": TOWER, "qas": [tower]}]
    return write_json(folder / "dev.json", {"version": "2", "data": [{"title": "Osk_Ferry", "paragraphs": paragraphs}]})


def common(folder: Path) -> Path:
    for language, text in (("en", FERRY), ("de", "Die Fähre nach Osk legt mittags ab. Sie kostet neun Euro.")):
        (folder / "corpus" / language).mkdir(parents=True)
        (folder / "corpus" / language / "ferry.md").write_text("\ufeff" + text, encoding="utf-8")
    place = {"file": "corpus/de/ferry.md", "quote": "mittags", "start": 29, "end": 36, "para_start": 0}
    record = {"id": "c1", "question": "When?", "q_lang": "en", "doc_lang": "de", "form": "cross", "answer": "mittags"}
    known = {**record, "answers": ["mittags"], "type": "extractive", "answerable": True, "evidence": [place]}
    none = {**record, "id": "c2", "answer": "None.", "type": "null", "answerable": False, "evidence": []}
    write_lines(folder / "questions.jsonl", [known, none])
    return folder


def multihop(folder: Path) -> Path:
    about = {"author": "Ann Lee", "source": "Osk Post", "published_at": "2023-10-07T12:00:00+00:00", "category": "sea"}
    articles = [
        {**about, "title": "The ferry", "url": "https://osk.example/1", "body": FERRY},
        {**about, "title": "The tower", "url": "https://osk.example/2", "body": TOWER},
    ]
    facts = [
        {"url": "https://osk.example/1", "fact": "It costs  nine euros."},
        {"url": "https://osk.example/2", "fact": "It was rebuilt."},
    ]
    two = {"query": "Which is older?", "answer": "no", "question_type": "comparison_query", "evidence_list": facts}
    none = {"query": "And?", "answer": "Insufficient information.", "question_type": "null_query", "evidence_list": []}
    write_json(folder / "corpus.json", articles)
    write_json(folder / "MultiHopRAG.json", [two, none])
    return folder


def ramdocs(folder: Path) -> Path:
    documents = [
        {"text": FERRY, "type": "correct", "answer": "noon"},
        {"text": "The ferry sails at six.", "type": "misinfo", "answer": "six"},
        {"text": TOWER, "type": "noise", "answer": "unknown"},
    ]
    first = {"question": "When?", "documents": documents, "gold_answers": ["noon"], "wrong_answers": ["noon", "six"]}
    again = {"question": "How much?", "documents": documents[:1], "gold_answers": ["nine", "9"], "wrong_answers": []}
    return write_lines(folder / "RAMDocs_test.jsonl", [first, again])


def mtrag(folder: Path) -> Path:
    talk = [
        {"speaker": "user", "text": "When does it sail?"},
        {"speaker": "agent", "text": "At noon."},
        {"speaker": "user", "text": "And the price?"},
    ]
    contexts = [{"document_id": "d1", "text": FERRY, "title": "Osk"}, {"document_id": "d2", "text": f"Osk\n{TOWER}"}]
    task = {"contexts": contexts, "input": talk, "targets": [{"speaker": "agent", "text": "Nine euros."}]}
    kinds = ("ANSWERABLE", "PARTIAL", "UNANSWERABLE", "UNDERSPECIFIED")
    tasks = [{**task, "task_id": f"t<::>{kind}", "answerability": [kind], "Question Type": ["N/A"]} for kind in kinds]
    return write_lines(folder / "reference.jsonl", tasks)


def clapnq(folder: Path) -> Path:
    passage = {"title": "Osk", "text": FERRY, "sentences": FERRY.split(". ")}
    outputs = [
        {
            "answer": "Nine euros, at noon.",
            "selected_sentences": ["The ferry to Osk sails at noon.", "It costs nine euros."],
        },
        {"answer": "Nine.", "selected_sentences": ["It costs nine euros."]},
    ]
    known = {"id": "q1", "input": "when and how much", "passages": [passage], "output": outputs}
    none = {**known, "id": "q2", "output": [{"answer": "", "selected_sentences": []}]}
    write_lines(folder / "clapnq_dev_answerable.jsonl", [known])
    write_lines(folder / "clapnq_dev_unanswerable.jsonl", [none])
    return folder


def beir(folder: Path) -> Path:
    documents = [
        {"_id": "MED-1", "title": "The ferry", "text": FERRY, "metadata": {}},
        {"_id": "a/b c", "title": "", "text": TOWER},
        {"_id": "empty", "title": "", "text": " "},
        {"_id": "med-1", "title": "", "text": "The ferry is painted white."},
    ]
    queries = [{"_id": str(n), "text": text} for n, text in enumerate(("ferry price", "a roof", "unjudged", "nothing"))]
    write_lines(folder / "corpus.jsonl", documents)
    write_lines(folder / "queries.jsonl", queries)
    judged = [
        ("0", "MED-1", 2),
        ("0", "med-1", 1),
        ("0", "a/b c", 0),
        ("1", "a/b c", 1),
        ("3", "MED-1", 0),
        ("9", "x", 1),
    ]
    rows = ["query-id\tcorpus-id\tscore", *("\t".join(map(str, row)) for row in judged)]
    (folder / "qrels").mkdir()
    (folder / "qrels/test.tsv").write_text("\n".join(rows), encoding="utf-8")
    (folder / "qrels/train.tsv").write_text("query-id\tcorpus-id\tscore\n2\tMED-1\t1\n", encoding="utf-8")
    return folder


def chunking(folder: Path) -> Path:
    (folder / "ferry.md").write_text(f"# Ferries\n\n{FERRY} {FERRY}", encoding="utf-8")
    second = 11 + len(FERRY) + 1 + FERRY.index("It costs")
    reference = {"content": "It costs nine euros.", "start_index": second, "end_index": second + 20}
    with (folder / "questions_df.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["question", "references", "corpus_id"])
        rows.writerow(["What does it cost,\nsecondly?", json.dumps([reference]), "ferry"])
        rows.writerow(["What is lost?", json.dumps([reference]), "lost"])
    return folder


def ntrex(folder: Path) -> Path:
    lines = [
        ("osk.1", "Ferry sails", "Fähre legt ab"),
        ("osk.1", "It sails at noon.", "Sie legt mittags ab."),
        ("osk.1", "It costs nine euros for grown people.", "Sie kostet für Erwachsene neun Euro."),
        ("osk.1", "Dogs are free of any charge.", "Hunde fahren ganz umsonst mit."),
        ("osk.2", "Alone", "Allein"),
    ]
    names = ("DOCUMENT_IDS.tsv", "newstest2019-src.eng.txt", "newstest2019-ref.deu.txt")
    for name, column in zip(names, zip(*lines, strict=True), strict=True):
        (folder / name).write_text("\n".join(column) + "\n", encoding="utf-8")
    return folder


def table(folder: Path) -> Path:
    (folder / "sea").mkdir()
    (folder / "sea/ferry.txt").write_text(FERRY.replace("nine euros", "nine\neuros"), encoding="utf-8")
    rows = [
        "Question;Answer;File;Quote",
        'When does it sail?;noon;sea/ferry.txt;"The ferry to Osk sails at noon."',
        "When does it sail?;12 o'clock;ferry.txt;It costs nine euros.",
        "Who is free?;dogs;ferry.txt;",
        "What is the captain's name?;;;",
    ]
    path = folder / "questions.csv"
    path.write_text("\ufeff" + "\r\n".join(rows), encoding="utf-8")
    return path


SOURCES: dict[str, Callable[[Path], Path]] = {
    made.__name__: made for made in (squad, common, multihop, ramdocs, mtrag, clapnq, beir, chunking, ntrex, table)
}
