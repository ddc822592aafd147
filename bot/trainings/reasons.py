"""Why an offer is shown to a person: how far it is, whether she may enter, who may pay."""

from collections.abc import Mapping
from typing import Any, Final

from bot.places import distance_km
from bot.trainings.eligibility import judge
from bot.trainings.guides import Guides
from bot.trainings.model import Modality, Offer
from bot.trainings.query import TrainingMatch, TrainingQuery

_HERE_KM: Final = 3.0


def explained(
    offer: Offer, query: TrainingQuery, *, texts: Mapping[str, Any], guides: Guides
) -> TrainingMatch:
    """The offer as a match of ``query``, with its reasons from data/trainings/texts.yml."""
    eligibility, why = judge(offer, query.applicant, texts=texts["eligibility"])
    distance = _distance(offer, query)
    beyond = distance is not None and distance > query.reach_km
    reasons = [_where(offer, distance, query, texts["place"]), why]
    if offer.alternance:
        reasons.append(texts["alternance"])
    elif offer.cost == 0:
        reasons.append(texts["free"])
    elif funding := guides.funding_for(offer, query.applicant.status):
        reasons.append(funding.sentence)
    reasons += (
        texts["label"].format(label=label.name) for label in guides.labels_on(offer, query.today)
    )
    return TrainingMatch(
        offer=offer,
        distance_km=distance,
        eligibility=eligibility,
        reasons=tuple(reasons),
        beyond=beyond,
        about=query.area and distance is not None,
    )


def _distance(offer: Offer, query: TrainingQuery) -> float | None:
    if (
        query.point is None
        or offer.modality is Modality.REMOTE
        or offer.latitude is None
        or offer.longitude is None
    ):
        return None
    return distance_km(*query.point, offer.latitude, offer.longitude)


def _where(
    offer: Offer, distance: float | None, query: TrainingQuery, texts: Mapping[str, str]
) -> str:
    if offer.modality is Modality.REMOTE:
        return texts["remote"]
    if distance is None:
        return texts["unknown"]
    if offer.area:
        return texts["department"].format(place=offer.place_name)
    if distance > query.reach_km:
        name = "beyond"
    elif query.area:
        name = "area"
    else:
        name = "here" if distance <= _HERE_KM else "near"
    return texts[name].format(km=round(distance))
