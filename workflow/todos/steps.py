"""One small builder per step: what it waits for while it is open.

Everything the step's gate requires is a todo that blocks, so the gate needs no rule of its own.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.utils.translation import gettext_lazy as _

import thai
from workflow.models import Proposal
from workflow.states import MeetingKind, ProposalKind, ProposalState, StepKind
from workflow.todo import Address, Text, Todo, TodoKind
from workflow.todos import meetings, papers
from workflow.todos.facts import Facts, ItemFact
from workflow.todos.inboxes import inbox

SHOWN_CODES = 8
SHOWN_LETTERS = 80
# Who is asked after the step should be over is not late on the same day.
ACKNOWLEDGED_WITHIN = timedelta(days=7)
VERIFIED_WITHIN = timedelta(days=30)
ANSWERED_WITHIN = timedelta(days=14)


def agenda(facts: Facts) -> Iterator[Todo]:
    """Step 1: announcement signed and published."""
    yield from papers.paper(facts, ProposalKind.ANNOUNCEMENT)
    yield from papers.publishing(facts)


def acknowledgement(facts: Facts) -> Iterator[Todo]:
    """Who was asked to acknowledge still owes it after step 1 is done, until the year is closed."""
    signed = papers.approved(facts, ProposalKind.ANNOUNCEMENT)
    if signed is None or not facts.unacknowledged:
        return
    asked_at = min(asked for _user, asked in facts.unacknowledged)
    yield facts.todo(
        TodoKind.ACKNOWLEDGE,
        str(signed.version),
        step=StepKind.AGENDA,
        users=[user for user, _asked in facts.unacknowledged],
        title=_("Acknowledge the announcement of the shared agenda %(year)s"),
        detail=_("“%(subject)s”"),
        params={"subject": signed.subject},
        url=papers.page_in_force(facts, signed),
        due=_not_before(facts, StepKind.AGENDA, asked_at, ACKNOWLEDGED_WITHIN),
        since=asked_at,
        blocks=False,
    )


def _not_before(facts: Facts, step: StepKind, asked_at: datetime, within: timedelta) -> date:
    """Due with the step, but never before whoever was asked had time to do it."""
    return max(facts.steps[step].planned_end, thai.local_date(asked_at) + within)


def finishing(facts: Facts, kind: StepKind) -> Todo:
    """A step that lacks nothing waits for whoever closes it."""
    return facts.todo(
        TodoKind.FINISH_STEP,
        str(int(kind)),
        step=kind,
        users=facts.coordinators,
        title=_("Everything is there: finish step %(number)s “%(name)s”"),
        params={"number": int(kind), "name": kind.label},
        url=("workflow:step", *facts.address, int(kind)),
        blocks=False,
    )


def briefing(facts: Facts) -> Iterator[Todo]:
    """Step 2: a briefing held; nothing without a named person."""
    yield from meetings.meetings_held(facts, MeetingKind.BRIEFING)
    content = facts.content
    targets = (
        *(("standard", row) for row in content.standards),
        *(("indicator", row) for row in content.indicators),
        *(("consideration", item.consideration) for item in content.items),
    )
    missing = [row.code for name, row in targets if (name, row.pk) not in content.named]
    if missing:
        yield facts.todo(
            TodoKind.ASSIGN,
            step=StepKind.BRIEFING,
            users=facts.coordinators,
            title=_("Name who is responsible: %(n)s still without a person"),
            detail=_("Missing: %(codes)s"),
            params={"n": len(missing), "codes": _some(missing)},
            url=("indicators:assignment_table", *facts.address),
        )


def appointment(facts: Facts) -> Iterator[Todo]:
    """Step 3: the order approved, with number and date."""
    yield from papers.paper(facts, ProposalKind.ORDER)


def committee_work(facts: Facts) -> Iterator[Todo]:
    """Step 4: a committee meeting with minutes; every item narrated and evidenced."""
    yield from meetings.meetings_held(facts, MeetingKind.COMMITTEE)
    for item in facts.content.items:
        if not (item.narrated and item.evidenced and item.handed_in):
            yield _item(facts, item)
    yield from inbox(facts)


def _item(facts: Facts, item: ItemFact) -> Todo:
    """Its collector's; of one who left, the coordinator's to hand on; else the other writers'."""
    writers = facts.content.writers_of(item)
    handing_on = not writers and facts.content.may_be_handed_on(item)
    named = facts.content.named.get(("consideration", item.consideration.pk))
    detail = _still_to_verify(item)
    if not writers and not handing_on:
        detail = _("Nobody may write it yet: the collector is named by the order.")
    elif item.pk in facts.returned:
        detail = _("It was returned with a reason, which stands on its page.")
    if handing_on:
        kind = TodoKind.HAND_ON
        title = _("Name somebody else for %(code)s %(title)s: its collector left")
    elif not item.narrated:
        kind, title = TodoKind.WRITE_ITEM, _("Write what was done for %(code)s %(title)s")
    elif not item.evidenced:
        kind, title = TodoKind.ADD_EVIDENCE, _("Attach evidence for %(code)s %(title)s")
    else:
        kind, title = TodoKind.HAND_IN, _("Hand in %(code)s %(title)s")
    return facts.todo(
        kind,
        item.consideration.code,
        duty=TodoKind.WRITE_ITEM,
        step=StepKind.COMMITTEE_WORK,
        users=facts.coordinators if handing_on else writers,
        title=title,
        detail=detail,
        params={
            "code": item.consideration.code,
            "title": item.consideration.title,
            "indicator": item.indicator_code,
            "pieces": item.to_verify,
        },
        url=_page_of(facts, item, handing_on=handing_on),
        due=item.due,
        since=named.since if named and named.user in writers else None,
        # The gate asks for a narrative and evidence; handing in is the collector's own word.
        blocks=not (item.narrated and item.evidenced),
    )


def _still_to_verify(item: ItemFact) -> Text:
    """What was brought from an earlier year is re-verified before it is handed in."""
    if item.to_verify:
        return _("Of an earlier year and still to be re-verified: %(pieces)s")
    return _("A text of an earlier year is still to be re-checked.") if item.text_to_check else ""


def _page_of(facts: Facts, item: ItemFact, *, handing_on: bool) -> Address:
    code = item.consideration.code
    if handing_on:
        return "indicators:assignment_transfer", *facts.address, "consideration", code
    return "indicators:item", *facts.address, code


def self_assessment(facts: Facts) -> Iterator[Todo]:
    """Step 5: scores agreed; the SAR rendered and approved."""
    yield from _members_scores(facts)
    unagreed = [item.consideration.code for item in facts.content.items if not item.agreed]
    if unagreed:
        yield facts.todo(
            TodoKind.AGREE,
            step=StepKind.SELF_ASSESSMENT,
            users=facts.coordinators,
            title=_("Record the committee's agreed scores: %(n)s left"),
            detail=_("Missing: %(codes)s"),
            params={"n": len(unagreed), "codes": _some(unagreed)},
            url=("indicators:committee_room", *facts.address),
        )
    yield from _reviews(facts)
    yield from papers.paper(facts, ProposalKind.SAR)
    yield from _rendering(facts)


def _rendering(facts: Facts) -> Iterator[Todo]:
    """The director decides on a PDF that says what the office says now."""
    row = papers.under_way(facts, ProposalKind.SAR)
    if row is None:
        return
    changes = [at for at in (facts.content.changed_at, row.saved_at) if at is not None]
    if row.rendered_at is None or any(at > row.rendered_at for at in changes):
        yield _outdated(facts, row)


def _outdated(facts: Facts, row: Proposal) -> Todo:
    """Of a draft it is made again; what was proposed has to come back before that."""
    kind, title = TodoKind.RENDER_SAR, _("Make the PDF of the SAR as it stands now")
    users: tuple[int, ...] = facts.coordinators
    if row.state != ProposalState.DRAFT:
        kind = TodoKind.TAKE_BACK_SAR
        title = _("Take the SAR back: something changed after its PDF was made")
        # Without its proposer the director returns it.
        users = tuple(user for user in facts.coordinators if user == row.proposed_by_id)
    return facts.todo(
        kind,
        str(row.version),
        step=StepKind.SELF_ASSESSMENT,
        users=users,
        title=title,
        url=("workflow:proposal", *facts.address, ProposalKind.SAR.value),
        since=row.created_at,
    )


def _members_scores(facts: Facts) -> Iterator[Todo]:
    total = len(facts.content.items)
    for user in facts.content.scorers:
        scored, handed_in = facts.content.scored.get(user, (0, 0))
        if handed_in >= total:
            continue
        left = total - scored
        yield facts.todo(
            TodoKind.SCORE,
            str(user),
            step=StepKind.SELF_ASSESSMENT,
            users=(user,),
            title=_("Score the considerations: %(n)s left") if left else _("Hand in your scores"),
            params={"n": left},
            url=("indicators:scoring", *facts.address),
            blocks=False,
        )


def _reviews(facts: Facts) -> Iterator[Todo]:
    for review in facts.content.reviews:
        if review.complete:
            continue
        named = facts.content.named.get(("indicator", review.indicator.pk))
        if named and not facts.content.may_write_some(named.user, review.indicator.pk):
            named = None
        yield facts.todo(
            TodoKind.REVIEW_INDICATOR,
            review.indicator.code,
            step=StepKind.SELF_ASSESSMENT,
            users=(named.user,) if named else facts.coordinators,
            title=_("Write strengths and points to improve of indicator %(code)s %(title)s"),
            params={
                "code": review.indicator.code,
                "title": review.indicator.title,
                "indicator": review.indicator.code,
            },
            url=("indicators:indicator", *facts.address, review.indicator.code),
            since=named.since if named else None,
            blocks=False,
        )


def summary(facts: Facts) -> Iterator[Todo]:
    """Step 6: submitted; verified by OBEC; every recommendation answered."""
    submitted_at = facts.cycle.assessment.submitted_at
    if submitted_at is None:
        later = papers.under_way(facts, ProposalKind.SAR)
        signed = papers.approved(facts, ProposalKind.SAR) is not None and (
            later is None or later.state == ProposalState.DRAFT
        )
        yield facts.todo(
            TodoKind.SUBMIT_SUMMARY,
            step=StepKind.SUMMARY,
            users=facts.coordinators if signed else (),
            title=_("Submit the summary to OBEC"),
            detail="" if signed else _("It waits for the director's approval of the SAR."),
            url=("workflow:followup", *facts.address),
        )
        return
    if facts.content.unverified:
        yield verification(facts, submitted_at)
    for pk, text, created_at in facts.content.unanswered:
        yield facts.todo(
            TodoKind.ANSWER_RECOMMENDATION,
            str(pk),
            step=StepKind.SUMMARY,
            users=facts.coordinators,
            title=_("Answer OBEC's recommendation: %(text)s"),
            params={"text": thai.shortened(text, SHOWN_LETTERS)},
            url=("workflow:followup", *facts.address),
            due=_not_before(facts, StepKind.SUMMARY, created_at, ANSWERED_WITHIN),
            since=created_at,
        )


def verification(facts: Facts, submitted_at: datetime) -> Todo:
    """Nobody at the office can do it; without a reviewer it waits for nobody."""
    return facts.todo(
        TodoKind.VERIFY,
        step=StepKind.SUMMARY,
        users=facts.obec,
        title=_("Verify the scores of %(office)s %(year)s: %(n)s left"),
        params={"office": facts.office.short_name, "n": facts.content.unverified},
        url=("workflow:submission", *facts.address),
        due=_not_before(facts, StepKind.SUMMARY, submitted_at, VERIFIED_WITHIN),
        since=submitted_at,
    )


def _some(codes: list[str]) -> str:
    shown = ", ".join(codes[:SHOWN_CODES])
    return f"{shown} …" if len(codes) > SHOWN_CODES else shown


BUILDERS = {
    StepKind.AGENDA: agenda,
    StepKind.BRIEFING: briefing,
    StepKind.APPOINTMENT: appointment,
    StepKind.COMMITTEE_WORK: committee_work,
    StepKind.SELF_ASSESSMENT: self_assessment,
    StepKind.SUMMARY: summary,
}
