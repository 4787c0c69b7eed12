"""Each case is a text in which the lines that begin with `-` must be marked, and the others must not."""

import pytest

from index.boilerplate import boilerplate_marks, plain, reads_as_sentence

SENTENCE = "The bridge closed on Monday."

MIXED = [
    # announcements and the headlines behind them
    "Body one.\n-Also read this\nBody two ends here.",
    "Body one.\n-Also read this\n-New lamp for the old lighthouse\nBody two ends here.",
    "Body one.\n-Also read this\n-New lamp | Details\n-0 Comments",
    "Body one.\n\n-Lesen Sie auch:\n\n-Neue Lampe für den alten Leuchtturm\n\nDer Text geht weiter.",
    "Corps du texte.\n-À lire aussi : Une lampe neuve pour le phare\nLa suite du texte.",
    "Corps du texte.\n-LIRE AUSSI | Une lampe neuve pour le phare\nLa suite du texte.",
    "Cuerpo.\n-Lea también: Una lámpara nueva para el faro\nSigue el texto.",
    "Текст статьи.\n-Читайте также: Новая лампа для маяка\nТекст продолжается.",
    "正文第一句。\n-相关阅读：灯塔换新灯\n正文继续。",
    "Body one.\n-Related articles\n-* [New lamp?](https://x.example/lamp)\n-* [A storm.](https://x.example/storm)\nBody two.",
    "Body one.\n-**Also read:** [New lamp for the lighthouse](lamp.html)\nBody two.",
    "Body one.\n-Related articles\n## Reactions\nBody two.",
    "Body one.\n-> Lesen Sie auch: Warum der Bus sonntags nicht fährt\nText.",
    # comments, sources, sharing
    "Body.\n-0 Comments",
    "Body.\n-Kommentare (0)",
    "Body.\n-12 комментариев",
    "Body.\n-Комментарии (3)",
    "Body.\n-Commentaires",
    "Body.\n\n\n\n-Source link",
    "Body.\n-Share this article\n-Facebook Twitter WhatsApp\n-Email\n-Print",
    "-Teilen | Twittern | Drucken\nText.",
    "Body.\n-Advertisement\nMore body.",
    "Body.\n-ANZEIGE\nMehr.",
    # invitations and notices
    "Body.\n-Sign up for our morning newsletter\nMore body.",
    "Body.\n-Get the morning briefing in your inbox. Sign up free.\nMore body.",
    "Body.\n-Melden Sie sich für unseren Newsletter an und verpassen Sie nichts.\nMehr.",
    "Body.\n-Inscrivez-vous à notre infolettre du matin\nSuite.",
    "Body.\n-Suscríbase a nuestro boletín\nSigue.",
    "Body.\n-Подпишитесь на наш телеграм-канал\nДальше.",
    "Body.\n-© 2024 Quayside Courier. All rights reserved.",
    # what ends an article
    "Body.\n-Branchen: Top-Story, Tagesnachrichten\n-Source link",
    "Body.\n-Tags: bridge, harbour\n-0 Comments",
    "Body.\n-Quelle: dpa",
    "Body.\n-Der Artikel wird von einem Drittanbieter bereitgestellt. Wire (https://x.example/) gibt keine Zusicherungen ab."
    "\n-Wire liefert Echtzeit-Pressemitteilungsverteilung für Unternehmen und erreicht 6.500 Medien.",
    "Body.\n-Details | |\n----|---|\n-Ort | Moskau, Russland |\n-Quellen |\n-Kommentare (0)",
]

ALL_BODY = [
    "Tags: the police found price tags on everything. Then it rained.\nBody goes on.",
    "Related: the two men are cousins, as the court heard.\nBody.",
    "Read more books: that was his advice.\nBody.",
    "The paper has 0 comments on this so far, it said.\nBody.",
    "He asked his readers to sign up for our cause and left.\nBody.",
    "Twitter\n\nThe company changed its name in 2023.\n\nBody.",
    "Source: Reuters\n\nBody comes after the source.",
    "Party | Seats | Change\n---|---|---\nGreens | 12 | +3\nReds | 9 | -1",
    "Details | Value\n---|---\nLength | 120 m",
    "Details | |\n---|---|\nLength | 120 m |\n\nA sentence that follows keeps the table in the body.",
    "Share prices fell.\nPrint runs were cut.\nBody.",
    "He said: “Also read this.” Nobody did.\nBody.",
    "Anzeige erstattete er nicht.\nDer Text geht weiter.",
    "Реклама стала дороже на треть.\nТекст.",
    "Publicité mensongère : le tribunal tranche demain.\nSuite.",
]


@pytest.mark.parametrize("marked", MIXED)
def test_the_junk_is_marked_and_nothing_else(marked: str) -> None:
    lines = marked.split("\n")
    junk = [line[1:] for line in lines if line.startswith("-")]
    text = "\n".join(line[1:] if line.startswith("-") else line for line in lines)
    marks = boilerplate_marks(text)
    assert [mark.span.of(text) for mark in marks] == junk
    assert {mark.kind for mark in marks} == {"boilerplate"}


@pytest.mark.parametrize("text", ALL_BODY)
def test_nothing_of_a_body_is_marked(text: str) -> None:
    assert [mark.span.of(text) for mark in boilerplate_marks(text)] == []
    assert boilerplate_marks(f"{text}\nAlso read this"), "the check would notice a mark"


def test_a_repeated_headline_is_marked_as_title() -> None:
    text = f"{SENTENCE}\nHarbour Bridge Closes\n{SENTENCE}"
    marks = boilerplate_marks(text, "Harbour bridge closes")
    assert [(mark.kind, mark.span.of(text)) for mark in marks] == [("title", "Harbour Bridge Closes")]


def test_lines_before_the_start_are_not_looked_at() -> None:
    text = f"Also read this\n{SENTENCE}\n0 Comments"
    assert [mark.span.of(text) for mark in boilerplate_marks(text, start=20)] == ["0 Comments"]


def test_offsets_count_code_points_and_lines_end_at_cr_too() -> None:
    text = f"😀 {SENTENCE}\r\nAlso read this\rThe 😀 sentence goes on.\u2028Also read this."
    assert [mark.span.of(text) for mark in boilerplate_marks(text)] == ["Also read this"]


@pytest.mark.parametrize(
    ("line", "words"), [("**Also read:** [A](b)", "also read: a"), ("► LESEN SIE AUCH…", "lesen sie auch")]
)
def test_decoration_does_not_count(line: str, words: str) -> None:
    assert plain(line) == words


@pytest.mark.parametrize(
    ("line", "sentence"), [("It closed.", True), ("“It closed.”", True), ("它关闭了。", True), ("It closed", False)]
)
def test_what_reads_as_a_sentence(line: str, sentence: bool) -> None:
    assert reads_as_sentence(line) is sentence
