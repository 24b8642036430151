"""Tasks that follow from resolutions: who does what by when, and what came of it."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

import thai
from core import clock
from core.moves import require_undoable
from core.refusals import MoveRefused, NotAllowed, RuleBroken
from indicators import assessments
from people.models import User
from people.rules import is_of_office
from people.states import Role
from workflow import notify, rules
from workflow.meetings import moves as state
from workflow.models import AgendaItem, Meeting, ResolutionTask
from workflow.states import MeetingState

SHOWN_LETTERS = 150  # of a task in the title of a message


@transaction.atomic
def add(
    meeting: Meeting, *, item: AgendaItem, text: str, owner: User, due: date, by: User
) -> ResolutionTask:
    """Give somebody of the office a task, while the minutes are open.

    Nobody is notified of it before the minutes are closed: until then it may still be taken back.
    """
    state.require_keeper(meeting, by)
    state.require_planned(meeting)
    if item.meeting_id != meeting.pk:
        raise RuleBroken(_("This agenda item belongs to another meeting."))
    if not owner.is_active or owner.office_id != meeting.cycle.assessment.office_id:
        raise RuleBroken(_("Only active people of the office can be given tasks."), "person")
    if due < thai.local_date(meeting.starts_at):
        raise RuleBroken(_("The task would be due before the meeting."), "due")
    task = ResolutionTask.objects.create(
        meeting=meeting,
        agenda_item=item,
        text=text,
        owner=owner,
        due=due,
        created_at=clock.now(),
        created_by=by,
    )
    _log(task, "add", by=by, after=_facts(task))
    return task


@transaction.atomic
def remove(task: ResolutionTask, *, by: User) -> None:
    """Take a task out of open minutes; one that was reported as done stays.

    Taken out already is what was wanted. It can be put back for a while: ``restore``.
    """
    state.require_keeper(task.meeting, by)
    state.require_planned(task.meeting)
    if ResolutionTask.objects.filter(pk=task.pk, done_at__isnull=False).exists():
        raise MoveRefused(_("This task was reported as done: it stays in the minutes."))
    kept = ResolutionTask.objects.kept().filter(pk=task.pk, done_at__isnull=True)
    if kept.update(removed_at=clock.now()):
        _log(task, "remove", by=by, before=_facts(task))


@transaction.atomic
def restore(task: ResolutionTask, *, by: User) -> None:
    """Put a task back that was taken out a short while ago, while the minutes are open."""
    state.require_keeper(task.meeting, by)
    state.require_planned(task.meeting)
    require_undoable(task.removed_at, now=clock.now())
    removed = ResolutionTask.objects.filter(pk=task.pk, removed_at__isnull=False)
    if not removed.update(removed_at=None):
        raise MoveRefused(_("This task stands in the minutes already."))
    _log(task, "restore", by=by, after=_facts(task))


@transaction.atomic
def finish(task: ResolutionTask, *, result: str, by: User) -> ResolutionTask:
    """Report what came of it: the owner, or the coordinator for the owner."""
    _require_doer(task, by)
    if not thai.trimmed(result):
        raise RuleBroken(_("Please write what came of it."), "result")
    _require_held(task)
    at = clock.now()
    done = (
        ResolutionTask.objects.kept()
        .filter(pk=task.pk, done_at__isnull=True)
        .update(done_at=at, done_by=by, result=result)
    )
    if not done:
        raise MoveRefused(_("This task was reported as done already."))
    task.refresh_from_db()
    _notify_keepers(task, at, by)
    _log(task, "finish", by=by, after={"title": task.text})
    return task


@transaction.atomic
def reopen(task: ResolutionTask, *, why: str, by: User) -> ResolutionTask:
    """It is not done after all; the report stays as a beginning for the next one."""
    _require_doer(task, by)
    state.require_reason(why)
    _require_held(task)
    again = (
        ResolutionTask.objects.kept()
        .filter(pk=task.pk, done_at__isnull=False)
        .update(done_at=None, done_by=None)
    )
    if not again:
        raise MoveRefused(_("This task is open already."))
    done_at = task.done_at
    task.refresh_from_db()
    if by.pk != task.owner_id:
        notify.people(
            [task.owner],
            key=f"task:{task.pk}:reopened:{done_at.isoformat() if done_at else ''}",
            kind="task_reopened",
            title=lambda: (
                _("Open again: %(text)s") % {"text": thai.shortened(task.text, SHOWN_LETTERS)}
            ),
            body=why,
            url=notify.page("resolution_task", task.meeting.cycle, task.pk),
        )
    _log(task, "reopen", by=by, before={"title": task.text}, why=why)
    return task


def may_finish(task: ResolutionTask, user: User) -> bool:
    """Whether the person may report on the task: its owner, and the coordinator."""
    cycle = task.meeting.cycle
    mine: bool = task.owner_id == user.pk and is_of_office(user, cycle.assessment.office_id)
    return mine or rules.may_call_meeting(user, cycle, clock.today())


# -- guards and words -------------------------------------------------------------
def _require_doer(task: ResolutionTask, by: User) -> None:
    if not may_finish(task, by):
        raise NotAllowed(_("Only the person named and the coordinator report on this task."))


def _require_held(task: ResolutionTask) -> None:
    """Refuse while the minutes are open, and keep them from being opened until the commit."""
    meeting = Meeting.objects.select_for_update().get(pk=task.meeting_id)
    if meeting.state != MeetingState.HELD:
        raise state.wrong_state(meeting)


def _facts(task: ResolutionTask) -> dict[str, object]:
    return {"title": task.text, "owner": str(task.owner), "due": task.due.isoformat()}


def _notify_keepers(task: ResolutionTask, done_at: datetime, by: User) -> None:
    keepers = [task.meeting.note_taker, *notify.holders(task.meeting.cycle, Role.COORDINATOR)]
    notify.people(
        [person for person in keepers if person is not None and person.pk != by.pk],
        key=f"task:{task.pk}:done:{done_at.isoformat()}",
        kind="task_done",
        title=lambda: (
            _("Done by %(name)s: %(text)s")
            % {"name": by.full_name, "text": thai.shortened(task.text, SHOWN_LETTERS)}
        ),
        body=task.result,
        url=notify.page("resolution_task", task.meeting.cycle, task.pk),
    )


def _log(
    task: ResolutionTask,
    verb: str,
    *,
    by: User,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    why: str = "",
) -> None:
    assessments.log_event(
        task.meeting.cycle.assessment,
        by=by,
        verb=f"task.{verb}",
        target=task,
        before=before,
        after=after,
        why=why,
    )
