"""The parts of a question that asks for several things: its clauses, as far as each says enough to be searched alone.

Did Iran ratify the treaty in May, while Russia's upper house had voted in April?
-> Did Iran ratify the treaty in May · Russia's upper house had voted in April
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.terms import terms_of
from rag.question.followup import standing_alone
from rag.question.references import telling
from rag.question.types import Turn

_ENOUGH = 4  # telling words that a part has; fewer are an item of a list, or an aside
_OF_A_QUESTION = 2  # where the part begins with a question word
MOST = 6  # parts that are searched
_JOINS = {
    "en": "and|or|but|while|whereas|although|compared (?:to|with)|as opposed to",
    "de": "und|oder|aber|während|wohingegen|sondern|obwohl|verglichen mit|im vergleich (?:zu|mit)",
    "fr": "et|ou|mais|tandis que|alors que|quoique|comparée?s? à|par rapport à",
    "es": "y|e|o|u|pero|mientras(?: que)?|aunque|en comparación con|comparad[oa]s? con",
    "it": "e|ed|o|ma|mentre|sebbene|rispetto a|in confronto a",
    "ru": "и|или|но|а|тогда как|в то время как|хотя|по сравнению с",
}
_STOPS = r"(?:,(?!\s\d)|[;:?!.])(?=[\s'\"”’»)]|$)|\s[–—-]\s|[，、；：？！。،؛؟]"
_ASKING = (
    r"(?:(?:in|on|at|by|from|since|for|with|to) )?(?:what|which|whom?|whose|when|where|why|how)"
    r"|(?:(?:in|an|auf|seit|bis|von|für|mit|zu|um) )?(?:was|welche[rsnm]?|we[rnm]|wessen|wann|wo(?:her|hin)?|warum|wieso|weshalb|wie)"
    r"|(?:(?:à|de|en|par|pour|dans|depuis) )?(?:que|qui|quoi|quel(?:le)?s?|quand|où|pourquoi|comment|combien)"
    r"|(?:(?:a|de|en|por|para|desde|con) )?(?:qué|quién(?:es)?|cuál(?:es)?|cuándo|dónde|cómo|cuánt[oa]s?)"
    r"|(?:(?:a|di|in|da|per) )?(?:che|chi|quale|quali|quando|dove|perché|come|quant[oiae])"
    r"|(?:(?:в|на|с|из|о|об|до|от|к|по) )?(?:что|кто|кого|кому|кем|как(?:ой|ая|ое|ие|ую|их|им|ом)?|когда|где|куда|откуда|почему|сколько)"
)
_WORD = re.compile(r"\w")
_ASIDE = re.compile(r"\([^)]*\)|（[^）]*）")


def parts(text: str, language: str) -> tuple[str, ...]:
    """The parts of a question, in its words and their order; none of a question that asks for one thing.

    What stands in brackets is no part, and is left out of them.
    """
    if joined := questions(text, language):
        return joined
    joins = _JOINS.get(language)
    plain = _plain(text)
    border = re.compile(rf"{_STOPS}|(?<!\w)(?:{joins})(?!\w)" if joins else _STOPS, re.IGNORECASE)
    found, start = list[tuple[int, int]](), 0
    for end, after in [*(m.span() for m in border.finditer(plain)), (len(plain), len(plain))]:
        if len(found) < MOST and _says(plain[start:end], language) >= _ENOUGH:
            found.append((start, end))
        elif _WORD.search(plain, start, end):
            continue
        start = after
    if found and _WORD.search(plain, start):
        found[-1] = (found[-1][0], len(plain))
    return tuple(plain[a:b].strip() for a, b in found) if len(found) > 1 else ()


def questions(text: str, language: str) -> tuple[str, ...]:
    """The questions that a conjunction joins ("when was it signed, and who paid?"); none where one of them says too little.

    Each of them asks for something of its own, so one may have an answer where another has none; a clause is no such question.
    """
    if not (joins := _JOINS.get(language)):
        return ()
    split = re.split(rf",?\s+(?:{joins})\s+(?=(?:{_ASKING})(?!\w))", _plain(text), flags=re.IGNORECASE)
    found = tuple(part.strip().rstrip(" ?!.,") for part in split)
    enough = all(
        _says(own, language) and _says(alone, language) >= _OF_A_QUESTION
        for own, alone in zip(found, standing(found, language), strict=True)
    )
    return found if 1 < len(found) <= MOST and enough else ()


def standing(joined: Sequence[str], language: str) -> tuple[str, ...]:
    """Each of the joined questions as it stands alone: "and when did he leave?" takes from those before it who he is."""
    turns = [Turn(question=question) for question in joined]
    return tuple(standing_alone(question, turns[:n], language).text for n, question in enumerate(joined))


def _plain(text: str) -> str:
    """The text, spaces for what stands in brackets."""
    return _ASIDE.sub(lambda aside: " " * len(aside[0]), text)


def _says(text: str, language: str) -> int:
    """How many telling words a text has; of Chinese, which has no spaces, pairs of letters."""
    return sum(len(terms_of(word, "")) for word in telling(text, language))
