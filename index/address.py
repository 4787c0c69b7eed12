"""Where an endpoint is and the key to it, looked at before anything is sent."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlsplit

from index.errors import SettingsWrong


def usable_url(url: str, whose: str) -> str:
    """The address without spaces around it and slashes at its end. Raises SettingsWrong."""
    ready = url.strip().rstrip("/")
    try:
        parts = urlsplit(ready)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # half an IPv6 address, a port that is no number
        usable = False
    if not usable:
        shown = ready.rpartition("@")[2].partition("?")[0]  # as `shown_url` does for one that can be read
        raise SettingsWrong(f"the URL {shown!r} of the {whose} cannot be used", "begin it with http:// or https://")
    return ready


def usable_key(key: str, whose: str) -> str:
    """The key as it can be sent. Raises SettingsWrong."""
    ready = key.strip()
    if not ready.isascii() or not ready.isprintable():
        raise SettingsWrong(f"the {whose}'s key has a character that no key has", "copy it again")
    return ready


def shown_url(url: str) -> str:
    """A usable address without what may be secret in it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def user_in(url: str) -> tuple[str, str] | None:
    """The name and the password in an address."""
    parts = urlsplit(url)
    return (unquote(parts.username), unquote(parts.password or "")) if parts.username else None


def query_in(url: str) -> dict[str, str]:
    """The fields behind the question mark of an address."""
    return dict(parse_qsl(urlsplit(url).query))


def secrets_in(key: str, url: str) -> list[str]:
    """What of a key and an address must never be shown, in every form that a message may have it in."""
    parts = urlsplit(url)
    words = [key, parts.query, parts.password or ""]
    return [form for word in words for form in (word, unquote(word)) if form]
