-- What each organisation was told, in places of its own from 1: nobody learns from his place how much others are told.
CREATE TABLE inbox (
    organisation bytea NOT NULL,
    place bigint NOT NULL,
    at bigint NOT NULL,
    addressee bytea NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (organisation, place)
);

CREATE INDEX inbox_at ON inbox (at);

-- The last place that was given out, and up to which the organisation says that it has read. Whoever gives out a place
-- holds the row until he commits, so that no place is seen before an earlier one.
CREATE TABLE mailbox (
    organisation bytea PRIMARY KEY,
    last bigint NOT NULL,
    seen bigint NOT NULL DEFAULT 0,
    seen_at bigint
);

UPDATE meta SET value = '2' WHERE name = 'edition';

-- How far each place that wants notices pushed has come. A push that is under way is hidden until `due`.
CREATE TABLE push (
    organisation bytea NOT NULL,
    target bytea NOT NULL,
    place bigint NOT NULL DEFAULT 0,
    tries integer NOT NULL DEFAULT 0,
    due bigint NOT NULL DEFAULT 0,
    why bytea,
    PRIMARY KEY (organisation, target)
);
