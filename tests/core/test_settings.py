"""Settings say what they are, where they came from, and what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core import sealing
from app.core import settings as house
from app.core.settings import SettingsError, explain, explain_all, load, read

KEY = "k" * 40


def test_defaults_are_enough_for_development() -> None:
    settings = load({})
    assert (settings.port, settings.smtp_port, settings.environment) == (8000, 2525, "development")
    assert settings.home == Path(".fondaco").absolute()
    assert settings.blobs == settings.home / "blobs"


def test_the_environment_wins_over_the_file_and_each_value_knows_its_place(tmp_path: Path) -> None:
    file = tmp_path / "fondaco.toml"
    file.write_text('port = 9000\nweb_processes = 2\n[relay]\nhost = "smtp.acme.test"\nstarttls = false\n')
    loaded = read({"FONDACO_CONFIG": str(file), "FONDACO_PORT": "9001"})
    assert (loaded.settings.port, loaded.settings.web_processes) == (9001, 2)
    assert (loaded.settings.relay_host, loaded.settings.relay_starttls) == ("smtp.acme.test", False)
    assert explain("port", loaded).origin == "environment (FONDACO_PORT)"
    assert explain("FONDACO_WEB_PROCESSES", loaded).origin == f"config file ({file}, web_processes)"
    assert explain("smtp_port", loaded).origin == "default"


def test_a_secret_can_come_from_a_file_and_is_never_shown(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(KEY + "\n")
    loaded = read(
        {
            "FONDACO_SECRET_KEY_FILE": str(file),
            "FONDACO_DATABASE_URL": "postgresql://root:hush@db.acme.test:5432/postgres",
        }
    )
    assert loaded.settings.secret_key == KEY
    everything = repr(explain_all(loaded)) + repr(loaded.settings)
    assert KEY not in everything
    assert "hush" not in everything
    assert explain("database_url", loaded).value == "postgresql://root:***@db.acme.test:5432/postgres"


def test_the_data_folder_keeps_what_a_first_start_made(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text(KEY)
    loaded = read({"FONDACO_HOME": str(tmp_path)})
    assert loaded.settings.secret_key == KEY
    assert explain("secret_key", loaded).origin == f"data folder ({tmp_path / 'secret.key'})"


def test_all_problems_are_told_at_once_with_name_place_and_what_is_right(tmp_path: Path) -> None:
    file = tmp_path / "fondaco.toml"
    file.write_text('web_processes = "many"\n')
    with pytest.raises(SettingsError) as caught:
        load(
            {
                "FONDACO_CONFIG": str(file),
                "FONDACO_PORT": "eighty",
                "FONDACO_LOG_FORMAT": "xml",
                "FONDACO_SECRET_KEY": "short",
            }
        )
    text = str(caught.value)
    assert (
        'FONDACO_PORT is "eighty", from the environment (FONDACO_PORT). Right would be a whole number from 1 to 65535.'
        in text
    )
    assert f'FONDACO_WEB_PROCESSES is "many", from the config file ({file}, web_processes)' in text
    assert "one of json, console" in text
    assert (
        "FONDACO_SECRET_KEY is set, from the environment (FONDACO_SECRET_KEY). Right would be text of at least 32 characters."
        in text
    )
    assert "short" not in text


def test_production_needs_its_secrets() -> None:
    with pytest.raises(SettingsError, match="FONDACO_SECRET_KEY is not set, and in production it must be"):
        load({"FONDACO_ENVIRONMENT": "production", "FONDACO_DATABASE_URL": "postgresql://u:p@h/d"})


@pytest.mark.parametrize("url", ["mysql://u:p@h/d", "postgresql://", "host=x", "postgresql://u:sesame@h:port/d"])
def test_a_wrong_database_address_is_refused_without_showing_its_password(url: str) -> None:
    with pytest.raises(SettingsError, match="not a PostgreSQL address") as caught:
        load({"FONDACO_DATABASE_URL": url})
    assert "sesame" not in str(caught.value)


def test_a_database_address_may_name_a_socket_folder() -> None:
    server = load({"FONDACO_DATABASE_URL": "postgresql://postgres:a%40b@/postgres?host=/run/pg&port=5433"}).server
    assert server == ("/run/pg", 5433, "postgres", "a@b", "postgres")


def test_an_unknown_variable_is_told_with_what_was_meant() -> None:
    assert read({"FONDACO_PROT": "1"}).warnings == [
        "The environment variable FONDACO_PROT is no setting of Fondaco and has no effect. Did you mean FONDACO_PORT?"
    ]
    assert read({"FONDACO_SECRET_KEY_FILE": "", "FONDACO_PORT": ""}).warnings == []


def test_an_unreadable_config_or_secret_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="FONDACO_CONFIG names /nowhere.toml, which cannot be read"):
        load({"FONDACO_CONFIG": "/nowhere.toml"})
    with pytest.raises(SettingsError, match="FONDACO_RELAY_PASSWORD_FILE names /nowhere, which cannot be read"):
        load({"FONDACO_RELAY_PASSWORD_FILE": "/nowhere"})
    with pytest.raises(SettingsError, match="are both set"):
        load({"FONDACO_RELAY_PASSWORD_FILE": "/nowhere", "FONDACO_RELAY_PASSWORD": "x"})


@pytest.mark.parametrize(("text", "size"), [("26MiB", 26 * 2**20), ("100000", 100000), ("25 MB", 25_000_000)])
def test_sizes_are_written_as_people_do(text: str, size: int) -> None:
    assert load({"FONDACO_SMTP_MAX_SIZE": text}).smtp_max_size == size


def test_addresses_for_people() -> None:
    assert load({}).url("acme", "/tickets/7") == "http://acme.localhost:8000/tickets/7"
    shop = load({
        "FONDACO_ENVIRONMENT": "production", "FONDACO_SECRET_KEY": KEY, "FONDACO_DATABASE_URL": "postgresql://u:p@h/d",
        "FONDACO_PUBLIC_SCHEME": "https", "FONDACO_BASE_DOMAIN": "desk.example",
    })  # fmt: skip
    assert shop.url("acme") == "https://acme.desk.example/"
    assert shop.url() == "https://desk.example/"


def test_a_mistyped_name_is_answered_with_the_right_one() -> None:
    with pytest.raises(KeyError, match="Did you mean smtp_port"):
        explain("smtp_prot", read({}))


def test_every_setting_is_documented() -> None:
    for setting in explain_all(read({})):
        assert setting.help.endswith("."), setting.name
        assert setting.right


def test_settings_are_read_once_until_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FONDACO_PORT", "8123")
    house.forget()
    assert house.settings().port == 8123
    monkeypatch.setenv("FONDACO_PORT", "8124")
    assert house.settings().port == 8123
    house.forget()
    assert house.settings().port == 8124
    monkeypatch.undo()
    house.forget()


def test_nothing_is_sealed_without_a_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FONDACO_SECRET_KEY", "")
    monkeypatch.setenv("FONDACO_HOME", str(tmp_path))
    house.forget()
    with pytest.raises(SettingsError, match="FONDACO_SECRET_KEY is not set"):
        sealing.seal("password", "tenant")
    monkeypatch.undo()
    house.forget()
