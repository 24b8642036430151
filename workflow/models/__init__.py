"""Cycles, the six steps, proposals to the director, the committee, meetings, OBEC's follow-up."""

from workflow.models.chasing import ChasePlan, LateCount, Reminder, ReminderSchedule
from workflow.models.committee import Committee, CommitteeMember
from workflow.models.cycle import Cycle, Step, StepEvent
from workflow.models.letterhead import Letterhead, StandingPhrase
from workflow.models.meeting import AgendaItem, Attendance, Meeting, ResolutionTask
from workflow.models.proposal import Acknowledgement, Decision, IssuedNumber, Proposal
from workflow.models.recommendation import Recommendation

__all__ = [
    "Acknowledgement",
    "AgendaItem",
    "Attendance",
    "ChasePlan",
    "Committee",
    "CommitteeMember",
    "Cycle",
    "Decision",
    "IssuedNumber",
    "LateCount",
    "Letterhead",
    "Meeting",
    "Proposal",
    "Recommendation",
    "Reminder",
    "ReminderSchedule",
    "ResolutionTask",
    "StandingPhrase",
    "Step",
    "StepEvent",
]
