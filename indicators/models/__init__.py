"""Editions of the standards and one year's content: items, people, evidence, scores."""

from indicators.models.assessment import Assessment, IndicatorReview, Item, ItemRevision
from indicators.models.assignment import Assignment, SupportingProject
from indicators.models.catalogue import (
    Consideration,
    Edition,
    Indicator,
    QualityLevel,
    RequiredEvidence,
    RubricLevel,
    Standard,
)
from indicators.models.checklist import ChecklistRow, ChecklistTick
from indicators.models.evidence import (
    Blob,
    Citation,
    Evidence,
    EvidenceFile,
    EvidenceLink,
    EvidenceRevision,
)
from indicators.models.handover import EvidenceHandover
from indicators.models.inbox import InboxEntry
from indicators.models.permissions import AssessmentUserPermission, ItemUserPermission
from indicators.models.rendition import Rendition
from indicators.models.request import ItemRequest, RequestStep
from indicators.models.score import AgreedScore, Score, ScoreDraft, VerifiedScore
from indicators.models.submission import SubmittedCitation, YearSubmission
from indicators.models.text import BlobText, TextPart
from indicators.models.thread import Comment, Mention, Thread
from indicators.models.upload import Upload

__all__ = [
    "AgreedScore",
    "Assessment",
    "AssessmentUserPermission",
    "Assignment",
    "Blob",
    "BlobText",
    "ChecklistRow",
    "ChecklistTick",
    "Citation",
    "Comment",
    "Consideration",
    "Edition",
    "Evidence",
    "EvidenceFile",
    "EvidenceHandover",
    "EvidenceLink",
    "EvidenceRevision",
    "InboxEntry",
    "Indicator",
    "IndicatorReview",
    "Item",
    "ItemRequest",
    "ItemRevision",
    "ItemUserPermission",
    "Mention",
    "QualityLevel",
    "Rendition",
    "RequestStep",
    "RequiredEvidence",
    "RubricLevel",
    "Score",
    "ScoreDraft",
    "Standard",
    "SubmittedCitation",
    "SupportingProject",
    "TextPart",
    "Thread",
    "Upload",
    "VerifiedScore",
    "YearSubmission",
]
