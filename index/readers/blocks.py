"""The paragraphs of markup that is all text: a chapter of a book, a page too bare to have an article in it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_BLOCKS = frozenset(
    "html body main article section header footer aside div p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table tr caption "
    "pre blockquote figure figcaption".split()
)
_BETWEEN = {"br": " ", "td": " | ", "th": " | "}
_WITHOUT_TEXT = ["script", "style", "nav", "head", "template", "noscript"]


def block_texts(page: str) -> Iterator[str]:
    """The text of each block in order, white space made single; a table row is one text, its cells parted by ` | `."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(page)
    tree.strip_tags(_WITHOUT_TEXT)
    for _, run in groupby(_texts(tree.root), key=itemgetter(0)):
        text = " ".join("".join(text for _, text in run).split()).strip("| ")
        if text:
            yield text


def _texts(root: LexborNode | None) -> Iterator[tuple[int, str]]:
    """Each stretch of text with the identity of the block that it stands in."""
    for node in root.traverse(include_text=True) if root is not None else ():
        text = node.text_content if node.tag == "-text" else _BETWEEN.get(node.tag or "")
        if text:
            yield _block_of(node), text


def _block_of(node: LexborNode) -> int:
    while node.tag not in _BLOCKS and node.parent is not None:
        node = node.parent
    return node.mem_id
