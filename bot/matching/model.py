"""The trained part: lexical and dense classifiers and how they are combined."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.matching.clauses import neutral

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Linear:
    """A multinomial logistic regression: weights (classes, features), biases (classes)."""

    weights: NDArray[np.float32]
    biases: NDArray[np.float32]

    def log_probabilities(self, rows: Any) -> Array:
        """Shape (rows, classes)."""
        logits = np.asarray(rows @ self.weights.T, dtype=np.float64) + self.biases
        logits -= logits.max(axis=1, keepdims=True)
        normalised: Array = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        return normalised


@dataclass(frozen=True)
class Model:
    """The last class is "none of the roles". Weights of the parts were chosen on held-out
    texts (docs/matching.md).
    """

    role_ids: tuple[str, ...]
    characters: TfidfVectorizer
    words: TfidfVectorizer
    lexical: Linear
    dense: Linear
    themes: Linear
    lexical_weight: float
    dense_weight: float
    cue_weight: float
    occupation_weight: float
    theme_weight: float
    advice_weight: float
    abstain_from: float

    def features_of(self, texts: Sequence[str]) -> csr_matrix:
        """Shape (texts, features): character and word n-grams."""
        plain = [neutral(text) for text in texts]
        parts = [self.characters.transform(plain), self.words.transform(plain)]
        return hstack(parts, format="csr")

    def probabilities(
        self,
        rows: csr_matrix,
        vector: NDArray[np.float32],
        *,
        theme_rows: Array,
        advice: Array,
        cue_scores: Array,
        occupation_scores: Array,
    ) -> tuple[Array, float]:
        """Probability of each role, and of none of them, for one person.

        ``rows``, ``theme_rows``, ``advice`` (what advisers say of the themes) and ``cue_scores``
        have a row for each reading of her words; readings add up. A former occupation tells the
        roles apart; it does not make a wish digital.
        """
        logs = self.dense_weight * self.dense.log_probabilities(vector[np.newaxis])[0]
        logs += self.lexical_weight * self.lexical.log_probabilities(rows).sum(axis=0)
        logs += self.theme_weight * self.themes.log_probabilities(theme_rows).sum(axis=0)
        logs[:-1] += self.advice_weight * advice.sum(axis=0)
        logs[:-1] += self.cue_weight * cue_scores.sum(axis=0)
        probabilities = np.exp(logs - logs.max())
        none = float(probabilities[-1] / probabilities.sum())
        roles = probabilities[:-1] * np.exp(self.occupation_weight * occupation_scores)
        return (1 - none) * roles / roles.sum(), none

    def clause_weights(self, texts: Sequence[str], theme_rows: Array) -> Array:
        """Shape (texts, roles): how much each text speaks for a role more than for the others."""
        rows = self.features_of(texts)
        weights = np.asarray(rows @ self.lexical.weights[:-1].T, dtype=np.float64)
        weights += self.theme_weight * (theme_rows @ self.themes.weights[:-1].T)
        centred: Array = weights - weights.mean(axis=1, keepdims=True)
        return centred
