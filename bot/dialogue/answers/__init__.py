"""What typed answers to closed questions say; ``None`` whenever it is not clear.

Pure functions over French as people type it: no accents, mistakes, slang. Word lists live in
data/answers/*.yml, for people to read and correct.
"""

from bot.dialogue.answers.equipment import read_equipment
from bot.dialogue.answers.level import read_level
from bot.dialogue.answers.passing import read_answers
from bot.dialogue.answers.radius import Radius, read_radius
from bot.dialogue.answers.status import read_status
from bot.dialogue.answers.text import plain
from bot.dialogue.answers.yes_no import is_dont_know, read_consent, read_yes_no

__all__ = [
    "Radius",
    "is_dont_know",
    "plain",
    "read_answers",
    "read_consent",
    "read_equipment",
    "read_level",
    "read_radius",
    "read_status",
    "read_yes_no",
]
