"""NTREX-128 (Federmann et al. 2022): news in English and German, line by line; made into a search across languages."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from evals.cases import Case
from evals.sets.articles import Articles, file_of_id
from evals.sets.source import read_text
from evals.sets.types import Converted, Set, SetWrong, case_of, converted
from index.types import Filters

_IDS = "DOCUMENT_IDS.tsv"
_TEXTS = {"en": "newstest2019-src.eng.txt", "de": "newstest2019-ref.deu.txt"}
_ASKED = 2
"""Lines of each document that are asked for, in each direction."""

_Document = dict[str, list[str]]
"""The lines in each language; those with the same number say the same."""


def read_ntrex(source: Path) -> Converted:
    """The question is a line in one language, the evidence the same line in the other, among that language's articles.

    Asked are the longest lines below the headline: the more a line says, the less another article says the same.
    """
    articles, made = Articles(), []
    for name, document in _documents(source):
        files = {lang: articles.put(f"{lang}/{file_of_id(name)}", "\n".join(lines)) for lang, lines in document.items()}
        english = document["en"]
        longest = sorted(range(1, len(english)), key=lambda number: -len(english[number]))[:_ASKED]
        for number in sorted(longest):
            for asked, told in (("en", "de"), ("de", "en")):
                made.append(_case(f"{name}-{number}-{asked}-{told}", document, number, files[told], articles))
    return converted(made, articles.texts)


def _documents(source: Path) -> list[tuple[str, _Document]]:
    ids = read_text(source / _IDS).splitlines()
    texts = {language: read_text(source / name).removesuffix("\n").split("\n") for language, name in _TEXTS.items()}
    for language, lines in texts.items():
        if len(lines) != len(ids):
            raise SetWrong(f"{source / _TEXTS[language]} has {len(lines)} lines, {_IDS} has {len(ids)}")
    documents: list[tuple[str, _Document]] = []
    for name, numbers in groupby(range(len(ids)), key=ids.__getitem__):
        kept = list(numbers)
        documents.append((name, {lang: [lines[number].strip() for number in kept] for lang, lines in texts.items()}))
    return documents


def _case(name: str, document: _Document, number: int, file: str, articles: Articles) -> Case | str:
    told = file.partition("/")[0]
    asked = "de" if told == "en" else "en"
    start = len("".join(f"{line}\n" for line in document[told][:number]))
    evidence = articles.evidence(file, document[told][number], start)
    if evidence is None or not document[asked][number]:
        return f"{name}: the line is empty"
    return case_of(
        id=name,
        question=document[asked][number],
        answerable=True,
        q_lang=asked,
        doc_lang=told,
        type="known_item",
        evidence=(evidence,),
        filters=Filters(files=(told,)),
    )


def _fits(source: Path) -> bool:
    return (source / _IDS).is_file()


NTREX = Set(
    name="ntrex",
    about="a sentence of a news article in one language, to be found in its translation (NTREX-128, English and German)",
    holds=f"a folder with {_IDS}, {' and '.join(_TEXTS.values())}",
    licence="CC BY-SA 4.0",
    read=read_ntrex,
    fits=_fits,
)
