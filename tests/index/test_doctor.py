import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index import doctor, health, vectors
from index.catalog import Catalog
from index.errors import EmbedderFailed, IndexOwned, ModelChanged
from index.owner import Owner, chroma_folder, take_lock
from index.sync import sync
from tests.conftest import WriteArticles
from tests.store import WordEmbedder, add_lines, contents, filled

WORDS = WordEmbedder()


class NoEmbedder(WordEmbedder):
    def embed_passages(self, texts: Any) -> Any:
        raise EmbedderFailed("nothing may be embedded again")


@pytest.fixture
def catalog(tmp_path: Path, write_articles: WriteArticles) -> Catalog:
    news = write_articles(tmp_path / "news", {f"{n}.txt": f"Article {n} tells of bridge {n}.\n" for n in range(8)})
    opened = Catalog(tmp_path / "home")
    sync(opened, WORDS, news)
    return opened


def faults(catalog: Catalog) -> list[str]:
    return [f.what for f in doctor.diagnose(catalog) if not f.ok]


def spoil(sql: str) -> Callable[[Catalog], None]:
    def spoiled(catalog: Catalog) -> None:
        with catalog.transaction() as run:
            run.execute(sql)

    return spoiled


def test_a_home_in_order(catalog: Catalog) -> None:
    assert faults(catalog) == []  # Chroma not made yet
    Owner(catalog).close()
    assert faults(catalog) == []
    catalog.close()


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("INSERT INTO lexical (lexical, rowid, title_terms, body_terms)"
         " SELECT 'delete', number, title_terms, body_terms FROM passage WHERE number = 2", "lexical index"),
        ("UPDATE passage SET body_terms = 'other words' WHERE number = 2", "lexical index"),
        ("DELETE FROM vector WHERE text_hash = (SELECT text_hash FROM passage LIMIT 1)", "vectors"),
        ("UPDATE vector SET vector = x'00000000'", "vectors"),
    ],
)  # fmt: skip
def test_faults_of_the_catalog_are_found_and_mended(catalog: Catalog, sql: str, what: str) -> None:
    before = contents(catalog.home)
    spoil(sql)(catalog)
    assert faults(catalog)[0] == what
    doctor.repair(catalog, WORDS)
    assert faults(catalog) == []
    if "UPDATE passage" not in sql:
        assert contents(catalog.home) == before | {"outbox": 0}
    catalog.close()


def test_spans_that_do_not_fit_are_found(catalog: Catalog) -> None:
    spoil("UPDATE article SET text = substr(text, 1, 5) WHERE id = '3.txt'")(catalog)
    assert faults(catalog) == ["passages"]
    catalog.close()


@pytest.mark.parametrize("where", ["start = -5", "start = end + 1"])
def test_spans_that_cannot_be_are_found(catalog: Catalog, where: str) -> None:
    spoil(f"UPDATE passage SET {where} WHERE number = 4")(catalog)
    spoil("UPDATE article SET text = 'other' WHERE number = (SELECT article FROM passage WHERE number = 4)")(catalog)
    assert faults(catalog) == ["passages"]
    catalog.close()


def test_a_text_that_somebody_altered_is_found_and_read_again(catalog: Catalog) -> None:
    spoil("UPDATE article SET text = replace(text, 'bridge 3', 'bridge 8') WHERE id = '3.txt'")(catalog)
    (found,) = (f for f in doctor.diagnose(catalog) if not f.ok)
    assert (found.what, found.detail) == ("passages", "somebody has altered the text of 3.txt")
    doctor.repair(catalog, NoEmbedder())
    assert faults(catalog) == ["passages"]  # only the file can tell what it said
    folder = catalog.roots()[0].path
    assert sync(catalog, NoEmbedder(), folder).changed == ["3.txt"]
    assert faults(catalog) == []
    catalog.close()


def test_repair_embeds_nothing_that_is_there_and_asks_for_the_right_model(catalog: Catalog) -> None:
    doctor.repair(catalog, NoEmbedder())
    assert faults(catalog) == []
    spoil("DELETE FROM vector")(catalog)
    with pytest.raises(ModelChanged):
        doctor.repair(catalog, WordEmbedder(model="other"))
    catalog.close()


def test_repair_leaves_an_index_in_use_alone(catalog: Catalog) -> None:
    lock = take_lock(catalog.home)
    with pytest.raises(IndexOwned):
        doctor.repair(catalog, WORDS)
    lock.release()
    catalog.close()


def test_what_is_added_while_embedding_again_is_embedded_too(
    catalog: Catalog, write_articles: WriteArticles, tmp_path: Path
) -> None:
    class Meanwhile(WordEmbedder):
        def embed_passages(self, texts: Any) -> Any:
            news = write_articles(tmp_path / "news", {"late.txt": "A late article.\n"})
            other = Catalog(catalog.home)
            sync(other, WORDS, news)
            other.close()
            return super().embed_passages(texts)

    assert doctor.re_embed(catalog, Meanwhile(model="other")) == 9
    assert faults(catalog) == []
    catalog.close()


def test_what_is_added_at_the_last_moment_keeps_the_old_model_a_little_longer(
    catalog: Catalog, write_articles: WriteArticles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    transaction, late = (
        Catalog.transaction,
        iter([write_articles(tmp_path / "news", {"late.txt": "A late article.\n"})]),
    )

    def after_the_other(self: Catalog) -> Any:
        without = doctor._without_vector(catalog, "other", 16)
        if self is catalog and not without and (news := next(late, None)):
            other = Catalog(catalog.home)
            sync(other, WORDS, news)
            other.close()
        return transaction(self)

    monkeypatch.setattr(Catalog, "transaction", after_the_other)
    assert doctor.re_embed(catalog, WordEmbedder(model="other")) == 9
    assert next(late, None) is None
    assert faults(catalog) == []
    catalog.close()


def test_an_index_in_use_is_not_looked_at(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = Owner(catalog)
    monkeypatch.setattr(health, "check", None)
    found = list(doctor.diagnose(catalog))[-1]
    assert found.ok
    assert f"in use by process {os.getpid()}" in found.detail
    owner.close()
    catalog.close()


def test_a_look_leaves_an_index_in_order_stamped(catalog: Catalog) -> None:
    Owner(catalog).close()
    assert faults(catalog) == []
    assert vectors.is_stamped(chroma_folder(catalog.home))
    take_lock(catalog.home).release()
    catalog.close()


def test_nobody_takes_the_index_while_it_is_repaired(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    Owner(catalog).close()
    remove, refused = shutil.rmtree, []

    def remove_while_another_comes(folder: Path, **options: Any) -> None:
        with pytest.raises(IndexOwned):
            take_lock(catalog.home)
        refused.append(folder)
        remove(folder, **options)

    monkeypatch.setattr(shutil, "rmtree", remove_while_another_comes)
    doctor.repair(catalog, WORDS)
    assert chroma_folder(catalog.home) in refused
    take_lock(catalog.home).release()
    catalog.close()


def test_a_nul_in_an_article_is_no_fault(tmp_path: Path) -> None:
    catalog = filled(tmp_path, 0, WORDS)
    add_lines(catalog, WORDS, "nul.txt", ["Before \0 and after.\n", "More.\n"])
    assert faults(catalog) == []
    catalog.close()
