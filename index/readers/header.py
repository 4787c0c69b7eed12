"""Header lines (`Date: …`, `Quelle: …`, `Автор: …`) and YAML front matter."""

from __future__ import annotations

import re

from index.boilerplate import reads_as_sentence
from index.readers.dates import parse_date
from index.types import Span

_KEYS = {
    "title": "title headline titel überschrift titre título titulo titular заголовок titolo tytuł 标题",
    "date": "date datum fecha дата published veröffentlicht publié publicado опубликовано data 日期 التاريخ",
    "outlet": "source outlet publisher publication site quelle medium herausgeber journal éditeur fuente medio "
    "источник издание fonte bron źródło 来源 المصدر",
    "author": "author authors by byline autor autorin autoren auteur auteurs autora автор авторы autore auteur autorzy "
    "作者 الكاتب بقلم",
    "language": "language lang sprache langue idioma язык lingua taal język 语言",
    "": "url link category categories section tags keywords kategorie rubrik schlagworte ressort catégorie rubrique "
    "mots-clés categoría sección etiquetas категория рубрика раздел теги ссылка updated aktualisiert location ort id",
}
_FIELD_OF = {key: name for name, keys in _KEYS.items() for key in keys.split()}
_PLAINLY_DATES = frozenset({"date", "datum", "fecha", "дата"})
_HEADER = re.compile(r"[*_>\-\s]*([^\W\d_][\w-]{1,14})[*_]*\s*[:：][*_\s]*(\S.*?)[*_\s]*")
_FRONT_MATTER = re.compile(r"\s*---[ \t]*\r?\n(.{0,8000}?)(?<=\n)(?:---|\.\.\.)[ \t]*(?:\r?\n|$)", re.DOTALL)
_LONGEST = 300
_LONGEST_DATE = 40


def header_fields(line: str) -> dict[str, str] | None:
    """`{"date": "2024-03-01"}` for a header line, `{}` for one that holds nothing of ours (`Tags: …`), else None."""
    match = _HEADER.fullmatch(line) if len(line) <= _LONGEST else None
    field = _FIELD_OF.get(match[1].casefold()) if match else None
    if match is None or field is None or not _fits(field, match[1].casefold(), match[2]):
        return None
    return {field: match[2].strip("\"' ")} if field else {}


def front_matter(text: str) -> tuple[Span, dict[str, str]] | None:
    """The block between `---` lines at the very beginning, and its fields; None where there is none."""
    match = _FRONT_MATTER.match(text)
    if match is None:
        return None
    raw = _yaml(match[1]) or _pairs(match[1])
    named = ((_FIELD_OF.get(str(key).strip().casefold()), _flat(value)) for key, value in raw.items())
    end = match.start() + len(match[0].rstrip())
    return Span(start=match.start(), end=end), {field: value for field, value in named if field and value}


def _fits(field: str, key: str, value: str) -> bool:
    """Whether the value is of its field's kind; `Data: the new oil` is a headline, not a date."""
    if field == "date":
        return bool(parse_date(value)) or (key in _PLAINLY_DATES and len(value) <= _LONGEST_DATE)
    if field == "language":
        return len(value.split()) == 1
    return field == "title" or "://" in value or not reads_as_sentence(value)


def _yaml(block: str) -> dict[object, object] | None:
    import yaml

    try:
        raw = yaml.load(block, Loader=yaml.BaseLoader)  # noqa: S506  (BaseLoader makes strings, lists and mappings only)
    except (yaml.YAMLError, RecursionError, ValueError, OverflowError):  # the last two: an escape beyond Unicode
        return None
    return raw if isinstance(raw, dict) else None


def _pairs(block: str) -> dict[object, object]:
    """`title: Iran: a pact` is not YAML, but everybody writes it."""
    return {key: value for key, colon, value in (line.partition(":") for line in block.splitlines()) if colon}


def _flat(value: object) -> str:
    """A string, or a list of strings joined by commas; anything deeper says nothing."""
    if isinstance(value, list):
        return ", ".join(item for item in value if isinstance(item, str))
    return " ".join(value.split()).strip("\"' ") if isinstance(value, str) else ""
