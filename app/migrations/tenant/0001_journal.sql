-- The journal: what happened, sealed in batches, and how far each reader has come.
CREATE TABLE events (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    id uuid NOT NULL UNIQUE,
    at timestamptz NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    record_id uuid,
    actor_kind text NOT NULL CHECK (actor_kind IN ('member', 'token', 'rule', 'system', 'mail')),
    actor_id uuid,
    actor_name text NOT NULL,
    changes jsonb NOT NULL DEFAULT '{}',
    data jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX events_of_record ON events (kind, record_id, seq);
CREATE INDEX events_by_transaction ON events (txid, seq);

CREATE TABLE event_seals (
    number bigint PRIMARY KEY,
    low xid8 NOT NULL,
    high xid8 NOT NULL,
    first_seq bigint,
    last_seq bigint,
    count integer NOT NULL,
    previous bytea NOT NULL,
    hash bytea NOT NULL,
    sealed_at timestamptz NOT NULL
);

CREATE TABLE event_cursors (
    reader text PRIMARY KEY,
    low xid8 NOT NULL DEFAULT '0',
    high xid8 NOT NULL DEFAULT '0',
    after_seq bigint NOT NULL DEFAULT 0,
    failures integer NOT NULL DEFAULT 0,
    last_error text,
    moved_at timestamptz
);

CREATE TABLE event_failures (
    reader text NOT NULL,
    seq bigint NOT NULL,
    record_id uuid,
    error text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (reader, seq)
);
