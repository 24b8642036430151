"""Every question becomes a request under the same number, its answer the step that did it.

An answered one of a year that is locked counts as accepted since the lock, by nobody; of an open
year it is done, and nobody has to accept it.
"""

from django.core.management.color import no_style
from django.db import migrations


def fill(apps, schema_editor):
    """A request for each question, with a step for what was asked, answered and withdrawn."""
    ItemRequest = apps.get_model("indicators", "ItemRequest")
    RequestStep = apps.get_model("indicators", "RequestStep")
    questions = apps.get_model("indicators", "Question").objects.select_related("item__assessment")
    steps = []
    for question in questions.order_by("pk").iterator():
        said = _steps_of(question)
        row = ItemRequest(
            pk=question.pk,
            item_id=question.item_id,
            text=question.text or "–",
            asked_by_id=question.asked_by_id,
            asked_at=question.asked_at,
            version=len(said),
            moved_at=said[-1]["at"],
            state=said[-1]["after"],
            withdrawn_at=question.withdrawn_at,
        )
        if row.state == "done":
            row.answered_before = True
            row.done_at, row.done_by_id = question.answered_at, question.answered_by_id
            year = question.item.assessment
            if year.state == "locked":
                row.state = "accepted"
                row.accepted_at = max(year.locked_at or row.done_at, row.done_at)
        row.save(force_insert=True)
        steps += [
            RequestStep(request=row, number=number, **step) for number, step in enumerate(said, 1)
        ]
    RequestStep.objects.bulk_create(steps, batch_size=500)
    with schema_editor.connection.cursor() as cursor:
        tables = [ItemRequest, RequestStep]
        for sql in schema_editor.connection.ops.sequence_reset_sql(no_style(), tables):
            cursor.execute(sql)


def _steps_of(question):
    asked = {"move": "ask", "by_id": question.asked_by_id, "at": question.asked_at}
    said = [{**asked, "before": "", "after": "open", "text": question.text}]
    if question.answered_at and question.answered_by_id:
        answered = {"move": "finish", "by_id": question.answered_by_id, "at": question.answered_at}
        said.append({**answered, "before": "open", "after": "done", "text": question.answer})
    elif question.withdrawn_at:
        withdrawn = {"move": "withdraw", "by_id": question.asked_by_id}
        withdrawn |= {"at": question.withdrawn_at, "before": "open", "after": "withdrawn"}
        said.append(withdrawn)
    return said


def unfill(apps, schema_editor):
    """Questions again, as far as a question can say it: asked, answered last, withdrawn."""
    Question = apps.get_model("indicators", "Question")
    Question.objects.all().delete()
    rows = []
    for row in apps.get_model("indicators", "ItemRequest").objects.order_by("pk"):
        question = Question(
            pk=row.pk, item_id=row.item_id, text=row.text, asked_by_id=row.asked_by_id
        )
        question.asked_at, question.withdrawn_at = row.asked_at, row.withdrawn_at
        if row.done_at:
            question.answered_at, question.answered_by_id = row.done_at, row.done_by_id
            done = row.steps.filter(move__in=["finish", "hand_in"]).order_by("number").last()
            question.answer = done.text if done else ""
        rows.append(question)
    Question.objects.bulk_create(rows)
    with schema_editor.connection.cursor() as cursor:
        for sql in schema_editor.connection.ops.sequence_reset_sql(no_style(), [Question]):
            cursor.execute(sql)


class Migration(migrations.Migration):
    dependencies = [("indicators", "0013_requests")]
    operations = [migrations.RunPython(fill, unfill)]
