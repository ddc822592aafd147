"""Trains the ranking on the role sheets and the corpus; cached by content, same result twice."""

import hashlib
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import joblib
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bot.errors import MatchingUnavailable
from bot.matching.clauses import neutral
from bot.matching.corpus import OUT_OF_SCOPE, Sample, load_corpus
from bot.matching.cues import Cues, load_cues
from bot.matching.encoder import EMBEDDED, Encoder, SentenceEncoder, check_embedded
from bot.matching.model import Linear, Model
from bot.matching.occupations import Occupations, load_occupations
from bot.matching.ranking import Matcher
from bot.matching.refusals import Refusals, load_refusals
from bot.matching.themes import load_themes
from bot.roles import Role, load_roles
from bot.settings import PROJECT, Settings

CORPUS: Final = PROJECT / "data" / "corpus"
KNOWLEDGE: Final = PROJECT / "data" / "matching"
_VECTORS: Final = "vectors.npz"
_ITERATIONS: Final = 60
_NO_PART_OF_TRAINING: Final = {"evaluation", "lines"}

LEXICAL_WEIGHT: Final = 0.33
DENSE_WEIGHT: Final = 0.1
CUE_WEIGHT: Final = 0.07
OCCUPATION_WEIGHT: Final = 0.2
THEME_WEIGHT: Final = 0.2
ADVICE_WEIGHT: Final = 0.08
ABSTAIN_FROM: Final = 0.15
NONE_SHARE: Final = 0.15
"""What the texts with nothing digital weigh among all, however many of each were written."""
DENSE_TEXTS: Final = 150
"""Texts of a class that are encoded for training, at most: encoding is slow, and the sentence
vectors weigh little."""
LEXICAL_C: Final = 5.0
DENSE_C: Final = 3.0
THEME_C: Final = 0.1

Say = Callable[[str], None]


def prepare(settings: Settings, *, say: Say) -> Path:
    """Train unless the model of the present inputs exists; returns its folder."""
    folder = _folder(settings)
    if (folder / "model.joblib").exists():
        return folder
    if settings.encoder == EMBEDDED:
        check_embedded()
    roles = load_roles(settings.roles_dir)
    samples = load_corpus(roles, CORPUS)
    say(f"training the matching on {len(samples)} texts (two to four minutes)")
    encoder = SentenceEncoder(settings.encoder)
    encoded = _spread(samples, most=DENSE_TEXTS)
    vectors = _vectors(encoded, encoder, cache=settings.matching_dir / _VECTORS)
    say("vectors made, fitting")
    model = train(
        samples,
        theme_rows(samples, roles),
        encoded=encoded,
        vectors=vectors,
        role_ids=tuple(roles),
    )
    unfinished = folder.with_suffix(".new")
    unfinished.mkdir(parents=True, exist_ok=True)
    joblib.dump(model, unfinished / "model.joblib")
    shutil.rmtree(folder, ignore_errors=True)
    unfinished.rename(folder)
    for old in settings.matching_dir.iterdir():
        if old.is_dir() and old != folder:
            shutil.rmtree(old, ignore_errors=True)
    return folder


def train(
    samples: Sequence[Sample],
    themes: NDArray[np.float64],
    *,
    encoded: Sequence[Sample],
    vectors: NDArray[np.float32],
    role_ids: tuple[str, ...],
) -> Model:
    """Fit the three classifiers; ``themes`` has a row for each of ``samples``, ``vectors`` for each
    of ``encoded``.

    The lexical one also sees each answer of a story alone, as people often give only one.
    """
    characters = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True, max_features=80_000,
        dtype=np.float32,
    )  # fmt: skip
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True, dtype=np.float32)
    classes = [*role_ids, OUT_OF_SCOPE]
    targets = _targets(samples, classes)
    pieces = [(part, sample.role_id) for sample in samples for part in (sample.text, *sample.parts)]
    texts = [neutral(text) for text, _ in pieces]
    rows = hstack([characters.fit_transform(texts), words.fit_transform(texts)], format="csr")
    piece_targets = np.array([classes.index(role_id) for _, role_id in pieces])
    return Model(
        role_ids=role_ids,
        characters=characters,
        words=words,
        lexical=_fit(rows, piece_targets, c=LEXICAL_C),
        dense=_fit(vectors, _targets(encoded, classes), c=DENSE_C),
        themes=_fit(themes, targets, c=THEME_C),
        lexical_weight=LEXICAL_WEIGHT,
        dense_weight=DENSE_WEIGHT,
        cue_weight=CUE_WEIGHT,
        occupation_weight=OCCUPATION_WEIGHT,
        theme_weight=THEME_WEIGHT,
        advice_weight=ADVICE_WEIGHT,
        abstain_from=ABSTAIN_FROM,
    )


def prepared(settings: Settings) -> Path:
    """The trained model's file; MatchingUnavailable when there is none for the present inputs."""
    path = _folder(settings) / "model.joblib"
    if not path.exists():
        raise MatchingUnavailable("the matching is not trained; run `declic prepare`")
    return path


def load_matcher(settings: Settings, *, encoder: Encoder | None = None) -> Matcher:
    """The matcher that ``prepare`` trained; MatchingUnavailable when there is none."""
    path = prepared(settings)
    roles = load_roles(settings.roles_dir)
    return Matcher(
        joblib.load(path),
        encoder=encoder or SentenceEncoder(settings.encoder),
        cues=knowledge(roles),
        occupations=occupations(roles),
        themes=load_themes(KNOWLEDGE / "themes.yml", roles=roles),
        refusals=refusals(roles),
    )


def knowledge(roles: dict[str, Role]) -> Cues:
    """Words that speak for roles, from data/matching."""
    return load_cues(sorted(KNOWLEDGE.glob("cues*.yml")), roles=roles)


def occupations(roles: dict[str, Role]) -> Occupations:
    """Former occupations, from data/matching."""
    return load_occupations(KNOWLEDGE / "occupations.yml", roles=roles)


def theme_rows(samples: Sequence[Sample], roles: dict[str, Role]) -> NDArray[np.float64]:
    """The features of ``Themes``, a row for each sample."""
    themes = load_themes(KNOWLEDGE / "themes.yml", roles=roles)
    cues = knowledge(roles)
    return np.stack([themes.features(s.text, cues.score(s.text)) for s in samples])


def refusals(roles: dict[str, Role]) -> Refusals:
    """Ways to refuse, from data/matching."""
    return load_refusals(KNOWLEDGE / "refusals.yml", roles=roles)


def _fit(rows: Any, targets: NDArray[np.int_], *, c: float) -> Linear:
    # A limit on the iterations, not on the convergence: more of them fit the corpus, not people.
    fitted = LogisticRegression(C=c, max_iter=_ITERATIONS, tol=1e-3)
    import warnings

    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted.fit(rows, targets, sample_weight=_weights(targets))
    return Linear(
        weights=fitted.coef_.astype(np.float32), biases=fitted.intercept_.astype(np.float32)
    )


def _targets(samples: Sequence[Sample], classes: Sequence[str]) -> NDArray[np.int_]:
    return np.array([classes.index(sample.role_id) for sample in samples])


def _weights(targets: NDArray[np.int_]) -> NDArray[np.float64]:
    """One for each text of a role; those of the last class, "none of them", make NONE_SHARE."""
    none = targets == targets.max()
    each = NONE_SHARE / (1 - NONE_SHARE) * np.sum(~none) / max(np.sum(none), 1)
    weights: NDArray[np.float64] = np.where(none, each, 1.0)
    return weights


def _spread(samples: Sequence[Sample], *, most: int) -> list[Sample]:
    """At most ``most`` samples of each class, taken evenly over the files that hold them."""
    classes: dict[str, list[Sample]] = {}
    for sample in samples:
        classes.setdefault(sample.role_id, []).append(sample)
    return [
        of_class[index]
        for of_class in classes.values()
        for index in sorted({int(i) for i in np.linspace(0, len(of_class) - 1, most)})
    ]


def _vectors(samples: Sequence[Sample], encoder: Encoder, *, cache: Path) -> NDArray[np.float32]:
    """A vector for each sample, encoding only texts that were never encoded before."""
    texts = [neutral(sample.text) for sample in samples]
    keys = [_digest(encoder.name, text) for text in texts]
    known: dict[str, NDArray[np.float32]] = {}
    if cache.exists():
        with np.load(cache) as stored:
            known = dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))
    missing = {key: t for key, t in zip(keys, texts, strict=True) if key not in known}
    if missing:
        known |= dict(zip(missing, encoder.encode(list(missing.values())), strict=True))
        wanted = list(dict.fromkeys(keys))
        cache.parent.mkdir(parents=True, exist_ok=True)
        beside = cache.with_name(f"new-{cache.name}")
        np.savez(beside, keys=np.array(wanted), vectors=np.stack([known[key] for key in wanted]))
        beside.replace(cache)
    return np.stack([known[key] for key in keys])


def _folder(settings: Settings) -> Path:
    """Named after all that the model depends on."""
    sha = hashlib.sha256(settings.encoder.encode())
    here = Path(__file__).parent
    code = sorted(p for p in here.glob("*.py") if p.stem not in _NO_PART_OF_TRAINING)
    for path in [
        *code,
        *sorted(settings.roles_dir.glob("*.yml")),
        *sorted(CORPUS.rglob("*.jsonl")),
        *sorted(KNOWLEDGE.glob("*.yml")),
    ]:
        sha.update(path.name.encode())
        sha.update(path.read_bytes())
    return settings.matching_dir / sha.hexdigest()[:16]


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]
