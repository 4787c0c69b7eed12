"""Sentences that cannot answer: without any number, anything that tells a time, or money, though the question plainly asks for one.

In doubt a sentence lacks nothing, since what does is never quoted: only questions that begin so are looked at, only sentences in
languages whose words are known here, and anything counts that might be meant (half, none, twice; soon, after, one night).
"""

from __future__ import annotations

import re
from typing import Literal

from rag.question.expect import MONTHS, MONTHS_AND_DAYS

# fmt: off
_SIZES = (
    r"population|price|cost|number|length|height|distance|budget|salary|age|depth|weight|width|duration"
    r"|einwohnerzahl|bevölkerungszahl|preis|anzahl|zahl|länge|höhe|entfernung|gehalt|dauer|gewicht|breite|tiefe"
    r"|prix|coût|nombre|longueur|hauteur|salaire|durée|poids|precio|coste|número|longitud|altura|distancia|población|presupuesto"
    r"|prezzo|costo|numero|lunghezza|altezza|popolazione|население|численность|цена|стоимость|число|длина|высота|расстояние"
)
_IS = r"(?:is|was|are|were|will be|ist|war|wird|est|était|sera|es|era|será|è|sarà) (?:the|d(?:ie|er|as)|le|la|el|il|lo|l['’])? ?"
_BEGINS = r"^\W*(?:[^\W\d]{1,8}\s+)?"  # at most "in", "since", "seit", "depuis" or "and" stands before the question word
_ASKS: dict[Literal["number", "date"], re.Pattern[str]] = {
    "number": re.compile(
        rf"{_BEGINS}(?:how (?:many|much|old|far|high|tall|long)|wie ?viele?n?|wie (?:lange?|alt|weit|hoch|teuer)|was kostete?n?|combien"
        rf"|cu[aá]nt[oa]s?|сколько|quant[oiae]|как(?:ая|ов|ова|ово) (?:{_SIZES})"
        rf"|what (?:do|does|did|will|would) (?:[\w'’-]+ ){{1,6}}?cost"
        rf"|(?:what|wie|was|quell?e?|qual|cuál)['’]?s? ?(?:{_IS})?(?:(?:total|current|average) )?(?:{_SIZES}))(?!\w)|多少|几个|几人",
        re.IGNORECASE,
    ),
    "date": re.compile(
        rf"{_BEGINS}(?:when (?:did|do|does|was|were|is|are|will|would|has|have|had|can|could|should|must)"
        r"|(?:what|which) (?:year|day|date|month)|wann|welche[msnr]? (?:jahr|tag|datum|monat)|quand|quelle (?:date|année)"
        r"|quel (?:jour|mois)|cuándo|qué (?:día|año|fecha)|когда|в каком году|какого числа|quando)(?!\w)|何时|什么时候|哪年|哪天",
        re.IGNORECASE,
    ),
}
_PRICED = re.compile(  # "how many" may cost lives
    r"(?<!\w)(?:cost(?:s|ed)?|prices?|pay|paid|fees?|fares?|salary|bought|sold|earns?|kosten|kostete?n?|preise?|teuer|bezahlte?n?"
    r"|zahl(?:te)?n?|gehalt|bußgeld|prix|coût\w*|salaire"
    r"|precio|costar?\w*|cuestan?|salario|prezzo|vale|стоит|стоил\w*|цен[аыу]|стоимост\w+|подорож\w+|обош\w+)(?!\w)",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"(?<!\w)(?:how many|wie ?viele[rn]?|combien d(?:e|es|['’])|cu[aá]nt[oa]s|quant[ie])(?!\w)", re.IGNORECASE)
_ANOTHER_CLAUSE = re.compile(r"[,，]")  # "Quand le toit est tombé, qui …": no day is asked for
_OLD = re.compile(r"(?<!\w)(?:how old (?:is|was|are|were)|wie alt (?:ist|war|sind|waren)) (?:(?-i:[A-ZÄÖÜ])|he|she|er|sie)", re.IGNORECASE)
_LASTING = re.compile(r"(?<!\w)(?:long|old|lange|alt|temps|dur\w+|tiempo|tempo|лет|долго|времени)(?!\w)", re.IGNORECASE)
_LASTS = (
    r"decades|years|months|weeks|days|hours|minutes|centuries|since|until|forever|overnight|always|jahrzehnte\w*|jahre\w*|monate\w*"
    r"|wochen|tagen?"
    r"|stunden|jahrhunderte\w*|seit\w*|bis|immer|décennies|ans|années|mois|semaines|jours|heures|siècles|depuis|jusqu\w*|toujours"
    r"|décadas|años"
    r"|meses|semanas|días|horas|siglos|desde|hasta|siempre|decenni|anni|mesi|settimane|giorni|ore|secoli|sempre|лет|годы|месяц\w+|недел\w+"
    r"|дн\w+|час\w+|всегда|с тех пор"
)
_AMOUNTS = {
    "en": r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|dozens?"
    r"|hundreds?|thousands?|millions?|billions?|half|quarters?|thirds?|once|twice|doubled?|tripled?|\w+fold|zero|none|no|couple|several"
    r"|many|free|an? (?:year|month|week|day|hour|minute|decade|century)",
    "de": r"(?:zwei|drei|vier|fünf|sechs|sieb|acht|neun|zehn|elf|zwölf|dutzend|hundert|tausend|million|milliarde|hälfte|halb|dritt|doppel"
    r"|einmal|beide|mehrere|viele|kein|ein\w* (?:jahr|monat|woche|tag|stunde))\w*|\w+(?:zehn|zig|ßig|hundert|tausend|mal|fach)\w*"
    r"|doppelt\w*|kostenlos\w*|null|eins",
    "fr": r"deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingt\w*|trente|quarante|cinquante"
    r"|soixante|cent\w*|mille|milliers?|millions?|milliards?|moitié|tiers|quarts?|demie?|doubl\w+|fois|dizaines?|douzaines?|aucune?"
    r"|plusieurs|gratuit\w*|un (?:an|mois|jour)|une (?:année|semaine|heure|journée)",
    "es": r"dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|dieci\w+|veint\w+|treinta|cuarenta|cincuenta"
    r"|sesenta|setenta|ochenta|noventa|cien\w*|\w+cient[oa]s|quinient[oa]s|mil|miles|millón|millones|mitad|tercios?|cuartos?|doble|veces"
    r"|decenas|docenas?|ning[uú]n\w*|vari[oa]s|much[oa]s|gratuit\w*|gratis|un (?:año|mes|día)|una (?:semana|hora)",
    "it": r"due|tre|quattro|cinque|sei|sette|otto|nove|dieci|undici|\w+dici|dicia\w+|vent\w*|trent\w*|quarant\w*|cinquant\w*|sessant\w*"
    r"|settant\w*|ottant\w*|novant\w*|\w*cento|mille|\w*mila|milion[ei]|miliard[oi]|metà|terz[oi]|quart[oi]|doppio|volt[ae]|decin[ae]"
    r"|dozzin[ae]|nessun\w*|divers[ei]|molt[ei]|gratis|gratuit\w*|un (?:anno|mese|giorno)|una (?:settimana|ora)",
    "ru": r"дв(?:а|е|ух|ум|умя|ое)|тр(?:и|[её]х|[её]м|емя|ое)|четыр\w+|четвер\w+|пят\w+|шест\w+|сем(?:ь|и|ью|ь\w+)|вос[еь]м\w*|девят\w+"
    r"|десят\w+|\w+надцат\w+|двадцат\w+|тридцат\w+|сорок\w*|девяност\w+|ст[оа]|двести|\w*сот|\w+ста|тысяч\w*|миллион\w*|миллиард\w*"
    r"|половин\w*|треть\w*|дважды|вдвое|дюжин\w*|один|одна|одно|одного|одной|ни одн\w+|нескольк\w+|много|бесплатн\w*|год|месяц|недел[яюи]",
    "zh": r"[一二两三四五六七八九十百千万亿半几]",
}
_TIMES = {
    "en": r"\w*(?:night|morning|evening|noon|time|century|centuries|decade|spring|summer|autumn|fall|winter|weekend|week|month|year|day"
    r"|hour|minute)s?|after\w*|before|during|while|until|since|as|once|when|now|soon|never|ago|later?|earlier|already|recently"
    r"|currently|shortly|immediately|always|tomorrow|easter|christmas|between|early|mid-?\w*|end|beginning|start",
    "de": r"\w*(?:nacht|nächte|morgen|abend|mittag|zeit|jahrhundert|jahrzehnt|frühling|frühjahr|sommer|herbst|winter|wochenende|woche|monat"
    r"|jahr|tag|stunde|minute|uhr|ende|anfang|beginn)e?[nrs]?|nach\w*|vor\w*|bevor|während\w*|bis|seit\w*|sobald|als|wenn|jetzt|bald|nie"
    r"|später\w*|früher\w*|bereits|kürzlich|sofort|immer|ostern|weihnachten|zwischen|mitte",
    "fr": r"après|avant|pendant|jusqu\w*|depuis|dès|quand|lors\w*|maintenant|bientôt|jamais|tard|tôt|déjà|récemment|demain|hier|nuits?"
    r"|matin\w*|soir\w*|midi|minuit|siècles?|printemps|été|automne|hiver|semaines?|mois|ans?|années?|jour\w*|heures?|minutes?|fin|début"
    r"|pâques|noël|entre|veille|lendemain",
    "es": r"después|antes|durante|hasta|desde|cuando|tras|al|ahora|pronto|nunca|tarde|temprano|ya|noches?|mañana|siglos?|primavera|verano"
    r"|otoño|invierno|semanas?|mes(?:es)?|años?|días?|horas?|minutos?|mediodía|medianoche|hoy|anoche|fin\w*|principios?|entre|pascua"
    r"|navidad",
    "it": r"dopo|prima|durante|fino|quando|da|ora|adesso|presto|mai|già|tardi|nott[ei]|mattin\w*|ser[ae]|pomeriggio|secol[oi]|primavera"
    r"|estate|autunno|inverno|settiman\w+|mes[ei]|ann[oi]|giorn\w*|or[ae]|minut[oi]|ieri|oggi|domani|fine|inizio|tra|fra|pasqua|natale",
    "ru": r"после|до|перед|во время|пока|с тех пор|когда|сейчас|теперь|скоро|никогда|позже|раньше|уже|недавно|ноч\w+|утр\w+|вечер\w*"
    r"|век\w*|весн\w+|лет\w*|осен\w+|зим\w+|недел\w+|месяц\w*|год\w*|дн\w+|день|час\w*|минут\w*|завтра|сегодня|накануне|конц\w+|начал\w+"
    r"|сутк\w+|между",
    "zh": r"[年月日时點点周前后夜晨晚春夏秋冬]|今天|昨天|明天|当时|期间",
}
_MONEY = re.compile(
    r"[€$£¥₽₴₹₩₺元]|欧元|免费|(?<!\w)(?:eur|euros?|cents?|dollars?|usd|pounds?|pence|pfund|sterling|yen|yuan|renminbi|rubel\w*|rou?bles?"
    r"|francs?|franken"
    r"|chf|lir[ae]|pesos?|rupees?|rupien?|rial\w*|r?iyal\w*|tomans?|kron\w+|crowns?|[zł]loty\w*|złot\w+|s[ch]hekels?|schekel|dinars?"
    r"|dirhams?|[rd]m|guilders?|gulden|shillings?|ducats?|bucks?|dólar\w*|dollari|libras?|sterline|livres?|couronnes?|coronas?"
    r"|рубл\w+|доллар\w*|евро|цент(?:а|ов|ы)?"
    r"|фунт\w*|крон\w*|юан\w*|руб|долл|франк\w*|риал\w*|лир|гривен|тенге|baht|forint|won|reais|quid"
    r"|free|gratis|gratuit\w*|kostenlos\w*|kostenfrei\w*|umsonst|бесплатн\w*|nothing|nichts|rien|nada|nulla"
    r"|per ?cent|prozent\w*|pour ?cent|por ?ciento|процент\w*|half|hälfte|halb\w*|twice|halv\w+|doubl\w+|verdoppel\w*|doppelt\w*"
    r"|thirds?|quarters?|tripl\w+|quadrupl\w+|duplic\w+|raddoppi\w+|millions?|billions?|\w*milliarden?|milliards?|frei|offert\w*"
    r"|(?:an?|per|je|pro|par|por|al|за) (?:tonne?|ounce|barrel|kilo\w*|lit(?:re|er)|unze|fass|baril|barril|oncia|баррель|тонну)"
    r"|\w+fold|drittel|viertel|verdreifach\w*|tiers|moitié|multipli\w+|mitad|tercios?|terzo|metà|per cento|вдвое|раза|трет\w+"
    r")(?!\w)|[%％]|\d\s?(?:[mb]illi|trilli|mili[aoó]|mill[oó]n|mrd|mio|bn|m(?!\w)|k(?!\w)|миллион|миллиард|млн|млрд|тыс)|[亿镑布]|百分",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"[\w-]*\d[\w-]*")
_NOT_COUNTED = r"(?!,?\s+(?-i:[a-zà-öа-я]{4}))"  # as in "2000 people"
_YEARS = re.compile(  # "in 2024", "January 2025"; not "by 2000 people", "1800 Gäste"
    rf"(?<!\w)(?:{MONTHS}|in|im|since|until|seit|ab|en|depuis|desde|hasta|dal|nel|с|в|до)\.?\s(?:1[5-9]|20)\d\d(?!\d){_NOT_COUNTED}",
    re.IGNORECASE,
)
_DAYS = re.compile(  # "8 April", "am 8. April", "April 8th"; not "8 may", "April 20 people"
    rf"(?<![\w.,])[0-3]?\d(?:st|nd|rd|th|er|º)?\.?\s(?:of |de |d['’])?(?:{MONTHS})(?!\w)"
    rf"|(?<!\w)(?:{MONTHS})\s[0-3]?\d(?:st|nd|rd|th)?(?![\w.,]?\d){_NOT_COUNTED}",
    re.IGNORECASE,
)
# fmt: on


def _either(words: str, more: str) -> re.Pattern[str]:
    """Any of the words, or `more`."""
    borders = words if words.startswith("[") else rf"(?<!\w)(?:{words})(?!\w)"
    return re.compile(rf"{more}|{borders}", re.IGNORECASE)


_DIGIT = r"(?<!\w)(?<![^\W_]-)\d"  # not that of "Su-35" or "G7"
_AMOUNT = {language: _either(words, r"\d" if language == "zh" else _DIGIT) for language, words in _AMOUNTS.items()}
_AGED = _either(rf"{_LASTS}|born|geboren\w*|née?|nacid[oa]|(?-i:nat[oa])|\w+g[eé]n[aá]ri\w+|teen\w*|родил\w+", r"\d")
_LAST = _either(rf"{_LASTS}|{MONTHS_AND_DAYS}", r"\d")
_TIME = {language: _either(words, rf"\d|(?<!\w)(?:{MONTHS_AND_DAYS})(?!\w)") for language, words in _TIMES.items()}


def plainly(question: str) -> Literal["number", "date"] | None:
    """The number or the day that a question plainly asks for: with its first words, and no day in a clause before another one."""
    for kind, asks in _ASKS.items():
        if asks.search(question) and not (kind == "date" and _ANOTHER_CLAUSE.search(question)):
            return kind
    return None


def lacks(text: str, language: str, question: str) -> bool:
    """Whether a sentence cannot answer a question in whatever language, since it has no number or nothing that tells a time."""
    kind = plainly(question)
    if kind is None or language not in _AMOUNT:
        return False
    said = {number.casefold() for number in _NUMBERED.findall(question)}
    if len(said) == 1:  # of two, one may be the answer
        text = _NUMBERED.sub(lambda number: "" if number[0].casefold() in said else number[0], text)
    if kind == "date":
        return not _TIME[language].search(text)
    if _LASTING.search(question):
        lasting = _AGED if _OLD.search(question) else _LAST  # no day of the year tells how old somebody is
        return not (_AMOUNT[language].search(text) or lasting.search(text))
    amount = bool(_AMOUNT[language].search(_DAYS.sub("", _YEARS.sub("", text))))
    if _PRICED.search(question) and not _COUNTED.search(question):
        return not (_MONEY.search(text) or (amount and _PRICED.search(text)))
    return not amount
