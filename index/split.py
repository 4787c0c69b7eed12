"""Passages: what is embedded and found. The unit that is cited is the sentence; a passage is for finding it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from math import ceil
from typing import NamedTuple

from index.errors import SettingsWrong
from index.paragraphs import headings, paragraph_spans
from index.sentences import sentences_of
from index.tokens import count_tokens, tokens_to_characters, truncate_tokens
from index.types import Article, Passage, Sentence, Span

DEFAULT_BUDGET = 128
LEAST_BUDGET = 16
TITLE_BUDGET = 32  # tokens of the title that travel with each passage
_SHORT = 2  # sentences: a paragraph as news has it, too little to be a topic of its own
_TELLING = 40  # tokens from which a passage's language can be told for certain
_SAMPLE = 200  # characters: telling the language costs more than all the rest of splitting does
_CLAUSE = re.compile(r"[,;:،؛，、；：—–][\"”’»)\]]*\s*")
_CUT_INSIDE = 0.25  # what cutting a paragraph costs, in shares of a passage's intended size


class _Piece(NamedTuple):
    """A sentence, or a part of one that is too long; `tokens` includes the white space before it."""

    span: Span
    tokens: int
    cut_cost: float = _CUT_INSIDE


class _Paragraph(NamedTuple):
    """A paragraph or what marks leave of it; `fresh` if a mark lies between it and the one before."""

    span: Span
    fresh: bool


class _Part(NamedTuple):
    """A paragraph in pieces."""

    pieces: list[_Piece]
    short: bool
    heading: bool
    fresh: bool


def split_article(article: Article, budget: int = DEFAULT_BUDGET) -> list[Passage]:
    """The passages of an article in reading order: runs of whole sentences of at most `budget` tokens (o200k_base).

    A paragraph of three or more sentences is a passage of its own, or several of about equal size; paragraphs of one or two
    are joined with their neighbours. A heading begins a passage and stays with what it announces. A mark (title, header,
    boilerplate) belongs to no passage and no passage crosses one. A sentence longer than the budget is cut, at a clause or
    a word where there is one, into pieces that count as sentences. Sentences are numbered from 0 over the article.
    Raises SettingsWrong for a budget below LEAST_BUDGET.
    """
    if budget < LEAST_BUDGET:
        raise SettingsWrong(f"a passage of {budget} tokens holds no sentence", f"set at least {LEAST_BUDGET}")
    passages: list[Passage] = []
    number = 0
    for topic in _topics(_parts(article, budget)):
        for run in _runs(topic, budget):
            sentences = tuple(Sentence(number=number + i, span=piece.span) for i, piece in enumerate(run))
            number += len(run)
            passages.append(_passage(article, sentences, sum(piece.tokens for piece in run)))
    return passages


def embedding_text(article: Article, passage: Passage) -> str:
    """What is embedded for a passage: the beginning of its article's title, then its text. Its span is not affected."""
    title = truncate_tokens(" ".join((article.title or "").split()), TITLE_BUDGET)
    return f"{title}\n{passage.text}" if title else passage.text


def _passage(article: Article, sentences: tuple[Sentence, ...], tokens: int) -> Passage:
    span = Span(start=sentences[0].span.start, end=sentences[-1].span.end)
    text = span.of(article.text)
    language = _language(text, article.language) if tokens >= _TELLING else article.language
    return Passage(article_id=article.id, span=span, text=text, language=language, sentences=sentences)


def _language(text: str, expected: str) -> str:
    """The article's language, unless a passage's beginning, its end and the whole of it are in one other language."""
    from index.language import detect_language

    found = detect_language(text[:_SAMPLE])
    if found in ("und", expected):
        return expected
    return found if detect_language(text[-_SAMPLE:]) == found == detect_language(text) else expected


def _unmarked(article: Article) -> Iterator[_Paragraph]:
    """The article's paragraphs without what is marked: a mark inside one leaves two."""
    marks = sorted(mark.span for mark in article.marks if len(mark.span))
    at, fresh = 0, False
    for paragraph in paragraph_spans(article.text):
        start = paragraph.start
        while at < len(marks) and marks[at].start < paragraph.end:
            for span in _trimmed(article.text, start, marks[at].start):
                yield _Paragraph(span, fresh)
                fresh = False
            start, fresh = max(start, marks[at].end), True
            if marks[at].end > paragraph.end:
                break
            at += 1
        for span in _trimmed(article.text, start, paragraph.end):
            yield _Paragraph(span, fresh)
            fresh = False


def _trimmed(text: str, start: int, end: int) -> list[Span]:
    """The stretch without surrounding white space, if anything is left of it."""
    piece = text[start:end] if start < end else ""
    start += len(piece) - len(piece.lstrip())
    return [Span(start=start, end=start + len(piece.strip()))] if piece.strip() else []


def _parts(article: Article, budget: int) -> Iterator[_Part]:
    """The paragraphs in pieces, each with what decides whether it is joined to its neighbours."""
    text, paragraphs = article.text, list(_unmarked(article))
    announcing = headings(text, [paragraph.span for paragraph in paragraphs])
    end = 0
    for (span, fresh), heading in zip(paragraphs, announcing, strict=True):
        sentences = sentences_of(text, span, article.language)
        pieces = list(_pieces(text, sentences, span.start if fresh or not end else end, budget))
        pieces[-1] = pieces[-1]._replace(cut_cost=0.0)
        end = span.end
        yield _Part(pieces, len(sentences) <= _SHORT, heading, fresh)


def _pieces(text: str, sentences: list[Span], end: int, budget: int) -> Iterator[_Piece]:
    """The sentences with their sizes, those over the budget cut; `end` is where the sentence before the first ended."""
    for span in sentences:
        tokens = count_tokens(text[end : span.end])
        if tokens <= budget or count_tokens(span.of(text)) <= budget:
            yield _Piece(span, tokens)
        else:
            yield from _cut(text, span, budget)
        end = span.end


def _cut(text: str, sentence: Span, budget: int) -> Iterator[_Piece]:
    """A sentence over the budget in pieces within it, about equal if there are two."""
    start = sentence.start
    while start < sentence.end:
        rest = text[start : sentence.end]
        total = count_tokens(rest)
        if total <= budget:
            yield _Piece(Span(start=start, end=sentence.end), total)
            return
        room = budget if total >= 2 * budget else min(budget, ceil(0.55 * total))
        length = _good_border(rest, tokens_to_characters(rest, room))
        for span in _trimmed(text, start, start + length):
            yield _Piece(span, count_tokens(span.of(text)))
        start += length


def _good_border(text: str, most: int) -> int:
    """Where to cut `text` at `most` characters or up to half of it sooner: after a clause, else a word, else just there."""
    clauses = [match.end() for match in _CLAUSE.finditer(text, most // 2, most) if match.end() <= most]
    if clauses:
        return clauses[-1]
    spaces = [at for at in range(most, most // 2, -1) if text[at - 1].isspace() or text[at : at + 1].isspace()]
    return spaces[0] if spaces else most


def _topics(parts: Iterable[_Part]) -> Iterator[list[_Piece]]:
    """The pieces that may share a passage."""
    topic: list[_Piece] = []
    before: _Part | None = None
    for part in parts:
        if before and not _joins(before, part):
            yield topic
            topic = []
        topic += part.pieces
        before = part
    if topic:
        yield topic


def _joins(before: _Part, after: _Part) -> bool:
    """Whether a passage may hold the end of one paragraph and the beginning of the next."""
    if after.fresh or (after.heading and not before.heading):
        return False
    return before.heading or before.short or after.short


def _runs(pieces: list[_Piece], budget: int) -> Iterator[list[_Piece]]:
    """The pieces of one topic as passages of about equal size, cut at paragraphs rather than inside them."""
    at, left = 0, sum(piece.tokens for piece in pieces)
    while at < len(pieces):
        end = _best_end(pieces, at, left, budget)
        yield pieces[at:end]
        left -= sum(piece.tokens for piece in pieces[at:end])
        at = end


def _best_end(pieces: list[_Piece], at: int, left: int, budget: int) -> int:
    """Where the passage that begins at `at` should end: nearest to an equal share of the `left` tokens."""
    share = left / ceil(left / budget)
    best, least, used = at + 1, float("inf"), 0
    for end in range(at, len(pieces)):
        used += pieces[end].tokens
        if used > budget and end > at:
            return best
        cost = abs(used - share) / share + pieces[end].cut_cost
        if cost <= least:
            best, least = end + 1, cost
    return best if left > budget else len(pieces)
