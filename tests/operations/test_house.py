"""The house opens as a whole, stands up again when a part falls, and closes in order."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.core import settings as house
from app.operations.evaluation import locks, ports, start
from app.operations.evaluation.children import Child, DoesNotStand, Family, loud_part


def python(program: str) -> list[str]:
    return [sys.executable, "-u", "-c", program]


async def until(true: Callable[[], object], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.02)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def test_what_a_child_says_is_kept_and_only_warnings_are_shown(tmp_path: Path) -> None:
    said: list[str] = []
    quiet, loud = '{"level":"info","event":"quiet"}', '{"level":"error","event":"mail.failed","tenant":"acme"}'
    family = Family(
        [Child("web", python(f"print('{quiet}'); print('{loud}'); import time; time.sleep(60)"))], tmp_path, said.append
    )
    family.start()
    await until(lambda: said)
    await family.stop()
    assert said == ["web: error mail.failed tenant=acme"]
    assert (tmp_path / "web.log").read_text().splitlines() == [quiet, loud]


async def test_a_child_that_falls_starts_again(tmp_path: Path) -> None:
    said: list[str] = []
    family = Family([Child("worker", python("import time; time.sleep(60)"))], tmp_path, said.append)
    family.start()
    child = family.children[0]
    await until(lambda: child.process)
    family.ready = True
    first = child.process
    assert first is not None
    first.kill()
    await until(lambda: child.process is not first)
    await family.stop()
    assert said == [f"worker ended by signal SIGKILL; it starts again in 0.5 s (log: {tmp_path / 'worker'}.log)"]


async def test_a_child_that_cannot_start_stops_the_opening_with_what_it_said(tmp_path: Path) -> None:
    family = Family([Child("mail", python("raise SystemExit('no certificate at /x')"))], tmp_path, lambda _text: None)
    family.start()
    with pytest.raises(DoesNotStand, match="no certificate at /x"):
        await asyncio.wait_for(family.failed, 15)
    await family.stop()


async def test_children_are_stopped_in_order_and_the_stubborn_are_killed_with_all_they_started(tmp_path: Path) -> None:
    said: list[str] = []
    order = tmp_path / "order"
    polite = (
        "import signal, sys, time\n"
        "def end(*_): open(sys.argv[1], 'a').write(sys.argv[2] + ' '); sys.exit()\n"
        "signal.signal(15, end); print('up'); time.sleep(60)"
    )
    stubborn = (
        "import signal, subprocess, time; signal.signal(15, signal.SIG_IGN);"
        "grandchild = subprocess.Popen(['sleep', '60']); print(grandchild.pid); time.sleep(60)"
    )
    family = Family(
        [
            Child("web", [*python(polite), str(order), "web"]),
            Child("mail", [*python(polite), str(order), "mail"]),
            Child("worker", python(stubborn), patience=0.3),
        ],
        tmp_path,
        said.append,
    )
    family.start()
    await until(lambda: all(child.tail for child in family.children))
    await family.stop()
    assert order.read_text() == "web mail "
    assert said[-1] == "worker did not end within 0 s and is killed"
    grandchild = int(family.children[2].tail[0])
    await until(lambda: not is_alive(grandchild))


async def test_children_end_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys; from pathlib import Path; from app.operations.evaluation.children import Child, Family\n"
        "async def main():\n"
        "    family = Family([Child('web', [sys.executable, '-c', 'import time; time.sleep(60)'])], Path(sys.argv[1]), print)\n"
        "    family.start()\n"
        "    while family.children[0].process is None: await asyncio.sleep(0.02)\n"
        "    print(family.children[0].process.pid, flush=True); await asyncio.sleep(60)\n"
        "asyncio.run(main())"
    )
    with subprocess.Popen([*python(program), str(tmp_path)], stdout=subprocess.PIPE, text=True) as supervisor:
        assert supervisor.stdout is not None
        child = int(supervisor.stdout.readline())
        assert is_alive(child)
        supervisor.send_signal(signal.SIGKILL)
        await until(lambda: not is_alive(child))


def test_an_error_is_shown_in_one_line() -> None:
    line = {"level": "error", "event": "job.failed", "job_id": "7", "exception": "Traceback ...\nValueError: broken"}
    assert loud_part(json.dumps(line)) == "error job.failed job_id=7 ValueError: broken"
    assert loud_part("Traceback (most recent call last):") == "Traceback (most recent call last):"
    assert loud_part('{"level": "debug", "event": "x"}') == ""


def test_a_second_start_is_told_who_runs_there(tmp_path: Path) -> None:
    with locks.hold(tmp_path, address="http://localhost:8000/"):
        with (
            pytest.raises(
                locks.RunsAlready, match=rf"process {os.getpid()} since .* at http://localhost:8000/"
            ) as caught,
            locks.hold(tmp_path),
        ):
            pass
        assert f"kill {os.getpid()}" in str(caught.value)
    with locks.hold(tmp_path):
        pass


def test_commands_know_the_ports_of_the_house_that_is_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FONDACO_HOME", str(tmp_path))
    monkeypatch.setenv("FONDACO_PORT", "8123")
    monkeypatch.delenv("FONDACO_SMTP_PORT", raising=False)
    start.write_secret(tmp_path / "running" / "smtp_port", "2999")  # of a house that was killed
    try:
        with start.announced(tmp_path):
            monkeypatch.delenv("FONDACO_PORT")
            house.forget()
            assert (house.settings().port, house.settings().smtp_port) == (8123, 2525)
            assert house.explain("port").origin.startswith("data folder")
        assert house.settings().port == 8000
    finally:
        monkeypatch.undo()
        house.forget()


def test_a_lock_of_a_killed_process_is_nobodys(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from app.operations.evaluation import locks\n"
        "with locks.hold(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([*python(program), str(tmp_path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(locks.RunsAlready, match=f"process {holder.pid}"), locks.hold(tmp_path):
            pass
        holder.kill()
    with locks.hold(tmp_path):
        pass


def test_a_port_in_use_is_told_with_its_setting_and_its_holder() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(
            ports.PortInUse, match=rf"Port {port} \(FONDACO_PORT\) is in use by .*\(process {os.getpid()}\)"
        ):
            ports.must_be_free("127.0.0.1", port, "FONDACO_PORT")
    ports.must_be_free("127.0.0.1", port, "FONDACO_PORT")
