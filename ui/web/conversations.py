"""Conversations, kept on disk in the home: who asked what, and the answer in its JSON form."""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.database import translated
from index.home import CONVERSATIONS

MOST_TURNS = 1_000  # of one conversation
_SHOWN = 200  # conversations in a list
_SCHEMA = """
CREATE TABLE IF NOT EXISTS conversation (
    id TEXT PRIMARY KEY, visitor TEXT NOT NULL, title TEXT NOT NULL, changed REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS conversation_visitor ON conversation (visitor, changed);
CREATE TABLE IF NOT EXISTS turn (
    conversation TEXT NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    number INTEGER NOT NULL, asked TEXT NOT NULL, answer TEXT NOT NULL, words TEXT NOT NULL,
    PRIMARY KEY (conversation, number)
) WITHOUT ROWID;
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A turn of a conversation: what was asked with which filters, and the answer as `ask --json` prints it."""

    number: int
    asked: Mapping[str, Any]
    answer: Mapping[str, Any]


class Conversations:
    """The conversations of one home, each of one visitor: nobody else's can be read, changed or guessed. Thread-safe."""

    def __init__(self, home: Path) -> None:
        self._home, self._path = home, home / CONVERSATIONS

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """One transaction. Raises HomeReadOnly, DiskFull, HomeUnusable."""
        with translated(self._home):
            self._home.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._path, timeout=10)) as connection, connection:
                connection.row_factory = sqlite3.Row
                connection.execute("PRAGMA foreign_keys = ON")
                connection.executescript(_SCHEMA)
                yield connection

    def listed(self, visitor: str, words: str = "") -> list[tuple[str, str]]:
        """Id and title of the visitor's conversations, newest first; those in which `words` occur."""
        sign = "%" + words.casefold().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        sql = (
            "SELECT id, title FROM conversation WHERE visitor = ? AND (? = '' OR EXISTS"
            " (SELECT 1 FROM turn WHERE conversation = id AND words LIKE ? ESCAPE '\\'))"
            f" ORDER BY changed DESC LIMIT {_SHOWN}"
        )
        with self._open() as run:
            return [(r["id"], r["title"]) for r in run.execute(sql, (visitor, words, sign))]

    def turns(
        self, visitor: str, conversation: str, *, before: int = MOST_TURNS + 1, most: int = MOST_TURNS
    ) -> list[Kept]:
        """The `most` turns before number `before`, oldest first; none of a conversation that is not the visitor's."""
        sql = (
            "SELECT number, asked, answer FROM turn JOIN conversation ON id = conversation"
            " WHERE id = ? AND visitor = ? AND number < ? ORDER BY number DESC LIMIT ?"
        )
        with self._open() as run:
            rows = run.execute(sql, (conversation, visitor, before, most)).fetchall()[::-1]
        return [Kept(number=r["number"], asked=json.loads(r["asked"]), answer=json.loads(r["answer"])) for r in rows]

    def add(
        self, visitor: str, conversation: str, number: int, asked: Mapping[str, Any], answer: Mapping[str, Any]
    ) -> tuple[str, int]:
        """Keep a turn in place of all from `number` on, in a new conversation where there is none; returns its id and the number."""
        found = f"{answer['question']} {answer['answer']}".casefold()
        with self._open() as run:
            owned = run.execute(
                "SELECT 1 FROM conversation WHERE id = ? AND visitor = ?", (conversation, visitor)
            ).fetchone()
            kept = conversation if owned else secrets.token_urlsafe(12)
            sql = (
                "INSERT INTO conversation VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET changed = excluded.changed"
            )
            run.execute(sql, (kept, visitor, answer["question"][:120], time.time()))
            last = run.execute("SELECT coalesce(max(number), -1) FROM turn WHERE conversation = ?", (kept,)).fetchone()[
                0
            ]
            place = min(number, last + 1, MOST_TURNS)
            run.execute("DELETE FROM turn WHERE conversation = ? AND number >= ?", (kept, place))
            values = (kept, place, json.dumps(asked), json.dumps(answer), found)
            run.execute("INSERT INTO turn VALUES (?, ?, ?, ?, ?)", values)
        return kept, place

    def judge(self, visitor: str, conversation: str, number: int, verdict: str) -> None:
        """Keep what the reader said of a turn with what was asked."""
        sql = (
            "UPDATE turn SET asked = json_set(asked, '$.verdict', ?) WHERE conversation = ? AND number = ?"
            " AND EXISTS (SELECT 1 FROM conversation WHERE id = turn.conversation AND visitor = ?)"
        )
        with self._open() as run:
            run.execute(sql, (verdict, conversation, number, visitor))

    def rename(self, visitor: str, conversation: str, title: str) -> None:
        """Give a conversation another title."""
        with self._open() as run:
            run.execute(
                "UPDATE conversation SET title = ? WHERE id = ? AND visitor = ?", (title[:120], conversation, visitor)
            )

    def remove(self, visitor: str, conversation: str) -> None:
        """Forget a conversation."""
        with self._open() as run:
            run.execute("DELETE FROM conversation WHERE id = ? AND visitor = ?", (conversation, visitor))
