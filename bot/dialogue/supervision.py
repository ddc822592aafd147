"""Starts the three processes, restarts one that dies, and stops all of them together."""

import contextlib
import ctypes
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil

from bot.errors import DeclicError

logger = logging.getLogger(__name__)

_PR_SET_PDEATHSIG: Final = 1
_LONGEST_BACKOFF_S: Final = 30.0


class PortTaken(DeclicError):
    """A port that a process needs is already in use."""

    code = "port"


class ProcessFails(DeclicError):
    """A process died too often, too quickly, to be started again."""

    code = "process"


@dataclass(frozen=True, kw_only=True)
class ProcessPlan:
    """How one process is started; its output goes to ``log``."""

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)


class _Running:
    """One process, its deaths and when it may start again."""

    def __init__(self, plan: ProcessPlan) -> None:
        self.plan = plan
        self.process: subprocess.Popen[bytes] | None = None
        self.started_at = 0.0
        self.start_after = 0.0
        self.quick_deaths = 0

    def start(self) -> None:
        self.plan.log.parent.mkdir(parents=True, exist_ok=True)
        with self.plan.log.open("ab") as log:
            # A session of its own: Ctrl-C reaches the supervisor only, which stops them in order.
            self.process = subprocess.Popen(
                self.plan.command,
                env={**os.environ, **self.plan.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.started_at = time.monotonic()

    def signal_group(self, number: signal.Signals) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)


class Supervisor:
    """Keeps the processes of ``plans`` alive, in their order, until ``stop`` or a signal.

    A process that dies within ``quick_s`` seconds of its start has died quickly; the
    ``max_quick_deaths``-th in a row ends everything with ``ProcessFails``.
    """

    def __init__(
        self,
        plans: Sequence[ProcessPlan],
        *,
        say: Callable[[str], None],
        quick_s: float = 60.0,
        max_quick_deaths: int = 5,
        first_backoff_s: float = 0.5,
        grace_s: float = 7.0,
    ) -> None:
        self._running = [_Running(plan) for plan in plans]
        self._say = say
        self._quick_s = quick_s
        self._max_quick_deaths = max_quick_deaths
        self._first_backoff_s = first_backoff_s
        self._grace_s = grace_s
        self._stopping = False

    def stop(self, *_: object) -> None:
        """Ask ``run`` to stop everything and return."""
        self._stopping = True

    def run(self) -> None:
        """Run until stopped; all processes are gone when this returns or raises."""
        previous = {
            number: signal.signal(number, self.stop) for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            for running in self._running:
                running.start()
            while not self._stopping:
                for running in self._running:
                    self._keep_alive(running)
                time.sleep(0.1)
        finally:
            self._stop_all()
            for number, handler in previous.items():
                signal.signal(number, handler)

    def _keep_alive(self, running: _Running) -> None:
        now = time.monotonic()
        if running.process is None:
            if now >= running.start_after:
                running.start()
            return
        code = running.process.poll()
        if code is None:
            return
        # Whatever the dead process had started goes with it.
        running.signal_group(signal.SIGKILL)
        running.process = None
        quick = now - running.started_at < self._quick_s
        running.quick_deaths = running.quick_deaths + 1 if quick else 1
        name, log = running.plan.name, running.plan.log
        if running.quick_deaths >= self._max_quick_deaths:
            raise ProcessFails(
                f"{name} died {running.quick_deaths} times in a row (exit {code}); see {log}"
            )
        wait = min(self._first_backoff_s * 2 ** (running.quick_deaths - 1), _LONGEST_BACKOFF_S)
        running.start_after = now + wait
        self._say(f"{name} died (exit {code}), starting it again in {wait:g} s; see {log}")

    def _stop_all(self) -> None:
        for running in reversed(self._running):
            running.signal_group(signal.SIGTERM)
        deadline = time.monotonic() + self._grace_s
        for running in self._running:
            if running.process is None:
                continue
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.process.wait(max(0.0, deadline - time.monotonic()))
            running.signal_group(signal.SIGKILL)
            running.process.wait()


def die_with_parent() -> None:
    """Have the kernel end this process when the supervisor dies, even by SIGKILL (Linux)."""
    if not sys.platform.startswith("linux"):
        return
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit("the supervisor is gone")


def check_ports(host: str, ports: Mapping[str, int]) -> None:
    """Raise PortTaken, naming the port and its setting, unless each port of ``host`` is free."""
    for setting, port in ports.items():
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise PortTaken(
                    f"port {port} is already in use{_holder(port)}; "
                    f"stop what uses it or set {setting} to another port"
                ) from error


def _holder(port: int) -> str:
    try:
        connections = psutil.net_connections(kind="tcp")
    except psutil.AccessDenied:
        return ""
    for connection in connections:
        listens = connection.status == psutil.CONN_LISTEN
        if listens and getattr(connection.laddr, "port", None) == port and connection.pid:
            return f" by process {connection.pid}"
    return ""
