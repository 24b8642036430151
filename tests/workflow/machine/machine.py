"""A year as its people may live it: moves in any order, and what must hold after each."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from core import clock
from indicators.assignments import assignments
from indicators.evidence.evidence import add_evidence, remove_evidence
from indicators.models import Evidence
from indicators.narratives import items, reviews
from indicators.requests import requests
from indicators.requests.people import people_to_ask
from indicators.scores import scores
from people import members, roles
from people.models import Acting, RoleGrant, User
from people.roles import deciding
from people.states import Role
from tests.workflow.machine import holds
from tests.workflow.machine.deeds import bringing_on, call, close_minutes
from tests.workflow.machine.looking import Looking, pick
from tests.workflow.machine.world import REASON, in_days
from workflow.followup import recommendations, submissions
from workflow.meetings import attendance, calling, minutes, resolution_tasks
from workflow.papers import decisions, proposals, revoking
from workflow.states import MeetingKind, ProposalKind, StepMove, StepState
from workflow.steps import moves
from workflow.steps.cycles import plan_step

INDEX = st.integers(0, 11)
KIND = st.sampled_from([*ProposalKind])
STEP = st.integers(1, 6)
ROLES = st.sampled_from([Role.COORDINATOR, Role.DIRECTOR, Role.DEPUTY, Role.GROUP_DIRECTOR])


class Year(Looking):
    """The moves."""

    # -- what waits is done: this brings the year on -----------------------------------
    @rule(index=INDEX, who=INDEX)
    def do_what_waits(self, index, who):
        self.do(index, who, self.world.todos())

    @rule(index=INDEX, who=INDEX)
    def do_what_blocks(self, index, who):
        """Twice the chance for what keeps a step open, and for finishing it."""
        todos = self.world.todos()
        self.do(index, who, bringing_on(todos))

    @rule(who=INDEX)
    def do_all_that_blocks_once(self, who):
        """A good day: everybody does what keeps a step open, and finishes what lacks nothing."""
        for todo in bringing_on(self.world.todos()):
            if todo.key in {t.key for t in self.world.todos()}:
                self.do(0, who, [todo])

    # -- steps -------------------------------------------------------------------------
    @rule(kind=STEP)
    def open_a_step(self, kind):
        if by := self.coordinator():
            self.attempt(moves.open_step, self.world.step(kind), by=by, why=REASON, risky=True)

    @rule(kind=STEP)
    def finish_a_step(self, kind):
        if by := self.coordinator():
            self.attempt(moves.finish_step, self.world.step(kind), by=by, risky=True)

    @rule(kind=STEP)
    def reopen_a_step(self, kind):
        by, step = self.coordinator(), self.world.step(kind)
        if by is None:
            return
        was_locked = not self.world.cycle().assessment.is_open
        refusal = self.attempt(moves.reopen_step, step, by=by, why=REASON, risky=True)
        if kind == 5 and was_locked:
            assert refusal is None, refusal.message
            self.stands_as_before_the_lock()

    def stands_as_before_the_lock(self):
        """But for a step that only had to be finished: the approval finished it."""
        now = {step.kind: step.state for step in self.world.steps()}
        for kind in (1, 2, 3, 4):
            finished = self.world.step(kind).events.last().move == StepMove.FINISH
            assert now[kind] == self.before_lock[kind] or (
                self.before_lock[kind] == StepState.OPEN and finished
            ), (kind, now, self.before_lock)
        assert now[5] == StepState.OPEN
        assert now[6] == StepState.OPEN

    @rule(kind=STEP, days=st.integers(-40, 60))
    def plan_a_step(self, kind, days):
        if by := self.coordinator():
            step = self.world.step(kind)
            self.attempt(
                plan_step,
                step,
                planned_start=step.planned_start,
                planned_end=step.planned_end + timedelta(days=days),
                responsible=[],
                by=by,
            )

    # -- papers --------------------------------------------------------------------------
    @rule(kind=KIND)
    def begin_a_draft(self, kind):
        if by := self.coordinator():
            self.attempt(proposals.start_draft, self.world.cycle(), kind=kind, by=by, risky=True)

    @rule(kind=KIND, who=INDEX)
    def withdraw_a_paper(self, kind, who):
        paper = self.world.newest(kind)
        if paper is not None and paper.proposed_by is not None:
            by = self.world.person(paper.proposed_by_id)
            self.attempt(proposals.withdraw, paper, by=by, risky=True)

    @rule(kind=KIND, who=INDEX)
    def return_a_paper(self, kind, who):
        if paper := self.world.newest(kind):
            by = self.person(who)
            self.attempt(decisions.return_, paper, by=by, opinion=REASON, risky=True)

    @rule(kind=st.sampled_from([ProposalKind.ANNOUNCEMENT, ProposalKind.ORDER]))
    def revoke_a_paper(self, kind):
        paper, by = self.world.in_force(kind), self.world.holder(Role.DIRECTOR)
        if paper is not None and by is not None:
            self.attempt(revoking.revoke, paper, by=by, why=REASON, risky=True)

    @rule()
    def take_the_submission_back(self):
        if by := self.coordinator():
            self.attempt(submissions.take_back, self.world.cycle(), by=by, risky=True)

    # -- people --------------------------------------------------------------------------
    @rule()
    def somebody_comes(self):
        by, number = self.world.holder(Role.ADMIN), User.objects.count()
        if by is not None and len(self.world.staff()) < 12:
            names = {"username": f"new{number}", "given_name": f"สมชาย{number}"}
            self.attempt(members.add_person, self.world.office, by=by, **names, risky=True)

    @rule(who=INDEX)
    def somebody_leaves(self, who):
        admins = [p for p in self.world.staff() if self.is_admin(p)]
        person = self.person(who)
        if len(self.world.staff()) > 5 and (by := pick(admins, who)):
            self.attempt(members.deactivate_person, person, by=by, why=REASON, risky=True)

    def is_admin(self, person):
        grants = RoleGrant.objects.on(clock.today())
        return grants.filter(user=person, role=Role.ADMIN).exists()

    @rule(who=INDEX)
    def somebody_returns(self, who):
        gone, by = pick(self.world.staff(active=False), who), self.world.holder(Role.ADMIN)
        if gone is not None and by is not None:
            self.attempt(members.reactivate_person, gone, by=by, risky=True)
            self.clients.pop(gone.pk, None)

    @rule(who=INDEX, role=ROLES)
    def a_role_is_granted(self, who, role):
        by = self.world.holder(Role.ADMIN)
        self.attempt(
            roles.grant_role,
            self.person(who),
            role=role,
            office=self.world.office,
            by=by,
            risky=True,
        )

    @rule(who=INDEX, whom=INDEX)
    def a_role_is_confirmed(self, who, whom):
        awaiting = RoleGrant.objects.awaiting(clock.today()).filter(office=self.world.office)
        row = pick(list(awaiting.select_related("user", "office").order_by("pk")), whom)
        if row is not None:
            self.attempt(deciding.confirm, row, by=self.person(who), risky=True)

    @rule(who=INDEX, whom=INDEX)
    def a_role_is_declined(self, who, whom):
        awaiting = RoleGrant.objects.awaiting(clock.today()).filter(office=self.world.office)
        row = pick(list(awaiting.select_related("user", "office").order_by("pk")), whom)
        if row is not None:
            self.attempt(deciding.decline, row, by=self.person(who), why=REASON, risky=True)

    @rule(who=INDEX, role=ROLES)
    def a_role_ends(self, who, role):
        grants = RoleGrant.objects.on(clock.today()).filter(office=self.world.office, role=role)
        grant = pick(list(grants.select_related("user", "office").order_by("pk")), who)
        if grant is not None:
            by = self.world.holder(Role.ADMIN)
            self.attempt(roles.end_role, grant, by=by, why=REASON, risky=True)

    @rule(who=INDEX, role=ROLES, days=st.integers(0, 9))
    def somebody_acts(self, who, role, days):
        self.attempt(
            roles.appoint_acting,
            self.person(who),
            for_role=role,
            office=self.world.office,
            since=in_days(0),
            until=in_days(days),
            by=self.world.holder(Role.ADMIN),
            risky=True,
        )

    @rule(who=INDEX)
    def acting_ends(self, who):
        periods = Acting.objects.on(clock.today()).filter(office=self.world.office)
        acting = pick(list(periods.select_related("user", "office").order_by("pk")), who)
        if acting is not None:
            by = self.world.holder(Role.ADMIN)
            self.attempt(roles.end_acting, acting, by=by, why=REASON, risky=True)

    # -- who answers for what --------------------------------------------------------------
    @rule(row=INDEX, who=INDEX)
    def a_duty_is_transferred(self, row, who):
        target = pick(self.world.targets(), row)
        if by := self.coordinator():
            assessment = self.world.cycle().assessment
            user = self.person(who)
            self.attempt(
                assignments.assign,
                assessment,
                target=target,
                user=user,
                by=by,
                reason=REASON,
                risky=True,
            )

    @rule(row=INDEX)
    def a_duty_ends(self, row):
        duty = pick(self.world.assignments(), row)
        if duty is not None and (by := self.coordinator()):
            self.attempt(assignments.end_assignment, duty, by=by, reason=REASON, risky=True)

    # -- content ---------------------------------------------------------------------------
    @rule(row=INDEX, who=INDEX)
    def an_item_is_taken_back(self, row, who):
        item = pick(self.world.items(), row)
        self.attempt(items.take_back, item, by=self.person(who), why=REASON, risky=True)

    @rule(row=INDEX, who=INDEX)
    def evidence_is_brought(self, row, who):
        item = pick(self.world.items(), row)
        self.attempt(
            add_evidence,
            self.world.office,
            title="แผน",
            links=[("https://example.org/plan", "แผน")],
            items=[item],
            by=self.person(who),
        )

    @rule(row=INDEX)
    def evidence_is_removed(self, row):
        evidence = pick(list(Evidence.objects.filter(removed_at=None).order_by("pk")), row)
        if evidence is not None and (by := self.coordinator()):
            self.attempt(remove_evidence, evidence, by=by, why="ซ้ำ", risky=True)

    @rule(row=INDEX, who=INDEX, of=st.none() | INDEX)
    def somebody_asks(self, row, who, of):
        item = pick(self.world.items(), row)
        asked = None if of is None else pick(list(people_to_ask(item)), of)
        by = self.person(who)
        self.attempt(requests.ask, item, text=REASON, asked_of=asked, by=by, risky=True)

    @rule(row=INDEX, who=INDEX, move=st.sampled_from(["hand_on", "send_back", "withdraw"]))
    def a_request_goes_another_way(self, row, who, move):
        if (asked := pick(self.world.requests(), row)) is None:
            return
        people = list(people_to_ask(asked.item))
        words = {
            "hand_on": {"to": pick(people, who), "seen": asked.version},
            "send_back": {"text": REASON, "seen": asked.version},
            "withdraw": {},
        }
        by = self.person(who)
        self.attempt(getattr(requests, move), asked, **words[move], by=by, risky=True)

    @rule(who=INDEX)
    def scores_are_taken_back(self, who):
        self.attempt(
            scores.take_back_scores, self.world.cycle().assessment, by=self.person(who), risky=True
        )

    @rule(row=INDEX, level=st.integers(1, 5), who=INDEX)
    def the_committee_agrees(self, row, level, who):
        item = pick(self.world.items(), row)
        agreed = getattr(item, "agreed_score", None)
        version = agreed.version if agreed else 0
        self.attempt(
            scores.agree,
            item,
            level=level,
            reason=REASON,
            version=version,
            by=self.person(who),
            risky=True,
        )

    @rule(who=INDEX)
    def a_review_is_written(self, who):
        row = self.world.review("1.1")
        texts = dict.fromkeys(reviews.FIELDS, f"ข้อความ {row.version}")
        by = self.person(who)
        self.attempt(reviews.save_review, row, **texts, version=row.version, by=by, risky=True)

    # -- meetings ----------------------------------------------------------------------------
    @rule(kind=st.sampled_from([*MeetingKind]), hours=st.sampled_from([-30, 0, 1, 50]))
    def a_meeting_is_called(self, kind, hours):
        if by := self.coordinator():
            self.attempt(call, self.world, kind, by, in_hours=hours, risky=True)

    @rule(row=INDEX)
    def minutes_are_closed(self, row):
        meeting = pick(self.world.meetings(state="planned"), row)
        if meeting is not None and (by := self.coordinator()):
            self.attempt(close_minutes, self.world, meeting, by, risky=True)

    @rule(row=INDEX)
    def minutes_are_opened_again(self, row):
        meeting = pick(self.world.meetings(state="held"), row)
        if meeting is not None and (by := self.coordinator()):
            self.attempt(minutes.reopen, meeting, by=by, why=REASON, risky=True)

    @rule(row=INDEX)
    def a_meeting_is_cancelled(self, row):
        meeting = pick(self.world.meetings(state="planned"), row)
        if meeting is not None and (by := self.coordinator()):
            self.attempt(calling.cancel, meeting, by=by, why=REASON, risky=True)

    @rule(row=INDEX, who=INDEX)
    def a_task_is_given(self, row, who):
        meeting = pick(self.world.meetings(state="planned"), row)
        if meeting is not None and (by := self.coordinator()):
            self.attempt(
                resolution_tasks.add,
                meeting,
                item=meeting.agenda.first(),
                text="จัดทำแผน",
                owner=self.person(who),
                due=in_days(9),
                by=by,
            )

    @rule(row=INDEX)
    def the_room_opens(self, row):
        meeting = pick(self.world.meetings(state="planned"), row)
        if meeting is not None and (by := self.coordinator()):
            self.attempt(attendance.open_check_in, meeting, by=by, risky=True)

    # -- OBEC --------------------------------------------------------------------------------
    @rule()
    def obec_recommends(self):
        self.attempt(
            recommendations.add,
            self.world.cycle(),
            indicator=None,
            problem="",
            recommendation=REASON,
            by=self.world.person(self.world.people["obec"].pk),
            risky=True,
        )

    # -- time --------------------------------------------------------------------------------
    @rule(days=st.sampled_from([1, 3, 10, 45]))
    def days_pass(self, days):
        self.clock.shift(timedelta(days=days))
        self.clients.clear()  # their sessions are over
        self.changed = self.risky = True

    @rule()
    def the_planner_looks(self):
        self.clock.shift(timedelta(hours=2))
        holds.reminders_say_what_waits(self.world, self.world.todos())
        holds.nothing_locked_goes_out(self.world)
