"""What an operator types, what stands on the screen, and the exit code that a script relies on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.core.errors import FondacoError
from app.tenancy import commands, runner
from tests.tenancy.fixtures import World


@pytest.fixture(autouse=True)
def hooks(world: World) -> Iterator[None]:
    before = runner._hooks
    runner.compose(())
    yield
    run("delete", "initech", "--confirm", "initech", fails=True)
    runner.compose(before)


def run(*words: str, typed: str = "", fails: bool = False) -> Result:
    result = CliRunner().invoke(commands.tenant, list(words), input=typed)
    if not fails and result.exception:
        raise result.exception
    return result


def read(*words: str) -> Any:
    return json.loads(run(*words, "--json").stdout)


def create() -> Result:
    return run("create", "initech", "--name", "Initech 株式会社", "--admin", "you@initech.test")


def test_create_says_where_the_tenant_is_and_how_long_it_took() -> None:
    assert re.search(r"Initech 株式会社 is open at http://initech.localhost:8000/ \(\d\.\d\d s", create().output)


def test_list_and_show_tell_machines_and_people() -> None:
    create()
    assert [one["slug"] for one in read("list")] == ["acme", "globex", "initech"]
    assert "initech.localhost" in run("list").output
    assert read("show", "initech")["status"] == "active"
    assert "MiB" in run("show", "initech").output
    result = run("show", "nobody", fails=True)
    assert isinstance(result.exception, FondacoError)


def test_suspend_and_resume() -> None:
    create()
    assert read("suspend", "initech") == {"slug": "initech", "status": "suspended"}
    assert read("show", "initech")["suspended_at"]
    assert run("resume", "initech").output == "initech is active.\n"


def test_delete_asks_for_the_name() -> None:
    create()
    assert run("delete", "initech", typed="acme\n", fails=True).exit_code == 1
    assert run("delete", "initech", typed="\n\n", fails=True).exit_code == 1
    assert [one["slug"] for one in read("list")] == ["acme", "globex", "initech"]
    assert "initech is deleted." in run("delete", "initech", typed="initech\n").output
    assert [one["slug"] for one in read("list")] == ["acme", "globex"]


def test_migrate_reports_and_its_exit_code_is_honest(monkeypatch: pytest.MonkeyPatch) -> None:
    done = CliRunner().invoke(commands.migrate, ["--json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["at_head"] == 2
    assert "2 at head already" in CliRunner().invoke(commands.migrate).output
