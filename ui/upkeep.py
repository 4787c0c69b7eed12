"""`sourceline status` and `sourceline doctor`."""

from __future__ import annotations

from collections import Counter
from typing import Any

from index import doctor
from index.catalog import Catalog
from index.database import is_made
from index.owner import user
from rag import build
from rag.llm.nearby import nearby
from rag.settings import Settings


def status_object(settings: Settings) -> dict[str, Any]:
    """What is indexed, with which model, and who owns Chroma; of an empty home, what would answer."""
    answering = {
        "mode": build.mode_in_words(settings),
        **_language_model(settings),
        "reranker": build.reranker_in_words(settings),
    }
    if not is_made(settings.home):
        return {"home": str(settings.home), "folders": [], "articles": 0, "passages": 0, "sentences": 0, **answering}
    with build.catalog(settings) as catalog:
        return {
            "home": str(settings.home),
            **_indexed(catalog),
            **answering,
            "waiting_for_chroma": catalog.counts()["outbox"],
            "in_use_by": user(settings.home),
            "writable": catalog.writable,
        }


def _indexed(catalog: Catalog) -> dict[str, Any]:
    articles, counts = catalog.articles(), catalog.counts()
    days = sorted(a["date"] for a in articles if a["date"])
    return {
        "folders": [str(r.path) for r in catalog.roots()],
        "articles": counts["article"],
        "passages": counts["passage"],
        "sentences": counts["sentence"],
        "languages": dict(Counter(a["language"] for a in articles).most_common()),
        "formats": dict(Counter(a["format"] for a in articles).most_common()),
        "outlets": len({a["outlet"] for a in articles if a["outlet"]}),
        "dates": [days[0], days[-1]] if days else [],
        "embedding_model": catalog.setting("model"),
    }


def _language_model(settings: Settings) -> dict[str, Any]:
    """Whether the model answers; where none does, those that are served on this machine."""
    trial = build.tried(settings)
    told = trial and (
        {"error": trial.error} if trial.error else {"name": trial.name, "seconds": round(trial.seconds, 2)}
    )
    found = [] if trial and trial.name else nearby()
    offered = [{"whose": n.whose, "url": n.url, "models": n.models, "setting": n.setting} for n in found]
    return {"language_model": told, "language_models_nearby": offered}


def examine(settings: Settings, *, repair: bool) -> list[doctor.Finding]:
    """Check the home; with `repair`, mend it first if need be, and check again."""
    url = settings.chroma_url or None
    with build.catalog(settings) as catalog:
        findings = list(doctor.diagnose(catalog, url))
        if repair and not all(f.ok for f in findings):
            doctor.repair(catalog, build.embedder(settings), url)
            findings = list(doctor.diagnose(catalog, url))
        return findings
