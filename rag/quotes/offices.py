"""Who holds an office is asked plainly: then a sentence that does not name the office, in whatever language, cannot answer.

"Who is the foreign minister of Russia?" is not answered by whoever pays foreign visits. Only questions that are no longer than
that are looked at, and only offices whose names are known here.
"""

from __future__ import annotations

import re

# fmt: off
_MINISTER = r"(?:minister|secretary|chief)"
_OFFICES = (
    rf"foreign {_MINISTER}|secretary of state|(?:top|chief) diplomat|au(?:ß|ss)enminister\w*|au(?:ß|ss)enamtschef\w*|chefdiplomat\w*"
    r"|(?:ministre|chef\w*) d(?:es affaires étrangères|e la diplomatie)|(?:ministr[oa]|canciller) de (?:asuntos |relaciones )?exteriores"
    r"|ministr[oa] degli (?:affari )?esteri|министр\w* иностранных дел|глав\w+ мид\w*",
    rf"defen[cs]e {_MINISTER}|secretary of defen[cs]e|pentagon chief|verteidigungsminister\w*|ministre de la défense"
    r"|ministr[oa] de(?:lla| la)? (?:defensa|difesa)|министр\w* обороны",
    rf"finance {_MINISTER}|treasury secretary|secretary of the treasury|chancellor of the exchequer|finanzminister\w*|ministre des finances"
    r"|ministr[oa] de(?:lle)? (?:hacienda|finanzas|finanze)|министр\w* финансов",
    rf"interior {_MINISTER}|home secretary|innenminister\w*|ministre de l['’]intérieur|ministr[oa] del(?: |l['’])inter(?:ior|no)"
    r"|министр\w* внутренних дел",
    r"prime minister|premier\w*|head of (?:the )?government|ministerpräsident\w*|regierungschef\w*|premi[eè]re? ministre"
    r"|primer ministro|primera ministra|presidente del (?:gobierno|consejo|consiglio)|prim[oa] ministr[oa]|премьер\w*",
    r"presiden\w+|präsident\w*|président\w*|президент\w*|heads? of state|staatschef\w*|staatsoberh\w+|chef de l['’]état|jefe de estado"
    r"|capo dello stato|глав\w+ государства|leader|machthaber\w*",
    r"chancellor|\w*kanzler\w*|chanceli[eè]re?|canciller|cancellier[ea]|канцлер\w*",
    r"mayor\w*|\w*bürgermeister\w*|maires?|alcald(?:e|esa)|sindac[oa]|мэр\w*",
    r"ambassador\w*|\w*botschafter\w*|ambassad(?:eur|rice)|embajador\w*|ambasciat(?:ore|rice)|посол|посл[аоу]\w*",
    r"chief executive|ceo|vorstandschef\w*|vorstandsvorsitzende\w*|geschäftsführer\w*|pdg|directeur général|director general"
    r"|consejer[oa] delegad[oa]|amministrat(?:ore|rice) delegat[oa]|гендиректор\w*|генеральн\w+ директор\w*",
)
_WHO = r"who(?:['’]s| is| was)|wer (?:ist|war)|qui (?:est|était)|qui[eé]n (?:es|era|fue)|chi (?:è|era)|кто"
_OF = r"of|in|von|der|des|de|du|del|della|di|d['’]"
# fmt: on
_NAMED = tuple(re.compile(rf"(?<!\w)(?:{names})(?!\w)", re.IGNORECASE) for names in _OFFICES)
_ASKED = tuple(
    re.compile(
        rf"^\W*(?:{_WHO})\s(?:[\w'’-]+\s){{0,3}}?(?!leader|machthaber)(?:{names})(?:\s(?:{_OF})\s?(?:[\w'’-]+\s){{0,2}}[\w'’-]+|\s[а-яё-]+)?\W*$",
        re.IGNORECASE,
    )
    for names in _OFFICES
)
SPOKEN = ("en", "de", "fr", "es", "it", "ru")
"""The languages whose words for the offices are known."""


def office_of(question: str) -> re.Pattern[str] | None:
    """What tells the office whose holder is plainly asked for."""
    return next((named for asked, named in zip(_ASKED, _NAMED, strict=True) if asked.search(question)), None)


def without_office(text: str, language: str, question: str) -> bool:
    """Whether a sentence cannot say who holds the office that is asked for, since it does not name it."""
    office = office_of(question) if language in SPOKEN else None
    return office is not None and not office.search(text)
