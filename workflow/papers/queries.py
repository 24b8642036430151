"""What pages read of papers and of what they carry."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.utils.functional import Promise

import thai
from core import clock
from core.history_words import Text, changes_of, verb_of
from core.models import Event
from indicators.models import Standard
from people.models import Office, User
from workflow import rules
from workflow.models import Acknowledgement, Decision, Proposal
from workflow.papers import decisions, diff, memos, phrases, wording
from workflow.papers.committee.labels import official_part, official_seat
from workflow.papers.completeness import of_papers
from workflow.papers.completeness.panels import Panel, recorded_lines
from workflow.papers.correcting import correction_words
from workflow.papers.moves import MOVES, is_with_obec
from workflow.papers.phrases import edits
from workflow.papers.wording import Body
from workflow.states import CommitteePart, ProposalKind, ProposalMove, ProposalState

EVENTS_SHOWN = 5
# Acts that ask for the panel.
DECIDE = ("edit", "propose", "endorse", "approve", "return", "record_scan")
# Done to the version in force, also while a newer one is underway.
OF_THE_VERSION_IN_FORCE = ("publish", "acknowledge", "revoke")
LETTERHEAD_VERBS = ("letterhead.change", "phrase.change")


# -- one paper ----------------------------------------------------------------------------------
@dataclass(frozen=True)
class PaperReading:
    """A version of a paper as one person reads it; the names are those of the page's context."""

    decisions: list[Decision]
    panel: Panel | None  # for who may still move it
    recorded_gaps: list[tuple[str, list[str]]]
    correction: str
    order: "OrderView"
    memo: dict[str, str]
    memo_dated: date | None
    changes: tuple[diff.Change, ...]
    effective: date | None
    needs_deputy: bool
    needs_deputy_next: bool
    can: dict[str, bool]
    is_newest: bool
    acknowledged: "Share | None"
    own_answer: Acknowledgement | None


def paper_reading(user: User, proposal: Proposal, *, is_newest: bool, day: date) -> PaperReading:
    """Its text, decisions, what keeps it back, and what ``user`` may do to it on ``day``."""
    is_draft = proposal.state == ProposalState.DRAFT
    effective = proposal.body.get("effective")
    needs_deputy = decisions.needs_endorsement(proposal)
    acts = acts_of(user, proposal, day=day, needs_deputy=needs_deputy)
    can = {act: may for act, may in acts.items() if is_newest or act in OF_THE_VERSION_IN_FORCE}
    published = proposal.published_at is not None
    return PaperReading(
        decisions=list(proposal.decisions.select_related("by", "scan")),
        panel=of_papers.panel_of(proposal, at=clock.now()) if any(map(can.get, DECIDE)) else None,
        correction=correction_words(proposal),
        recorded_gaps=recorded_lines(proposal.gaps),
        order=order_view(proposal),
        memo=memos.memo_of(proposal),
        memo_dated=memos.dated_on(proposal),
        changes=diff.changes(proposal),
        effective=date.fromisoformat(effective) if effective else None,
        needs_deputy=needs_deputy,
        needs_deputy_next=is_draft
        and decisions.asks_deputy(proposal.cycle.assessment.office, proposer=user.pk),
        can=can,
        is_newest=is_newest,
        acknowledged=acknowledged(proposal) if published else None,
        own_answer=own_answer(proposal, user) if published else None,
    )


def acts_of(user: User, proposal: Proposal, *, day: date, needs_deputy: bool) -> dict[str, bool]:
    """What the person's authority and the proposal's state allow together, act by act."""

    def starts(move: ProposalMove) -> bool:
        return proposal.state in MOVES[move].sources

    drafter = rules.may_draft(user, proposal.cycle, day)
    with_obec = is_with_obec(proposal.cycle.assessment, proposal.kind)
    undecided = starts(ProposalMove.APPROVE)
    in_force = proposal.state == ProposalState.APPROVED
    published = proposal.published_at is not None
    return {
        "edit": drafter and proposal.state == ProposalState.DRAFT,
        "propose": drafter and starts(ProposalMove.PROPOSE) and not with_obec,
        "withdraw": starts(ProposalMove.WITHDRAW) and rules.may_withdraw(user, proposal, day),
        "endorse": starts(ProposalMove.ENDORSE) and rules.may_endorse(user, proposal, day),
        "approve": undecided and not needs_deputy and rules.may_approve(user, proposal, day),
        "return": undecided and rules.may_return(user, proposal, day),
        "record_scan": undecided and rules.may_record_scan(user, proposal, day),
        "correct": in_force and rules.may_correct(user, proposal, day),
        "revoke": starts(ProposalMove.REVOKE) and rules.may_revoke(user, proposal, day),
        "publish": in_force and not published and rules.may_publish(user, proposal, day),
        "acknowledge": in_force and published and rules.may_acknowledge(user, proposal),
    }


def signed_scan(proposal: Proposal, decision: int) -> Decision | None:
    """The decision on any version of this paper whose scan that is."""
    return (
        Decision.objects.filter(
            pk=decision,
            proposal__cycle=proposal.cycle_id,
            proposal__kind=proposal.kind,
            scan__isnull=False,
        )
        .select_related("scan")
        .first()
    )


# -- what an order appoints ---------------------------------------------------------------------
@dataclass(frozen=True)
class PersonLine:
    """A person in a group, or one row of the annex."""

    name: str
    position: str = ""
    seat: str = ""
    gone: bool = False


@dataclass(frozen=True)
class PartOfOrder:
    """One part of an order with its people and duties."""

    title: str
    lines: list[PersonLine]
    duties: str


@dataclass(frozen=True)
class AnnexRow:
    """A standard, indicator or consideration with who answers for it."""

    level: str
    code: str
    title: str
    names: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class OrderView:
    """What an order appoints."""

    groups: list[PartOfOrder]
    annex: list[AnnexRow]


def order_view(proposal: Proposal) -> OrderView:
    """Groups and annex: as frozen when proposed, as things stand while it is a draft."""
    if proposal.kind != ProposalKind.ORDER:
        return OrderView([], [])
    body = proposal.body
    if proposal.state == ProposalState.DRAFT:
        body = wording.frozen(proposal)
    standards = list(
        Standard.objects.filter(edition=proposal.cycle.assessment.edition_id).prefetch_related(
            "indicators__considerations"
        )
    )
    return OrderView(_groups(proposal, body, standards), _annex(body, standards))


def _groups(proposal: Proposal, body: Body, standards: list[Standard]) -> list[PartOfOrder]:
    inactive = _inactive(proposal, body)
    places: list[tuple[CommitteePart, str | None, str]] = [
        (CommitteePart.ADVISER, None, ""),
        (CommitteePart.STEERING, None, ""),
    ]
    places += [(CommitteePart.WORKING, row.code, row.title) for row in standards]
    found = []
    for part, code, title in places:
        rows = [row for row in body["members"] if (row["part"], row["standard"]) == (part, code)]
        if not rows and part == CommitteePart.ADVISER:
            continue
        lines = [
            PersonLine(
                row.get("name", ""),
                row.get("position", ""),
                official_seat(part, row["seat"]),
                row["user"] in inactive,
            )
            for row in rows
        ]
        heading = official_part(part, code, title)
        found.append(PartOfOrder(heading, lines, body.get("duties", {}).get(part, "")))
    return found


def _inactive(proposal: Proposal, body: Body) -> set[int]:
    """Members of a draft who can no longer be appointed."""
    if proposal.state != ProposalState.DRAFT:
        return set()
    wanted = {row["user"] for row in body["members"]}
    return set(User.objects.filter(pk__in=wanted, is_active=False).values_list("pk", flat=True))


def _annex(body: Body, standards: list[Standard]) -> list[AnnexRow]:
    def names(part: str, key: str, code: str) -> list[str]:
        return [row.get("name", "") for row in body[part] if row.get(key) == code]

    rows = []
    for standard in standards:
        named = names("supervisors", "standard", standard.code)
        rows.append(AnnexRow("standard", standard.code, standard.title, named))
        for indicator in standard.indicators.all():
            named = names("supervisors", "indicator", indicator.code)
            rows.append(AnnexRow("indicator", indicator.code, indicator.title, named))
            rows += [
                AnnexRow(
                    "consideration",
                    row.code,
                    row.title,
                    names("collectors", "consideration", row.code),
                )
                for row in indicator.considerations.all()
            ]
    return rows


# -- acknowledgements ---------------------------------------------------------------------------
@dataclass(frozen=True)
class Share:
    """``done`` of ``total`` things; nothing to do counts as nothing done."""

    done: int
    total: int

    @property
    def percent(self) -> int:
        """Rounded down: 100 means all."""
        return self.done * 100 // self.total if self.total else 0


def _asked(proposal: Proposal) -> QuerySet[Acknowledgement]:
    return Acknowledgement.objects.filter(proposal=proposal, user__is_active=True)


def acknowledged(proposal: Proposal) -> Share:
    """How many active people of those asked have acknowledged."""
    rows = _asked(proposal)
    return Share(rows.filter(acknowledged_at__isnull=False).count(), rows.count())


def own_answer(proposal: Proposal, user: User) -> Acknowledgement | None:
    """The person's own acknowledgement, once given."""
    return Acknowledgement.objects.filter(
        proposal=proposal, user=user, acknowledged_at__isnull=False
    ).first()


def acknowledgements(
    proposal: Proposal, *, name: str = "", status: str = ""
) -> QuerySet[Acknowledgement]:
    """Who was asked, the silent first; ``status`` is ``missing``, ``done`` or empty for all."""
    silent = ExpressionWrapper(Q(acknowledged_at__isnull=True), BooleanField())
    rows = (
        _asked(proposal)
        .select_related("user__work_group")
        .annotate(silent=silent)
        .order_by("-silent", "user__sort_name", "pk")
    )
    if name:
        rows = rows.filter(user__search_text__contains=thai.fold(name))
    if status:
        rows = rows.filter(acknowledged_at__isnull=status == "missing")
    return rows


# -- what the office's papers carry -------------------------------------------------------------
@dataclass(frozen=True)
class PhraseRow:
    """One phrase on the page: what it is called, how a paper prints it, whose wording it is."""

    name: str
    label: str | Promise
    sample: str
    own: bool


def phrase_groups(office: Office) -> list[tuple[str | Promise, list[PhraseRow]]]:
    """``[(group's label, its phrases)]`` in the order of the papers."""
    own = phrases.own_templates(office)
    samples = edits.samples(office, year=clock.this_fiscal_year())
    return [
        (
            label,
            [
                PhraseRow(name, phrase.label, samples[name], name in own)
                for name, phrase in phrases.PHRASES.items()
                if phrase.group == group
            ],
        )
        for group, label in phrases.GROUPS.items()
    ]


@dataclass(frozen=True)
class PhraseReading:
    """One phrase with its places and a sample; the names are those of the page's context."""

    group: str | Promise
    fields: list[tuple[str, str | Promise]]
    standing: str
    own: bool
    usual: list[str]
    sample: list[str]


def phrase_reading(office: Office, name: str, *, typed: str) -> PhraseReading:
    """The phrase as it stands, and ``typed`` as a paper of this year would print it."""
    phrase = phrases.PHRASES[name]
    own = phrases.own_templates(office).get(name)
    sample = edits.sample(edits.tidy(name, typed), office, year=clock.this_fiscal_year())
    return PhraseReading(
        group=phrases.GROUPS[phrase.group],
        fields=[(f"{{{field}}}", phrases.FIELDS[field]) for field in phrase.fields],
        standing=phrase.default if own is None else own,
        own=own is not None,
        usual=phrase.default.split("\n"),
        sample=sample.split("\n"),
    )


@dataclass(frozen=True)
class LetterheadEvent:
    """One change of what the papers carry: when, by whom, what, in words."""

    at: datetime
    actor: User | None
    words: Text
    changes: list[tuple[Text, Any, Any]]


def letterhead_events(office: Office) -> list[LetterheadEvent]:
    """The newest changes of emblem, lines and phrases."""
    events = (
        Event.objects.filter(office=office, verb__in=LETTERHEAD_VERBS)
        .select_related("actor")
        .order_by("-number")[:EVENTS_SHOWN]
    )
    return [
        LetterheadEvent(event.at, event.actor, verb_of(event), changes_of(event))
        for event in events
    ]
