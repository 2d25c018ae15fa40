"""The settings of a cell: typed, documented, and each knows where its value came from.

A setting is read from the environment (`FONDACO_PORT`), else from the TOML file that `FONDACO_CONFIG` names (`port =
8000`), else from its default; secrets also from the file that `FONDACO_SECRET_KEY_FILE` names. An empty variable
counts as not set.
"""

from __future__ import annotations

import functools
import ipaddress
import logging
import os
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from app.core.sources import Origin, Reader, SettingsError, expected, suggest, variable

__all__ = [
    "Explained",
    "Loaded",
    "Networks",
    "Server",
    "Settings",
    "SettingsError",
    "explain",
    "explain_all",
    "forget",
    "load",
    "networks",
    "read",
    "settings",
]


def _setting(default: Any, help: str, **marks: Any) -> Any:
    """A field with its documentation. Marks: secret, low, high, size (bytes), kept (a file in the data folder that may
    hold it).
    """
    return field(default=default, repr=not marks.get("secret"), metadata={"help": help, **marks})


NO_DATABASE = (
    "FONDACO_DATABASE_URL is not set, and no evaluation database has been started here. "
    "Start one with scripts/run, or name a server: postgresql://user:password@host:5432/postgres."
)


class Server(NamedTuple):
    """A PostgreSQL server with the sign-in that may create databases and roles; `host` may be a socket folder."""

    host: str | None
    port: int | None
    user: str
    password: str | None
    database: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    home: Path = _setting(
        Path(".fondaco"),
        "Folder for data that belongs to this installation: attachments, logs, the evaluation database.",
    )
    environment: Literal["development", "production"] = _setting(
        "development",
        "In development the outbox at /dev/outbox is there and cookies work without https; in production secrets must be set.",
    )
    base_domain: str = _setting(
        "localhost",
        "Tenants are reached below this domain: acme at acme.BASE_DOMAIN. The operator console is at the domain itself.",
    )
    database_url: str = _setting(
        "", "PostgreSQL server of the control database: postgresql://user:password@host:port/postgres. "
        "The user may create databases and roles. "
        "Empty: the evaluation PostgreSQL that scripts/run starts.", secret=True, kept="postgres/url",
    )  # fmt: skip
    control_database: str = _setting("fondaco", "Name of the control database on that server.", low=1)
    host: str = _setting("127.0.0.1", "Address on which the web server listens.")
    port: int = _setting(8000, "Port on which the web server listens.", low=1, high=65535, kept="running/port")
    public_scheme: Literal["http", "https"] = _setting(
        "http", "Scheme of links that people are given, in mails for example."
    )
    public_port: int = _setting(
        0,
        "Port in links that people are given. 0: the scheme's own port in production, FONDACO_PORT in development.",
        low=0,
        high=65535,
    )
    trusted_proxies: str = _setting(
        "",
        "Reverse proxies in front of the web server, as addresses or networks with commas between them: 10.0.0.0/8, ::1. "
        "They alone are believed for whom they ask (X-Forwarded-For), which counts when somebody guesses passwords.",
    )
    web_processes: int = _setting(1, "Web server processes on this machine.", low=1, high=64)
    smtp_host: str = _setting("127.0.0.1", "Address on which the mail listener (SMTP) waits for messages.")
    smtp_port: int = _setting(
        2525, "Port on which the mail listener (SMTP) waits for messages.", low=1, high=65535, kept="running/smtp_port"
    )
    smtp_max_size: int = _setting(
        36 * 2**20,
        "Largest message taken, with its encoded attachments. A larger one is refused with 552.",
        low=2**16,
        size=True,
    )
    smtp_tls_cert: Path | None = _setting(
        None, "Certificate chain (PEM) of the mail listener. With it and smtp_tls_key, STARTTLS is offered."
    )
    smtp_tls_key: Path | None = _setting(None, "Private key (PEM) that belongs to smtp_tls_cert.")
    relay_host: str = _setting(
        "", "SMTP server that takes outgoing mail. Empty in development: mail stays in the outbox at /dev/outbox."
    )
    relay_port: int = _setting(587, "Port of that server.", low=1, high=65535)
    relay_user: str = _setting("", "User name at that server. Empty: no sign-in.")
    relay_password: str = _setting("", "Password at that server.", secret=True)
    relay_starttls: bool = _setting(
        True,
        "Whether the connection to that server must be encrypted by STARTTLS (port 465 is encrypted from the start).",
    )
    private_mail_hosts: bool = _setting(
        False,
        "Whether tenants may have mail fetched (IMAP) from servers in private networks; in development they may anyway. "
        "Leave it off where tenants do not know each other.",
    )
    secret_key: str = _setting(
        "",
        "Key from which all seals and signatures are made. Keep it: what it sealed cannot be opened without it.",
        secret=True,
        low=32,
        kept="secret.key",
    )
    pool_cap: int = _setting(
        60,
        "Most database connections of one process over all tenants. Set it to the tenants that work at the same time.",
        low=2,
        high=10000,
    )
    pool_per_tenant: int = _setting(6, "Most database connections of one process for one tenant.", low=1, high=1000)
    pool_idle_seconds: float = _setting(60.0, "A database connection that rests this long is closed.", low=1)
    statement_timeout_ms: int = _setting(
        15000, "A statement that runs longer is stopped by the database, in milliseconds. 0: never.", low=0
    )
    worker_concurrency: int = _setting(10, "Jobs that one worker process runs at the same time.", low=1, high=1000)
    session_hours: int = _setting(336, "A sign-in ends after this many hours without a visit.", low=1)
    blobs_path: Path | None = _setting(
        None, "Folder for attachments and raw mails. Empty: the folder blobs in FONDACO_HOME."
    )
    log_level: Literal["debug", "info", "warning", "error"] = _setting(
        "info", "The least important log lines that are written."
    )
    log_format: Literal["json", "console"] = _setting(
        "json", "Log lines as JSON for machines, or as coloured text for people."
    )
    metrics_token: str = _setting(
        "", "Bearer token that /metrics asks for. Empty: /metrics answers to this machine only.", secret=True, low=16
    )

    @property
    def production(self) -> bool:
        return self.environment == "production"

    @property
    def blobs(self) -> Path:
        return self.blobs_path or self.home / "blobs"

    @property
    def server(self) -> Server:
        """The parts of `database_url`. Raises `SettingsError` when there is none."""
        if not self.database_url:
            raise SettingsError([NO_DATABASE])
        return split_url(self.database_url)

    def url(self, slug: str = "", path: str = "/") -> str:
        """The address of a page: of tenant `slug`, or of the house itself when empty."""
        host = f"{slug}.{self.base_domain}" if slug else self.base_domain
        port = self.public_port or (0 if self.production else self.port)
        usual = {"http": 80, "https": 443}[self.public_scheme]
        return f"{self.public_scheme}://{host}{'' if port in (0, usual) else f':{port}'}{path}"


def split_url(url: str) -> Server:
    """Takes a PostgreSQL address apart; `?host=` may name a socket folder. Raises `SettingsError`, which never shows
    the password.
    """
    wrong = SettingsError(
        [
            "FONDACO_DATABASE_URL is set, but not a PostgreSQL address. Right would be postgresql://user:password@host:5432/postgres."
        ]
    )
    try:
        parts = urlsplit(url)
        query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        port = parts.port or (int(query["port"]) if "port" in query else None)
    except ValueError:
        raise wrong from None
    if parts.scheme not in ("postgresql", "postgres") or not (parts.username or query.get("user")):
        raise wrong
    return Server(
        host=query.get("host") or (unquote(parts.hostname) if parts.hostname else None),
        port=port,
        user=unquote(parts.username) if parts.username else query["user"],
        password=unquote(parts.password) if parts.password else query.get("password"),
        database=unquote(parts.path.lstrip("/")) or "postgres",
    )


Networks = tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]


@functools.lru_cache(maxsize=8)
def networks(text: str) -> Networks:
    """Addresses and networks with commas between them. Raises `ValueError`."""
    return tuple(ipaddress.ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())


class Loaded(NamedTuple):
    settings: Settings
    origins: dict[str, Origin]
    warnings: list[str]


def read(env: Mapping[str, str]) -> Loaded:
    """All settings with their origins. Raises `SettingsError` with everything that is wrong."""
    reader = Reader(Settings, env)
    reader.read()
    values, problems = reader.values, reader.problems
    values["home"] = values["home"].absolute()
    if values["database_url"] and not any("DATABASE_URL" in problem for problem in problems):
        try:
            split_url(values["database_url"])
        except SettingsError as error:
            problems.extend(error.problems)
    if values["environment"] == "production":
        problems.extend(
            f"{variable(name)} is not set, and in production it must be. Set {variable(name)} or {variable(name)}_FILE."
            for name in ("secret_key", "database_url")
            if not values[name]
        )
    try:
        networks(values["trusted_proxies"])
    except ValueError as error:
        problems.append(f"FONDACO_TRUSTED_PROXIES: {error}. Right would be 10.0.0.0/8, 192.168.1.5")
    if bool(values["smtp_tls_cert"]) != bool(values["smtp_tls_key"]):
        problems.append("FONDACO_SMTP_TLS_CERT and FONDACO_SMTP_TLS_KEY belong together: set both, or neither.")
    if problems:
        raise SettingsError(problems)
    return Loaded(Settings(**values), reader.origins, reader.warnings)


def load(env: Mapping[str, str]) -> Settings:
    """The settings that this environment makes. Raises `SettingsError`."""
    return read(env).settings


@functools.cache
def _current() -> Loaded:
    loaded = read(os.environ)
    for warning in loaded.warnings:
        logging.getLogger("fondaco.settings").warning(warning)
    return loaded


def settings() -> Settings:
    """The settings of this process, read once."""
    return _current().settings


def forget() -> None:
    """The next `settings()` reads the environment again."""
    _current.cache_clear()


class Explained(NamedTuple):
    """One setting as a person wants to see it: `value` and `default` are masked when secret."""

    name: str
    variable: str
    value: str
    origin: str
    default: str
    right: str
    help: str
    secret: bool


def shown(declared: Field[Any], value: Any) -> str:
    """A value as it may be printed: a secret only by being there, an address without its password."""
    if value in (None, ""):
        return ""
    if declared.name == "database_url":
        server = split_url(str(value))
        port = f":{server.port}" if server.port else ""
        return f"postgresql://{server.user}:***@{server.host or 'localhost'}{port}/{server.database}"
    if declared.metadata.get("secret"):
        return "***"
    return str(value).lower() if isinstance(value, bool) else str(value)


def explain(name: str, loaded: Loaded | None = None) -> Explained:
    """What the setting means, what it is, and where that came from. Takes `port` and `FONDACO_PORT`. Raises `KeyError`."""
    loaded = loaded or _current()
    key = name.lower().removeprefix("fondaco_")
    for declared in fields(Settings):
        if declared.name == key:
            return Explained(
                name=key,
                variable=variable(key),
                value=shown(declared, getattr(loaded.settings, key)),
                origin=str(loaded.origins[key]),
                default=shown(declared, declared.default),
                right=expected(declared, Reader.kinds_of(Settings)[key]),
                help=declared.metadata["help"],
                secret=bool(declared.metadata.get("secret")),
            )
    raise KeyError(f"{name} is no setting of Fondaco.{suggest(key, [declared.name for declared in fields(Settings)])}")


def explain_all(loaded: Loaded | None = None) -> list[Explained]:
    """Every setting, in the order of the reference."""
    return [explain(declared.name, loaded) for declared in fields(Settings)]
