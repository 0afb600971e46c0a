-- Edition 1. Times are nanoseconds since 1970 UTC; hashes and salts are bytes. docs/store.md tells of every table.

CREATE TABLE meta (
    name TEXT PRIMARY KEY NOT NULL,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO meta (name, value) VALUES ('edition', CAST('1' AS BLOB)), ('batch', zeroblob(16));

-- A stream of the journal. `key` is wrapped by the master key; without it the stream is erased.
CREATE TABLE stream (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL,
    key BLOB,
    erased_at INTEGER,
    CHECK ((key IS NULL) = (erased_at IS NOT NULL))
) STRICT;

-- The log, by the order in which things were written. Dense from 0.
CREATE TABLE leaf (
    leaf_index INTEGER PRIMARY KEY,
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

-- What happened. `segment` is nonce, sealed document and tag.
CREATE TABLE event (
    leaf_index INTEGER PRIMARY KEY REFERENCES leaf (leaf_index),
    stream INTEGER NOT NULL REFERENCES stream (id),
    version INTEGER NOT NULL,
    at INTEGER NOT NULL,
    type TEXT NOT NULL,
    v INTEGER NOT NULL,
    segment BLOB NOT NULL,
    UNIQUE (stream, version)
) STRICT;

-- How the indices came to be what they are.
CREATE TABLE index_change (
    leaf_index INTEGER PRIMARY KEY REFERENCES leaf (leaf_index),
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    put INTEGER NOT NULL CHECK (put IN (0, 1)),
    salt BLOB NOT NULL
) STRICT;

-- What they are; follows from `index_change`. `place` is the leaf that put the value there.
CREATE TABLE index_entry (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    place INTEGER NOT NULL,
    PRIMARY KEY (kind, key, value)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER leaf_stays BEFORE UPDATE ON leaf BEGIN SELECT RAISE(ABORT, 'the log is never changed'); END;
CREATE TRIGGER leaf_remains BEFORE DELETE ON leaf BEGIN SELECT RAISE(ABORT, 'the log is never cut'); END;
CREATE TRIGGER event_stays BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
CREATE TRIGGER event_remains BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;
CREATE TRIGGER change_stays BEFORE UPDATE ON index_change
    BEGIN SELECT RAISE(ABORT, 'changes of indices are never changed'); END;
CREATE TRIGGER change_remains BEFORE DELETE ON index_change
    BEGIN SELECT RAISE(ABORT, 'changes of indices are never deleted'); END;

-- The tree over the log, above its leaves (C2SP tiles); follows from `leaf`.
CREATE TABLE tile (
    level INTEGER NOT NULL CHECK (level > 0),
    place INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (level, place)
) STRICT, WITHOUT ROWID;

-- What was signed of it.
CREATE TABLE checkpoint (
    size INTEGER PRIMARY KEY,
    root BLOB NOT NULL,
    at INTEGER NOT NULL,
    note TEXT NOT NULL
) STRICT;

-- Messages exactly as they came, each once. Every one has a key of its own, which is kept for each stream that it
-- belongs to, wrapped by the key of that stream.
CREATE TABLE raw (
    id INTEGER PRIMARY KEY,
    sha256 BLOB NOT NULL UNIQUE,
    length INTEGER NOT NULL,
    segment BLOB NOT NULL
) STRICT;

CREATE TABLE raw_of (
    stream INTEGER NOT NULL REFERENCES stream (id),
    raw INTEGER NOT NULL REFERENCES raw (id),
    key BLOB NOT NULL,
    PRIMARY KEY (stream, raw)
) STRICT, WITHOUT ROWID;

CREATE INDEX raw_of_raw ON raw_of (raw);

-- What was answered to a request that carried a key, until the key expires.
CREATE TABLE idempotency (
    organisation TEXT NOT NULL,
    key TEXT NOT NULL,
    request BLOB NOT NULL,
    reply BLOB NOT NULL,
    at INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    PRIMARY KEY (organisation, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_expires ON idempotency (expires);

-- What is to be told to somebody.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    addressee TEXT NOT NULL,
    body BLOB NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'dead')),
    tries INTEGER NOT NULL DEFAULT 0,
    due INTEGER NOT NULL,
    dead TEXT
) STRICT;

CREATE INDEX outbox_due ON outbox (due) WHERE state = 'waiting';

-- What is to be done later. A job that is being done is hidden until `due`; whoever fails to finish loses it then.
CREATE TABLE job (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    body BLOB NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'dead')),
    tries INTEGER NOT NULL DEFAULT 0,
    due INTEGER NOT NULL,
    dead TEXT
) STRICT;

CREATE INDEX job_due ON job (kind, due) WHERE state = 'waiting';
