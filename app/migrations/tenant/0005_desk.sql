-- The service desk: tickets, their messages, tags and drafts.
CREATE TABLE tickets (
    id uuid PRIMARY KEY,
    number bigint NOT NULL UNIQUE,
    subject text NOT NULL,
    status text NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'open', 'waiting', 'solved', 'closed')),
    priority text NOT NULL DEFAULT 'normal' CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
    contact_id uuid REFERENCES contacts ON DELETE SET NULL,
    account_id uuid REFERENCES accounts ON DELETE SET NULL,
    assignee_id uuid REFERENCES members ON DELETE SET NULL,
    team_id uuid REFERENCES teams ON DELETE SET NULL,
    channel_id uuid REFERENCES mail_channels ON DELETE SET NULL,
    snippet text NOT NULL DEFAULT '',
    has_files boolean NOT NULL DEFAULT false,
    message_count integer NOT NULL DEFAULT 0,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    customer_wrote_at timestamptz,
    answered_at timestamptz,
    solved_at timestamptz,
    closed_at timestamptz
);
CREATE INDEX tickets_newest ON tickets (created_at DESC, id DESC);
CREATE INDEX tickets_by_status_newest ON tickets (status, created_at DESC, id DESC);
CREATE INDEX tickets_by_status_touched ON tickets (status, updated_at DESC, id DESC);
CREATE INDEX tickets_touched ON tickets (updated_at DESC, id DESC);
CREATE INDEX tickets_by_assignee ON tickets (assignee_id, updated_at DESC, id DESC);
CREATE INDEX tickets_by_team ON tickets (team_id, updated_at DESC, id DESC);
CREATE INDEX tickets_by_contact ON tickets (contact_id, updated_at DESC);
CREATE INDEX tickets_by_account ON tickets (account_id, updated_at DESC);

CREATE TABLE ticket_numbers (
    only boolean PRIMARY KEY DEFAULT true CHECK (only),
    last bigint NOT NULL
);
INSERT INTO ticket_numbers (last) VALUES (1000);

CREATE TABLE tags (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    tone smallint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX tags_by_name ON tags (lower(name));

CREATE TABLE ticket_tags (
    ticket_id uuid NOT NULL REFERENCES tickets ON DELETE CASCADE,
    tag_id uuid NOT NULL REFERENCES tags ON DELETE CASCADE,
    PRIMARY KEY (ticket_id, tag_id)
);
CREATE INDEX ticket_tags_by_tag ON ticket_tags (tag_id);

CREATE TABLE messages (
    id uuid PRIMARY KEY,
    ticket_id uuid NOT NULL REFERENCES tickets ON DELETE CASCADE,
    direction text NOT NULL CHECK (direction IN ('inbound', 'outbound', 'note')),
    class text NOT NULL DEFAULT 'message' CHECK (class IN ('message', 'auto_reply', 'bounce', 'complaint')),
    member_id uuid REFERENCES members ON DELETE SET NULL,
    contact_id uuid REFERENCES contacts ON DELETE SET NULL,
    author_name text NOT NULL DEFAULT '',
    author_address text NOT NULL DEFAULT '',
    to_addresses text[] NOT NULL DEFAULT '{}',
    cc_addresses text[] NOT NULL DEFAULT '{}',
    subject text NOT NULL DEFAULT '',
    message_id text NOT NULL DEFAULT '',
    in_reply_to text NOT NULL DEFAULT '',
    reference_ids text[] NOT NULL DEFAULT '{}',
    text text NOT NULL DEFAULT '',
    reply text NOT NULL DEFAULT '',
    quoted text NOT NULL DEFAULT '',
    signature text NOT NULL DEFAULT '',
    html text NOT NULL DEFAULT '',
    inbound_id uuid REFERENCES inbound_mails ON DELETE SET NULL,
    outbound_id uuid REFERENCES outbound_mails ON DELETE SET NULL,
    failed_message_id uuid REFERENCES messages ON DELETE SET NULL,
    bounce jsonb,
    created_at timestamptz NOT NULL
);
CREATE INDEX messages_of_ticket ON messages (ticket_id, created_at, id);
CREATE INDEX messages_by_message_id ON messages (message_id) WHERE message_id <> '';
CREATE UNIQUE INDEX messages_by_inbound ON messages (inbound_id) WHERE inbound_id IS NOT NULL;
CREATE INDEX messages_by_outbound ON messages (outbound_id) WHERE outbound_id IS NOT NULL;

CREATE TABLE attachments (
    id uuid PRIMARY KEY,
    message_id uuid REFERENCES messages ON DELETE CASCADE,
    draft_id uuid,
    blob_key text NOT NULL REFERENCES blobs,
    name text NOT NULL,
    type text NOT NULL,
    size bigint NOT NULL,
    sha256 text NOT NULL,
    inline boolean NOT NULL DEFAULT false,
    content_id text NOT NULL DEFAULT '',
    position integer NOT NULL DEFAULT 0,
    created_by uuid REFERENCES members ON DELETE SET NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX attachments_of_message ON attachments (message_id, position);
CREATE INDEX attachments_of_draft ON attachments (draft_id) WHERE draft_id IS NOT NULL;

CREATE TABLE drafts (
    id uuid PRIMARY KEY,
    ticket_id uuid NOT NULL REFERENCES tickets ON DELETE CASCADE,
    member_id uuid NOT NULL REFERENCES members ON DELETE CASCADE,
    direction text NOT NULL CHECK (direction IN ('outbound', 'note')),
    html text NOT NULL DEFAULT '',
    cc text NOT NULL DEFAULT '',
    saved_at timestamptz NOT NULL,
    UNIQUE (ticket_id, member_id, direction)
);
ALTER TABLE attachments ADD FOREIGN KEY (draft_id) REFERENCES drafts ON DELETE SET NULL;

CREATE TABLE ticket_reads (
    ticket_id uuid NOT NULL REFERENCES tickets ON DELETE CASCADE,
    member_id uuid NOT NULL REFERENCES members ON DELETE CASCADE,
    read_at timestamptz NOT NULL,
    PRIMARY KEY (ticket_id, member_id)
);
