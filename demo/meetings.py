"""The meetings of the year, as ``meetings.yaml`` has them: called, held, with what followed."""

from demo.book import at, aware, read
from workflow.meetings import attendance, calling, invitations, minutes, resolution_tasks
from workflow.models import ResolutionTask


def call(story, name):
    """Call the meeting, its agenda built from what is open, its invitation in own words."""
    plan = read("meetings.yaml")[name]
    with at(plan["called"]):
        meeting = calling.create_meeting(
            story.cycle,
            kind=plan["kind"],
            title=plan["title"],
            starts_at=aware(plan["starts"]),
            place=plan["place"],
            agenda=calling.suggested_agenda(story.cycle, plan["kind"]).splitlines(),
            chair=story.people[plan["chair"]],
            by=story.coordinator,
        )
        return invitations.save_words(
            meeting,
            words=invitations.usual_words(meeting) | plan["invitation"],
            version=meeting.version,
            by=story.coordinator,
        )


def hold(story, name, meeting):
    """Attendance, minutes and tasks, closed when it ended; confirms what waits to be confirmed."""
    plan = read("meetings.yaml")[name]
    with at(plan["ended"]):
        _tick(story, meeting, plan["absent"])
        meeting = _write(story, meeting, plan)
        for earlier in minutes.confirmable_in(meeting):
            minutes.confirm(earlier, in_meeting=meeting, by=story.coordinator)
        _give_tasks(story, meeting, plan["tasks"])
        return minutes.hold(meeting, by=story.coordinator)


def _tick(story, meeting, absent):
    """Everybody invited came but those with a reason of absence."""
    away = {story.people[username].pk: why for username, why in absent.items()}
    came = set(meeting.attendance.values_list("user", flat=True)) - set(away)
    attendance.mark_attendance(meeting, users=came, present=True, by=story.coordinator)
    for user, why in away.items():
        attendance.excuse(meeting, user=user, why=why, by=story.coordinator)


def _write(story, meeting, plan):
    said = {
        item.pk: minutes.Said(text=text, resolution=resolution)
        for item, (text, resolution) in zip(meeting.agenda.all(), plan["said"], strict=True)
    }
    head = minutes.Head(
        {
            "began_at": aware(plan["began"]),
            "ended_at": aware(plan["ended"]),
            "chair": story.people[plan["chair"]],
            "note_taker": story.coordinator,
            "checker": story.people[plan["checker"]],
            "guests": "\n".join(plan["guests"]),
        }
    )
    return minutes.save_minutes(
        meeting, minutes="", said=said, version=meeting.version, by=story.coordinator, head=head
    )


def _give_tasks(story, meeting, rows):
    """``item`` counts the lines of the agenda from 1, points included."""
    agenda = list(meeting.agenda.all())
    for row in rows:
        resolution_tasks.add(
            meeting,
            item=agenda[row["item"] - 1],
            text=row["text"],
            owner=story.people[row["owner"]],
            due=row["due"],
            by=story.coordinator,
        )


def report_task(story, name, number):
    """The owner reports task ``number`` (from 1) of the meeting as done, on its day."""
    row = read("meetings.yaml")[name]["tasks"][number - 1]
    task = ResolutionTask.objects.get(meeting__cycle=story.cycle, text=row["text"])
    with at(row["done"]):
        resolution_tasks.finish(task, result=row["result"], by=task.owner)
