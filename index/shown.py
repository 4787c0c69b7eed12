"""Text of articles is hostile until shown: control characters, direction overrides and invisible tags are made visible."""

from __future__ import annotations

import unicodedata

_JOINERS = "\u200c\u200d"  # needed by Persian, Hindi and emoji, and harmless


def shown(text: str) -> str:
    """`text` with every character that could steer a terminal or hide something written out as <U+202E>."""
    return "".join(c if _harmless(c) else f"<U+{ord(c):04X}>" for c in text)


def _harmless(c: str) -> bool:
    return c in "\n\t" + _JOINERS or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def one_line(text: str) -> str:
    """`text` on one line: for titles, file names and quotes in a list."""
    return shown(" ".join(text.split()))
