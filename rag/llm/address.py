"""Where an endpoint is and the key to it, looked at before anything is sent."""

from __future__ import annotations

from urllib.parse import urlsplit

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
        shown = ready.rpartition("@")[2].partition("?")[0]  # what else is in it may be secret
        raise SettingsWrong(f"the URL {shown!r} of the {whose} cannot be used", "begin it with http:// or https://")
    return ready


def usable_key(key: str, whose: str) -> str:
    """The key as it can be sent. Raises SettingsWrong."""
    ready = key.strip()
    if not ready.isascii() or not ready.isprintable():
        raise SettingsWrong(f"the {whose}'s key has a character that no key has", "copy it again")
    return ready
