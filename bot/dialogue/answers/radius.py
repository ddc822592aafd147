"""How far the person can travel."""

import re
from dataclasses import dataclass
from typing import Final

from bot.dialogue.answers.text import plain
from bot.person import ANYWHERE_KM

_NUMBERS: Final = {
    "cinq": 5, "dix": 10, "quinze": 15, "vingt": 20, "vingt cinq": 25, "trente": 30,
    "quarante": 40, "cinquante": 50, "soixante": 60, "quatre vingt": 80, "cent": 100,
}  # fmt: skip
_SPOKEN: Final = re.compile(
    rf"\b(?:{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})(?:aine)?\b"
)
_KM: Final = re.compile(r"\b(\d{1,4}) ?(?:km|kms|kilometres?|kilometre|kil|bornes?|klm|k)\b")
_MINUTES: Final = re.compile(r"\b(\d{1,3}) ?(?:min|mins|minutes?|mn)\b")
_HOURS: Final = re.compile(r"\b(\d|une?|deux|trois) ?(?:h|heures?)\b(?: et (demie?|quart))?")
_HALF_HOUR: Final = re.compile(r"\bdemi[e ]*heure\b|\b1 2 heure\b")
_BARE_NUMBER: Final = re.compile(
    r"^(?:environ |max(?:imum)? |jusqu a |dans les |disons |genre )*(\d{1,3})(?: max(?:imum)?| environ| a peu pres)?$"
)
_SLOW: Final = re.compile(r"\b(?:bus|tram|metro|velo|trottinette|a pied|marche|transports?)\b")
_NO_VEHICLE: Final = re.compile(
    r"\b(?:pas|sans|ni|aucun|plus|jamais)(?: (?:encore|passe|de|le|mon|la|ma|un|une|eu|d))* "
    r"(?:permis|voiture|vehicule|caisse|bagnole|auto|moyen de locomotion)\b"
    r"|\bpermis (?:retire|suspendu|annule|non)\b|\bpas vehiculee?\b"
)
_VEHICLE: Final = re.compile(r"\b(?:permis|voiture|vehiculee?|caisse|bagnole|moto|scooter)\b")

# In this order: what a text says first in the list wins.
_WORDS: Final = tuple(
    (re.compile(pattern), km)
    for pattern, km in (
        (r"\b(?:(?:que|seulement|uniquement|juste|tout|100 ?|plutot)(?: a| en)? (?:distance|ligne|visio|distanciel)|distanciel|a distance|en ligne|depuis chez moi|de chez moi|e ?learning|teletravail|remote|pas me deplacer|peux pas (?:me )?(?:bouger|deplacer)|bouge pas|0 ?km)\b", 0),
        (r"\b(?:toute la france|partout|n importe ou|peu importe|demenager|demenage|mobile|aucune limite|pas de limite|sans limite|france entiere|loin|pas de probleme|egal|ou il faut|m en fous|changer de region|autre region)\b", ANYWHERE_KM),
        (r"\b(?:toute la region|dans la region|ma region|en region)\b", 150),
        (r"\b(?:tout le departement|dans le departement|mon departement)\b", 60),
        (r"\b(?:dans ma ville|sur place|ma commune|mon quartier|dans le coin|pas loin|le moins loin|moins loin possible|(?:au )?plus pres|a cote|tout pres|proche|pres de chez moi|a pied|velo|trottinette|dans mon village)\b", 10),
        (r"\b(?:bus|tram|metro|transports?(?: en commun)?|scolaire)\b", 15),
        (r"\b(?:train|ter)\b", 60),
    )
)  # fmt: skip
_CAR_KM_AN_HOUR: Final = 60
_SLOW_KM_AN_HOUR: Final = 25
_NOT_FAR: Final = re.compile(
    r"\b(?:pas|ni)(?: \w+)? (?:loin|partout|n importe ou|demenager|mobile)\b"
)
_DENIED_MOVE: Final = re.compile(r"\b(?:pas|sans|jamais|hors de question de) (?:\w+ )?demenager\b")


@dataclass(frozen=True, kw_only=True)
class Radius:
    """Kilometres, ``None`` when only the means was said; ``has_vehicle`` when it was said."""

    km: int | None
    has_vehicle: bool | None = None


def read_radius(text: str) -> Radius | None:
    """Distance or means that the text tells; a duration is turned into an order of kilometres.

    An hour is 60 km by car, 25 km by bus, bicycle or on foot.
    """
    words = _SPOKEN.sub(lambda m: str(_NUMBERS[m.group().removesuffix("aine")]), plain(text))
    without = bool(_NO_VEHICLE.search(words))
    has_vehicle = False if without else (True if _VEHICLE.search(words) else None)
    km = _kilometres(words, slow=without or bool(_SLOW.search(words)))
    if km is None and has_vehicle is None:
        return None
    return Radius(km=km, has_vehicle=has_vehicle)


def _kilometres(words: str, *, slow: bool) -> int | None:
    if found := _KM.search(words) or _BARE_NUMBER.search(words):
        return min(int(found[1]), ANYWHERE_KM)
    hours = _hours(words)
    if hours is not None:
        return round(hours * (_SLOW_KM_AN_HOUR if slow else _CAR_KM_AN_HOUR))
    if _NOT_FAR.search(words) and not _DENIED_MOVE.search(words):
        return 10
    words = _DENIED_MOVE.sub(" ", words)
    return next((km for pattern, km in _WORDS if pattern.search(words)), None)


def _hours(words: str) -> float | None:
    if _HALF_HOUR.search(words):
        return 0.5
    if found := _MINUTES.search(words):
        return int(found[1]) / 60
    if found := _HOURS.search(words):
        spoken = {"un": 1, "une": 1, "deux": 2, "trois": 3}
        hours = spoken.get(found[1]) or int(found[1])
        return hours + {"demi": 0.5, "demie": 0.5, "quart": 0.25}.get(found[2] or "", 0)
    return None
