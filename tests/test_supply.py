"""What is installed beside Sourceline: pinned, licensed, and quiet when it is imported."""

from __future__ import annotations

import os
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import distribution, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.ui.test_cli import OFFLINE

ROOT = Path(__file__).parents[1]
OURS = ("index", "rag", "prompts", "evals", "ui")
CHOICES = {"tld"}  # under the GPL, the LGPL or, as here, the MPL, whichever one likes


def needed(name: str, extras: frozenset[str], seen: set[tuple[str, frozenset[str]]]) -> Iterator[str]:
    """The packages that one needs on this Python and machine, and those that they need."""
    for written in requires(name) or ():
        one = Requirement(written)
        key = canonicalize_name(one.name), frozenset(one.extras)
        wanted = not one.marker or any(one.marker.evaluate({"extra": e}) for e in extras | {""})
        if wanted and key not in seen:
            seen.add(key)
            yield key[0]
            yield from needed(key[0], key[1], seen)


@pytest.fixture(scope="module")
def runtime() -> list[str]:
    """Every package that Sourceline needs to run, without its extras."""
    return sorted(set(needed("sourceline", frozenset(), set())))


def pinned(lines: list[str]) -> dict[str, str]:
    """The version of each package that is pinned for this Python."""
    read = [Requirement(line) for line in lines]
    return {canonicalize_name(r.name): str(r.specifier) for r in read if not r.marker or r.marker.evaluate()}


def test_every_package_is_pinned_to_what_is_installed(runtime: list[str]) -> None:
    pins = pinned((ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines())
    assert len(runtime) > 100
    assert {n: pins.get(n) for n in runtime} == {n: f"=={distribution(n).version}" for n in runtime}


def test_each_licence_leaves_us_ours(runtime: list[str]) -> None:
    strict = re.compile(r"\b[AL]?GPL|General Public|SSPL|Commons Clause|proprietary", re.IGNORECASE)
    assert {n for n in runtime if strict.search(licence(n))} == CHOICES
    assert [n for n in runtime if not licence(n)] == []


def licence(name: str) -> str:
    about = distribution(name).metadata
    classified = [c for c in about.get_all("Classifier", []) if c.startswith("License")]
    return " ".join([about.get("License-Expression") or "", *classified, (about.get("License") or "")[:100]]).strip()


@pytest.mark.slow
def test_importing_all_of_it_looks_nothing_up(tmp_path: Path) -> None:
    modules = [m.name for package in OURS for m in pkgutil.walk_packages([str(ROOT / package)], f"{package}.")]
    assert len(modules) > 150
    (tmp_path / "sitecustomize.py").write_text(OFFLINE)
    code = f"import importlib\nfor name in {[m for m in modules if not m.endswith('__main__')]}: importlib.import_module(name)"
    path = f"{tmp_path}{os.pathsep}{ROOT}"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": path},
    )
    assert (done.returncode, done.stderr) == (0, "")
