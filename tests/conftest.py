import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack import Stack, running_stack

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The real three processes, started once for all tests that talk to them."""
    folder: Path = tmp_path_factory.mktemp("stack")
    limits = {
        "DECLIC_MESSAGES_PER_MINUTE": "100000",
        "DECLIC_OPENINGS_PER_MINUTE": "100000",
    }
    with running_stack(folder, **limits) as running:
        yield running


@pytest.fixture(scope="module")
def chromium():
    """A real Chromium; absent, tests are skipped, and fail in CI.

    Closed after each module: while it is open, its event loop keeps async tests from running.
    """
    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("chromium is not installed")
        pytest.skip("chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()
