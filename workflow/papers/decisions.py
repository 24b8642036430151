"""What deputy and director decide, and what follows from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

import thai
from core import clock
from core.refusals import NotAllowed, RuleBroken
from indicators import assessments
from indicators.models import Blob
from people import roles
from people.models import Office, User
from people.rules import is_director
from people.states import Role
from workflow import notify, rules
from workflow.models import Decision, Proposal
from workflow.papers import closing, committee, numbering, wording
from workflow.papers.completeness import of_papers, panels
from workflow.papers.moves import apply, day_in_words, hold, record_move
from workflow.states import ProposalKind, ProposalMove, ProposalState
from workflow.todo import Todo
from workflow.todos.papers import key_of_decision


def needs_endorsement(proposal: Proposal) -> bool:
    """Whether a deputy still has to give an opinion before the director decides.

    Not when the office does without, when no deputy but the proposer holds the office, or when
    the only deputy acts for the director: nobody reviews for themselves.
    """
    return proposal.state == ProposalState.PROPOSED and asks_deputy(
        proposal.cycle.assessment.office, proposer=proposal.proposed_by_id
    )


def asks_deputy(office: Office, *, proposer: int | None) -> bool:
    """Whether what ``proposer`` (an id) proposes in this office goes to a deputy first."""
    if not office.deputy_reviews:
        return False
    day = clock.today()
    return any(
        person.pk != proposer and not is_director(person, office.pk, day)
        for person in roles.holders(office, Role.DEPUTY, day=day)
    )


def _is_acting(person: User, role: Role, office: Office, day: date | None = None) -> bool:
    return roles.acting_period(person, role, office, day=day) is not None


def _page(proposal: Proposal) -> str:
    return notify.page("proposal", proposal.cycle, proposal.kind)


# -- deputy, and back to the coordinator ------------------------------------------------------
@transaction.atomic
def endorse(
    proposal: Proposal, *, by: User, opinion: str = "", gaps_seen: str | None = None
) -> Decision:
    """The deputy's opinion; the director decides next. ``gaps_seen``: see ``panels``."""
    hold(proposal, ProposalMove.ENDORSE)
    acting = _is_acting(by, Role.DEPUTY, proposal.cycle.assessment.office)
    if not rules.may_endorse(by, proposal, clock.today()):
        raise NotAllowed(_("Only a deputy director who did not propose this gives the opinion."))
    panels.require(of_papers.panel_of(proposal, at=clock.now()), seen=gaps_seen)

    opinion = thai.trimmed(opinion)
    before = apply(proposal, ProposalMove.ENDORSE)
    decision = Decision.objects.create(
        proposal=proposal,
        move=ProposalMove.ENDORSE,
        by=by,
        role=Role.DEPUTY,
        acting=acting,
        opinion=opinion,
        at=clock.now(),
    )

    directors = notify.holders(proposal.cycle, Role.DIRECTOR)
    notify.people(
        [person for person in directors if person.pk != proposal.proposed_by_id],
        key=f"decision:{decision.pk}:endorsed",
        kind="proposal_endorsed",
        title=lambda: _("For your decision: %(subject)s") % {"subject": proposal.subject},
        body=opinion,
        url=_page(proposal),
        todo=key_of_decision(proposal, deputies=False),
    )
    record_move(
        proposal, "endorse", by=by, before=before, why=opinion, role=Role.DEPUTY if acting else ""
    )
    return decision


@transaction.atomic
def return_(proposal: Proposal, *, by: User, opinion: str) -> Decision:
    """Send back with a reason; the next version starts as a new draft."""
    hold(proposal, ProposalMove.RETURN)
    day, opinion = clock.today(), thai.trimmed(opinion)
    role = Role.DIRECTOR if rules.may_approve(by, proposal, day) else Role.DEPUTY
    acting = _is_acting(by, role, proposal.cycle.assessment.office)
    if not rules.may_return(by, proposal, day):
        raise NotAllowed(_("Only the director or a deputy who did not propose this returns it."))
    if not opinion:
        raise RuleBroken(_("Write what has to be changed."))

    before = apply(proposal, ProposalMove.RETURN)
    decision = Decision.objects.create(
        proposal=proposal,
        move=ProposalMove.RETURN,
        by=by,
        role=role,
        acting=acting,
        opinion=opinion,
        at=clock.now(),
    )

    notify.people(
        [proposal.proposed_by, *notify.holders(proposal.cycle, Role.COORDINATOR)],
        key=f"proposal:{proposal.pk}:returned",
        kind="proposal_returned",
        title=lambda: _("Returned: %(subject)s") % {"subject": proposal.subject},
        body=opinion,
        url=_page(proposal),
    )
    record_move(proposal, "return", by=by, before=before, why=opinion, role=role if acting else "")
    return decision


# -- the director's approval --------------------------------------------------------------------
@dataclass(frozen=True)
class SignedScan:
    """The scan of what the director signed by hand, and the name its file came under."""

    blob: Blob
    name: str


@dataclass(frozen=True)
class Signing:
    """What decides an approval, read before anything is written."""

    office: Office
    at: datetime
    dated: date  # the day on the paper
    proposed_on: date
    decides: bool  # who enters it is the director, or acts for the director
    records_scan: bool  # who enters it may record what the director signed by hand
    awaits_deputy: bool
    signer: User | None  # nobody when nobody fitting held the director's office on that day
    acting: bool


@transaction.atomic
def approve(
    proposal: Proposal,
    *,
    by: User,
    opinion: str = "",
    number: str = "",
    memo_number: str = "",
    numbers_shown: Mapping[str, str] | None = None,
    dated: date | None = None,
    scan: SignedScan | None = None,
    gaps_reason: str = "",
    gaps_seen: str | None = None,
) -> Decision:
    """The director's signature, and everything that follows from it, in one transaction.

    An order gets its number and its memo's: those that were typed or confirmed (``numbers_shown``
    is what the page proposed), else the next ones; it appoints its committee and hands out the
    rights. A SAR locks the assessment and closes its steps. The version in force before is
    superseded. With ``scan`` it records what the director signed; not the proposer may enter that.
    A SAR that is not complete needs ``gaps_reason``; ``gaps_seen`` names the gaps that were on
    screen (see ``panels``).
    """
    hold(proposal, ProposalMove.APPROVE)
    by = roles.as_now(by) if scan else by  # bringing the scan may have taken long
    signing = _signing(proposal, by=by, dated=dated, scan=scan)
    signer = _checked(proposal, signing, number=number, scan=scan)

    panel, left = _complete(proposal, signing, by=by, seen=gaps_seen)
    reason = panels.require_reason(panel, gaps_reason)
    numbers = numbering.issue_all(proposal, signing.dated, number, memo_number, numbers_shown)
    replaced = _supersede_current(proposal)
    before = apply(
        proposal,
        ProposalMove.APPROVE,
        approved_at=signing.at,
        approved_by=signer,
        signed_as=wording.signature(signer, acting=signing.acting, office=signing.office),
        dated=signing.dated,
        gaps=panel.record() if reason else [],
        gaps_reason=reason,
        **numbers,
    )
    decision = _decision(proposal, signing, by=by, opinion=opinion, scan=scan)
    closed = _take_effect(proposal, left, at=signing.at, by=by)

    _notify_approved(proposal)
    _record_approval(proposal, decision, signing, before=before, replaced=replaced)
    closing.record(closed)
    return decision


def _signing(
    proposal: Proposal, *, by: User, dated: date | None, scan: SignedScan | None
) -> Signing:
    """Gather what decides: whose signature it is, of which day, and what it still waits for."""
    office, at = proposal.cycle.assessment.office, clock.now()
    today = clock.today(at)
    dated = dated or today
    directors = roles.held_on(office, Role.DIRECTOR, day=dated)
    decides = rules.may_approve(by, proposal, today)
    # A scan may bear the signature of who held the office before.
    if decides and (scan is None or by in directors):
        signers = [person for person in directors if person == by]
    else:
        signers = [person for person in directors if person.pk != proposal.proposed_by_id]
    # Who acts on that day signs in the director's absence.
    acting = [person for person in signers if _is_acting(person, Role.DIRECTOR, office, dated)]
    return Signing(
        office=office,
        at=at,
        dated=dated,
        proposed_on=clock.today(proposal.proposed_at),
        decides=decides,
        records_scan=scan is not None and rules.may_record_scan(by, proposal, today),
        awaits_deputy=scan is None and needs_endorsement(proposal),
        signer=next(iter(acting or signers), None),
        acting=bool(acting),
    )


def _checked(proposal: Proposal, signing: Signing, *, number: str, scan: SignedScan | None) -> User:
    """Refuse what may not or cannot be approved like this; returns whose signature it is."""
    if not (signing.decides or signing.records_scan):
        raise NotAllowed(
            _("Only the director or who acts for the director approves, never the proposer.")
        )
    if signing.dated > clock.today(signing.at):
        raise RuleBroken(_("The date on the paper lies in the future."), "dated")
    if signing.dated < signing.proposed_on:
        raise RuleBroken(
            _("The date on the paper lies before the day on which it was proposed: %(day)s.")
            % {"day": day_in_words(signing.proposed_on)},
            "dated",
        )
    if signing.signer is None and scan is None:
        raise RuleBroken(_("You did not hold the director's office on that date."), "dated")
    if signing.signer is None:
        raise RuleBroken(_("Nobody held the director's office on that date."), "dated")
    if signing.awaits_deputy:
        raise RuleBroken(_("The deputy director's opinion is still missing."))
    if scan is not None and proposal.kind in numbering.NUMBERED and not number.strip():
        raise RuleBroken(_("Enter the number that stands on the signed order."), "number")
    if scan is not None and scan.blob.office_id != signing.office.pk:
        raise RuleBroken(_("The scan belongs to another office."), "scan")
    return signing.signer


def _decision(
    proposal: Proposal, signing: Signing, *, by: User, opinion: str, scan: SignedScan | None
) -> Decision:
    return Decision.objects.create(
        proposal=proposal,
        move=ProposalMove.APPROVE,
        by=by,
        role=Role.DIRECTOR,
        acting=signing.acting,
        opinion=thai.trimmed(opinion),
        at=signing.at,
        on_paper=scan is not None,
        scan=scan.blob if scan else None,
        scan_name=scan.name if scan else "",
    )


def _supersede_current(proposal: Proposal) -> Proposal | None:
    """Take the version in force out of force; its history is written with the approval's."""
    current = Proposal.objects.filter(
        cycle=proposal.cycle_id, kind=proposal.kind, state=ProposalState.APPROVED
    ).first()
    if current is not None:
        current.cycle = proposal.cycle
        apply(current, ProposalMove.SUPERSEDE)
    return current


def _complete(
    proposal: Proposal, signing: Signing, *, by: User, seen: str | None
) -> tuple[panels.Panel, list[Todo]]:
    """What the approval rests on, as it is until the commit, and of a SAR what waits in its year.

    A SAR's year is locked first: what is written meanwhile either shows in the panel or is refused.
    """
    left = []
    if proposal.kind == ProposalKind.SAR:
        left = closing.left_open(proposal.cycle)
        if proposal.cycle.assessment.is_open:
            assessments.lock(proposal.cycle.assessment, by=by)
    panel = of_papers.panel_of(proposal, at=signing.at)
    panels.require(panel, seen=seen)
    return panel, left


def _take_effect(proposal: Proposal, left: list[Todo], *, at: datetime, by: User) -> closing.Closed:
    """An order appoints; a SAR closes the steps of its year, which are returned."""
    if proposal.kind == ProposalKind.ORDER:
        committee.appoint(proposal, at=at, by=by)
    if proposal.kind == ProposalKind.SAR:
        return closing.close_steps(proposal.cycle, left, by=by)
    return []


def _notify_approved(proposal: Proposal) -> None:
    """The proposer and coordinators; of an order everybody in it."""
    appointed: list[User] = []
    if proposal.kind == ProposalKind.ORDER:
        appointed = list(User.objects.filter(pk__in=committee.everybody_in(proposal.body)))
        notify.people(
            appointed,
            key=f"proposal:{proposal.pk}:appointed",
            kind="appointed",
            title=lambda: _("You are appointed: %(subject)s") % {"subject": proposal.subject},
            url=_page(proposal),
        )
    people = [proposal.proposed_by, *notify.holders(proposal.cycle, Role.COORDINATOR, Role.DEPUTY)]
    notify.people(
        [person for person in people if person not in appointed],
        key=f"proposal:{proposal.pk}:approved",
        kind="proposal_approved",
        title=lambda: _("Approved: %(subject)s") % {"subject": proposal.subject},
        url=_page(proposal),
    )


def _record_approval(
    proposal: Proposal,
    decision: Decision,
    signing: Signing,
    *,
    before: str,
    replaced: Proposal | None,
) -> None:
    """The history says who signed, under which number and date, and whether on paper.

    The version that is no longer in force comes before the one that took its place.
    """
    if replaced is not None:
        record_move(replaced, "supersede", by=decision.by, before=ProposalState.APPROVED)
    record_move(
        proposal,
        "approve",
        by=decision.by,
        before=before,
        why=decision.opinion,
        role=decision.role if decision.acting else "",
        number=proposal.number,
        memo_number=proposal.memo_number,
        dated=signing.dated.isoformat(),
        signed_by=proposal.signed_as["name"],
        **({"on_paper": True} if decision.on_paper else {}),
        **({"gaps": proposal.gaps_reason} if proposal.gaps else {}),
    )
