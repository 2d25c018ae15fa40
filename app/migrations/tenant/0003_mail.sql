-- Files, mail channels, every message that came in as it came, and every message that goes out.
CREATE TABLE blobs (
    key text PRIMARY KEY,
    size bigint NOT NULL,
    sha256 bytea NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE TABLE mail_channels (
    id uuid PRIMARY KEY,
    address text NOT NULL,
    name text NOT NULL,
    team_id uuid REFERENCES teams ON DELETE SET NULL,
    signature text NOT NULL DEFAULT '',
    is_default boolean NOT NULL DEFAULT false,
    active boolean NOT NULL DEFAULT true,
    dkim_selector text NOT NULL DEFAULT '',
    dkim_key bytea,
    imap_host text NOT NULL DEFAULT '',
    imap_port integer NOT NULL DEFAULT 993,
    imap_security text NOT NULL DEFAULT 'tls' CHECK (imap_security IN ('tls', 'starttls', 'none')),
    imap_user text NOT NULL DEFAULT '',
    imap_password bytea,
    imap_folder text NOT NULL DEFAULT 'INBOX',
    imap_uidvalidity bigint,
    imap_last_uid bigint NOT NULL DEFAULT 0,
    imap_seen_uid bigint NOT NULL DEFAULT 0,
    imap_checked_at timestamptz,
    imap_failures integer NOT NULL DEFAULT 0,
    imap_error text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX mail_channels_by_address ON mail_channels (lower(address));
CREATE UNIQUE INDEX mail_channels_default ON mail_channels (is_default) WHERE is_default;

CREATE TABLE inbound_mails (
    id uuid PRIMARY KEY,
    channel_id uuid REFERENCES mail_channels ON DELETE SET NULL,
    source text NOT NULL CHECK (source IN ('smtp', 'imap')),
    source_key text NOT NULL UNIQUE,
    envelope_from text NOT NULL DEFAULT '',
    envelope_to text NOT NULL DEFAULT '',
    blob_key text NOT NULL REFERENCES blobs,
    size bigint NOT NULL,
    state text NOT NULL DEFAULT 'received' CHECK (state IN ('received', 'done', 'dropped', 'quarantined')),
    class text NOT NULL DEFAULT '',
    reason text NOT NULL DEFAULT '',
    message_id text NOT NULL DEFAULT '',
    sender text NOT NULL DEFAULT '',
    subject text NOT NULL DEFAULT '',
    attempts integer NOT NULL DEFAULT 0,
    released boolean NOT NULL DEFAULT false,
    received_at timestamptz NOT NULL,
    finished_at timestamptz
);
CREATE INDEX inbound_mails_waiting ON inbound_mails (received_at) WHERE state = 'received';
CREATE INDEX inbound_mails_quarantined ON inbound_mails (received_at) WHERE state = 'quarantined';
CREATE INDEX inbound_mails_by_sender ON inbound_mails (sender, received_at);
CREATE INDEX inbound_mails_by_message_id ON inbound_mails (message_id);
CREATE INDEX inbound_mails_by_blob ON inbound_mails (blob_key);

CREATE TABLE outbound_mails (
    id uuid PRIMARY KEY,
    purpose text NOT NULL,
    channel_id uuid REFERENCES mail_channels ON DELETE SET NULL,
    message_id text NOT NULL UNIQUE,
    thread_id uuid,
    sender text NOT NULL,
    recipients text[] NOT NULL,
    subject text NOT NULL,
    blob_key text NOT NULL REFERENCES blobs,
    state text NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'bounced', 'canceled')),
    attempts integer NOT NULL DEFAULT 0,
    reason text NOT NULL DEFAULT '',
    status_code text NOT NULL DEFAULT '',
    results jsonb NOT NULL DEFAULT '{}',
    send_at timestamptz NOT NULL,
    leased_until timestamptz,
    sent_at timestamptz,
    created_at timestamptz NOT NULL
);
CREATE INDEX outbound_mails_waiting ON outbound_mails (send_at) WHERE state IN ('queued', 'sending');
CREATE INDEX outbound_mails_newest ON outbound_mails (created_at DESC, id DESC);
CREATE INDEX outbound_mails_by_blob ON outbound_mails (blob_key);
