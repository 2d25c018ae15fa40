"""What every test stands on: settings of its own, and a real PostgreSQL that all workers of a run share."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from app.core import settings
from app.operations.evaluation import accounts
from app.operations.evaluation.postgres import Postgres

pytest_plugins = ["tests.tenancy.fixtures"]
SECRET_KEY = "a key for tests only, forty characters."  # not a secret: it seals nothing that outlives a test run


class Server:
    """The PostgreSQL of one test run: started when first asked for, gone without a trace at the end."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        self.postgres: Postgres | None = None

    def url(self) -> str:
        if self.postgres is None:
            self.folder = Path(tempfile.mkdtemp(prefix="fondaco-tests-"))
            self.folder.chmod(0o711)
            place, account = accounts.settle(self.folder)
            self.postgres = Postgres(place, account, self.folder / "postgres.log", quick=True)
            self.postgres.start()
        return self.postgres.url

    def stop(self) -> None:
        if self.postgres is not None and self.folder is not None:
            self.postgres.stop()
            shutil.rmtree(self.folder, ignore_errors=True)
            self.postgres = None


server = Server()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Under xdist the controller owns the server, for it outlives every worker."""
    node.workerinput["pg"] = server.url()


def pytest_configure() -> None:
    """Pretty tracebacks with all local variables take half a second each."""
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], plain])


def pytest_unconfigure() -> None:
    server.stop()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI nothing is skipped silently: what could not run there counts as failed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or os.environ.get("CI") != "true":
        return
    if skipped := [one for one in reporter.stats.get("skipped", []) if "only root" not in str(one.longrepr)]:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter.write_line(
            f"CI: {len(skipped)} tests were skipped, and none may be. Their reasons stand below.", red=True
        )


@pytest.fixture(scope="session")
def worker(request: pytest.FixtureRequest) -> str:
    """The name of this pytest-xdist worker (gw0, gw1), or main: put it into every name that stands in the shared server."""
    return str(getattr(request.config, "workerinput", {}).get("workerid", "main"))


@pytest.fixture(scope="session", autouse=True)
def house(worker: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Settings for tests: a home of its own, a control database per worker, nothing from the developer's environment."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith("FONDACO_"):
                patch.delenv(name)
        home = tmp_path_factory.mktemp("home")
        patch.setenv("FONDACO_HOME", str(home))
        patch.setenv("FONDACO_SECRET_KEY", SECRET_KEY)
        patch.setenv("FONDACO_CONTROL_DATABASE", f"fondaco_{worker}")
        settings.forget()
        yield home
    settings.forget()


@pytest.fixture(scope="session")
def pg(request: pytest.FixtureRequest, house: Path) -> Iterator[str]:
    """The address of a real PostgreSQL with every right; it is also `settings().database_url`."""
    workerinput: dict[str, Any] = getattr(request.config, "workerinput", {})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FONDACO_DATABASE_URL", workerinput.get("pg") or server.url())
        settings.forget()
        yield os.environ["FONDACO_DATABASE_URL"]
    settings.forget()
