"""Written sentences of a kept run verified anew: when the verifier changes, nothing need be written again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from benchmarks.quality.labels import CITED_WRONGLY, is_wrongly_cited
from evals.runs import Region, Row
from evals.systems import question_of
from index.catalog import Catalog
from rag.assistant import Assistant
from rag.contract import citation_object, claim_object
from rag.quotes import extract
from rag.types import Candidate, Claim, Hit
from rag.written.claims import UNCITED, WRONGLY_CITED, Draft
from rag.written.drafts import Drafted
from rag.written.sources import Sources

_QUOTED = 3  # sentences, as `Assistant` quotes without being told how many


def checked(row: Row, assistant: Assistant) -> Row:
    """The row as the model's sentences are shown with today's verifier, and the seconds that this took."""
    if not row.answered:
        return row
    found = assistant.finder.found(question_of(row.case))
    cited = {number: _candidate(assistant.catalog, place) for number, place in row.citations.items()}
    draft = Draft(
        verifier=assistant.verifier,
        retrieved=found.best,
        quotes=extract.chosen(found.best, _QUOTED),
        language=found.query.language,
        sources=Sources(text="", sentences=tuple(cited.values())),
    )
    wrong = {claim["text"] for claim in row.answer["claims"] if is_wrongly_cited(claim)}
    drafts = (_drafted(claim, list(cited)) for claim in row.answer["claims"])
    claims = [_wrongly_cited(claim) if claim.text in wrong else claim for claim in draft.claims(drafts)]
    answer = {
        "claims": [claim_object(claim) for claim in claims],
        "citations": [citation_object(citation) for citation in draft.citations],
        "timings": dict(row.answer["timings"]) | {"verify": round(draft.seconds, 4)},
    }
    return replace(row, answer=dict(row.answer) | answer)


def _wrongly_cited(claim: Claim) -> Claim:
    """A claim whose source was put in the place of another one, which the row no longer names."""
    return replace(claim, reasons=(WRONGLY_CITED,) if claim.reasons == (UNCITED,) else (*claim.reasons, CITED_WRONGLY))


def _drafted(claim: Mapping[str, Any], cited: list[int]) -> Drafted:
    """A claim as the model wrote it; a number that it was not given has no place among the sources."""
    numbers = [number for number in claim["citations"] if number not in claim.get("added", ())]
    places = (cited.index(number) + 1 if number in cited else len(cited) + number for number in numbers)
    return Drafted(text=claim["text"], numbers=tuple(places), lead=claim["lead"])


def _candidate(catalog: Catalog, place: Region) -> Candidate:
    """A cited sentence, in the passage that it stands in."""
    article = catalog.article(place.file)
    assert article
    sql = (
        "SELECT passage.id FROM passage JOIN article ON passage.article = article.number"
        " WHERE article.id = ? AND start <= ? AND end >= ?"
    )
    found, *_ = catalog.rows(sql, (place.file, place.span.start, place.span.end))
    passage = catalog.passages([found["id"]])[found["id"]]
    hit = Hit(passage=passage, rank=1, score=0.0, parts={})
    return Candidate(article=article, hit=hit, span=place.span, text=place.span.of(article.text))
