"""Questions for what was reported, rather than for one thing that a report says.

    What did the Northline Post report in June 2024?      its articles of that month answer, whatever they are about
    Was schrieb der Nordhafen Kurier über Notre-Dame?     its articles answer, those about Notre-Dame first
    What happened on 8 April 2025? · Что нового?          what tells of that day; the newest articles

They are told by their words: outlets and days aside, such a question begins with words for reporting, happening or news. What is
left is its topic. Outlets and days that it names are then a filter, and shown as one. A language is one entry of _WORDS.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from index.days.said import words_of
from rag.question.expect import expected
from rag.question.references import telling
from rag.question.types import Query
from rag.question.when import Period


@dataclass(frozen=True, kw_only=True, slots=True)
class _Words:
    """One language: fragments of regular expressions for single words, matched whole and in lower case."""

    reports: str
    happens: str
    new: str


# fmt: off
_WORDS = {
    "en": _Words(
        reports="report(?:s|ed|ing)?|writes?|written|writing|wrote|says?|said|publish(?:es|ed)?|print(?:s|ed)?|cover(?:s|ed)?|carr(?:y|ied)|run|ran|papers?",
        happens="happen(?:s|ed|ing)?|occur(?:s|red)?|took|place|going|went|events?",
        new="new|latest|newest|recent|updates?",
    ),
    "de": _Words(
        reports=r"bericht(?:en?|et|ete[nt]?)|schr(?:ieb|eib)(?:en|t)?|geschrieben|meldete?n?|gemeldet|veröffentlicht(?:en?)?|sagten?|gesagt"
        r"|stand(?:en)?|stehe?n?|steht|gestanden|druckten?|gedruckt|brachten?|worüber",
        happens="geschah(?:en)?|geschehen|passierte?|ereignete[nt]?|ereignet|los|vorgefallen|zugetragen",
        new="neue?s?|neue?st(?:e[nrs]?|es)?|neuigkeit(?:en)?|aktuelle?s?|jüngste[nrs]?",
    ),
    "fr": _Words(
        reports=r"rapport(?:e|é|ait|ent|aient)|écri(?:t|vait|vent|vaient)|publi(?:e|é|ait|ent|aient)|dit|disai(?:t|ent)|parl(?:e|é|ait|ent|aient)"
        r"|racont(?:e|é|ait)|relat(?:e|é|ait)|évoqu(?:e|é|ait)|inform(?:e|é|ait)|couv(?:re|ert|rait)",
        happens="quoi|pass[ée]e?|arriv(?:e|é|ée)|produite?|lieu|déroulée?",
        new="nouveau|nouvelles?|neuf|derni(?:er|ère)s?|récent(?:e|es|s)?",
    ),
    "es": _Words(
        reports=r"public(?:ó|aba|ado|a|aron|an)|inform(?:ó|aba|ado|a|aron|an)|escrib(?:ió|ía|e|ieron|en)|escrito|dijo|dice|decía|cont(?:ó|aba|ado)"
        r"|report(?:ó|aba|ado)|habl(?:ó|aba|ado|a)|trat(?:ó|aba|a)",
        happens="pas(?:ó|a|aba)|pasado|ocurr(?:ió|ía|ido|e)|sucedi(?:ó|do)|sucede|acontecido|aconteció",
        new="nuev[oa]s?|novedad(?:es)?|últim[oa]s?|recientes?",
    ),
    "ru": _Words(
        reports=r"сообща\w+|сообщи\w+|писал\w*|пиш[уе]т|написал\w*|опубликова\w+|публик\w+|рассказ(?:ал|ыва)\w*|говорил\w*|освеща\w+|переда(?:л|ва)\w*",
        happens=r"ч[её]м|произош\w+|случил\w+|происходи\w+|было|состоя\w+",
        new=r"нов(?:ого|ое|ая|ый|ые|ых)|последн\w+|свеж\w+",
    ),
    "it": _Words(
        reports=r"scri(?:tto|ve|veva|sse)|pubblica(?:to|va)?|riporta(?:to|va)?|riferi(?:to|sce|va)|racconta(?:to|va)?|detto|diceva|parla(?:to|va)?",
        happens="cosa|success[oa]|accadut[oa]|accadde|avvenut[oa]|avvenne|capitat[oa]",
        new="nuov[oaie]|novità|ultim[oaie]|recent[ei]",
    ),
}
# fmt: on
_WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """What a question asks for by its words of reporting: in the press, as news; and its topic, "" where there is none."""

    topic: str
    of_press: bool
    of_news: bool


def steered(query: Query) -> Query:
    """The query with the filters and the topic of a question for what was reported; any other as it is.

    A period of publication is a filter in every question, unless no article has a date.
    """
    found = frame(query)
    if found and found.of_press and query.outlets:
        query = replace(query, periods=tuple(replace(p, kind="published") for p in query.periods))
    printed = _printed(query)
    if found and found.of_news:
        query = replace(query, order=query.order or "newest")
    if found and query.outlets and not query.filters.outlets:
        names = tuple(dict.fromkeys(one.name for one in query.outlets))
        only = tuple(replace(one, only=True) for one in query.outlets)
        query = replace(query, filters=replace(query.filters, outlets=names), outlets=only)
    if found and _is_bound(query, found, printed):
        query = replace(query, topic=found.topic)
    return _narrowed(query, printed) if printed else query


def frame(query: Query) -> Frame | None:
    """What the question asks for, or None where it asks for something that a report says."""
    words, rest = _WORDS.get(query.language), query.text
    if not words:
        return None
    for said in [*(p.text for p in query.periods), *(o.text for o in query.outlets)]:
        rest = rest.replace(said, " · ", 1)
    press = rf"{words.reports}|{words_of(query.language).press}"
    told = [m for m in _WORD.finditer(rest) if telling(m[0], query.language)]
    if expected(rest):
        return None
    if not told:  # "What was in the Northline Post in May?"
        return Frame(topic="", of_press=bool(query.outlets), of_news=False)
    first = 0
    while first < len(told) and _is(told[first], rf"{press}|{words.happens}|{words.new}"):
        first += 1
    last = len(told)
    while query.language == "de" and last > first and _is(told[last - 1], words.reports):
        last -= 1  # "Was hat die Zeitung über den Vertrag geschrieben?"
    framing = [*told[:first], *told[last:]]
    if not framing:
        return None
    topic = rest[told[first].start() : told[last - 1].end()] if first < last else ""
    return Frame(
        topic=" ".join(topic.replace("·", " ").split()),
        of_press=any(_is(m, press) for m in framing),
        of_news=any(_is(m, words.new) for m in framing),
    )


def _is(word: re.Match[str], pattern: str) -> bool:
    return bool(re.fullmatch(pattern, word[0], re.IGNORECASE))


def _is_bound(query: Query, found: Frame, printed: Period | None) -> bool:
    """Whether something besides the topic says which articles are asked for; a topic leaves less to be said by days alone."""
    if found.topic:
        return bool(query.outlets or printed or (found.of_news and found.of_press)) and found.of_press
    return bool(query.outlets or query.periods or found.of_news)


def _printed(query: Query) -> Period | None:
    """The one period of publication; None where there is another one, or where no article has a date."""
    single = query.periods[0] if len(query.periods) == 1 and query.dated else None
    return single if single and single.kind == "published" else None


def _narrowed(query: Query, printed: Period) -> Query:
    """The query for articles of these days alone. The filter stands in place of the words: no article says when it is printed."""
    since = max(filter(None, (query.filters.since, printed.since)), default=None)
    until = min(filter(None, (query.filters.until, printed.until)), default=None)
    text = " ".join(query.text.replace(printed.text, " ", 1).split())
    text = text if query.topic is None else query.text
    return replace(query, text=text, filters=replace(query.filters, since=since, until=until))
