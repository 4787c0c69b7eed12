"""Whether a question points back at what was said before it, in English, German, French, Spanish, Russian and Italian.

Four signs: it goes on from before ("And when?"), it has a pronoun whose noun is elsewhere ("When did they sign it?"), it says too
little to be asked alone ("In Germany?", "Who are the offenders?"), or it repeats a word of the question before it and has no name
of its own. In other languages only the last two are seen; in German, where every noun looks like a name, hardly the last.
Both numbers were chosen on the training part of benchmarks/quality/followups.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.stopwords import stopwords
from index.terms import names_in, stem, terms_of, words
from rag.question.expect import without_asking

ENOUGH = 4  # words that tell something, of a question without names
ENOUGH_AFTER_AND = 4  # the same of one that begins with "and", with names

# fmt: off
_POLITE = frozenset(
    "hi hello please thank thanks ok okay yes sorry help ah oh danke hallo bitte ja nein merci bonjour oui hola gracias sí"
    " привет спасибо пожалуйста grazie ciao sì".split()
)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Signs:
    """Patterns of one language. A person's pronoun may mean a noun before it in the question; a thing's one of an earlier clause."""

    goes_on: str
    asks: str
    persons: str
    things: str
    unless: str = r"(?!)"  # what looks like one of them and is none
    new: str = r"(?!)"  # an article that brings up something for the first time
    known: str = r"(?!)"  # a noun that was brought up before, where a capital does not tell a name


_SIGNS = {
    "en": _Signs(
        goes_on=r"and|but|or|so|then|also|what about|how about|what if|why not|i mean(?:t)?",
        asks="what|who|whom|whose|when|where|why|how|which",
        persons="he|him|his|she|her|hers|its|their|theirs",
        things=r"it|they|them|this|these|those|such|there|then|(?:the )?same"
        r"|the (?:other|latter|former|first|second|third|last) (?:one|two)"
        r"|(?:does|did|do|is|was|has|had|will|would|can|could|about|of|after|before|like|for|with|to|on|in|from|by|than) that|that(?=\W*$)",
        unless=r"does it (?:cost|take)|was it(?=\W*$)"
        r"|(?:is|are|was|were|will|has|have|had|been) there\b|\bthere (?:is|are|was|were|has|have|will)"
        r"|this (?:year|month|week|morning|is)"
        r"|(?:is|was) it (?:true|possible|necessary|legal|allowed)|those who|such as",
        new="an?",
    ),
    "de": _Signs(
        goes_on="und|aber|oder|sondern|was ist mit|wie (?:ist|sieht|steht) es mit|auch",
        asks="was|wer|wen|wem|wessen|wann|wo|wohin|woher|warum|wieso|weshalb|wie|wieviele?|welche[rsnm]?",
        persons="er|ihn|ihm|sie|ihr|ihnen|seine?[rsnm]?|ihre[rsnm]?|deren|dessen",
        things="es|diese[rsnm]?|dies|jene[rsnm]?|davon|dazu|dafür|dagegen|darüber|darauf|daran|daraus|dadurch|danach|davor|darin"
        r"|dort|dorthin|damals|derselben?|dieselben?|dasselbe|(?<=warum )das|(?<=wann )das|(?<=ist )das(?=\W*$)|das(?=\W*$)",
        unless=r"(?:gibt|gab|gäbe|geht|ging) es\b|\bes (?:gibt|gab|geht|ging)|diese[rsnm]? (?:Jahre?s?|Woche|Monats?)|sein(?=\W*$)",
        new="eine?[mnrs]?",
        known=r"(?-i:(?:[Dd](?:er|ie|as|en|em|es)) [A-ZÄÖÜ][a-zäöüß])",
    ),
    "fr": _Signs(
        goes_on="et|mais|ou|donc|alors|qu['’]en est-il",
        asks="que|qu['’]est-ce|qui|quand|où|pourquoi|comment|combien|quel(?:le)?s?|à qui",
        persons="lui|leurs?|eux|il|ils|elles?|son|sa|ses",
        things=r"cela|ça|ceci|celui|celles?|ceux|ce(?:t|tte|s)|là|là-bas|y"
        r"|(?:qu['’]|combien |qui |s['’]|qu['’]on |d['’]où )en|en (?:est|sont|a|ont)",
        unless=r"il y a|y a(?:vait)?-t-il|\by a(?:vait)?\b|(?:faut|peut|est|a)-il\b|il faut|cette (?:année|semaine)|ce mois",
        new="une?",
    ),
    "es": _Signs(
        goes_on="y|e|pero|o|entonces|qué hay de|qué pasa con",
        asks="qué|quién(?:es)?|cuándo|dónde|por qué|cómo|cuánt[oa]s?|cuál(?:es)?|a quién|en qué|de qué",
        persons="él|ellas?|ellos|sus?",
        things="es[oae]s?|esos|est[oae]s?|aquell[oa]s?|aquel|allí|ahí|entonces|lo",
        unless="est[ea] (?:año|mes|semana|mañana)|lo que|por lo|(?<=qué )es|(?<=quién )es|(?<=cuál )es|(?:^|\\s)es(?=\\s)|no es",
        new="una?",
    ),
    "ru": _Signs(
        goes_on="а|и|но|или|что насч[её]т|как насч[её]т",
        asks="что|кто|кого|кому|кем|когда|где|куда|откуда|почему|зачем|как|сколько|как(?:ой|ая|ое|ие|их|ую|ом)|чей|чья",
        persons="он|она|они|его|её|ее|ему|ей|им|их|него|неё|нее|ней|ним|них|ними|нём|нем|свой|своего",
        things="оно|это|этот|эта|эти|этого|этой|этому|этом|этим|этих|эту|там|тогда|туда|оттуда|тот|того|такой|такие",
        unless="это(?:го|м)? (?:год[ау]?|месяц[еа]?)|на этой неделе|что это такое",
    ),
    "it": _Signs(
        goes_on="e|ed|ma|o|allora|che ne è",
        asks="che|cosa|chi|quando|dove|perché|come|quant[oaie]|qual[ei]?|quali",
        persons="egli|lui|lei|loro|suo|sua|suoi|sue",
        things="ess[oaie]|quest[oaie]|quell[oaie]|ciò|lì|là|allora|ne|vi",
        unless="quest['’ ]?(?:anno|a settimana|o mese)",
        new="un[oa]?",
    ),
}
# fmt: on
_CLAUSE = re.compile(
    r"[.?!;:,]\s|(?<!\w)(?:when|if|because|while|that|who|which|say|says|said|wenn|weil|dass|ob|quand|si|cuando|когда|если|se)(?!\w)",
    re.IGNORECASE,
)


def refers_back(question: str, language: str, before: str = "") -> bool:
    """Whether the question needs what was said earlier; `before` is the question before it, "" where it is not known."""
    own, names, signs = telling(question, language), named(question, language), _SIGNS.get(language)
    if signs and _points_back(question, language, signs):
        return True
    if signs and _begins(signs.goes_on, question):
        return not names or len(own) < ENOUGH_AFTER_AND
    return _says_little(question, own, names, signs) or (not names and _share_a_word(own, before, language))


def asks(question: str, language: str) -> bool:
    """Whether the question has a question word of its own at its beginning or after an "and"."""
    signs = _SIGNS.get(language)
    if not signs or re.match(r"\W*(?:what|how) about(?!\w)", question, re.IGNORECASE):
        return False
    return _begins(rf"(?:(?:{signs.goes_on})\s+(?:\w+\s+)?)?(?:{signs.asks})", question)


def telling(text: str, language: str) -> list[str]:
    """The words of a text, in lower case, that say something of its subject, numbers and names among them."""
    empty = stopwords(language) | _POLITE
    return [w for w in words(text) if w not in empty]


def of_its_own(question: str, language: str) -> list[str]:
    """The telling words of a question that neither ask ("how many") nor point back ("davor", "of them")."""
    signs = _SIGNS.get(language)
    points = f"{signs.goes_on}|{signs.asks}|{signs.persons}|{signs.things}" if signs else "(?!)"
    return [w for w in telling(without_asking(question), language) if not re.fullmatch(points, w, re.IGNORECASE)]


def named(text: str, language: str) -> set[str]:
    """The names and numbers of a text, in lower case; in German, all nouns."""
    return names_in(text) - stopwords(language) - _POLITE


def _begins(pattern: str, question: str) -> bool:
    return bool(re.match(rf"\W*(?:{pattern})(?!\w)", question, re.IGNORECASE))


def _says_little(question: str, own: Sequence[str], names: set[str], signs: _Signs | None) -> bool:
    """A name is enough for a question ("Who is Macron?"), but not for a fragment ("In Germany?")."""
    length = sum(len(terms_of(word, "")) for word in own)  # of Chinese, which has no spaces, pairs of letters
    asking = signs is not None and _begins(signs.asks, question)
    if names:
        return length < 2 and (not asking or _has(signs.known if signs else "(?!)", question))
    brings_up = asking and signs is not None and _has(signs.new, question)
    return length < (2 if brings_up else ENOUGH)


def _share_a_word(own: Sequence[str], before: str, language: str) -> bool:
    stems = {stem(word, language) for word in telling(before, language)}
    return any(stem(word, language) in stems for word in own)


def _has(pattern: str, text: str) -> bool:
    return bool(re.search(rf"(?<!\w)(?:{pattern})", text, re.IGNORECASE))


def _points_back(question: str, language: str, signs: _Signs) -> bool:
    """Whether a pronoun stands where no noun of the question itself can be meant."""
    text = re.sub(rf"(?<!\w)(?:{signs.unless})(?!\w)", lambda m: "·" * len(m[0]), question, flags=re.IGNORECASE)
    persons, things = (
        re.finditer(rf"(?<!\w)(?:{p})(?!\w)", text, re.IGNORECASE) for p in (signs.persons, signs.things)
    )
    return any(not telling(question[: m.start()], language) for m in persons) or any(
        not _has_earlier_clause(question[: m.start()], language) for m in things
    )


def _has_earlier_clause(before: str, language: str) -> bool:
    borders = [m.start() for m in _CLAUSE.finditer(before)]
    return bool(borders) and bool(telling(before[: borders[-1]], language))
