"""The history in words: what each verb, key and state is called."""

import re
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from esa_standards import thai
from indicators.states import AssessmentState, ItemState
from people.states import VERBS as PEOPLE_VERBS
from people.states import Role
from workflow.domain.paper_checks import field_labels
from workflow.states import MeetingState, ProposalKind, ProposalState, StepState

VERBS = {
    **PEOPLE_VERBS,
    "cycle.open": _("opened the year"),
    "step.open": _("opened the step"),
    "step.open_early": _("opened the step early"),
    "step.finish": _("finished the step"),
    "step.reopen": _("opened the step again"),
    "step.plan": _("planned the step"),
    "proposal.draft": _("began a draft"),
    "proposal.edit": _("changed the draft"),
    "proposal.propose": _("proposed"),
    "proposal.withdraw": _("withdrew"),
    "proposal.endorse": _("endorsed"),
    "proposal.approve": _("approved"),
    "proposal.return": _("returned"),
    "proposal.revoke": _("revoked"),
    "proposal.supersede": _("superseded"),
    "proposal.publish": _("published"),
    "proposal.acknowledge": _("acknowledged"),
    "assessment.open": _("opened the assessment"),
    "assessment.lock": _("locked the assessment"),
    "assessment.unlock": _("unlocked the assessment"),
    "assessment.submit": _("submitted to OBEC"),
    "edition.import": _("imported an edition"),
    "edition.verify": _("marked an edition verified"),
    "edition.unverify": _("took back an edition's verification"),
    "rights.set": _("gave the rights of the order"),
    "assignment.assign": _("assigned"),
    "assignment.assign_many": _("assigned several"),
    "assignment.transfer": _("transferred"),
    "assignment.end": _("ended the assignment"),
    "project.create": _("added a project"),
    "project.update": _("changed a project"),
    "project.remove": _("removed a project"),
    "project.restore": _("restored a project"),
    "item.hand_in": _("handed in"),
    "item.take_back": _("took back"),
    "item.due": _("set a due date"),
    "question.ask": _("asked a question"),
    "question.answer": _("answered a question"),
    "question.withdraw": _("withdrew a question"),
    "reminder.word": _("sent a word to"),
    "reminders.schedule": _("changed the reminders"),
    "review.save": _("wrote the indicator's review"),
    "evidence.add": _("added evidence"),
    "evidence.edit": _("changed evidence"),
    "evidence.revise": _("replaced evidence by a new revision"),
    "evidence.remove": _("removed evidence"),
    "evidence.restore": _("restored evidence"),
    "evidence.cite": _("cited evidence"),
    "evidence.withdraw": _("withdrew a citation"),
    "scores.hand_in": _("handed in their scores"),
    "scores.take_back": _("took back their scores"),
    "score.agree": _("recorded the agreed score"),
    "score.verify": _("recorded the verified score"),
    "meeting.call": _("called a meeting"),
    "meeting.edit": _("changed a meeting"),
    "meeting.hold": _("closed the minutes"),
    "meeting.confirm": _("confirmed the minutes"),
    "meeting.reopen": _("opened the minutes again"),
    "meeting.cancel": _("cancelled a meeting"),
    "task.add": _("gave a task"),
    "task.remove": _("took a task back"),
    "task.finish": _("reported a task as done"),
    "task.reopen": _("opened a task again"),
    "recommendation.add": _("wrote a recommendation"),
    "recommendation.edit": _("changed a recommendation"),
    "recommendation.remove": _("removed a recommendation"),
    "recommendation.answer": _("answered a recommendation"),
    "document.request": _("asked for a document"),
    "document.ready": _("document is ready"),
    "document.fail": _("document failed"),
    "document.retry": _("asked for the document again"),
}

VERBS |= {
    "letterhead.change": _("changed what the papers carry"),
    "phrase.change": _("changed a standing phrase"),
}

# What the filter shows: subject → how its verbs begin.
SUBJECTS = {
    "cycle": ("cycle.", "step.", "reminder.", "reminders."),
    "proposal": ("proposal.", "rights."),
    "people": (
        "assignment.",
        "project.",
        "person.",
        "role.",
        "acting.",
        "group.",
        "office.",
        "letterhead.",
        "phrase.",
        "delivery.",
        "rest_day.",
    ),
    "content": ("edition.", "item.", "question.", "review.", "evidence.", "score.", "scores."),
    "meeting": ("meeting.", "task."),
    "document": ("document.", "assessment.", "recommendation."),
}

KEYS = {
    "state": _("State"),
    "version": _("Version"),
    "number": _("Number"),
    "memo": _("Memo to the director"),
    "memo_number": _("memo number"),
    "dated": _("Date on the paper"),
    "signed_by": _("Signed by"),
    "planned_start": _("Planned begin"),
    "planned_end": _("Planned end"),
    "responsible": _("Responsible"),
    "level": _("Level"),
    "reason": _("Reason"),
    "edition": _("Edition"),
    "asked": _("People asked"),
    "title": _("Title"),
    "user": _("Person"),
    "from": _("From"),
    "to": _("To"),
    "role": _("Role"),
    "until": _("Until"),
    "since": _("Since"),
    "for_role": _("Acting for"),
    "starts_at": _("When"),
    "place": _("Place"),
    "link": _("Link to the online meeting"),
    "chair": _("Chair of the meeting"),
    "changed": _("Changed"),
    "item": _("Consideration"),
    "revision": _("Revision"),
    "strengths": _("Strengths"),
    "to_improve": _("To improve"),
    "problems": _("Problems and obstacles"),
    "measures": _("Measures"),
    "indicator": _("Indicator"),
    "problem": _("Problem"),
    "recommendation": _("Recommendation"),
    "answer": _("Answer"),
    "owner": _("Owner"),
    "due": _("Due date"),
    "confirmed_in": _("Confirmed in"),
}
KEYS |= {
    "department": _("Department line on memos"),
    "director_position": _("Line under the director's signature"),
    "deputy_position": _("Line under the deputy's signature"),
    "emblem": _("Emblem"),
    "text": _("Wording"),
}
TARGET_CODE = re.compile(r"[0-9]+(\.[0-9]+)*")

DATES = {"dated", "due", "planned_start", "planned_end", "since", "until"}
MOMENTS = {"starts_at"}

CODES = {
    choice.value: choice.label
    for enum in (
        AssessmentState,
        ItemState,
        MeetingState,
        ProposalKind,
        ProposalState,
        StepState,
        Role,
    )
    for choice in enum
}


def verb_of(event):
    """What was done, in words; a verb nobody described shows its code."""
    return VERBS.get(event.verb, event.verb)


def changes_of(event):
    """``(key, before, after)`` of what the event says changed, in words a reader knows."""
    found = []
    for key in [*event.before, *(key for key in event.after if key not in event.before)]:
        before, after = event.before.get(key), event.after.get(key)
        label = key if TARGET_CODE.fullmatch(key) else KEYS.get(key)
        if label is not None and before != after:
            found.append((label, _shown(key, before), _shown(key, after)))
    return found


def _moment(key, text):
    """ISO text as a reader's date; history that was written otherwise stays as it is."""
    try:
        if key in MOMENTS:
            return thai.format_datetime(datetime.fromisoformat(text))
        return thai.format_date(date.fromisoformat(text))
    except ValueError:
        return text


def _shown(key, value):
    if value is None or value == "" or isinstance(value, dict):
        return ""
    if isinstance(value, list):
        return ", ".join(str(_shown(key, part)) for part in value)
    if key in DATES | MOMENTS:
        return _moment(key, str(value))
    if key == "changed":
        return KEYS.get(value) or field_labels().get(value, "")
    return CODES.get(value, value) if isinstance(value, str) else value
