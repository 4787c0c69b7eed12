"""Twenty questions of our own over five real articles: the answers, and whether every citation is exact.

    python -m benchmarks.quality.real ../shared/corpus

A citation is exact when the characters and the lines that it names, read from the file itself, are the quote.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from index.catalog import Catalog
from index.dense import DenseSearch
from index.embed import make_embedder
from index.sync import sync
from rag.assistant import Assistant
from rag.types import Citation

QUESTIONS = Path(__file__).with_name("real_questions.txt")


def is_exact(corpus: Path, citation: Citation) -> bool:
    """Read the file as anybody would."""
    text = (corpus / citation.file).read_bytes().decode("utf-8-sig")
    lines = text.split("\n")[citation.line_start - 1 : citation.line_end]
    return text[citation.span.start : citation.span.end] == citation.quote and citation.quote in "\n".join(lines)


def main(corpus: Path) -> int:
    """Index, ask, print; exit status 1 if a citation is not exact."""
    embedder, wrong, cited = make_embedder("local", Path("var")), 0, 0
    with tempfile.TemporaryDirectory() as home:
        catalog = Catalog(Path(home))
        sync(catalog, embedder, corpus)
        assistant = Assistant(catalog, embedder, DenseSearch(catalog))
        for question in QUESTIONS.read_text(encoding="utf-8").splitlines():
            answer = assistant.ask(question)
            print(f"\n{question}\n  {answer.text}")
            cited += len(answer.citations)
            wrong += sum(not is_exact(corpus, c) for c in answer.citations)
        assistant.close()
    print(f"\n{cited} citations, {wrong} of them not exact")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
