"""Whether two values are said of the same matter, and of the one that a question asks about."""

from __future__ import annotations

import re

from index.terms import names_in, stem
from rag.differ.given import YEAR, Given
from rag.question.references import named, telling
from rag.question.types import Query
from rag.values.amounts import Amount, amounts
from rag.values.measures import is_measure, of_carbon

_ALIKE = 0.6  # of the words of two sentences, their values aside
_ALIKE_WORDS = 2  # that two sentences have in common
_HEAD = 400  # characters of an article that say what it is of
_SHARED = 1 / 2  # of the names at the heads of two articles
_AHEAD = re.compile(
    r"(?<!\w)(?:expect\w*|forecast\w*|predict\w*|project(?:s|ed|ion)|plan(?:s|ned|ning)?|scheduled|aims?|goal|target\w*|will|would|could"
    r"|(?-i:may)|might|should|erwart\w+|prognos\w+|voraussichtlich|soll(?:te|ten|en)?|wird|könnten?|würden?|plan(?:t|en|te|ten)|geplant|ziel"
    r"|devrai\w+|prévo\w+|prévu\w*|pourrai\w+|espèr\w+|objectif|prev[eé]\w*|espera\w*|pronostic\w*|podría\w*|deber[ií]a\w*|objetivo"
    r"|ожида\w+|прогноз\w*|план\w*|буд(?:ет|ут)|может|могут|должн\w+)(?!\w)",
    re.IGNORECASE,
)
_EACH = re.compile(
    r"(?<!\w)(?:each|apiece|respectively|jeweils|je|pro|per(?! ?cent)|chacun\w*|respectivement|cada|por|каждый|каждая|каждому)(?!\w)",
    re.IGNORECASE,
)

_DERIVED = re.compile(r"(?:ung|heit|keit|schaft|tion|tät|nis|nisse)(?:en)?$")
_WRONG = re.compile(
    r"(?<!\w)(?:wrong(?:ly)?|mistaken(?:ly)?|mixed up|by mistake|in error|erroneous(?:ly)?|false(?:ly)?|incorrect(?:ly)?"
    r"|falsch\w*|irrtümlich\w*|versehentlich|verwechselt\w*|fehlerhaft\w*|à tort|par erreur|erroné\w*|confondu\w*"
    r"|por error|erróne\w*|equivocad\w*|confundi\w*|ошибочн\w*|по ошибке|неверн\w*|перепута\w*|per errore|erronea\w*|sbagliat\w*)(?!\w)",
    re.IGNORECASE,
)


def taken_back(text: str) -> bool:
    """Whether a sentence says that something in it is wrong: then a value in it is not what its article holds."""
    return bool(_WRONG.search(text))


def comparable(one: Given, two: Given) -> bool:
    """Whether two values are of one kind: measure, a change or a state, what is and what is expected."""
    a, b = one.value, two.value
    if isinstance(a, Amount) and isinstance(b, Amount) and (a.unit != b.unit or a.is_change != b.is_change):
        return False
    texts = [given.candidate.text for given in (one, two)]
    return all(len({bool(words.search(text)) for text in texts}) == 1 for words in (_AHEAD, _EACH))


def same_years(one: Given, two: Given) -> bool:
    """Whether two sentences do not name different years, those of the values aside."""
    years, others = (set(YEAR.findall(_around(g))) for g in (one, two))
    return not years or not others or bool(years & others)


def alike(one: Given, two: Given) -> bool:
    """Whether two sentences of a language say nearly the same, their values aside, and neither has a name instead of the other's."""
    if one.language != two.language:
        return False
    left, right = stems(one), stems(two)
    both = len(left & right)
    if both < _ALIKE_WORDS or both < _ALIKE * len(left | right):
        return False
    return not other_names(one, two)


def other_names(one: Given, two: Given) -> bool:
    """Whether each of two sentences has a name that the other one has not."""
    names, others = ({n for n in named(f"· {_around(g)}", g.language) if not n.isdigit()} for g in (one, two))
    return bool(names - others and others - names)


def stems(given: Given) -> set[str]:
    """The stems of what a sentence says, its value aside."""
    return _stems(_around(given), given.language)


def _around(given: Given) -> str:
    at = given.candidate.span.start
    text = given.candidate.text
    return f"{text[: given.span.start - at]} {text[given.span.end - at :]}"


def on_matter(given: Given, query: Query, share: float) -> bool:
    """Whether a value is said of what the question is of.

    The question's own numbers (the nine-euro ticket) and, within one language, its names must stand in the article, and a `share` of
    its words in the sentence or at the article's head.
    """
    article, near = given.candidate.article, f"{_head(given)} {given.candidate.text}"
    own = amounts(query.text.replace("-", " "), query.language)
    if own:
        known = amounts(article.text.replace("-", " "), article.language, further=True)
        if not all(any(a.agrees(b) for b in known) for a in own):
            return False
    if of_carbon(query.text) and not of_carbon(near):
        return False
    if query.language != given.language:
        return True
    if not _names(query) <= _stems(article.text, query.language):
        return False
    wanted = _stems(query.text, query.language)
    return len(wanted & _stems(near, query.language)) >= share * len(wanted)


def same_names(one: Given, two: Given, query: Query) -> bool:
    """Whether of the question's names two articles of one language have the same: of another ticket, another figure is true."""
    if one.language != two.language:
        return True
    left, right = (_names(query) & _stems(given.candidate.article.text, query.language) for given in (one, two))
    return left == right


def _names(query: Query) -> set[str]:
    """The stems of the question's names: in German, of its nouns that are no verb's or adjective's; of one in small letters, all."""
    text, language = query.text, query.language
    names = named(text, language) & names_in(text) if text != text.lower() else set(telling(text, language))
    if language == "de":
        names = {w for w in names if not _DERIVED.search(w)}
    return {stem(w, language) for w in names if not is_measure(w)}


def same_subject(one: Given, two: Given, query: Query) -> bool:
    """Whether two sentences of a language are of one thing, where the question does not name what they leave unsaid.

    "It was listed in 1985" is said in many articles: then the heads of both must share half of the other names.
    """
    if one.language != two.language or one.language != query.language:
        return True
    asked = named(query.text, query.language)
    if any(asked - named(given.candidate.text, given.language) for given in (one, two)):
        return True
    said = asked | named(one.candidate.text, one.language) | named(two.candidate.text, two.language)
    left, right = ({n for n in named(_head(g), g.language) - said if not n.isdigit()} for g in (one, two))
    return len(left & right) >= _SHARED * min(len(left), len(right))


def _head(given: Given) -> str:
    article = given.candidate.article
    return f"{article.title or ''} {article.text[:_HEAD]}"


def _stems(text: str, language: str) -> set[str]:
    """The stems of what a text tells, its measures aside."""
    return {stem(w, language) for w in telling(text, language) if not is_measure(w)}
