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


class SettingsWrong(SourcelineError):
    """A setting cannot be used as it stands."""


class CitationUnknown(SourcelineError):
    """A citation that cannot be resolved."""
