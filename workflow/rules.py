"""Who may do what in a cycle. Authority only: whether the state allows it, the domain says.

``day`` is a Bangkok date; pass cycles and proposals with ``assessment`` at hand.
"""

from datetime import date

from people.rules import (
    holds,
    is_admin,
    is_coordinator,
    is_deputy,
    is_director,
    is_obec,
    is_of_office,
)
from people.states import Role
from workflow.states import ProposalKind, Seat


def _office(cycle) -> int:
    return cycle.assessment.office_id


def may_open_cycle(user, office_id: int, day: date) -> bool:
    """Begin a year."""
    return is_of_office(user, office_id) and is_coordinator(user, office_id, day)


def may_plan(user, cycle, day: date) -> bool:
    """Change dates and responsible people."""
    return is_coordinator(user, _office(cycle), day)


def may_move_step(user, cycle, day: date) -> bool:
    """Finish a step, open it early, reopen it."""
    return is_coordinator(user, _office(cycle), day)


def may_draft(user, cycle, day: date) -> bool:
    """Write announcement, order and SAR, and put them before the director."""
    return is_coordinator(user, _office(cycle), day)


def may_withdraw(user, proposal, day: date) -> bool:
    """Take back what one proposed oneself."""
    return proposal.proposed_by_id == user.pk and is_of_office(user, _office(proposal.cycle))


def may_endorse(user, proposal, day: date) -> bool:
    """The deputy's opinion; nobody endorses what they proposed, nor for themselves to approve."""
    office = _office(proposal.cycle)
    return (
        proposal.proposed_by_id != user.pk
        and is_deputy(user, office, day)
        and not is_director(user, office, day)
    )


def may_approve(user, proposal, day: date) -> bool:
    """The director, or who acts for the director; never who proposed (two-person rule)."""
    return proposal.proposed_by_id != user.pk and is_director(user, _office(proposal.cycle), day)


def may_return(user, proposal, day: date) -> bool:
    """Send back with a reason: deputy or director."""
    return may_endorse(user, proposal, day) or may_approve(user, proposal, day)


def may_correct(user, proposal, day: date) -> bool:
    """Correct number or date of an approved paper: as who may approve it."""
    return may_approve(user, proposal, day)


def may_revoke(user, proposal, day: date) -> bool:
    """Take an announcement or order out of force: the director, or who acts for the director."""
    return proposal.kind in (ProposalKind.ANNOUNCEMENT, ProposalKind.ORDER) and is_director(
        user, _office(proposal.cycle), day
    )


def may_record_scan(user, proposal, day: date) -> bool:
    """Enter what the director signed on paper: somebody else than who proposed it."""
    office = _office(proposal.cycle)
    return proposal.proposed_by_id != user.pk and (
        is_director(user, office, day)
        or is_deputy(user, office, day)
        or is_coordinator(user, office, day)
    )


def may_publish(user, proposal, day: date) -> bool:
    """Publish an approved announcement."""
    office = _office(proposal.cycle)
    return proposal.kind == ProposalKind.ANNOUNCEMENT and (
        is_coordinator(user, office, day) or is_director(user, office, day)
    )


def may_acknowledge(user, proposal) -> bool:
    """Everybody of the office."""
    return is_of_office(user, _office(proposal.cycle))


# -- reminders ---------------------------------------------------------------------
def may_remind(user, cycle, day: date) -> bool:
    """See who is late and was notified of what: the coordinator, the deputies, the director."""
    office = _office(cycle)
    return is_of_office(user, office) and (
        is_coordinator(user, office, day)
        or is_deputy(user, office, day)
        or is_director(user, office, day)
    )


def may_see_lateness(user, cycle, day: date) -> bool:
    """Whoever may remind, and the directors of work groups for their own group."""
    return may_remind(user, cycle, day) or (
        user.work_group_id is not None and holds(user, Role.GROUP_DIRECTOR, _office(cycle), day)
    )


def may_send_message(user, cycle, person, day: date) -> bool:
    """A personal message: who may remind to everybody, a group's director to the own group."""
    if person.office_id != _office(cycle):
        return False
    return may_remind(user, cycle, day) or (
        may_see_lateness(user, cycle, day) and person.work_group_id == user.work_group_id
    )


def may_schedule_reminders(user, office_id: int, day: date) -> bool:
    """Change when people are reminded: the coordinator and administrators."""
    return may_edit_letterhead(user, office_id, day)


# -- what the office's papers carry ------------------------------------------------
def may_edit_letterhead(user, office_id: int, day: date) -> bool:
    """Emblem, lines around signatures, standing phrases: the coordinator and administrators."""
    return is_of_office(user, office_id) and (
        is_coordinator(user, office_id, day) or is_admin(user, office_id, day)
    )


def may_read_letterhead(user, office_id: int, day: date) -> bool:
    """See how the office's papers are worded: also who endorses and signs them."""
    return may_edit_letterhead(user, office_id, day) or (
        is_of_office(user, office_id)
        and (is_director(user, office_id, day) or is_deputy(user, office_id, day))
    )


# -- meetings, submission, follow-up ---------------------------------------------
def may_call_meeting(user, cycle, day: date) -> bool:
    """Call, change and cancel meetings."""
    return is_coordinator(user, _office(cycle), day)


def may_keep_minutes(user, meeting, day: date) -> bool:
    """Attendance and minutes: the coordinator, and the secretaries of the committee in force."""
    office = _office(meeting.cycle)
    if is_coordinator(user, office, day):
        return True
    return (
        is_of_office(user, office)
        and user.committee_seats.filter(
            committee__cycle=meeting.cycle_id,
            committee__until__isnull=True,
            seat__in=[Seat.SECRETARY, Seat.ASSISTANT_SECRETARY],
        ).exists()
    )


def may_take_calendar(user, meeting, day: date) -> bool:
    """The meeting for one's own calendar: who was invited, and who calls meetings."""
    return (
        may_call_meeting(user, meeting.cycle, day)
        or meeting.attendance.filter(user=user.pk).exists()
    )


def may_submit(user, cycle, day: date) -> bool:
    """Hand the summary to OBEC, and take it back before it was opened."""
    return is_coordinator(user, _office(cycle), day)


def may_verify(user, cycle, day: date) -> bool:
    """Read what was submitted and opened, score it and recommend: OBEC's reviewers."""
    return cycle.assessment.taken_up_at is not None and is_obec(user, day)


def may_answer(user, cycle, day: date) -> bool:
    """Answer OBEC's recommendations and name who carries them on."""
    office = _office(cycle)
    return is_of_office(user, office) and (
        is_coordinator(user, office, day) or is_director(user, office, day)
    )
