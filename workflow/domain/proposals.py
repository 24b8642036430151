"""Drafting, proposing, publishing and acknowledging; decisions stand in ``decisions``."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from people import clock
from people.domain.events import decided_before
from people.models import User
from people.refusals import MoveRefused, NotAllowed, RuleBroken, StaleEdit
from people.states import Role
from workflow import rules
from workflow.domain import memos, paper_checks, papers, telling
from workflow.domain.decisions import (
    approve,
    asks_deputy,
    endorse,
    needs_endorsement,
    return_,
    sar_refusal,
    supersede_sar,
)
from workflow.domain.proposal_moves import MOVES, UNDECIDED, apply, record_move, refusal
from workflow.domain.revoking import revoke
from workflow.domain.todos.model import TodoKind
from workflow.domain.todos.papers import key_of_decision
from workflow.models import Acknowledgement, Proposal
from workflow.states import ProposalKind, ProposalMove, ProposalState

__all__ = [
    "MOVES",
    "UNDECIDED",
    "acknowledge",
    "approve",
    "asks_deputy",
    "endorse",
    "needs_endorsement",
    "propose",
    "publish",
    "record_rendering",
    "return_",
    "revoke",
    "sar_refusal",
    "save_draft",
    "start_draft",
    "supersede_sar",
    "withdraw",
]


def _require_drafter(cycle, by):
    if not rules.may_draft(by, cycle, clock.today()):
        raise NotAllowed(_("Only the coordinator writes and proposes this."))


@transaction.atomic
def start_draft(cycle, *, kind, by):
    """Begin the next version, prefilled from the last one or from the usual wording."""
    _require_drafter(cycle, by)
    kind = ProposalKind(kind)
    previous = Proposal.objects.filter(cycle=cycle, kind=kind).order_by("-version").first()
    if previous is not None and previous.state in UNDECIDED:
        raise refusal(previous, drafting=True)
    if previous is not None and previous.state == ProposalState.DRAFT:
        raise MoveRefused(_("Version %(n)s is still underway.") % {"n": previous.version})
    subject, body = papers.prefilled(kind, cycle, previous)
    at = clock.now()
    try:
        with transaction.atomic():
            proposal = Proposal.objects.create(
                cycle=cycle,
                kind=kind,
                version=previous.version + 1 if previous else 1,
                subject=subject,
                body=body,
                created_at=at,
                created_by=by,
                saved_at=at,
            )
    except IntegrityError as error:
        raise MoveRefused(_("Somebody else began this draft just now.")) from error
    record_move(proposal, "draft", by=by)
    return proposal


@transaction.atomic
def save_draft(proposal, *, subject, body, edit, by):
    """Save subject and body of a draft; ``edit`` is the count the form was filled from."""
    _require_drafter(proposal.cycle, by)
    at = clock.now()
    changed = Proposal.objects.filter(pk=proposal.pk, state=ProposalState.DRAFT, edit=edit).update(
        subject=subject.strip(),
        body=body,
        edit=edit + 1,
        saved_at=at,
        rendered_sha256="",
        rendered_at=None,
    )
    if not changed:
        raise _stale(proposal)
    before = {"subject": proposal.subject, **_texts(proposal.body)}
    proposal.refresh_from_db(fields=["subject", "body", "edit", "saved_at", "rendered_at"])
    proposal.rendered_sha256 = ""
    after = {"subject": proposal.subject, **_texts(proposal.body)}
    record_move(
        proposal,
        "edit",
        by=by,
        edit=proposal.edit,
        changed=sorted(name for name in after if after[name] != before.get(name)),
    )
    return proposal


def _texts(body):
    return {
        name: value for name, value in body.items() if name not in ("supervisors", "collectors")
    }


def _stale(proposal):
    """The draft changed or is no draft any more; say which, with what stands there."""
    now = Proposal.objects.get(pk=proposal.pk)
    if now.state != ProposalState.DRAFT:
        return refusal(proposal, drafting=True)
    labels, memo_labels = paper_checks.field_labels(), memos.memo_labels()
    theirs = {_("Subject"): now.subject}
    theirs |= {labels[name]: text for name, text in now.body.items() if name in labels and text}
    theirs |= {memo_labels[name]: text for name, text in memos.memo_of(now).items() if text}
    return StaleEdit(_("Somebody saved this draft meanwhile. Your text was not saved."), theirs)


@transaction.atomic
def propose(proposal, *, by):
    """Put the draft before deputy and director; an order takes the assignments as they stand."""
    _require_drafter(proposal.cycle, by)
    if proposal.state not in MOVES[ProposalMove.PROPOSE].sources:
        raise refusal(proposal, drafting=True)
    problems = paper_checks.problems_of(proposal)
    if problems:
        raise RuleBroken(" ".join(problem.message for problem in problems))
    if proposal.kind == ProposalKind.SAR and (why_not := sar_refusal(proposal)):
        raise RuleBroken(why_not)
    at = clock.now()
    before = apply(
        proposal,
        ProposalMove.PROPOSE,
        proposed_at=at,
        proposed_by=by,
        body=papers.frozen(proposal),
    )
    deputies = needs_endorsement(proposal)
    telling.tell(
        telling.holders(proposal.cycle, Role.DEPUTY if deputies else Role.DIRECTOR),
        # A proposal that was withdrawn and comes again is news again: its edit has grown.
        key=f"proposal:{proposal.pk}:proposed:{proposal.edit}",
        kind="proposal_proposed",
        title=lambda: (
            (
                _("For your opinion: %(subject)s")
                if deputies
                else _("For your decision: %(subject)s")
            )
            % {"subject": proposal.subject}
        ),
        url=telling.page("proposal", proposal.cycle, proposal.kind),
        todo=key_of_decision(proposal, deputies=deputies),
    )
    record_move(proposal, "propose", by=by, before=before)
    return proposal


@transaction.atomic
def withdraw(proposal, *, by):
    """The proposer takes it back while nobody decided; it becomes a draft again."""
    if proposal.state not in MOVES[ProposalMove.WITHDRAW].sources:
        raise refusal(proposal)
    if not rules.may_withdraw(by, proposal, clock.today()):
        raise NotAllowed(_("Only who proposed this takes it back."))
    before = apply(
        proposal,
        ProposalMove.WITHDRAW,
        proposed_at=None,
        proposed_by=None,
        edit=proposal.edit + 1,
    )
    telling.tell(
        telling.holders(proposal.cycle, Role.DIRECTOR, Role.DEPUTY),
        key=f"proposal:{proposal.pk}:withdrawn:{proposal.edit}",
        kind="proposal_withdrawn",
        title=lambda: _("Withdrawn: %(subject)s") % {"subject": proposal.subject},
        url=telling.page("proposal", proposal.cycle, proposal.kind),
    )
    record_move(proposal, "withdraw", by=by, before=before)
    return proposal


@transaction.atomic
def publish(proposal, *, by):
    """Publish an approved announcement: every active person is asked to acknowledge it."""
    if not rules.may_publish(by, proposal, clock.today()):
        raise NotAllowed(_("Only the coordinator or the director publishes an announcement."))
    at = clock.now()
    changed = Proposal.objects.filter(
        pk=proposal.pk, state=ProposalState.APPROVED, published_at__isnull=True
    ).update(published_at=at)
    if not changed:
        now = Proposal.objects.get(pk=proposal.pk)
        if now.published_at is not None:
            raise decided_before(
                now,
                ["proposal.publish"],
                _("Already published by %(who)s on %(when)s."),
                _("The announcement is published already."),
            )
        raise refusal(proposal)
    proposal.published_at = at
    people = list(User.objects.active().filter(office=proposal.cycle.assessment.office))
    Acknowledgement.objects.bulk_create(
        (Acknowledgement(proposal=proposal, user=person, asked_at=at) for person in people),
        ignore_conflicts=True,
    )
    telling.tell(
        people,
        key=f"proposal:{proposal.pk}:acknowledge",
        kind="acknowledge",
        title=lambda: _("Please acknowledge: %(subject)s") % {"subject": proposal.subject},
        url=telling.page("proposal", proposal.cycle, proposal.kind),
        todo=telling.todo(proposal.cycle, TodoKind.ACKNOWLEDGE, proposal.version),
    )
    record_move(proposal, "publish", by=by, asked=len(people))
    return proposal


@transaction.atomic
def acknowledge(proposal, *, by):
    """Say รับทราบ; a second time changes nothing. Returns whether this was the first."""
    if not rules.may_acknowledge(by, proposal):
        raise NotAllowed(_("Only people of the office acknowledge its announcement."))
    if proposal.published_at is None:
        raise MoveRefused(_("The announcement is not published yet."))
    at = clock.now()
    # Who joined the office after the publication was not asked, and may acknowledge all the same.
    Acknowledgement.objects.bulk_create(
        [Acknowledgement(proposal=proposal, user=by, asked_at=at)], ignore_conflicts=True
    )
    first = Acknowledgement.objects.filter(
        proposal=proposal, user=by, acknowledged_at__isnull=True
    ).update(acknowledged_at=at)
    if first:
        record_move(proposal, "acknowledge", by=by)
    return bool(first)


def record_rendering(proposal, *, sha256, at):
    """Note which PDF the draft became; ``at`` is the moment its snapshot was taken.

    Nothing happens, and False is returned, when the draft was saved after that moment or is a
    draft no more: the director decides on what was proposed.
    """
    changed = Proposal.objects.filter(
        pk=proposal.pk, state=ProposalState.DRAFT, saved_at__lte=at
    ).update(rendered_sha256=sha256, rendered_at=at)
    if changed:
        proposal.rendered_sha256, proposal.rendered_at = sha256, at
    return bool(changed)
