"""A stack whose parts can be frozen, killed, starved and set to another time."""

import contextlib
import itertools
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import libfaketime
import psutil
import pytest

from bot.matching import training
from bot.matching.encoder import embedded_path
from bot.settings import Settings
from tests.stack import Stack, copy_trained, running_stack, wait_ready

_CLOCK = next(Path(libfaketime.__file__).parent.rglob("libfaketime.so.1"))
_CLOCK_READ_EVERY_S = 1
_DISK_MB = 16


@dataclass(frozen=True, kw_only=True)
class Drilled:
    """A running stack; ``disk`` is a small file system that holds the conversations database."""

    stack: Stack
    clock: Path
    disk: Path
    encoder: Path

    def wait_ready(self) -> None:
        wait_ready(self.stack.url, self.stack.process, self.stack.output)

    def names(self, part: str) -> bool:
        """Whether ``/health/ready`` comes to name a part as the failing one."""
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.HTTPError):
                response = httpx.get(f"{self.stack.url}/health/ready", timeout=60)
                if response.status_code == 503 and response.json()["part"] == part:
                    return True
            time.sleep(0.2)
        return False

    def kill(self, name: str) -> None:
        """End a process at once; the supervisor starts it again."""
        _end(self.stack.child(name))

    @contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """A process that hangs: it takes connections and answers none."""
        process = self.stack.child(name)
        process.suspend()
        try:
            yield
        finally:
            process.resume()

    @contextmanager
    def dead(self, name: str) -> Iterator[None]:
        """A process that is gone, and that nobody starts again for now."""
        supervisor = psutil.Process(self.stack.process.pid)
        process = self.stack.child(name)
        nested = supervisor.status() == psutil.STATUS_STOPPED
        supervisor.suspend()
        try:
            _end(process)
            yield
        finally:
            if not nested:
                supervisor.resume()

    @contextmanager
    def garbage_instead_of_actions(self, *answers: bytes) -> Iterator[None]:
        """Something else answers on the port of the actions, each of ``answers`` in turn."""
        in_turn = itertools.cycle(answers)

        class Garbage(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                answer = next(in_turn)
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                pass

        with self.dead("actions"):
            server = _serving(self.stack.settings.actions_port, Garbage)
            thread = Thread(target=server.serve_forever)
            thread.start()
            try:
                yield
            finally:
                server.shutdown()
                thread.join()
                server.server_close()

    @contextmanager
    def without_encoder(self) -> Iterator[None]:
        """The weights of the sentence encoder are gone."""
        weights = self.encoder.readlink()
        self.encoder.unlink()
        try:
            yield
        finally:
            self.encoder.symlink_to(weights)

    @contextmanager
    def read_only_disk(self) -> Iterator[None]:
        """The conversations database cannot be written when web and actions start."""
        mount = ["mount", "-o", "remount,ro", str(self.disk)]
        with self.dead("web"), self.dead("actions"):
            time.sleep(0.5)  # their files are closed
            subprocess.run(mount, check=True)
        try:
            yield
        finally:
            mount[2] = "remount,rw"
            subprocess.run(mount, check=True)

    @contextmanager
    def full_disk(self) -> Iterator[None]:
        """Not a byte more fits beside the conversations database."""
        filler = self.disk / "filler"
        try:
            with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
                while True:
                    file.write(bytes(4096))
            yield
        finally:
            filler.unlink()

    def set_clock(self, shift: str) -> None:
        """Move the clock of all three processes from the real one: "+30d", "-1d", "+0"."""
        self.clock.write_text(shift)
        time.sleep(2 * _CLOCK_READ_EVERY_S + 0.5)


def _serving(port: int, handler: type[BaseHTTPRequestHandler]) -> ThreadingHTTPServer:
    """A server on a port that a process is about to leave: its last thread closes it."""
    deadline = time.monotonic() + 10
    while True:
        try:
            return ThreadingHTTPServer(("127.0.0.1", port), handler)
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def _end(process: psutil.Process) -> None:
    process.kill()
    gone_by = time.monotonic() + 10
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < gone_by
        time.sleep(0.05)


@contextmanager
def drilled_stack(folder: Path) -> Iterator[Drilled]:
    """The real three processes, with a clock, a disk and an encoder of their own."""
    clock, encoder, data = folder / "clock", folder / "encoder", folder / "data"
    clock.write_text("+0")
    encoder.symlink_to(embedded_path())
    _give_trained(data, encoder)
    with _small_disk(folder / "disk") as disk:
        drilled = {
            "LD_PRELOAD": str(_CLOCK),
            "FAKETIME_TIMESTAMP_FILE": str(clock),
            "FAKETIME_CACHE_DURATION": str(_CLOCK_READ_EVERY_S),
            "DONT_FAKE_MONOTONIC": "1",
            "DECLIC_ENCODER": str(encoder),
            "DECLIC_DATABASE_URL": f"sqlite:///{disk / 'conversations.db'}",
            # The drills kill each process more than five times, a few seconds apart.
            "DECLIC_QUICK_DEATH_S": "0",
            "DECLIC_MESSAGES_PER_MINUTE": "100000",
            "DECLIC_OPENINGS_PER_MINUTE": "100000",
        }
        with running_stack(data, **drilled) as stack:
            yield Drilled(stack=stack, clock=clock, disk=disk, encoder=encoder)


def _give_trained(data: Path, encoder: Path) -> None:
    """The trained matching, under the name of the same encoder elsewhere."""
    copy_trained(data)
    trained = training.prepared(Settings(data_dir=data)).parent
    renamed = training._folder(Settings(data_dir=data, encoder=str(encoder)))
    shutil.copytree(trained, renamed)


@contextmanager
def _small_disk(path: Path) -> Iterator[Path]:
    """A file system of its own where one may be mounted, a plain folder elsewhere."""
    path.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={_DISK_MB}m", "tmpfs", str(path)]
    mounted = shutil.which("mount") and os.geteuid() == 0
    if not mounted or subprocess.run(mount, capture_output=True, check=False).returncode:
        yield path
        return
    try:
        yield path
    finally:
        subprocess.run(["umount", "-l", str(path)], check=True)


def needs_small_disk(drilled: Drilled) -> None:
    """Skip where no file system may be mounted: that takes root, and a container that allows it."""
    if not drilled.disk.is_mount():
        pytest.skip("no small file system may be mounted here")
