"""Public sets of questions: what the formats on disk become, cases and articles.

A set is converted once, into a folder of its own:

    FOLDER/cases.jsonl   the cases, as `evals/cases.py` describes them
    FOLDER/corpus/       the articles to index for them; a table's articles stay where they are
    FOLDER/set.json      which set it was, under which licence, and what could not be converted
"""

from __future__ import annotations

import json
import os
import shutil
from difflib import get_close_matches
from pathlib import Path

from evals.cases import cases_text, load_cases, several
from evals.places import check_cases
from evals.sets.beir import BEIR
from evals.sets.chunking import CHUNKING
from evals.sets.clapnq import CLAPNQ
from evals.sets.common import COMMON
from evals.sets.mtrag import MTRAG
from evals.sets.multihop import MULTIHOP
from evals.sets.ntrex import NTREX
from evals.sets.ramdocs import RAMDOCS
from evals.sets.squad import SQUAD
from evals.sets.table import TABLE
from evals.sets.types import Conversion, Converted, Set, SetWrong

__all__ = ["SETS", "Conversion", "Converted", "Set", "SetWrong", "convert"]

SETS = {s.name: s for s in (SQUAD, COMMON, MULTIHOP, RAMDOCS, MTRAG, CLAPNQ, BEIR, CHUNKING, NTREX, TABLE)}
_CASES, _CORPUS, _ABOUT = "cases.jsonl", "corpus", "set.json"


def convert(name: str, source: Path, folder: Path) -> Conversion:
    """Turn the set `name`, which lies at `source`, into cases and articles in `folder`: all of it, or nothing.

    An earlier conversion there is replaced. Raises SetWrong for a source that is not such a set, and for a folder that
    holds anything else.
    """
    _refuse_foreign(folder)
    found = _read(name, source)
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = folder.parent / f".{folder.name}-{os.getpid()}"
    try:
        _write(SETS[name], found, made)
        _check(found, made)
        _put(made, folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return Conversion(
        cases=folder / _CASES,
        corpus=found.corpus or folder / _CORPUS,
        case_count=len(found.cases),
        answerable_count=sum(case.answerable for case in found.cases),
        article_count=len(found.articles),
        left_out=found.left_out,
        told=found.told,
    )


def _refuse_foreign(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise SetWrong(f"{folder} is a file", "name a folder")
    there = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    if there and (_ABOUT not in there or there - {_CASES, _CORPUS, _ABOUT}):
        raise SetWrong(f"{folder} holds something else", "name a new or an empty folder")


def _read(name: str, source: Path) -> Converted:
    """The set, with what else the source may be where it cannot be read as that."""
    if name not in SETS:
        close = "".join(f"; did you mean {near}?" for near in get_close_matches(name, SETS, n=1))
        raise SetWrong(f"there is no set {name}", f"the sets are {', '.join(SETS)}{close}{_instead(name, source)}")
    try:
        if not source.exists():
            raise SetWrong(f"there is no {source}", "check the path")
        found = SETS[name].read(source)
        if not found.cases:
            raise SetWrong("\n".join([f"{source} holds no case", *found.left_out[:3]]))
    except SetWrong as error:
        remedy = error.remedy or f"the set {name} is {SETS[name].holds}"
        raise SetWrong(error.what, remedy + _instead(name, source)) from error
    return found


def _instead(name: str, source: Path) -> str:
    """The sets that the source looks like."""
    fitting = [other.name for other in SETS.values() if other.name != name and other.fits(source)]
    return f"; it looks like the set {' or '.join(fitting)}" if fitting else ""


def _write(chosen: Set, found: Converted, folder: Path) -> None:
    folder.mkdir()
    for file, text in found.articles.items():
        path = folder / _CORPUS / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.read_bytes() if isinstance(text, Path) else text.encode())
    (folder / _CASES).write_text(cases_text(found.cases), encoding="utf-8")
    about = {"set": chosen.name, "about": chosen.about, "licence": chosen.licence, "left_out": found.left_out}
    (folder / _ABOUT).write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _check(found: Converted, folder: Path) -> None:
    """Read back what was written, as an evaluation will."""
    wrong = check_cases(load_cases(folder / _CASES), found.corpus or folder / _CORPUS)
    if wrong:
        raise SetWrong(several(wrong), "mend the evidence in the source")


def _put(made: Path, folder: Path) -> None:
    """Let `made` take the place of `folder`; at no time does `folder` hold half of either."""
    if folder.exists():
        old = made.with_name(f"{made.name}-old")
        folder.rename(old)
        made.rename(folder)
        shutil.rmtree(old)
    else:
        made.rename(folder)
