"""Whatever bytes a file has: an article whose every span lies in its text, or a named reason. Nothing else, and no crash."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import UnreadableArticle
from index.readers import article as reading
from index.ready import prepared
from index.stored import FileState
from index.types import Article
from tests.fuzzing import ANY_TEXT, tried

GOLDEN = Path(__file__).parent / "golden"
SEEDS = {e: sorted(GOLDEN.rglob(f"*.{e}")) for e in ("txt", "md", "html", "pdf", "docx", "epub")}
WHOLE = {e: min((f.read_bytes() for f in files), key=len, default=b"") for e, files in SEEDS.items()}
Read = Callable[[str, bytes], Article | None]
pytestmark = pytest.mark.fuzz


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Read:
    """Read bytes as if they were a file's; the product waits for a file to settle, which is tested elsewhere."""

    def call(ending: str, raw: bytes) -> Article | None:
        monkeypatch.setattr(reading, "read_bytes", lambda path, limit: raw)
        try:
            return reading.read_article(Path(f"a.{ending}"), f"a.{ending}")
        except UnreadableArticle:
            return None

    return call


def assert_whole(article: Article | None) -> None:
    if article is None:
        return
    for span in (*(m.span for m in article.marks), *(p.span for p in article.places)):
        assert span.end <= len(article.text)
    state = FileState(root=1, path="a", size=1, mtime_ns=1)
    for entry in prepared(article, state).entries:
        assert entry.passage.span.of(article.text) == entry.passage.text
        for sentence in entry.passage.sentences:
            assert entry.passage.span.start <= sentence.span.start < sentence.span.end <= entry.passage.span.end
    for value in (article.title, article.outlet, article.author, article.language, *article.warnings):
        (value or "").encode()  # can be stored and shown


def spoiled(whole: bytes) -> st.SearchStrategy[bytes]:
    """A file that was whole, with some bytes changed, and cut or longer."""
    changes = st.lists(st.tuples(st.integers(0, max(0, len(whole) - 1)), st.binary(max_size=8)), min_size=1, max_size=6)

    def apply(changed: list[tuple[int, bytes]], end: int) -> bytes:
        content = bytearray(whole)
        for place, new in changed:
            content[place : place + len(new)] = new
        return bytes(content[:end])

    return st.builds(apply, changes, st.integers(0, len(whole)) | st.just(len(whole) + 8))


@tried(60)
@given(
    st.sampled_from(["txt", "md"]), st.binary(max_size=300) | ANY_TEXT.map(lambda t: t.encode("utf-8", "surrogatepass"))
)
def test_text_of_any_bytes(read: Read, ending: str, raw: bytes) -> None:
    assert_whole(read(ending, raw))


FRONT = st.lists(st.tuples(st.sampled_from("title date outlet author language tags".split()), ANY_TEXT), max_size=5)
ENCODINGS = st.sampled_from(
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "latin-1", "koi8-r", "shift_jis"]
)


@tried(60)
@given(FRONT, ANY_TEXT, ENCODINGS)
def test_text_with_any_front_matter_in_any_encoding(
    read: Read, front: list[tuple[str, str]], body: str, encoding: str
) -> None:
    text = "---\n" + "".join(f"{name}: {value}\n" for name, value in front) + f"---\nThe bridge closed.\n{body}"
    assert_whole(read("md", text.encode(encoding, "replace")))


@tried(8)
@given(st.data())
@pytest.mark.parametrize("ending", ["html", "pdf", "docx", "epub"])
def test_spoiled_files_of_every_format(read: Read, ending: str, data: st.DataObject) -> None:
    assert WHOLE[ending], "there is no file to spoil"
    raw = data.draw(spoiled(WHOLE[ending]) | st.binary(max_size=200))
    assert_whole(read(ending, raw))
