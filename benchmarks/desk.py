"""The desk over 50,000 conversations: pages through the web process, next to a plain scan.

The scan does the same work without our indexes: it reads every row, keeps those that match, and
sorts. It and the desk are asked in turn, in one process, over the same SQLite file.
"""

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa
from starlette.testclient import TestClient

from bot.conversations import AccountRole, ConversationStore, Privacy, load_labels
from bot.conversations.accounts import Accounts
from bot.conversations.advisers import add_adviser
from bot.conversations.desk_schema import search_documents
from bot.conversations.schema import conversations, matches, profiles
from bot.conversations.searching import searchable, words_of
from bot.conversations.territories import departments
from bot.dialogue.client import DialogueClient
from bot.dialogue.shortcuts import load_shortcuts
from bot.matching.corpus import load_corpus
from bot.roles import load_roles
from bot.settings import PROJECT, Settings
from bot.web.app import create_app

CONVERSATIONS = 50_000
ROUNDS = 42
SCANS = 3
BATCH = 1_000
EMAIL, LEAD, PASSWORD = "anne@exemple.fr", "lea@exemple.fr", "une phrase assez longue"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)

LISTS = ("", "?page=40", "?attente=true", "?statut=ongoing", "?tri=oldest", "?territoire=57")
SEARCHES = ("ordinateur", "caissiere", "reparer ordinateur", "x12", "commune 57", "informat")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        store = ConversationStore(settings.conversations_url)
        store.migrate()
        fill(store)
        size = Path(folder, "conversations.db").stat().st_size / 1e6
        say(f"{CONVERSATIONS} conversations, {size:.0f} MB of SQLite")
        with TestClient(make_app(settings, store)) as client:
            for email, who in ((LEAD, "lead of France"), (EMAIL, "adviser of one département")):
                log_in(client, email)
                report(f"list, {who}", client, store, [f"/conseil{query}" for query in LISTS], "")
            log_in(client, LEAD)
            for words in SEARCHES:
                report(f"search {words!r}", client, store, [f"/conseil?q={words}"], words)
        store.engine.dispose()


def report(
    name: str, client: TestClient, store: ConversationStore, pages: list[str], words: str
) -> None:
    ours, scans = [], []
    for _ in range(SCANS):
        scans.append(timed(lambda: plain_scan(store, words)))
        for page in pages * (ROUNDS // SCANS // len(pages)):
            ours.append(timed(lambda p=page: ask(client, p)))
    clock, work = ([time[kind] for time in ours] for kind in (0, 1))
    scan, scan_work = (statistics.median(time[kind] for time in scans) for kind in (0, 1))
    say(
        f"{name}: p50 {statistics.median(clock):.0f} ms, p95 {p95(clock):.0f} ms, of which work "
        f"{statistics.median(work):.0f} and {p95(work):.0f} ({len(ours)} pages); "
        f"plain scan {scan:.0f} ms, work {scan_work:.0f}; "
        f"ratio of work {statistics.median(work) / scan_work:.3f}"
    )


def ask(client: TestClient, page: str) -> None:
    response = client.get(page)
    assert response.status_code == 200, response.status_code


def plain_scan(store: ConversationStore, words: str) -> list[Any]:
    """Every conversation, read and sorted; with words, those that hold them all."""
    wanted = searchable(words).split()
    with store.engine.connect() as connection:
        joined = conversations.join(profiles).join(search_documents)
        chosen = sa.select(
            conversations.c.id,
            conversations.c.waiting_for_human,
            conversations.c.unread,
            conversations.c.updated_at,
            search_documents.c.words,
        ).select_from(joined)
        rows = [
            row
            for row in connection.execute(chosen)
            if all(f" {word}" in f" {row.words}" for word in wanted)
        ]
    rows.sort(key=lambda row: (row.waiting_for_human, row.unread, row.updated_at), reverse=True)
    return rows[:25]


def fill(store: ConversationStore) -> None:
    """People made of sentences of the corpus, the same at each run."""
    dice = random.Random(7)
    roles = load_roles(Settings().roles_dir)
    sentences = [s.text for s in load_corpus(roles, PROJECT / "data" / "corpus") if s.text]
    codes = sorted(departments())
    accounts = Accounts(store.engine)
    accounts.save_organisation("France", departments=None)
    accounts.save_organisation("Moselle", departments=["57"])
    add_adviser(store, email=LEAD, password=PASSWORD, role=AccountRole.LEAD, organisation="France")
    add_adviser(store, email=EMAIL, password=PASSWORD, organisation="Moselle")
    for start in range(0, CONVERSATIONS, BATCH):
        rows = [person(dice, number, sentences, codes) for number in range(start, start + BATCH)]
        found = [
            {
                "conversation_id": row["id"],
                "role_id": role.id,
                "label": role.label.both,
                "score": 0.5,
                "quotes": [],
                "state": "proposed",
            }
            for row in rows
            for role in dice.sample(list(roles.values()), 3)
        ]
        labels: dict[str, list[str]] = {}
        for match in found:
            labels.setdefault(match["conversation_id"], []).append(match["label"])
        with store.engine.begin() as connection:
            connection.execute(conversations.insert(), [row["conversation"] for row in rows])
            connection.execute(profiles.insert(), [row["profile"] for row in rows])
            connection.execute(matches.insert(), found)
            documents = [
                {
                    "conversation_id": row["id"],
                    "words": words_of(row["id"], *row["said"], *labels[row["id"]]),
                }
                for row in rows
            ]
            connection.execute(search_documents.insert(), documents)


def person(
    dice: random.Random, number: int, sentences: list[str], codes: list[str]
) -> dict[str, Any]:
    id_ = f"{dice.getrandbits(120):030x}"[:24]
    code = dice.choice(codes)
    at = NOW - timedelta(minutes=dice.randrange(180 * 24 * 60))
    waiting = dice.random() < 0.1
    said = (f"Commune {number % 3000} ({code})", *dice.sample(sentences, 2))
    return {
        "id": id_,
        "said": said,
        "conversation": {
            "id": id_,
            "channel": "web",
            "consent_version": "2026-11",
            "consented_at": at,
            "updated_at": at,
            "waiting_for_human": waiting,
            "asked_for_human_at": at if waiting else None,
            "territory": code,
            "unread": dice.random() < 0.3,
            "status": dice.choice(["to_contact", "ongoing", "oriented", "closed"]),
        },
        "profile": {
            "conversation_id": id_,
            "status": "job_seeker",
            "place_name": said[0],
            "background": said[1],
            "motivations": said[2],
        },
    }


def make_app(settings: Settings, store: ConversationStore) -> Any:
    """The web process; the desk needs no Rasa."""
    no_rasa = httpx.MockTransport(lambda request: httpx.Response(503))
    return create_app(
        settings,
        dialogue=DialogueClient("http://rasa", timeout_s=1, transport=no_rasa),
        store=store,
        privacy=Privacy(store, settings=settings),
        recognise=load_shortcuts(PROJECT / "data" / "answers" / "shortcuts.yml"),
        labels=load_labels(),
    )


def log_in(client: TestClient, email: str) -> None:
    client.cookies.clear()
    page = client.get("/conseil/connexion").text
    token = page.split('name="form_token" value="')[1].split('"')[0]
    data = {"form_token": token, "email": email, "password": PASSWORD}
    assert client.post("/conseil/connexion", data=data).status_code == 200


def timed(call: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds on the clock, and of work of this process's processors: the first grows with
    what else the machine does, the second hardly.
    """
    start, start_work = time.perf_counter(), time.process_time()
    call()
    return (time.perf_counter() - start) * 1000, (time.process_time() - start_work) * 1000


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
