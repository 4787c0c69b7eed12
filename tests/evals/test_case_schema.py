"""`case.schema.json` is kept by hand; here it is held against the classes that read cases."""

import json
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import TypeAdapter, ValidationError

import evals.cases
from evals.cases import Case, Evidence, Turn, load_cases
from index.types import Filters

HERE = Path(evals.cases.__file__).parent
SCHEMA = json.loads((HERE / "case.schema.json").read_text(encoding="utf-8"))
VALID = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())
CASE = TypeAdapter(Case)
EVIDENCE = {"file": "ferry.txt", "quote": "noon", "start": 3, "end": 7}
KNOWN = {"id": "x", "question": "When?", "answerable": True, "answers": ["noon"]}
NONE = {"id": "x", "question": "When?", "answerable": False}


def read(case: dict[str, Any]) -> bool:
    try:
        CASE.validate_json(json.dumps(case))
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    ("described", "read_into"),
    [
        (SCHEMA, Case),
        (SCHEMA["$defs"]["evidence"], Evidence),
        (SCHEMA["$defs"]["turn"], Turn),
        (SCHEMA["$defs"]["filters"], Filters),
    ],
    ids=["case", "evidence", "turn", "filters"],
)
def test_the_schema_has_the_keys_that_are_read(described: dict[str, Any], read_into: type) -> None:
    assert set(described["properties"]) == {f.name for f in fields(read_into)}
    needed = {f.name for f in fields(read_into) if f.default is MISSING and f.default_factory is MISSING}
    assert set(described.get("required", ())) == needed
    for name, key in described["properties"].items():
        if name not in needed and name != "filters":
            default = next(f.default for f in fields(read_into) if f.name == name)
            assert key["default"] == (list(default) if isinstance(default, tuple) else default)


def test_the_schema_is_one_and_says_what_each_key_is_for() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert [name for name, key in SCHEMA["properties"].items() if not key.keys() & {"description", "$ref"}] == []


def test_the_gold_questions_are_cases_by_both() -> None:
    path = HERE / "gold/sample.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [error.message for line in lines for error in VALID.iter_errors(json.loads(line))] == []
    assert len(load_cases(path)) == len(lines) > 100


@pytest.mark.parametrize(
    ("case", "right"),
    [
        (KNOWN, True),
        (NONE, True),
        ({**KNOWN, "evidence": [EVIDENCE, {"file": "x.txt", "relevance": 3}]}, True),
        ({**KNOWN, "answers": [], "references": ["At noon."]}, True),
        ({**KNOWN, "answers": [], "evidence": [EVIDENCE]}, True),
        ({**KNOWN, "as_of": "2024-03-01", "filters": {"languages": ["de"], "since": "2024-01-01"}}, True),
        ({**KNOWN, "history": [{"question": "Who?"}, {"question": "Why?", "answer": "So."}]}, True),
        ({**NONE, "wrong_answers": ["six"], "type": "unanswerable"}, True),
        ({**KNOWN, "id": " "}, False),
        ({**KNOWN, "question": ""}, False),
        ({**KNOWN, "answers": []}, False),
        ({**KNOWN, "answers": "noon"}, False),
        ({**KNOWN, "answerable": 1}, False),
        ({**KNOWN, "type": "unanswerable"}, False),
        ({**KNOWN, "evidnce": []}, False),
        ({**KNOWN, "as_of": "yesterday"}, False),
        ({**KNOWN, "filters": {"outlet": ["x"]}}, False),
        ({**KNOWN, "history": [{"answer": "So."}]}, False),
        ({**KNOWN, "evidence": [{**EVIDENCE, "start": -1}]}, False),
        ({**KNOWN, "evidence": [{"file": "x.txt", "quote": "noon"}]}, False),
        ({**KNOWN, "evidence": [{"file": "x.txt", "relevance": 0}]}, False),
        ({**NONE, "answers": ["noon"]}, False),
        ({**NONE, "references": ["At noon."]}, False),
        ({**NONE, "evidence": [EVIDENCE]}, False),
        ({"id": "x", "question": "When?"}, False),
    ],
)
def test_both_take_and_refuse_the_same(case: dict[str, Any], right: bool) -> None:
    assert (VALID.is_valid(case), read(case)) == (right, right)
