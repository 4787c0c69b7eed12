"""What must survive when articles are read: one test a row of the acceptance table, each with a careless reader beside ours
that the same check catches."""

import io
import json
import os
import resource
import socket
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from index.errors import UnreadableArticle
from index.readers import find_files, read_article
from index.readers.sandbox import Sandbox
from index.types import Article
from tests.children import REPOSITORY
from tests.conftest import Tried

SENTENCE = "Die Übergabe der Brücke in Görlitz kostete 12 € – „viel zu viel“, sagte André Müller. "


def read(path: Path) -> Article:
    return read_article(path, path.name)


def reason(path: Path) -> str:
    with pytest.raises(UnreadableArticle) as caught:
        read(path)
    return caught.value.what


def read_or_none(path: Path) -> str | None:
    try:
        return read(path).text
    except UnreadableArticle:
        return None


def careless(path: Path) -> str:
    """How files are often read: what cannot be decoded is dropped."""
    return path.read_bytes().decode("utf-8", errors="ignore")


def right_or_refused(reader: Callable[[Path], str | None], path: Path, text: str) -> bool:
    """Whether a reader reads a file exactly, or not at all."""
    return reader(path) in (text, None)


# 1 encodings


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
        ("cp1252", b""),
        ("utf-32-le", b"\xff\xfe\0\0"),
    ],
)
def test_acceptance_01_every_encoding_is_read_right(tmp_path: Path, encoding: str, mark: bytes) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(mark + (SENTENCE * 3).encode(encoding))
    assert read(path).text == SENTENCE * 3
    if encoding != "utf-8":
        assert careless(path) != SENTENCE * 3


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "Президент России прибыл в Тегеран, где его встретил министр иностранных дел Ирана. "),
        ("koi8-r", "Президент России прибыл в Тегеран, где его встретил министр иностранных дел Ирана. "),
        ("cp1250", "Prezydent przyjechał wczoraj do Łodzi, żeby otworzyć nową linię kolejową. Mieszkańcy się cieszą. "),
        ("iso8859-2", "Źródła rządowe mówią, że śledztwo w sprawie pożaru hali w Łodzi potrwa jeszcze długo. "),
        ("cp1253", "Ο πρόεδρος έφτασε χθες στην Αθήνα, όπου τον υποδέχτηκε ο υπουργός Εξωτερικών. "),
        ("gb18030", "俄罗斯总统昨天抵达德黑兰，伊朗外交部长在机场迎接了他。两国将签署一项新的协议。"),
        ("shift_jis", "ロシアの大統領は昨日テヘランに到着し、イランの外相が空港で出迎えた。"),
        ("latin-1", "L'été dernier, la sécheresse a touché la Bourgogne ; les élus réclament des aides. "),
    ],
)
def test_acceptance_01_no_text_is_garbled(tmp_path: Path, encoding: str, text: str) -> None:
    """Decoded right, or rejected by name; never something else."""
    path = tmp_path / "a.txt"
    path.write_bytes((text * 4).encode(encoding))
    assert right_or_refused(read_or_none, path, text * 4)
    assert path.read_bytes().decode("cp1252", errors="replace") != text * 4 or encoding == "latin-1"


def test_acceptance_01_damaged_utf8_is_rejected_with_the_place(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(SENTENCE.encode() + b"\xff" + SENTENCE.encode())
    assert reason(path) == f"not text: invalid UTF-8 at byte {len(SENTENCE.encode())}"
    assert careless(path) == SENTENCE * 2


@pytest.mark.parametrize("raw", [SENTENCE.encode("cp1252"), SENTENCE.encode() + b"\xff", SENTENCE.encode("utf-16-le")])
def test_control_01_a_reader_that_drops_bytes_is_seen(tmp_path: Path, raw: bytes) -> None:
    """A reader that drops what it cannot decode."""
    path = tmp_path / "a.txt"
    path.write_bytes(raw)
    assert not right_or_refused(careless, path, SENTENCE + "\udcff" * raw.endswith(b"\xff"))
    assert right_or_refused(read_or_none, path, SENTENCE)


# 2 empty, binary, NUL, surrogates


def test_acceptance_02_every_unusable_file_is_skipped_by_name_and_the_others_are_read(tmp_path: Path) -> None:
    files = {
        "good.txt": SENTENCE.encode(),
        "empty.txt": b"",
        "blank.txt": b" \n\t\n",
        "nul.txt": b"A text\0 with a NUL byte in it, and no more. It is odd.",
        "surrogate.txt": b"Half a pair: \xed\xa0\x80, encoded by a careless program.",
        "utf16surrogate.txt": b"\xff\xfe" + "Half a pair".encode("utf-16-le") + b"\x00\xd8A\x00",
        "picture.txt": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
        "movie.mp4": b"\x00\x01",
        "README": b"No ending",
    }
    for name, raw in files.items():
        (tmp_path / name).write_bytes(raw)
    found, skipped = find_files(tmp_path)
    report = {entry.path.name: entry.reason for entry in skipped}
    readable = {entry.article_id for entry in found if read_or_none(entry.path)}
    assert readable == {"good.txt"}
    report |= {entry.article_id: reason(entry.path) for entry in found if entry.article_id not in readable}
    assert report == {
        "empty.txt": "empty",
        "blank.txt": "no text in it",
        "nul.txt": "not text: it has NUL bytes",
        "surrogate.txt": "not text: it has lone surrogates",
        "utf16surrogate.txt": "not text: invalid UTF-16-LE at byte 22",
        "picture.txt": "not text: it has NUL bytes",
        "movie.mp4": "no reader for .mp4",
        "README": "no reader for files without an ending such as .txt",
    }
    assert "\0" in careless(tmp_path / "nul.txt")


# 3 pipes, sockets, devices


def test_acceptance_03_pipes_and_sockets_are_skipped_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's path may have 108 bytes at most
    os.mkfifo(tmp_path / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.txt")
        began = time.monotonic()
        found, skipped = find_files(tmp_path)
        assert reason(tmp_path / "pipe.txt") == "not a plain file"
        assert time.monotonic() - began < 1
    assert found == []
    assert [(entry.path.name, entry.reason) for entry in skipped] == [
        ("pipe.txt", "a named pipe"),
        ("socket.txt", "a socket"),
    ]
    with pytest.raises(subprocess.TimeoutExpired):
        subprocess.run([sys.executable, "-c", "open('pipe.txt').read()"], timeout=1)


def test_acceptance_03_a_device_is_skipped() -> None:
    found, skipped = find_files(Path("/dev/null"))
    assert found == []
    assert skipped[0].reason == "a device"


# 4 links


def test_acceptance_04_no_link_is_followed(tmp_path: Path) -> None:
    outside, corpus = tmp_path / "outside", tmp_path / "corpus"
    outside.mkdir()
    (corpus / "deep").mkdir(parents=True)
    (outside / "secret.txt").write_text("CANARY lives outside.")
    (corpus / "a.txt").write_text("An article that may be read.")
    (corpus / "link.txt").symlink_to(outside / "secret.txt")
    (corpus / "folder").symlink_to(outside)
    (corpus / "deep" / "loop").symlink_to(corpus)
    (corpus / "again.txt").symlink_to(corpus / "a.txt")
    (corpus / "circle.txt").symlink_to(corpus / "circle.txt")
    (corpus / "nowhere.txt").symlink_to(corpus / "gone.txt")
    found, skipped = find_files(corpus)
    texts = [read_article(entry.path, entry.article_id).text for entry in found]
    assert texts == ["An article that may be read."]
    assert {entry.path.name: entry.reason for entry in skipped} == {
        "link.txt": "a link out of the folder",
        "folder": "a link out of the folder",
        "loop": "a link to another place in the folder",
        "again.txt": "a link to another place in the folder",
        "circle.txt": "a link to nothing",
        "nowhere.txt": "a link to nothing",
    }
    assert "CANARY" in (corpus / "link.txt").read_text()
    assert reason(corpus / "link.txt").startswith("cannot be opened")


# 5 bombs


def zip_bomb(member: str, size: int) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(member, "w") as part:
        for _ in range(size // 1_000_000):
            part.write(b" " * 1_000_000)
    return packed.getvalue()


def pdf_bomb(size: int) -> bytes:
    """A page whose content is `size` bytes of spaces, compressed twice."""
    import zlib

    stream = zlib.compress(zlib.compress(b" " * size, 9), 9)
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
        b"<</Filter[/FlateDecode/FlateDecode]/Length %d>>stream\n%s\nendstream" % (len(stream), stream),
    ]
    body = b"".join(b"%d 0 obj%s\nendobj\n" % (number, part) for number, part in enumerate(parts, 1))
    return b"%PDF-1.7\n" + body + b"trailer<</Root 1 0 R>>"


BOMBS = {
    "bomb.docx": lambda: zip_bomb("word/document.xml", 260_000_000),
    "bomb.epub": lambda: zip_bomb("META-INF/container.xml", 40_000_000),
    "bomb.pdf": lambda: pdf_bomb(200_000_000),
    "deep.html": lambda: b"<div>" * 200_000 + b"text",
}


@pytest.mark.parametrize("name", BOMBS)
def test_acceptance_05_a_bomb_is_rejected_within_bounds_and_the_next_file_is_read(
    tmp_path: Path, name: str, tried: Tried
) -> None:
    """What it costs is measured on a worker of its own: seconds, and the peak memory of child processes."""
    raw = BOMBS[name]()
    kind = name.rpartition(".")[2]
    sandbox = Sandbox(deadline_seconds=4)
    began = time.monotonic()
    with pytest.raises(
        UnreadableArticle,
        match=r"too large when unpacked|takes longer than 4 s|needs more than|breaks the|nested|without text",
    ):
        sandbox.read(raw, kind)  # type: ignore[arg-type]
    seconds = time.monotonic() - began
    assert seconds < 25, "its deadline of 4 s, on a machine that others keep busy"
    tried(bombs=1, seconds=seconds)
    sandbox._deadline_seconds = 60  # an honest file may take long on a machine that others keep busy
    assert sandbox.read(b"<p>The bridge opened on Monday.</p>", "html").text == "The bridge opened on Monday."
    sandbox.close()
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 2_500_000


def test_acceptance_05_deeply_nested_json_in_a_page_does_no_harm() -> None:
    raw = b'<script type="application/ld+json">' + b"[" * 500_000 + b"</script><p>Some text.</p>"
    sandbox = Sandbox(deadline_seconds=60)
    assert sandbox.read(raw, "html").text == "Some text."
    sandbox.close()
    with pytest.raises(RecursionError):
        json.loads("[" * 500_000)


def test_control_05_a_reader_that_unpacks_first_needs_all_memory() -> None:
    """A reader that unpacks first and measures then takes all the memory it is allowed."""
    code = (
        "import io, resource, sys, zipfile\n"
        "resource.setrlimit(resource.RLIMIT_AS, (200_000_000, 200_000_000))\n"
        "zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read())).read('word/document.xml')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], input=BOMBS["bomb.docx"](), capture_output=True)
    assert b"MemoryError" in done.stderr


# 6 one very long line


def test_acceptance_06_fifty_megabytes_in_one_line_are_read_within_bounds(tmp_path: Path, tried: Tried) -> None:
    path = tmp_path / "a.txt"
    path.write_text("A sentence that goes on and on, as they do. " * 1_140_000)
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom index.readers import read_article\n"
        "from tests.memory import peak_kilobytes\n"
        "began = time.monotonic()\narticle = read_article(Path(sys.argv[1]), 'a.txt')\n"
        "print(len(article.text), time.monotonic() - began, peak_kilobytes())"
    )
    command = [sys.executable, "-c", code, str(path)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    length, seconds, kilobytes = map(float, done.stdout.split())
    assert length == 50_160_000
    assert seconds < 10
    assert kilobytes < 700_000
    tried(seconds=seconds, megabytes=kilobytes / 1000)


def test_acceptance_06_what_is_larger_still_is_rejected_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(64_000_001)
    assert reason(path) == "too large: 64 MB, the limit for this format is 64 MB"


# 7 strings that programs stumble on

NAUGHTY = """
<|endoftext|> <|im_start|>system <|im_end|> [INST] <<SYS>> </s> <s> <pad> [MASK] <unk> ▁ <|fim_prefix|>
{{constructor.constructor('return 1')()}} ${7*7} #{7*7} <%= 7*7 %> {% raw %} %s%s%n $(id) `id` ; DROP TABLE articles;--
' OR 1=1 -- " ' ` \\ / \\n \\u0000 null NaN undefined None True -1e309 0x7f 1/0 .. ../../etc/passwd C:\\con\\aux
<script>alert(1)</script> <img src=x onerror=alert(1)> javascript:alert(1) ]]> <!-- --> &lt; &#0; &nbsp; [1] [^1] [x](y)
Ω≈ç√∫ ﷽ Z̸̡͝a̷l̴g̶o̵ 👩‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ｆｕｌｌ ß ẞ İ ı ﬀ ǆ ℡ １２３ ١٢٣ ½ ² a\u0301 \u00e1
--- +++ *** === ``` ~~~ | a | b | >>> # ## - [ ] 1. \x0b \x0c \x85 \u2028 \u2029 \ufffd
""".strip().split("\n")


@pytest.mark.parametrize("ending", [".txt", ".md"])
def test_acceptance_07_special_tokens_are_ordinary_text(tmp_path: Path, ending: str, tried: Tried) -> None:
    tried(lines_of_strings=len(NAUGHTY))
    for number, string in enumerate(NAUGHTY):
        path = tmp_path / f"{number}{ending}"
        text = f"{string}\n\n{string} said the minister in {string}.\n"
        path.write_text(text, newline="")
        article = read(path)
        assert article.text == text
        assert all(article.text[mark.span.start : mark.span.end] for mark in article.marks)
    assert any(len(string.splitlines()) > 1 for string in NAUGHTY), "str.splitlines would count other lines than ours"


# 8 hostile names

NAMES = [
    "a\nb.txt", "a\rb.txt", "\u202etxt.exe.txt", "\u2066x\u2069.txt", "<img src=x onerror=alert(1)>.txt", '" onmouseover="x.txt',
    "](http:127.0.0.1:9)[.txt", "[1].txt", "a\\..\\evil.txt", "a..%2fevil.txt", "a b;c|d.txt", "$(id).txt", "-rf.txt",
    "e\u0301.txt", "\u00e9.txt", "CON.txt", " .txt", "x.TXT", "x" * 251 + ".txt", "漢" * 83 + ".txt",
]  # fmt: skip


def test_acceptance_08_hostile_names_are_kept_as_they_are(tmp_path: Path, tried: Tried) -> None:
    tried(names=len(NAMES))
    for name in NAMES:
        (tmp_path / name).write_text("An article.")
    for hidden in (".env", "..\\..\\evil.txt"):
        (tmp_path / hidden).write_text("SECRET")
    found, skipped = find_files(tmp_path)
    assert skipped == []
    assert sorted(entry.article_id for entry in found) == sorted(NAMES)
    for entry in found:
        assert read_article(entry.path, entry.article_id).id.encode("utf-8").decode("utf-8") == entry.path.name


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a file name be any bytes")
def test_acceptance_08_a_name_that_is_not_unicode_is_skipped_and_shown_escaped(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff.txt")).write_text("An article.")
    (tmp_path / "a\n\u202eb.png").write_text("x")
    found, skipped = find_files(tmp_path)
    assert found == []
    assert [entry.reason for entry in skipped] == ["no reader for .png", "its name is not valid Unicode; rename it"]
    assert [Path(entry.name).name for entry in skipped] == ["a\\n\\u202eb.png", "bad\\udcff.txt"]
    with pytest.raises(UnicodeEncodeError):
        str(skipped[1].path).encode()


# 9 characters that are not seen


def test_acceptance_09_invisible_characters_stay_and_are_counted(tmp_path: Path) -> None:
    text = "The \u202eminister\u202c sai\u200bd \U000e0041\U000e0042\U000e0043so. He left."
    path = tmp_path / "a.txt"
    path.write_text(text)
    article = read(path)
    assert article.text == text
    assert article.warnings == ("invisible characters: 2 direction, 1 zero-width, 3 tag",)
    path.write_text("Nothing to see here.")
    assert read(path).warnings == ()


# 10 titles


def test_acceptance_10_a_title_of_two_thousand_words_and_none_at_all(tmp_path: Path) -> None:
    title = " ".join(f"word{number}" for number in range(2_000))
    path = tmp_path / "a.md"
    path.write_text(f"# {title}\n\nThe body is short.\n")
    assert read(path).title == title
    path.write_text("The body is all there is. It has no title.\n")
    assert read(path).title is None
    assert read(path).marks == ()


# 11 edited and alike


def test_acceptance_11_two_files_alike_and_an_edited_one_are_told_by_their_bytes(tmp_path: Path) -> None:
    one, two = tmp_path / "one.txt", tmp_path / "two.txt"
    one.write_text(SENTENCE)
    two.write_text(SENTENCE)
    before = read(one)
    assert before.sha256 == read(two).sha256 == sha256(SENTENCE.encode()).hexdigest()
    one.write_text(SENTENCE.replace("12", "13"))
    assert read(one).sha256 != before.sha256
    assert "13" in read(one).text


# 12 changing while it is read


def test_acceptance_12_a_file_rewritten_all_the_time_is_read_whole_or_rejected(tmp_path: Path, tried: Tried) -> None:
    """In place, which is the worst way to write: each version is one letter, a million times."""
    path = tmp_path / "a.txt"
    versions = [letter * 1_000_000 for letter in "ab"]
    path.write_text(versions[0])
    stop = threading.Event()

    def rewrite() -> None:
        while not stop.is_set():
            for version in versions:
                with path.open("r+") as file:
                    for start in range(0, len(version), 100_000):
                        file.write(version[start : start + 100_000])
                        file.flush()
                stop.wait(0.03)

    writer = threading.Thread(target=rewrite)
    writer.start()
    try:
        texts = [read_or_none(path) for _ in range(20)]
        deadline = time.monotonic() + 10
        while (carelessly := path.read_text()) in versions and time.monotonic() < deadline:
            pass
    finally:
        stop.set()
        writer.join()
    assert any(texts)
    assert set(texts) <= {*versions, None}
    assert carelessly not in versions
    tried(reads=len(texts), neither_version=0)
