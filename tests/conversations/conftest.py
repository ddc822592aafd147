from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.conversations import ConversationStore
from bot.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


@pytest.fixture
def store(settings: Settings) -> Iterator[ConversationStore]:
    store = ConversationStore(settings.conversations_url)
    store.migrate()
    yield store
    store.engine.dispose()
