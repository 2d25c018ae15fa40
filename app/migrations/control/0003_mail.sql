-- Mailboxes that are asked for new mail (IMAP): whose turn it is, and which process is at it.
CREATE TABLE mail_pollers (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    channel_id uuid NOT NULL,
    next_at timestamptz NOT NULL,
    lease uuid,
    leased_until timestamptz,
    PRIMARY KEY (tenant_id, channel_id)
);
CREATE INDEX mail_pollers_due ON mail_pollers (next_at);
