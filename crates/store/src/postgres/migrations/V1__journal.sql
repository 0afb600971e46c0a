-- Edition 1. Times are nanoseconds since 1970 UTC; hashes and salts are bytes. docs/store.md tells of every table.
--
-- What people and messages name is kept as the bytes of its UTF-8, since a text of PostgreSQL has no zero in it and sorts
-- by the rules of a language: `convert_from(name, 'UTF8')` shows it.
--
-- Numbers of rows are made by whoever writes them, from the number of his batch: so a batch is written in one go. Between
-- event, stream and batch there are no foreign keys: each would lock and look up a row for every event. The log holds
-- them together, and `verify` checks it.

CREATE TABLE meta (
    name text PRIMARY KEY,
    value bytea NOT NULL
);

INSERT INTO meta (name, value) VALUES ('edition', '1');

-- How far the batches have come. Whoever holds this row commits; all others wait for it as their last step.
CREATE TABLE head (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    seq bigint NOT NULL
);

INSERT INTO head (seq) VALUES (0);

CREATE SEQUENCE batch_number AS bigint MAXVALUE 4398046511103;

-- What was written as one. `seq` is dense from 1, by the order in which they were committed; a batch that is here was.
CREATE TABLE batch (
    seq bigint PRIMARY KEY,
    number bigint NOT NULL UNIQUE,
    leaves integer NOT NULL CHECK (leaves >= 0)
);

-- What the last batches wrote to, for nodes that remember it: eight bytes of a hash for each thing.
CREATE TABLE feed (
    seq bigint PRIMARY KEY,
    wrote bytea NOT NULL
);

-- A stream of the journal. `key` is wrapped by the master key; without it the stream is erased.
CREATE TABLE stream (
    id bigint PRIMARY KEY,
    name bytea NOT NULL UNIQUE,
    key bytea,
    erased_at bigint,
    CHECK ((key IS NULL) = (erased_at IS NOT NULL))
);

-- What happened. `segment` is nonce, sealed document and tag; `place` is its place among the leaves of its batch.
CREATE TABLE event (
    stream bigint NOT NULL,
    version bigint NOT NULL,
    batch bigint NOT NULL,
    place integer NOT NULL,
    at bigint NOT NULL,
    type text NOT NULL,
    v integer NOT NULL,
    hash bytea NOT NULL CHECK (length(hash) = 32),
    segment bytea NOT NULL,
    PRIMARY KEY (stream, version),
    UNIQUE (batch, place)
);

-- Sealed bytes cannot be made smaller.
ALTER TABLE event ALTER segment SET STORAGE EXTERNAL;

-- How the indices came to be what they are.
CREATE TABLE index_change (
    batch bigint NOT NULL,
    place integer NOT NULL,
    kind text NOT NULL,
    key bytea NOT NULL,
    value bytea NOT NULL,
    put boolean NOT NULL,
    salt bytea NOT NULL,
    hash bytea NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (batch, place)
);

-- What they are; follows from `index_change`. `place` orders the values of a key: batch and place of the change that put
-- the value there. Keys and values may be longer than a row of an index can be, so that they are found by sixteen bytes of
-- hashes: `entry` is that of kind, key and value, by which one value is found and no plan reads all others of its key.
CREATE TABLE index_entry (
    entry bytea PRIMARY KEY,
    key_hash bytea NOT NULL,
    kind text NOT NULL,
    key bytea NOT NULL,
    value bytea NOT NULL,
    place bigint NOT NULL
);

CREATE INDEX index_entry_place ON index_entry (key_hash, kind, place);

CREATE FUNCTION stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME;
END $$;

CREATE TRIGGER stays BEFORE UPDATE OR DELETE OR TRUNCATE ON batch EXECUTE FUNCTION stays();
CREATE TRIGGER stays BEFORE UPDATE OR DELETE OR TRUNCATE ON event EXECUTE FUNCTION stays();
CREATE TRIGGER stays BEFORE UPDATE OR DELETE OR TRUNCATE ON index_change EXECUTE FUNCTION stays();

-- Who alone may do a thing, until when, and the token by which his writes are known.
CREATE TABLE lease (
    name text PRIMARY KEY,
    holder bytea NOT NULL,
    token bigint NOT NULL,
    until timestamptz NOT NULL
);

-- Where in the log the leaves of a batch begin: the leaf index of an event is this and its place.
CREATE TABLE leaves_of (
    seq bigint PRIMARY KEY,
    first_leaf bigint NOT NULL,
    token bigint NOT NULL
);

CREATE TRIGGER stays BEFORE UPDATE OR DELETE OR TRUNCATE ON leaves_of EXECUTE FUNCTION stays();

-- The log and the tree over it (C2SP tiles). Level 0 has the hashes of the leaves.
CREATE TABLE tile (
    level integer NOT NULL CHECK (level >= 0),
    place bigint NOT NULL,
    hashes bytea NOT NULL,
    PRIMARY KEY (level, place)
);

ALTER TABLE tile ALTER hashes SET STORAGE EXTERNAL;

-- What was signed of it.
CREATE TABLE checkpoint (
    size bigint PRIMARY KEY,
    root bytea NOT NULL,
    at bigint NOT NULL,
    note text NOT NULL
);

-- Messages exactly as they came, each once. Every one has a key of its own, which is kept for each stream that it
-- belongs to, wrapped by the key of that stream.
CREATE TABLE raw (
    id bigint PRIMARY KEY,
    sha256 bytea NOT NULL UNIQUE,
    length bigint NOT NULL,
    segment bytea NOT NULL
);

ALTER TABLE raw ALTER segment SET STORAGE EXTERNAL;

CREATE TABLE raw_of (
    stream bigint NOT NULL,
    raw bigint NOT NULL,
    key bytea NOT NULL,
    PRIMARY KEY (stream, raw)
);

CREATE INDEX raw_of_raw ON raw_of (raw);

-- What was answered to a request that carried a key, until the key expires.
CREATE TABLE idempotency (
    organisation bytea NOT NULL,
    key bytea NOT NULL,
    request bytea NOT NULL,
    reply bytea NOT NULL,
    at bigint NOT NULL,
    expires bigint NOT NULL,
    PRIMARY KEY (organisation, key)
);

CREATE INDEX idempotency_expires ON idempotency (expires);

-- What is to be told to somebody. A letter that is being delivered is hidden until `due`.
CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    addressee bytea NOT NULL,
    body bytea NOT NULL,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'dead')),
    tries integer NOT NULL DEFAULT 0,
    due bigint NOT NULL,
    dead text
);

CREATE INDEX outbox_due ON outbox (due, id) WHERE state = 'waiting';

-- What is to be done later. A job that is being done is hidden until `due`; whoever fails to finish loses it then.
CREATE TABLE job (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    body bytea NOT NULL,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'dead')),
    tries integer NOT NULL DEFAULT 0,
    due bigint NOT NULL,
    dead text
);

CREATE INDEX job_due ON job (kind, due, id) WHERE state = 'waiting';
