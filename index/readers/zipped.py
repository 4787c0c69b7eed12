"""DOCX and EPUB are zip archives: what is allowed to come out of one."""

from __future__ import annotations

import io
import zipfile

from index.errors import UnreadableArticle

MAX_MEMBERS = 10_000
MAX_UNPACKED_BYTES = 256_000_000
MAX_RATIO = 200
"""Unpacked to packed, of one member. XML of real documents packs 5 to 30 times; a bomb a thousand times."""
_SMALL = 1_000_000
"""Bytes: below this, no ratio matters."""


def open_zip(raw: bytes) -> zipfile.ZipFile:
    """The archive, if what it says of its contents is within bounds; `zipfile` reads no more than that from it.

    Raises `UnreadableArticle` for a damaged archive and for a bomb.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UnreadableArticle(f"damaged: {error}", "open it in its program and save it again") from error
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise _bomb(f"{len(members):,} parts, the limit is {MAX_MEMBERS:,}")
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED_BYTES:
        raise _bomb(f"{unpacked / 1e6:,.0f} MB unpacked, the limit is {MAX_UNPACKED_BYTES / 1e6:,.0f} MB")
    for member in members:
        if member.file_size > max(_SMALL, MAX_RATIO * member.compress_size):
            raise _bomb(f"a part that unpacks to {member.file_size / max(member.compress_size, 1):,.0f} times its size")
    return archive


def _bomb(what: str) -> UnreadableArticle:
    return UnreadableArticle(f"too large when unpacked: {what}", "save its text alone")
