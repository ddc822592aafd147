"""``declic serve``: the three processes, from free ports to a first real turn."""

import sys
import threading
import time
from collections.abc import Callable
from typing import Final

import httpx

from bot.dialogue import engine
from bot.dialogue.supervision import ProcessPlan, Supervisor, check_ports
from bot.settings import Settings

_ASK_EVERY_S: Final = 1.0
_SAY_EVERY_S: Final = 15.0


def launch(settings: Settings, *, say: Callable[[str], None]) -> None:
    """Run web, actions and dialogue until Ctrl-C; raises PortTaken, EngineMissing, ProcessFails."""
    check_ports("127.0.0.1", {"DECLIC_ACTIONS_PORT": settings.actions_port})
    check_ports("127.0.0.1", {"DECLIC_DIALOGUE_PORT": settings.dialogue_port})
    check_ports(settings.host, {"DECLIC_PORT": settings.port})
    engine.run_command(settings)
    supervisor = Supervisor(plans(settings), say=say, quick_s=settings.quick_death_s)
    say("starting (about half a minute)")
    threading.Thread(target=_Announcer(settings, say=say).watch, daemon=True).start()
    supervisor.run()
    say("stopped")


def plans(settings: Settings) -> list[ProcessPlan]:
    """The slowest to start first; each waits for nothing but its own files."""
    return [
        ProcessPlan(
            name=name,
            command=[sys.executable, "-m", "bot", name],
            log=settings.data_dir / "log" / f"{name}.log",
        )
        for name in ("dialogue", "actions", "web")
    ]


class _Announcer:
    """Says once that a real turn answers, and meanwhile what is still missing."""

    def __init__(self, settings: Settings, *, say: Callable[[str], None]) -> None:
        self._say = say
        # A host of 0.0.0.0 listens on loopback too.
        self._address = f"http://{settings.host.replace('0.0.0.0', '127.0.0.1')}:{settings.port}/"

    def watch(self) -> None:
        """Ask until a turn works; runs in a thread, so that supervision never waits for it."""
        started = said = time.monotonic()
        while (missing := self._missing()) is not None:
            if time.monotonic() - said > _SAY_EVERY_S:
                said = time.monotonic()
                self._say(f"still starting: {missing}")
            time.sleep(_ASK_EVERY_S)
        self._say(f"ready after {time.monotonic() - started:.0f} s at {self._address}")

    def _missing(self) -> str | None:
        """The part that does not answer yet, or ``None`` when a turn works."""
        try:
            response = httpx.get(f"{self._address}health/ready", timeout=30)
        except httpx.HTTPError:
            return "web"
        if response.status_code == 200:
            return None
        return str(response.json().get("part", "web"))
