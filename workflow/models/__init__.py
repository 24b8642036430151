"""Cycles, the six steps, proposals to the director, the committee, meetings, OBEC's follow-up."""

from workflow.models.committee import Committee, CommitteeMember
from workflow.models.cycle import Cycle, Step, StepEvent
from workflow.models.letterhead import Letterhead, StandingPhrase
from workflow.models.meeting import AgendaItem, Attendance, Meeting, ResolutionTask
from workflow.models.proposal import Acknowledgement, Decision, IssuedNumber, Proposal
from workflow.models.recommendation import Recommendation
from workflow.models.reminders import LateCount, Reminder, ReminderPlan, ReminderSchedule

__all__ = [
    "Acknowledgement",
    "AgendaItem",
    "Attendance",
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
    "ReminderPlan",
    "ReminderSchedule",
    "ResolutionTask",
    "StandingPhrase",
    "Step",
    "StepEvent",
]
