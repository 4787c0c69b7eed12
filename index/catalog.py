"""The catalog: everything worth keeping, in one SQLite file.

Adding, changing or removing an article is one transaction, and the triggers of `schema.sql` write the lexical index and
the outbox in that same transaction. Whatever happens to the process, the catalog is whole and knows what Chroma has yet
to learn.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from hashlib import md5, sha256
from pathlib import Path

from index.database import Database, Numbers, groups, marks, numbers
from index.errors import ModelChanged
from index.rows import article_of, condition, origin_of, passage_of, row_of, written_days
from index.stored import Entry, FileState, Model, Origin, Root
from index.types import Article, Filters, Passage, Sentence, Span


class Catalog(Database):
    """The articles, passages and vectors of one home folder."""

    # settings

    def setting(self, key: str) -> str | None:
        """A stored setting, or None."""
        rows = self.rows("SELECT value FROM setting WHERE key = ?", (key,))
        return str(rows[0][0]) if rows else None

    @property
    def generation(self) -> int:
        """A number that grows with every change of what can be found."""
        return int(self.setting("generation") or 0)

    @property
    def model(self) -> Model | None:
        """The embedding model of this store; None before the first article."""
        rows = self.rows("SELECT key, value FROM setting WHERE key IN ('model', 'dimension')")
        found = {r["key"]: r["value"] for r in rows}
        return Model(found["model"], int(found["dimension"])) if found else None

    def claim_model(self, model: str, dimension: int) -> None:
        """Make `model` the embedding model of this store, or raise ModelChanged when it has another."""
        if self.model is None:
            with self.transaction() as run:
                run.execute("INSERT OR IGNORE INTO setting VALUES ('model', ?), ('dimension', ?)", (model, dimension))
        self.check_model(model, dimension)

    def check_model(self, model: str, dimension: int) -> None:
        """Raise ModelChanged when the store has an embedding model and it is not `model`."""
        stored = self.model
        if stored and stored != (model, dimension):
            made_with = f"{stored.name} ({stored.dimension} dimensions)"
            remedy = "use that model, or run `sourceline index --re-embed` to embed every passage again"
            raise ModelChanged(f"the index was made with {made_with}, not {model} ({dimension} dimensions)", remedy)

    @property
    def collection(self) -> str:
        """The name of this store's Chroma collection: one for every embedding model and dimension."""
        model = sha256(f"{self.setting('model')}/{self.setting('dimension')}".encode()).hexdigest()[:12]
        return f"sourceline-{self.setting('store')}-{model}"

    # roots and articles

    def roots(self) -> list[Root]:
        """The indexed folders, in the order in which they were first indexed."""
        rows = self.rows("SELECT number, path, prefix FROM root ORDER BY number")
        return [Root(number=r["number"], path=Path(r["path"]), prefix=r["prefix"]) for r in rows]

    def files(self) -> dict[str, FileState]:
        """The state of every indexed file, by article id."""
        rows = self.rows("SELECT id, root, path, size, mtime_ns, reading, sha256 FROM article ORDER BY id")
        fields = ("root", "path", "size", "mtime_ns", "reading", "sha256")
        return {r["id"]: FileState(**{f: r[f] for f in fields}) for r in rows}

    def article(self, article_id: str) -> Article | None:
        """An article as it was when it was indexed, or None."""
        rows = self.rows("SELECT * FROM article WHERE id = ?", (article_id,))
        return article_of(rows[0]) if rows else None

    def articles(self, filters: Filters | None = None) -> list[sqlite3.Row]:
        """id, title, date, outlet, language, format and number of passages of every article that `filters` allow."""
        where, values = condition(filters or Filters())
        return self.rows(
            "SELECT article.id, title, date, outlet, article.language, format, count(passage.number) AS passages"
            f" FROM article LEFT JOIN passage ON passage.article = article.number WHERE {where}"
            " GROUP BY article.number ORDER BY article.id",
            values,
        )

    def put(
        self,
        article: Article,
        state: FileState,
        entries: Sequence[Entry],
        *,
        instead_of: Iterable[str] = (),
        model: Model | None = None,
    ) -> None:
        """Add an article, or replace what the catalog had under its id, in one transaction; `instead_of` is forgotten.

        Raises ModelChanged, and adds nothing, when its vectors are of `model` and the store's is another by now.
        """
        with self.transaction() as run:
            if model:
                self.check_model(*model)
            _keep_former(run, article)
            _delete(run, "article", "id", [article.id, *instead_of])
            _delete(run, "former", "article_id", instead_of)
            number = _insert_article(run, article, state)
            for entry in entries:
                _insert_passage(run, number, entry)
            _count_up(run)

    def remove(self, article_ids: Iterable[str]) -> None:
        """Forget articles, in one transaction."""
        with self.transaction() as run:
            ids = list(article_ids)
            _delete(run, "article", "id", ids)
            _delete(run, "former", "article_id", ids)
            _count_up(run)

    def touch(self, article_id: str, state: FileState) -> None:
        """Note that a file has a new time or size on disk but the same content."""
        with self.transaction() as run:
            values = (state.size, state.mtime_ns, article_id)
            run.execute("UPDATE article SET size = ?, mtime_ns = ? WHERE id = ?", values)

    def former_text(self, article_id: str, md5: str) -> str | None:
        """What the article said when its text had this md5 (in UTF-8), or None."""
        rows = self.rows("SELECT text FROM former WHERE article_id = ? AND md5 = ?", (article_id, md5))
        return str(rows[0]["text"]) if rows else None

    def file_of(self, article_id: str) -> Path | None:
        """Where the article's file is, or was, on this machine, as the catalog says: an imported one may name any file."""
        sql = "SELECT root.path AS root, article.path FROM article JOIN root ON root.number = root WHERE id = ?"
        rows = self.rows(sql, (article_id,))
        return Path(rows[0]["root"]) / rows[0]["path"] if rows else None

    # passages

    def passages(self, passage_ids: Iterable[str]) -> dict[str, Passage]:
        """The passages that the catalog still has, by id."""
        found: dict[str, Passage] = {}
        with self.snapshot():
            for some in groups(passage_ids):
                rows = self.rows(f"SELECT * FROM passage WHERE id IN ({marks(some)})", some)
                sentences = self._sentences([r["number"] for r in rows])
                articles = self._texts(sorted({r["article"] for r in rows}))
                found |= {r["id"]: passage_of(r, *articles[r["article"]], tuple(sentences[r["number"]])) for r in rows}
        return found

    def _texts(self, numbers: Sequence[int]) -> dict[int, tuple[str, str]]:
        """Id and text of articles; SQLite's own substr() would stop at a NUL character."""
        rows = self.rows(f"SELECT number, id, text FROM article WHERE number IN ({marks(numbers)})", numbers)
        return {r["number"]: (r["id"], r["text"]) for r in rows}

    def _sentences(self, numbers: Sequence[int]) -> dict[int, list[Sentence]]:
        by_passage: dict[int, list[Sentence]] = {n: [] for n in numbers}
        sql = f"SELECT * FROM sentence WHERE passage IN ({marks(numbers)}) ORDER BY passage, number"
        for r in self.rows(sql, numbers):
            span = Span(start=r["start"], end=r["end"])
            by_passage[r["passage"]].append(Sentence(number=r["number"], span=span))
        return by_passage

    def origins(self, passage_ids: Iterable[str]) -> dict[str, Origin]:
        """Where each of those passages comes from that the catalog still has."""
        found: dict[str, Origin] = {}
        for some in groups(passage_ids):
            joined = "passage JOIN article ON article.number = passage.article"
            sql = f"SELECT passage.id, outlet, date, days FROM {joined} WHERE passage.id IN ({marks(some)})"
            found |= {r["id"]: origin_of(r) for r in self.rows(sql, some)}
        return found

    def existing(self, passage_ids: Iterable[str]) -> set[str]:
        """Those of the ids that are passages' by now."""
        found = set[str]()
        for some in groups(passage_ids):
            found |= {r["id"] for r in self.rows(f"SELECT id FROM passage WHERE id IN ({marks(some)})", some)}
        return found

    def ids(self, passages: Iterable[int]) -> dict[int, str]:
        """The id of each of those passages, by number, that the catalog has."""
        found: dict[int, str] = {}
        for some in groups(passages):
            rows = self.rows(f"SELECT number, id FROM passage WHERE number IN ({marks(some)})", some)
            found |= {r["number"]: r["id"] for r in rows}
        return found

    def allowed(self, filters: Filters) -> Numbers:
        """The numbers of the passages whose articles `filters` allow; numbers are good for one snapshot."""
        where, values = condition(filters)
        sql = "SELECT group_concat(passage.number) FROM passage JOIN article ON article.number = passage.article WHERE "
        return numbers(self.rows(sql + where, values)[0][0])

    def counts(self) -> dict[str, int]:
        """How many articles, passages, sentences, vectors and outbox rows there are."""
        tables = ("article", "passage", "sentence", "vector", "outbox")
        return {t: self.rows(f"SELECT count(*) FROM {t}")[0][0] for t in tables}


def _insert_article(run: sqlite3.Connection, article: Article, state: FileState) -> int | None:
    file = ("root", "path", "size", "mtime_ns", "reading")
    values = row_of(article) | {name: getattr(state, name) for name in file}
    columns, marks = ", ".join(values), ", ".join("?" * len(values))
    return run.execute(f"INSERT INTO article ({columns}) VALUES ({marks})", list(values.values())).lastrowid


def _insert_passage(run: sqlite3.Connection, article: int | None, entry: Entry) -> None:
    passage = entry.passage
    number = run.execute(
        "INSERT INTO passage (id, article, start, end, language, text_hash, title_terms, body_terms, days)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(passage.id, article, passage.span.start, passage.span.end, passage.language),
            *(entry.text_hash, entry.title_terms, entry.body_terms, written_days(entry.days)),
        ),
    ).lastrowid
    rows = [(number, s.number, s.span.start, s.span.end) for s in passage.sentences]
    run.executemany("INSERT INTO sentence VALUES (?, ?, ?, ?)", rows)


def _delete(run: sqlite3.Connection, table: str, column: str, ids: Iterable[str]) -> None:
    run.executemany(f"DELETE FROM {table} WHERE {column} = ?", [(i,) for i in ids])


def _keep_former(run: sqlite3.Connection, article: Article) -> None:
    for (text,) in run.execute("SELECT text FROM article WHERE id = ?", (article.id,)).fetchall():
        if text != article.text:
            run.execute("INSERT OR IGNORE INTO former VALUES (?, ?, ?)", (article.id, text_md5(text), text))


def text_md5(text: str) -> str:
    """The md5 of a text in UTF-8, which RFC 5147 asks for: it recognises a version and protects nothing."""
    return md5(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def _count_up(run: sqlite3.Connection) -> None:
    run.execute("INSERT INTO setting VALUES ('generation', 1) ON CONFLICT DO UPDATE SET value = value + 1")
