"""Roles: what a role is, how its sheet is read, and how people name it."""

from bot.roles.catalogue import read_roles, write_roles
from bot.roles.loading import load_role, load_roles
from bot.roles.model import (
    Demand,
    Entry,
    Examples,
    Family,
    Label,
    Prospects,
    Role,
    Salary,
    Telework,
    TeleworkLevel,
)
from bot.roles.naming import find_roles

__all__ = [
    "Demand",
    "Entry",
    "Examples",
    "Family",
    "Label",
    "Prospects",
    "Role",
    "Salary",
    "Telework",
    "TeleworkLevel",
    "find_roles",
    "load_role",
    "load_roles",
    "read_roles",
    "write_roles",
]
