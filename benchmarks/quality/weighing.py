"""The claims of `claims.py` as both tiers of verification see them, kept until the code or the claims change."""

from __future__ import annotations

import pickle
import sys
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from benchmarks.quality.added import added
from benchmarks.quality.claims import Cited, claims
from benchmarks.quality.library import ROOT, WORK, library, plain
from index.embed import Embedder
from index.types import Span
from rag.verify.verifier import Verifier, Weighed

_SEES = (
    "rag/verify/*.*",
    "rag/values/numerals.*",
    *(f"rag/values/{name}.py" for name in ("amounts", "measures")),
    *(f"rag/retrieval/{name}.py" for name in ("centre", "interaction")),
    *(f"index/days/{name}.py" for name in ("mentioned", "said")),
    "index/names.py",
    "benchmarks/quality/claims*.*",
    "benchmarks/quality/added.py",
    "benchmarks/quality/tampering.py",
)
"""The files that say what is seen of a claim."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A claim with what both tiers see, the cosine that an embedder gives, and the seconds that it took."""

    one: Cited
    weighed: Weighed
    cosine: float
    seconds: float

    @property
    def foreign(self) -> bool:
        """Whether the claim is in another language than what it cites."""
        return self.weighed.meaning["foreign"] == 1.0


def seen(name: str, data: Path, embedder: Embedder, work: Path = WORK) -> list[Seen]:
    """Every claim of one set, as it was kept or looked at anew: a second look takes seconds until the code or the claims change."""
    kept = work / name / f"seen-{_digest(embedder)}.pickle"
    if not kept.exists():
        print(f"{name}: looking at its claims", file=sys.stderr, flush=True)
        found = _seen(name, data, embedder)
        for old in kept.parent.glob("seen-*.pickle"):
            old.unlink()
        kept.write_bytes(pickle.dumps(found))
    found = pickle.loads(kept.read_bytes())
    assert isinstance(found, list)
    return found


def _place(one: Cited) -> tuple[str, Span]:
    """Where its first source stands: claims of one passage are looked at together, since it is read once."""
    return one.cited[0].article.id, one.cited[0].span


def _digest(embedder: Embedder) -> str:
    """Of all that says what is seen, the weights aside."""
    files = [f for place in _SEES for f in sorted(ROOT.glob(place)) if f.is_file()]
    return sha256(embedder.model.encode() + b"".join(f.read_bytes() for f in files)).hexdigest()[:16]


def _seen(name: str, data: Path, embedder: Embedder) -> list[Seen]:
    own, found = library(name, data, embedder), []
    verifier = Verifier(own.catalog, embedder)
    made = claims(name, own)
    for one in sorted([*made, *added(own, made)], key=_place):
        start = time.perf_counter()
        weighed = verifier.weighed(one.claim, one.language, one.cited)
        seconds = time.perf_counter() - start
        vectors = embedder.embed_passages([one.claim, " ".join(plain(c) for c in one.cited)])
        found.append(Seen(one=one, weighed=weighed, cosine=float(vectors[0] @ vectors[1]), seconds=seconds))
    own.catalog.close()
    return found
