"""``declic doctor``: what is installed, trained and reachable."""

from collections.abc import Callable
from dataclasses import dataclass

import httpx

from bot.conversations import ConversationStore
from bot.dialogue import engine
from bot.errors import DeclicError
from bot.matching import training
from bot.roles import load_roles
from bot.settings import Settings
from bot.trainings import Catalogue


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One part, whether it is good, and what was found or what to do."""

    part: str
    good: bool
    detail: str


def examine(settings: Settings) -> list[Finding]:
    """Look at every part; a turn would work only when all findings are good."""
    checks: dict[str, Callable[[], str]] = {
        "roles": lambda: f"{len(load_roles(settings.roles_dir))} roles",
        "catalogue": lambda: _catalogue(settings),
        "matching": lambda: str(training.prepared(settings)),
        "dialogue model": lambda: engine.run_command(settings)[-1] and "trained",
        "conversations": lambda: _conversations(settings),
        "a turn": lambda: _turn(settings),
    }
    return [_finding(part, check) for part, check in checks.items()]


class _Unreachable(DeclicError):
    code = "unreachable"


def _finding(part: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(part=part, good=True, detail=check())
    except DeclicError as error:
        return Finding(part=part, good=False, detail=error.detail)


def _catalogue(settings: Settings) -> str:
    sources = Catalogue(settings.catalogue_path).sources()
    return ", ".join(f"{name}: {source.offers} offers" for name, source in sources.items())


def _conversations(settings: Settings) -> str:
    store = ConversationStore(settings.conversations_url)
    try:
        store.ping()
    finally:
        store.engine.dispose()
    return "answers"


def _turn(settings: Settings) -> str:
    address = f"http://127.0.0.1:{settings.port}/health/ready"
    try:
        response = httpx.get(address, timeout=30)
        part = None if response.status_code == 200 else response.json().get("part", "web")
    except (httpx.HTTPError, ValueError):
        raise _Unreachable(f"nothing answers at {address}; run `declic serve`") from None
    if part:
        raise _Unreachable(f"not ready: {part}")
    return "answered"
