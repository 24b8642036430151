"""Drafting, proposing, publishing and acknowledging; decisions stand in ``decisions``."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import clock
from core.history import decided_before
from core.models import Event
from core.refusals import MoveRefused, NotAllowed, StaleEdit
from indicators.models import Assessment
from people.models import User
from people.states import Role
from workflow import notify, rules
from workflow.field_labels import FIELD_LABELS, MEMO_LABELS
from workflow.models import Acknowledgement, Cycle, Proposal
from workflow.papers import memos, wording
from workflow.papers.completeness import of_papers, panels
from workflow.papers.decisions import needs_endorsement
from workflow.papers.moves import MOVES, UNDECIDED, apply, is_with_obec, record_move, refusal
from workflow.papers.wording import Body
from workflow.states import ProposalKind, ProposalMove, ProposalState
from workflow.todo import TodoKind
from workflow.todos.papers import key_of_decision


def _require_drafter(cycle: Cycle, by: User) -> None:
    if not rules.may_draft(by, cycle, clock.today()):
        raise NotAllowed(_("Only the coordinator writes and proposes this."))


def _require_not_with_obec(cycle: Cycle, kind: str) -> None:
    """Another SAR waits until the summary is back, and keeps it from being submitted meanwhile."""
    if kind != ProposalKind.SAR:
        return
    assessment = Assessment.objects.select_for_update(no_key=True).get(pk=cycle.assessment_id)
    if is_with_obec(assessment, kind):
        raise MoveRefused(
            _("The summary is with OBEC. Take it back, or open step 5 again, before another SAR.")
        )


@transaction.atomic
def start_draft(cycle: Cycle, *, kind: str, by: User) -> Proposal:
    """Begin the next version, prefilled from the last one or from the usual wording."""
    _require_drafter(cycle, by)
    kind = ProposalKind(kind)
    _require_not_with_obec(cycle, kind)
    previous = Proposal.objects.filter(cycle=cycle, kind=kind).order_by("-version").first()
    if previous is not None and previous.state in UNDECIDED:
        raise refusal(previous, drafting=True)
    if previous is not None and previous.state == ProposalState.DRAFT:
        raise MoveRefused(_("Version %(n)s is still underway.") % {"n": previous.version})
    subject, body = wording.prefilled(kind, cycle, previous)
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
def save_draft(
    proposal: Proposal,
    *,
    subject: str,
    body: Body,
    edit: int,
    by: User,
    autosaved: bool = False,
) -> Proposal:
    """Save subject and body of a draft; ``edit`` is the count the form was filled from.

    ``autosaved`` while it is typed, it enters the history once a writer and day. Saving exactly
    what stands there changes nothing then, whatever the count: a lost answer is asked for again.
    """
    _require_drafter(proposal.cycle, by)
    at = clock.now()
    if autosaved and _stands_there(proposal, subject, body):
        return proposal
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
    if autosaved and _recorded_today(proposal, by):
        return proposal
    record_move(
        proposal,
        "edit",
        by=by,
        edit=proposal.edit,
        changed=sorted(name for name in after if after[name] != before.get(name)),
    )
    return proposal


def _stands_there(proposal: Proposal, subject: str, body: Body) -> bool:
    """Whether the draft says so already; then ``proposal`` is fresh."""
    now = Proposal.objects.get(pk=proposal.pk)
    if now.state != ProposalState.DRAFT or (now.subject, now.body) != (subject.strip(), body):
        return False
    proposal.refresh_from_db(fields=["subject", "body", "edit", "saved_at"])
    return True


def _recorded_today(proposal: Proposal, by: User) -> bool:
    """Whether the last that the history says of the draft is that ``by`` wrote on it today."""
    last = Event.objects.about(proposal).order_by("number").last()
    return (
        last is not None
        and last.verb == "proposal.edit"
        and last.actor_id == by.pk
        and clock.today(last.at) == clock.today()
    )


def _texts(body: Body) -> Body:
    return {
        name: value for name, value in body.items() if name not in ("supervisors", "collectors")
    }


def _stale(proposal: Proposal) -> MoveRefused | StaleEdit:
    """The draft changed or is no draft any more; say which, with what stands there."""
    now = Proposal.objects.get(pk=proposal.pk)
    if now.state != ProposalState.DRAFT:
        return refusal(proposal, drafting=True)
    theirs = {_("Subject"): now.subject}
    theirs |= {
        str(FIELD_LABELS[name]): text
        for name, text in now.body.items()
        if name in FIELD_LABELS and text
    }
    theirs |= {str(MEMO_LABELS[name]): text for name, text in memos.memo_of(now).items() if text}
    return StaleEdit(_("Somebody saved this draft meanwhile. Your text was not saved."), theirs)


@transaction.atomic
def propose(proposal: Proposal, *, by: User, gaps_seen: str | None = None) -> Proposal:
    """Put the draft before deputy and director; an order takes the assignments as they stand.

    ``gaps_seen`` names the gaps that were on screen (see ``panels``).
    """
    _require_drafter(proposal.cycle, by)
    if proposal.state not in MOVES[ProposalMove.PROPOSE].sources:
        raise refusal(proposal, drafting=True)
    _require_not_with_obec(proposal.cycle, proposal.kind)
    at = clock.now()
    panels.require(of_papers.panel_of(proposal, at=at), seen=gaps_seen)
    before = apply(
        proposal,
        ProposalMove.PROPOSE,
        proposed_at=at,
        proposed_by=by,
        body=wording.frozen(proposal),
    )
    deputies = needs_endorsement(proposal)
    may, role = (rules.may_endorse, Role.DEPUTY) if deputies else (rules.may_approve, Role.DIRECTOR)
    day = clock.today(at)
    notify.people(
        [one for one in notify.holders(proposal.cycle, role) if may(one, proposal, day)],
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
        url=notify.page("proposal", proposal.cycle, proposal.kind),
        todo=key_of_decision(proposal, deputies=deputies),
    )
    record_move(proposal, "propose", by=by, before=before)
    return proposal


@transaction.atomic
def withdraw(proposal: Proposal, *, by: User) -> Proposal:
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
    notify.people(
        notify.holders(proposal.cycle, Role.DIRECTOR, Role.DEPUTY),
        key=f"proposal:{proposal.pk}:withdrawn:{proposal.edit}",
        kind="proposal_withdrawn",
        title=lambda: _("Withdrawn: %(subject)s") % {"subject": proposal.subject},
        url=notify.page("proposal", proposal.cycle, proposal.kind),
    )
    record_move(proposal, "withdraw", by=by, before=before)
    return proposal


@transaction.atomic
def publish(proposal: Proposal, *, by: User) -> Proposal:
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
    notify.people(
        people,
        key=f"proposal:{proposal.pk}:acknowledge",
        kind="acknowledge",
        title=lambda: _("Please acknowledge: %(subject)s") % {"subject": proposal.subject},
        url=notify.page("proposal", proposal.cycle, proposal.kind),
        todo=notify.todo(proposal.cycle, TodoKind.ACKNOWLEDGE, proposal.version),
    )
    record_move(proposal, "publish", by=by, asked=len(people))
    return proposal


@transaction.atomic
def acknowledge(proposal: Proposal, *, by: User) -> bool:
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


def record_rendering(proposal: Proposal, *, sha256: str, at: datetime) -> bool:
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
