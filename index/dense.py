"""Dense search: through Chroma where this process owns it, exactly over the catalog's vectors where it does not.

Chroma is asked only when there is no filter and it has been told everything; any fault of it is a warning, never an answer
that is missing something.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress

from index.catalog import Catalog
from index.errors import DiskFull, HomeReadOnly, IndexDamaged, IndexOwned, IndexUnreachable, SourcelineError
from index.exact import ExactIndex
from index.owner import Owner
from index.vectors import Vectors

_SPARE = 10  # neighbours asked for beyond k, for those that the catalog no longer has
_RETRY_SECONDS = 5.0  # after a fault of Chroma; until then no question waits for it


class DenseSearch:
    """Nearest passages by cosine; thread-safe. `warnings` says why Chroma is not in use, when it should be."""

    def __init__(self, catalog: Catalog, url: str | None = None) -> None:
        self._catalog, self._url = catalog, url
        self._exact = ExactIndex(catalog)
        self._owner: Owner | None = None
        self._opening = threading.Lock()
        self._not_before = 0.0
        self.warnings: tuple[str, ...] = ()

    def prepare(self) -> None:
        """Open Chroma now; for a thread beside whatever comes before the first search, because it takes about a second."""
        with suppress(SourcelineError):  # the search that needs it tries again, and says so
            self._owned()

    def search(self, vector: Vectors, k: int, allowed: set[str] | None = None) -> list[tuple[str, float]]:
        """The ids and cosines of the `k` passages nearest to `vector`, best first; of those in `allowed` (None: of all)."""
        if allowed is None and (found := self._through_chroma(vector, k + _SPARE)) is not None:
            return found[:k]
        return self._exact.search(vector, k, allowed)

    def _through_chroma(self, vector: Vectors, k: int) -> list[tuple[str, float]] | None:
        try:
            owner = self._owned()
            found = owner.search(vector, k) if owner else None
        except (IndexOwned, HomeReadOnly):
            return None  # as designed: somebody else owns it, or nobody here can
        except (IndexDamaged, IndexUnreachable, DiskFull) as error:
            self.warnings = (f"{error}; the question was answered by exact search",)
            self._not_before = time.monotonic() + _RETRY_SECONDS
            self.close()
            return None
        if found is not None:
            self.warnings = ()
        return found

    def _owned(self) -> Owner | None:
        """The owner; None while a fault is too recent to try again."""
        with self._opening:
            if self._owner is None and time.monotonic() >= self._not_before:
                self._owner = Owner(self._catalog, self._url)
            return self._owner

    def close(self) -> None:
        """Let another process own Chroma."""
        with self._opening:
            owner, self._owner = self._owner, None
        if owner:
            owner.close()
