"""The one tree of errors: a code, an HTTP status, a French sentence.

``detail`` is one line for the operator (English, never a person's words); ``sentence`` is what
the person reads.
"""

from typing import ClassVar


class DeclicError(Exception):
    """Root of every error that Déclic raises on purpose."""

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    sentence: ClassVar[str] = "Une erreur est survenue de notre côté. Vous pouvez réessayer."

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.code)
        self.detail = detail or self.code


class DataError(DeclicError):
    """A file that people write (role, corpus, catalogue) is wrong: names file, key and mend."""

    code = "data"


class InputError(DeclicError):
    """What an operator asks for on the command line makes no sense: names the option and why."""

    code = "input"
    status = 400


class GeocoderUnavailable(DeclicError):
    """The online geocoder does not answer in time, or answers something else."""

    code = "geocoder"
    status = 503


class CatalogueMissing(DeclicError):
    """catalogue.db is absent or unreadable."""

    code = "catalogue"
    status = 503
    sentence = "La recherche de formations est momentanément indisponible."


class MatchingUnavailable(DeclicError):
    """The encoder or the trained ranking cannot be loaded."""

    code = "matching"
    status = 503
    sentence = "La recherche de métiers est momentanément indisponible."


class StoreUnavailable(DeclicError):
    """The conversations database does not answer."""

    code = "conversations"
    status = 503
    sentence = "L'enregistrement est momentanément indisponible."


class DialogueUnavailable(DeclicError):
    """The Rasa process does not answer, or answers nothing."""

    code = "dialogue"
    status = 503
    sentence = (
        "Je n'arrive pas à répondre pour le moment. Votre message n'est pas perdu : réessayez."
    )


class DialogueUnreachable(DialogueUnavailable):
    """Nobody listens for the Rasa process, or it died in the middle of a turn."""


class DialogueSilent(DialogueUnavailable):
    """The Rasa process answers nothing: its action server is down."""
