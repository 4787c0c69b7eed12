import tempfile
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from index.catalog import Catalog
from index.errors import ModelChanged
from index.stored import Entry, FileState
from index.types import Article, Filters, Mark, Passage, Place, Sentence, Span
from tests.store import lexical_faults, told

NAMES = st.sampled_from(["a.txt", "b.txt", "sub/a.txt", "sub/ä 漢%_.txt", "sub/deep/a.txt", "A.TXT"])
TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60)


def entries_of(article: Article, cuts: list[int]) -> list[Entry]:
    """Passages between the cuts, each one sentence."""
    borders = sorted({0, *(c for c in cuts if c < len(article.text)), len(article.text)})
    spans = [Span(start=a, end=b) for a, b in pairwise(borders)]
    return [_entry(article, n, s) for n, s in enumerate(spans)]


def _entry(article: Article, number: int, span: Span) -> Entry:
    sentence = Sentence(number=number, span=span)
    text = span.of(article.text)
    passage = Passage(article_id=article.id, span=span, text=text, language="en", sentences=(sentence,))
    terms = " ".join(w for w in text.lower().split() if w.isascii() and w.isalnum())
    return Entry(passage=passage, text_hash=text.encode(), title_terms="", body_terms=terms)


def article(name: str, text: str, **fields: object) -> Article:
    return Article(id=name, text=text, sha256="0", format="txt", **fields)  # type: ignore[arg-type]


def with_root(home: Path) -> Catalog:
    catalog = Catalog(home)
    with catalog.transaction() as run:
        run.execute("INSERT OR IGNORE INTO root (number, path, prefix) VALUES (1, '/nowhere', '')")
    return catalog


def state(name: str) -> FileState:
    return FileState(root=1, path=name, size=1, mtime_ns=1)


class CatalogMachine(RuleBasedStateMachine):
    """The catalog beside a dictionary: whatever is added, replaced and removed, both say the same."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.catalog = with_root(Path(self.folder.name))
        self.model: dict[str, tuple[str, list[Passage]]] = {}
        self.chroma: set[str] = set()
        self.former: set[tuple[str, str]] = set()

    @rule(name=NAMES, text=TEXTS, cuts=st.lists(st.integers(1, 60), max_size=4))
    def put(self, name: str, text: str, cuts: list[int]) -> None:
        one = article(name, text)
        entries = entries_of(one, cuts)
        if name in self.model and self.model[name][0] != text:
            self.former.add((name, self.model[name][0]))
        self.catalog.put(one, state(name), entries)
        self.model[name] = (text, [e.passage for e in entries])

    @rule(name=NAMES)
    def remove(self, name: str) -> None:
        self.catalog.remove([name])
        self.model.pop(name, None)
        self.former = {f for f in self.former if f[0] != name}

    @rule(old=NAMES, new=NAMES)
    def move(self, old: str, new: str) -> None:
        if old in self.model and new not in self.model:
            text, _ = self.model.pop(old)
            entries = entries_of(article(new, text), [5])
            self.catalog.put(article(new, text), state(new), entries, instead_of=[old])
            self.model[new] = (text, [e.passage for e in entries])
            self.former = {f for f in self.former if f[0] != old}

    @rule(batch=st.integers(1, 3))
    def tell(self, batch: int) -> None:
        """What the owner does with the outbox."""
        self.chroma = told(self.catalog, self.chroma, batch)

    @invariant()
    def says_the_same(self) -> None:
        wanted = {p.id: p for _, passages in self.model.values() for p in passages}
        assert self.catalog.passages([*wanted, "unknown"]) == wanted
        assert {r["id"]: r["passages"] for r in self.catalog.articles()} == {
            n: len(p) for n, (_, p) in self.model.items()
        }
        assert set(self.catalog.ids(self.catalog.allowed(Filters()).tolist()).values()) == set(wanted)
        assert {tuple(r) for r in self.catalog.rows("SELECT article_id, text FROM former")} == self.former
        assert lexical_faults(self.catalog) == []

    @invariant()
    def chroma_becomes_the_same(self) -> None:
        pending = {r[0] for r in self.catalog.rows("SELECT passage_id FROM outbox")}
        wanted = {p.id for _, passages in self.model.values() for p in passages}
        assert self.chroma - pending == wanted - pending

    def teardown(self) -> None:
        self.catalog.close()
        self.folder.cleanup()


TestCatalogMachine = CatalogMachine.TestCase
TestCatalogMachine.settings = settings(max_examples=20, stateful_step_count=15, deadline=None)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS, title=st.none() | TEXTS, day=st.none() | st.dates(), warning=TEXTS, data=st.data())
def test_an_article_comes_back_as_it_was(
    tmp_path: Path, text: str, title: str | None, day: date | None, warning: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text)))
    span = Span(start=start, end=len(text))
    marks, places = (Mark(span=span, kind="title"),), (Place(span=span, kind="page", number=3),)
    one = article("ä/b.txt", text, title=title, date=day, marks=marks, places=places, warnings=(warning,), outlet="O")
    catalog = with_root(tmp_path)
    catalog.put(one, state("b.txt"), [])
    assert catalog.article("ä/b.txt") == one
    assert catalog.file_of("ä/b.txt") == Path("/nowhere/b.txt")
    catalog.close()


OUTLETS = st.sampled_from([None, "Zeitung", "zeitung", "ÄRZTE", "ärzte", "%", "Heise"])
DAYS = st.none() | st.dates(date(2022, 1, 1), date(2022, 1, 5))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    articles=st.dictionaries(NAMES, st.tuples(OUTLETS, st.sampled_from(["de", "en"]), DAYS), min_size=1),
    outlets=st.lists(OUTLETS.filter(bool), max_size=2),
    languages=st.lists(st.sampled_from(["de", "EN", "fr"]), max_size=2),
    since=DAYS,
    until=DAYS,
    files=st.lists(st.sampled_from(["sub", "sub/", "sub/deep", "a.txt", "su", "sub/a.txt", "%", "A.txt"]), max_size=2),
)
def test_filters_allow_what_they_say(
    tmp_path: Path, articles: dict, outlets: list, languages: list, since, until, files
) -> None:  # type: ignore[no-untyped-def,type-arg]
    catalog = with_root(Path(tempfile.mkdtemp(dir=tmp_path)))
    for name, (outlet, language, day) in articles.items():
        one = article(name, "Text.", outlet=outlet, language=language, date=day)
        catalog.put(one, state(name), entries_of(one, []))
    filters = Filters(outlets=tuple(outlets), languages=tuple(languages), since=since, until=until, files=tuple(files))

    def allowed(name: str) -> bool:
        outlet, language, day = articles[name]
        return (
            (not outlets or (outlet or "").casefold() in {o.casefold() for o in outlets})
            and (not languages or language in {x.casefold() for x in languages})
            and (not since or (day is not None and day >= since))
            and (not until or (day is not None and day <= until))
            and (not files or any(name == f.rstrip("/") or name.startswith(f.rstrip("/") + "/") for f in files))
        )

    wanted = {n for n in articles if allowed(n)}
    assert {r["id"] for r in catalog.articles(filters)} == wanted
    assert {
        p.article_id for p in catalog.passages(catalog.ids(catalog.allowed(filters).tolist()).values()).values()
    } == wanted
    catalog.close()


def test_a_former_text_can_still_be_read(tmp_path: Path) -> None:
    from index.catalog import text_md5

    catalog = with_root(tmp_path)
    for text in ("first", "second", "third", "second"):
        catalog.put(article("a.txt", text), state("a.txt"), [])
    assert catalog.former_text("a.txt", text_md5("first")) == "first"
    assert catalog.former_text("a.txt", text_md5("never")) is None
    catalog.remove(["a.txt"])
    assert catalog.former_text("a.txt", text_md5("first")) is None
    catalog.close()


def test_more_passages_than_sqlite_has_variables(tmp_path: Path) -> None:
    catalog = with_root(tmp_path)
    one = article("a.txt", "x" * 2500)
    entries = entries_of(one, list(range(2500)))
    catalog.put(one, state("a.txt"), entries)
    assert len(catalog.passages(e.passage.id for e in entries)) == 2500
    catalog.close()


def test_the_generation_grows_with_every_change(tmp_path: Path) -> None:
    catalog, seen = with_root(tmp_path), [0]
    catalog.put(article("a.txt", "x"), state("a.txt"), [])
    seen.append(catalog.generation)
    catalog.remove(["a.txt"])
    seen.append(catalog.generation)
    assert seen == [0, 1, 2]
    catalog.close()


def test_the_first_model_is_kept(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path)
    catalog.check_model("any", 3)
    catalog.claim_model("one", 3)
    first = catalog.collection
    with pytest.raises(ModelChanged):
        catalog.claim_model("two", 3)
    assert catalog.setting("model") == "one"
    assert catalog.collection == first
    catalog.close()
