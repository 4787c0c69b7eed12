"""Sentences with exact offsets: the unit that is cited.

`sentencex` (rules for some 30 languages, a near one for 240 others) proposes the borders. It keeps a quotation as one
sentence, so a longer one is segmented again with its quotation marks blanked; then a handful of rules moves, drops and
adds borders. tests/index/test_sentences.py lists, case by case, what is meant to come out.
"""

from __future__ import annotations

import re
from itertools import pairwise

from index.paragraphs import is_unbroken, paragraph_spans
from index.types import Span

WINDOW = 2000  # code points segmented at once, so also the longest sentence: sentencex takes time quadratic in it
_LONG = 60  # code points: a longer unit may be a quotation of several sentences, each worth citing by itself
_LINE_END = str.maketrans(dict.fromkeys("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029\0", " "))
_QUOTE = re.compile(r"[\"“”„«»‹›「」『』]|(?<!\w)['‘’]|['‘’](?!\w)")
_NO_STOP = re.compile(r"[\w\s,;:'\"’“”„«»()/&%$€£#*|+–—-]*.?")
_WORD = re.compile(r"[^\W_]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_OPENING, _CLOSING = "“„«‹「『（([¿¡", "”»›」』）)]’"

# Abbreviations that sentencex lacks in the language where they are used, or that no language of its own has.
_BEFORE_NAME = re.compile(
    "[dh]r|prof|mrs?|ms|mm?|mme|mlle|mgr|sra?|srta|dra|dña|lic|ing|st[aeo]?|fr|hl|dipl|ed|gov|sen|rep|gen|lt|col|inkl|hrsg|geb|"
    "им|напр|т\\.е|св|ул|пр|дж|см|рис|тел|доц|акад|проф|د|أ|م|डॉ|श्री|प्रो"
)
_BEFORE_NUMBER = re.compile(
    "nos?|nr|n[úu]m|nro|art|abs|s|pp?|p[áa]g|vol|fig|bd|kap|tel|aprox|ca|env|д|кв|п|стр?|рис|гл|т|ص|ج"
)
_LETTER_IS_ABBREVIATION = {"m": {"fr"}, "د": {"ar"}, "أ": {"ar"}, "م": {"ar"}}  # "M. Dupont", but not "5 m. Then"

# Abbreviations that may end a sentence, and words that then begin the next one.
_MAY_END = (
    r"(?:Inc|Corp|Ltd|Co|Jr|Sr|etc|usw|Mio|Mrd|Tsd|Uhr|AG|al|млн|млрд|тыс|руб|др|гг?|[ap]\.m|EE\.\s?UU|Uds?|S\.A)"
)
_BEGINS = (
    r"(?:The|He|She|It|They|We|But|And|In|On|At|This|That|These|An?|You|However|"
    r"Das|Der|Die|Es|Er|Sie|Wir|Ich|Und|Aber|Im|Am|Eine?|Doch|Dann|"
    r"Le|La|Les|Ils?|Elles?|Une?|Mais|Et|Ce|Puis|El|Los|Las|Una|Pero|Se|Luego|Después|"
    r"Он[аио]?|Это|В|На|Но|И|По|Мы|Затем|Потом)"
)
_ABBREVIATED_END = re.compile(rf"(?<!\w){_MAY_END}\.\s+(?={_BEGINS}\s)")
_NEXT = r"\s+(?=[\"“„«(¿¡]?(?P<next>\w))"
_ELLIPSIS_END = re.compile(r"(?:…|\.{3,})[\"”’»)\]]*" + _NEXT)
_BRACKET_END = re.compile(
    r"(?:^|(?<=[.!?…]\s)|(?<=[.!?…][\"”»]\s))\([^()]*[.!?…]\)" + _NEXT
)  # (A whole sentence.) Another.
_BEFORE_DIGIT = re.compile(
    r"(?<=[^\W\d_]{6})[.!?]\s+(?=\d)"
)  # "haben mitgearbeitet. 846 Millionen", after no abbreviation
_WIDE_END = re.compile(r"[。！？](?=\d)")

_LAST_WORD = re.compile(r"([^\s\d()\[\]\"“„«'’،,/-]+)\.$")
_CLOCK = re.compile(r"[ap]\.m\.\s?(?:[A-Z]{1,3}T|GMT|UTC|Eastern|Pacific|Central)\b")
_ORDINAL = re.compile(  # "im 19. | Jahrhundert", but "Es waren 19. | Dann"
    r"\b(?i:[ai]m|vo[mn]|zu[mr]|beim?|bis|ab|seit|de[rnms]|die|das|jede[rnms]?|dieses|k?eine?[rnms]?|ihr\w*|sein\w*)"
    r" \d{1,2}\.$"
)
_ENUMERATOR = re.compile(r"[(\[]?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,4})[.)\]]+$")
_INSIDE_WORD = re.compile(r"(?:https?:|www\.)\S*$|\S+@\S*$|(?<!\w)[^\W\d_]\.$", re.IGNORECASE)  # an address, or U.S.A.
_GOES_ON = re.compile(r"[,;،；，、%\]})]|:(?!\w)|-\w|[-–—]\s?(?P<dashed>\w)|[\"”’»]?,")
_SAID = re.compile(
    r"[^\s，。！？“”「」]{0,6}?(?:说|說|道|问|問|称|稱|喊|表示)[，。：！]|と|って"
)  # after a quotation: "走吧！”她说。"


def sentence_spans(text: str, language: str) -> list[Span]:
    """The sentences of `text` in order, as spans of code points without surrounding white space.

    Every character that is not white space is in exactly one. `language` is a BCP 47 tag ("de", "pt-BR"); an unknown one
    reads as English. No sentence crosses a paragraph's end (see index.paragraphs) or is longer than WINDOW.
    Takes time linear in the length of `text`; raises nothing.
    """
    return [span for paragraph in paragraph_spans(text) for span in sentences_of(text, paragraph, language)]


def sentences_of(text: str, paragraph: Span, language: str) -> list[Span]:
    """The sentences of one paragraph of `text`."""
    if is_unbroken(text, paragraph):
        return [paragraph]
    language = language.lower().split("-")[0]
    spans, at = [], paragraph.start
    while at < paragraph.end:
        window = text[at : min(at + WINDOW, paragraph.end)]
        cuts = _cuts(_plain(window), language)
        if at + len(window) < paragraph.end:
            cuts = (
                cuts[:-1] if len(cuts) > 2 else [0, _last_space(window)]
            )  # the last sentence may go on beyond the window
        spans += [trimmed for a, b in pairwise(cuts) if (trimmed := _trimmed(text, at + a, at + b))]
        at += cuts[-1]
    return spans


def _cuts(text: str, language: str) -> list[int]:
    """Where sentences begin in `text`, and its end."""
    first = sorted({0, *_starts(language, text), len(text)})
    proposed = set(first)
    for a, b in pairwise(first):
        if b - a > _LONG:
            proposed |= {a + start for start in _starts(language, _QUOTE.sub(" ", text[a:b]))}
    proposed |= {match.end() for match in _ABBREVIATED_END.finditer(text)}
    for border in (_ELLIPSIS_END, _BRACKET_END):
        proposed |= {match.end() for match in border.finditer(text) if match["next"].isupper()}
    proposed |= {match.end() for border in (_WIDE_END, _BEFORE_DIGIT) for match in border.finditer(text)}
    cuts = [0]
    for cut in sorted({_settled(text, cut) for cut in proposed}):
        if cut > cuts[-1] and (cut == len(text) or _ends_sentence(text, cuts[-1], cut, language)):
            cuts.append(cut)
    return _with_scraps_joined(text, cuts)


def _starts(language: str, text: str) -> list[int]:
    if _NO_STOP.fullmatch(text):
        return [0]
    import sentencex

    return [found["start_index"] for found in sentencex.get_sentence_boundaries(language, text)]


def _settled(text: str, cut: int) -> int:
    """Move a border so that opening quotation marks and brackets go with what follows, closing ones with what precedes."""
    while 0 < cut < len(text) and (text[cut - 1] in _OPENING or _is_straight_opening(text, cut - 1)):
        cut -= 1
    while cut < len(text) and (text[cut].isspace() or _is_closing(text, cut) or _is_straight_closing(text, cut)):
        cut += 1
    return cut


def _is_closing(text: str, at: int) -> bool:
    """Whether a mark closes; the one of »Nein!«, which opens in German, does not when it leans on the next word."""
    return text[at] in _CLOSING and not (text[at - 1 : at].isspace() and text[at + 1 : at + 2].isalnum())


def _is_straight_opening(text: str, at: int) -> bool:
    return text[at] in "\"'‘" and (at == 0 or text[at - 1].isspace()) and not text[at + 1 : at + 2].isspace()


def _is_straight_closing(text: str, at: int) -> bool:
    return text[at] in "\"'‘" and not text[at - 1 : at].isspace() and not text[at + 1 : at + 2].isalnum()


def _ends_sentence(text: str, start: int, cut: int, language: str) -> bool:
    """Whether the border at `cut` of a sentence that began at `start` holds."""
    left, right = text[start:cut].rstrip(), text[cut : cut + 40]
    if left[-1:] in "”」』" and _SAID.match(right):
        return False
    if _ENUMERATOR.fullmatch(left) or _is_continuation(right, text) or _is_abbreviation(left, right, language):
        return False
    glued = not text[cut - 1].isspace()
    return not (glued and _INSIDE_WORD.search(left[-200:]))


def _is_continuation(right: str, text: str) -> bool:
    """Whether what follows cannot begin a sentence: a comma, a dash or a word in lower case where the text has capitals."""
    goes_on = _GOES_ON.match(right)
    if goes_on:
        return goes_on["dashed"] is None or goes_on["dashed"].islower()
    first = right.lstrip("\"'“„«‹([")[:2]
    lower = first[:1].islower() and not first[1:].isupper()  # iPad begins a sentence
    return lower and text != text.lower()


def _is_abbreviation(left: str, right: str, language: str) -> bool:
    """Whether the full stop that ends `left` belongs to an abbreviation or an ordinal number."""
    if (language == "de" and _ORDINAL.search(left[-40:])) or _CLOCK.match(left[-4:] + right):
        return True
    found = _LAST_WORD.search(left[-40:])
    if not found:
        return False
    word = found[1].lower()
    if len(word) == 1 and language not in _LETTER_IS_ABBREVIATION.get(word, {language}):
        return False
    return bool(_BEFORE_NAME.fullmatch(word) or (right[:1].isdigit() and _BEFORE_NUMBER.fullmatch(word)))


def _with_scraps_joined(text: str, cuts: list[int]) -> list[int]:
    """Drop the borders around pieces without a letter or digit: they go with the sentence before, the first with the next."""
    kept = [0]
    for a, b in pairwise(cuts[1:]):
        if _WORD.search(text, kept[-1], a) and _WORD.search(text, a, b):
            kept.append(a)
    return [*kept, cuts[-1]] if len(cuts) > 1 else cuts


def _plain(text: str) -> str:
    """The same length, on one line, and nothing in it that cannot be encoded."""
    return _SURROGATE.sub("x", text.translate(_LINE_END))


def _last_space(window: str) -> int:
    """Where to cut a window that holds no border: after its last white space, else at its end."""
    return max(window.rfind(" "), window.rfind("\n"), window.rfind("\t")) + 1 or len(window)


def _trimmed(text: str, start: int, end: int) -> Span | None:
    """The span without surrounding white space, or nothing."""
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    return Span(start=start, end=start + len(piece.strip())) if piece.strip() else None
