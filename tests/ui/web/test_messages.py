"""What Sourceline says of itself, in German: every failure that a reader of the page can meet."""

from __future__ import annotations

import ast
import json
import string
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import index.errors
import prompts
import ui.web
from index.errors import ModelUnavailable, SourcelineError
from ui.web.messages import error_said, said
from ui.web.words import words

WEB = Path(ui.web.__file__).parent
ROOT = WEB.parent.parent
GERMAN: dict[str, str] = json.loads((WEB / "words" / "messages.de.json").read_text(encoding="utf-8"))
MET = ["index/**/*.py", "rag/**/*.py", "ui/web/*.py"]
ELSEWHERE = {  # on the command line, or told by another
    *("fetch.py", "server.py", "sandbox.py", "find.py", "cite.py"),
    *("roots.py", "snapshot.py"),  # what an import or an export does
}


def raised() -> Iterator[str]:
    """What is said where a named failure is made, with {} for each value; what is no text there is left out."""
    for file in (file for pattern in MET for file in ROOT.glob(pattern) if file.name not in ELSEWHERE):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        kept = assigned(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names():
                yield from (form for given in node.args[:2] for form in forms_of(given, kept))


def names() -> set[str]:
    ours = {name for name, kind in vars(index.errors).items() if isinstance(kind, type)}
    return ours | {kind.__name__ for kind in SourcelineError.__subclasses__()}


def assigned(tree: ast.Module) -> dict[str, list[ast.expr]]:
    """What each name of a file is made, anywhere in it."""
    kept: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                for name, value in pairs(target, node.value):
                    kept.setdefault(name, []).append(value)
    return kept


def pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for part in zip(target.elts, value.elts, strict=True):
            yield from pairs(*part)


def forms_of(node: ast.AST, kept: dict[str, list[ast.expr]]) -> Iterator[str]:
    """The texts that an expression can be: its own, those of the names and tables in it, both of a choice."""
    if isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    elif isinstance(node, ast.Name):
        yield from (form for value in kept.get(node.id, []) for form in forms_of(value, {}))
    elif isinstance(node, ast.IfExp):
        yield from (form for part in (node.body, node.orelse) for form in forms_of(part, kept))
    elif isinstance(node, ast.BoolOp | ast.Dict):
        yield from (form for part in node.values for form in forms_of(part, kept))
    elif isinstance(node, ast.Subscript):
        yield from forms_of(node.value, kept)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
        yield from (form for part in (node.func.value, *node.args[1:]) for form in forms_of(part, kept))


def test_every_failure_that_a_reader_can_meet_is_said_in_german() -> None:
    forms = set(raised())
    assert len(forms) > 80
    assert {form for form in forms if said(form, words("de")) == form} == set()


def test_a_translation_has_the_values_of_its_message() -> None:
    holes = {form: [name for _, name, _, _ in string.Formatter().parse(form) if name is not None] for form in GERMAN}
    for form, translation in GERMAN.items():
        told = [name for _, name, _, _ in string.Formatter().parse(translation) if name is not None]
        assert len(told) == len(holes[form]), form


@pytest.mark.parametrize(
    ("message", "german"),
    [
        ("quotes (no language model is configured)", "im Wortlaut der Artikel (kein Sprachmodell eingestellt)"),
        ('"57" is not in the cited text, which says "47"', "„57“ steht nicht in der Quelle, dort steht „47“"),
        (
            "the language model did not answer, so this is quoted: http://h/v1 answered 500 (a: b): ask again in a while",
            "das Sprachmodell hat nicht geantwortet, deshalb ist dies zitiert: "
            "http://h/v1 hat mit 500 geantwortet (a: b): fragen Sie später noch einmal",
        ),
        (
            "the model answers in German, not in English",
            "die Antwort ist nicht in der Sprache der Frage (Modell: Deutsch, Frage: Englisch)",
        ),
        ('"Russian" is not in the cited text', "„Russian“ steht nicht in der Quelle"),
        ("something new: ask again", "something new: fragen Sie noch einmal"),
        ("something {new} happened", "something {new} happened"),
    ],
)
def test_messages_in_messages(message: str, german: str) -> None:
    assert said(message, words("de")) == german
    assert said(message, words("en")) == message


@pytest.mark.parametrize(
    ("prompt", "values"), [("refusal", {"closest": "x"}), ("nothing", {}), ("unanswered", {"questions": "x"})]
)
def test_a_refusal_of_an_english_question_is_german_on_a_german_page(prompt: str, values: dict[str, str]) -> None:
    told = prompts.in_language(prompt, "en").render(**values)
    assert said(told, words("de")) == prompts.in_language(prompt, "de").render(**values)


def test_a_text_that_a_reader_sends_takes_no_time() -> None:
    """This one took several seconds before lengths were bounded."""
    begun = time.process_time()
    said(f"no article '{' failed (' * 250}{': x' * 1_000}' is indexed", words("de"))
    assert time.process_time() - begun < 0.5


def test_a_failure_keeps_its_two_parts() -> None:
    told = error_said(ModelUnavailable("the connection to x broke (y)", "ask again"), words("de"))
    assert told == {"error": "die Verbindung zu x ist abgerissen (y)", "remedy": "fragen Sie noch einmal"}
