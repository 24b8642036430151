"""Plain news of which nothing holds any more: asked before a message about it is sent.

What was withdrawn, answered, handed on or taken back meanwhile asks nobody for anything. The
application goes on showing what was so when it was written.
"""

from collections.abc import Callable

from django.urls import resolve

from indicators.models import Assessment, Assignment, Comment, Item, ItemRequest
from indicators.requests.people import waits_for
from indicators.states import AssessmentState, ItemState, RequestState
from notifications.models import Notification
from workflow.models import Proposal, Recommendation, ResolutionTask, Step
from workflow.states import ProposalState, StepState

# Of the news about one meeting only the last one holds.
MEETING = "meeting_"
# News that the content is open, or that asks for work on it: over with the lock of the year.
OF_CONTENT = {
    *("request_asked", "request_done", "question_asked"),
    *("item_returned", "assignment", "sar_reopened"),
}
# News that may come again about the same row, after it was over: only the last one holds.
REPEATED = {
    *("summary_submitted", "summary_taken_back"),
    *("proposal_withdrawn", "item_returned", "task_reopened"),
    *("request_asked", "request_done"),
}


def is_over(notification: Notification) -> bool:
    """Whether the message would say what is no longer so; 6 queries at most."""
    kind = notification.kind
    if kind.startswith(MEETING) and _is_followed(notification):
        return True
    if kind in OF_CONTENT and _is_locked(notification):
        return True
    if kind in REPEATED and _is_said_again(notification):
        return True
    return kind in OVER and OVER[kind](notification)


def _subject(notification: Notification) -> int:
    """The row that the message is about: the number in its key."""
    return int(notification.key.split(":")[1])


def _is_followed(notification: Notification) -> bool:
    later = Notification.objects.filter(
        recipient=notification.recipient_id,
        url=notification.url,
        kind__startswith=MEETING,
        pk__gt=notification.pk,
    )
    return later.exists()


def _is_said_again(notification: Notification) -> bool:
    row, number, *_rest = notification.key.split(":")
    later = Notification.objects.filter(
        recipient=notification.recipient_id,
        kind=notification.kind,
        key__startswith=f"{row}:{number}:",
        pk__gt=notification.pk,
    )
    return later.exists()


def _is_locked(notification: Notification) -> bool:
    """Whether the year that the message leads to is locked."""
    return _year_of(notification, state=AssessmentState.LOCKED)


def _year_of(notification: Notification, **fields: object) -> bool:
    at = resolve(notification.url).kwargs
    years = Assessment.objects.filter(office__code=at["office"], fiscal_year=at["year"])
    return years.filter(**fields).exists()


def _is_closed_again(notification: Notification) -> bool:
    """Whether the step that the message says is open is so no more."""
    at = resolve(notification.url).kwargs
    now_open = Step.objects.filter(
        cycle__assessment__office__code=at["office"],
        cycle__assessment__fiscal_year=at["year"],
        kind=at["kind"],
        state=StepState.OPEN,
    )
    return not now_open.exists()


def _waits_no_more(notification: Notification) -> bool:
    """Whether the request is done or withdrawn, or waits for somebody else by now.

    A question of the time before requests has the number that the request has.
    """
    rows = ItemRequest.objects.filter(pk=_subject(notification), state=RequestState.OPEN)
    row = rows.select_related("item__assessment__office", "evidence").first()
    return row is None or notification.recipient not in waits_for(row)


def _is_settled(notification: Notification) -> bool:
    rows = ItemRequest.objects.filter(pk=_subject(notification), state=RequestState.DONE)
    return not rows.exists()


def _is_withdrawn(notification: Notification) -> bool:
    """Whether the comment that mentions somebody was withdrawn."""
    return not Comment.objects.standing().filter(pk=_comment(notification)).exists()


def _is_unsaid(notification: Notification) -> bool:
    """Whether neither that comment nor a later one of somebody else stands in the discussion."""
    since = Comment.objects.standing().filter(
        thread=_subject(notification), pk__gte=_comment(notification)
    )
    return not since.exclude(by=notification.recipient_id).exists()


def _comment(notification: Notification) -> int:
    """The comment that a message about a discussion came with: the second number in its key."""
    return int(notification.key.split(":")[2])


def _is_handed_on(notification: Notification) -> bool:
    return not Assignment.objects.current().filter(pk=_subject(notification)).exists()


def _is_handed_in(notification: Notification) -> bool:
    rows = Item.objects.filter(pk=_subject(notification), state=ItemState.HANDED_IN)
    return rows.exists()


def _is_done(notification: Notification) -> bool:
    """Done again, or taken out of the minutes."""
    tasks = ResolutionTask.objects.kept().filter(done_at__isnull=True)
    return not tasks.filter(pk=_subject(notification)).exists()


def _is_taken_back(notification: Notification) -> bool:
    return _year_of(notification, submitted_at__isnull=True)


def _came_again(notification: Notification) -> bool:
    """Whether what was taken back from OBEC lies there again."""
    cycle = _subject(notification)
    return Assessment.objects.filter(cycle=cycle, submitted_at__isnull=False).exists()


def _is_revoked(notification: Notification) -> bool:
    paper = Proposal.objects.filter(pk=_subject(notification), state=ProposalState.REVOKED)
    return paper.exists()


def _is_proposed_again(notification: Notification) -> bool:
    paper = Proposal.objects.filter(pk=_subject(notification))
    return paper.exclude(state=ProposalState.DRAFT).exists()


def _is_removed(notification: Notification) -> bool:
    return not Recommendation.objects.filter(pk=_subject(notification)).exists()


def _is_another_s(notification: Notification) -> bool:
    own = Recommendation.objects.filter(pk=_subject(notification), owner=notification.recipient_id)
    return not own.exists()


OVER: dict[str, Callable[[Notification], bool]] = {
    "step_opened": _is_closed_again,
    "mentioned": _is_withdrawn,
    "thread_comment": _is_unsaid,
    "request_asked": _waits_no_more,
    "request_done": _is_settled,
    "question_asked": _waits_no_more,
    "assignment": _is_handed_on,
    "item_returned": _is_handed_in,
    "task_reopened": _is_done,
    "summary_submitted": _is_taken_back,
    "summary_taken_back": _came_again,
    "appointed": _is_revoked,
    "proposal_withdrawn": _is_proposed_again,
    "recommendation_added": _is_removed,
    "recommendation_owned": _is_another_s,
}
