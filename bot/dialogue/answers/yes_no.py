"""Yes, no, "je ne sais pas", and what is to be kept."""

import re
from functools import cache
from typing import Final

from bot.dialogue.answers.text import plain, read_list

_LONGEST_YES_NO: Final = 12
_CONTRAST: Final = re.compile(r"\b(?:mais|par contre|sauf)\b")


def read_yes_no(text: str) -> bool | None:
    """True for yes, False for no, whichever comes first; ``None`` when neither or both are said.

    "pas question" and the like are one expression, so that their "pas" denies nothing else; "ça me
    va pas" is a no.
    """
    words = _bare(text)
    if not words or len(words.split()) > _LONGEST_YES_NO:
        return None
    first, *others = (part.strip() for part in _CONTRAST.split(words))
    said = _yes_or_no().search(first)
    if said is None:
        return None
    agrees = said.group() in _plain_list("yes") and not first[said.end() :].startswith(" pas")
    unsaid = any(other in _plain_list("no" if agrees else "yes") for other in others)
    return None if unsaid else agrees


def read_consent(text: str) -> bool | None:
    """Whether a summary is to be kept."""
    words = f" {_bare(text)} "
    for kept, name in ((False, "keep_nothing"), (True, "keep")):
        if any(f" {phrase} " in words for phrase in _plain_list(name)):
            return kept
    return read_yes_no(text)


def is_dont_know(text: str) -> bool:
    """The whole message says "je ne sais pas", in one of its many ways."""
    words = _bare(text)
    return words in _plain_list("dont_know") or (bool(text.strip()) and not words)


def _bare(text: str) -> str:
    """The plain text without "euh", "ben"; the fillers themselves when nothing else was said."""
    bare = " ".join(_fillers().sub(" ", plain(text)).split())
    return bare or ("" if text.strip(" ?!.…") == "" else plain(text))


@cache
def _plain_list(name: str) -> frozenset[str]:
    return frozenset(plain(phrase) or phrase for phrase in read_list("yes_no")[name])


@cache
def _yes_or_no() -> re.Pattern[str]:
    said = sorted(_plain_list("yes") | _plain_list("no"), key=len, reverse=True)
    return re.compile("|".join(rf"(?<!\w){re.escape(phrase)}(?!\w)" for phrase in said))


@cache
def _fillers() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, _plain_list('fillers')))})(?!\w)")
