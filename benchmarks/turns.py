"""Turns through the whole stack, next to the stock ``rasa init`` bot through its REST channel.

Both run at the same time on this machine and are asked in turn, so that noise hits both. The stock
bot is trained once into var/bench/stock.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx

from bot.dialogue import engine
from bot.settings import PROJECT, Settings
from tests.stack import Stack, free_port, running_stack

ROUNDS = 12
CONVERSATIONS = 10
LOAD_S = 15
STOCK = PROJECT / "var" / "bench" / "stock"
RASA_ENV = {**os.environ, **engine.environment(Settings())}
BACKGROUND = "J'ai été caissière dix ans, et à la maison c'est moi qui répare les ordinateurs."
MOTIVATIONS = "J'aime dépanner les gens et leur expliquer calmement, je ne veux plus de caisse."


def main() -> None:
    train_stock()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_stack(
            Path(folder),
            DECLIC_MESSAGES_PER_MINUTE="100000",
            DECLIC_REQUESTS_PER_MINUTE="1000000",
        ) as stack,
        running_stock() as stock_url,
    ):
        memory = stack.memory_mb()
        asyncio.run(measure(stack, stock_url))
        say(f"memory after start, MB: {rounded(memory)}, together {sum(memory.values()):.0f}")
        say(f"second start to ready: {stack.seconds_to_ready:.0f} s")


async def measure(stack: Stack, stock_url: str) -> None:
    async with httpx.AsyncClient(timeout=60) as http:
        closed, matching, stock = [], [], []
        for number in range(ROUNDS):
            person = await Person.start(http, stack.url)
            for choice in ("Non, ne rien garder", "Je cherche un emploi", "Bac"):
                closed.append(await timed(partial(person.click, choice)))
                stock.append(await timed(partial(ask_stock, http, stock_url, f"p{number}")))
            await person.type("57000")
            closed.append(await timed(partial(person.click, "30 km environ")))
            closed.append(await timed(partial(person.click, "Un ordinateur et internet")))
            await person.type(BACKGROUND)
            matching.append(await timed(partial(person.type, MOTIVATIONS)))
        report("closed turn", closed, stock)
        report("matching turn", matching, stock)
        # Alternated twice, so that a slow moment of the machine hits both.
        ours, theirs = 0.0, 0.0
        for _ in range(2):
            ours += await turns_per_second(lambda n: closed_turns(http, stack.url)) / 2
            theirs += await turns_per_second(lambda n: stock_turns(http, stock_url, n)) / 2
        say(
            f"turns a second, {CONVERSATIONS} conversations at once: {ours:.1f}, "
            f"stock {theirs:.1f}, ratio {ours / theirs:.2f}"
        )


class Person:
    """A conversation through the public API."""

    def __init__(self, http: httpx.AsyncClient, url: str, opened: dict) -> None:
        self._http = http
        self._url = f"{url}/api/conversations/{opened['id']}/messages"
        self._headers = {"Authorization": f"Bearer {opened['token']}"}
        self.messages = opened["messages"]

    @classmethod
    async def start(cls, http: httpx.AsyncClient, url: str) -> "Person":
        response = await http.post(f"{url}/api/conversations", json={"channel": "web"})
        response.raise_for_status()
        return cls(http, url, response.json())

    async def click(self, label: str) -> None:
        choices = [choice for message in self.messages for choice in message["choices"]]
        chosen = next(choice["id"] for choice in choices if choice["label"] == label)
        await self._post({"choice": chosen})

    async def type(self, text: str) -> None:
        await self._post({"text": text})

    async def _post(self, body: dict) -> None:
        response = await self._http.post(self._url, json=body, headers=self._headers)
        response.raise_for_status()
        self.messages = response.json()["messages"]


async def ask_stock(http: httpx.AsyncClient, url: str, sender: str) -> None:
    body = {"sender": sender, "message": "hi"}
    response = await http.post(f"{url}/webhooks/rest/webhook", json=body)
    assert response.json(), "the stock bot answered nothing"


async def closed_turns(http: httpx.AsyncClient, url: str) -> Callable[[], Awaitable[None]]:
    """A conversation that goes on with closed turns for ever: an answer, then another one."""
    person = await Person.start(http, url)
    await person.click("Non, ne rien garder")
    statuses = ["Je cherche un emploi"]

    async def turn() -> None:
        await person.click(statuses[0])
        await person.type("changer ma réponse")
        await person.click("Ma situation")

    return turn


async def stock_turns(
    http: httpx.AsyncClient, url: str, number: int
) -> Callable[[], Awaitable[None]]:
    sender = f"load-{number}-{time.monotonic()}"

    async def turn() -> None:
        for _ in range(3):
            await ask_stock(http, url, sender)

    return turn


async def turns_per_second(
    make: Callable[[int], Awaitable[Callable[[], Awaitable[None]]]],
) -> float:
    """Three turns a round, from every conversation at once, for ``LOAD_S`` seconds."""
    rounds = [await make(number) for number in range(CONVERSATIONS)]
    start, done = time.monotonic(), 0

    async def talk(turns: Callable[[], Awaitable[None]]) -> None:
        nonlocal done
        while time.monotonic() - start < LOAD_S:
            await turns()
            done += 3

    await asyncio.gather(*map(talk, rounds))
    return done / (time.monotonic() - start)


def report(name: str, ours: list[float], stock: list[float]) -> None:
    mine, theirs = statistics.median(ours), statistics.median(stock)
    say(
        f"{name}: p50 {mine * 1000:.0f} ms ({len(ours)} turns), stock bot {theirs * 1000:.0f} ms "
        f"({len(stock)} turns), ratio {mine / theirs:.2f}"
    )


async def timed(call: Callable[[], Awaitable[None]]) -> float:
    start = time.perf_counter()
    await call()
    return time.perf_counter() - start


def train_stock() -> None:
    """``rasa init`` as it comes, trained once."""
    if list(STOCK.glob("models/*.tar.gz")):
        return
    say("training the stock rasa init bot (about two minutes)")
    STOCK.mkdir(parents=True, exist_ok=True)
    command = [str(engine.python()), "-m", "rasa", "init", "--no-prompt", "--init-dir", str(STOCK)]
    subprocess.run(command, env=RASA_ENV, check=True, capture_output=True)


@contextmanager
def running_stock() -> Iterator[str]:
    port = free_port()
    command = [str(engine.python()), "-m", "rasa", "run", "--interface", "127.0.0.1"]
    process = subprocess.Popen(
        [*command, "--port", str(port)],
        cwd=STOCK,
        env=RASA_ENV,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_stock(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(20)


def wait_stock(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 240
    body = {"sender": "warm-up", "message": "hi"}
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.post(f"{url}/webhooks/rest/webhook", json=body, timeout=60).json():
                return
        except (httpx.HTTPError, ValueError):
            time.sleep(1)
    sys.exit("the stock bot did not start")


def rounded(figures: dict[str, float]) -> dict[str, int]:
    return {name: round(figure) for name, figure in figures.items()}


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
