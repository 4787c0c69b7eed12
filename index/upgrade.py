"""The schema, and what it takes to give it to a catalog that an older version made.

Schema 1 had six forms before it was settled (2026-11-21 and 22): each is told by what it lacks, and completed. Nothing is lost by that:
articles, vectors and former texts stay, lexical search is made anew from the terms, and articles that were read by other rules are read
again when their folder is indexed next; until then the days that their passages name are read whenever a question asks for days.
A change of the settled form raises SCHEMA in database.py.
"""

from __future__ import annotations

import re
import sqlite3
from functools import cache
from importlib.resources import files

_NAMED = re.compile(r"CREATE (?:VIRTUAL )?(?:TABLE|INDEX|TRIGGER) (\w+)")


@cache
def schema() -> tuple[str, ...]:
    """The statements of `schema.sql`, one after the other; `executescript` would commit the transaction that it runs in."""
    statements, statement = [], ""
    for line in (files("index") / "schema.sql").read_text(encoding="utf-8").splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            statements.append(statement)
            statement = ""
    return tuple(statements)


def steps(connection: sqlite3.Connection) -> list[str]:
    """The statements that give a catalog the form of `schema.sql`; none where it has it."""
    has = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall())
    later = ("former", "passage_renamed", "article_outlet", "article_language")
    needed = [_made(name) for name in later if name not in has]
    if "reading" not in has.get("article", "reading"):
        needed.append("ALTER TABLE article ADD COLUMN reading TEXT NOT NULL DEFAULT ''")
    if "days" not in has.get("passage", "days"):
        needed.append("ALTER TABLE passage ADD COLUMN days TEXT")
    if "article_sha256" in has:
        needed.append("DROP INDEX article_sha256")
    if "detail = 'column'" in has.get("lexical", ""):
        needed += ["DROP TABLE vocabulary", "DROP TABLE lexical", _made("lexical"), _made("vocabulary")]
        needed.append("INSERT INTO lexical (lexical) VALUES ('rebuild')")
    return needed


def _made(name: str) -> str:
    """The statement that makes something of the schema."""
    return next(s for s in schema() if (m := _NAMED.search(s)) and m[1] == name)


def strangers(connection: sqlite3.Connection) -> list[str]:
    """Triggers and views that are not of our schema: they would act when the catalog is used."""
    ours = {" ".join(s[s.index("CREATE") :].split()).rstrip("; ") for s in schema() if "CREATE TRIGGER" in s}
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE type IN ('trigger', 'view')").fetchall()
    return [name for name, sql in rows if " ".join(sql.split()) not in ours]
