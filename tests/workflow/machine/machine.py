"""A year as its people may live it: moves in any order, and what must hold after each."""

from datetime import timedelta

import time_machine
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from core import clock
from indicators.assignments import assignments
from indicators.evidence.evidence import add_evidence, remove_evidence
from indicators.models import Evidence
from indicators.narratives import items, questions, reviews
from indicators.scores import scores
from people import members, roles
from people.models import RoleGrant
from people.states import Role
from tests.workflow.machine import holds
from tests.workflow.machine.deeds import DEEDS, call, close_minutes
from tests.workflow.machine.world import BEGINS, REASON, in_days, refused
from workflow.followup import recommendations
from workflow.meetings import attendance, calling, minutes, resolution_tasks
from workflow.papers import decisions, proposals, revoking
from workflow.states import MeetingKind, ProposalKind, StepState
from workflow.steps import moves
from workflow.steps.cycles import plan_step

PAGES = 1  # after each move
INDEX = st.integers(0, 11)
KIND = st.sampled_from([*ProposalKind])
STEP = st.integers(1, 6)
ROLES = st.sampled_from([Role.COORDINATOR, Role.DIRECTOR, Role.DEPUTY, Role.GROUP_DIRECTOR])


def pick(rows, index):
    """One of the rows, or None."""
    return rows[index % len(rows)] if rows else None


class Year(RuleBasedStateMachine):
    """``world`` stands in the class: built once, taken back after each example."""

    world = None

    def __init__(self):
        super().__init__()
        self.clients, self.before_lock = {}, {}
        # Whether anything happened since the last look, and such as moves rights and states.
        self.changed, self.risky, self.failed = True, True, False
        self.refused_at = set()
        self.checked, self.turn = set(), 0
        self.travel = time_machine.travel(BEGINS, tick=False)
        self.clock = self.travel.start()
        self.example = transaction.atomic()
        self.example.__enter__()

    def teardown(self):
        """All pages once more at the end."""
        try:
            if not self.failed:
                asked = holds.asked_of(self.world.todos())
                holds.pages_offer_it(self.world, asked, self.clients)
                holds.nothing_locked_goes_out(self.world)
        finally:
            self.take_back()

    def take_back(self):
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)
        self.travel.stop()

    # -- who -----------------------------------------------------------------------
    def person(self, index):
        """Somebody of the office who is there."""
        return pick(self.world.staff(), index)

    def coordinator(self):
        return self.world.holder(Role.COORDINATOR)

    def attempt(self, deed, *args, risky=False, **kwargs):
        """A deed that may be refused; the clock goes on."""
        self.clock.shift(timedelta(minutes=1))
        refusal = refused(deed, *args, **kwargs)
        if refusal is None:
            self.changed, self.risky = True, self.risky or risky
        return refusal

    # -- what waits is done: this brings the year on -----------------------------------
    @rule(index=INDEX, who=INDEX)
    def do_what_waits(self, index, who):
        self.do(index, who, self.world.todos())

    @rule(index=INDEX, who=INDEX)
    def do_what_blocks(self, index, who):
        """Twice the chance for what keeps a step open, and for finishing it."""
        todos = self.world.todos()
        self.do(index, who, [t for t in todos if t.blocks or t.kind == "finish_step"])

    @rule(who=INDEX)
    def do_all_that_blocks_once(self, who):
        """A good day: everybody does what keeps the first open step open."""
        for todo in [t for t in self.world.todos() if t.blocks or t.kind == "finish_step"]:
            if todo.key in {t.key for t in self.world.todos()}:
                self.do(0, who, [todo])

    def do(self, index, who, todos):
        waiting = [todo for todo in todos if todo.users]
        todo = pick(waiting, index)
        if todo is None:
            return
        by = self.world.person(pick(todo.users, who))
        self.clock.shift(timedelta(minutes=1))
        self.note_before_lock(todos)
        refusal = DEEDS[todo.kind](self.world, todo, by)
        assert refusal is None, (todo.key, str(todo.title), refusal.message)
        self.changed = self.risky = True

    def note_before_lock(self, todos):
        """How the steps stood the last time that the year was open."""
        if self.world.cycle().assessment.is_open:
            self.before_lock = {step.kind: step.state for step in self.world.steps()}
            self.left = {t.step for t in todos if t.blocks and t.step in (1, 2, 3, 4)}

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
        now = {step.kind: step.state for step in self.world.steps()}
        for kind in (1, 2, 3, 4):
            assert now[kind] == self.before_lock[kind], (kind, now, self.before_lock)
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

    # -- people --------------------------------------------------------------------------
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
            self.attempt(remove_evidence, evidence, by=by, risky=True)

    @rule(row=INDEX, who=INDEX)
    def somebody_asks(self, row, who):
        item = pick(self.world.items(), row)
        self.attempt(questions.ask, item, text=REASON, by=self.person(who), risky=True)

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

    @invariant()
    def state_and_todos_agree(self):
        """Asked when something happened: what is refused changes nothing (tests of the moves)."""
        if self.changed:
            self.failed = True
            self.look()
            self.failed = self.changed = False

    def look(self):
        world = self.world
        todos = world.todos()
        holds.todos_are_for_who_can(world, todos)
        holds.locked_means_locked(world, todos)
        holds.what_blocks_is_refused(world, todos, self.refused_at)
        holds.submission_waits_for_who_can_submit(world, todos)
        holds.somebody_can_go_on(world, todos)
        self.look_at_pages(todos)
        if self.risky:
            holds.lists_of_papers_are_their_gates(world)
            if not world.cycle().assessment.is_open:
                holds.locked_pages_offer_nothing(world, self.turn, self.clients)
        self.risky = False

    def look_at_pages(self, todos):
        """Pages of what is new, and by turns of what was there; the others have their turn later.

        A page costs more than all else, so few are asked for after one move.
        """
        asked = sorted(holds.asked_of(todos))
        new = [row for row in asked if row not in self.checked]
        old = [row for row in asked if row in self.checked]
        shift = self.turn % len(old) if old else 0
        chosen = (new + old[shift:] + old[:shift])[:PAGES]
        holds.pages_offer_it(self.world, chosen, self.clients)
        self.checked = (self.checked & set(asked)) | set(chosen)
        self.turn += 1
