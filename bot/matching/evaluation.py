"""How good the matching is, on cases with known answers."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

import numpy as np

from bot.errors import DataError
from bot.matching.lines import read_object, text_of
from bot.matching.ranking import Match, Matcher

ALL: Final = "all"
_RESAMPLES: Final = 1000


@dataclass(frozen=True, kw_only=True)
class Case:
    """``gold`` empty means out of scope; ``never`` are roles that must not be in the top 3."""

    id: str
    kind: str
    background: str
    motivations: str
    gold: frozenset[str]
    never: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Scores:
    """Shares from 0 to 1, with 95 % bootstrap intervals; ``None`` where no case tells."""

    cases: int
    top1: float | None
    top1_interval: tuple[float, float] | None
    top3: float | None
    top3_interval: tuple[float, float] | None
    mrr: float | None
    never_in_top3: int
    abstained_out_of_scope: float | None
    wrongly_abstained: float | None
    p50_ms: float


@dataclass(frozen=True, kw_only=True)
class Report:
    """Scores by kind, and for all cases together.

    ``confusions``: (expected role, role put first, how often), the commonest first.
    """

    kinds: dict[str, Scores]
    confusions: tuple[tuple[str, str, int], ...]

    def to_json(self) -> dict[str, Any]:
        return {kind: _scores_json(scores) for kind, scores in self.kinds.items()}

    def to_text(self) -> str:
        """A table for the terminal."""
        heads = (
            "kind",
            "cases",
            "top-1",
            "top-3",
            "MRR",
            "never",
            "abst. oos",
            "wrong abst.",
            "p50 ms",
        )
        rows = [heads, *(_row(kind, scores) for kind, scores in self.kinds.items())]
        widths = [max(len(row[i]) for row in rows) for i in range(len(heads))]
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        )

    def confusions_to_text(self, *, most: int = 10) -> str:
        """The commonest confusions, one a line; empty when there is none."""
        return "\n".join(
            f"{count:3}  {expected} taken for {first}"
            for expected, first, count in self.confusions[:most]
        )


@dataclass(frozen=True, kw_only=True)
class _Outcome:
    case: Case
    first: str
    rank: int | None
    never: bool
    abstained: bool
    ms: float


def load_cases(paths: Iterable[Path]) -> list[Case]:
    """Read JSONL cases; DataError names the file and line of a bad one."""
    cases = []
    for path in paths:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    cases.append(_case(line, where=f"{path}:{number}"))
    return cases


def evaluate(cases: Sequence[Case], *, matcher: Matcher) -> Report:
    """Match every case, one at a time; DataError when a case names no known role."""
    known = set(matcher.role_ids)
    for case in cases:
        if unknown := (case.gold | case.never) - known:
            raise DataError(f"case {case.id}: {min(unknown)!r} is no role")
    if cases:
        _outcome(cases[0], matcher)  # the first match also warms the encoder up
    by_kind: dict[str, list[_Outcome]] = defaultdict(list)
    for case in cases:
        outcome = _outcome(case, matcher)
        by_kind[case.kind].append(outcome)
        by_kind[ALL].append(outcome)
    kinds = sorted(by_kind, key=lambda kind: (kind == ALL, kind))
    return Report(
        kinds={kind: _scores(by_kind[kind]) for kind in kinds},
        confusions=_confusions(by_kind[ALL]),
    )


def _case(line: str, *, where: str) -> Case:
    record = read_object(line, where=where)
    lists = {name: record.get(name) or [] for name in ("gold", "never")}
    if not all(isinstance(value, list) for value in lists.values()):
        raise DataError(f"{where}: gold and never must be lists of roles")
    return Case(
        id=str(record.get("id", where)),
        kind=str(record.get("kind", "")),
        background=text_of(record, "background"),
        motivations=text_of(record, "motivations"),
        gold=frozenset(map(str, lists["gold"])),
        never=frozenset(map(str, lists["never"])),
    )


def _outcome(case: Case, matcher: Matcher) -> _Outcome:
    start = time.perf_counter()
    match: Match = matcher.match(background=case.background, motivations=case.motivations)
    ms = (time.perf_counter() - start) * 1000
    ids = [role.role_id for role in match.roles]
    ranks = [ids.index(role_id) + 1 for role_id in case.gold]
    return _Outcome(
        case=case,
        first=ids[0],
        rank=min(ranks, default=None),
        never=bool(case.never & set(ids[:3])),
        abstained=match.abstained,
        ms=ms,
    )


def _scores(outcomes: Sequence[_Outcome]) -> Scores:
    ranks = [outcome.rank for outcome in outcomes if outcome.rank is not None]
    out_of_scope = [outcome.abstained for outcome in outcomes if not outcome.case.gold]
    in_scope = [outcome.abstained for outcome in outcomes if outcome.case.gold]
    return Scores(
        cases=len(outcomes),
        top1=_share(ranks, lambda rank: rank <= 1),
        top1_interval=_interval([rank <= 1 for rank in ranks]),
        top3=_share(ranks, lambda rank: rank <= 3),
        top3_interval=_interval([rank <= 3 for rank in ranks]),
        mrr=float(np.mean([1 / rank for rank in ranks])) if ranks else None,
        never_in_top3=sum(outcome.never for outcome in outcomes),
        abstained_out_of_scope=_share(out_of_scope, bool),
        wrongly_abstained=_share(in_scope, bool),
        p50_ms=median(outcome.ms for outcome in outcomes),
    )


def _confusions(outcomes: Sequence[_Outcome]) -> tuple[tuple[str, str, int], ...]:
    wrong = Counter(
        (expected, outcome.first)
        for outcome in outcomes
        if outcome.rank is not None and outcome.rank > 1
        for expected in outcome.case.gold
    )
    ordered = sorted(wrong.items(), key=lambda item: (-item[1], item[0]))
    return tuple((expected, first, count) for (expected, first), count in ordered)


def _share(values: Sequence[Any], holds: Callable[[Any], bool]) -> float | None:
    return sum(map(holds, values)) / len(values) if values else None


def _interval(hits: Sequence[bool]) -> tuple[float, float] | None:
    """95 % interval of the share, by bootstrap; the same for the same cases."""
    if not hits:
        return None
    drawn = np.random.default_rng(0).choice(np.array(hits, float), (_RESAMPLES, len(hits)))
    low, high = np.quantile(drawn.mean(axis=1), (0.025, 0.975))
    return float(low), float(high)


def _scores_json(scores: Scores) -> dict[str, Any]:
    return {
        "cases": scores.cases,
        "top1": scores.top1,
        "top1_interval": scores.top1_interval,
        "top3": scores.top3,
        "top3_interval": scores.top3_interval,
        "mrr": scores.mrr,
        "never_in_top3": scores.never_in_top3,
        "abstained_out_of_scope": scores.abstained_out_of_scope,
        "wrongly_abstained": scores.wrongly_abstained,
        "p50_ms": scores.p50_ms,
    }


def _row(kind: str, scores: Scores) -> tuple[str, ...]:
    def share(value: float | None, interval: tuple[float, float] | None = None) -> str:
        if value is None:
            return "-"
        return f"{value:.2f}" + (f" [{interval[0]:.2f}, {interval[1]:.2f}]" if interval else "")

    return (
        kind or "-",
        str(scores.cases),
        share(scores.top1, scores.top1_interval),
        share(scores.top3, scores.top3_interval),
        share(scores.mrr),
        str(scores.never_in_top3),
        share(scores.abstained_out_of_scope),
        share(scores.wrongly_abstained),
        f"{scores.p50_ms:.1f}",
    )
