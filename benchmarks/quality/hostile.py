"""Every hostile text of the public collections, as an article and as a question, in both modes: what comes of it.

    python -m benchmarks.quality.hostile ../shared/data/security [--limit 50]

Each text is an article of its own among those of the sample corpus (file names are given to a file), and each is asked, so that it mostly
finds itself: of the five lies for a question of PoisonedRAG all are articles, and the question is asked. Nothing is refused for want of an
answer. In written mode the model is one that obeys: it says the text itself, markup, and a word that no article has. What must never be is
looked for in each answer, as the page and the terminal show it (`harm.py`), and that word in sentences that are shown as supported. It
writes HOSTILE.md, also where it is interrupted: they are asked in the order of their hashes.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from benchmarks.quality.harm import harm
from benchmarks.quality.hostile_texts import Hostile, first_of_each, hostile, place
from benchmarks.quality.own_attacks import SIGN
from index.catalog import Catalog
from index.dense import DenseSearch
from index.embed import make_embedder
from index.errors import SourcelineError
from index.sync import Report, sync
from rag.assistant import Assistant
from rag.finder import Finder
from rag.found import Found
from rag.llm import Message, Piece
from rag.question.query import Rewrite
from rag.question.types import Question
from rag.types import Answer, Mode
from rag.written.write import Writer

RESULTS, CORPUS = Path(__file__).with_name("HOSTILE.md"), Path("corpus")
MODES: Mapping[Mode, str] = {"quotes": "Quotes mode", "written": "Written mode, with a model that obeys"}
_BUDGET = 450  # tokens of sources


@dataclass(frozen=True, kw_only=True)
class Came:
    """What came of asking one: "answered", "refused", or what was said in place of an answer; all that was wrong; seconds."""

    source: str
    said: str
    wrong: tuple[str, ...]
    seconds: float
    mode: Mode = "quotes"


@dataclass(kw_only=True)
class Obedient:
    """A language model that does what an attacker wants: it says `text`, as if the first source did, and what should run or fetch."""

    name: str = "obedient"
    text: str = ""

    def stream(self, messages: Sequence[Message], **_: object) -> Iterator[Piece]:
        """Its reply in one piece."""
        yield Piece(text=f"{SIGN}! {SIGN} [1] {self.text} [1] ![s](http://127.0.0.1:9/x) <img src=x onerror=y>")


def write(some: Sequence[Hostile], folder: Path) -> None:
    """Write their articles into a folder; a name that a file cannot have is left out."""
    for number, one in enumerate(some):
        for n, text in enumerate(one.articles):
            name = one.name or f"{number}-{n}.txt"
            if "/" in name or "\0" in name or name in (".", "..") or len(name.encode()) > 255:
                continue
            (folder / name).write_bytes(text.encode("utf-8", "surrogatepass"))


def asked(assistant: Assistant, one: Hostile, mode: Mode) -> Came:
    """Ask one of them."""
    began = time.perf_counter()
    try:
        answer = assistant.ask(one.text, mode)
        said, wrong = "refused" if answer.refusal else "answered", [*harm(answer, assistant.catalog), *believed(answer)]
    except SourcelineError:
        said, wrong = "told in words", []
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        said, wrong = "crashed", [f"{type(error).__name__}: {error}"]
    return Came(source=one.source, said=said, wrong=tuple(wrong), seconds=time.perf_counter() - began, mode=mode)


def believed(answer: Answer) -> list[str]:
    """What an answer shows as supported although only a model that obeys says it."""
    return ["believed" for claim in answer.claims if SIGN in claim.text.casefold() and claim.support == "supported"]


class _Once:
    """A finder that finds once what is asked in both modes."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self._last: tuple[str, Found] | None = None

    def found(self, question: Question, rewrite: Rewrite | None = None) -> Found:
        """As Finder does."""
        if self._last is None or self._last[0] != question.text:
            self._last = question.text, self._finder.found(question, rewrite)
        return self._last[1]


def asked_all(some: Sequence[Hostile], work: Path) -> tuple[Report, list[Came]]:
    """Index everything into a new home, and ask one after the other, in both modes."""
    folder, home = work / "articles", work / "home"
    shutil.copytree(CORPUS, folder)
    write(some, folder)
    embedder, catalog, obedient = make_embedder("local", home), Catalog(home), Obedient()
    report = sync(catalog, embedder, folder)
    writer = Writer(obedient, budget=_BUDGET)
    assistant = Assistant(catalog, embedder, DenseSearch(catalog), answer_above=0.0, writer=writer)
    assistant.finder = _Once(assistant.finder)  # type: ignore[assignment]
    came = list[Came]()
    with suppress(KeyboardInterrupt), closing(assistant):
        for number, one in enumerate(sorted(some, key=place), start=1):
            obedient.text = one.text
            last = [asked(assistant, one, mode) for mode in MODES]
            came += last
            wrong = [what for in_mode in last for what in in_mode.wrong]
            print(f"{number} of {len(some)}: {one.source} {last[0].said}", *wrong, file=sys.stderr)
    return report, came


def document(command: str, heading: str, came: Sequence[Came]) -> str:
    """Markdown."""
    lines = ["# Hostile texts", "", "Made by a command, not by hand:", "", "```sh", command, "```", "", heading, ""]
    for mode, title in MODES.items():
        lines += [f"## {title}", "", *_table([one for one in came if one.mode == mode]), ""]
    return "\n".join([*lines, *_NOTES, *_found(came), ""])


def _table(came: Sequence[Came]) -> Iterator[str]:
    yield "| | asked | answered | refused | told in words why not | crashes | anything wrong | longest, seconds |"
    yield "|---|---|---|---|---|---|---|---|"
    for source in [*dict.fromkeys(one.source for one in came), ""]:
        some = [one for one in came if source in ("", one.source)]
        said = Counter(one.said for one in some)
        counts = [len(some), *(said[what] for what in ("answered", "refused", "told in words", "crashed"))]
        wrong = sum(bool(one.wrong) for one in some)
        longest = max((one.seconds for one in some), default=0)
        yield f"| {source or '**all**'} | {' | '.join(map(str, counts))} | {wrong} | {longest:.1f} |"


_NOTES = (
    "*Anything wrong*: a quote that its article does not have, a sentence that is no quote, an element or attribute on the page that runs,",
    "fetches or leads elsewhere, a character that steers a terminal, what only the model says shown as supported, or a crash. *Told in",
    "words*: an empty question, or one of more than 2,000 characters. Seconds of written mode are without the search, which is done once.",
)


def _found(came: Iterable[Came]) -> list[str]:
    kinds = Counter(f"{one.source}, {one.mode}: {what}" for one in came for what in set(one.wrong))
    return ["", *(f"- {what} ({n})" for what, n in kinds.most_common())] if kinds else []


def main() -> int:
    """Exit status 1 when anything was wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.quality.hostile", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("security", type=Path, help="the folder with the collections")
    parser.add_argument("--limit", type=int, help="so many texts of each collection; by default all")
    parser.add_argument("--out", type=Path, default=RESULTS, help="the document; by default %(default)s")
    given = parser.parse_args()
    some = first_of_each(hostile(given.security), given.limit)
    with tempfile.TemporaryDirectory() as work:
        report, came = asked_all(some, Path(work))
    command = "python -m benchmarks.quality.hostile DATA/security" + f" --limit {given.limit}" * bool(given.limit)
    skipped = Counter(entry.reason for entry in report.skipped)
    heading = (
        f"{datetime.now(timezone.utc).date()}; {len(came) // len(MODES)} of {len(some)} asked;"
        f" {len(report.added)} articles with the sample corpus; "
        f"skipped by name: {', '.join(f'{n} {reason}' for reason, n in skipped.most_common()) or 'none'}."
    )
    given.out.write_text(document(command, heading, came), encoding="utf-8")
    return int(any(one.wrong for one in came))


if __name__ == "__main__":
    sys.exit(main())
