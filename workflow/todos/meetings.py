"""Briefings and committee meetings: called, held, minuted."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

import thai
from workflow.models import Meeting
from workflow.states import MeetingKind, MeetingState, StepKind
from workflow.todo import Todo, TodoKind
from workflow.todos.facts import Facts

STEP_OF = {
    MeetingKind.BRIEFING: StepKind.BRIEFING,
    MeetingKind.COMMITTEE: StepKind.COMMITTEE_WORK,
}
HOLD = {
    MeetingKind.BRIEFING: (TodoKind.HOLD_BRIEFING, _("Call the briefing of all staff")),
    MeetingKind.COMMITTEE: (TodoKind.HOLD_COMMITTEE_MEETING, _("Call a meeting of the committee")),
}


def meetings_held(facts: Facts, kind: MeetingKind) -> Iterator[Todo]:
    """At least one meeting of this kind was held; every one that took place has its minutes."""
    rows = [row for row in facts.meetings if row.kind == kind]
    held = any(row.state == MeetingState.HELD for row in rows)
    planned = [row for row in rows if row.state == MeetingState.PLANNED]
    if not held and not planned:
        todo_kind, title = HOLD[kind]
        nobody = kind == MeetingKind.COMMITTEE and not facts.has_committee
        yield facts.todo(
            todo_kind,
            step=STEP_OF[kind],
            users=() if nobody else facts.coordinators,
            title=title,
            detail=_("Nobody can be called yet: the committee is appointed by the order.")
            if nobody
            else "",
            url=("workflow:meeting_create", *facts.address, kind.value),
        )
    for row in planned:
        yield of_planned(facts, row, blocks=not held)


def of_planned(facts: Facts, row: Meeting, *, blocks: bool) -> Todo:
    """It is to be held or, once it is over, to be minuted."""
    kind = MeetingKind(row.kind)
    over = row.starts_at <= facts.at
    return facts.todo(
        TodoKind.MINUTES if over else HOLD[kind][0],
        str(row.pk),
        step=STEP_OF[kind],
        users=facts.coordinators,
        title=_("Record who came and the minutes: %(title)s") if over else _("Hold: %(title)s"),
        detail=_("at %(place)s"),
        params={"title": row.title, "place": row.place},
        due=thai.local_date(row.starts_at),
        since=row.starts_at if over else row.created_at,
        url=("workflow:meeting", *facts.address, row.pk),
        blocks=blocks,
    )
