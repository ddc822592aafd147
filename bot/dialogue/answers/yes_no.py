"""Yes, no, "je ne sais pas", and what is to be kept."""

import re
from functools import cache
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.dialogue.answers.text import plain, read_list

_LONGEST_YES_NO: Final = 12
_CONTRAST: Final = re.compile(r"\b(?:mais|par contre|sauf)\b")
_DOUBLED: Final = re.compile(r"([a-z])\1+")
_CORRECTABLE: Final = 5
"""Letters from which a word may be one mistake away from the one meant; two from ``_LONG``."""
_LONG: Final = 8


def read_yes_no(text: str) -> bool | None:
    """True for yes, False for no, whichever comes first; ``None`` when neither or both are said.

    "pas question" and the like are one expression, so that their "pas" denies nothing else; "ça me
    va pas" is a no. Doubled letters, "sa" for "ça" and a mistake in a long word are forgiven.
    """
    words = _forgiven(_bare(text))
    if not words or len(words.split()) > _LONGEST_YES_NO:
        return None
    first, *others = (part.strip() for part in _CONTRAST.split(words))
    said = _yes_or_no().search(first)
    if said is None:
        return None
    agrees = said.lastgroup == "yes" and not first[said.end() :].startswith(" pas")
    unsaid = any(other in _forgiven_list("no" if agrees else "yes") for other in others)
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
    if words in _plain_list("dont_know") or (bool(text.strip()) and not words):
        return True
    return bool(core := _core(plain(text))) and core in _dont_know_cores()


def _bare(text: str) -> str:
    """The plain text without "euh", "ben"; the fillers themselves when nothing else was said."""
    bare = " ".join(_any_of("fillers").sub(" ", plain(text)).split())
    return bare or ("" if text.strip(" ?!.…") == "" else plain(text))


def _core(words: str) -> str:
    """What is left without "vraiment", "pour l'instant", "quoi dire"."""
    return " ".join(_any_of("fillers", "around_dont_know").sub(" ", words).split())


@cache
def _dont_know_cores() -> frozenset[str]:
    return frozenset(_core(said) for said in _plain_list("dont_know")) - {""}


def _forgiven(words: str) -> str:
    """Without the mistakes that change no meaning here; words of the lists stay as they are."""
    return " ".join(_meant("ca" if word == "sa" else word) for word in _single(words).split())


def _single(words: str) -> str:
    """ "nonn" → "non", "carrément" → "carement" """
    return _DOUBLED.sub(r"\1", words)


def _meant(word: str) -> str:
    if len(word) < _CORRECTABLE or word in _vocabulary():
        return word
    allowed = 2 if len(word) >= _LONG else 1
    alike = process.extractOne(word, _vocabulary(), scorer=OSA.distance, score_cutoff=allowed)
    return alike[0] if alike and alike[0][0] == word[0] else word


@cache
def _vocabulary() -> tuple[str, ...]:
    """Words of the lists that are long enough to be corrected to."""
    said = _forgiven_list("yes") | _forgiven_list("no")
    return tuple(sorted({w for phrase in said for w in phrase.split() if len(w) >= _CORRECTABLE}))


@cache
def _plain_list(name: str) -> frozenset[str]:
    return frozenset(plain(phrase) or phrase for phrase in read_list("yes_no")[name])


@cache
def _forgiven_list(name: str) -> frozenset[str]:
    return frozenset(_single(phrase) for phrase in _plain_list(name))


@cache
def _yes_or_no() -> re.Pattern[str]:
    """The longest phrase first; "d'accord" may be written as one word, "va" as "vas"."""
    said = [(phrase, name) for name in ("yes", "no") for phrase in _forgiven_list(name)]
    said.sort(key=lambda item: -len(item[0]))
    ways = {
        name: "|".join(_way(phrase) for phrase, of in said if of == name) for name in ("yes", "no")
    }
    return re.compile(
        "|".join(f"(?P<{name}>(?<!\\w)(?:{ways[name]})(?!\\w))" for name in ("no", "yes"))
    )


def _way(phrase: str) -> str:
    joined = re.escape(phrase).replace(r"d\ ", "d ?").replace(r"l\ ", "l ?")
    return f"{joined}[es]?" if phrase[-1:].isalpha() and len(phrase) > 2 else joined


@cache
def _any_of(*names: str) -> re.Pattern[str]:
    said = sorted({way for name in names for way in _plain_list(name)}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, said))})(?!\w)")
