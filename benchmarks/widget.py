"""The widget next to rasa-webchat, the chat widget for Rasa on npm: transfer size, start time under
a processor four times slower, and how long a person waits for the first message.

Both are served gzipped by the same kind of server and started in turn in the same Chromium, so that
noise hits both. rasa-webchat is fetched with npm once, into var/bench.
"""

import gzip
import http.server
import json
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from bot.settings import PROJECT, Settings
from bot.web import embed
from tests.conftest import QUIET
from tests.stack import Stack, running_stack

OTHER = "rasa-webchat@1.0.1"
KEPT = PROJECT / "var" / "bench" / "rasa-webchat.js"
STARTS = 15
OPENINGS = 20
SLOWER = 4
CATEGORIES = ["devtools.timeline", "disabled-by-default-v8.compile", "v8"]
WORK = {"v8.compile", "EvaluateScript", "v8.evaluateModule", "FunctionCall", "TimerFire"}
OURS = '<script src="/widget.js" async></script><declic-chat></declic-chat>'
# The two lines of its own documentation, without a server to talk to.
THEIRS = """<div id="webchat"></div><script src="/other.js"></script><script>
WebChat.default({ socketUrl: "http://127.0.0.1:9", connectOn: "open", hideWhenNotConnected: false,
  params: {} }, null)</script>"""


def main() -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        say("chromium is absent: the widget is not measured")
        return
    other = fetched()
    ours = embed.build(embed.load_texts(), longest=Settings().message_max_length)
    sizes(ours, other)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        starts(browser, ours, other)
        with (
            tempfile.TemporaryDirectory() as folder,
            running_stack(Path(folder), DECLIC_OPENINGS_PER_MINUTE="100000") as stack,
        ):
            openings(browser, stack)
        browser.close()


def fetched() -> bytes | None:
    """The other widget's bundle; ``None``, with a line that says so, when npm cannot fetch it."""
    if not KEPT.exists():
        npm = shutil.which("npm")
        if npm is None:
            say(f"npm is absent: {OTHER} is not measured")
            return None
        with tempfile.TemporaryDirectory() as folder:
            run = subprocess.run(
                [npm, "pack", OTHER, "--silent"], cwd=folder, capture_output=True, check=False
            )
            packed = list(Path(folder).glob("*.tgz"))
            if run.returncode != 0 or not packed:
                say(f"npm cannot fetch {OTHER}: it is not measured")
                return None
            with tarfile.open(packed[0]) as archive:
                bundle = archive.extractfile("package/lib/index.js")
                assert bundle is not None
                KEPT.parent.mkdir(parents=True, exist_ok=True)
                KEPT.write_bytes(bundle.read())
    return KEPT.read_bytes()


def sizes(ours: bytes, other: bytes | None) -> None:
    mine = len(gzip.compress(ours, mtime=0))
    line = f"transfer, gzipped: {mine / 1000:.1f} kB ({len(ours) / 1000:.1f} kB of source)"
    if other is not None:
        theirs = len(gzip.compress(other, mtime=0))
        line += f", {OTHER} {theirs / 1000:.1f} kB, ratio {mine / theirs:.3f}"
    say(line)


def starts(browser: Browser, ours: bytes, other: bytes | None) -> None:
    """Parse, compile and run of all scripts until the button stands there."""
    files = {"/widget.js": ours, "/other.js": other or b""}
    pages = {"/ours": OURS, "/theirs": THEIRS}
    mine, theirs = [], []
    with served(files, pages) as url:
        for _ in range(STARTS):
            mine.append(script_ms(browser, f"{url}/ours", ".launcher"))
            if other is not None:
                theirs.append(script_ms(browser, f"{url}/theirs", ".rw-launcher"))
    line = f"parse and start, processor {SLOWER}x slower: p50 {statistics.median(mine):.1f} ms"
    if theirs:
        ratio = statistics.median(mine) / statistics.median(theirs)
        line += f", {OTHER} {statistics.median(theirs):.1f} ms, ratio {ratio:.3f}"
    say(f"{line} ({STARTS} starts each)")


def script_ms(browser: Browser, url: str, ready: str) -> float:
    """Milliseconds of processor that scripts took on the main thread, from the browser's own trace:
    other work of this machine does not count.
    """
    page = browser.new_page()
    slowed(page)
    browser.start_tracing(page=page, categories=CATEGORIES)
    page.goto(url)
    page.locator(ready).wait_for(state="attached")
    trace = json.loads(browser.stop_tracing())
    page.close()
    spans = sorted(
        (event["tts"], event["tts"] + event["tdur"], (event["pid"], event["tid"]))
        for event in trace["traceEvents"]
        if event["name"] in WORK and "tdur" in event
    )
    # The work of the page is on the thread that evaluates its scripts; spans nest, so count once.
    threads = {
        (event["pid"], event["tid"])
        for event in trace["traceEvents"]
        if event["name"] == "EvaluateScript"
    }
    total, until = 0.0, 0.0
    for start, end, thread in spans:
        if thread in threads and end > until:
            total += end - max(start, until)
            until = end
    return total / 1000


def openings(browser: Browser, stack: Stack) -> None:
    """From the click on the button to the first message, and what moved on the page meanwhile."""
    took, moved = [], []
    for _ in range(OPENINGS):
        page = browser.new_page(reduced_motion="reduce")
        page.add_init_script(
            """window.shift = 0;
               new PerformanceObserver(l => { for (const e of l.getEntries()) shift += e.value })
                 .observe({ type: "layout-shift", buffered: true })"""
        )
        page.goto(f"{stack.url}/demo")
        page.locator(".launcher").wait_for()
        took.append(page.evaluate(FIRST_MESSAGE))
        page.wait_for_timeout(600)
        moved.append(page.evaluate("window.shift"))
        page.close()
    say(
        f"opening to first message on a warm server: p50 {statistics.median(took):.0f} ms, "
        f"slowest {max(took):.0f} ms ({OPENINGS} openings)"
    )
    say(f"layout shift on the portal (CLS), worst of them: {max(moved):.3f}")


FIRST_MESSAGE = """() => new Promise(done => {
  const root = document.querySelector("declic-chat").shadowRoot;
  const start = performance.now();
  new MutationObserver(() => {
    if (!root.querySelector(".message")) return;
    requestAnimationFrame(() => done(performance.now() - start));
  }).observe(root, { childList: true, subtree: true });
  root.querySelector(".launcher").click();
})"""


def slowed(page: Page) -> None:
    session: CDPSession = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


@contextmanager
def served(files: dict[str, bytes], pages: dict[str, str]) -> Iterator[str]:
    """Scripts gzipped, pages around them, from loopback."""
    packed = {path: gzip.compress(content, mtime=0) for path, content in files.items()}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            if self.path in packed:
                self.send_header("Content-Type", "text/javascript; charset=utf-8")
                self.send_header("Content-Encoding", "gzip")
                body = packed[self.path]
            else:
                self.send_header("Content-Type", "text/html; charset=utf-8")
                body = f"<!doctype html><title>x</title>{pages.get(self.path, '')}".encode()
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            """Figures are all that a benchmark prints."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
