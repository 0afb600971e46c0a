-- Who is signed in: the hash of what his browser shows, never itself. Times are nanoseconds since 1970 UTC. `proved` is
-- when he last showed a passkey.
CREATE TABLE session (
    hash bytea PRIMARY KEY CHECK (length(hash) = 32),
    person bytea NOT NULL,
    began bigint NOT NULL,
    seen bigint NOT NULL,
    proved bigint
);

CREATE INDEX session_person ON session (person);

-- What is used once, until it expires: the state of a ceremony of WebAuthn or of signing in at a provider, sealed.
CREATE TABLE ticket (
    hash bytea PRIMARY KEY CHECK (length(hash) = 32),
    kind bytea NOT NULL,
    body bytea NOT NULL,
    until bigint NOT NULL
);

CREATE INDEX ticket_until ON ticket (until);

-- A passkey as it was at its last use, sealed: its counter shows a copy of it.
CREATE TABLE passkey (
    id bytea PRIMARY KEY,
    body bytea NOT NULL,
    used bigint NOT NULL
);

UPDATE meta SET value = '3' WHERE name = 'edition';
