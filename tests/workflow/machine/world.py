"""One office with a small edition and its first year, and what its people can do.

Everything goes through the verbs, with rows loaded as a request loads them. ``Office`` says what
is there; it never writes past the domain.
"""

from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

from django.db import transaction
from django.test import Client

from core import clock
from core.refusals import Refused
from indicators.assignments import assignments
from indicators.models import Assignment, IndicatorReview, Item, ItemRequest
from people.models import RoleGrant, User
from people.states import Role
from tests.factories.indicators import make_edition
from tests.factories.people import make_office, make_person, make_reviewer
from workflow.models import Cycle, Meeting, Proposal, Recommendation, ResolutionTask, Step
from workflow.papers import decisions, proposals
from workflow.states import ProposalKind
from workflow.steps.cycles import open_cycle
from workflow.todos.todos import todos_by_cycle

BEGINS = datetime(2016, 10, 3, 2, 0, tzinfo=UTC)  # nine o'clock in Bangkok, a Monday
REASON = "ตามที่ประชุมมีมติ"
CAST = {
    "coordinator": (Role.COORDINATOR,),
    "director": (Role.DIRECTOR,),
    "deputy": (Role.DEPUTY,),
    "admin": (Role.ADMIN,),
    "second": (Role.ADMIN,),
    "group": (Role.GROUP_DIRECTOR,),
    "collector": (),
    "member": (),
    "staff": (),
}


class World:
    """The office, its people by name, its year."""

    def __init__(self):
        self.office = make_office("skn2")
        self.people = {name: make_person(self.office, *roles) for name, roles in CAST.items()}
        self.people["obec"] = make_reviewer()
        self.cycle_pk = open_cycle(
            self.office,
            fiscal_year=2560,
            edition=make_edition(1, 1, 2),
            by=self.people["coordinator"],
        ).pk
        self.address = [self.office.code, 2560]
        self.before_lock = self.states()  # of the steps, when the year was last open

    # -- reading, as a request does ---------------------------------------------------
    def cycle(self):
        return Cycle.objects.select_related("assessment__office", "assessment__edition").get(
            pk=self.cycle_pk
        )

    def person(self, pk):
        return User.objects.select_related("office").get(pk=pk)

    def staff(self, *, active=True):
        """The office's people, in the order in which they were made."""
        return list(User.objects.filter(office=self.office, is_active=active).order_by("pk"))

    def holder(self, role):
        day = clock.today()
        grants = RoleGrant.objects.on(day).filter(office=self.office, role=role)
        return User.objects.filter(pk__in=grants.values("user"), is_active=True).first()

    def step(self, kind):
        return Step.objects.select_related("cycle__assessment__office").get(
            cycle=self.cycle_pk, kind=kind
        )

    def steps(self):
        rows = Step.objects.select_related("cycle__assessment__office")
        return list(rows.filter(cycle=self.cycle_pk).order_by("kind"))

    def states(self):
        return {step.kind: step.state for step in self.steps()}

    def newest(self, kind):
        row = Proposal.objects.filter(cycle=self.cycle_pk, kind=kind).first()
        return row and self.proposal(row.pk)

    def is_before_the_director(self, kind):
        paper = self.newest(kind)
        return paper is not None and paper.state == "endorsed"

    def in_force(self, kind):
        row = Proposal.objects.filter(cycle=self.cycle_pk, kind=kind, state="approved").first()
        return row and self.proposal(row.pk)

    def proposal(self, pk):
        return Proposal.objects.select_related("cycle__assessment__office", "proposed_by").get(
            pk=pk
        )

    def items(self):
        return list(
            Item.objects.filter(assessment__cycle=self.cycle_pk)
            .in_order()
            .select_related("assessment__office", "consideration__indicator__standard")
        )

    def item(self, code):
        return next(row for row in self.items() if row.consideration.code == code)

    def meeting(self, pk):
        return Meeting.objects.select_related("cycle__assessment__office", "chair").get(pk=pk)

    def meetings(self, **wanted):
        rows = Meeting.objects.filter(cycle=self.cycle_pk, **wanted).order_by("pk")
        return [self.meeting(row.pk) for row in rows]

    def task(self, pk):
        return ResolutionTask.objects.select_related(
            "meeting__cycle__assessment__office", "meeting__note_taker", "owner", "agenda_item"
        ).get(pk=pk)

    def request(self, pk):
        return ItemRequest.objects.select_related(
            "asked_by",
            "asked_of",
            "evidence",
            "item__assessment__office",
            "item__consideration__indicator__standard",
        ).get(pk=pk)

    def requests(self):
        rows = ItemRequest.objects.filter(item__assessment__cycle=self.cycle_pk).order_by("pk")
        return [self.request(row.pk) for row in rows]

    def review(self, code):
        return IndicatorReview.objects.select_related(
            "assessment__office", "indicator__standard"
        ).get(assessment__cycle=self.cycle_pk, indicator__code=code)

    def recommendation(self, pk):
        row = Recommendation.objects.select_related("indicator").get(pk=pk)
        row.cycle = self.cycle()
        return row

    def assignments(self):
        return list(
            Assignment.objects.current()
            .filter(assessment__cycle=self.cycle_pk)
            .select_related(
                "user", "assessment__office", "standard", "indicator", "consideration__indicator"
            )
            .order_by("pk")
        )

    def targets(self):
        return assignments.targets(self.cycle().assessment)

    def todos(self):
        """What waits now, computed anew."""
        cycle = self.cycle()
        return todos_by_cycle([cycle], clock.now())[cycle.pk]

    # -- pages --------------------------------------------------------------------------
    def client_of(self, user):
        client = Client()
        client.force_login(user, backend="people.sign_in.backend.SessionBackend")
        return client

    # -- doing ----------------------------------------------------------------------------
    def approve(self, paper, *, by):
        """The one place where the machine approves."""
        return decisions.approve(paper, by=by, gaps_reason=REASON)

    def write_draft(self, draft, *, by):
        """Fill what the usual wording leaves empty; the committee is who is there now."""
        body = dict(draft.body)
        if draft.kind == ProposalKind.SAR:
            for name in ("preface", "basic_info", "conclusion", "development"):
                body[name] = body.get(name) or "ข้อความ"
        if draft.kind == ProposalKind.ORDER:
            body["members"] = self._members()
        proposals.save_draft(
            draft, subject=draft.subject or "เรื่อง", body=body, edit=draft.edit, by=by
        )

    def _members(self):
        there = self.staff()
        standard = self.targets()[0].code
        rows = [(there[0], "steering", None, "chair"), (there[-1], "steering", None, "secretary")]
        rows += [(there[-1], "working", standard, "chair")]
        rows += [(there[len(there) // 2], "working", standard, "member")]
        seen, members = set(), []
        for person, part, code, seat in rows:
            if (person.pk, part) not in seen:
                seen.add((person.pk, part))
                members.append({"user": person.pk, "part": part, "standard": code, "seat": seat})
        return members


def refused(deed, *args, **kwargs):
    """The refusal of a deed, or None when it was done."""
    try:
        with transaction.atomic():
            deed(*args, **kwargs)
    except Refused as refusal:
        return refusal
    return None


class _Undone(Exception):
    pass


@contextmanager
def undone():
    """What happens inside is taken back."""
    try:
        with transaction.atomic():
            yield
            raise _Undone
    except _Undone:
        pass


def in_days(number):
    """A date from today."""
    day: date = clock.today() + timedelta(days=number)
    return day
