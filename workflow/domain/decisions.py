"""What deputy and director decide, and what follows from it."""

from django.db import transaction
from django.utils.translation import gettext as _

from indicators.domain import assessments
from indicators.domain.items import last_change
from indicators.models import Item
from people import clock
from people.domain import roles
from people.models import User
from people.refusals import NotAllowed, RuleBroken
from people.rules import is_director
from people.states import Role
from workflow import rules
from workflow.domain import committee, numbering, papers, telling
from workflow.domain.memos import dated_on
from workflow.domain.proposal_moves import MOVES, apply, day_in_words, record_move, refusal
from workflow.domain.todos.papers import key_of_decision
from workflow.models import Decision, Proposal
from workflow.states import ProposalKind, ProposalMove, ProposalState, Register


def needs_endorsement(proposal) -> bool:
    """Whether a deputy still has to give an opinion before the director decides.

    Not when the office does without, when no deputy but the proposer holds the office, or when
    the only deputy acts for the director: nobody reviews for themselves.
    """
    return proposal.state == ProposalState.PROPOSED and asks_deputy(
        proposal.cycle.assessment.office, proposer=proposal.proposed_by_id
    )


def asks_deputy(office, *, proposer) -> bool:
    """Whether what ``proposer`` (an id) proposes in this office goes to a deputy first."""
    if not office.deputy_reviews:
        return False
    day = clock.today()
    return any(
        person.pk != proposer and not is_director(person, office.pk, day)
        for person in roles.holders(office, Role.DEPUTY, day=day)
    )


def _page(proposal):
    return telling.page("proposal", proposal.cycle, proposal.kind)


def _require_undecided(proposal, move):
    """Refuse the late before anything else, so that they read who decided and when."""
    if proposal.state not in MOVES[move].sources:
        raise refusal(proposal)


def write_decision(proposal, move, *, by, role, opinion, acting, **paper):
    """The append-only row of one decision, inside its move's transaction."""
    return Decision.objects.create(
        proposal=proposal,
        move=move,
        by=by,
        role=role,
        acting=acting,
        opinion=opinion,
        at=clock.now(),
        **paper,
    )


def _is_acting(person, role, office, day=None):
    return roles.acting_period(person, role, office, day=day) is not None


@transaction.atomic
def endorse(proposal, *, by, opinion=""):
    """The deputy's opinion; the director decides next."""
    _require_undecided(proposal, ProposalMove.ENDORSE)
    office = proposal.cycle.assessment.office
    if not rules.may_endorse(by, proposal, clock.today()):
        raise NotAllowed(_("Only a deputy director who did not propose this gives the opinion."))
    opinion = opinion.strip()
    before = apply(proposal, ProposalMove.ENDORSE)
    acting = _is_acting(by, Role.DEPUTY, office)
    decision = write_decision(
        proposal, ProposalMove.ENDORSE, by=by, role=Role.DEPUTY, opinion=opinion, acting=acting
    )
    telling.tell(
        telling.holders(proposal.cycle, Role.DIRECTOR),
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
def return_(proposal, *, by, opinion):
    """Send back with a reason; the next version starts as a new draft."""
    _require_undecided(proposal, ProposalMove.RETURN)
    day, office = clock.today(), proposal.cycle.assessment.office
    if not rules.may_return(by, proposal, day):
        raise NotAllowed(_("Only the director or a deputy who did not propose this returns it."))
    opinion = opinion.strip()
    if not opinion:
        raise RuleBroken(_("Write what has to be changed."))
    before = apply(proposal, ProposalMove.RETURN)
    role = Role.DIRECTOR if rules.may_approve(by, proposal, day) else Role.DEPUTY
    acting = _is_acting(by, role, office)
    decision = write_decision(
        proposal, ProposalMove.RETURN, by=by, role=role, opinion=opinion, acting=acting
    )
    telling.tell(
        [proposal.proposed_by, *telling.holders(proposal.cycle, Role.COORDINATOR)],
        key=f"proposal:{proposal.pk}:returned",
        kind="proposal_returned",
        title=lambda: _("Returned: %(subject)s") % {"subject": proposal.subject},
        body=opinion,
        url=_page(proposal),
    )
    record_move(proposal, "return", by=by, before=before, why=opinion, role=role if acting else "")
    return decision


@transaction.atomic
def approve(
    proposal,
    *,
    by,
    opinion="",
    number="",
    memo_number="",
    dated=None,
    on_paper=False,
    scan=None,
    scan_name="",
):
    """The director's signature, and everything that follows from it, in one transaction.

    An order gets its number and its memo's, the next ones unless the office's paper register gave
    them; it appoints its committee and hands out the rights. A SAR locks the assessment. The
    version in force before is superseded. ``on_paper`` records what the director signed by hand:
    it needs the scan, and somebody else than the proposer may enter it.
    """
    _require_undecided(proposal, ProposalMove.APPROVE)
    office, at = proposal.cycle.assessment.office, clock.now()
    dated = dated or clock.today(at)
    signer = _signer(proposal, by=by, on_paper=on_paper, dated=dated)
    numbers = _numbers(proposal, number, memo_number, dated=dated, on_paper=on_paper)
    _require_paper(on_paper, scan, office)
    acting = _is_acting(signer, Role.DIRECTOR, office, dated)
    replaced = _supersede_current(proposal)
    signed_as = papers.signature(signer, acting=acting, office=office)
    signed = {"approved_at": at, "approved_by": signer, "signed_as": signed_as, "dated": dated}
    before = apply(proposal, ProposalMove.APPROVE, **signed, **numbers)
    decision = write_decision(
        proposal,
        ProposalMove.APPROVE,
        by=by,
        role=Role.DIRECTOR,
        opinion=opinion.strip(),
        acting=acting,
        on_paper=on_paper,
        scan=scan,
        scan_name=scan_name,
    )
    _take_effect(proposal, at=at, by=by)
    _tell_approved(proposal)
    if replaced is not None:
        record_move(replaced, "supersede", by=by, before=ProposalState.APPROVED)
    _record_approval(proposal, decision, before=before)
    return decision


def _record_approval(proposal, decision, *, before):
    """The history says who signed, under which number and date, and whether on paper."""
    said = {
        "number": proposal.number,
        "memo_number": proposal.memo_number,
        "dated": proposal.dated.isoformat(),
        "signed_by": proposal.approved_by.full_name,
    }
    record_move(
        proposal,
        "approve",
        by=decision.by,
        before=before,
        why=decision.opinion,
        role=decision.role if decision.acting else "",
        **said,
        **({"on_paper": True} if decision.on_paper else {}),
    )


def _signer(proposal, *, by, on_paper, dated):
    """Who signs: the person deciding, or on paper the director of the day on it."""
    office, day = proposal.cycle.assessment.office, clock.today()
    _require_fitting_date(proposal, dated, day)
    directors = roles.holders(office, Role.DIRECTOR, day=dated)
    if rules.may_approve(by, proposal, day):
        if by not in directors:
            raise RuleBroken(_("You did not hold the director's office on that date."), "dated")
        if not on_paper and needs_endorsement(proposal):
            raise RuleBroken(_("The deputy director's opinion is still missing."))
        return by
    if not (on_paper and rules.may_record_paper(by, proposal, day)):
        raise NotAllowed(
            _("Only the director or who acts for the director approves, never the proposer.")
        )
    signers = [person for person in directors if person.pk != proposal.proposed_by_id]
    if not signers:
        raise RuleBroken(_("Nobody held the director's office on that date."), "dated")
    # Who acts on that day signs in the director's absence.
    return next((p for p in signers if _is_acting(p, Role.DIRECTOR, office, dated)), signers[0])


def _require_fitting_date(proposal, dated, day):
    """A paper is signed after it was proposed, and not in the future."""
    if dated > day:
        raise RuleBroken(_("The date on the paper lies in the future."), "dated")
    proposed = clock.today(proposal.proposed_at)
    if dated < proposed:
        raise RuleBroken(
            _("The date on the paper lies before the day on which it was proposed: %(day)s.")
            % {"day": day_in_words(proposed)},
            "dated",
        )


def _numbers(proposal, number, memo_number, *, dated, on_paper):
    """The numbers of an order and its memo, entered in their registers; other papers have none."""
    if proposal.kind not in numbering.NUMBERED:
        return {}
    if on_paper and not number.strip():
        raise RuleBroken(_("Enter the number that stands on the signed order."), "number")
    # Locked first: orders of two years of one office may be signed at the same moment.
    numbering.lock_registers(proposal.cycle.assessment.office_id)
    # Who waited for the lock may be late for the paper itself, and reads that, not of its number.
    sources = MOVES[ProposalMove.APPROVE].sources
    if not Proposal.objects.filter(pk=proposal.pk, state__in=sources).exists():
        raise refusal(proposal)
    return {
        "number": numbering.issue(proposal, Register.ORDER, dated=dated, typed=number),
        "memo_number": numbering.issue(
            proposal, Register.MEMO, dated=dated_on(proposal), typed=memo_number
        ),
    }


def _require_paper(on_paper, scan, office):
    if on_paper and scan is None:
        raise RuleBroken(_("Attach the scan of the signed paper."), "scan")
    if scan is not None and scan.office_id != office.pk:
        raise RuleBroken(_("The scan belongs to another office."), "scan")


def _supersede_current(proposal):
    """Take the version in force out of force; its history row comes last, with the others."""
    current = Proposal.objects.filter(
        cycle=proposal.cycle_id, kind=proposal.kind, state=ProposalState.APPROVED
    ).first()
    if current is not None:
        current.cycle = proposal.cycle
        apply(current, ProposalMove.SUPERSEDE)
    return current


def supersede_sar(cycle, *, by, why):
    """Reopening the self-assessment: the approved SAR counts no longer, scores open again."""
    sar = Proposal.objects.filter(
        cycle=cycle, kind=ProposalKind.SAR, state=ProposalState.APPROVED
    ).first()
    if sar is None:
        return
    sar.cycle = cycle
    before = apply(sar, ProposalMove.SUPERSEDE)
    telling.tell(
        telling.holders(cycle, Role.DIRECTOR, Role.DEPUTY),
        key=f"proposal:{sar.pk}:superseded",
        kind="sar_reopened",
        title=lambda: _("The approved SAR was taken back: the self-assessment is open again"),
        body=why,
        url=_page(sar),
    )
    if not cycle.assessment.is_open:
        assessments.unlock(cycle.assessment, by=by, why=why)
    record_move(sar, "supersede", by=by, before=before, why=why)


def sar_refusal(proposal) -> str:
    """Why the SAR can't go to the director or be approved; empty when it can."""
    assessment = proposal.cycle.assessment
    unscored = Item.objects.filter(assessment=assessment, agreed_score__isnull=True).count()
    if unscored:
        return _("%(count)s considerations have no agreed score yet.") % {"count": unscored}
    if not proposal.rendered_sha256 or proposal.rendered_at is None:
        return _("The report was not made into a PDF yet.")
    changed = max(filter(None, (last_change(assessment), proposal.saved_at)), default=None)
    if changed is not None and proposal.rendered_at < changed:
        return _("Something changed after the PDF was made. Please make it again.")
    return ""


def _take_effect(proposal, *, at, by):
    if proposal.kind == ProposalKind.ORDER:
        committee.appoint(proposal, at=at, by=by)
    elif proposal.kind == ProposalKind.SAR:
        assessment = proposal.cycle.assessment
        # Locked first: what is written meanwhile either shows in the check below or is refused.
        if assessment.is_open:
            assessments.lock(assessment, by=by)
        if why_not := sar_refusal(proposal):
            raise RuleBroken(why_not)


def _tell_approved(proposal):
    """The proposer and coordinators; of an order everybody in it."""
    people = [proposal.proposed_by, *telling.holders(proposal.cycle, Role.COORDINATOR, Role.DEPUTY)]
    named = []
    if proposal.kind == ProposalKind.ORDER:
        named = list(User.objects.filter(pk__in=committee.everybody_in(proposal.body)))
        telling.tell(
            named,
            key=f"proposal:{proposal.pk}:appointed",
            kind="appointed",
            title=lambda: _("You are appointed: %(subject)s") % {"subject": proposal.subject},
            url=_page(proposal),
        )
    told = {person.pk for person in named}
    telling.tell(
        [person for person in people if person is not None and person.pk not in told],
        key=f"proposal:{proposal.pk}:approved",
        kind="proposal_approved",
        title=lambda: _("Approved: %(subject)s") % {"subject": proposal.subject},
        url=_page(proposal),
    )
