"""What is measured: an office in the middle of its year, a country that submitted, a full inbox."""

from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from core import clock
from core.history import log_event
from indicators.models import (
    AgreedScore,
    Assessment,
    Indicator,
    IndicatorReview,
    Item,
    VerifiedScore,
)
from indicators.states import AssessmentState, ItemState
from notifications.models import Notification
from notifications.outbox import notify
from people.models import Office, RoleGrant, User
from people.states import Role
from tests.factories.cycles import appoint, jump_to, make_year
from tests.factories.indicators import make_edition
from tests.factories.people import make_reviewer
from tests.factories.workflow import assign_all
from workflow.models import Cycle, Recommendation, Step
from workflow.states import StepKind, StepState

SINCE = date(2010, 10, 1)
ROWS = 5000
SEARCHED = "แผนปฏิบัติการ"


@dataclass(frozen=True)
class World:
    """One office's year and who asks for pages."""

    cycle: Cycle
    coordinator: User
    obec: User
    reader: User  # whose inbox is searched

    @property
    def address(self):
        """What every URL of the year begins with."""
        return self.cycle.assessment.office.code, self.cycle.assessment.fiscal_year


def demo_world():
    """The demonstration office, as ``prepare`` left it."""
    cycle = Cycle.objects.select_related("assessment__office", "assessment__edition").get(
        assessment__office__code="skn2", assessment__fiscal_year=2560
    )
    people = {user.username: user for user in User.objects.all()}
    return World(cycle, people["coordinator"], people["obec"], people["staff1"])


def tiny_world():
    """One indicator with two considerations, in step 4."""
    year = make_year(edition=make_edition(1, 1, 2))
    jump_to(year.cycle, StepKind.COMMITTEE_WORK)
    assign_all(year.cycle, year.staff[0])
    appoint(year, members=year.staff, writer=year.staff[0])
    return World(year.cycle, year.coordinator, make_reviewer(), year.staff[1])


# -- the country --------------------------------------------------------------------------
@transaction.atomic
def submit_country(world, offices):
    """As many more offices with the same edition and year, each of them submitted.

    Written as rows, because the story of one office takes longer than all of these.
    """
    assessment = world.cycle.assessment
    people = _people(_offices(offices))
    assessments = Assessment.objects.bulk_create(
        Assessment(
            office=coordinator.office,
            fiscal_year=assessment.fiscal_year,
            edition=assessment.edition,
            state=AssessmentState.LOCKED,
            opened_at=clock.now(),
            opened_by=coordinator,
            locked_at=clock.now(),
            submitted_at=clock.now(),
            taken_up_at=clock.now(),
        )
        for coordinator in people
    )
    _scores(world, assessments, _items(world, assessments))
    _reviews(world, assessments)
    cycles = Cycle.objects.bulk_create(
        Cycle(assessment=one, opened_at=one.opened_at, opened_by=one.opened_by)
        for one in assessments
    )
    _steps(world, cycles)
    _findings(world, cycles)
    for one in assessments:
        log_event(
            one.office,
            actor=one.opened_by,
            verb="assessment.submit",
            target=one,
            year=one.fiscal_year,
        )


def settle():
    """Tell the database what it holds, as its own upkeep does soon after."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _offices(number):
    return Office.objects.bulk_create(
        Office(
            code=f"area{n}",
            name=f"สำนักงานเขตพื้นที่การศึกษาประถมศึกษาทดสอบ เขต {n}",
            short_name=f"สพป.ทดสอบ เขต {n}",
        )
        for n in range(1, number + 1)
    )


def _people(offices):
    """The coordinators; a director stands beside each."""
    roles = (Role.COORDINATOR, Role.DIRECTOR)
    users = User.objects.bulk_create(
        User(
            username=f"{office.code}-{role}",
            given_name=f"คนของ{office.short_name}",
            office=office,
            password="!",
        )
        for office in offices
        for role in roles
    )
    RoleGrant.objects.bulk_create(
        RoleGrant(user=user, office=user.office, role=roles[n % len(roles)], since=SINCE)
        for n, user in enumerate(users)
    )
    return users[:: len(roles)]


def _items(world, assessments):
    """What was written in finished years, every word of it handed in."""
    at = clock.now()
    considerations = world.cycle.assessment.items.in_order().values_list("consideration", flat=True)
    return Item.objects.bulk_create(
        (
            Item(
                assessment=one,
                consideration_id=pk,
                narrative="ดำเนินการครบถ้วนตามแผน " * 10,
                state=ItemState.HANDED_IN,
                handed_in_at=at,
            )
            for one in assessments
            for pk in considerations
        ),
        batch_size=ROWS,
    )


def _scores(world, assessments, items):
    """The committee's scores of everything, OBEC's of every second item of every third office."""
    scored = {"level": 4, "reason": "ครบถ้วน", "saved_at": clock.now()}
    AgreedScore.objects.bulk_create(
        (AgreedScore(item=item, saved_by=item.assessment.opened_by, **scored) for item in items),
        batch_size=ROWS,
    )
    begun = {one.pk for one in assessments[::3]}
    VerifiedScore.objects.bulk_create(
        (
            VerifiedScore(item=item, saved_by=world.obec, **scored)
            for item in items[::2]
            if item.assessment_id in begun
        ),
        batch_size=ROWS,
    )


def _reviews(world, assessments):
    edition = world.cycle.assessment.edition
    indicators = list(Indicator.objects.filter(standard__edition=edition))
    said = {"strengths": "ทำงานเป็นทีม", "to_improve": "ข้อมูล"}
    IndicatorReview.objects.bulk_create(
        (
            IndicatorReview(assessment=one, indicator=row, **said)
            for one in assessments
            for row in indicators
        ),
        batch_size=ROWS,
    )


def _steps(world, cycles):
    at = clock.now()
    planned = {step.kind: step for step in world.cycle.steps.all()}
    Step.objects.bulk_create(
        Step(
            cycle=cycle,
            kind=kind,
            state=StepState.OPEN if kind == StepKind.SUMMARY else StepState.DONE,
            planned_start=step.planned_start,
            planned_end=step.planned_end,
            opened_at=at,
            done_at=None if kind == StepKind.SUMMARY else at,
        )
        for cycle in cycles
        for kind, step in planned.items()
    )


def _findings(world, cycles):
    """Two for every office, one of them answered."""
    at = clock.now()
    for answered in (False, True):
        Recommendation.objects.bulk_create(
            Recommendation(
                cycle=cycle,
                recommendation="ควรเก็บข้อมูลให้เป็นระบบ",
                created_at=at,
                created_by=world.obec,
                answer="จะดำเนินการ" if answered else "",
                answered_at=at if answered else None,
                answered_by=cycle.opened_by if answered else None,
                owner=cycle.opened_by if answered else None,
            )
            for cycle in cycles
        )


# -- an inbox -----------------------------------------------------------------------------
def fill_inbox(world, number):
    """As many notifications for the reader, of three lines each; a search finds every tenth."""
    notify(
        Notification(
            recipient=world.reader,
            key=f"bench:{n}",
            kind="assignment",
            title=f"{SEARCHED} เล่มที่ {n}" if n % 10 == 0 else f"ประเด็นการพิจารณาที่ {n}",
            body="กรุณาเขียนผลการดำเนินงานและแนบหลักฐานให้ครบก่อนวันครบกำหนด\n" * 3,
            url="/",
        )
        for n in range(number)
    )
