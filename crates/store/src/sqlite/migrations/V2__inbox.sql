-- What each organisation was told, in places of its own from 1: nobody learns from his place how much others are told.
CREATE TABLE inbox (
    organisation TEXT NOT NULL,
    place INTEGER NOT NULL,
    at INTEGER NOT NULL,
    addressee TEXT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (organisation, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX inbox_at ON inbox (at);

-- The last place that was given out, and up to which the organisation says that it has read.
CREATE TABLE mailbox (
    organisation TEXT PRIMARY KEY NOT NULL,
    last INTEGER NOT NULL,
    seen INTEGER NOT NULL DEFAULT 0,
    seen_at INTEGER
) STRICT, WITHOUT ROWID;

UPDATE meta SET value = CAST('2' AS BLOB) WHERE name = 'edition';

-- How far each place that wants notices pushed has come. A push that is under way is hidden until `due`.
CREATE TABLE push (
    organisation TEXT NOT NULL,
    target TEXT NOT NULL,
    place INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0,
    due INTEGER NOT NULL DEFAULT 0,
    why TEXT,
    PRIMARY KEY (organisation, target)
) STRICT, WITHOUT ROWID;
