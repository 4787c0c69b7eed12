"""Escaped text: everything of an article, a question or an answer is written into the page through here."""

from __future__ import annotations

from html import escape

from index.shown import one_line, shown


def text(value: object) -> str:
    """A value as HTML text on one line: nothing in it is markup, nothing steers the page."""
    return escape(one_line(str(value)))


def isolated(value: object) -> str:
    """A value whose direction is its own: a name in Arabic would take what stands after it with it."""
    return element("bdi", text(value))


def block(value: str) -> str:
    """A text whose line ends and spaces are kept, as HTML text."""
    return escape(shown(value.replace("\r\n", "\n").replace("\r", "\n")))


def attributes(**values: object) -> str:
    """` data-n="1" lang="de"`: names with _ for -, values escaped; None or False leaves an attribute out, True has no value.

    What a person may see (a title, a label) is on one line, as `text` has it. `data-…` is for the script, to the last character.
    """
    there = {k.rstrip("_").replace("_", "-"): v for k, v in values.items() if v is not None and v is not False}
    return "".join(f" {name}" if value is True else f' {name}="{_value(name, value)}"' for name, value in there.items())


def _value(name: str, value: object) -> str:
    return escape(str(value)) if name.startswith("data-") else text(value)


def element(name: str, content: str = "", /, **values: object) -> str:
    """An element around HTML that is already escaped."""
    return f"<{name}{attributes(**values)}>{content}</{name}>"


def button(content: str, /, **values: object) -> str:
    """A button that does nothing by itself."""
    return element("button", content, **{"type": "button", **values})


def icon(name: str) -> str:
    """A drawing that page.css has: fonts without pictures are many."""
    return element("span", class_=f"icon {name}", aria_hidden="true")
