"""Trainings: what an offer is, how catalogues come in, and how the right offer is found."""

from bot.trainings.catalogue import Catalogue, import_offers
from bot.trainings.eligibility import Applicant, Eligibility
from bot.trainings.guides import Guides, load_guides
from bot.trainings.model import Modality, Offer, Precision, Public
from bot.trainings.neighbours import Neighbours, load_neighbours
from bot.trainings.query import SearchMode, TrainingMatch, TrainingQuery
from bot.trainings.report import ImportReport

__all__ = [
    "Applicant",
    "Catalogue",
    "Eligibility",
    "Guides",
    "ImportReport",
    "Modality",
    "Neighbours",
    "Offer",
    "Precision",
    "Public",
    "SearchMode",
    "TrainingMatch",
    "TrainingQuery",
    "import_offers",
    "load_guides",
    "load_neighbours",
]
