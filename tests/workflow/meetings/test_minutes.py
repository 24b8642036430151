"""Holding a meeting: check-in, quorum, tasks and their todos, confirming."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse

import thai
from core import clock
from core.models import Event
from core.refusals import MoveRefused, NotAllowed, RuleBroken, StaleEdit
from notifications.models import Notification
from people.models import User
from tests.factories import cycles as make
from tests.factories.people import make_person
from tests.factories.reading import read
from workflow.meetings import attendance, calling, minutes, resolution_tasks
from workflow.meetings.agenda_items import agenda_text
from workflow.models import Meeting, ResolutionTask
from workflow.reminders.sweep import run_reminders
from workflow.states import MeetingKind, MeetingState
from workflow.todo import TodoKind
from workflow.todos.todos import todos_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def year():
    cache.clear()
    return make.make_year()


def call(year, **fields):
    plan = {"title": "ประชุม", "place": "ห้อง", "starts_at": clock.now(), "agenda": ["แจ้ง"]}
    return calling.create_meeting(
        year.cycle, kind=MeetingKind.BRIEFING, by=year.coordinator, **{**plan, **fields}
    )


def written(year, meeting, *, came=3):
    users = list(meeting.attendance.values_list("user", flat=True))[:came]
    attendance.mark_attendance(meeting, users=users, present=True, by=year.coordinator)
    return minutes.save_minutes(
        meeting, minutes="ประชุมแล้ว", said={}, version=meeting.version, by=year.coordinator
    )


def give(year, meeting, **fields):
    plan = {"text": "ทำ", "owner": year.staff[0], "due": clock.today() + timedelta(days=9)}
    item = meeting.agenda.first()
    return resolution_tasks.add(meeting, item=item, by=year.coordinator, **{**plan, **fields})


def url(year, name, *more):
    return reverse(f"workflow:{name}", args=[*year.address, *more])


def kinds(user):
    return {todo.kind for todo in todos_for(User.objects.get(pk=user.pk), clock.now())}


# -- check-in -------------------------------------------------------------------------
def test_an_invited_person_checks_in_once(year):
    meeting = attendance.open_check_in(call(year), by=year.coordinator)
    assert len(meeting.check_in_code) == 6
    member = year.staff[0]
    assert TodoKind.CHECK_IN in kinds(member)
    row = attendance.check_in(meeting, code=f" {meeting.check_in_code} ", by=member)
    assert row.present is True
    again = attendance.check_in(meeting, code="anything", by=member)
    assert again.checked_in_at == row.checked_in_at
    assert TodoKind.CHECK_IN not in kinds(member)


def test_a_reason_of_absence_survives_a_wrong_tick(year):
    meeting, member = call(year), year.staff[0]
    attendance.excuse(meeting, user=member.pk, why="ลาป่วย", by=year.coordinator)
    everybody = list(meeting.attendance.values_list("user", flat=True))
    for present in (True, False):
        attendance.mark_attendance(meeting, users=everybody, present=present, by=year.coordinator)
        row = meeting.attendance.get(user=member)
        assert (row.present, row.excuse) == (present, "ลาป่วย")
    assert TodoKind.CHECK_IN not in kinds(member)


def test_wrong_codes_are_slowed_for_that_person_only(year):
    meeting = attendance.open_check_in(call(year), by=year.coordinator)
    wrong = "x"
    for _n in range(attendance.TRIES):
        with pytest.raises(RuleBroken):
            attendance.check_in(meeting, code=wrong, by=year.staff[0])
    with pytest.raises(RuleBroken):
        attendance.check_in(meeting, code=meeting.check_in_code, by=year.staff[0])
    assert attendance.check_in(meeting, code=meeting.check_in_code, by=year.staff[1]).present


def test_nobody_checks_in_uninvited_closed_or_on_another_day(year):
    meeting = attendance.open_check_in(call(year), by=year.coordinator)
    code = meeting.check_in_code
    with pytest.raises(NotAllowed):
        attendance.check_in(meeting, code=code, by=make_person(year.office))
    User.objects.filter(pk=year.staff[1].pk).update(is_active=False)
    with pytest.raises(NotAllowed):
        attendance.check_in(meeting, code=code, by=year.staff[1])
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=clock.now() - timedelta(days=1))
    with pytest.raises(MoveRefused):
        attendance.check_in(meeting, code=code, by=year.staff[0])
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=clock.now())
    attendance.close_check_in(meeting, by=year.coordinator)
    with pytest.raises(MoveRefused):
        attendance.check_in(meeting, code="", by=year.staff[0])
    later = call(year, starts_at=clock.now() + timedelta(hours=30))
    with pytest.raises(MoveRefused):
        attendance.open_check_in(later, by=year.coordinator)


@pytest.mark.parametrize(("invited", "needed"), [(1, 1), (2, 1), (3, 2), (30, 15), (31, 16)])
def test_quorum_is_half_rounded_up(invited, needed):
    assert attendance.Quorum(invited, needed).met
    assert not attendance.Quorum(invited, needed - 1).met


def test_without_a_quorum_a_reason_is_needed_and_kept(year):
    meeting = written(year, call(year), came=2)
    with pytest.raises(RuleBroken):
        minutes.hold(meeting, by=year.coordinator)
    minutes.hold(meeting, by=year.coordinator, why="เร่งด่วน")
    event = Event.objects.get(verb="meeting.hold")
    assert (event.why, event.after["quorum"]) == ("เร่งด่วน", False)


# -- tasks ----------------------------------------------------------------------------
def test_a_task_waits_for_its_owner_once_the_minutes_are_closed(year):
    meeting = written(year, call(year))
    task = give(year, meeting)
    owner = year.staff[0]
    assert TodoKind.RESOLUTION not in kinds(owner)
    minutes.hold(meeting, by=year.coordinator)
    (todo,) = [t for t in todos_for(owner, clock.now()) if t.kind == TodoKind.RESOLUTION]
    assert (todo.due, todo.blocks) == (task.due, False)
    assert todo.url == url(year, "resolution_task", task.pk)
    run_reminders(clock.now())
    notification = Notification.objects.get(kind="duty", recipient=owner)
    assert (notification.url, notification.todo_key) == (todo.url, todo.key)
    with pytest.raises(NotAllowed):
        resolution_tasks.finish(task, result="เสร็จ", by=year.staff[1])
    resolution_tasks.finish(task, result="เสร็จ", by=owner)
    assert TodoKind.RESOLUTION not in kinds(owner)
    assert Notification.objects.filter(kind="task_done", recipient=year.coordinator).exists()
    with pytest.raises(MoveRefused):
        resolution_tasks.finish(task, result="อีก", by=owner)
    resolution_tasks.reopen(task, why="ยังไม่ครบ", by=year.coordinator)
    assert TodoKind.RESOLUTION in kinds(owner)


def test_tasks_change_only_while_the_minutes_are_open(year):
    meeting = written(year, call(year))
    task = give(year, meeting)
    resolution_tasks.remove(give(year, meeting, text="อื่น"), by=year.coordinator)
    assert list(ResolutionTask.objects.kept()) == [task]
    with pytest.raises(RuleBroken):
        give(year, meeting, owner=make_person(None))
    minutes.hold(meeting, by=year.coordinator)
    with pytest.raises(MoveRefused):
        give(year, meeting)
    with pytest.raises(MoveRefused):
        resolution_tasks.remove(task, by=year.coordinator)


# -- confirming -----------------------------------------------------------------------
def test_a_later_meeting_confirms_once_and_for_good(year):
    first = written(year, call(year, starts_at=clock.now() - timedelta(days=2)))
    minutes.hold(first, by=year.coordinator)
    second = written(year, call(year))
    assert minutes.confirmable_in(second) == [first]
    assert TodoKind.CONFIRM_MINUTES not in kinds(year.coordinator)
    minutes.hold(second, by=year.coordinator)
    assert TodoKind.CONFIRM_MINUTES in kinds(year.coordinator)
    with pytest.raises(RuleBroken):
        minutes.confirm(second, in_meeting=first, by=year.coordinator)
    minutes.confirm(first, in_meeting=second, by=year.coordinator)
    with pytest.raises(MoveRefused):
        minutes.confirm(first, in_meeting=second, by=year.coordinator)
    with pytest.raises(MoveRefused):
        minutes.reopen(first, by=year.coordinator, why="แก้")
    assert TodoKind.CONFIRM_MINUTES not in kinds(year.coordinator)


def test_confirming_is_written_under_the_point_of_the_agenda(year):
    first = written(year, call(year, starts_at=clock.now() - timedelta(days=2)))
    minutes.hold(first, by=year.coordinator)
    title = f"รับรองรายงานการ{first.title}"
    agenda = ["เรื่องรับรองรายงานการประชุม", f"- {title} เมื่อวันที่ 1", "เรื่องอื่น ๆ"]
    second = call(year, agenda=agenda)
    minutes.confirm(first, in_meeting=second, by=year.coordinator)
    assert list(second.agenda.values_list("resolution", flat=True)) == ["", title, ""]
    with pytest.raises(StaleEdit):  # who had the page open does not empty it again
        minutes.save_minutes(second, minutes="อื่น", said={}, version=0, by=year.coordinator)


def test_confirming_without_a_point_is_written_under_its_heading_and_spares_what_stands_there(year):
    first = written(year, call(year, starts_at=clock.now() - timedelta(days=2)))
    minutes.hold(first, by=year.coordinator)
    second = call(year, agenda=["เรื่องรับรองรายงานการประชุม", "เรื่องอื่น ๆ"])
    second.agenda.filter(order=1).update(resolution="แก้หน้า 2")
    minutes.confirm(first, in_meeting=second, by=year.coordinator)
    (top, other) = second.agenda.values_list("resolution", flat=True)
    assert (top, other) == (f"แก้หน้า 2\nรับรองรายงานการ{first.title}", "")


@pytest.mark.parametrize("days", [-9, -3, 1, 30])
def test_a_meeting_that_confirmed_minutes_moves_neither_before_theirs_nor_ahead(
    client_for, year, days
):
    at = clock.now()
    first = written(year, call(year, starts_at=at - timedelta(days=3)))
    minutes.hold(first, by=year.coordinator)
    second = call(year, starts_at=at - timedelta(minutes=1))
    minutes.confirm(first, in_meeting=second, by=year.coordinator)
    second.refresh_from_db()
    agenda = agenda_text(second).splitlines()
    plan = {"title": "ก", "place": "ข", "link": "", "chair": None, "agenda": agenda}
    plan |= {"by": year.coordinator, "version": second.version}
    with pytest.raises(RuleBroken) as refused:
        calling.edit_meeting(second, starts_at=at + timedelta(days=days), **plan)
    assert refused.value.field == "date"
    day = thai.local_date(at) + timedelta(days=days)
    sent = {"title": "ก", "place": "ข", "agenda": "\n".join(agenda), "time": "00.01"}
    sent |= {"date": f"{day:%d/%m}/{day.year + 543}", "past": "on", "seen": plan["version"]}
    page = client_for(year.coordinator).post(url(year, "meeting_edit", second.pk), sent)
    assert page.status_code == 400
    assert "มีการรับรองรายงานการประชุมในการประชุมครั้งนี้แล้ว" in page.content.decode()
    assert Meeting.objects.get(pk=second.pk).starts_at == at - timedelta(minutes=1)
    second.refresh_from_db()
    moved = calling.edit_meeting(second, starts_at=at - timedelta(days=1), **plan)
    assert moved.starts_at == at - timedelta(days=1)


def test_cancelling_is_not_offered_where_minutes_were_confirmed(client_for, year):
    first = written(year, call(year, starts_at=clock.now() - timedelta(days=2)))
    minutes.hold(first, by=year.coordinator)
    second, client = call(year), client_for(year.coordinator)
    page, act = (url(year, name, second.pk) for name in ("meeting", "meeting_cancel"))
    assert f'action="{act}"' in client.get(page).content.decode()
    minutes.confirm(first, in_meeting=second, by=year.coordinator)
    text = client.get(page).content.decode()
    assert f'action="{act}"' not in text
    assert "จึงยกเลิกการประชุมไม่ได้" in read(text)
    assert client.post(act, {"why": "เลื่อน"}).status_code == 409


# -- pages ----------------------------------------------------------------------------
def test_room_check_in_minutes_and_task_pages(client_for, year):
    meeting = call(year)
    keeper, member = client_for(year.coordinator), client_for(year.staff[0])
    assert keeper.post(url(year, "meeting_room_open", meeting.pk)).status_code == 302
    meeting.refresh_from_db()
    room = keeper.get(url(year, "meeting_room", meeting.pk)).content.decode()
    assert meeting.check_in_code in room
    page = url(year, "meeting_check_in", meeting.pk)
    assert member.post(page, {"code": "no"}).status_code == 400
    assert member.post(page, {"code": meeting.check_in_code}).status_code == 302
    html = keeper.get(url(year, "meeting_minutes", meeting.pk)).content.decode()
    item = meeting.agenda.first().pk
    # The row of a task stands in the form of the minutes and is sent by its own.
    assert f'name="item" value="{item}" form="task-form-{item}"' in html
    due = f"01/10/{clock.today().year + 544}"
    asked = {"item": meeting.agenda.first().pk, "text": "รวบรวม", "person": "บุคลากร1", "due": due}
    add = url(year, "resolution_task_add", meeting.pk)
    html = keeper.post(add, {**asked, "person": "ไม่มี"}, headers={"HX-Request": "true"})
    assert "รวบรวม" in html.content.decode()
    assert not ResolutionTask.objects.exists()
    keeper.post(add, asked, headers={"HX-Request": "true"})
    task = ResolutionTask.objects.get()
    out, back = (url(year, f"resolution_task_{act}", task.pk) for act in ("remove", "restore"))
    html = keeper.post(out, headers={"HX-Request": "true"}).content.decode()
    assert f'hx-post="{back}"' in html
    assert keeper.get(url(year, "resolution_task", task.pk)).status_code == 404
    assert member.post(back).status_code == 403
    assert keeper.post(back).url.endswith(f"/minutes/#tasks-{item}")  # also without script
    assert keeper.post(back).status_code == 409
    assert ResolutionTask.objects.kept().get() == task
    minutes.hold(written(year, meeting), by=year.coordinator)
    page = url(year, "resolution_task", task.pk)
    assert client_for(year.staff[1]).post(page, {"result": "x"}).status_code == 403
    assert member.post(page, {"result": "เรียบร้อย"}).status_code == 302
    task.refresh_from_db()
    assert task.result == "เรียบร้อย"
    assert "เรียบร้อย" in keeper.get(page).content.decode()
    assert Meeting.objects.get().state == MeetingState.HELD


def test_two_writers_learn_of_each_other(client_for, year):
    meeting = call(year)
    client = client_for(year.coordinator)
    item = meeting.agenda.first()
    page = url(year, "meeting_minutes", meeting.pk)
    sent = {"seen": 0, "minutes": "", f"text_{item.pk}": "ของเขา", f"resolution_{item.pk}": ""}
    first = client.post(page, {**sent, "chair": "ไม่มี"}, headers={"X-Autosave": "1"}).json()
    assert first["version"] == 1
    assert first["problems"]
    answer = client.post(page, {**sent, "minutes": "ฉัน"}, headers={"X-Autosave": "1"})
    assert answer.status_code == 409
    assert answer.json()["theirs"][f"text_{item.pk}"] == "ของเขา"


@pytest.mark.parametrize("page", ["meeting", "meeting_minutes"])
def test_the_page_asks_once_before_minutes_are_confirmed_for_good(client_for, year, page):
    """It was one click away from writing new ones."""
    first = written(year, call(year, starts_at=clock.now() - timedelta(days=2), title="ครั้งก่อน"))
    minutes.hold(first, by=year.coordinator)
    second = call(year)
    client = client_for(year.coordinator)
    there = reverse("workflow:meeting_confirm", args=[*year.address, second.pk])
    html = client.get(reverse(f"workflow:{page}", args=[*year.address, second.pk])).content.decode()
    assert f'href="{there}?earlier={first.pk}"' in html
    assert f'action="{there}"' not in html
    sent = {"earlier": first.pk}
    for asked in (client.get(there, sent), client.post(there, sent)):
        text = asked.content.decode()
        assert "ครั้งก่อน" in text
        assert "ฉบับนี้ไม่ได้อีก" in text
    first.refresh_from_db()
    assert first.confirmed_in is None
    client.post(there, sent | {"asked": "on"})
    first.refresh_from_db()
    assert first.confirmed_in == second


@pytest.mark.parametrize("earlier", ["", "0", "x", "9" * 30, "-1"])
def test_minutes_that_do_not_exist_are_not_asked_about(client_for, year, earlier):
    client = client_for(year.coordinator)
    there = reverse("workflow:meeting_confirm", args=[*year.address, call(year).pk])
    for ask in (client.get, client.post):
        assert ask(there, {"earlier": earlier, "asked": "on"}).status_code == 404
    assert client.get(there).url == there.removesuffix("confirm/")
