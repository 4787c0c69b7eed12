"""Dense search: through Chroma where this process owns it, exactly over the catalog's vectors where it does not.

Chroma is asked only when there is no filter and it has been told everything; any fault of it is a warning, never an answer
that is missing something. A process that asks one question need not open it: see `exact_up_to`.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress

from index.catalog import Catalog
from index.database import Numbers
from index.errors import (
    HomeReadOnly,
    HomeUnusable,
    IndexDamaged,
    IndexOwned,
    IndexUnreachable,
    ModelChanged,
    SourcelineError,
)
from index.exact import ExactIndex
from index.owner import Owner
from index.vectors import Vectors

_SPARE = 10  # neighbours asked for beyond k, for those that the catalog no longer has
_RETRY_SECONDS = 5.0  # after a fault of Chroma; until then no question waits for it


class DenseSearch:
    """Nearest passages by cosine, of the embedding model that the catalog had at first; thread-safe."""

    def __init__(self, catalog: Catalog, url: str | None = None, *, exact_up_to: int = 0) -> None:
        """Through the Chroma folder of the home, or the server at `url`; exactly where there are `exact_up_to` passages or fewer."""
        self._catalog, self._url = catalog, url
        self._few = 0 < catalog.counts()["passage"] <= exact_up_to
        self._exact = ExactIndex(catalog)
        self._owner: Owner | None = None
        self._opening = threading.Lock()
        self._closed = False
        self._fault: tuple[str, ...] = ()
        self._not_before = 0.0
        self._said = threading.local()

    @property
    def warnings(self) -> tuple[str, ...]:
        """Why Chroma was not in use, when it should have been, in this thread's last search."""
        return getattr(self._said, "warnings", ())

    def prepare(self) -> None:
        """Open Chroma now; for a thread beside whatever comes before the first search, because it takes about a second."""
        with suppress(SourcelineError):  # the search that needs it tries again, and says so
            if not self._few:
                self._owned()

    def search(self, vector: Vectors, k: int, allowed: Numbers | None = None) -> list[tuple[str, float]]:
        """The ids and cosines of the `k` passages nearest to `vector`, best first; of those with the numbers `allowed` (None: of all).

        Raises ModelChanged when the articles were embedded again with another model.
        """
        self._said.warnings = ()
        try:
            found = self._through_chroma(vector, k) if allowed is None else None
            self._exact.check_model()  # afterwards: whatever was found is of this model
            return self._exact.search(vector, k, allowed) if found is None else found
        except ModelChanged:
            self._let_go()
            raise

    def _through_chroma(self, vector: Vectors, k: int) -> list[tuple[str, float]] | None:
        if self._few:
            return None
        try:
            owner = self._owned()
            found = self._there(owner.search(vector, k + _SPARE), k) if owner else None
        except (IndexOwned, HomeReadOnly):
            return None  # as designed: somebody else owns it, or nobody here can
        except (IndexDamaged, IndexUnreachable, HomeUnusable) as error:
            self._fault = (f"{error}; the question was answered by exact search",)
            self._not_before = time.monotonic() + _RETRY_SECONDS
            self._let_go()
            owner = found = None
        self._fault = () if owner else self._fault
        self._said.warnings = self._fault
        return found

    def _there(self, found: list[tuple[str, float]], k: int) -> list[tuple[str, float]] | None:
        """The first `k` that the catalog still has; None where there may be others."""
        kept = self._catalog.existing(i for i, _ in found)
        there = [hit for hit in found if hit[0] in kept][:k]
        return None if len(there) < k <= len(found) else there

    def _owned(self) -> Owner | None:
        """The owner; None while a fault is too recent to try again, and after `close`."""
        with self._opening:
            if self._owner and self._owner.collection != self._catalog.collection:
                self._owner.close()
                self._owner = None
            if self._owner is None and not self._closed and time.monotonic() >= self._not_before:
                self._owner = Owner(self._catalog, self._url)
            return self._owner

    def _let_go(self) -> None:
        with self._opening:
            owner, self._owner = self._owner, None
        if owner:
            owner.close()

    def close(self) -> None:
        """Let another process own Chroma, for good: a `prepare` that comes late opens nothing."""
        self._closed = True
        self._let_go()
