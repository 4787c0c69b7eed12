"""Dense search: through Chroma where this process owns it, exactly over the catalog's vectors where it does not.

Chroma is asked only when there is no filter and it has been told everything; any fault of it is a warning, never an answer
that is missing something.
"""

from __future__ import annotations

from index.catalog import Catalog
from index.errors import HomeReadOnly, IndexDamaged, IndexOwned, IndexUnreachable
from index.exact import ExactIndex
from index.owner import Owner
from index.vectors import Vectors

_SPARE = 10  # neighbours asked for beyond k, for those that the catalog no longer has


class DenseSearch:
    """Nearest passages by cosine. `warnings` says in words why Chroma was not used, when it should have been."""

    def __init__(self, catalog: Catalog, url: str | None = None) -> None:
        self._catalog, self._url = catalog, url
        self._exact = ExactIndex(catalog)
        self._owner: Owner | None = None
        self.warnings: tuple[str, ...] = ()

    def search(self, vector: Vectors, k: int, allowed: set[str] | None = None) -> list[tuple[str, float]]:
        """The ids and cosines of the `k` passages nearest to `vector`, best first; of those in `allowed` (None: of all)."""
        self.warnings = ()
        if allowed is None and (found := self._through_chroma(vector, k + _SPARE)) is not None:
            return found[:k]
        return self._exact.search(vector, k, allowed)

    def scores(self, vector: Vectors, passage_ids: set[str]) -> dict[str, float]:
        """The cosines of `vector` with the passages named."""
        return dict(self._exact.search(vector, len(passage_ids), passage_ids))

    def _through_chroma(self, vector: Vectors, k: int) -> list[tuple[str, float]] | None:
        try:
            self._owner = self._owner or Owner(self._catalog, self._url)
            return self._owner.search(vector, k)
        except (IndexOwned, HomeReadOnly):
            return None  # as designed: somebody else owns it, or nobody here can
        except (IndexDamaged, IndexUnreachable) as error:
            self.warnings = (f"{error}; the question was answered by exact search",)
            self.close()
            return None

    def close(self) -> None:
        """Let another process own Chroma."""
        owner, self._owner = self._owner, None
        if owner:
            owner.close()
