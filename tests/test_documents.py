"""What the documents and the help texts name must exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main
from typer.testing import CliRunner

from ui.cli import app

ROOT = Path(__file__).parent.parent
DOCUMENTS = [
    *("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "evals/README.md"),
    *("docs/threat-model.md", "docs/failure-modes.md"),
]
TOP = typer.main.get_command(app).commands  # type: ignore[attr-defined]
GROUPS = {n: c.commands for n, c in TOP.items() if hasattr(c, "commands")}
COMMANDS = TOP | {f"{group} {n}": c for group, commands in GROUPS.items() for n, c in commands.items()}
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def spoken(text: str) -> list[tuple[str, str]]:
    """(command, rest of its line) for every `sourceline …` in code; a command of a group is "eval run"."""
    code = re.findall(r"```.*?```|`[^`]+`", text, re.DOTALL)
    called = rf"\bsourceline ((?:(?:{'|'.join(GROUPS)}) (?=[a-z]))?[a-z]+)([^`\n]*)"
    return [(m[1], m[2]) for c in code for m in re.finditer(called, c)]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_commands_of_documents_exist(name: str) -> None:
    for command, rest in spoken((ROOT / name).read_text(encoding="utf-8")):
        assert command in COMMANDS, f"{name} names `sourceline {command}`"
        known = {o for p in COMMANDS[command].params for o in p.opts} | {"--help"}
        assert set(re.findall(r"(?<!\w)--[a-z-]+", rest)) <= known, f"{name}: sourceline {command}{rest}"


def test_an_unknown_command_is_seen() -> None:
    told = "`sourceline frobnicate --now`, `sourceline eval frobnicate`"
    assert [c for c, _ in spoken(told) if c not in COMMANDS] == ["frobnicate", "eval frobnicate"]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_make_targets_of_documents_exist(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"```.*?```|`[^`]+`", text, re.DOTALL))
    assert set(re.findall(r"\bmake ([a-z-]+)", code)) <= TARGETS


@pytest.mark.parametrize("name", DOCUMENTS)
def test_paths_of_documents_exist(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    named = re.findall(r"`((?:index|rag|prompts|ui|evals|tests|benchmarks|corpus)/[\w./-]*)`", text)
    assert all((ROOT / path).exists() for path in named), [p for p in named if not (ROOT / p).exists()]


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_is_in_the_readme_and_has_help(command: str) -> None:
    assert f"sourceline {command}" in (ROOT / "README.md").read_text(encoding="utf-8")
    shown = CliRunner().invoke(app, [*command.split(), "--help"])
    assert shown.exit_code == 0
    assert all(p.help for p in COMMANDS[command].params if p.name != "help"), f"an option of {command} has no help"


def test_errors_name_commands_that_exist() -> None:
    sources = "\n".join(
        f.read_text(encoding="utf-8") for p in ("index", "rag", "evals", "ui") for f in (ROOT / p).rglob("*.py")
    )
    for command, rest in spoken(sources):
        assert command in COMMANDS, command
        known = {o for p in COMMANDS[command].params for o in p.opts}
        assert set(re.findall(r"(?<!\w)--[a-z-]+", rest)) <= known, f"{command} {rest}"
