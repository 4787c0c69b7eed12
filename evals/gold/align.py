"""Finds the quotes of a file of cases in the articles, and writes their places into it.

    python -m evals.gold.align [CASES] [--corpus DIR] [--check]

Run it after an article or a reader has changed. A quote is found whatever the white space and hyphens in it, and is
rewritten as it stands in the article. What is not found, or stands there twice, is reported and left as it was.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from evals.quotes import find_quote, nearest
from index.errors import SourcelineError
from index.readers import read_article

HERE = Path(__file__).parent


def align(evidence: dict[str, Any], text: str) -> str | None:
    """Put quote, start and end of the one place into `evidence`, or say why there is not one."""
    quote, start = evidence["quote"], evidence.get("start", -1)
    if start >= 0 and text.startswith(quote, start):
        evidence["end"] = start + len(quote)
        return None
    places = find_quote(text, quote)
    if len(places) == 1:
        evidence.update(quote=places[0].of(text), start=places[0].start, end=places[0].end)
        return None
    if places:
        return f"stands {len(places)} times, at {', '.join(str(place.start) for place in places)}: {quote!r}"
    near = nearest(text, quote)
    return f"not found: {quote!r}; nearest at {near.start}: {near.of(text)!r}"


def align_lines(lines: list[str], read: Callable[[str], str]) -> tuple[list[str], list[str]]:
    """The cases with their places filled in, and what went wrong, each with its line number."""
    aligned, wrong = [], []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            aligned.append(line)
            continue
        case = json.loads(line)
        quoted = [evidence for evidence in case.get("evidence", ()) if evidence.get("quote") is not None]
        faults = ((evidence["file"], _placed(evidence, read)) for evidence in quoted)
        wrong += [f"line {number} ({case['id']}), {file}: {fault}" for file, fault in faults if fault]
        aligned.append(json.dumps(case, ensure_ascii=False))
    return aligned, wrong


def _placed(evidence: dict[str, Any], read: Callable[[str], str]) -> str | None:
    try:
        return align(evidence, read(evidence["file"]))
    except (OSError, SourcelineError) as error:
        return f"cannot be read: {error}"


def main() -> int:
    """0 if every quote has its place; 1 if one is missing, or with --check if the file would change."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="?", type=Path, default=HERE / "sample.jsonl")
    parser.add_argument("--corpus", type=Path, default=HERE.parents[1] / "corpus")
    parser.add_argument("--check", action="store_true", help="write nothing")
    asked = parser.parse_args()

    @cache
    def read(file: str) -> str:
        return read_article(asked.corpus / file, file).text

    lines = asked.cases.read_text(encoding="utf-8").splitlines()
    aligned, wrong = align_lines(lines, read)
    changed = sum(old != new for old, new in zip(lines, aligned, strict=True))
    if changed and not asked.check:
        asked.cases.write_text("\n".join(aligned) + "\n", encoding="utf-8")
    print(f"{len(lines)} cases, {changed} changed, {len(wrong)} quotes without one place", *wrong, sep="\n")
    return 1 if wrong or (asked.check and changed) else 0


if __name__ == "__main__":
    sys.exit(main())
