"""Is the Chroma folder what the catalog says it should be? Asked in a child process, because damaged files can crash a reader
or make it write without end.

    python -m index.health HOME [--all]

prints one JSON object and exits 0 whether or not the folder is healthy; any other end is damage.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from index import vectors
from index.catalog import Catalog
from index.errors import IndexDamaged
from index.exact import SEARCHABLE, searchable, stored_vectors
from index.home import CHROMA

_OURS = Path(__file__).parents[1]  # -m imports from the working directory first: never from a folder of articles
_SAMPLE = 1_000
_SECONDS = {False: 60, True: 600}  # for a sample, for everything; damage can make it hang
_LARGEST_FILE = 16 * 2**30  # bytes; a damaged index once grew one to 71 GB
_SAME = 1e-3  # cosines closer than this belong to equal texts
FEW = 1_000  # passages; among so few a sound graph finds every one
_MISSED = (
    0.1  # of the passages; a graph in order is approximate, too, and misses the more the less the texts have in common
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """What the check found; an index is healthy when every number but `checked` is 0 and nothing is wrong."""

    checked: int = 0
    missing: int = 0
    orphaned: int = 0
    lost: int = 0
    wrong: str = ""

    @property
    def healthy(self) -> bool:
        """Whether Chroma has exactly the catalog's passages and those that were looked for are as they should be."""
        return not (self.missing or self.orphaned or self.lost or self.wrong)

    def __str__(self) -> str:
        if self.healthy:
            return f"the vector index is in order ({self.checked} passages looked at)"
        counts = {
            "missing": self.missing,
            "not in the catalog": self.orphaned,
            "not as the catalog has them": self.lost,
        }
        return "; ".join([f"{n} {what}" for what, n in counts.items() if n] + [self.wrong] * bool(self.wrong))


def check(home: Path, *, everything: bool = False) -> Health:
    """Check the folder in a child process; a sample of the passages, or every one of them."""
    command = [sys.executable, "-m", "index.health", str(home.absolute()), *["--all"] * everything]
    seconds = _SECONDS[everything]
    try:
        done = subprocess.run(command, cwd=_OURS, capture_output=True, text=True, timeout=seconds, check=False)
        return Health(**json.loads(done.stdout))
    except subprocess.TimeoutExpired:
        return Health(wrong=f"the check did not end within {seconds} s")
    except ValueError:
        why = f"signal {-done.returncode}" if done.returncode < 0 else done.stderr.strip()[-200:]
        return Health(wrong=f"reading it ended the process ({why})")


def examine(home: Path, *, everything: bool) -> Health:
    """The check itself; may crash where the files are damaged."""
    catalog = Catalog(home, create=False)
    return compare(catalog, vectors.open_folder(home / CHROMA, catalog.collection), everything=everything)


def compare(catalog: Catalog, index: vectors.ChromaIndex, *, everything: bool) -> Health:
    """What an open index has against what the catalog has; passages in the outbox do not count."""
    pending = {r[0] for r in catalog.rows("SELECT passage_id FROM outbox")}
    expected = {r[0] for r in catalog.rows(f"SELECT id {SEARCHABLE}", searchable(catalog))} - pending
    present = index.ids() - pending
    both = sorted(expected & present)
    some = both if everything else both[:: max(1, len(both) // _SAMPLE)]
    lost = missed = 0
    for ids, matrix in stored_vectors(catalog, some):
        lost += _altered(index, matrix, ids)
        missed += _missed(index, matrix, ids)
    tolerated = _MISSED * len(some) if len(both) > FEW else 0
    lost = max(lost, missed if missed > tolerated else 0)  # what was altered is missed, too
    return Health(checked=len(some), missing=len(expected - present), orphaned=len(present - expected), lost=lost)


def _altered(index: vectors.ChromaIndex, matrix: vectors.Vectors, ids: list[str]) -> int:
    """How many passages have another vector in Chroma than in the catalog."""
    there = index.vectors(ids)
    return sum(i not in there or not np.allclose(there[i], v, atol=_SAME) for i, v in zip(ids, matrix, strict=True))


def _missed(index: vectors.ChromaIndex, matrix: vectors.Vectors, ids: list[str]) -> int:
    """How many passages find neither themselves nor another passage with the same vector."""
    nearest = (hits[0] if hits else ("", -1.0) for hits in index.search_many(matrix, 1))
    return sum(i != wanted and score < 1 - _SAME for wanted, (i, score) in zip(ids, nearest, strict=True))


def _limit_files() -> None:
    try:
        import resource
    except ImportError:  # Windows: the deadline of the parent remains
        return
    resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST_FILE, _LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Print the health of the home named on the command line."""
    _limit_files()
    try:
        health = examine(Path(sys.argv[1]), everything="--all" in sys.argv)
    except IndexDamaged as error:
        health = Health(wrong=error.what)
    print(json.dumps(asdict(health)))


if __name__ == "__main__":
    main()
