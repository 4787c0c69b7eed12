"""Names of a claim, and whether the cited text has them: inflected, spelled otherwise, translated or abbreviated.

A capital tells a name in most languages, in German only beside another capital or where a place or people is meant; the first word
of a sentence may be any. How probably each is a name the embedder's tokens tell (`naming.py`); without them it is guessed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from math import ceil

from index.days.said import words_of
from index.days.weekdays import day_words
from index.names import alike, base, romanised
from index.outlets import names_of
from index.stopwords import stopwords
from index.terms import stem
from index.types import Span
from rag.values.measures import is_measure
from rag.verify.roles import Placed
from rag.verify.told import NAMED, Finding, Told
from rag.verify.translated import known_names

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ELIDED = re.compile(r"^(?:[ldjmnstc]|qu|dell|all|nell|dall|sull|un)['’]|['’]s?$", re.IGNORECASE)
_BEGINS = re.compile(r"(?:^|[.!?:;]\s+|[\"“”„«»‘(–—])\W*$")
_SHORTEST = 2
_ENDING = r"\w{0,2}"  # "der Süddeutschen Zeitung"
_GUESSED = (0.2, 0.8)  # the probability of a name where its capital does not tell it, and where it does
_TOGETHER = 3  # words from the first to the last of a name
_SHORTEST_COGNATE, _COGNATE = 5, 0.7  # letters, and a share of them
_LETTERS = str.maketrans("czqy", "kkki")
# fmt: off
_TITLES = frozenset(
    "president prime minister ministry chancellor king queen prince princess pope general mr mrs ms dr sir lord lady saint st professor"
    " senator governor mayor parliament government union party court bank company group university institute committee council agency"
    " state republic federal national international department office north south east west northern southern eastern western street"
    " city river sea island world war treaty agreement act law church cathedral university school college century bishop captain"
    " président ministre roi reine presidente ministro rey reina президент министр господин frau herr euro euros dollar dollars"
    " region area province county district stadt fluss insel gebiet provinz bezirk kreis".split()
)
# fmt: on
"""What is written with a capital beside names, and often left out or put otherwise."""
_ADDRESSES = frozenset(
    "mr mrs ms dr sir prof lt col gen sgt capt rep sen rev herr frau m mme sr sra sig г-н г-жа".split()
)
"""What a translation leaves out or spells out."""


def names(claim: Told, cited: Sequence[Told]) -> Iterator[Finding]:
    """Every name of the claim; those of the outlets that are cited are said by their articles being cited."""
    outlets = _outlets(claim.text, cited)
    known = known_names(claim.text, claim.language)
    theirs = {k.id for told in cited for k in known_names(told.text, told.language)}
    for name in known:
        text = name.span.of(claim.text)
        yield _finding(text, found=name.id in theirs or _held(text, claim, cited))
    for word, likely in _capitals(claim):
        if not any(word.overlaps(k.span) for k in known):
            text = _ELIDED.sub("", word.of(claim.text))
            held = (
                any(word.overlaps(name) for name in outlets)
                or _held(text, claim, cited)
                or _has_cognate(text, claim, cited)
            )
            yield _finding(text, found=held, likely=likely)


def _outlets(text: str, cited: Sequence[Told]) -> list[Span]:
    """Where a text has the whole name of an outlet that is cited, inflected or not: any paper may be a Post, or a Zeitung."""
    known = {name for told in cited for name in names_of(told.outlet)}
    written = (r"\s+".join(re.escape(word) + _ENDING for word in name.split()) for name in sorted(known))
    places = (m.span() for pattern in written for m in re.finditer(rf"(?<!\w){pattern}(?!\w)", text))
    return [Span(start=start, end=end) for start, end in places]


def _finding(text: str, *, found: bool, likely: float = 1.0) -> Finding:
    reason = "" if found else f'"{text}" is not in the cited text'
    return Finding(kind="name", text=text, found=found, likely=likely, reason=reason)


def _capitals(claim: Told) -> Iterator[tuple[Span, float]]:
    """The words that are written as names, and how probably they are."""
    words = list(_WORD.finditer(claim.text))
    for i, match in enumerate(words):
        if not _is_written_as_name(match[0], claim.language):
            continue
        begins = bool(_BEGINS.search(claim.text[: match.start()]))
        sure = not begins and match[0].lower() not in _TITLES
        if claim.language == "de":
            sure = sure and _beside_capital(words, i, claim)
        elif begins:
            sure = match[0].lower() not in _TITLES and i + 1 < len(words) and _is_pair(words[i], words[i + 1], claim)
        told = claim.is_name(match.start())
        likely = _GUESSED[sure] if told is None else told
        title = match[0].lower() in _ADDRESSES
        yield Span(start=match.start(), end=match.end()), min(likely, _GUESSED[0]) if title else likely


def kept(text: Told, translation: Told) -> Iterator[tuple[Span, bool]]:
    """The words that are written as names, places and peoples aside, and whether a translation has them with a capital."""
    known = known_names(text.text, text.language)
    theirs = [w.lower() for w in _words(translation.text) if w[0].isupper()]
    for word, _ in _capitals(text):
        if not any(word.overlaps(k.span) for k in known):
            name = _ELIDED.sub("", word.of(text.text)).lower()
            yield word, any(_same(name, text.language, w, translation.language) for w in theirs)


def _is_written_as_name(word: str, language: str) -> bool:
    plain = _ELIDED.sub("", word)
    if len(plain) < _SHORTEST or not plain[0].isupper():
        return False
    common = plain.lower() in stopwords(language) or is_measure(plain)
    return not common and not _calendar(language).fullmatch(plain)


def _beside_capital(words: Sequence[re.Match[str]], i: int, claim: Told) -> bool:
    """Whether a German noun stands right behind another one, as the name does in "Präsident Putin"."""
    before = words[i - 1]
    described = _BEGINS.search(claim.text[: before.start()]) and re.search(
        "e[mnrs]?$", before[0]
    )  # Westliche Regierungen
    return i > 0 and not described and not is_measure(before[0]) and _is_pair(before, words[i], claim)


def _is_pair(one: re.Match[str], two: re.Match[str], claim: Told) -> bool:
    return (
        claim.text[one.end() : two.start()] == " "
        and all(_is_written_as_name(w[0], claim.language) for w in (one, two))
        and not _BEGINS.search(claim.text[: two.start()])
    )


def _held(name: str, claim: Told, cited: Sequence[Told]) -> bool:
    """Whether a cited text has the name, or what it is short for."""
    return any(
        _same(name.lower(), claim.language, word.lower(), told.language) for told in cited for word in _words(told.text)
    ) or any(_short_for(name, told.text) or _abbreviated(name, claim.text, told.text) for told in cited)


def _words(text: str) -> list[str]:
    return [_ELIDED.sub("", m[0]) for m in _WORD.finditer(text)]


@lru_cache(maxsize=65536)
def _same(name: str, language: str, word: str, other: str) -> bool:
    """Whether two words in lower case may be one name."""
    if name.removesuffix("s") == word.removesuffix("s") or stem(name, language) == stem(word, other):
        return True
    one, two = base(name, language), base(word, other)
    return one == two or alike(one, two) or alike(two, one)


def _has_cognate(name: str, claim: Told, cited: Sequence[Told]) -> bool:
    others = (told for told in cited if told.language != claim.language)
    return any(_cognate(name.lower(), word.lower()) for told in others for word in _words(told.text))


def _cognate(one: str, two: str) -> bool:
    """Whether two words of Latin letters begin alike: Republican, Republikaner."""
    one, two = (
        re.sub(r"(.)\1", r"\1", w.translate(_LETTERS).replace("ph", "f")) for w in (romanised(one), romanised(two))
    )
    shortest = min(len(one), len(two))
    return (
        shortest >= _SHORTEST_COGNATE
        and one[: (same := max(_SHORTEST_COGNATE, ceil(_COGNATE * shortest)))] == two[:same]
    )


def _short_for(name: str, text: str) -> bool:
    """Whether a name of capitals alone has the first letters of words of a text: NSF."""
    if not (name.isupper() and len(name) > _SHORTEST):
        return False
    initials = "".join(w[0] for w in _words(text) if w[0].isupper())
    return name in initials


def _abbreviated(name: str, claim: str, text: str) -> bool:
    """Whether a text has the first letters of the words in which the claim's name stands."""
    initials = [(w, w[0]) for w in _words(claim) if w[0].isupper()]
    letters = "".join(letter for _, letter in initials)
    places = [i for i, (w, _) in enumerate(initials) if w == name]
    short = [w for w in _words(text) if w.isupper() and len(w) > _SHORTEST]
    return any(begin <= i < begin + len(w) for w in short for i in places for begin in [letters.find(w)] if begin >= 0)


@cache
def _calendar(language: str) -> re.Pattern[str]:
    """Months, weekdays and what is counted, which are no names."""
    words = words_of(language)
    return re.compile(
        "|".join((*words.months, *words.seasons, *words.units, *day_words(language).names)), re.IGNORECASE
    )


def places(claim: Told, cited: Told) -> list[Placed]:
    """Where the names that both have stand in each; a name that one of them has twice says nothing of places."""
    own, theirs = known_names(claim.text, claim.language), known_names(cited.text, cited.language)
    found = [(k.span, [t.span for t in theirs if t.id == k.id], True) for k in own]
    words = [Span(start=m.start(), end=m.end()) for m in _WORD.finditer(cited.text)]
    for word, likely in _capitals(claim):
        sure = likely >= NAMED
        if (sure or claim.language == cited.language) and not any(word.overlaps(k.span) for k in own):
            name = _ELIDED.sub("", word.of(claim.text)).lower()
            texts = [(w, _ELIDED.sub("", w.of(cited.text)).lower()) for w in words]
            found.append((word, [w for w, t in texts if _same(name, claim.language, t, cited.language)], sure))
    twice = Counter(same[0] for _, same, _ in found if same)
    once = [
        (_whole(claim.text, span), _whole(cited.text, same[0]), sure)
        for span, same, sure in found
        if len(same) == 1 and twice[same[0]] == 1
    ]
    return [Placed(text=o.of(claim.text), own=o, theirs=t, sure=sure) for o, t, sure in dict.fromkeys(once)]


def parted(claim: Told, cited: Told) -> Iterator[Finding]:
    """Two words that are one name in the claim and stand apart in the cited sentence: "Luke James" of Luke Walton and James."""
    words = [_ELIDED.sub("", m[0]).lower() for m in _WORD.finditer(cited.text)]
    for one, two in pairwise(span for span, likely in _capitals(claim) if likely >= NAMED or not claim.likely):
        names = [_ELIDED.sub("", span.of(claim.text)) for span in (one, two)]
        if claim.text[one.end : two.start] != " " or any(n.lower() in _TITLES for n in names):
            continue
        places = [
            [i for i, w in enumerate(words) if _same(n.lower(), claim.language, w, cited.language)] for n in names
        ]
        if all(places) and min(abs(i - j) for i in places[0] for j in places[1]) > _TOGETHER:
            whole = " ".join(names)
            reason = f'"{whole}" is not one name in the cited text'
            yield Finding(kind="role", text=whole, found=False, denied=True, reason=reason)


def _whole(text: str, span: Span) -> Span:
    """A name with what a hyphen joins to it."""
    before, behind = re.search(r"[\w-]*$", text[: span.start]), re.match(r"[\w-]*", text[span.end :])
    return Span(start=span.start - len(before[0] if before else ""), end=span.end + len(behind[0] if behind else ""))
