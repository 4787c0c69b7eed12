"""Follow-ups that stand alone, with no language model: what an earlier question was about is put behind the new one.

    When did the Duma ratify the treaty with Iran?
    And when did the upper house vote? (Duma ratify the treaty with Iran)

The question stays as it was asked, so that a person sees at once what was added, and its own question word still decides what
kind of answer is looked for. What is added are whole phrases in their order: dense search reads them as text, lexical search drops
their stop words. Nothing is added to a question that stands alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest
from textwrap import shorten

from index.stopwords import stopwords
from rag.question.expect import expected
from rag.question.references import asks, named, of_its_own, refers_back, telling
from rag.question.types import Turn
from rag.values.measures import units_in

LONGEST = 1_000  # characters; a longer question stands alone
_MOST_TURNS = 10  # back
_MOST_PHRASES = 3
_LONGEST_PHRASE, _LONGEST_COUNTED = 120, 60  # characters
_MOST_NAMES = 3  # of an answer
_WORD = re.compile(r"[^\W_]+(?:[-'’.,/][^\W_]+)*")
_YEAR = re.compile(r"(?:(?<!\w)(?:in|im|en|em|nel|в) )?(?<!\w)(?:19|20)\d\d(?!\w)", re.IGNORECASE)
_SENTENCE = re.compile(r"[^.?!]+(?:\.\w[^.?!]*)*[.?!]*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Rewritten:
    """A question that stands alone, and the phrases that were added to make it so; none where it did already."""

    text: str
    added: tuple[str, ...] = ()


def standing_alone(question: str, history: Sequence[Turn], language: str) -> Rewritten:
    """The question with what it takes from `history`, oldest turn first; exactly as it is where it takes nothing."""
    earlier = [turn for turn in reversed(history[-_MOST_TURNS:]) if telling(turn.question, language)]
    if not earlier or len(question) > LONGEST or not refers_back(question, language, earlier[0].question):
        return Rewritten(text=question)
    added, known = list[str](), set(telling(question, language))
    for phrase in _nearest([p for p in _phrases(question, earlier, language) if p]):
        new = set(telling(phrase, language)) - known
        if new:
            added.append(phrase)
            known |= new
    text = f"{question} ({', '.join(added)})" if added else question
    return Rewritten(text=text, added=tuple(added))


def _nearest(phrases: Sequence[str]) -> list[str]:
    """The first of them, and the last one: what the conversation is about was said by the question that stands alone."""
    return [*phrases[: _MOST_PHRASES - 1], *phrases[_MOST_PHRASES - 1 :][-1:]]


def _phrases(question: str, earlier: Sequence[Turn], language: str) -> Iterator[str]:
    """What the question may be about, nearest first: earlier questions and answers, and last the question that stands alone."""
    whole, has_year = not asks(question, language), bool(_YEAR.search(question))
    for turn, before in zip_longest(earlier, earlier[1:]):
        topic = _topic(turn.question, language, whole=whole)
        if has_year:
            topic = " ".join(_YEAR.sub("", topic).split())  # "And in 2024?" asks for another year
        answered = _counted(question, turn, language) or ", ".join(_answered(turn, language))
        is_last = before is None or not refers_back(turn.question, language, before.question)
        yield from (answered, topic) if is_last and turn is not earlier[0] else (topic, answered)
        if is_last:
            return


def _topic(question: str, language: str, *, whole: bool) -> str:
    """What a question is about, from its first word that tells something to the last; `whole`: all of it."""
    sentences = [s for s in _SENTENCE.findall(question) if telling(s, language)]
    asked = next((s for s in sentences if "?" in s), sentences[0] if sentences else question)
    asked = re.sub(r"[()\[\]]", " ", asked)
    found = list(_WORD.finditer(asked))
    told = [m for m in found if telling(m[0], language)] or found
    kept = found if whole else told
    if not kept:
        return ""  # a sign such as ㎢ is a word only when it is spelt out
    text = shorten(asked[kept[0].start() : kept[-1].end()], _LONGEST_PHRASE, placeholder="")
    first = text.partition(" ")[0]
    is_empty = len(first) > 1 and first.lower() in stopwords(language)  # "When", which with a capital looks like a name
    return first.lower() + text[len(first) :] if is_empty else text


def _counted(question: str, turn: Turn, language: str) -> str:
    """What the answer tells of, its numbers aside, for a question that only asks how many of that there are ("How many of them?")."""
    if expected(question) != "number" or units_in(question) - {""} or of_its_own(question, language):
        return ""
    answer = re.sub(r"\S*\d\S*", " ", next(iter(_SENTENCE.findall(turn.answer)), ""))
    known = set(telling(turn.question, language))
    new = next((m.start() for m in _WORD.finditer(answer) if set(telling(m[0], language)) - known), len(answer))
    return _topic(shorten(answer[new:], _LONGEST_COUNTED, placeholder=""), language, whole=False)


def _answered(turn: Turn, language: str) -> list[str]:
    """The names of the answer to a question that has none, or that asked for one: "he" is whoever that was."""
    if not turn.answer or (named(turn.question, language) and expected(turn.question) not in ("person", "place")):
        return []
    first = shorten(next(iter(_SENTENCE.findall(turn.answer)), ""), _LONGEST_PHRASE, placeholder="")
    known = {name for name in named(first, language) if not name[0].isdigit()}
    runs = groupby(_WORD.finditer(first), key=lambda m: m[0].lower() in known)
    return [" ".join(m[0] for m in run) for is_name, run in runs if is_name][:_MOST_NAMES]
