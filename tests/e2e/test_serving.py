"""``declic serve`` with the real processes: a death, then Ctrl-C."""

import signal
import time
from pathlib import Path

import psutil
import pytest

from tests.stack import running_stack, wait_ready

pytestmark = pytest.mark.stack


def test_a_killed_process_comes_back_and_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    with running_stack(tmp_path) as stack:
        children = psutil.Process(stack.process.pid).children(recursive=True)
        assert len(children) >= 3
        stack.child("dialogue").kill()
        stack.child("actions").kill()
        deadline = time.monotonic() + 20
        while "starting it again" not in stack.output.read_text():
            assert time.monotonic() < deadline, stack.output.read_text()
            time.sleep(0.1)
        wait_ready(stack.url, stack.process, stack.output)
        children += psutil.Process(stack.process.pid).children(recursive=True)

        start = time.monotonic()
        stack.process.send_signal(signal.SIGINT)
        assert stack.process.wait(15) == 0
        assert time.monotonic() - start < 10
    left = [child for child in children if child.is_running() and child.status() != "zombie"]
    assert left == []
