"""Long conversations and many at once, next to the stock ``rasa init`` bot.

Prints p50 by turn of one conversation of ``TURNS`` turns through the whole stack and with the stock
bot, asked in turn; writes docs/turns.svg. Then ``PEOPLE`` whole conversations at a time for
``LOAD_S`` seconds (``DECLIC_BENCH_LOAD_S`` to change): errors, answers lost, memory before and
after.
"""

import asyncio
import os
import statistics
import tempfile
import time
from functools import partial
from pathlib import Path

import httpx
import matplotlib as mpl

mpl.use("svg")
mpl.rcParams["svg.hashsalt"] = "declic"  # same figures, same bytes
from matplotlib import pyplot  # noqa: E402

from benchmarks.turns import (  # noqa: E402
    BACKGROUND,
    MOTIVATIONS,
    Person,
    ask_stock,
    closed_turns,
    rounded,
    running_stock,
    say,
    timed,
    train_stock,
)
from bot.settings import PROJECT  # noqa: E402
from tests.stack import Stack, running_stack  # noqa: E402

TURNS = 120
WINDOW = 10
PEOPLE = 50
LOAD_S = float(os.environ.get("DECLIC_BENCH_LOAD_S", "60"))
PLOT = PROJECT / "docs" / "turns.svg"
NO_LIMITS = {
    "DECLIC_MESSAGES_PER_MINUTE": "100000",
    "DECLIC_OPENINGS_PER_MINUTE": "100000",
    "DECLIC_REQUESTS_PER_MINUTE": "1000000",
    "DECLIC_TURN_TIMEOUT_S": "30",
}


def main() -> None:
    train_stock()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_stack(Path(folder), **NO_LIMITS) as stack,
    ):
        with running_stock() as stock_url:
            asyncio.run(growth(stack, stock_url))
        asyncio.run(load(stack))


async def growth(stack: Stack, stock_url: str) -> None:
    ours: list[float] = []
    stock: list[float] = []
    async with httpx.AsyncClient(timeout=60) as http:
        round_of_three = await closed_turns(http, stack.url)
        while len(ours) < TURNS:
            ours += [await timed(round_of_three) / 3] * 3
            stock += [
                await timed(partial(ask_stock, http, stock_url, "long-conversation"))
                for _ in range(3)
            ]
    windows = range(0, TURNS, WINDOW)
    mine, theirs = (
        [statistics.median(times[first : first + WINDOW]) * 1000 for first in windows]
        for times in (ours, stock)
    )
    for first, declic, other in zip(windows, mine, theirs, strict=True):
        say(f"turns {first + 1:3} to {first + WINDOW:3}: p50 {declic:.0f} ms, stock {other:.0f} ms")
    at_100 = 100 // WINDOW - 1
    say(
        f"turn 100 to turn 5: ratio {mine[at_100] / mine[0]:.2f}, "
        f"stock bot {theirs[at_100] / theirs[0]:.2f}"
    )
    plot(list(windows), mine, theirs)


async def load(stack: Stack) -> None:
    """Warm-up for a fifth of the time, then memory at both ends of the rest."""
    done, errors = 0, 0
    end = time.monotonic() + LOAD_S
    before: dict[str, float] = {}

    async def people(http: httpx.AsyncClient) -> None:
        nonlocal done, errors
        while time.monotonic() < end:
            try:
                done += await whole_conversation(http, stack.url)
            except (httpx.HTTPError, StopIteration, LookupError):
                errors += 1

    async def remember() -> None:
        await asyncio.sleep(LOAD_S / 5)
        before.update(stack.memory_mb())

    async with httpx.AsyncClient(timeout=60) as http:
        await asyncio.gather(remember(), *(people(http) for _ in range(PEOPLE)))
    after = stack.memory_mb()
    say(
        f"{PEOPLE} conversations at once for {LOAD_S:.0f} s: {done} turns "
        f"({done / LOAD_S:.1f} a second), {errors} conversations in error"
    )
    growths = {name: f"{after[name] / before[name] - 1:+.1%}" for name in after}
    say(f"memory after the warm-up, MB: {rounded(before)}; growth until the end: {growths}")


async def whole_conversation(http: httpx.AsyncClient, url: str) -> int:
    """From the consent to the three roles; its number of turns. LookupError without the roles."""
    person = await Person.start(http, url)
    for choice in ("Non, ne rien garder", "Je cherche un emploi", "Bac"):
        await person.click(choice)
    await person.type("57000")
    await person.click("30 km environ")
    await person.click("Un ordinateur et internet")
    await person.type(BACKGROUND)
    await person.type(MOTIVATIONS)
    if sum(card["kind"] == "role" for message in person.messages for card in message["cards"]) < 3:
        raise LookupError("an answer was lost: no three roles")
    return 9


def plot(turns: list[int], ours: list[float], stock: list[float]) -> None:
    figure, axes = pyplot.subplots(figsize=(7, 4))
    middle = [turn + WINDOW / 2 for turn in turns]
    axes.plot(middle, ours, marker="o", label="Déclic, whole stack, SQL tracker")
    axes.plot(middle, stock, marker="o", label="stock rasa init bot, tracker in memory")
    axes.set(xlabel="turn of the conversation", ylabel="p50, ms", ylim=(0, None))
    axes.legend()
    figure.tight_layout()
    figure.savefig(PLOT, metadata={"Date": None})
    pyplot.close(figure)
