"""Editions of the standards and one year's content: items, people, evidence, scores."""

from indicators.models.assessment import Assessment, IndicatorReview, Item, ItemRevision
from indicators.models.assignment import Assignment, SupportingProject
from indicators.models.catalogue import (
    Consideration,
    Edition,
    Indicator,
    QualityLevel,
    RubricLevel,
    Standard,
)
from indicators.models.evidence import (
    Blob,
    Citation,
    Evidence,
    EvidenceFile,
    EvidenceLink,
    EvidenceRevision,
)
from indicators.models.permissions import AssessmentUserPermission, ItemUserPermission
from indicators.models.question import Question
from indicators.models.score import AgreedScore, Score, ScoreDraft, VerifiedScore
from indicators.models.text import BlobText, TextPart

__all__ = [
    "AgreedScore",
    "Assessment",
    "AssessmentUserPermission",
    "Assignment",
    "Blob",
    "BlobText",
    "Citation",
    "Consideration",
    "Edition",
    "Evidence",
    "EvidenceFile",
    "EvidenceLink",
    "EvidenceRevision",
    "Indicator",
    "IndicatorReview",
    "Item",
    "ItemRevision",
    "ItemUserPermission",
    "QualityLevel",
    "Question",
    "RubricLevel",
    "Score",
    "ScoreDraft",
    "Standard",
    "SupportingProject",
    "TextPart",
    "VerifiedScore",
]
