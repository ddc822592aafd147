"""``python -m engine …``: Rasa's own command line, with its settings and our fixes.

Run from the project's folder with the Rasa environment's Python: ``run`` (the dialogue process),
``train``, ``data validate`` and ``test`` take Rasa's own options.
"""

import os
import sys

DEFAULTS = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "DECLIC_ACTIONS_PORT": "5055",
    "DECLIC_TRACKER_DB": "var/tracker.db",
}


def main() -> None:
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    # Rasa reads the variables above when it is imported.
    import rasa.__main__

    from engine import fixes

    try:
        fixes.apply()
    except fixes.UnsupportedRasa as error:
        sys.exit(str(error))
    rasa.__main__.main()


if __name__ == "__main__":
    main()
