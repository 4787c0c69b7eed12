"""From bytes to text: every byte is decoded right, or the file is rejected with the reason."""

from __future__ import annotations

import codecs
import re

from index.errors import UnreadableArticle
from index.language import UNKNOWN, detect_language

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_REMEDY = "save it as UTF-8"
_NUL = "not text: it has NUL bytes"
_MULTIBYTE = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe1-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_SURROGATE = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_STRAY = re.compile(
    r"[A-Za-zÀ-ɏ](?:[^\w\s\x00-\x7f’‘´·…–—\xad«»“”„]|[¹²³ªº])[A-Za-zÀ-ɏ]|[a-zß-ÿ][À-ÖØ-ÞŒŠŽŸ][a-zß-ÿ]|[†‡][a-zß-ÿ]"
)
"""A symbol, a raised digit or a capital inside a word: what Polish, Greek or a Mac's text look like in a wrong encoding."""
_WESTERN = frozenset("af ca da de en es eu fi fr ga gl id is it la lb ms nl nn no nb oc pt sq sv sw und".split())
_CENTRAL = frozenset("bs cs hr hu pl ro sk sl".split())
_SIBLINGS = {
    "cp1250": _CENTRAL,
    "iso8859-2": _CENTRAL,
    "cp1254": frozenset({"tr"}),
    "cp1257": frozenset("et lt lv".split()),
}
_SAMPLE = 200_000
"""Characters or bytes that are enough to judge an encoding by."""
_SURE = 0.9
_MOST_ACCENTED = 0.3
"""Languages written in Windows-1252 have fewer accented letters than this share; Cyrillic read as such has nearly all."""


def decode(raw: bytes, *, markup: bool = False) -> str:
    """The text of `raw`, without its byte-order mark.

    Tried in turn: byte-order marks, UTF-16 by its pattern of zero bytes, UTF-8, the encoding that markup declares,
    Windows-1252, and what charset-normalizer recognises.

    Raises `UnreadableArticle` where the bytes are not text, or in no encoding that can be told.
    """
    text = _decode(raw, markup)
    if "\0" in text:
        raise UnreadableArticle(_NUL, _REMEDY)
    sample = text[:_SAMPLE]
    if len(_CONTROLS.findall(sample)) > len(sample) / 100:
        raise UnreadableArticle("not text: it is full of control characters", _REMEDY)
    return text


def _decode(raw: bytes, markup: bool) -> str:
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return _strictly(raw[len(mark) :], encoding)
    wide = _bare_utf16(raw)
    if wide:
        return _strictly(raw, wide)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        _reject_broken_utf8(raw, error.start)
        if b"\0" in raw:
            raise UnreadableArticle(_NUL, _REMEDY) from error
    return _declared(raw) if markup and _declared_encoding(raw) else _legacy(raw)


def _strictly(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableArticle(f"not text: invalid {encoding.upper()} at byte {error.start}", _REMEDY) from error


def _bare_utf16(raw: bytes) -> str | None:
    """UTF-16 without a mark has a zero in every other byte of its Latin letters, digits, spaces and line ends."""
    head = raw[:4096]
    zeros = head.count(0)
    if len(raw) % 2 or zeros < len(head) / 20:
        return None
    if head[1::2].count(0) == zeros:
        return "utf-16-le"
    return "utf-16-be" if head[::2].count(0) == zeros else None


def _reject_broken_utf8(raw: bytes, start: int) -> None:
    """Bytes that are mostly UTF-8 are damaged UTF-8; reading them as something else would garble the rest."""
    if _SURROGATE.search(raw):
        raise UnreadableArticle("not text: it has lone surrogates", _REMEDY)
    around = raw[max(start - _SAMPLE, 0) : start + _SAMPLE]
    high = sum(map(len, _MULTIBYTE.findall(around)))
    if high > len(around.translate(None, bytes(range(128)))) / 2:
        raise UnreadableArticle(f"not text: invalid UTF-8 at byte {start}", _REMEDY)


def _declared_encoding(raw: bytes) -> str | None:
    found = _DECLARED.search(raw[:4096])
    try:
        return codecs.lookup(found[1].decode("ascii")).name if found else None
    except LookupError:
        return None


def _declared(raw: bytes) -> str:
    encoding = _declared_encoding(raw) or "utf-8"
    return _strictly(raw, {"iso8859-1": "cp1252", "utf-8": "cp1252"}.get(encoding, encoding))


def _legacy(raw: bytes) -> str:
    """One-byte and East Asian encodings from before Unicode, told by what language comes out.

    ASCII letters are enough to tell Polish from French, so Windows-1252 is tried first and then its siblings.
    """
    for encoding in ("cp1252", *_SIBLINGS):
        text = _attempt(raw, encoding)
        if text and _plausible(text) and detect_language(text) in _SIBLINGS.get(encoding, _WESTERN):
            return text
    return _recognised(raw)


def _attempt(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return ""


def _plausible(text: str) -> bool:
    """Whether the letters beyond ASCII are as rare, and the words as whole, as in languages written in Latin script."""
    sample = text[:_SAMPLE]
    letters = sum(map(str.isalpha, sample))
    accented = sum(c > "\x7f" and c.isalpha() for c in sample)
    return accented <= letters * _MOST_ACCENTED and not _STRAY.search(sample)


def _recognised(raw: bytes) -> str:
    """What charset-normalizer makes of it, if that is text in a language."""
    from charset_normalizer import from_bytes

    best = from_bytes(raw[:_SAMPLE]).best()
    text = _attempt(raw, best.encoding) if best else ""
    if detect_language(text, least=_SURE) == UNKNOWN or _STRAY.search(text[:_SAMPLE]):
        raise UnreadableArticle("not text in any encoding that can be told", _REMEDY)
    return text
