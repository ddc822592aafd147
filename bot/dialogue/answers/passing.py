"""Answers given in passing: "bac pro, et j'habite Forbach"."""

import re
from typing import Final

from bot.dialogue.answers.text import plain

# Explicit wordings only: an answer to a question that was not asked must leave no doubt.
_EXPLICIT: Final = {
    "status": re.compile(
        r"\b(?:je suis (?:au chomage|en cdi|en cdd|etudiante?|lyceenne?|demandeu\w+ d emploi|salariee?|"
        r"comptable en cdi)|au chomage|inscrite? a (?:pole emploi|france travail)|au rsa)\b"
    ),
    "level": re.compile(
        r"\b(?:bac(?: plus \d| pro)?|bts|dut|cap|bep|licence|master|doctorat|sans diplome|niveau \d)\b"
    ),
    "place": re.compile(r"\b(?:j habite|jhabite|je vis a|j vis a|je reside|habitant a)\b"),
    "radius": re.compile(
        r"\b(?:pas (?:le |de |encore le )?(?:permis|voiture)|sans (?:permis|voiture)|\d+ ?(?:km|bornes))\b"
    ),
    "equipment": re.compile(r"\b(?:pas d ordinateur|pas d ordi|j ai un (?:ordinateur|pc|ordi))\b"),
}


def read_answers(text: str) -> tuple[str, ...]:
    """Questions that the text answers explicitly, whichever was asked."""
    words = plain(text)
    return tuple(question for question, said in _EXPLICIT.items() if said.search(words))
