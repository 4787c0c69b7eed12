"""Days that articles speak of: what they are read as, and that each stands where it is said to."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.days.mentioned import mentions, named_days
from index.days.timewords import WORDS
from index.days.weekdays import WEEKDAYS

PRINTED = date(2025, 6, 18)  # a Wednesday

READ = """
en | It was signed on 17 January 2025 in Moscow.    | 2025-01-17 | 2025-01-17 | 17 January 2025
en | They met on Tuesday.                           | 2025-06-17 | 2025-06-17 | Tuesday
en | The summit ends on Wednesday.                  | 2025-06-18 | 2025-06-18 | Wednesday
en | They met last Wednesday.                       | 2025-06-11 | 2025-06-11 | Wednesday
en | Talks begin next Monday.                       | 2025-06-23 | 2025-06-23 | Monday
en | The vote is this Friday.                       | 2025-06-20 | 2025-06-20 | Friday
en | Nobody slept yesterday.                        | 2025-06-17 | 2025-06-17 | yesterday
en | He resigned last week.                         | 2025-06-09 | 2025-06-15 | last week
en | He died last month.                            | 2025-05-01 | 2025-05-31 | last month
en | It was built three years ago.                  | 2022-01-01 | 2022-12-31 | three years ago
en | They will meet on 4 July.                      | 2025-07-04 | 2025-07-04 | 4 July
en | The war began on 24 February.                  | 2025-02-24 | 2025-02-24 | 24 February
en | Power came back today.                         | 2025-06-18 | 2025-06-18 | today
en | It burnt on Monday, April 15, 2019.            | 2019-04-15 | 2019-04-15 | April 15, 2019
en | It closed on 20 October.                       | 2024-10-20 | 2024-10-20 | 20 October
de | Darauf einigten sich die Minister am Montag.   | 2025-06-16 | 2025-06-16 | Montag
de | Am Sonntagabend stand man Schlange.            | 2025-06-15 | 2025-06-15 | Sonntagabend
de | Heute wurde gewählt.                          | 2025-06-18 | 2025-06-18 | Heute
de | Gestern wurde gewählt.                         | 2025-06-17 | 2025-06-17 | Gestern
de | Das geschah vergangenen Freitag.               | 2025-06-13 | 2025-06-13 | Freitag
de | Die Wahl ist am kommenden Sonntag.             | 2025-06-22 | 2025-06-22 | Sonntag
de | Vorige Woche kam der Bescheid.                 | 2025-06-09 | 2025-06-15 | Vorige Woche
de | Das Ticket gilt seit dem 1. Mai 2023.          | 2023-05-01 | 2023-05-01 | 1. Mai 2023
fr | Il est mort vendredi dernier en montagne.      | 2025-06-13 | 2025-06-13 | vendredi dernier
fr | Une alarme a retenti lundi à 18h20.            | 2025-06-16 | 2025-06-16 | lundi
fr | Le feu a pris hier.                            | 2025-06-17 | 2025-06-17 | hier
fr | Ils voteront mardi prochain.                   | 2025-06-24 | 2025-06-24 | mardi
fr | Le lundi 15 avril 2019, tout a brûlé.          | 2019-04-15 | 2019-04-15 | 15 avril 2019
es | A las 12:33 del lunes se paró todo.            | 2025-06-16 | 2025-06-16 | lunes
es | El arzobispo llegó ayer.                       | 2025-06-17 | 2025-06-17 | ayer
es | Se reunieron el pasado martes.                 | 2025-06-17 | 2025-06-17 | martes
es | Ocurrió el 28 de abril.                        | 2025-04-28 | 2025-04-28 | 28 de abril
ru | Дума вчера ратифицировала договор.             | 2025-06-17 | 2025-06-17 | вчера
ru | Во вторник прошли переговоры.                  | 2025-06-17 | 2025-06-17 | вторник
ru | На следующей неделе, в среду, его рассмотрят.  | 2025-06-25 | 2025-06-25 | среду
ru | Договор подписали 17 января.                   | 2025-01-17 | 2025-01-17 | 17 января
it | La scelta è stata resa nota lunedì.            | 2025-06-16 | 2025-06-16 | lunedì
"""

NONE = """
en | Every Monday the shops are closed.
en | Black Friday was busy.
en | The Sunday Times asked him.
en | She has a deck by Mario on the market.
en | Until today nobody has paid for it.
de | Bis heute ist keine Maschine übergeben worden.
fr | Jusqu’à aujourd’hui, personne n’a payé.
es | Hasta hoy no ha pagado nadie.
it | Fino ad oggi nessuno ha pagato.
de | Sonntags fährt der Bus nicht.
de | Er fährt jeden Montag.
fr | Chaque lundi, il pleut.
es | Para aquel lunes había diez centrales.
ru | Это хорошая среда для птиц.
it | Ogni lunedì piove.
zh | 条约星期一生效。
"""


def _table(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]


@pytest.mark.parametrize(("language", "text", "since", "until", "words"), _table(READ))
def test_days_of_articles_are_read_in_every_language(
    language: str, text: str, since: str, until: str, words: str
) -> None:
    (found,) = mentions(text, language, PRINTED)
    assert (str(found.since), str(found.until), found.span.of(text)) == (since, until, words)


@pytest.mark.parametrize(("language", "text"), _table(NONE))
def test_what_is_no_day_of_a_calendar_is_no_mention(language: str, text: str) -> None:
    assert mentions(text, language, PRINTED) == ()


def test_every_language_that_has_words_for_time_has_weekdays() -> None:
    assert WEEKDAYS.keys() == WORDS.keys()
    assert all(len(words.names) == 7 for words in WEEKDAYS.values())


def test_an_undated_article_says_only_what_needs_no_date() -> None:
    text = "Yesterday, on Monday, in March and last week he recalled 15 April 2019."
    assert [m.span.of(text) for m in mentions(text, "en", None)] == ["15 April 2019"]


_WORDS = st.sampled_from(
    "on Monday next last 29 February 2023 31 juin 2024-13-45 vor 999 Jahren вчера в среду . , 30.2.2020 il y a deux mois hoy".split()
)


@given(
    st.text(max_size=300) | st.lists(_WORDS, max_size=30).map(" ".join),
    st.sampled_from([*WORDS, "und"]),
    st.none() | st.dates(),
)
def test_no_text_is_too_odd_and_every_mention_stands_where_it_says(
    text: str, language: str, printed: date | None
) -> None:
    for found in mentions(text, language, printed):
        assert found.since <= found.until
        assert 0 <= found.span.start < found.span.end <= len(text)
        assert found.span.of(text) == found.span.of(text).strip()


@given(st.text(alphabet="abc .\n", max_size=120), st.sampled_from(_table(READ)))
def test_a_mention_is_the_same_wherever_it_stands(before: str, row: list[str]) -> None:
    text = f"{before}\n\n{row[1]}"
    assert row[4] in [m.span.of(text) for m in mentions(text, row[0], PRINTED)]


def test_the_days_of_a_text_are_those_of_its_mentions_each_once() -> None:
    text = "They met on Tuesday, 17 June 2025, and will meet on 4 July; on Tuesday it rained."
    assert named_days(text, "en", PRINTED) == ((date(2025, 6, 17),) * 2, (date(2025, 7, 4),) * 2)
    assert named_days("Nobody met.", "en", PRINTED) == ()
