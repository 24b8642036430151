"""How somebody does what waits for them: a verb for each kind of todo, as its page would call it.

``DEEDS[kind](world, todo, by)`` returns the refusal, or None when it was done.
"""

from datetime import timedelta

from core import clock
from indicators.assignments import assignments
from indicators.models import InboxEntry, Score
from indicators.narratives import items, reviews
from indicators.narratives.inbox import sorting
from indicators.requests import requests
from indicators.scores import scores
from people import roles
from people.models import RoleGrant
from people.roles import deciding, second_person
from tests.workflow.machine.world import REASON, refused
from workflow.followup import recommendations, submissions
from workflow.meetings import attendance, calling, minutes, resolution_tasks
from workflow.papers import checks, decisions, proposals
from workflow.papers.completeness import of_papers
from workflow.states import MeetingKind, ProposalKind
from workflow.steps import moves
from workflow.todo import TodoKind

LEVEL = 4


def _suffix(todo):
    return todo.key.rsplit(":", 1)[1]


def _kind_of_paper(todo):
    return ProposalKind(todo.url.rstrip("/").split("/proposals/")[1].split("/")[0])


# -- papers ---------------------------------------------------------------------------
def draft(world, todo, by):
    """Begin it, or fill and propose what was begun; what the page lists may keep it back."""
    kind = _kind_of_paper(todo)
    paper = world.newest(kind)
    if paper is None or paper.state != "draft":
        return refused(proposals.start_draft, world.cycle(), kind=kind, by=by)
    world.write_draft(paper, by=by)
    paper = world.proposal(paper.pk)
    if kind == ProposalKind.SAR and not checks.problems_of(paper):
        proposals.record_rendering(paper, sha256="a" * 64, at=clock.now())
        paper = world.proposal(paper.pk)
    kept_back = of_papers.panel_of(paper, at=clock.now()).blocks
    refusal = refused(proposals.propose, paper, by=by)
    assert bool(kept_back) == (refusal is not None), (kept_back, refusal and refusal.message)
    return None


def answer_returned(world, todo, by):
    kind = _kind_of_paper(todo)
    return refused(proposals.start_draft, world.cycle(), kind=kind, by=by)


def endorse(world, todo, by):
    return _decided(world, world.newest(_kind_of_paper(todo)), by, _endorsed)


def approve(world, todo, by):
    return _decided(world, world.newest(_kind_of_paper(todo)), by, world.approve)


def _endorsed(paper, *, by):
    return decisions.endorse(paper, by=by, opinion=REASON)


def _decided(world, paper, by, decide):
    """What has grown old on its way is returned, as the page says."""
    old = of_papers.panel_of(paper, at=clock.now()).blocks
    if old:
        refusal = refused(decide, paper, by=by)
        assert refusal is not None
        assert refusal.message == " ".join(said for one in old for said in one.messages)
        return refused(decisions.return_, world.proposal(paper.pk), by=by, opinion=REASON)
    return refused(decide, paper, by=by)


def publish(world, todo, by):
    return refused(proposals.publish, world.in_force(ProposalKind.ANNOUNCEMENT), by=by)


def acknowledge(world, todo, by):
    return refused(proposals.acknowledge, world.in_force(ProposalKind.ANNOUNCEMENT), by=by)


def render(world, todo, by):
    paper = world.newest(ProposalKind.SAR)
    proposals.record_rendering(paper, sha256="b" * 64, at=clock.now())


def take_back(world, todo, by):
    return refused(proposals.withdraw, world.newest(ProposalKind.SAR), by=by)


# -- meetings -------------------------------------------------------------------------
def hold(world, todo, by):
    """Call it for this hour, or leave what is called for another day to that day."""
    kind = MeetingKind.BRIEFING if todo.kind == TodoKind.HOLD_BRIEFING else MeetingKind.COMMITTEE
    if "/new/" not in todo.url:
        return None
    return refused(call, world, kind, by, in_hours=0)


def call(world, kind, by, *, in_hours):
    return calling.create_meeting(
        world.cycle(),
        kind=kind,
        title="ประชุม",
        starts_at=clock.now() + timedelta(hours=in_hours),
        place="ห้องประชุม",
        agenda=["เรื่องแจ้ง"],
        by=by,
    )


def write_minutes(world, todo, by):
    return refused(close_minutes, world, world.meeting(int(_suffix(todo))), by)


def close_minutes(world, meeting, by):
    came = meeting.attendance.values_list("user", flat=True)
    attendance.mark_attendance(meeting, users=list(came), present=True, by=by)
    meeting = minutes.save_minutes(
        meeting, minutes=f"ประชุมแล้ว {meeting.version}", said={}, version=meeting.version, by=by
    )
    meeting = world.meeting(meeting.pk)
    return minutes.hold(meeting, by=by)


def check_in(world, todo, by):
    meeting = world.meeting(int(_suffix(todo)))
    return refused(attendance.check_in, meeting, code=meeting.check_in_code, by=by)


def resolution(world, todo, by):
    return refused(resolution_tasks.finish, world.task(int(_suffix(todo))), result=REASON, by=by)


def confirm(world, todo, by):
    """On the page that the todo leads to: the later meeting's."""
    later = world.meeting(int(todo.url.rstrip("/").rsplit("/", 1)[1]))
    return refused(minutes.confirm, world.meeting(int(_suffix(todo))), in_meeting=later, by=by)


# -- content --------------------------------------------------------------------------
def assign(world, todo, by):
    assessment = world.cycle().assessment
    empty = assignments.unassigned(assessment)
    assert len(empty) == todo.params["n"]
    people = world.staff()
    pairs = [(target, people[n % len(people)]) for n, target in enumerate(empty)]
    return refused(assignments.assign_many, assessment, pairs=pairs, by=by, reason=REASON)


def hand_on(world, todo, by):
    code = _suffix(todo)
    target = assignments.find_target(world.cycle().assessment, "consideration", code)
    return refused(
        assignments.assign,
        world.cycle().assessment,
        target=target,
        user=world.staff()[0],
        by=by,
        reason=REASON,
    )


def write(world, todo, by):
    item = world.item(_suffix(todo))
    return refused(_write, world, item, by)


def _write(world, item, by):
    if item.state == "handed_in":
        item = items.take_back(item, by=by, why=REASON)
    return items.save_item(
        item,
        narrative=f"ทำแล้ว {item.version}",
        result="",
        no_evidence_reason="เป็นการสังเกต",
        version=item.version,
        by=by,
    )


def hand_in(world, todo, by):
    return refused(items.hand_in, world.item(_suffix(todo)), by=by)


def sort_inbox(world, todo, by):
    """What waits for the code of the todo, which stands last in its address."""
    code = todo.params["code"]
    for entry in InboxEntry.objects.waiting().filter(office=world.office, for_code=code):
        if refusal := refused(sorting.set_aside, entry, why=REASON, by=by):
            return refusal
    return None


def do_request(world, todo, by):
    return refused(requests.finish, world.request(int(_suffix(todo))), text=REASON, by=by)


def accept_request(world, todo, by):
    row = world.request(int(_suffix(todo)))
    return refused(requests.accept, row, seen=row.version, by=by)


def score(world, todo, by):
    """All that is left, and handed in."""
    return refused(_score, world, by)


def _score(world, by):
    for item in world.items():
        if not Score.objects.filter(item=item, assessor=by).exists():
            scores.save_score(item, level=LEVEL, reason=REASON, version=0, by=by)
    return scores.hand_in_scores(world.cycle().assessment, by=by)


def agree(world, todo, by):
    return refused(_agree, world, by)


def _agree(world, by):
    for item in world.items():
        if not hasattr(item, "agreed_score"):
            scores.agree(item, level=LEVEL, reason=REASON, version=0, by=by)


def review(world, todo, by):
    row = world.review(_suffix(todo))
    texts = dict.fromkeys(reviews.FIELDS, "ข้อความ")
    return refused(reviews.save_review, row, **texts, version=row.version, by=by)


# -- the summary ----------------------------------------------------------------------
def submit(world, todo, by):
    lacks = submissions.lacks(world.cycle())
    assert not lacks, lacks
    return refused(submissions.submit_summary, world.cycle(), by=by)


def verify(world, todo, by):
    submissions.open_submission(world.cycle(), by=by)
    for item in world.items():
        if not hasattr(item, "verified_score"):
            refusal = refused(
                submissions.verify, world.cycle(), item, level=LEVEL, reason=REASON, by=by
            )
            if refusal:
                return refusal
    return None


def answer_recommendation(world, todo, by):
    row = world.recommendation(int(_suffix(todo)))
    return refused(recommendations.answer, row, text=REASON, owner=by, by=by)


def finish(world, todo, by):
    return refused(moves.finish_step, world.step(todo.step), by=by)


def fill_role(world, todo, by):
    """Somebody who holds nothing yet gets the role, unless it only waits to be confirmed."""
    role = _suffix(todo)
    if RoleGrant.objects.awaiting(clock.today()).filter(office=world.office, role=role).exists():
        return let_hold(world)
    held = {person.pk for person in roles.holders(world.office, role)}
    proposers = {
        row.proposed_by_id for kind in ProposalKind if (row := world.newest(kind)) is not None
    }
    free = [one for one in world.staff() if one.pk not in held | proposers]
    refusal = refused(roles.grant_role, free[-1], role=role, office=world.office, by=by)
    return refusal or let_hold(world)


def let_hold(world):
    """A second person confirms what waits; the operator where nobody is left."""
    day = clock.today()
    rows = RoleGrant.objects.awaiting(day).filter(office=world.office, user__is_active=True)
    for row in rows.select_related("user", "office", "granted_by"):
        confirmers = second_person.confirmers_of([row], day)[row]
        if refusal := refused(deciding.confirm, row, by=next(iter(confirmers), None)):
            return refusal
    return None


DEEDS = {
    TodoKind.DRAFT_ANNOUNCEMENT: draft,
    TodoKind.DRAFT_ORDER: draft,
    TodoKind.DRAFT_SAR: draft,
    TodoKind.ANSWER_RETURNED: answer_returned,
    TodoKind.ENDORSE: endorse,
    TodoKind.APPROVE: approve,
    TodoKind.APPROVE_SAR: approve,
    TodoKind.PUBLISH: publish,
    TodoKind.ACKNOWLEDGE: acknowledge,
    TodoKind.HOLD_BRIEFING: hold,
    TodoKind.HOLD_COMMITTEE_MEETING: hold,
    TodoKind.MINUTES: write_minutes,
    TodoKind.ATTEND: lambda world, todo, by: None,
    TodoKind.CHECK_IN: check_in,
    TodoKind.RESOLUTION: resolution,
    TodoKind.CONFIRM_MINUTES: confirm,
    TodoKind.ASSIGN: assign,
    TodoKind.WRITE_ITEM: write,
    TodoKind.ADD_EVIDENCE: write,
    TodoKind.HAND_IN: hand_in,
    TodoKind.HAND_ON: hand_on,
    TodoKind.SORT_INBOX: sort_inbox,
    TodoKind.DO_REQUEST: do_request,
    TodoKind.ACCEPT_REQUEST: accept_request,
    TodoKind.SCORE: score,
    TodoKind.AGREE: agree,
    TodoKind.REVIEW_INDICATOR: review,
    TodoKind.RENDER_SAR: render,
    TodoKind.TAKE_BACK_SAR: take_back,
    TodoKind.SUBMIT_SUMMARY: submit,
    TodoKind.VERIFY: verify,
    TodoKind.ANSWER_RECOMMENDATION: answer_recommendation,
    TodoKind.FINISH_STEP: finish,
    TodoKind.FILL_ROLE: fill_role,
}


def bringing_on(todos):
    """What keeps a step open, and the finishing of what lacks nothing."""
    return [todo for todo in todos if todo.blocks or todo.kind == TodoKind.FINISH_STEP]


def live_until(world, moving_clock, reached, *, days=60):
    """Day after day everybody does what keeps the steps open, until ``reached(world)``."""
    for _day in range(days):
        if reached(world):
            return
        if world.cycle().assessment.is_open:
            world.before_lock = world.states()
        for todo in bringing_on(world.todos()):
            now = {one.key: one for one in world.todos()}
            if todo.key in now and now[todo.key].users:
                moving_clock.shift(timedelta(minutes=1))
                by = world.person(now[todo.key].users[0])
                refusal = DEEDS[todo.kind](world, now[todo.key], by)
                assert refusal is None, (todo.key, refusal.message)
        moving_clock.shift(timedelta(days=1))
    raise AssertionError([(todo.key, todo.users) for todo in world.todos()])
