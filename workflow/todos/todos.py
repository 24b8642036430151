"""What waits for whom, since when, due when, at which URL: the one function of it.

Home, reminders, the late list and the gates of the steps all read this. Nothing is stored; pages
that ask again while not one row has changed get what was computed before (see kept.py).
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.db.models import QuerySet

from core import clock
from people import rules
from people.models import User
from workflow.models import Cycle
from workflow.states import StepKind, StepState
from workflow.todo import Todo, urgency
from workflow.todos import contents, facts, followups, papers, stamps
from workflow.todos.facts import Facts
from workflow.todos.kept import Store, Waiting
from workflow.todos.stamps import Stamp
from workflow.todos.steps import BUILDERS, acknowledgement, finishing
from workflow.todos.vacancies import vacancies
from workflow.todos.verifications import verifications

KEPT: Store[Waiting] = Store()


def todos_by_cycle(cycles: Iterable[Cycle], at: datetime) -> dict[int, list[Todo]]:
    """Todos of several cycles, most urgent first, computed anew for the queries of one."""
    return {one.cycle.pk: todos for one, todos in _computed(cycles, at)}


def kept_by_cycle(cycles: Iterable[Cycle], at: datetime) -> dict[int, list[Todo]]:
    """The same, computed only for the cycles of which something has changed.

    The stamp is read first and the cycle once more after it: what changes in between makes the
    next reader compute again, and what the caller holds may be older than the stamp.
    """
    cycles = list(cycles)
    if not stamps.can_be_asked():
        return todos_by_cycle(cycles, at)
    return _kept(stamps.stamps_of(cycles), at)


def _kept(asked: Mapping[int, Stamp], at: datetime) -> dict[int, list[Todo]]:
    found = {}
    for pk, stamp in asked.items():
        waiting = KEPT.find(pk, stamp)
        if waiting is not None and waiting.holds(at):
            found[pk] = list(waiting.todos)
    if missing := asked.keys() - found.keys():
        again = Cycle.objects.filter(pk__in=missing).select_related("assessment__office")
        for one, todos in _computed(again, at):
            KEPT.keep(one.cycle.pk, asked[one.cycle.pk], Waiting.of(one, todos))
            found[one.cycle.pk] = todos
    return found


def todos_of(cycle: Cycle, at: datetime, *, stamp: Stamp | None = None) -> list[Todo]:
    """Everything that waits in one cycle, for whomever, most urgent first.

    Who has asked for the cycle's ``stamp`` already spares asking again.
    """
    if stamp is not None:
        return _kept({cycle.pk: stamp}, at)[cycle.pk]
    return kept_by_cycle([cycle], at)[cycle.pk]


def own_cycles(user: User) -> QuerySet[Cycle]:
    """The running cycles of the person's office."""
    return running().filter(assessment__office=user.office_id)


def todos_for(user: User, at: datetime) -> list[Todo]:
    """What waits for ``user``, most urgent first: at the own office, and OBEC's verifying."""
    return theirs(user, kept_by_cycle(own_cycles(user), at), at)


def theirs(user: User, by_cycle: dict[int, list[Todo]], at: datetime) -> list[Todo]:
    """What waits for ``user``, most urgent first; ``by_cycle`` has the own office's todos."""
    found = [todo for todos in by_cycle.values() for todo in todos if user.pk in todo.users]
    if rules.is_obec(user, clock.today(at)):
        found += verifications(user, at)
    return sorted(found, key=urgency)


def running() -> QuerySet[Cycle]:
    """Cycles that still have something to do, with what todos need of them."""
    return (
        Cycle.objects.filter(
            steps__kind=StepKind.SUMMARY, steps__state__in=[StepState.WAITING, StepState.OPEN]
        )
        .select_related("assessment__office")
        .order_by("assessment__fiscal_year", "pk")
    )


def _computed(cycles: Iterable[Cycle], at: datetime) -> list[tuple[Facts, list[Todo]]]:
    read = facts.load(cycles, at=at, day=clock.today(at))
    contents.read(read)
    followups.read(read)
    return [(one, sorted(_build(one), key=urgency)) for one in read]


def _build(one: Facts) -> Iterator[Todo]:
    for kind, build in BUILDERS.items():
        if one.is_open(kind):
            found = [] if one.is_behind_lock(kind) else list(build(one))
            yield from found
            if not any(todo.blocks for todo in found):
                yield finishing(one, kind)
    if facts.is_running(one):
        yield from acknowledgement(one)
        yield from papers.later_version(one)
        yield from followups.following_up(one)
        yield from vacancies(one)
