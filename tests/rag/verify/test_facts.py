"""The tier of facts: a claim and a sentence, and what of the one the other has."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.values.numerals import in_digits
from rag.verify.told import Finding, Told
from rag.verify.verifier import findings


def found(claim: str, cited: str, languages: str = "en en", printed: date | None = None) -> list[Finding]:
    own, theirs = languages.split()
    return list(findings(Told(text=claim, language=own), [Told(text=cited, language=theirs, printed=printed)]))


def missing(claim: str, cited: str, languages: str = "en en", printed: date | None = None) -> set[str]:
    """What of the claim surely is not in the cited text."""
    return {f.kind for f in found(claim, cited, languages, printed) if not f.found and f.sure}


@pytest.mark.parametrize(
    ("language", "text", "digits"),
    [
        ("en", "two thousand five hundred drones", "2,500 drones"),
        ("en", "two and a half years", "2.5 years"),
        ("en", "half of the trains, two thirds of them", "50 % of the trains, 66.67 % of them"),
        ("en", "a 20-year treaty on a nine-euro ticket", "a 20 year treaty on a 9 euro ticket"),
        ("en", "one of them, and dozens", "one of them, and dozens"),
        ("de", "zweitausendfünfhundert, fünfzig Prozent", "2.500, 50 Prozent"),
        ("de", "zweieinhalb Jahre, die Hälfte", "2,5 Jahre, 50 %"),
        ("de", "7,6 Millionen Tonnen", "7,6 Millionen Tonnen"),
        ("de", "mehrere Tausend, einige hunderttausend", "mehrere Tausend, einige hunderttausend"),
        ("fr", "deux ans et demi, quatre-vingt-dix-sept", "2,5 ans, 97"),
        ("es", "dos mil quinientos, treinta y dos", "2.500, 32"),
        ("it", "duemilacinquecento, la metà", "2.500, 50 %"),
        ("ru", "две тысячи пятьсот, сорок семь статей, полтора года", "2.500, 47 статей, 1,5 года"),
        ("zh", "47 条", "47 条"),
    ],
)
def test_number_words_become_digits(language: str, text: str, digits: str) -> None:
    assert in_digits(text, language).text == digits


@given(st.integers(2, 999_999))
def test_what_has_become_digits_is_found_in_the_original(number: int) -> None:
    text = f"They sent {number} drones, or two thousand, to them."
    read = in_digits(text, "en")
    at = read.text.index("2,000")
    assert len(read.places) == len(read.text) + 1
    assert text[read.places[at] : read.places[at + 5]] == "two thousand"


@pytest.mark.parametrize(
    ("claim", "cited", "languages"),
    [
        ("Two thousand drones were sent.", "2.000 Drohnen wurden geschickt.", "en de"),
        ("Half of them came in March 2022.", "Im März 2022 kamen fünfzig Prozent von ihnen.", "en de"),
        ("It lasts for twenty years.", "The 20-year treaty was signed.", "en en"),
        ("They pay 58 euros instead of 49 euros.", "58 euros par mois, au lieu de 49", "en fr"),
        ("About 60 people came.", "58 people came.", "en en"),
        ("Some 58,000 people came.", "57,612 people came.", "en en"),
        ("More than 50 people came.", "58 people came.", "en en"),
        ("Children under six pay nothing.", "Kinder unter sechs Jahren zahlen nichts.", "en de"),
        (
            "It could grow to 55 billion cubic meters.",
            "Two billion cubic metres could grow to as much as 55 billion.",
            "en en",
        ),
        ("Der 31-jährige Schauspieler kam.", "The actor, 31, came.", "de en"),
        ("The actor (31) came.", "Der 31-jährige Schauspieler kam.", "en de"),
        ("They paid £30m and 5 mln euros.", "Sie zahlten 30 Mio. GBP und 5 Millionen Euro.", "en de"),
        ('She wrote "Five Lives".', "Sie schrieb „Five Lives“.", "en de"),
        (
            "Drones were bought by a Russian firm, according to Kim.",
            "Kim said that a Russian firm had bought drones.",
            "en en",
        ),
        ("Das schadete Peru, indem es lange dauerte.", "It hurt Peru because it took long.", "de en"),
        ('It is a matter of "yes" or "no".', "Es geht um ja oder nein.", "en de"),
        ("Putin was in Tehran.", "Путин побывал в Тегеране.", "en ru"),
        ("Die Armee Teherans traf Putin.", "Putin met the army of Tehran.", "de en"),
        ("They came from Germany, Moscow and the US.", "Sie kamen aus Deutschland, Moskau und den USA.", "en de"),
        ("Iranian drones fell.", "Es fielen Drohnen des Iran.", "en de"),
        ("A judge of the National Science Foundation spoke.", "A judge of the NSF spoke.", "en en"),
        ("Russia and Iran signed.", "Iran und Russland unterzeichneten.", "en de"),
        ("Iran was supplied by Russia.", "Russia supplied Iran.", "en en"),
        ("It was not only cheap.", "It was cheap.", "en en"),
        ("It was not cheap, but it lasts.", "It lasts, and it is not cheap.", "en en"),
        ("Zaev kam mit seiner Frau und seinem Sohn.", "Zaev came with his wife and his son.", "de en"),
        ("The more they sold, the less they earned.", "They earned less the more they sold.", "en en"),
        ("Sales fell in 2021.", "Sales rose in 2020 and fell in 2021.", "en en"),
        ("It fell between 2004 and 2014, then rose.", "It rose after it had fallen between 2004 and 2014.", "en en"),
        (
            "He led them over a river in 1918, under heavy fire.",
            "1918 führte er sie über einen Fluss, unter Feuer.",
            "en de",
        ),
        ("Each of them pays 5 euros.", "Jeder von ihnen zahlt 5 Euro.", "en de"),
        ("Rudaki (859–941) was a poet.", "Rudaki (859–941) war Dichter.", "en de"),
        ("The Russian army calls the drone Geran.", "The drone, which the Russian army calls Geran, is slow.", "en en"),
        ("Russia bought drones, Kim claims.", "According to President Kim, Russia bought drones.", "en en"),
        ("It has better sound, but no better pictures.", "It has better sound, but no better pictures.", "en en"),
        ("At 2pm they met, at 5.30 p.m. they left.", "Um 14:00 Uhr trafen sie sich, um 17:30 Uhr gingen sie.", "en de"),
        ("Um 4:00 Uhr kam er, um 5 Uhr ging er.", "He came at 04:00 BST and left at 5 a.m.", "de en"),
        ("It lies 385 miles away, and is 20 feet high.", "Es ist 620 Kilometer entfernt und 6 Meter hoch.", "en de"),
        ("Die beiden Länder trafen sich.", "The two countries met.", "de en"),
        ("The two countries met.", "Die beiden Länder trafen sich.", "en de"),
        (
            "Das 15-monatige Projekt, eine 4-Tage-Woche, 100%ig.",
            "A 15-month project, a four-day week, 100 percent.",
            "de en",
        ),
        ("Some were as young as 11.", "Manche waren erst 11 Jahre alt.", "en de"),
        ("It is unclear what comes.", "Es ist nicht klar, was kommt.", "en de"),
        ("Sie zahlte es vor drei Jahren.", "It was paid after the sale, three years ago.", "de en"),
        ("It was warm in October.", "In der ersten Oktoberhälfte war es warm.", "en de"),
        ("The wireless test was in May.", "Der Test ohne Kabel war im Mai.", "en de"),
        ("Die Leute staunten nicht schlecht.", "People were amazed.", "de en"),
    ],
)
def test_what_is_said_otherwise_is_found(claim: str, cited: str, languages: str) -> None:
    assert not missing(claim, cited, languages)


@pytest.mark.parametrize(
    ("kind", "claim", "cited", "languages"),
    [
        ("number", "Three thousand drones were sent.", "2.000 Drohnen wurden geschickt.", "en de"),
        ("number", "The line is 58 miles long.", "Die Strecke ist 58 km lang.", "en de"),
        ("number", "It runs for 47 years.", "It has 47 articles and runs for 20 years.", "en en"),
        ("number", "57,000 people came.", "57,612 people came.", "en en"),
        ("number", "Less than 50 people came.", "More than 50 people came.", "en en"),
        ("number", "At 12:03 it fell.", "At 12:33 it fell.", "en en"),
        ("date", "It began in March 2021.", "Es begann im März 2022.", "en de"),
        ("date", "It began on 31 February 2009.", "It began on 31 August 2009.", "en en"),
        ("date", "It began on 17 March.", "It began in March.", "en en"),
        ("name", "They met Macron.", "They met Scholz.", "en en"),
        ("name", "Drones from Germany fell.", "Drohnen aus Frankreich fielen.", "en de"),
        ("negation", "It was not signed.", "It was signed.", "en en"),
        ("negation", "Der Vertrag wurde unterzeichnet.", "Der Vertrag wurde nicht unterzeichnet.", "de de"),
        ("negation", "It has a defence clause.", "It has no defence clause.", "en en"),
        ("opposite", "Prices fell by 5 per cent.", "Die Preise stiegen um 5 Prozent.", "en de"),
        ("negation", "Firms do not adjust odds.", "Firms adjust odds, and they do not say why.", "en en"),
        ("negation", "Firms adjust odds, and do not pay.", "Firms do not adjust odds, and do not pay.", "en en"),
        ("opposite", "It came after the war.", "It came before the war.", "en en"),
        ("opposite", "It came before a dive.", "Es kam nach einem Tauchgang.", "en de"),
        ("opposite", "More of them pay more.", "More of them pay less.", "en en"),
        ("opposite", "It fuels trust in them.", "It fuels distrust in them.", "en en"),
        ("opposite", "Sales fell in 2020.", "Sales rose in 2020 and fell in 2021.", "en en"),
        ("opposite", "Im Jahr 2020 fiel der Absatz.", "Sales rose in 2020, but fell in 2021.", "de en"),
        ("opposite", "It grew between 2004 and 2014.", "It fell between 2004 and 2014, but has grown since.", "en en"),
        ("opposite", "Together they pay 5 euros.", "Sie zahlen jeweils 5 Euro.", "en de"),
        ("opposite", "Hunde fahren kostenlos mit.", "Die Mitnahme von Hunden ist nicht enthalten.", "de de"),
        ("negation", "Es gab viele Proteste.", "Die befürchteten Proteste sind ausgeblieben.", "de de"),
        ("number", "They met at 2pm.", "Sie trafen sich um 15:00 Uhr.", "en de"),
        ("number", "They met at 2 am.", "Sie trafen sich um 14:00 Uhr.", "en de"),
        ("number", "It lies 385 miles away.", "Es ist 385 Kilometer entfernt.", "en de"),
        ("date", "It rained in May.", "In Mainz regnete es.", "en de"),
        ("number", "Rudaki (859–940) was a poet.", "Rudaki (859–941) war Dichter.", "en de"),
        ("number", "Er lebte lange (980–1040).", "He lived for long (circa 980–1037).", "de en"),
        ("opposite", "Die Kunden sind unzufrieden.", "Die Kunden sind zufrieden.", "de de"),
        ("role", "Russia supplied Iran with drones.", "Iran supplied Russia with drones.", "en en"),
        ("role", "Russland belieferte Iran.", "Iran supplied Russia.", "de en"),
        ("role", "Drones went from Russia to Iran.", "Drones went from Iran to Russia.", "en en"),
        ("role", "Russia was supplied by Iran.", "Russia supplied Iran.", "en en"),
        ("role", "Yesterday Kim bought 20 drones.", "According to President Kim, Russia bought 20 drones.", "en en"),
        ("role", "Iran named Russia Geran.", "Iran, which Russia named Geran, is far.", "en en"),
    ],
)
def test_what_is_changed_is_not(kind: str, claim: str, cited: str, languages: str) -> None:
    assert kind in missing(claim, cited, languages)


def test_a_weekday_is_counted_from_the_articles_day() -> None:
    printed = date(2025, 1, 18)
    assert not missing("They signed on 17 January 2025.", "They signed on Friday.", printed=printed)
    assert missing("They signed on 16 January 2025.", "They signed on Friday.", printed=printed) == {"date"}


def test_a_reason_says_what_is_missing_and_what_stands_there_instead() -> None:
    reasons = [f.reason for f in found("It took 8 months.", "It took 30 months.") if not f.found]
    assert reasons == ['"8 months" is not in the cited text, which says "30 months"']


@given(st.integers(2, 10**9), st.integers(2, 10**9))
def test_a_number_is_found_if_and_only_if_it_is_there(one: int, other: int) -> None:
    claim, cited = f"They sent {one:,} drones.", f"They sent {other:,} drones."
    rounded = any(round(other, -places) == one for places in range(1, len(str(other)) - 1))
    assert ("number" in missing(claim, cited)) == (one != other and not rounded)
    assert "number" not in missing(claim, claim)


@given(st.text(max_size=80), st.sampled_from(["en", "de", "fr", "es", "it", "ru", "zh", "und"]))
def test_any_text_can_be_checked_against_itself(text: str, language: str) -> None:
    assert not [
        f for f in found(text, text, f"{language} {language}") if not f.found and f.kind not in ("name", "negation")
    ]


def test_the_outlet_of_what_is_cited_is_said() -> None:
    claim = Told(text="According to Sporting News and the Northline Post the Springboks won.", language="en")
    cited = Told(text="The Springboks won.", language="en", outlet="Sporting News")
    assert [f.text for f in findings(claim, [cited]) if f.kind == "name" and not f.found] == ["Northline", "Post"]


@pytest.mark.parametrize(
    ("claim", "outlet", "lost"),
    [
        ("The Harbour Gazette says so, the Post too.", "The Harbour Gazette", ["Post"]),
        ("So the Harbour Gazette's editors say.", "Harbour Gazette / Meridian Wire", []),
        ("The London Gazette says so.", "Harbour Gazette", ["London", "Gazette"]),
    ],
)
def test_an_outlet_is_named_by_its_whole_name(claim: str, outlet: str, lost: list[str]) -> None:
    cited = Told(text="They won.", language="en", outlet=outlet)
    told = findings(Told(text=claim, language="en"), [cited])
    assert [f.text for f in told if f.kind == "name" and not f.found] == lost
