"""A year under observation: who acts, how a deed is tried, and the look after each move."""

from datetime import timedelta

import time_machine
from django.db import transaction
from hypothesis.stateful import RuleBasedStateMachine, invariant

from people.states import Role
from tests.workflow.machine import holds
from tests.workflow.machine.deeds import DEEDS
from tests.workflow.machine.world import BEGINS, refused

PAGES = 1  # after each move


def pick(rows, index):
    """One of the rows, or None."""
    return rows[index % len(rows)] if rows else None


class Looking(RuleBasedStateMachine):
    """``world`` stands in the class: built once, taken back after each example."""

    world, begins = None, BEGINS

    def __init__(self):
        super().__init__()
        self.clients = {}
        self.before_lock = self.world.before_lock
        # Whether anything happened since the last look, and such as moves rights and states.
        self.changed, self.risky, self.failed = True, True, False
        self.refused_at = set()
        self.checked, self.turn = set(), 0
        self.travel = time_machine.travel(self.begins, tick=False)
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

    def do(self, index, who, todos):
        waiting = [todo for todo in todos if todo.users]
        todo = pick(waiting, index)
        if todo is None:
            return
        by = self.world.person(pick(todo.users, who))
        self.clock.shift(timedelta(minutes=1))
        self.note_before_lock()
        refusal = DEEDS[todo.kind](self.world, todo, by)
        assert refusal is None, (todo.key, str(todo.title), refusal.message)
        self.changed = self.risky = True

    def note_before_lock(self):
        """How the steps stood the last time that the year was open."""
        if self.world.cycle().assessment.is_open:
            self.before_lock = self.world.states()

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
