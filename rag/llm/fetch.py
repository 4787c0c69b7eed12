"""Bring a .gguf file here, for those who are online: interrupted, it goes on where it stopped; it is checked before it is used.

Hugging Face says the SHA-256 and the size of a large file in X-Linked-Etag and X-Linked-Size, on the redirect to where it lies
(`get_hf_file_metadata` of huggingface_hub reads them there).
"""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from shutil import disk_usage
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from index.address import secrets_in, shown_url, usable_url
from index.embed.checks import one_line
from index.errors import DiskFull, HomeUnusable, NotFetched, SettingsWrong
from index.home import LANGUAGE_MODELS
from rag.llm.offers import OFFERS, Offer

if TYPE_CHECKING:
    from httpx import Client, Response

_BLOCK = 1 << 20
_SPARE = 100 << 20  # bytes that stay free beside the model
_FILE = re.compile(r"[\w.+-]+\.gguf", re.IGNORECASE)
_PART = re.compile(r"-\d{5}-of-\d{5}\.gguf$", re.IGNORECASE)
_SHA256 = re.compile("[0-9a-f]{64}")

Progress = Callable[[int, int], None]
"""Told how many bytes are here, and of how many; 0 where nobody knows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """A model's file, and how it was checked, for a person."""

    path: Path
    checked: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _There:
    """What a server says of a file. `version` changes when the file does; "" where it says nothing."""

    size: int
    sha256: str
    version: str


def folder_of(home: Path) -> Path:
    """Where the fetched models of a home are."""
    return home / LANGUAGE_MODELS


def file_of(offer: Offer) -> str:
    """The name of an offer's file."""
    return unquote(urlsplit(offer.url).path.rpartition("/")[2])


def offer_for(wanted: str) -> Offer:
    """The offer of that name, or one made of a URL. Raises SettingsWrong for what names no whole .gguf file."""
    if found := next((offer for offer in OFFERS if offer.name == wanted), None):
        return found
    if "/" not in wanted:
        names = ", ".join(offer.name for offer in OFFERS)
        raise SettingsWrong(f"there is no model {wanted!r} to fetch", f"use one of {names}, or the URL of a .gguf file")
    offer = Offer(
        name=wanted, url=usable_url(wanted, "file").replace("/blob/", "/resolve/", 1)
    )  # as a browser shows it
    if not _FILE.fullmatch(file_of(offer)):
        raise SettingsWrong(f"{shown_url(offer.url)} does not name a .gguf file", "use the URL of one")
    if _PART.search(file_of(offer)):
        raise SettingsWrong(f"{file_of(offer)} is a part of a model", "choose one that is in a single file")
    return offer


def fetch(offer: Offer, folder: Path, progress: Progress = lambda done, total: None) -> Fetched:
    """The offer's file in `folder`, brought there unless it is there already. Raises NotFetched, DiskFull, HomeUnusable."""
    target = folder / file_of(offer)
    if target.exists():
        return Fetched(path=target, checked="a file of that name was here already")
    with _named(offer, folder):
        folder.mkdir(parents=True, exist_ok=True)
        with _client() as client:
            there = _looked_at(client, offer)
            part = _part(target, there)
            _make_sure_of_room(folder, there.size - _size(part))
            found = _brought(client, offer, there, part, progress)
        checked = _checked(offer, there, part, found)
        part.replace(target)
    return Fetched(path=target, checked=checked)


def _client() -> Client:
    from httpx import Client, Timeout

    return Client(follow_redirects=True, timeout=Timeout(30, connect=10), headers={"Accept-Encoding": "identity"})


def _looked_at(client: Client, offer: Offer) -> _There:
    """What the server says of the file, and whether it begins as it should, before anything of it is stored."""
    with client.stream("GET", offer.url) as response:
        _refuse(response, offer)
        if next(response.iter_raw(4), b"") != b"GGUF":
            raise NotFetched(f"{shown_url(offer.url)} is not a GGUF file", "use the URL of the file itself")
        said, every = response.headers, [each.headers for each in (*response.history, response)]
    linked: Mapping[str, str] = next((headers for headers in every if "x-linked-etag" in headers), {})
    tag = linked.get("x-linked-etag", "").strip('W/"').lower()
    told = tag if _SHA256.fullmatch(tag) else ""
    if told and offer.sha256 not in ("", told):
        remedy = "fetch another, or this one by its URL"
        raise NotFetched(f"the file at {shown_url(offer.url)} is no longer the one that was listed", remedy)
    sizes = (linked.get("x-linked-size", ""), said.get("content-length", ""))
    size = next((int(number) for number in sizes if number.isdecimal()), 0)
    version = offer.sha256 or told or said.get("etag") or said.get("last-modified") or ""
    return _There(size=size or offer.size, sha256=offer.sha256 or told, version=version)


def _part(target: Path, there: _There) -> Path:
    """What is here of this version of the file; what there is of others is removed."""
    name = f"{target.name}.{sha256(there.version.encode()).hexdigest()[:12]}.part"
    for other in target.parent.glob(f"{target.name}.*.part"):
        if other.name != name or not there.version:
            other.unlink()
    return target.parent / name


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _make_sure_of_room(folder: Path, missing: int) -> None:
    free = disk_usage(folder).free
    if missing + _SPARE > free:
        what = f"the model needs {in_words(missing)} more in {folder}, and {in_words(free)} are free"
        raise DiskFull(what, "free some, or choose another --home")


def _brought(client: Client, offer: Offer, there: _There, part: Path, progress: Progress) -> str:
    """The file's SHA-256, when all of it is here."""
    have = _size(part)
    if have and have == there.size:
        return _digest(part).hexdigest()  # type: ignore[no-any-return]
    with client.stream("GET", offer.url, headers={"Range": f"bytes={have}-"} if have else {}) as response:
        _refuse(response, offer)
        goes_on = response.headers.get("content-range", "").startswith(f"bytes {have}-")
        digest = _digest(part) if goes_on else sha256()
        with part.open("ab" if goes_on else "wb") as file:
            for block in response.iter_raw(_BLOCK):
                file.write(block)
                digest.update(block)
                progress(file.tell(), there.size)
    return digest.hexdigest()


def _digest(part: Path) -> Any:
    digest = sha256()
    with part.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest


def _checked(offer: Offer, there: _There, part: Path, found: str) -> str:
    """How the file was found right. Raises NotFetched, and removes it, when it is wrong."""
    if there.size and _size(part) < there.size:
        raise NotFetched(f"{in_words(_size(part))} of {in_words(there.size)} came", "run the same command again")
    if found != (there.sha256 or found) or _size(part) != (there.size or _size(part)):
        part.unlink()
        remedy = "run the same command again, or fetch another"
        raise NotFetched(f"what came from {shown_url(offer.url)} is not what it should be (SHA-256 {found})", remedy)
    if offer.sha256:
        return "its SHA-256 is the one that Sourceline knows"
    host = urlsplit(offer.url).hostname
    if there.sha256:
        return f"its SHA-256 is the one that {host} says"
    return f"{host} says no SHA-256, so only its size was checked" if there.size else "nothing of it could be checked"


def _refuse(response: Response, offer: Offer) -> None:
    """Raises NotFetched for an answer without the file."""
    where, status = shown_url(offer.url), response.status_code
    if status in (401, 403):
        remedy = "fetch it with a browser, and set SOURCELINE_LLM to where it lies"
        raise NotFetched(f"{where} is not for everybody ({status})", remedy)
    if status in (404, 410):
        raise NotFetched(f"there is no {where} ({status})", "check the URL")
    if status not in (200, 206):
        raise NotFetched(f"{where} answered {status}", "run the same command again later")


@contextmanager
def _named(offer: Offer, folder: Path) -> Iterator[None]:
    """Failures of the network and of the disk by our names."""
    from httpx import ConnectError, HTTPError

    where, secrets = shown_url(offer.url), secrets_in("", offer.url)
    try:
        yield
    except ConnectError as error:
        remedy = "are you online? A .gguf file from elsewhere does, too: set SOURCELINE_LLM to its path"
        raise NotFetched(f"{where} cannot be reached ({one_line(error, secrets)})", remedy) from None
    except HTTPError as error:
        said = one_line(error, secrets) or type(error).__name__
        remedy = "run the same command again: it goes on where it stopped"
        raise NotFetched(f"the connection to {where} broke ({said})", remedy) from None
    except OSError as error:
        if error.errno == errno.ENOSPC:
            remedy = "free some and run the same command again: it goes on where it stopped"
            raise DiskFull(f"no space is left in {folder}", remedy) from None
        raise HomeUnusable(f"{folder} cannot be written ({error.strerror})", "choose another --home") from None


def in_words(size: int) -> str:
    """A number of bytes for a person."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"
