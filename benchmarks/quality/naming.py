"""Train the direction that tells names among words with a capital (`rag/verify/naming.py`), and say how good it is on other sentences.

    python -m benchmarks.quality.naming ../shared/data [--write]

Nobody labelled anything: NTREX-128 and XQuAD have sentences in English and in German, and a word with a capital is a name when the
translation has it with a capital, as it is or inflected (`rag/verify/names.py`). Articles whose claims tune train (`claims.py`); without
--write only the figures are printed. The claims must be looked at anew after it: `python -m benchmarks.quality.verifying`.
"""

from __future__ import annotations

import argparse
import json
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from benchmarks.quality.claims import claims
from benchmarks.quality.library import library
from index.embed import Embedder, make_embedder
from index.vectors import Vectors
from rag.verify.meaning import Meaning
from rag.verify.names import kept
from rag.verify.naming import direction_file, word_state
from rag.verify.told import Told

SETS = ("ntrex", "xquad")
_LOOSE = 5.0  # the inverse of the penalty; from 3 to 30 makes little difference


@dataclass(frozen=True, kw_only=True)
class Word:
    """A word with a capital as the embedder reads it, float32 [dimension], and whether the translation of its sentence has it."""

    text: str
    language: str
    begins: bool
    state: Vectors
    name: bool
    tunes: bool


def words(name: str, data: Path, embedder: Embedder) -> Iterator[Word]:
    """Every word with a capital of the sentences and translations of one set, each sentence once."""
    own = library(name, data, embedder)
    meaning = Meaning(own.catalog, embedder)
    pairs = {}
    for one in (c for c in claims(name, own) if c.kind == "translated"):
        here, there = Told(text=one.claim, language=one.language), Told.of(one.cited[0])
        pairs |= {here.text: (here, there, one.tunes), there.text: (there, here, one.tunes)}
    for here, there, tunes in pairs.values():
        yield from _words(here, there, meaning, tunes)
    own.catalog.close()


def _words(here: Told, there: Told, meaning: Meaning, tunes: bool) -> Iterator[Word]:
    read = meaning.read(here.text, here.language)
    places = [place for place, _ in read.likely]
    for span, name in kept(here, there):
        state = word_state(read.tokens[bisect_right(places, span.start) - 1])
        yield Word(
            text=span.of(here.text),
            language=here.language,
            begins=span.start == 0,
            state=state,
            name=name,
            tunes=tunes,
        )


def trained(some: list[Word]) -> LogisticRegression:
    """Names and others count the same."""
    model = LogisticRegression(C=_LOOSE, max_iter=3000, class_weight="balanced")
    return model.fit(np.array([w.state for w in some]), [w.name for w in some])


def report(model: LogisticRegression, held: list[Word]) -> Iterator[str]:
    """How good it is on the words that did not train."""
    yield f"{'':<28}{'n':>6}{'names':>8}{'AUC':>8}{'right':>8}"
    for language in ("en", "de"):
        for begins in (False, True):
            some = [w for w in held if (w.language, w.begins) == (language, begins)]
            sure, names = model.predict_proba(np.array([w.state for w in some]))[:, 1], np.array([w.name for w in some])
            title = f"{language}, {'first words' if begins else 'within a sentence'}"
            right = float(((sure > 0.5) == names).mean())
            yield f"{title:<28}{len(some):>6}{names.mean():>8.3f}{roc_auc_score(names, sure):>8.3f}{right:>8.3f}"


def main() -> None:
    """Train, report, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder with the public sets")
    parser.add_argument("--write", action="store_true", help="replace the direction")
    given = parser.parse_args()
    embedder = make_embedder("local", Path("var"))
    found = [word for name in SETS for word in words(name, given.data, embedder)]
    model = trained([w for w in found if w.tunes])
    print(f"{date.today()}  {embedder.model}, {sum(w.tunes for w in found)} words train")
    print("\n".join(report(model, [w for w in found if not w.tunes])))
    if given.write:
        direction = [round(float(w), 4) for w in model.coef_[0]]
        kept = {"bias": round(float(model.intercept_[0]), 4), "direction": direction}
        direction_file().write_text(json.dumps(kept) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
