import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from bot.dialogue.supervision import (
    PortTaken,
    ProcessFails,
    ProcessPlan,
    Supervisor,
    check_ports,
)

SLEEP = "import time; time.sleep(600)"
SLEEP_WITH_CHILD = (
    "import subprocess, sys, time, pathlib;"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
    "pathlib.Path(sys.argv[1]).write_text(str(child.pid)); time.sleep(600)"
)
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
NOTE_START = (
    "import pathlib, sys, time; path = pathlib.Path(sys.argv[1]);"
    "starts = path.read_text() if path.exists() else '';"
    "path.write_text(starts + 'x');"
)
COUNT_STARTS = NOTE_START + "time.sleep(0 if len(starts) < 1 else 600)"


def plan(tmp_path: Path, name: str, code: str, *arguments: str) -> ProcessPlan:
    command = [sys.executable, "-c", code, *arguments]
    return ProcessPlan(name=name, command=command, log=tmp_path / f"{name}.log")


def stop_when(condition, supervisor: Supervisor, *, within_s: float = 20) -> threading.Thread:
    def watch() -> None:
        deadline = time.monotonic() + within_s
        while not condition() and time.monotonic() < deadline:
            time.sleep(0.05)
        supervisor.stop()

    thread = threading.Thread(target=watch)
    thread.start()
    return thread


def test_a_process_that_dies_is_started_again(tmp_path: Path) -> None:
    said: list[str] = []
    starts = tmp_path / "starts"
    supervisor = Supervisor(
        [plan(tmp_path, "one", COUNT_STARTS, str(starts))], say=said.append, first_backoff_s=0.1
    )
    watcher = stop_when(lambda: starts.exists() and starts.read_text() == "xx", supervisor)
    supervisor.run()
    watcher.join()
    assert starts.read_text() == "xx"
    assert len(said) == 1
    assert said[0].startswith("one died (exit 0), starting it again in 0.1 s")


def test_five_quick_deaths_end_everything_with_one_clear_line(tmp_path: Path) -> None:
    waits: list[str] = []
    survivor = plan(tmp_path, "survivor", SLEEP_WITH_CHILD, str(tmp_path / "pid"))
    dying = plan(tmp_path, "dying", "raise SystemExit(3)")
    supervisor = Supervisor([survivor, dying], say=waits.append, first_backoff_s=0.2)
    with pytest.raises(ProcessFails) as failure:
        supervisor.run()
    assert failure.value.detail == (
        f"dying died 5 times in a row (exit 3); see {tmp_path / 'dying.log'}"
    )
    assert [wait.split(" in ")[1].split(";")[0] for wait in waits] == [
        "0.2 s",
        "0.4 s",
        "0.8 s",
        "1.6 s",
    ]
    assert_gone(int((tmp_path / "pid").read_text()))


def test_deaths_that_come_late_end_nothing(tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    supervisor = Supervisor(
        [plan(tmp_path, "one", NOTE_START, str(starts))],
        say=lambda text: None,
        quick_s=0,
        first_backoff_s=0.05,
    )
    watcher = stop_when(lambda: starts.exists() and len(starts.read_text()) >= 7, supervisor)
    supervisor.run()
    watcher.join()
    assert len(starts.read_text()) >= 7


def test_stopping_leaves_no_process_even_deaf_or_grandchild(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    before = psutil.Process().children(recursive=True)
    supervisor = Supervisor(
        [
            plan(tmp_path, "parent", SLEEP_WITH_CHILD, str(pid_file)),
            plan(tmp_path, "deaf", DEAF),
        ],
        say=lambda text: None,
        grace_s=1.0,
    )
    watcher = stop_when(lambda: pid_file.exists() and pid_file.read_text() != "", supervisor)
    supervisor.run()
    watcher.join()
    assert_gone(int(pid_file.read_text()))
    assert set(psutil.Process().children(recursive=True)) <= set(before)


def test_a_signal_stops_everything_and_is_handed_back(tmp_path: Path) -> None:
    supervisor = Supervisor([plan(tmp_path, "one", SLEEP)], say=lambda text: None)
    before = signal.getsignal(signal.SIGTERM)
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGTERM))
    timer.start()
    start = time.monotonic()
    supervisor.run()
    assert time.monotonic() - start < 5
    assert signal.getsignal(signal.SIGTERM) is before


def test_children_end_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    child = (
        "import pathlib, os, sys, time; from bot.dialogue.supervision import die_with_parent;"
        "die_with_parent(); pathlib.Path(sys.argv[1]).write_text(str(os.getpid())); time.sleep(600)"
    )
    parent = (
        "import pathlib, sys; from bot.dialogue.supervision import ProcessPlan, Supervisor;"
        f"command = [sys.executable, '-c', {child!r}, {str(pid_file)!r}];"
        "plan = ProcessPlan(name='c', command=command,"
        f" log=pathlib.Path({str(tmp_path / 'c.log')!r}));"
        "Supervisor([plan], say=print).run()"
    )
    process = subprocess.Popen([sys.executable, "-c", parent])
    deadline = time.monotonic() + 20
    while not (pid_file.exists() and pid_file.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.kill()
    process.wait()
    assert_gone(int(pid_file.read_text()))


def test_a_taken_port_is_named_with_its_setting() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(PortTaken) as failure:
            check_ports("127.0.0.1", {"DECLIC_PORT": port})
    assert failure.value.detail == (
        f"port {port} is already in use by process {os.getpid()}; "
        "stop what uses it or set DECLIC_PORT to another port"
    )


def test_a_free_port_is_accepted() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        port = holder.getsockname()[1]
    check_ports("127.0.0.1", {"DECLIC_PORT": port})


def assert_gone(pid: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return
        time.sleep(0.05)
    raise AssertionError(f"process {pid} is still there")
