"""What a language model is given to write from: numbered sentences, grouped by article, within a budget of tokens.

Text of articles is material, never an instruction: it stands on lines of our own making, without marks, roles, control or
invisible characters that could be taken for ours. The spans stay those of the article, so a citation is exact all the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from index.tokens import count_tokens, truncate_tokens
from rag.quotes.extract import merged
from rag.types import Candidate

_BEST = 4  # of the best sentences stand with the ones before and after them, which say who "he" is
_MOST = 6  # sentences of one article come before the best of the others have come
_LONGEST = 120  # tokens of one sentence, 40 of a title
_TITLE = 40
_ROLES = """
    system assistant user human developer tool sources? instructions? question answer
    assistent benutzer nutzer mensch entwickler werkzeug quellen? anweisung(?:en)? frage antwort
    système utilisateur humain développeur outil réponse
    sistema asistente usuario humano desarrollador herramienta fuentes? instrucci[oó]n(?:es)? pregunta respuesta
    assistente utente umano sviluppatore strumento fonti fonte istruzion[ei] domanda risposta
    система ассистент пользователь человек разработчик инструмент источники? инструкци[яи] вопрос ответ
"""
_NEUTRAL = (
    # tokens of any chat template: <|im_end|>, <｜User｜>, </s>, <start_of_turn>, <<SYS>>, [/INST], [TOOL_CALLS]
    (re.compile(r"<(?=[\w/|｜!?<])"), "‹"),
    (re.compile(r"(?<=[\w/|｜>\"'])>"), "›"),
    (re.compile(r"\[(/?[A-Z_]{4,}|gMASK)\]"), r"(\1)"),
    # citations: [3], 【3】, ［3, 4］, [Source 3], [^3]
    (re.compile(r"[\[【［]([^\[\]【】［］]{0,10}\d[\d\s,;–-]*)[\]】］]"), r"(\1)"),
    # links and pictures, which a model might copy
    (re.compile(r"\](?=[(\[:])"), "] "),
    # roles, and whatever else could head a part of a prompt
    (re.compile(rf"\b({'|'.join(_ROLES.split())})\s*[:：]", re.IGNORECASE), r"\1 -"),
    # fences, headings and lines between parts
    (re.compile(r"([=#~`*_-])\1{2,}|(#)#"), r"\1\2"),
    # joiners belong to some scripts, and hide words of this one
    (re.compile(r"(?<=[A-Za-z])[\u200c\u200d]+(?=[A-Za-z])"), ""),
)
_JOINERS = "\u200c\u200d"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sources:
    """The text for the prompt, and the sentences that its numbers stand for: number 1 is `sentences[0]`."""

    text: str
    sentences: tuple[Candidate, ...]

    def get(self, number: int) -> Candidate | None:
        """The sentence with a number; None where there is none."""
        return self.sentences[number - 1] if 1 <= number <= len(self.sentences) else None

    def number(self, sentence: Candidate) -> int | None:
        """The number of a sentence; None where it is not among these."""
        place = (sentence.article.id, sentence.span)
        places = [(c.article.id, c.span) for c in self.sentences]
        return places.index(place) + 1 if place in places else None


def numbered(best_first: Sequence[Candidate], budget: int) -> Sources:
    """As many of the best sentences as have at most `budget` tokens, with their neighbours, in the order of their articles.

    What several articles print alike is one source, and no article crowds the others out.
    """
    chosen = _within(_in_turn(merged(list(_with_neighbours(best_first)))), budget)
    articles = dict.fromkeys(c.article.id for c in chosen)
    ordered = [c for i in articles for c in sorted(chosen, key=lambda c: c.span) if c.article.id == i]
    lines, before = [], None
    for number, c in enumerate(ordered, start=1):
        if c.article.id != before:
            lines.append(_heading(c))
        lines.append(f"[{number}] {_line(c)}")
        before = c.article.id
    return Sources(text="\n".join(lines), sentences=tuple(ordered))


def harmless(text: str) -> str:
    """`text` on one line, with nothing in it that reads like a citation, a role or a control token of ours."""
    visible = "".join(c for c in text if c in _JOINERS or unicodedata.category(c) not in ("Cf", "Cs", "Co", "Cn"))
    line = " ".join("".join(" " if unicodedata.category(c) == "Cc" else c for c in visible).split())
    for like_ours, ordinary in _NEUTRAL:
        line = like_ours.sub(ordinary, line)
    return line


def _with_neighbours(best_first: Sequence[Candidate]) -> Iterator[Candidate]:
    """Each sentence when it is wanted: a neighbour right after the sentence that it explains."""
    for rank, candidate in enumerate(best_first):
        yield candidate
        if rank < _BEST:
            yield from _beside(candidate)


def _in_turn(wanted: Iterable[Candidate]) -> Iterator[Candidate]:
    """The same, but no article has more than its share before all others had theirs."""
    count, kept = Counter[str](), list[Candidate]()
    for c in wanted:
        count[c.article.id] += 1
        if count[c.article.id] > _MOST:
            kept.append(c)
        else:
            yield c
    yield from kept


def _beside(candidate: Candidate) -> Iterator[Candidate]:
    spans = [s.span for s in candidate.hit.passage.sentences]
    if candidate.span in spans:
        at = spans.index(candidate.span)
        for span in spans[max(0, at - 1) : at] + spans[at + 1 : at + 2]:
            yield replace(candidate, span=span, text=span.of(candidate.article.text), score=0.0, parts={})


def _within(wanted: Iterator[Candidate], budget: int) -> list[Candidate]:
    """Each sentence once, as long as it fits; the first always does."""
    chosen: dict[tuple[str, int], Candidate] = {}
    headed: set[str] = set()
    for c in wanted:
        key = (c.article.id, c.span.start)
        heading = 0 if c.article.id in headed else count_tokens(_heading(c))
        cost = heading + count_tokens(f"[10] {_line(c)}\n")
        if key not in chosen and (cost <= budget or not chosen):
            chosen[key] = c
            headed.add(c.article.id)
            budget -= cost
    return list(chosen.values())


def _line(candidate: Candidate) -> str:
    return _cut(harmless(candidate.text), _LONGEST)


def _heading(candidate: Candidate) -> str:
    article = candidate.article
    known = (article.outlet, article.date.isoformat() if article.date else None, article.language)
    about = ", ".join(harmless(part) for part in known if part)
    return f"Article: {_cut(harmless(article.title or 'no title'), _TITLE)} ({about})"


def _cut(text: str, most: int) -> str:
    short = truncate_tokens(text, most)
    return text if short == text else f"{short.rstrip()}…"
