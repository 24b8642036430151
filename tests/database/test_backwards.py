"""Migrations taken back keep what the version before can hold, and refuse to lose the rest."""

import json

import pytest

from tests.database import questions
from tests.database.fresh import empty_database, run

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
READ = """
import json
import django
django.setup()
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute(
        "SELECT id, text, answer, answered_at IS NOT NULL, answered_by_id IS NOT NULL,"
        " withdrawn_at IS NOT NULL FROM indicators_question ORDER BY id"
    )
    print("questions", json.dumps([[*row[:3], *map(bool, row[3:])] for row in cursor.fetchall()]))
"""
# What a question cannot hold: further words about a request, and a discussion.
WRITE = """
import django
django.setup()
from indicators.models import ItemRequest, Thread
row = ItemRequest.objects.get(pk=102)
said = {"by": row.asked_by, "at": row.asked_at}
row.steps.create(
    number=3, move="send_back", before="done", after="open", text="ยังขาดหน้า ๓", **said
)
thread = Thread.objects.create(item=row.item, opened_by=row.asked_by, opened_at=row.asked_at)
thread.comments.create(text="ภาพไม่ชัด", **said)
"""
WRITTEN = """
import json
import django
django.setup()
from indicators.models import Comment, ItemRequest
row = ItemRequest.objects.get(pk=102)
texts = [step.text for step in row.steps.all()] + [one.text for one in Comment.objects.all()]
print("written", json.dumps([texts, row.search_text]))
"""


def said(output, word):
    line = next(row for row in output.splitlines() if row.startswith(f"{word} "))
    return json.loads(line.removeprefix(f"{word} "))


def test_what_was_asked_goes_back_and_forth_and_other_words_are_not_lost(tmp_path):
    with empty_database(tmp_path) as url:

        def migrate(*target):
            return run(url, tmp_path, "manage.py", "migrate", *target, "--verbosity=0")

        run(url, tmp_path, "-m", "tests.database.kept", "load", "0.1.0")
        run(url, tmp_path, "-c", questions.ASK)
        migrate()
        migrate("indicators", "0012")
        assert said(run(url, tmp_path, "-c", READ), "questions") == [
            [begin + number, text, answer, bool(answer), bool(answer), number == 3]
            for begin in (100, 200)
            for number, text, answer in ((1, "รอ", ""), (2, "ตอบแล้ว", "มี"), (3, "ถอนแล้ว", ""))
        ]
        migrate()
        look = run(url, tmp_path, "-c", f"import django\ndjango.setup()\n{questions.LOOK}")
        questions.assert_all_are_requests(look)

        run(url, tmp_path, "-c", WRITE)
        with pytest.raises(AssertionError, match=r"lose 1 of RequestStep .*, 1 of Comment .*0016"):
            migrate("indicators", "0012")
        with pytest.raises(AssertionError, match=r"lose 1 of Comment .*Nothing was changed"):
            migrate("indicators", "0015")
        run(url, tmp_path, "manage.py", "migrate", "--check", "--verbosity=0")
        migrate("indicators", "0016")
        migrate()
        texts, folded = said(run(url, tmp_path, "-c", WRITTEN), "written")
        assert texts == ["ตอบแล้ว", "มี", "ยังขาดหน้า ๓", "ภาพไม่ชัด"]
        assert folded == "ตอบแล้ว มี ยังขาดหน้า 3"
