"""What is complete and what is not, before a paper is proposed, endorsed, approved or submitted.

One function, ``panel_of``, feeds the list on the page and the verb behind the button. What blocks
is refused; a gap is not, but a SAR is approved over gaps only with the director's written reason.
``require`` also refuses once what became incomplete after the page was shown.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.refusals import RuleBroken
from workflow.models import Cycle, Proposal
from workflow.papers import checks
from workflow.papers.checks import Problem
from workflow.states import ProposalKind, ProposalState, StepKind, StepState
from workflow.todo import Address, Text
from workflow.todos import contents, facts, followups
from workflow.todos.facts import Facts, ItemFact

# Key of a check → what it asks for, as it reads when all is there, and what it says when not.
# The keys are kept with approved papers for ever.
WORDS: dict[str, tuple[Text, Text]] = {
    "texts": (
        gettext_lazy("Subject and texts are written"),
        gettext_lazy("Texts to be written or corrected: %(n)s"),
    ),
    "committee": (
        gettext_lazy("Every part of the committee has its people and one chair"),
        gettext_lazy("The committee is not complete"),
    ),
    "assignments": (
        gettext_lazy("Everything to be assessed has a responsible person"),
        gettext_lazy("The assignment table is not complete"),
    ),
    "memo": (
        gettext_lazy("The memo to the director is written"),
        gettext_lazy("Texts of the memo to be written: %(n)s"),
    ),
    "scores": (
        gettext_lazy("Every consideration has an agreed score"),
        gettext_lazy("%(n)s considerations have no agreed score yet."),
    ),
    "pdf": (
        gettext_lazy("The PDF shows everything as it stands now"),
        gettext_lazy("The PDF to decide on is not ready"),
    ),
    "sar": (
        gettext_lazy("The SAR is approved by the director"),
        gettext_lazy("The SAR has not been approved by the director."),
    ),
    "step_open": (
        gettext_lazy("Step 6 is in progress"),
        gettext_lazy("Step 6 is not in progress."),
    ),
    "gone": (
        gettext_lazy("Everybody named works in this office"),
        gettext_lazy("%(n)s people named no longer work in this office"),
    ),
    "steps": (
        gettext_lazy("The steps before this one are done"),
        gettext_lazy("%(n)s of the steps before this one are not done"),
    ),
    "narratives": (
        gettext_lazy("Every consideration says what was done"),
        gettext_lazy("%(n)s considerations do not say what was done"),
    ),
    "evidence": (
        gettext_lazy("Every consideration has evidence, or a reason why not"),
        gettext_lazy("%(n)s considerations have neither evidence nor a reason why not"),
    ),
    "handed_in": (
        gettext_lazy("Every consideration is handed in"),
        gettext_lazy("%(n)s considerations are written but not handed in"),
    ),
    "members": (
        gettext_lazy("Every committee member has handed in scores"),
        gettext_lazy("%(n)s committee members have not handed in their scores"),
    ),
    "committee_in_force": (
        gettext_lazy("A committee is in force"),
        gettext_lazy("No committee is in force to score the considerations"),
    ),
    "reviews": (
        gettext_lazy("Every indicator has strengths and points to improve"),
        gettext_lazy("%(n)s indicators lack strengths or points to improve"),
    ),
    "questions": (
        gettext_lazy("Every question about a consideration is answered"),
        gettext_lazy("%(n)s questions are not answered"),
    ),
    "minutes": (
        gettext_lazy("The minutes of every meeting are closed and confirmed"),
        gettext_lazy("%(n)s meetings have minutes that are not closed or not confirmed"),
    ),
}
OF_CODES = {"narratives", "evidence", "handed_in", "reviews", "scores"}  # printed with their codes
PAGES = {"draft": "workflow:proposal_edit", "memo": "workflow:memo_edit"}
NOT_DONE = (StepState.WAITING, StepState.OPEN)
UNDECIDED = (ProposalState.DRAFT, ProposalState.PROPOSED, ProposalState.ENDORSED)


class Place(NamedTuple):
    """One thing that is missing, and where it is corrected. ``key`` names it within its check."""

    key: str
    label: str
    address: Address
    anchor: str = ""

    @property
    def url(self) -> str:
        """The very place."""
        name, *args = self.address
        url = reverse(str(name), args=args)
        return f"{url}#{self.anchor}" if self.anchor else url


@dataclass(frozen=True)
class Check:
    """One thing to be complete; complete when no place is missing."""

    key: str
    places: tuple[Place, ...] = ()
    blocks: bool = False
    sentences: bool = False  # the places are whole sentences

    @property
    def complete(self) -> str:
        """How it reads when all is there."""
        return str(WORDS[self.key][0])

    @property
    def sentence(self) -> str:
        """How it reads when something is missing."""
        return str(WORDS[self.key][1]) % {"n": len(self.places)}

    @property
    def messages(self) -> list[str]:
        """The same for a refusal, which shows no list."""
        return [place.label for place in self.places] if self.sentences else [self.sentence]


@dataclass(frozen=True)
class Panel:
    """What is complete and what is not, in the order of the page."""

    checks: tuple[Check, ...]
    asks_reason: bool = False  # approving over its gaps needs a written reason

    @property
    def blocks(self) -> list[Check]:
        """What is refused."""
        return [check for check in self.checks if check.places and check.blocks]

    @property
    def gaps(self) -> list[Check]:
        """What is missing and does not keep anybody from deciding."""
        return [check for check in self.checks if check.places and not check.blocks]

    @property
    def complete(self) -> list[Check]:
        """What is all there."""
        return [check for check in self.checks if not check.places]

    @property
    def seen(self) -> str:
        """Names every gap; a form sends it back as what the person had on screen."""
        return " ".join(sorted(self._gap_keys()))

    def fresh(self, seen: str) -> list[Check]:
        """The gaps that hold something which ``seen`` did not name."""
        known = set(seen.split())
        return [check for check in self.gaps if _keys_of(check) - known]

    def record(self) -> list[dict[str, Any]]:
        """The gaps as an approved paper keeps them: nobody's name, codes where there are."""
        return [
            {
                "check": check.key,
                "n": len(check.places),
                "codes": [p.label for p in check.places] if check.key in OF_CODES else [],
            }
            for check in self.gaps
        ]

    def _gap_keys(self) -> set[str]:
        return {key for check in self.gaps for key in _keys_of(check)}


def _keys_of(check: Check) -> set[str]:
    return {f"{check.key}:{place.key}" for place in check.places}


def recorded_lines(record: Iterable[Mapping[str, Any]]) -> list[tuple[str, list[str]]]:
    """Sentence and codes of each gap that an approved paper keeps."""
    return [(str(WORDS[row["check"]][1]) % {"n": row["n"]}, list(row["codes"])) for row in record]


def require(panel: Panel, *, seen: str | None = None) -> None:
    """Refuse what blocks, and once what became incomplete since the page was shown.

    ``seen`` is the panel's ``seen`` as the page had it; None when there was no page.
    """
    if panel.blocks:
        raise RuleBroken(" ".join(text for check in panel.blocks for text in check.messages))
    if seen is not None and (fresh := panel.fresh(seen)):
        raise RuleBroken(
            _("Something became incomplete after you opened the page: %(what)s. Read it again.")
            % {"what": "; ".join(check.sentence for check in fresh)}
        )


def require_reason(panel: Panel, reason: str) -> str:
    """The reason to be kept with the approval; refused when there are gaps and none is given."""
    if not (panel.asks_reason and panel.gaps):
        return ""
    if not reason.strip():
        raise RuleBroken(
            _("Not everything is complete. Write why you approve it all the same."), "gaps_reason"
        )
    return reason.strip()


# -- papers -------------------------------------------------------------------------------------
def panel_of(proposal: Proposal, *, at: datetime) -> Panel:
    """What of this paper is complete; a draft by its texts, a proposed one by what it rests on."""
    kind = ProposalKind(proposal.kind)
    if proposal.state not in UNDECIDED:
        return Panel(())
    found = list(_texts(proposal))
    if kind == ProposalKind.ORDER:
        found += [_gone(proposal), _steps_before(_facts(proposal.cycle, at), StepKind.APPOINTMENT)]
    elif kind == ProposalKind.SAR:
        one = sar_facts(proposal.cycle, at)
        found += [_scores(one), _pdf(proposal), *sar_gaps(one)]
    return Panel(tuple(found), asks_reason=kind == ProposalKind.SAR)


PARTS = {
    ProposalKind.ANNOUNCEMENT: ("texts",),
    ProposalKind.ORDER: ("texts", "committee", "assignments", "memo"),
    ProposalKind.SAR: ("texts",),
}


def _texts(proposal: Proposal) -> Iterator[Check]:
    """What stands in the draft itself; what was proposed had to be complete, and is frozen."""
    problems = checks.problems_of(proposal) if proposal.state == ProposalState.DRAFT else []
    for part in PARTS[ProposalKind(proposal.kind)]:
        places = [_place(proposal, row) for row in problems if _part_of(row) == part]
        yield Check(part, tuple(places), blocks=True, sentences=True)


def _part_of(problem: Problem) -> str:
    if problem.page != "draft":
        return problem.page
    return "committee" if problem.field == "members" else "texts"


def _place(proposal: Proposal, problem: Problem) -> Place:
    assessment = proposal.cycle.assessment
    address: list[str | int] = [assessment.office.code, assessment.fiscal_year]
    if problem.page == "assignments":
        name = "indicators:assignment_table"
    else:
        name = PAGES[problem.page]
        address += [proposal.kind] if problem.page == "draft" else []
    return Place(problem.field, problem.message, (name, *address), problem.anchor)


def _gone(proposal: Proposal) -> Check:
    """Named in what lies before the director, and gone since; a draft says so by itself."""
    if proposal.state == ProposalState.DRAFT:
        return Check("gone")
    address = _own_page(proposal)
    gone = checks.gone_from(proposal)
    return Check("gone", tuple(Place(str(user.pk), user.full_name, address) for user in gone))


def _own_page(proposal: Proposal) -> Address:
    assessment = proposal.cycle.assessment
    return "workflow:proposal", assessment.office.code, assessment.fiscal_year, proposal.kind


def _facts(cycle: Cycle, at: datetime) -> Facts:
    (one,) = facts.load([cycle], at=at, day=clock.today(at))
    return one


def _steps_before(one: Facts, last: StepKind) -> Check:
    return Check(
        "steps",
        tuple(
            Place(
                str(kind),
                _("Step %(number)s %(name)s") % {"number": int(kind), "name": kind.label},
                ("workflow:step", *one.address, int(kind)),
                "missing",
            )
            for kind in StepKind
            if kind < last and one.steps[kind].state in NOT_DONE
        ),
    )


# -- the year that a SAR tells of ---------------------------------------------------------------
def sar_facts(cycle: Cycle, at: datetime) -> Facts:
    """The whole year, whichever step is open; a fixed number of queries."""
    one = _facts(cycle, at)
    contents.read_whole([one])
    followups.read([one])
    return one


def sar_gaps(one: Facts, *, before: StepKind = StepKind.SELF_ASSESSMENT) -> list[Check]:
    """What of the year is not complete although a SAR can be made of it."""
    items = one.content.items
    return [
        _steps_before(one, before),
        _of_items(one, "narratives", (row for row in items if not row.narrated), "texts"),
        _of_items(one, "evidence", (row for row in items if not row.evidenced), "evidence"),
        _of_items(one, "handed_in", (row for row in items if _only_to_hand_in(row)), "hand-in"),
        *_members(one),
        _reviews(one),
        _questions(one),
        _minutes(one),
    ]


def _only_to_hand_in(row: ItemFact) -> bool:
    return row.narrated and row.evidenced and not row.handed_in


def _of_items(one: Facts, key: str, rows: Iterable[ItemFact], anchor: str) -> Check:
    places = (
        Place(code, code, ("indicators:item", *one.address, code), anchor)
        for code in (row.consideration.code for row in rows)
    )
    return Check(key, tuple(places))


def _scores(one: Facts) -> Check:
    room = ("indicators:committee_room", *one.address)
    unagreed = (row for row in one.content.items if not row.agreed)
    places = (
        Place(row.consideration.code, row.consideration.code, room, f"agree-{row.pk}")
        for row in unagreed
    )
    return Check("scores", tuple(places), blocks=True)


def _pdf(proposal: Proposal) -> Check:
    why_not = checks.pdf_problem(proposal)
    places = (Place("pdf", why_not, _own_page(proposal), "pdf"),) if why_not else ()
    return Check("pdf", places, blocks=True, sentences=True)


def _members(one: Facts) -> list[Check]:
    room = ("indicators:committee_room", *one.address)
    if not one.content.scorers:
        order = ("workflow:proposal", *one.address, ProposalKind.ORDER.value)
        label = str(ProposalKind.ORDER.label)
        return [Check("committee_in_force", (Place("order", label, order),))]
    total = len(one.content.items)
    missing = {
        user for user in one.content.scorers if one.content.scored.get(user, (0, 0))[1] < total
    }
    names = contents.names_of(missing)
    return [Check("members", tuple(Place(str(pk), name, room) for pk, name in names))]


def _reviews(one: Facts) -> Check:
    codes = [row.indicator.code for row in one.content.reviews if not row.complete]
    return Check(
        "reviews",
        tuple(
            Place(code, code, ("indicators:indicator", *one.address, code), "review")
            for code in codes
        ),
    )


def _questions(one: Facts) -> Check:
    return Check(
        "questions",
        tuple(
            Place(str(row.pk), row.code, ("indicators:item", *one.address, row.code), "questions")
            for row in one.questions
        ),
    )


def _minutes(one: Facts) -> Check:
    rows = [*followups.unclosed(one), *(row for row, _last in followups.unconfirmed(one))]
    return Check(
        "minutes",
        tuple(
            Place(str(row.pk), row.title, ("workflow:meeting", *one.address, row.pk))
            for row in rows
        ),
    )
