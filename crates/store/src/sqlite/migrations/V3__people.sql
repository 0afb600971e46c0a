-- Who is signed in: the hash of what his browser shows, never itself. Times are nanoseconds since 1970 UTC. `proved` is
-- when he last showed a passkey.
CREATE TABLE session (
    hash BLOB PRIMARY KEY NOT NULL CHECK (length(hash) = 32),
    person TEXT NOT NULL,
    began INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    proved INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX session_person ON session (person);

-- What is used once, until it expires: the state of a ceremony of WebAuthn or of signing in at a provider, sealed.
CREATE TABLE ticket (
    hash BLOB PRIMARY KEY NOT NULL CHECK (length(hash) = 32),
    kind TEXT NOT NULL,
    body BLOB NOT NULL,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX ticket_until ON ticket (until);

-- A passkey as it was at its last use, sealed: its counter shows a copy of it.
CREATE TABLE passkey (
    id TEXT PRIMARY KEY NOT NULL,
    body BLOB NOT NULL,
    used INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

UPDATE meta SET value = CAST('3' AS BLOB) WHERE name = 'edition';
