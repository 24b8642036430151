"""Seals: the short code that an approved paper bears, and how a person types it."""

import secrets
import unicodedata

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

import thai
from core import clock
from core.history.heads import head_at
from core.models import Event
from core.refusals import RuleBroken
from reports.models import Seal
from reports.snapshot import SealCard
from reports.states import DocumentKind
from workflow.models import Proposal
from workflow.states import ProposalKind, ProposalState

# No sign looks like another or like one not used (0 O D Q, 1 I L, 2 Z, 5 S, 6 G, 8 B, U V), and
# without vowels no code spells a word. 17 signs at 10 places make 2 × 10¹² codes: guessing one that
# exists is hopeless.
ALPHABET = "CFHJKMNPRTWXY3479"
LENGTH = 10
GROUP = 5  # K7TMX-34PRW: two groups are read over the telephone at one go each
BETWEEN = str.maketrans("", "", "-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}\N{MINUS SIGN}_. ")
ONCE_APPROVED = (ProposalState.APPROVED, ProposalState.SUPERSEDED, ProposalState.REVOKED)
SEALED: dict[str, set[DocumentKind]] = {
    ProposalKind.ANNOUNCEMENT: {DocumentKind.ANNOUNCEMENT},
    ProposalKind.ORDER: {DocumentKind.ORDER, DocumentKind.MEMO},
    ProposalKind.SAR: {DocumentKind.SAR},
}


def seal_for(proposal: Proposal, kind: str) -> SealCard:
    """The seal of one paper of an approved proposal, made on the first call.

    Two workers that ask at once get the same: the row of the first stands.
    """
    if proposal.state not in ONCE_APPROVED or kind not in SEALED[proposal.kind]:
        raise RuleBroken(_("Only an approved paper bears a verification code."))
    seal = Seal.objects.filter(proposal=proposal, kind=kind).first()
    while seal is None:  # again only if the drawn code is another paper's already
        drawn = Seal(proposal=proposal, kind=kind, code=_draw(), created_at=clock.now())
        Seal.objects.bulk_create([drawn], ignore_conflicts=True)
        seal = Seal.objects.filter(proposal=proposal, kind=kind).first()
    return card_of(seal, proposal)


def card_of(seal: Seal, proposal: Proposal) -> SealCard:
    """What the paper bears."""
    code = grouped(seal.code)
    url = settings.SITE_URL + reverse("reports:verify", args=[code])
    return SealCard(code=code, url=url, history=_history_at_approval(proposal))


def _history_at_approval(proposal: Proposal) -> str:
    """The head of the office's history when the paper was approved: the row that says so."""
    approvals = Event.objects.about(proposal).filter(verb="proposal.approve")
    event = approvals.select_related("office").order_by("number").last()
    return str(head_at(event, event.office)) if event else ""


def _draw() -> str:
    return "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))


def grouped(code: str) -> str:
    """The code as it is printed: ``K7TMX34PRW`` → ``K7TMX-34PRW``."""
    return f"{code[:GROUP]}-{code[GROUP:]}"


def read_code(typed: str) -> str | None:
    """The code that somebody meant: any case, with hyphens and spaces or without, Thai digits too.

    None when it cannot be a code, so that nothing is looked up.
    """
    text = thai.to_arabic_digits(unicodedata.normalize("NFKC", typed))
    text = "".join(text.translate(BETWEEN).split()).upper()
    return text if len(text) == LENGTH and set(text) <= set(ALPHABET) else None
