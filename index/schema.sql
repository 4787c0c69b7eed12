-- The catalog: the truth that everything else (Chroma, the exact matrix) can be rebuilt from.
-- Offsets are code points of article.text. A migration adds a file and raises SCHEMA in database.py.

CREATE TABLE setting (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- A folder that was indexed. An article's id is `prefix` and its path below the folder.
CREATE TABLE root (
    number INTEGER PRIMARY KEY,
    path   TEXT NOT NULL UNIQUE,
    prefix TEXT NOT NULL UNIQUE
);

CREATE TABLE article (
    number   INTEGER PRIMARY KEY,
    id       TEXT NOT NULL UNIQUE,
    root     INTEGER NOT NULL REFERENCES root (number),
    path     TEXT NOT NULL,                      -- below the root, as the file system spells it
    size     INTEGER NOT NULL,                   -- bytes, and
    mtime_ns INTEGER NOT NULL,                   -- nanoseconds: both unchanged means not read again
    reading  TEXT NOT NULL,                      -- the rules it was read by
    sha256   TEXT NOT NULL,
    format   TEXT NOT NULL,
    title    TEXT,
    date     TEXT,                               -- ISO 8601
    outlet   TEXT,
    author   TEXT,
    language TEXT NOT NULL,
    text     TEXT NOT NULL,
    marks    TEXT NOT NULL,                      -- JSON: [[start, end, kind], ...]
    places   TEXT NOT NULL,                      -- JSON: [[start, end, kind, number], ...]
    warnings TEXT NOT NULL                       -- JSON: [text, ...]
);
CREATE INDEX article_date ON article (date);
CREATE INDEX article_outlet ON article (outlet);     -- a filter would read the whole table: its rows have the texts in them
CREATE INDEX article_language ON article (language);

CREATE TABLE passage (
    number      INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,            -- hash of article id, span and text: the same in every build
    article     INTEGER NOT NULL REFERENCES article (number) ON DELETE CASCADE,
    start       INTEGER NOT NULL,
    end         INTEGER NOT NULL,
    language    TEXT NOT NULL,
    text_hash   BLOB NOT NULL,                   -- sha256 of the text that is embedded
    title_terms TEXT NOT NULL,                   -- what lexical search sees, space-separated
    body_terms  TEXT NOT NULL,
    days        TEXT                             -- that it names, JSON: [[since, until], ...] in ISO 8601; NULL: not read yet
);
CREATE INDEX passage_article ON passage (article);
CREATE INDEX passage_text_hash ON passage (text_hash);

CREATE TABLE sentence (
    passage INTEGER NOT NULL REFERENCES passage (number) ON DELETE CASCADE,
    number  INTEGER NOT NULL,                    -- within the article, from 0
    start   INTEGER NOT NULL,
    end     INTEGER NOT NULL,
    PRIMARY KEY (passage, number)
) WITHOUT ROWID;

-- Every vector ever computed, by model and text: nothing is embedded twice.
CREATE TABLE vector (
    model     TEXT NOT NULL,
    text_hash BLOB NOT NULL,
    vector    BLOB NOT NULL,                     -- float32, L2-normalised
    PRIMARY KEY (model, text_hash)
);

-- What an article said before its file was changed, so that citations of that version can still be followed.
CREATE TABLE former (
    article_id TEXT NOT NULL,
    md5        TEXT NOT NULL,                    -- of the text in UTF-8, as in the citation's URI
    text       TEXT NOT NULL,
    PRIMARY KEY (article_id, md5)
);

-- Passages that Chroma has not yet been told about: upsert those the catalog has, delete those it has not.
CREATE TABLE outbox (
    sequence   INTEGER PRIMARY KEY AUTOINCREMENT,
    passage_id TEXT NOT NULL
);

-- Our own terms; the ascii tokenizer leaves every other character alone.
CREATE VIRTUAL TABLE lexical USING fts5 (
    title_terms, body_terms, content = 'passage', content_rowid = 'number', tokenize = 'ascii', detail = 'full'
);
CREATE VIRTUAL TABLE vocabulary USING fts5vocab (lexical, 'row');

CREATE TRIGGER passage_added AFTER INSERT ON passage BEGIN
    INSERT INTO lexical (rowid, title_terms, body_terms) VALUES (new.number, new.title_terms, new.body_terms);
    INSERT INTO outbox (passage_id) VALUES (new.id);
END;
CREATE TRIGGER passage_removed AFTER DELETE ON passage BEGIN
    INSERT INTO lexical (lexical, rowid, title_terms, body_terms)
        VALUES ('delete', old.number, old.title_terms, old.body_terms);
    INSERT INTO outbox (passage_id) VALUES (old.id);
END;
CREATE TRIGGER passage_renamed AFTER UPDATE OF id ON passage BEGIN
    INSERT INTO outbox (passage_id) VALUES (new.id), (old.id);
END;
