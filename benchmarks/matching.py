"""The matching next to simple baselines, and its time next to that of its own encoder.

Same cases for all (data/evaluation, or the files named in ``DECLIC_BENCH_CASES``, separated by
``:``), same run. A match does all that ``declic match`` does: refusals, ranking, evidence.
"""

import os
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.turns import say
from bot.matching.corpus import joined, load_corpus
from bot.matching.encoder import SentenceEncoder
from bot.matching.evaluation import Case, load_cases
from bot.matching.training import CORPUS, load_matcher, prepared
from bot.roles import Role, load_roles
from bot.settings import PROJECT, Settings

ROUNDS = 3
AT_ONCE = 100

Ranking = Callable[[Case], Sequence[str]]


def main() -> None:
    settings = Settings()
    named = os.environ.get("DECLIC_BENCH_CASES", "")
    files = [Path(f) for f in named.split(":") if f] or sorted(
        (PROJECT / "data" / "evaluation").glob("*.jsonl")
    )
    cases = [case for case in load_cases(files) if case.gold]
    roles = load_roles(settings.roles_dir)
    encoder = SentenceEncoder(settings.encoder)
    matcher = load_matcher(settings, encoder=encoder)

    def matched(case: Case) -> list[str]:
        match = matcher.match(background=case.background, motivations=case.motivations)
        return [role.role_id for role in match.roles]

    say(f"{len(cases)} cases with a role; top-1 / top-3")
    for name, ranking in (
        ("most frequent roles of the corpus", frequent(roles)),
        ("encoder against the role sheets", by_vectors(roles, encoder)),
        ("characters, TF-IDF, against the role sheets", by_characters(roles)),
        ("Déclic", matched),
    ):
        ranks = [min(list(ranking(case)).index(gold) for gold in case.gold) for case in cases]
        top1, top3 = (np.mean([rank < n for rank in ranks]) for n in (1, 3))
        say(f"  {name}: {top1:.2f} / {top3:.2f}")
    speed(cases, encoder, lambda batch: matcher.match_many(batch))
    say(f"model: {prepared(settings).stat().st_size / 1e6:.1f} MB")


def speed(
    cases: Sequence[Case],
    encoder: SentenceEncoder,
    match_many: Callable[[list[tuple[str, str]]], object],
) -> None:
    """Encoder and match in turn on the same texts, so that noise hits both."""
    encoded, matched = [], []
    for _ in range(ROUNDS):
        for case in cases:
            encoded.append(seconds(lambda c=case: encoder.encode([text_of(c)])))
            matched.append(seconds(lambda c=case: match_many([(c.background, c.motivations)])))
    for share in (50, 95):
        bare, whole = (np.percentile(times, share) * 1000 for times in (encoded, matched))
        say(
            f"p{share}: a match {whole:.1f} ms, bare encode {bare:.1f} ms, ratio {whole / bare:.2f}"
        )
    people = [(case.background, case.motivations) for case in cases[:AT_ONCE]]
    singly = seconds(lambda: [match_many([person]) for person in people])
    together = seconds(lambda: match_many(people))
    say(f"{len(people)} matches at once, to one by one: ratio {together / singly:.2f}")


def frequent(roles: dict[str, Role]) -> Ranking:
    counts = Counter(sample.role_id for sample in load_corpus(roles, CORPUS))
    order = sorted(roles, key=lambda role_id: -counts[role_id])
    return lambda _case: order


def by_vectors(roles: dict[str, Role], encoder: SentenceEncoder) -> Ranking:
    sheets = encoder.encode([sheet_of(role) for role in roles.values()])
    return nearest(list(roles), lambda case: sheets @ encoder.encode([text_of(case)])[0])


def by_characters(roles: dict[str, Role]) -> Ranking:
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    sheets = characters.fit_transform([sheet_of(role) for role in roles.values()])
    return nearest(
        list(roles),
        lambda case: (sheets @ characters.transform([text_of(case)]).T).toarray().ravel(),
    )


def nearest(ids: Sequence[str], likeness: Callable[[Case], np.ndarray]) -> Ranking:
    return lambda case: [ids[i] for i in np.argsort(-likeness(case), kind="stable")]


def sheet_of(role: Role) -> str:
    return " ".join((*role.names, role.summary, *role.what, *role.tasks))


def text_of(case: Case) -> str:
    return joined(case.background, case.motivations)


def seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
