"""What ``declic trainings import`` puts together: reader of the file, matching, catalogue."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.progress import Progress as Bar

from bot.errors import MatchingUnavailable
from bot.places import load_finder
from bot.roles import Role, load_roles
from bot.settings import Settings
from bot.trainings import ImportReport, import_offers
from bot.trainings.importers import Format, Progress, open_catalogue
from bot.trainings.scope import Ranking, RankRoles, Scope, load_codes

if TYPE_CHECKING:
    from bot.matching import Matcher
    from bot.matching.encoder import Vectors

_DIMENSIONS: Final = 384
"""Of the embedded encoder's vectors; another encoder is loaded and used."""


class _WordsOnly:
    """No sentence encoder, so that an import does not load torch: titles are read by their words.

    The sentence encoder reads 3 of the 596 titles of data/trainings/titles.csv otherwise.
    """

    name = "words only"

    def encode(self, texts: Sequence[str]) -> "Vectors":
        import numpy as np

        return np.zeros((len(texts), _DIMENSIONS), dtype=np.float32)


def title_scope(
    settings: Settings, *, roles: Mapping[str, Role], say: Callable[[str], None]
) -> Scope:
    """Tells the roles of offers; the matching is loaded when the first title needs it."""
    return Scope(roles, codes=load_codes(roles=roles), rank=_rank(settings, say=say))


def import_catalogue(
    settings: Settings,
    path: Path,
    *,
    source: str,
    format_: Format | None,
    allow_empty: bool,
    progress: Progress,
    say: Callable[[str], None],
) -> ImportReport:
    """Import one file; see ``bot.trainings.import_offers`` for what is promised."""
    roles = load_roles(settings.roles_dir)
    reader = open_catalogue(
        path,
        format_=format_,
        source=source,
        scope=title_scope(settings, roles=roles, say=say),
        finder=load_finder(),
        today=date.today(),
        progress=progress,
    )
    return import_offers(
        settings.catalogue_path,
        reader,
        source=source,
        roles=roles,
        allow_empty=allow_empty,
    )


def report_path(settings: Settings, source: str) -> Path:
    """Where the refusals of a source are listed: a file name that no source can lead elsewhere."""
    name = re.sub(r"[^\w.-]+", "-", source).strip(".-") or "source"
    return settings.data_dir / "imports" / f"{name[:100]}.csv"


@contextmanager
def shown(path: Path) -> Iterator[Progress]:
    """A progress bar over the bytes of a file, on a terminal only."""
    console = Console(stderr=True)
    with Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    ) as bar:
        total = path.stat().st_size if path.is_file() else None
        task = bar.add_task(path.name, total=total)
        yield lambda size: bar.advance(task, size)


def _rank(settings: Settings, *, say: Callable[[str], None]) -> RankRoles:
    @cache
    def matcher() -> "Matcher | None":
        from bot.matching import load_matcher
        from bot.matching.encoder import EMBEDDED

        encoder = _WordsOnly() if settings.encoder == EMBEDDED else None
        try:
            return load_matcher(settings, encoder=encoder)
        except MatchingUnavailable as error:
            say(f"{error.detail}: titles are read by the names of roles alone")
            return None

    def rank(text: str) -> Ranking:
        ready = matcher()
        if ready is None:
            return Ranking()
        match = ready.match(background="", motivations=text)
        return Ranking(
            role_ids=tuple(role.role_id for role in match.roles), sure=not match.abstained
        )

    return rank
