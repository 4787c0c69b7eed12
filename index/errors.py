"""Every named failure of Sourceline, and what the person who meets it should do.

SourcelineError                 one line that says what happened and what to do; exit status 3
├── UnreadableArticle           this file is skipped and reported; the others are indexed
│   └── UnfinishedArticle       index it again when it is complete; what was stored of it stays
├── NothingIndexed              index a folder first
├── HomeUnusable                choose another --home, or give it the rights or the space it lacks
│   ├── HomeReadOnly            searching still works
│   └── DiskFull                free some space and run again; nothing that was stored is lost
├── StoreTooNew                 upgrade Sourceline; the store was left untouched
├── ModelChanged                search with the old embedding model, or embed again
├── IndexOwned                  another process holds the vector index; it is named
├── IndexUnreachable            start the Chroma server again; questions are answered by exact search meanwhile
├── IndexDamaged                `sourceline doctor --repair` rebuilds it without embedding again
├── EmbedderFailed              the embedding model or its endpoint does not answer as it should
├── ModelFailed                 the language model does not answer as it should; the articles' own sentences still answer
│   ├── ModelUnavailable        it cannot be reached, is busy or too slow: ask again later
│   ├── ModelNotAllowed         the key, the account or the model's name is wrong: change the setting or pay; never retried
│   ├── ContextTooLong          ask with fewer or shorter sources
│   └── ReplyFiltered           the provider's filter withheld the reply
├── NotFetched                  the model's file did not come: run the same command again, it goes on where it stopped
├── RerankerFailed              the reranker does not answer as it should; Sourceline's own order of the passages holds
├── NotImported                 the file is no whole export, or the home is in use; the home is as it was
├── SettingsWrong               a setting has a value that cannot be used
└── CitationUnknown             the citation cannot be read, or its article is not indexed
"""


class SourcelineError(Exception):
    """What happened, and what to do about it, in one line."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(f"{what}: {remedy}" if remedy else what)
        self.what, self.remedy = what, remedy


class UnreadableArticle(SourcelineError):
    """A file that cannot become an article; `what` is the reason shown in the report."""


class UnfinishedArticle(UnreadableArticle):
    """A file that is still being written."""


class NothingIndexed(SourcelineError):
    """There is nothing to search yet."""


class HomeUnusable(SourcelineError):
    """The home folder cannot be used."""


class HomeReadOnly(HomeUnusable):
    """The home folder cannot be written; searching works."""


class DiskFull(HomeUnusable):
    """There is no space left where the home folder is."""


class StoreTooNew(SourcelineError):
    """The store was written by a newer version."""


class ModelChanged(SourcelineError):
    """The stored vectors were made by another embedding model."""


class IndexOwned(SourcelineError):
    """Another process owns the vector index."""


class IndexUnreachable(SourcelineError):
    """The Chroma server does not answer."""


class IndexDamaged(SourcelineError):
    """The vector index does not answer, or answers wrongly."""


class EmbedderFailed(SourcelineError):
    """The embedder could not embed."""


class ModelFailed(SourcelineError):
    """The language model or its endpoint does not answer as it should."""


class ModelUnavailable(ModelFailed):
    """The language model cannot be reached, is busy or took too long; later it may answer.

    `wait` is for how many seconds it asks, where it says so.
    """

    def __init__(self, what: str, remedy: str = "", wait: float | None = None) -> None:
        super().__init__(what, remedy)
        self.wait = wait


class ModelNotAllowed(ModelFailed):
    """The key, the account or the model's name is refused; asking again changes nothing."""


class ContextTooLong(ModelFailed):
    """The prompt has more tokens than the language model takes.

    `takes` is the share of them that it would have taken, where it says so.
    """

    def __init__(self, what: str, remedy: str = "", takes: float | None = None) -> None:
        super().__init__(what, remedy)
        self.takes = takes


class ReplyFiltered(ModelFailed):
    """The provider's content filter withheld the reply."""


class NotFetched(SourcelineError):
    """A language model's file could not be brought here, or is not what it should be."""


class RerankerFailed(SourcelineError):
    """The reranker, or its endpoint, does not answer as it should."""


class NotImported(SourcelineError):
    """An exported home cannot be taken in; nothing was changed."""


class SettingsWrong(SourcelineError):
    """A setting cannot be used as it stands."""


class CitationUnknown(SourcelineError):
    """A citation that cannot be resolved."""
