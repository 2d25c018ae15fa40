-- The tenant's customers: accounts are companies, contacts the people there.
CREATE TABLE accounts (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    domain text,
    phone text NOT NULL DEFAULT '',
    website text NOT NULL DEFAULT '',
    note text NOT NULL DEFAULT '',
    owner_id uuid REFERENCES members ON DELETE SET NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX accounts_by_domain ON accounts (lower(domain));
CREATE INDEX accounts_by_name ON accounts (lower(name), id);

CREATE TABLE contacts (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    email text,
    phone text NOT NULL DEFAULT '',
    title text NOT NULL DEFAULT '',
    note text NOT NULL DEFAULT '',
    account_id uuid REFERENCES accounts ON DELETE SET NULL,
    mail_state text NOT NULL DEFAULT 'ok' CHECK (mail_state IN ('ok', 'bounced')),
    mail_reason text NOT NULL DEFAULT '',
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX contacts_by_email ON contacts (lower(email));
CREATE INDEX contacts_by_account ON contacts (account_id);
CREATE INDEX contacts_by_name ON contacts (lower(name), id);
