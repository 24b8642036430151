"""What must hold after every move: todos, pages, gates and steps say the same."""

from core import clock
from core.refusals import MoveRefused
from notifications.models import Notification
from tests.workflow.machine.pages import LOCKED_ACTS, OFFERED, offered_by
from tests.workflow.machine.world import refused, undone
from workflow.followup import submissions
from workflow.models import Reminder
from workflow.papers import proposals
from workflow.papers.completeness import of_papers
from workflow.reminders.planning import plan_due
from workflow.reminders.revalidation import Revalidation
from workflow.states import ProposalKind, StepState
from workflow.steps import moves
from workflow.todo import TodoKind

# What a locked year leaves nobody to do.
CONTENT = {
    TodoKind.ASSIGN,
    TodoKind.WRITE_ITEM,
    TodoKind.ADD_EVIDENCE,
    TodoKind.HAND_IN,
    TodoKind.HAND_ON,
    TodoKind.SORT_INBOX,
    TodoKind.DO_REQUEST,
    TodoKind.ACCEPT_REQUEST,
    TodoKind.SCORE,
    TodoKind.AGREE,
    TodoKind.REVIEW_INDICATOR,
    TodoKind.RENDER_SAR,
    TodoKind.TAKE_BACK_SAR,
    TodoKind.HOLD_BRIEFING,
    TodoKind.HOLD_COMMITTEE_MEETING,
}
# These bring no year on.
BESIDE = {
    TodoKind.ACKNOWLEDGE,
    TodoKind.ATTEND,
    TodoKind.CHECK_IN,
    TodoKind.RESOLUTION,
    TodoKind.CONFIRM_MINUTES,
    TodoKind.DO_REQUEST,
    TodoKind.ACCEPT_REQUEST,
    TodoKind.SCORE,
    TodoKind.REVIEW_INDICATOR,
    TodoKind.HAND_IN,
    TodoKind.SORT_INBOX,
}
# Asked of many: one of them stands for all.
OF_EVERYBODY = {TodoKind.ACKNOWLEDGE, TodoKind.ATTEND, TodoKind.CHECK_IN}
WHO_LOOKS = ("coordinator", "collector", "member", "director")
# News that asks for work on the content.
NEWS_OF_CONTENT = {"request_asked", "request_done", "item_returned", "assignment"}


def todos_are_for_who_can(world, todos):
    """Nobody who left, no key twice, nobody twice."""
    there = {person.pk for person in [*world.staff(), world.people["obec"]]}
    for todo in todos:
        assert set(todo.users) <= there, (todo.key, todo.users)
        assert len(set(todo.users)) == len(todo.users), todo.key
    keys = [todo.key for todo in todos]
    assert len(set(keys)) == len(keys), sorted(keys)


def asked_of(todos):
    """Who would press what where: one person for what everybody of the office is asked."""
    return {
        (pk, todo.url, todo.kind, todo.key)
        for todo in todos
        for pk in (todo.users[-1:] if todo.kind in OF_EVERYBODY else todo.users)
    }


def pages_offer_it(world, asked, clients):
    """Each todo's person gets the page it leads to, and the page offers the act."""
    seen = {}
    for pk, url, kind, key in asked:
        if (pk, url) not in seen:
            client = clients.get(pk) or clients.setdefault(pk, world.client_of(world.person(pk)))
            response = client.get(url)
            if response.status_code == 302:  # signed out while the days went by
                clients[pk] = client = world.client_of(world.person(pk))
                response = client.get(url)
            assert response.status_code == 200, (key, url, response.status_code)
            _forms, seen[pk, url] = offered_by(response, url)
        wanted = OFFERED[kind]
        assert not wanted or wanted & seen[pk, url], (key, url, pk, seen[pk, url])


def locked_means_locked(world, todos):
    """Behind a locked year the steps are closed, and nothing of it waits for anybody."""
    if world.cycle().assessment.is_open:
        return
    for step in world.steps():
        if step.kind < 6:
            assert step.state == StepState.DONE, step
            assert not step.is_late(clock.today())
    waiting = [todo for todo in todos if todo.kind in CONTENT]
    assert waiting == [], waiting


def locked_pages_offer_nothing(world, turn, clients):
    """No button for locked work, whoever looks; no step before the summary opens again.

    One page of one person; ``turn`` says which.
    """
    code = world.items()[0].consideration.code
    year = "/o/{}/{}".format(*world.address)
    paths = [
        f"{year}/items/{code}/",
        f"{year}/steps/{turn % 4 + 1}/",
        f"{year}/indicators/{code.rsplit('.', 1)[0]}/",
        f"{year}/scores/",
        f"{year}/committee-room/",
        f"{year}/assignments/",
        f"{year}/projects/",
    ]
    people = [world.person(world.people[name].pk) for name in WHO_LOOKS]
    there = [person for person in people if person.is_active]
    if not there:
        return
    person, path = there[turn % len(there)], paths[turn // len(there) % len(paths)]
    client = clients.get(person.pk) or clients.setdefault(person.pk, world.client_of(person))
    forms, _either = offered_by(client.get(path), path)
    behind = LOCKED_ACTS | {"workflow:step_reopen", "workflow:step_open"}
    assert not forms & behind, (person, path, forms & behind)


def what_blocks_is_refused(world, todos, refused_at):
    """A step's list is its gate: with something in it the step stays, without it is finished.

    What was refused over the same list before (``refused_at``) is not asked again.
    """
    coordinator = world.holder("coordinator")
    for step in world.steps():
        if step.state != StepState.OPEN:
            continue
        listed = {t.key for t in todos if t.blocks and t.step == step.kind}
        finishing = [t for t in todos if t.kind == TodoKind.FINISH_STEP and t.step == step.kind]
        assert bool(finishing) == (not listed), (step, listed)
        if coordinator is not None and listed and (step.kind, *sorted(listed)) not in refused_at:
            refused_at.add((step.kind, *sorted(listed)))
            with undone():
                refusal = refused(moves.finish_step, step, by=coordinator)
                assert isinstance(refusal, MoveRefused), (step, listed)


def lists_of_papers_are_their_gates(world):
    """A draft that lists nothing is proposed; one that lists something is refused."""
    coordinator = world.holder("coordinator")
    for kind in ProposalKind:
        paper = world.newest(kind)
        if coordinator is None or paper is None or paper.state != "draft":
            continue
        listed = of_papers.panel_of(paper, at=clock.now()).blocks
        with undone():
            refusal = refused(proposals.propose, paper, by=coordinator)
        assert bool(listed) == bool(refusal), (kind, listed, refusal and refusal.message)


def submission_waits_for_who_can_submit(world, todos):
    """The follow-up's list is what the todo knows."""
    for todo in todos:
        if todo.kind == TodoKind.SUBMIT_SUMMARY and todo.users:
            assert submissions.lacks(world.cycle()) == []


def somebody_can_go_on(world, todos):
    """No dead end: until the year is over something that brings it on waits for somebody."""
    if world.step(6).state == StepState.DONE:
        assert not any(step.state == StepState.OPEN for step in world.steps())
        return
    assert any(todo.users and todo.kind not in BESIDE for todo in todos), [
        (todo.key, todo.users) for todo in todos
    ]


def reminders_say_what_waits(world, todos):
    """After the planner looked, what is open is what waits; nothing locked goes out."""
    at = clock.now()
    plan_due(at)
    waiting = {(user, todo.key) for todo in todos for user in todo.users}
    levels = ("group_director", "deputy", "director")
    rows = Reminder.objects.filter(cycle=world.cycle_pk, closed_at__isnull=True)
    open_rows = set(rows.exclude(stage__in=levels).values_list("recipient", "todo_key"))
    assert open_rows <= waiting, open_rows - waiting


def nothing_locked_goes_out(world):
    """What waits to be sent about work on the content is dropped once the year is locked."""
    if world.cycle().assessment.is_open:
        return
    at, ask = clock.now(), Revalidation()
    for row in Notification.objects.filter(kind__in=NEWS_OF_CONTENT):
        assert ask(row, at) is None, (row.kind, row.title)
    for row in Notification.objects.filter(kind="step_opened"):
        sent = ask(row, at)
        number = int(row.url.rstrip("/").rsplit("/", 1)[1])
        assert sent is None or world.step(number).state == StepState.OPEN, row.title
