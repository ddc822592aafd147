import hashlib
from collections.abc import Sequence

import numpy as np
import pytest

from bot.matching import Matcher, load_matcher
from bot.roles import Role, load_roles
from bot.settings import Settings


@pytest.fixture(scope="session")
def roles() -> dict[str, Role]:
    return load_roles(Settings().roles_dir)


@pytest.fixture(scope="session")
def matcher() -> Matcher:
    """The real one, as ``make test`` has prepared it."""
    return load_matcher(Settings())


class FakeEncoder:
    """Vectors from the hash of the text: always the same, close to nothing."""

    name = "fake"

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        rows = np.empty((len(texts), 16), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
            row[:] = np.random.default_rng(seed).normal(size=16)
            row /= np.linalg.norm(row)
        return rows


@pytest.fixture(scope="session")
def fake_encoder() -> FakeEncoder:
    return FakeEncoder()
