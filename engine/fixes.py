"""Fixes to Rasa 3.6.21, each measured and each equal in behaviour to what it replaces.

``apply`` refuses any other version: a fix written against other code would be a guess.
"""

import jsonschema
from jsonschema.exceptions import best_match
from rasa.core.actions.action import RemoteAction
from rasa.shared.constants import DOCS_BASE_URL
from rasa.version import __version__

SUPPORTED = "3.6.21"


class UnsupportedRasa(RuntimeError):
    """The installed Rasa is not the one that the fixes were written for."""


def apply() -> None:
    """Mend the running Rasa; raises UnsupportedRasa for any version but 3.6.21."""
    if __version__ != SUPPORTED:
        raise UnsupportedRasa(
            f"engine: written for Rasa {SUPPORTED}, found {__version__}; "
            "install requirements/dialogue.txt"
        )
    RemoteAction._validate_action_result = _compiled_validation()


def _compiled_validation():
    """``RemoteAction._validate_action_result`` with its schema checked once instead of every call.

    ``jsonschema.validate`` checks the schema itself again at each call: 79 % of the time of a turn
    with a custom action. Same verdict, same error, same message.
    """
    schema = RemoteAction.action_response_format_spec()
    validator_class = jsonschema.validators.validator_for(schema)
    validator_class.check_schema(schema)
    validator = validator_class(schema)

    def _validate_action_result(self, result):
        error = best_match(validator.iter_errors(result))
        if error is None:
            return True
        error.message += (
            f". Failed to validate Action server response from API, "
            f"make sure your response from the Action endpoint is valid. "
            f"For more information about the format visit {DOCS_BASE_URL}/custom-actions"
        )
        raise error

    return _validate_action_result
