-- The cell: its tenants, the host names and mail addresses that lead to them, its operators and its alarms.
CREATE TABLE cell (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    prefix text NOT NULL DEFAULT 'f' || substr(md5(gen_random_uuid()::text), 1, 7),
    created_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO cell DEFAULT VALUES;

CREATE TABLE migrations (
    history text NOT NULL,
    tenant_id uuid,
    migration text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL,
    UNIQUE NULLS NOT DISTINCT (history, tenant_id, migration)
);

CREATE TABLE tenants (
    id uuid PRIMARY KEY,
    slug text NOT NULL UNIQUE,
    name text NOT NULL,
    status text NOT NULL CHECK (status IN ('creating', 'active', 'suspended', 'deleting')),
    admin_email text NOT NULL,
    database text NOT NULL UNIQUE,
    owner_role text NOT NULL UNIQUE,
    app_role text NOT NULL UNIQUE,
    app_password bytea NOT NULL,
    schema_version text,
    settings jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL,
    suspended_at timestamptz
);
CREATE INDEX tenants_by_status ON tenants (status, slug);

CREATE TABLE tenant_hosts (
    host text PRIMARY KEY CHECK (host = lower(host)),
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE
);
CREATE INDEX tenant_hosts_of_tenant ON tenant_hosts (tenant_id);

CREATE TABLE mail_routes (
    address text PRIMARY KEY CHECK (address = lower(address)),
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE
);
CREATE INDEX mail_routes_of_tenant ON mail_routes (tenant_id);

CREATE TABLE operators (
    id uuid PRIMARY KEY,
    email text NOT NULL UNIQUE CHECK (email = lower(email)),
    name text NOT NULL,
    password_hash text,
    created_at timestamptz NOT NULL,
    disabled_at timestamptz
);

CREATE TABLE operator_sessions (
    id uuid PRIMARY KEY,
    operator_id uuid NOT NULL REFERENCES operators ON DELETE CASCADE,
    token_hash bytea NOT NULL UNIQUE,
    created_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    address text,
    agent text
);
CREATE INDEX operator_sessions_of_operator ON operator_sessions (operator_id);

CREATE TABLE alarms (
    id uuid PRIMARY KEY,
    tenant_id uuid REFERENCES tenants ON DELETE CASCADE,
    kind text NOT NULL,
    summary text NOT NULL,
    detail text NOT NULL DEFAULT '',
    times integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    resolved_at timestamptz
);
CREATE UNIQUE INDEX alarms_open ON alarms (kind, tenant_id, md5(summary)) NULLS NOT DISTINCT WHERE resolved_at IS NULL;
CREATE INDEX alarms_by_time ON alarms (created_at DESC, id);

CREATE TABLE attempts (
    key text PRIMARY KEY,
    began_at timestamptz NOT NULL,
    count integer NOT NULL DEFAULT 0,
    locked_until timestamptz
);
CREATE INDEX attempts_by_time ON attempts (began_at);

CREATE TABLE periodic_work (
    name text PRIMARY KEY,
    next_at timestamptz NOT NULL,
    began_at timestamptz,
    ended_at timestamptz,
    failure text
);
