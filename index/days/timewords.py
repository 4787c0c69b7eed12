"""The words in which people say when, by language; each entry is a fragment of a regular expression, matched without case.

A language is one entry of WORDS. To add one, copy an entry and add its expressions to tests/index/days/test_when.py.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeWords:
    """One language. `numbers` are the words for 1, 2, 3, …; `units` those for day, week, month, year; `seasons` from spring on.

    `early`, `middle` and `late` stand before a month or a year; `at` are prepositions that say no more than when; `press` are
    the words for what newspapers print, which make a date one of publication (with a capital letter they are an outlet's name).
    """

    months: tuple[str, ...]
    seasons: tuple[str, ...]
    units: tuple[str, ...]
    numbers: tuple[str, ...]
    early: str
    middle: str
    late: str
    last: str
    this: str
    ago: str  # with {} for "two months"
    today: str
    yesterday: str
    at: str
    since: str
    until: str
    before: str
    after: str
    between: str
    but: str  # makes the days those that are not meant
    to: str
    both: str
    of: str  # between a day, a month and a year
    year: str  # "im Jahr 2022", "2022 года"
    press: str
    newest: str
    oldest: str


def _words(line: str) -> tuple[str, ...]:
    return tuple(line.split())


WORDS = {
    "en": TimeWords(
        months=_words(
            "jan(?:uary)? feb(?:ruary)? mar(?:ch)? apr(?:il)? may june? july? aug(?:ust)? sept?(?:ember)? oct(?:ober)? nov(?:ember)? "
            "dec(?:ember)?"
        ),
        seasons=_words("spring summer (?:autumn|fall) winter"),
        units=_words("days? weeks? months? years?"),
        numbers=_words("(?:an?|one) (?:two|couple) three four five six seven eight nine ten eleven twelve"),
        early="early(?: in)?|(?:at )?(?:the )?(?:beginning|start) of",
        middle="mid-?|(?:in )?the middle of",
        late="late(?: in)?|(?:at )?(?:the )?end of",
        last="last|previous|past",
        this="this|current",
        ago="{} ago",
        today="today",
        yesterday="yesterday",
        at="(?:in|on|during|of|from|for|over)(?: the)?",
        since="since|as from|starting(?: in| on)?",
        until="until|till|up to|as of|as at|by",
        before="before|prior to|earlier than",
        after="after|later than",
        between="between|from",
        but="other than|except|not",
        to="to|until|till|through|and",
        both="and|or",
        of="of",
        year="the year",
        press="articles|news|newspapers?|headlines|press|media|outlets|stories|coverage",
        newest="(?:latest|newest|most recent)(?= (?:on|about|news|reports?|articles?|figures?|"
        "numbers?|developments?|state|status))|"
        "currently|nowadays|right now|at present|so far|these days",
        oldest="(?:first|earliest|oldest) (?:reports?|articles?|news)|first reported",
    ),
    "de": TimeWords(
        months=_words(
            "jan(?:uar|ner)?|jänner feb(?:ruar)? m(?:ä|"
            "ae)rz apr(?:il)? mai juni? juli? aug(?:ust)? sept?(?:ember)? okt(?:ober)? "
            "nov(?:ember)? dez(?:ember)?"
        ),
        seasons=_words("frühlings?|frühjahrs? sommers? herbst(?:es)? winters?"),
        units=_words("tag(?:en?|es)? wochen? monat(?:en?|s)? jahr(?:en?|es)?"),
        numbers=_words("eine?[mnr]? zwei drei vier fünf sechs sieben acht neun zehn elf zwölf"),
        early="(?:zu )?(?:anfang|beginn)(?: de[rs])?|frühe[nrs]?",
        middle="mitte(?: de[rs])?",
        late="ende(?: de[rs])?|späte[nrs]?",
        last="letzte[mnrs]?|vorige[mnrs]?|vergangene[mnrs]?",
        this="diese[mnrs]?|laufende[mnrs]?",
        ago="vor {}",
        today="heute|heutigen?",
        yesterday="gestern|gestrigen?",
        at="im|am|in(?: de[rmn])?|vom|von|aus(?: dem| der)?|für|während des",
        since="seit(?: dem| der)?|ab(?: dem)?",
        until="bis(?: zum| ende)?|stand",
        before="vor(?: dem| der)?",
        after="nach(?: dem| der)?",
        between="zwischen|von|vom",
        but="außer|nicht",
        to="bis(?: zum)?|und",
        both="und|oder",
        of="des",
        year="(?:dem )?jahre?s?",
        press="(?<!der )(?<!welcher )(?<!dem )(?<!ein )artikeln?|nachrichten|zeitungen|schlagzeilen|presse|"
        "medien|meldungen|berichterstattung",
        newest="aktuell(?:e[nmrs]?)?|(?:neu|jüng)e?ste[nmrs]? (?:nachricht|meldung|bericht|artikel|"
        "zahl|stand)\\w*|neuesten? stand|zuletzt|derzeit|"
        "momentan|gegenwärtig|inzwischen|zurzeit",
        oldest="zuerst (?:berichtet\\w*|gemeldet|erwähnt)|(?:erste|älteste|früheste)[nrs]? (?:berichte?n?|"
        "artikel|meldung(?:en)?)",
    ),
    "fr": TimeWords(
        months=_words(
            "janv(?:ier)? févr(?:ier)? mars avr(?:il)? mai juin juil(?:let)? ao[uû]t sept(?:embre)? oct(?:obre)? nov(?:embre)? "
            "d[ée]c(?:embre)?"
        ),
        seasons=_words("printemps été automne hiver"),
        units=_words("jours? semaines? mois ann[ée]es?|ans?"),
        numbers=_words("une? deux trois quatre cinq six sept huit neuf dix onze douze"),
        early="(?:au |le )?début(?: d[eu'’])?",
        middle="(?:à la )?mi-?|(?:au )?milieu d[eu'’]",
        late="(?:à la )?fin(?: d[eu'’])?",
        last="derni(?:er|ère)s?|passée?s?",
        this="cet(?:te)?|ce",
        ago="il y a {}",
        today="aujourd['’]hui",
        yesterday="hier",
        at="en|le|la|l['’]|de l['’]|d['’]|de|du|des|au|à|dans|pendant|durant",
        since="depuis(?: le| la| l['’])?|à partir d[eu]|dès",
        until="jusqu['’](?:en|à|au)|à la date du",
        before="avant(?: le| la| l['’])?",
        after="après(?: le| la| l['’])?",
        between="entre(?: le)?|d[eu]",
        but="sauf|excepté|pas",
        to="à|au|et(?: le)?|jusqu['’](?:en|à|au)",
        both="et|ou",
        of="de",
        year="(?:l['’])?année",
        press="articles|presse|journaux|médias|actualités|nouvelles|titres",
        newest="actuellement|à ce jour|en ce moment|ces derniers temps|dernières (?:nouvelles|informations)|"
        "(?:article|nouvelle|chiffre)s? les? plus récent\\w*",
        oldest="premi(?:er|ère)s? (?:articles?|dépêches?|nouvelles?)|articles? les? plus anciens?",
    ),
    "es": TimeWords(
        months=_words("enero febrero marzo abril mayo junio julio agosto sep?tiembre octubre noviembre diciembre"),
        seasons=_words("primavera verano otoño invierno"),
        units=_words("d[ií]as? semanas? mes(?:es)? años?"),
        numbers=_words("una? dos tres cuatro cinco seis siete ocho nueve diez once doce"),
        early="(?:a )?(?:principios|comienzos|inicios) del?",
        middle="(?:a )?mediados del?",
        late="(?:a )?(?:finales|fines) del?",
        last="pasad[oa]s?|últim[oa]s?|anterior(?:es)?",
        this="est[ea]|actual",
        ago="hace {}",
        today="hoy",
        yesterday="ayer",
        at="en(?: el| la)?|del?(?: la)?|el|la|durante(?: el| la)?|por",
        since="desde(?: el| la)?|a partir del?",
        until="hasta(?: el| la)?|a fecha del?",
        before="antes del?(?: la)?",
        after="después del?(?: la)?|tras",
        between="entre(?: el)?|desde|del?",
        but="excepto|salvo|no",
        to="y(?: el)?|al?|hasta(?: el)?",
        both="y|o",
        of="del?",
        year="(?:el )?año",
        press="artículos|prensa|periódicos|diarios|medios|noticias|titulares",
        newest="actualmente|últim[oa]s (?:noticias|datos|cifras)|hoy en día|en este momento|(?:noticia|"
        "artículo|dato|cifra)s? más recientes?",
        oldest="primer(?:as?|os?)? (?:artículos?|noticias?|informaci(?:ón|ones))|artículos? más antiguos?",
    ),
    "it": TimeWords(
        months=_words("gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"),
        seasons=_words("primavera estate autunno inverno"),
        units=_words("giorn[oi] settiman[ae] mes[ei] ann[oi]"),
        numbers=_words("un[oa]? due tre quattro cinque sei sette otto nove dieci undici dodici"),
        early="(?:all['’]|agli )?inizi?o?(?: di| del)?",
        middle="(?:a )?metà(?: di| del)?",
        late="(?:alla )?fine(?: di| del)?",
        last="scors[oaie]|passat[oaie]|ultim[oaie]",
        this="quest[oa]",
        ago="{} fa",
        today="oggi",
        yesterday="ieri",
        at="nel(?:l['’]|la)?|in|a|ad|il|l['’]|di|del(?:l['’]|la)?|durante",
        since="dal?(?:l['’])?|a partire dal?",
        until="fino a[ld]?",
        before="prima del?(?:l['’])?",
        after="dopo(?: il)?",
        between="tra(?: il)?|fra(?: il)?|da|dal",
        but="tranne|eccetto|non",
        to="e(?: il)?|al?|fino a[ld]?",
        both="e|o",
        of="del?",
        year="(?:l['’])?anno",
        press="articoli|stampa|giornali|media|notizie|titoli",
        newest="attualmente|ultim[ie] (?:notizie|dati)|al momento|(?:notizi[ae]|articol[oi]) più recent[ei]",
        oldest="prim[oaie] (?:articol[oi]|notizi[ae])|articol[oi] più vecchi[o]?",
    ),
    "ru": TimeWords(
        months=_words(
            "январ[яеьюё]м? феврал[яеьюё]м? март[аеу]?м? апрел[яеьюё]м? ма[йяею]м? июн[яеьюё]м? июл[яеьюё]м? август[аеу]?(?:ом)? "
            "сентябр[яеьюё]м? октябр[яеьюё]м? ноябр[яеьюё]м? декабр[яеьюё]м?"
        ),
        seasons=_words("весн(?:а|ы|е|у|ой) лет(?:о|а|у|ом) осен(?:ь|и|ью) зим(?:а|ы|е|у|ой)"),
        units=_words("д(?:ень|ня|ней|ню|нём) недел[яиеюь]?|недель месяц(?:а|е|ев|ы)? год(?:а|у|ом)?|лет"),
        numbers=_words(
            "один|одну два|две|двух три|трёх четыре пять шесть семь восемь девять десять одиннадцать двенадцать"
        ),
        early="в начале",
        middle="в середине",
        late="в конце",
        last="прошл(?:ый|ая|ое|ой|ом|ого|ую|ым)|последн(?:ий|яя|ей|ем|юю|ие|их)",
        this="эт(?:от|а|у|ой|ом|ого)|текущ(?:ий|ей|ем|ую)",
        ago="{} назад",
        today="сегодня",
        yesterday="вчера",
        at="в|во|на|за|от|из",
        since="с|со|начиная с",
        until="по состоянию на",
        before="до|раньше|ранее",
        after="после|позже|позднее",
        between="между|с|от",
        but="кроме|не",
        to="и|по|до",
        both="и|или",
        of="",
        year="",
        press="стат(?:ьи|ей|ьях)|новост(?:и|ей|ях)|пресс(?:а|ы|е)|газет(?:а|ы|е|ах)?|сми|заголовк(?:и|ах)",
        newest="(?:последни|сам\\w+ свежи|самы\\w+ новы)\\w* (?:новост|данны|стать|сообщени)\\w*|сейчас|"
        "в настоящее время|на данный момент",
        oldest="перв(?:ая|ые|ой|ых) (?:стат|новост|сообщени)\\w+|впервые (?:сообщил|написал|упомянут)\\w*",
    ),
}
