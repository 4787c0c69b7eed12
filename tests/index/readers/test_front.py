"""What stands before the body: each case is a text, the fields found, and the text that no mark covers."""

import pytest

from index.readers.front import read_front

BODY = "The bridge over the harbour closes in March, as the port authority said on Tuesday in a long statement to the press."
TITLE = "Harbour bridge closes"

FRONTS = [
    (f"{TITLE}\n\n{BODY}", {"title": TITLE}),
    (f"{TITLE}\n{BODY}", {"title": TITLE}),
    (f"{TITLE}!\n{TITLE}!\n{BODY}", {"title": TITLE + "!"}),
    (f"Will the bridge hold?\n\n{BODY}", {"title": "Will the bridge hold?"}),
    (f"# {TITLE}\n\n{BODY}", {"title": TITLE}),
    (f"{TITLE}\n=====\n\n{BODY}", {"title": TITLE}),
    (
        f"{TITLE} in March for eleven weeks, and ferries come\n---\n{BODY}",
        {"title": f"{TITLE} in March for eleven weeks, and ferries come"},
    ),
    (f"Asia\n\n{TITLE}\n\n{BODY}", {"title": TITLE}),
    (f"---\ntitle: 'A: b'\nlang: en\ntags: [a, b]\n---\n{BODY}", {"title": "A: b", "language": "en"}),
    (f"---\ntitle: A: b\n---\n{BODY}", {"title": "A: b"}),
    (f"---\r\nauthor:\r\n  - Ann Lee\r\n  - Bo Li\r\n---\r\n{BODY}", {"author": "Ann Lee, Bo Li"}),
    (
        f"# {TITLE}\n\nSource: The Verge\nAuthor: David Pierce\nDate: 2023-09-26\nCategory: tech\nURL: https://x.example/a\n\n{BODY}",
        {"title": TITLE, "outlet": "The Verge", "author": "David Pierce", "date": "2023-09-26"},
    ),
    (
        f"**Quelle:** Elbstein Tageblatt\n**Datum:** 3. März 2024\n**Autor:** mw\n\n{BODY}",
        {"outlet": "Elbstein Tageblatt", "date": "3. März 2024", "author": "mw"},
    ),
    (
        f"{TITLE}\n\nSource : Le Fleuve\nDate : 3 mars 2024\n\n{BODY}",
        {"title": TITLE, "outlet": "Le Fleuve", "date": "3 mars 2024"},
    ),
    (
        f"{TITLE}\n\nFuente: El Faro\nFecha: 3/4/2024\n\n{BODY}",
        {"title": TITLE, "outlet": "El Faro", "date": "3/4/2024"},
    ),
    (
        f"{TITLE}\n\nИсточник: Листок\nАвтор: Анна Лис\n\n{BODY}",
        {"title": TITLE, "outlet": "Листок", "author": "Анна Лис"},
    ),
    (
        f"Treaty signed\n\nThe Harbour Gazette, 3 March 2024\n\n{BODY}",
        {"title": "Treaty signed", "outlet": "The Harbour Gazette", "date": "3 March 2024"},
    ),
    (f"Treaty signed\n\nDate: 3 March 2024\n\n{BODY}", {"title": "Treaty signed", "date": "3 March 2024"}),
    (f"{TITLE}\n\nBy Ann Lee | 3 March 2024\n\n{BODY}", {"title": TITLE, "author": "Ann Lee", "date": "3 March 2024"}),
    (f"{TITLE}\n\nVon Anna Müller und Bo Li\n\n{BODY}", {"title": TITLE, "author": "Anna Müller und Bo Li"}),
    (
        f"{TITLE}\n\nPublished: 3 March 2024, 14:30 GMT\n\n{BODY}",
        {"title": TITLE, "date": "3 March 2024, 14:30 GMT"},
    ),
    (
        f"{TITLE}\n\nHarbour Gazette\nSunday, 3 March 2024\nAnn Lee\n\n{BODY}",
        {"title": TITLE, "outlet": "Harbour Gazette", "date": "Sunday, 3 March 2024", "author": "Ann Lee"},
    ),
]


@pytest.mark.parametrize(("text", "fields"), FRONTS)
def test_the_front_is_read_and_the_body_left(text: str, fields: dict[str, str]) -> None:
    front = read_front(text)
    assert {name: front.fields.get(name) for name in fields} == fields
    left = text
    for mark in reversed(front.marks):
        left = left[: mark.span.start] + left[mark.span.end :]
    assert left.strip() == BODY


BODIES = [
    BODY,
    f"{BODY}\n\n{BODY}",
    "The mayor said yesterday that the new bridge over the river will\nbe opened in the spring, if the weather allows it.\n",
    "Der Bürgermeister sagte gestern, dass die neue Brücke über den Fluss im\nFrühjahr eröffnet wird, wenn das Wetter es erlaubt.\n",
    "It closed.\n\nNobody knows why.",
    "Data: the new oil of the century, they said.\n\nIt is not so.",
    "Source: nobody would say. The ministry kept silent.\n\nSo did the mayor.",
    "By Monday the water had risen by two metres.\n\nThen it fell.",
    "- one\n- two\n\nA list came first.",
    "A headline alone",
    "--- not front matter ---\n\nBut a sentence follows.",
]


@pytest.mark.parametrize("text", BODIES)
def test_a_body_without_a_front_is_left_whole(text: str) -> None:
    front = read_front(text)
    assert front.marks == []
    assert "title" not in front.fields


@pytest.mark.parametrize(
    ("beginning", "fields"),
    [
        ("MOSCOW, March 3 (Reuters) - The talks ended.", {"outlet": "Reuters"}),
        ("BERLIN, 3. März 2024 (dpa) – Die Gespräche sind beendet.", {"outlet": "dpa", "date": "3. März 2024"}),
        ("(SeaPRwire) –   Die Gespräche sind beendet.", {"outlet": "SeaPRwire"}),
        ("Angela Merkel (CDU) – die Kanzlerin – ging.", {}),
        ("On March 3, 2024 – a Sunday – the talks ended.", {}),
    ],
)
def test_a_dateline_names_agency_and_date_and_stays_in_the_body(beginning: str, fields: dict[str, str]) -> None:
    text = f"{TITLE}\n\n{beginning} {BODY}"
    front = read_front(text)
    assert {name: front.fields[name] for name in ("outlet", "date") if name in front.fields} == fields
    assert text[front.body :].strip() == f"{beginning} {BODY}"


def test_deeply_nested_front_matter_is_no_failure() -> None:
    front = read_front("---\ntitle: Bridge\nx: " + "[" * 3_000 + "\n---\n" + BODY)
    assert front.fields["title"] == "Bridge"


def test_aliases_that_multiply_are_not_expanded() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"{b}: &{b} [{', '.join([f'*{a}'] * 10)}]" for a, b in zip("abcdefghij", "bcdefghijk", strict=True)]
    front = read_front("---\n" + "\n".join(lines) + "\nauthor: *k\ntitle: Bridge\n---\n" + BODY)
    assert front.fields == {"title": "Bridge"}
