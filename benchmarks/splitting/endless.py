"""Time and memory of splitting one endless line: `python -m benchmarks.splitting.endless 50 "One plain sentence. "`."""

from __future__ import annotations

import argparse
import resource
import time

from index.split import split_article
from index.tokens import count_tokens
from index.types import Article


def main() -> None:
    """Split so many MB (UTF-8) of one repeated unit and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("megabytes", type=float)
    parser.add_argument("unit")
    options = parser.parse_args()
    text = options.unit * int(options.megabytes * 1e6 / len(options.unit.encode()))
    article = Article(id="endless", text=text, sha256="", format="txt", language="en")
    before, began = _peak(), time.process_time()
    passages = split_article(article)
    spent = time.process_time() - began
    longest = max(count_tokens(passage.text) for passage in passages[:: max(1, len(passages) // 1000)])
    print(f"| {options.unit!r} | {len(passages):,} | {longest} | {spent:.0f} | {_peak() - before} |")


def _peak() -> int:
    """The most memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
