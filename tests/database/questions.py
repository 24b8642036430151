"""Questions in a database of the time before requests, and what has become of them."""

import json

BEFORE = {"0.1.0"}  # versions that had questions
# In a year that is open and in one that is locked: waiting, answered and withdrawn.
ASK = """
import django
django.setup()
from django.db import connection
COPY = "INSERT INTO {0} ({1}) SELECT {2} FROM {0} WHERE id = %s"
with connection.cursor() as cursor:
    def copy(table, pk, **changes):
        cursor.execute(f"SELECT * FROM {table} LIMIT 1")
        names = [column[0] for column in cursor.description if column[0] != "id"]
        chosen = ", ".join("%s" if name in changes else name for name in names)
        new = [changes[name] for name in names if name in changes]
        cursor.execute(COPY.format(table, ", ".join(names), chosen), [*new, pk])
        cursor.execute(f"SELECT max(id) FROM {table}")
        return cursor.fetchone()[0]

    cursor.execute("SELECT min(id) FROM indicators_assessment")
    first = cursor.fetchone()[0]
    cursor.execute("SELECT min(id) FROM indicators_item")
    item = cursor.fetchone()[0]
    at = "2017-03-01 {:02}:00:00+00:00".format
    ask = (
        "INSERT INTO indicators_question (id, item_id, text, asked_by_id, asked_at, answer,"
        " answered_by_id, answered_at, withdrawn_at)"
        " SELECT %s, %s, %s, opened_by_id, %s, %s, CASE WHEN %s <> '' THEN opened_by_id END, %s, %s"
        " FROM indicators_assessment WHERE id = %s"
    )
    for number, state in enumerate(("open", "locked"), 1):
        changes = {"fiscal_year": 2570 + number, "state": state, "submitted_at": None}
        changes["locked_at"] = at(7) if number == 2 else None
        year = copy("indicators_assessment", first, **changes)
        about = copy("indicators_item", item, assessment_id=year)
        for pk, text, answer, answered, withdrawn in (
            (1, "รอ", "", None, None),
            (2, "ตอบแล้ว", "มี", at(3), None),
            (3, "ถอนแล้ว", "", None, at(4)),
        ):
            row = [100 * number + pk, about, text, at(2), answer, answer, answered, withdrawn]
            cursor.execute(ask, [*row, first])
"""
# Part of what is asked after the upgrade; the next request gets a number of its own.
LOOK = """
import json
from indicators.models import ItemRequest
rows = ItemRequest.objects.order_by("pk")
found = [
    [
        row.pk, row.state, row.text, row.answered_before, row.version,
        row.accepted_at and row.accepted_at.hour, row.accepted_by_id,
        [[step.number, step.move, step.after, step.text, step.at.hour] for step in row.steps.all()],
    ]
    for row in rows
]
last = rows.last()
given = {"item": last.item, "asked_by": last.asked_by, "asked_at": last.asked_at}
new = ItemRequest.objects.create(text="ใหม่", moved_at=last.asked_at, **given)
new.steps.create(number=1, move="ask", by=new.asked_by, at=new.asked_at, after="open")
print("requests", json.dumps([found, new.pk]))
"""


def assert_all_are_requests(said):
    """Each has its number, and its answer as a step; nobody accepted what a locked year holds."""
    line = next(row for row in said.splitlines() if row.startswith("requests "))
    found, new = json.loads(line.removeprefix("requests "))
    asked = [1, "ask", "open"]
    expected = []
    for begin, state, hour in ((100, "done", None), (200, "accepted", 7)):
        answer = [2, "finish", "done", "มี", 3]
        expected += [
            [begin + 1, "open", "รอ", False, 1, None, None, [[*asked, "รอ", 2]]],
            [begin + 2, state, "ตอบแล้ว", True, 2, hour, None, [[*asked, "ตอบแล้ว", 2], answer]],
            [begin + 3, "withdrawn", "ถอนแล้ว", False, 2, None, None,
             [[*asked, "ถอนแล้ว", 2], [2, "withdraw", "withdrawn", "", 4]]],
        ]  # fmt: skip
    assert found == expected
    assert new > 203
