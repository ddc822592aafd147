"""Offers and places made by hand for the tests of trainings."""

from datetime import date

from bot.places import Place, PlaceKind
from bot.trainings.model import Modality, Offer

TODAY = date(2026, 11, 24)
METZ = (49.1193, 6.1757)
NANCY = (48.6921, 6.1844)
LILLE = (50.6292, 3.0573)
SAINT_DENIS_974 = (-20.8823, 55.4504)


def offer(reference: str, **values: object) -> Offer:
    """An offer on site in Metz for web developers, with what ``values`` change."""
    source = str(values.pop("source", "region"))
    defaults: dict[str, object] = {
        "id": f"{source}:{reference}",
        "title": f"Développement web {reference}",
        "provider": "Atelier des Tests",
        "role_ids": ("developpeur-web",),
        "modality": Modality.ON_SITE,
        "place_name": "Metz (57)",
        "latitude": METZ[0],
        "longitude": METZ[1],
        "start_date": date(2027, 1, 10),
        "source": source,
        "updated_at": TODAY,
    }
    return Offer(**(defaults | values))  # type: ignore[arg-type]


def remote(reference: str, **values: object) -> Offer:
    """A fully remote offer, at no place."""
    return offer(
        reference,
        modality=Modality.REMOTE,
        place_name="",
        latitude=None,
        longitude=None,
        **values,
    )


def locate(text: str) -> Place | None:
    """Metz, and nothing else."""
    if "Metz" not in text:
        return None
    return Place(
        id="57463",
        name="Metz",
        kind=PlaceKind.COMMUNE,
        department_code="57",
        department_name="Moselle",
        region_code="44",
        region_name="Grand Est",
        latitude=METZ[0],
        longitude=METZ[1],
    )
