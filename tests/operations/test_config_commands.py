"""`fondaco config` says what is set and why, and gives no secret away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.core import settings
from app.operations.config_commands import config, page

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"


def test_show_names_value_and_origin_and_masks_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FONDACO_PORT", "8123")
    monkeypatch.setenv("FONDACO_RELAY_PASSWORD", "a secret nobody sees")
    settings.forget()
    result = CliRunner().invoke(config, ["show", "--json"])
    monkeypatch.undo()
    settings.forget()
    shown = json.loads(result.stdout)
    assert shown["port"]["value"] == "8123"
    assert shown["port"]["origin"] == "environment (FONDACO_PORT)"
    assert shown["relay_password"]["value"] == "***"
    assert "nobody sees" not in result.output


def test_show_for_people_lists_only_what_was_changed_when_asked() -> None:
    result = CliRunner().invoke(config, ["show", "--changed"])
    assert "control_database" in result.stdout
    assert "smtp_port" not in result.stdout


def test_explain_tells_what_is_right_and_how_to_set_it() -> None:
    result = CliRunner().invoke(config, ["explain", "FONDACO_SMTP_PORT"])
    assert "a whole number from 1 to 65535" in result.stdout
    assert "FONDACO_SMTP_PORT, or smtp_port in the TOML file" in result.stdout


def test_explain_of_an_unknown_key_is_a_usage_error_with_a_suggestion() -> None:
    result = CliRunner().invoke(config, ["explain", "smtp_prot"])
    assert result.exit_code == 2
    assert "Did you mean smtp_port?" in result.output


def test_a_wrong_setting_stops_every_command_in_one_sentence() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "config", "show"],
        env={**os.environ, "FONDACO_PORT": "eighty"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.strip() == (
        'fondaco: FONDACO_PORT is "eighty", from the environment (FONDACO_PORT). Right would be a whole number from 1 to 65535.'
    )


def test_the_reference_page_is_current() -> None:
    assert REFERENCE.read_text("utf-8") == page(), "run: scripts/fondaco config reference > docs/reference/settings.md"


def test_help_lists_every_command_without_importing_them() -> None:
    program = "import sys; from app.cli import fondaco; fondaco(['--help'], standalone_mode=False); print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "tenant" in done.stdout
    assert "'piccolo'" not in done.stdout
    assert "'litestar'" not in done.stdout
