import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.catalog import Catalog
from index.lexical import LexicalIndex
from index.sync import sync
from index.types import Filters
from tests.conftest import WriteArticles
from tests.store import WordEmbedder

WORDS = WordEmbedder()
TEXTS = {
    "treaty.txt": "The presidents signed a treaty on strategic partnership in Moscow. It has 47 articles and runs for years.",
    "bridge.txt": "The council of Skarholm decided to repair the old bridge over the river. It will cost 2,000 crowns.",
    "school.txt": "The school in the old harbour will be closed in summer because it has too few pupils to go on.",
    "frieden.txt": "Die Friedensverhandlungen in Wien sind gescheitert. Der Frieden und die Verhandlung waren umsonst, hieß es.",
    "bahn.txt": "Der Nahverkehr in der Stadt wird teurer. Das Verkehrsministerium sprach von steigenden Kosten im Verkehr.",
    "zh.txt": "俄罗斯和伊朗在莫斯科签署了全面战略伙伴关系条约。条约共有四十七条，有效期为二十年。",
}


@pytest.fixture
def catalog(tmp_path: Path, write_articles: WriteArticles) -> Catalog:
    opened = Catalog(tmp_path / "home")
    sync(opened, WORDS, write_articles(tmp_path / "news", TEXTS))
    return opened


def files(catalog: Catalog, question: str, language: str, **options: object) -> list[str]:
    hits = LexicalIndex(catalog).search(question, language, 10, **options)  # type: ignore[arg-type]
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)
    assert all(0 <= h.score <= 1 for h in hits)
    return [p.article_id for h in hits for p in catalog.passages([h.passage_id]).values()]


@pytest.mark.parametrize(
    ("question", "language", "best"),
    [
        ("Which treaties did the presidents sign?", "en", "treaty.txt"),
        ("repairing bridges", "en", "bridge.txt"),
        ("What costs 2.000?", "en", "bridge.txt"),
        ("Woran scheiterte die Friedensverhandlung?", "de", "frieden.txt"),
        ("战略伙伴关系", "zh", "zh.txt"),
        ("Was geschah in Skarholm?", "de", "bridge.txt"),  # a name is found across languages
    ],
)
def test_words_are_found(catalog: Catalog, question: str, language: str, best: str) -> None:
    assert files(catalog, question, language)[0] == best
    catalog.close()


@pytest.mark.parametrize(
    "question", ["", "???", '"', "' OR 1=1 --", "NEAR(a b)", "a* AND (b", "zzzzqqq", "\0", "AND OR NOT"]
)
def test_any_question_may_be_asked(catalog: Catalog, question: str) -> None:
    for language in ("en", "xx"):
        assert set(files(catalog, question, language)) <= {r["id"] for r in catalog.articles()}
    catalog.close()


COMPOUNDS = {
    "verhandlungen": "Die Verhandlungen in Wien begannen mit Verspätung, wie ein Sprecher gestern mitteilte.",
    "frieden": "Nach Jahren des Krieges herrscht in der Gegend nun Frieden, sagen die Leute aus den Dörfern.",
    "gericht": "Das Gericht in Karlsruhe hat gestern nach langer Beratung sein Urteil verkündet und begründet.",
    "verfassung": "Die Verfassung gilt seit dem Jahr 1949 und wurde seither mehr als sechzig Mal geändert.",
    "bund": "Der Bund und die Länder teilen sich die Kosten für den Bau der neuen Brücke über die Elbe.",
    "rente": "Die Rente steigt im Juli um drei Prozent, wie das Ministerium am Dienstag bekannt gegeben hat.",
    "versicherung": "Eine Versicherung zahlt den Schaden am Dach nicht, weil der Sturm zu schwach gewesen sei.",
}


@pytest.mark.parametrize(
    ("compound", "parts"),
    [
        ("Friedensverhandlungen", ["frieden", "verhandlungen"]),
        ("Bundesverfassungsgericht", ["bund", "gericht", "verfassung"]),
        ("Rentenversicherung", ["rente", "versicherung"]),
    ],
)
def test_compounds_and_their_parts_find_each_other(
    tmp_path: Path, write_articles: WriteArticles, compound: str, parts: list[str]
) -> None:
    catalog = Catalog(tmp_path / "home")
    sync(catalog, WORDS, write_articles(tmp_path / "news", {f"{name}.txt": text for name, text in COMPOUNDS.items()}))
    assert sorted(files(catalog, compound, "de")) == [f"{part}.txt" for part in parts]
    text = f"{compound} heißt das Wort, um das sich heute im Haus am Fluss wirklich alles drehte und wendete."
    sync(catalog, WORDS, write_articles(tmp_path / "news", {"compound.txt": text}))
    for part in (parts[0], parts[1]):  # not the middle one of three
        assert set(files(catalog, part, "de")) == {f"{part}.txt", "compound.txt"}
    catalog.close()


def test_no_word_takes_long_to_split(tmp_path: Path, write_articles: WriteArticles) -> None:
    catalog = Catalog(tmp_path / "home")
    texts = {
        "de.txt": COMPOUNDS["rente"] + " Die Renten.",
        "en.txt": "The rent, the rente and the renten of the house are paid.",
    }
    sync(catalog, WORDS, write_articles(tmp_path / "news", texts))
    began = time.monotonic()
    for repeats in (8, 30, 1_000):
        files(catalog, "xyzq" + "renten" * repeats, "de")
    assert time.monotonic() - began < 1
    catalog.close()


def test_what_is_allowed_and_nothing_else(catalog: Catalog) -> None:
    some = catalog.allowed(Filters(files=("school.txt",)))
    assert set(files(catalog, "the old bridge and the old harbour", "en", allowed=some)) == {"school.txt"}
    assert files(catalog, "the old bridge", "en", allowed=np.array([], np.int64)) == []
    catalog.close()


def test_a_change_is_seen_at_once(catalog: Catalog, tmp_path: Path, write_articles: WriteArticles) -> None:
    lexical = LexicalIndex(catalog)
    assert lexical.search("volcano", "en", 5) == []
    sync(
        catalog,
        WORDS,
        write_articles(tmp_path / "news", {"new.txt": "A volcano has erupted in the far north of the country."}),
    )
    assert len(lexical.search("volcano", "en", 5)) == 1
    catalog.remove(["new.txt"])
    assert lexical.search("volcano", "en", 5) == []
    catalog.close()


def test_what_another_thread_reads_of_a_later_moment_is_not_taken(catalog: Catalog) -> None:
    index = LexicalIndex(catalog)
    found = index.search("bridge", "en", 5)

    class Overtaken(tuple):  # type: ignore[type-arg]
        """What is known, until it is looked at: then another thread knows more."""

        def __getitem__(self, place: Any) -> Any:
            index._known = (10**6, None)  # type: ignore[assignment]
            return super().__getitem__(place)

    index._known = Overtaken(index._known)  # type: ignore[arg-type,assignment]
    assert index.search("bridge", "en", 5) == found
    catalog.close()


def test_an_empty_catalog_finds_nothing(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path)
    assert LexicalIndex(catalog).search("anything", "en", 5) == []
    catalog.close()


SPELLINGS = {
    "en.txt": "Talks between the two foreign ministers began in Tehran on Monday, said Khamenei, and may go on for weeks.",
    "de.txt": "Die Gespräche der beiden Außenminister haben am Montag in Teheran begonnen und dauern wohl noch Wochen.",
    "ru.txt": "Переговоры двух министров начались в понедельник в Тегеране. Об этом сообщил аятолла Хаменеи в среду.",
    "other.txt": "The mayor of Skarholm has opened the old bridge over the river again after it was closed for years.",
}


@pytest.mark.parametrize(
    ("question", "language", "found"),
    [
        ("Wer verhandelt in Teheran?", "de", {"de.txt", "en.txt", "ru.txt"}),
        ("Who negotiates in Tehran?", "en", {"de.txt", "en.txt", "ru.txt"}),
        ("Кто ведёт переговоры в Тегеране?", "ru", {"de.txt", "en.txt", "ru.txt"}),
        ("Was sagte Chamenei?", "de", {"en.txt", "ru.txt"}),
        ("What did Chamenei say?", "en", {"en.txt", "ru.txt"}),  # no text spells it so: in the same language too
        ("was geschah in teheran", "de", {"de.txt"}),  # not written as a name
        ("Was geschah in Turin?", "de", set()),
    ],
)
def test_names_are_found_however_they_are_spelled(
    tmp_path: Path, write_articles: WriteArticles, question: str, language: str, found: set[str]
) -> None:
    catalog = Catalog(tmp_path / "home")
    sync(catalog, WORDS, write_articles(tmp_path / "news", SPELLINGS))
    assert set(files(catalog, question, language)) == found
    catalog.close()


def test_a_name_that_is_only_spelled_otherwise_is_known(tmp_path: Path, write_articles: WriteArticles) -> None:
    catalog = Catalog(tmp_path / "home")
    sync(catalog, WORDS, write_articles(tmp_path / "news", {k: SPELLINGS[k] for k in ("en.txt", "other.txt")}))
    index = LexicalIndex(catalog)
    spelled, otherwise, unknown = (
        next(w for w in index.wanted(f"What of {name} then?", "en") if w.is_name)
        for name in ("Tehran", "Teheran", "Turin")
    )
    assert spelled.found
    assert otherwise.found
    assert not unknown.found
    assert (otherwise.terms, otherwise.alike) == ((), ("tehran",))
    assert spelled.idf == otherwise.idf < unknown.idf
    assert otherwise.terms_in(same=True) == otherwise.terms_in(same=False) == ("tehran",)
    catalog.close()


def test_names_of_articles_that_come_and_go_are_looked_up_afresh(tmp_path: Path, write_articles: WriteArticles) -> None:
    catalog = Catalog(tmp_path / "home")
    news = write_articles(tmp_path / "news", {"other.txt": SPELLINGS["other.txt"]})
    sync(catalog, WORDS, news)
    index = LexicalIndex(catalog)
    assert not index.search("What of Teheran?", "en", 10)
    (news / "en.txt").write_text(SPELLINGS["en.txt"], encoding="utf-8")
    sync(catalog, WORDS, news)
    assert index.search("What of Teheran?", "en", 10)
    catalog.close()
