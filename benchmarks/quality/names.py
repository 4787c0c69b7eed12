"""Lexical recall of gold articles in another language than the question's, with and without names that sound alike; and its time.

    python -m benchmarks.quality.names

Indexes the sample articles and asks the gold questions of lexical search alone. "changed" are the questions that have a name which
some article spells otherwise. Ten names are then looked up among the
same ten in other scripts. The time is that of looking names up in a vocabulary of 50,000 made-up terms in three scripts.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import fmean as mean
from time import perf_counter

from evals.cases import Case, numbered_cases
from index.catalog import Catalog
from index.embed import make_embedder
from index.lexical import LexicalIndex
from index.names import NameSounds
from index.sync import sync

GOLD, CORPUS = Path("evals/gold/sample.jsonl"), Path("corpus")
DEPTHS = (1, 3, 10)
TERMS = 50_000
NAMES = "tehran gorbachev khamenei zelensky washington hamburg lavrov pezeshkian macron scholz тегеран горбачёва макроном".split()

SCRIPTS = {
    "Latin": "tehran putin pezeshkian lavrov macron zelensky kazan khamenei gorbachev erdogan",
    "Cyrillic": "тегеран путин пезешкиан лавров макрон зеленский казань хаменеи горбачёв эрдоган",
    "Greek": "τεχεράνη πούτιν πεζεσκιάν λαβρόφ μακρόν ζελένσκι καζάν χαμενεΐ γκορμπατσόφ ερντογάν",
    "Arabic": "طهران بوتين بزشكيان لافروف ماكرون زيلينسكي قازان خامنئي غورباتشوف أردوغان",
    "Hebrew": "טהראן פוטין פזשכיאן לברוב מקרון זלנסקי קאזאן חמינאי גורבצוב ארדואן",
    "Chinese": "德黑兰 普京 佩泽希齐扬 拉夫罗夫 马克龙 泽连斯基 喀山 哈梅内伊 戈尔巴乔夫 埃尔多安",
    "Japanese": "テヘラン プーチン ペゼシュキアン ラブロフ マクロン ゼレンスキー カザン ハメネイ ゴルバチョフ エルドアン",
    "Korean": "테헤란 푸틴 페제시키안 라브로프 마크롱 젤렌스키 카잔 하메네이 고르바초프 에르도안",
}
"""The same names in the same order, in the nominative, written by us."""


class Spelled(LexicalIndex):
    """Lexical search as it was: names count where they are spelled alike."""

    def _alike(self, name: str, language: str, variants: Mapping[str, None]) -> list[str]:
        return []


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question, the gold articles in other languages that each way finds by depth, and whether a name sounds like another."""

    changed: bool
    before: dict[int, float]
    after: dict[int, float]


def asked(catalog: Catalog, case: Case, languages: Mapping[str, str]) -> Asked | None:
    """The recall of a question's gold articles in other languages; None if it has none."""
    gold = {e.file for e in case.evidence if languages[e.file] != case.q_lang}
    if not gold:
        return None
    spelled, sounding = Spelled(catalog), LexicalIndex(catalog)
    changed = any(w.alike for w in sounding.wanted(case.question, case.q_lang))
    return Asked(
        changed=changed, before=recall(catalog, spelled, case, gold), after=recall(catalog, sounding, case, gold)
    )


def recall(catalog: Catalog, index: LexicalIndex, case: Case, gold: set[str]) -> dict[int, float]:
    """The share of the gold articles among the first articles that are found, by how many those are."""
    ids = [h.passage_id for h in index.search(case.question, case.q_lang, 1000)]
    passages = catalog.passages(ids)
    articles = list(dict.fromkeys(passages[i].article_id for i in ids))
    return {k: len(gold & set(articles[:k])) / len(gold) for k in DEPTHS}


def table(of: list[Asked]) -> str:
    """The mean recall before and after, of all questions and of those with a name that is spelled otherwise."""
    lines = [f"{'questions':<10} {'n':>4}" + "".join(f"{f'R@{k} before':>14}{'after':>8}" for k in DEPTHS)]
    for name, some in (("changed", [a for a in of if a.changed]), ("all", of)):
        means = ((mean(a.before[k] for a in some), mean(a.after[k] for a in some)) for k in DEPTHS)
        lines.append(f"{name:<10} {len(some):>4}" + "".join(f"{b:>14.3f}{a:>8.3f}" for b, a in means))
    return "\n".join(lines)


def across() -> str:
    """How many of the names, asked in Latin letters, are found in each other script, and how many others with them."""
    names = SCRIPTS["Latin"].split()
    lines = []
    for written, some in list(SCRIPTS.items())[1:]:
        terms = some.split()
        sounds, own = NameSounds(terms), dict(zip(names, terms, strict=True))
        found = [(own[name], set(sounds.like(name, "en"))) for name in names]
        right, wrong = sum(term in like for term, like in found), sum(len(like - {term}) for term, like in found)
        lines.append(f"{written:<10} {right:>2} of {len(names)} found, {wrong} others")
    return "\n".join(lines)


def times() -> str:
    """Milliseconds to read a vocabulary, and to look up a name for the first time."""
    vocabulary = _vocabulary()
    started = perf_counter()
    sounds = NameSounds(vocabulary)
    read, took = perf_counter() - started, []
    for name in NAMES:
        started = perf_counter()
        sounds.like(name, "en")
        took.append(perf_counter() - started)
    return (
        f"{len(vocabulary)} terms: read in {1000 * read:.0f} ms, once for each state of the index;"
        f" a name {1000 * mean(took):.1f} ms, at most {1000 * max(took):.1f} ms"
    )


def _vocabulary() -> list[str]:
    draw, scripts = random.Random(0), ("aeiou bcdfghjklmnprstvwz", "аеиоуы бвгджзклмнпрстхчш", "αεηιου βγδζθκλμνπρστφχ")
    made: set[str] = set()
    while len(made) < TERMS:
        vowels, consonants = draw.choice(scripts).split()
        made.add("".join(draw.choice(consonants) + draw.choice(vowels) for _ in range(draw.randint(2, 5))))
    return sorted(made)


def main() -> int:
    """Print the table and the times."""
    cases = [c for c in numbered_cases(GOLD).values() if c.answerable]
    with tempfile.TemporaryDirectory() as folder:
        catalog = Catalog(Path(folder) / "home")
        sync(catalog, make_embedder("local", Path("var")), CORPUS)
        languages = {r["id"]: r["language"] for r in catalog.articles()}
        results = [a for case in cases if (a := asked(catalog, case, languages))]
        catalog.close()
    print(
        f"{date.today()}  lexical recall of gold articles in other languages\n\n{table(results)}\n\n{across()}\n\n{times()}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
