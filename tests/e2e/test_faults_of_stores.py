"""A database or the catalogue fails: the conversation goes on, and what was said is kept after."""

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.conversations import ConversationStore
from tests.e2e.drills import Drilled, needs_small_disk

pytestmark = pytest.mark.stack


@contextmanager
def locked(drilled: Drilled) -> Iterator[None]:
    """Another process holds the conversations database."""
    path = drilled.disk / "conversations.db"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        yield
        holder.execute("ROLLBACK")


@contextmanager
def failing(fault: str, drilled: Drilled) -> Iterator[None]:
    if fault == "locked":
        with locked(drilled):
            yield
        return
    needs_small_disk(drilled)
    with drilled.read_only_disk() if fault == "read-only" else drilled.full_disk():
        yield


def store_of(drilled: Drilled) -> ConversationStore:
    return ConversationStore(drilled.stack.settings.conversations_url)


@pytest.mark.parametrize("fault", ["locked", "read-only", "full"])
def test_a_database_that_takes_no_write_costs_no_turn_and_no_answer(
    survivor, drilled, fault: str
) -> None:
    survivor.says("oui")
    survivor.says("au chômage")
    with failing(fault, drilled):
        assert drilled.names("conversations")
        assert "Où habitez-vous" in survivor.insists("bac pro")
        assert "Metz (57), c'est noté" in survivor.insists("Metz")
        texts = [message["text"] for message in survivor.history()]
        assert "Metz" in texts
    drilled.wait_ready()
    survivor.says("30 km")
    store = store_of(drilled)
    record = store.conversation(survivor.id)
    assert record is not None
    assert (record.profile.level, record.profile.place_name) == (4, "Metz (57)")
    kept = [message.text for message in store.messages(survivor.id) if message.author == "person"]
    assert kept == ["oui", "au chômage", "bac pro", "Metz", "30 km"]
    store.engine.dispose()


def test_consent_is_not_claimed_while_nothing_can_be_kept_and_may_be_given_later(
    survivor, drilled
) -> None:
    with locked(drilled):
        assert "sans rien garder" in survivor.insists("oui")
    survivor.says("au chômage")
    survivor.says("parler à quelqu'un")
    assert "votre résumé est signalé" in survivor.clicks("Oui, garder un résumé")
    store = store_of(drilled)
    record = store.conversation(survivor.id)
    assert record is not None
    assert record.profile.status == "job_seeker"
    store.engine.dispose()


@pytest.mark.parametrize(
    "content", [None, b"no database at all", b"SQLite format 3\0" + b"x" * 5000]
)
def test_without_a_catalogue_the_role_is_kept_and_trainings_come_when_it_is_back(
    survivor, drilled, content: bytes | None
) -> None:
    survivor.says("non")
    for text in ("au chômage", "bac", "Metz", "30 km", "ordinateur et internet"):
        survivor.says(text)
    survivor.says("Je répare les ordinateurs de mes voisins, je monte des tours.")
    survivor.says("J'aime dépanner les gens et leur expliquer.")
    catalogue = drilled.stack.settings.catalogue_path
    away = catalogue.rename(catalogue.with_suffix(".away"))
    try:
        if content is not None:
            catalogue.write_bytes(content)
        answer = survivor.clicks("Voir les formations", survivor.cards[0]["title"])
        assert "en panne pour le moment" in answer
        assert "Voir mon résumé" in survivor.choices
        assert drilled.names("catalogue")
    finally:
        away.replace(catalogue)
    assert "Formations pour ce métier" in survivor.clicks("Réessayer")
    assert [card for card in survivor.cards if card["kind"] == "training"]
