"""The real three processes on free ports, with a data folder of their own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from bot.settings import PROJECT, Settings

START_TIMEOUT_S = 240


@dataclass(frozen=True)
class Stack:
    """A running ``declic serve``; ``settings`` are those that it runs with."""

    settings: Settings
    process: subprocess.Popen[str]
    output: Path
    seconds_to_ready: float

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.settings.port}"

    def child(self, name: str) -> psutil.Process:
        """The process of one part: web, actions or dialogue."""
        for child in psutil.Process(self.process.pid).children():
            try:
                line = child.cmdline() or [""]
            except psutil.Error:  # dying or dead
                continue
            if line[-1] == name or (name == "dialogue" and "engine" in line):
                return child
        raise LookupError(name)

    def memory_mb(self) -> dict[str, float]:
        """Proportional set size of each process with its children, in MB."""
        sizes = {}
        for name in ("web", "actions", "dialogue"):
            child = self.child(name)
            parts = [child, *child.children(recursive=True)]
            sizes[name] = sum(part.memory_full_info().pss for part in parts) / 1e6
        return sizes


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(data_dir: Path, **extra: str) -> dict[str, str]:
    """Environment of a ``declic`` command with its own data folder and free ports."""
    return {
        **{k: v for k, v in os.environ.items() if not k.startswith("DECLIC_")},
        "DECLIC_DATA_DIR": str(data_dir),
        "DECLIC_PORT": str(free_port()),
        "DECLIC_DIALOGUE_PORT": str(free_port()),
        "DECLIC_ACTIONS_PORT": str(free_port()),
        **extra,
    }


def copy_trained(data_dir: Path) -> None:
    """Give a data folder what ``make test`` has already trained and built in var/."""
    prepared = PROJECT / "var"
    data_dir.mkdir(parents=True, exist_ok=True)
    for name in ("dialogue", "matching"):
        shutil.copytree(prepared / name, data_dir / name, dirs_exist_ok=True)
    shutil.copy(prepared / "catalogue.db", data_dir / "catalogue.db")


def declic(*arguments: str, env: dict[str, str], **options) -> subprocess.CompletedProcess[str]:
    """Run one ``declic`` command to its end."""
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(
        command, env=env, cwd=PROJECT, capture_output=True, text=True, check=False, **options
    )


@contextmanager
def running_stack(data_dir: Path, **extra: str) -> Iterator[Stack]:
    """``declic serve`` until ready; stopped with Ctrl-C afterwards."""
    copy_trained(data_dir)
    env = environment(data_dir, **extra)
    prepared = declic("prepare", env=env)
    assert prepared.returncode == 0, prepared.stderr
    output = data_dir / "serve.log"
    start = time.monotonic()
    with output.open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "serve"], env=env, cwd=PROJECT, stderr=log, text=True
        )
    try:
        wait_ready(f"http://127.0.0.1:{env['DECLIC_PORT']}", process, output)
        settings = Settings(
            **{k.removeprefix("DECLIC_").lower(): v for k, v in env.items() if "DECLIC_" in k}
        )
        yield Stack(settings, process, output, time.monotonic() - start)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.wait(15)


def wait_ready(url: str, process: subprocess.Popen[str], output: Path) -> None:
    """Wait until a real turn answers; fails with what the processes said."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        assert process.poll() is None, output.read_text()
        try:
            if httpx.get(f"{url}/health/ready", timeout=30).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.3)
    raise AssertionError(f"not ready in {START_TIMEOUT_S} s: {output.read_text()}")
