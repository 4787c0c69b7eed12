"""What kind of answer a question asks for, and whether a sentence holds one: who, when, how many, where, why.

Both are judged by words of English, German, French, Spanish, Russian, Italian, Arabic and Chinese, without asking which language
it is. They are features for a learned model, not decisions: in German every noun looks like a name.
"""

from __future__ import annotations

import re
from typing import Literal

from index.terms import words

Kind = Literal["number", "date", "person", "place", "reason"]

_ASKS: dict[Kind, str] = {
    "number": r"how (?:many|much|long|old|far|big|large|high|tall|often|fast)|what (?:percentage|share|number|price|cost)"
    r"|wie (?:viele?n?|lange?|alt|weit|groß|hoch|oft|schnell|teuer|schwer)|wieviele?|um wie ?viel|welche[rn]? (?:anteil|preis|zahl)"
    r"|combien|quel(?:le)? (?:part|prix|nombre|montant|pourcentage)|cu[aá]nt[oa]s?|qu[eé] (?:porcentaje|precio|parte)"
    r"|сколько|как(?:ой|ая|ую) (?:процент|дол[яю]|цен[ау])|насколько|quant[oiae]|كم",
    "date": r"when|what (?:year|day|date|time)|which (?:year|day|date|month)|on what (?:day|date)|since when|until when"
    r"|wann|seit wann|bis wann|welche[msnr]? (?:jahr|tag|datum|monat)|wie lange"
    r"|quand|quelle (?:date|année)|quel (?:jour|mois)|cu[aá]ndo|qu[eé] (?:d[ií]a|año|fecha)"
    r"|когда|в каком году|какого числа|quando|متى",
    "person": r"who|whom|whose|wer|wen|wem|wessen|qui(?= )|à qui|qui[eé]n(?:es)?|кто|кого|кем|кому|chi(?= )|من (?=هو)",
    "place": r"where|which (?:city|country|place)|in what (?:city|country)|wo(?= )|wohin|woher|in welche[rmn] (?:stadt|land|ort)"
    r"|où|dans quel(?:le)? (?:ville|pays)|d[oó]nde|en qu[eé] (?:ciudad|pa[ií]s|lugar)|где|куда|откуда|dove|أين",
    "reason": r"why|what (?:reason|caused?)|warum|wieso|weshalb|aus welchem grund|pourquoi|por qu[eé]|почему|зачем|perch[eé]|لماذا",
}
_ASKS_UNSPACED: dict[Kind, str] = {  # Chinese and Japanese, where no space tells a word
    "number": "多少|几|幾|いくつ|いくら|何人",
    "date": "何时|何時|什么时候|哪天|哪年|哪一天|哪一年|いつ",
    "person": "谁|誰",
    "place": "哪里|在哪|どこ",
    "reason": "为什么|为何|なぜ",
}
_QUESTIONS: dict[Kind, re.Pattern[str]] = {
    kind: re.compile(rf"(?<!\w)(?:{words})(?!\w)|{_ASKS_UNSPACED[kind]}", re.IGNORECASE)
    for kind, words in _ASKS.items()
}
_NUMBER_WORDS = (
    r"\d|(?<!\w)(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty"
    r"|dozens?|hundreds?|thousands?|millions?|billions?|half|quarter|third"
    r"|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|\w*(?:zehn|zig|ßig)|dutzend|hundert|tausend|million\w*|milliarde\w*|hälfte|viertel|drittel"
    r"|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|cent|mille|moitié|milliards?|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez"
    r"|cien|mil|mitad|millones|два|две|три|четыре|пять|шесть|семь|восемь|девять|десять|сто|тысяч\w*|миллион\w*|миллиард\w*|половин\w*"
    r"|due|tre|quattro|cinque|sei|sette|otto|nove|dieci|cento|mila|milioni|metà)(?!\w)|[一二三四五六七八九十百千万亿]"
)
MONTHS = (
    r"jan(?:uary|uar)|feb(?:ruary|ruar)|march|märz|april|(?-i:May)|mai|june?|juni|july?|juli|august|september|o[ck]tober|november|de[cz]ember"
    r"|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre|enero|febrero|marzo|abril|mayo|junio|julio"
    r"|agosto|septiembre|octubre|noviembre|diciembre|январ\w|феврал\w|март\w?|апрел\w|ма[йя]|июн\w|июл\w|август\w?|сентябр\w"
    r"|октябр\w|ноябр\w|декабр\w|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre"
)
MONTHS_AND_DAYS = (
    rf"{MONTHS}|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|lundi|mardi|mercredi|jeudi|vendredi"
    r"|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo|yesterday|today|gestern|heute|vorgestern|ayer|вчера"
    r"|понедельник\w?|вторник\w?|сред[ау]|четверг\w?|пятниц\w|суббот\w|воскресень\w"
)
_NAME = r"(?<=\w )(?:[A-ZÄÖÜÁÉÍÓÚÑÀÈÇА-ЯЁ][\w’'-]+)|[A-ZÄÖÜА-ЯЁ][\w’'-]+ [A-ZÄÖÜА-ЯЁ][\w’'-]+|[\u0600-\u06ff]{3,}|[\u4e00-\u9fff]{2,}"
_HOLDS: dict[Kind, re.Pattern[str]] = {
    "number": re.compile(_NUMBER_WORDS, re.IGNORECASE),
    "date": re.compile(
        rf"(?<!\w)(?:{MONTHS_AND_DAYS})(?!\w)|(?<!\d)(?:1[5-9]|20)\d\d(?!\d)|\d+\s?[年月日]", re.IGNORECASE
    ),
    "person": re.compile(_NAME),
    "place": re.compile(_NAME),
    "reason": re.compile(
        r"(?<!\w)(?:because|since|due to|therefore|so that|in order|caused?|reason|weil|denn|da|wegen|deshalb|damit|grund|ursache"
        r"|parce que|afin|raison|en raison|porque|debido|causa|потому|поскольку|так как|чтобы|из-за|причин\w+"
        r"|perché|poiché|causa)(?!\w)|因为|由于|بسبب|لأن",
        re.IGNORECASE,
    ),
}


_ASKED_FOR = re.compile(
    r"(?<!\w)(?:how (?:many|much)|which|what|whose|wie ?viele?n?|welche[rsnm]?|was für|combien d[e'’]|quel(?:le)?s?|cu[aá]nt[oa]s?|qu[eé]"
    r"|cu[aá]l(?:es)?|сколько|как(?:ой|ая|ие|ую|ое|их|им)|quant[oiae]|qual[ei]|كم|أي)\s*([\w'’-]+(?:\s+[\w'’-]+){0,2})",
    re.IGNORECASE,
)


def asked_for(question: str) -> list[str]:
    """The words, in lower case, behind "how many", "which" and the like: the first that says something names what is asked for."""
    found = _ASKED_FOR.search(question)
    return words(found[1]) if found else []


def expected(question: str) -> Kind | None:
    """The kind of answer that a question asks for, or None: the question word that stands first decides."""
    found = ((m.start(), -(m.end() - m.start()), kind) for kind, p in _QUESTIONS.items() if (m := p.search(question)))
    return min(found, default=(0, 0, None))[2]


def without_asking(question: str) -> str:
    """A question without its question words: what else it says."""
    for asks in _QUESTIONS.values():
        question = asks.sub(" ", question)
    return question


def holds(text: str, kind: Kind) -> bool:
    """Whether a sentence holds something of that kind."""
    return bool(_HOLDS[kind].search(text))
