"""How long the search takes among 100,000 pieces of evidence with a page of Thai text each.

A request is asked and a comment made about each of them.

Written as rows, since bringing as many through the forms takes a day. Words are drawn as languages
draw them: few of them often, most of them seldom.
"""

import itertools
import random
import secrets
import statistics
import sys
import time

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

import thai
from core import clock
from indicators.models import (
    Blob,
    BlobText,
    Citation,
    Comment,
    Evidence,
    EvidenceFile,
    EvidenceRevision,
    ItemRequest,
    RequestStep,
    TextPart,
    Thread,
)
from indicators.search import index
from tests.factories.content import make_content_year

PIECES, TINY = 100_000, 40
ROWS = 2_000
LETTERS = 700  # of a page
SAID = 120  # of a request or a comment
ROUNDS = 7
SYLLABLES = (
    "การ งาน แผน ปฏิ บัติ พัฒ นา ศึก ษา สำ นัก เขต พื้น ที่ คุณ ภาพ โรง เรียน ครู ผู้ บริ หาร นัก "
    "ประ ชุม ราย ผล ติด ตาม ประ เมิน ตัว บ่ง ชี้ มาตร ฐาน หลัก สูตร อบ รม สื่อ เทค โน โล ยี งบ ประ มาณ "
    "โครง กิจ กรรม คณะ กรรม คำ สั่ง ประ กาศ นิ เทศ เครือ ข่าย ชุม ชน ระ บบ ข้อ มูล สาร สน เทศ"
).split()
SELDOM, OFTEN = "ครุภัณฑ์พิเศษ", "แผนปฏิบัติการ"
ASKED = {
    "search, seldom": {"q": SELDOM},
    "search, often": {"q": OFTEN},
    "search, everywhere": {"q": "การ"},
    "search, one of all": {"q": "ทะเบียน ๐๑๒๓"},
    "search, two words": {"q": f"{SELDOM} {OFTEN}"},
    "search, two letters": {"q": "กพ"},
    "search, code": {"q": "1.1"},
    "search, nothing": {"q": "ไดโนเสาร์ล้านปี"},
    "search, narrowed": {"q": OFTEN, "year": "2560", "indicator": "1.2"},
    "search, requests": {"q": OFTEN, "kind": "requests", "year": "2560"},
    "search, comments": {"q": SELDOM, "kind": "comments"},
    "search, a page": {"q": OFTEN, "kind": "evidence", "page": "20"},
}


def measure(*, small):
    """Milliseconds of each question, the median of some; and how long the index took."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    storages = settings.STORAGES | {"staticfiles": plain}  # nothing was collected here
    with override_settings(HISTORY_KEY=secrets.token_urlsafe(50), STORAGES=storages):
        year = make_content_year(size=(2, 3, 3))
        fill(year, TINY if small else PIECES)
        began = time.perf_counter()
        index.install(connection)
        indexed = time.perf_counter() - began
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        times = ask(year.staff)
    rows = [(name, statistics.median(found[1:]), max(found[1:])) for name, found in times.items()]
    return {"indexed": indexed, "vendor": connection.vendor, "rows": rows}


def ask(user):
    """Of each question the milliseconds of every round."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user, backend="people.sign_in.backend.SessionBackend")
    times = {name: [] for name in ASKED}
    for _round, (name, query) in itertools.product(range(ROUNDS), ASKED.items()):
        began = time.perf_counter()
        answer = client.get(reverse("indicators:find"), query)
        times[name].append(1000 * (time.perf_counter() - began))
        if answer.status_code != 200:
            sys.exit(f"{query} answers {answer.status_code}")
    return times


def fill(year, pieces):
    """Evidence, each with a file of one page, cited in one of the considerations."""
    drop_index()
    chance, at = random.Random(2560), clock.now()
    words = ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(3_000)]
    weights = [1 / (rank + 1) for rank in range(len(words))]
    weights = list(itertools.accumulate(weights))

    def text(letters, number):
        found = chance.choices(words, cum_weights=weights, k=letters // 6)
        if number % 1_000 == 7:
            found.insert(3, SELDOM)
        if number % 3 == 0:
            found.insert(1, OFTEN)
        spaced = (word + (" " if n % 5 == 0 else "") for n, word in enumerate(found))
        return f"ทะเบียน {number:06} " + "".join(spaced)

    for first in range(0, pieces, ROWS):
        numbers = range(first, min(first + ROWS, pieces))
        write(year, numbers, at, text)


def drop_index():
    """Filled without it and indexed afterwards, as a restore does."""
    with connection.cursor() as cursor:
        for kept in index.EVERY:
            if connection.vendor == "postgresql":
                cursor.execute(f"DROP INDEX IF EXISTS {kept.trigrams}")
                continue
            for name in kept.triggers:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def write(year, numbers, at, text):
    """The rows of some pieces."""
    by = {"created_at": at, "created_by": year.staff}
    titles = [text(40, number)[:120] for number in numbers]
    evidence = Evidence.objects.bulk_create(
        Evidence(office=year.office, title=title, search_text=thai.fold(title), **by)
        for title in titles
    )
    revisions = EvidenceRevision.objects.bulk_create(
        EvidenceRevision(evidence=row, number=1, **by) for row in evidence
    )
    blobs = Blob.objects.bulk_create(
        Blob(
            office=year.office,
            sha256=f"{number:064}",
            size=1,
            media_type="application/pdf",
            created_at=at,
        )
        for number in numbers
    )
    EvidenceFile.objects.bulk_create(
        EvidenceFile(revision=revision, blob=blob, name="แฟ้ม.pdf")
        for revision, blob in zip(revisions, blobs, strict=True)
    )
    Citation.objects.bulk_create(
        Citation(item=year.items[n % len(year.items)], evidence=row, revision=revision, **by)
        for n, (row, revision) in enumerate(zip(evidence, revisions, strict=True))
    )
    read = BlobText.objects.bulk_create(
        BlobText(blob=blob, state="ready", has_pages=True) for blob in blobs
    )
    pages = [text(LETTERS, number) for number in numbers]
    TextPart.objects.bulk_create(
        TextPart(text=of, office=year.office, number=1, shown=page, folded=page)
        for of, page in zip(read, pages, strict=True)
    )
    said = [text(SAID, number) for number in numbers]
    write_requests(year, evidence, at, said)
    write_comments(year, evidence, at, said)


def write_requests(year, evidence, at, said):
    """One about each piece, done with words that say the same."""
    by, folded = year.staff, [thai.fold(text) for text in said]
    rows = ItemRequest.objects.bulk_create(
        ItemRequest(
            item=year.items[n % len(year.items)],
            evidence=piece,
            text=text,
            search_text=f"{folded[n]} {folded[n]}",
            asked_by=by,
            asked_at=at,
            state="done",
            version=2,
            moved_at=at,
            done_at=at,
            done_by=by,
        )
        for n, (piece, text) in enumerate(zip(evidence, said, strict=True))
    )
    moves = ((1, "ask", "", "open"), (2, "finish", "open", "done"))
    RequestStep.objects.bulk_create(
        RequestStep(
            request=row,
            number=n,
            move=move,
            by=by,
            at=at,
            before=before,
            after=after,
            text=row.text,
        )
        for row in rows
        for n, move, before, after in moves
    )


def write_comments(year, evidence, at, said):
    """A discussion of one comment about each piece."""
    threads = Thread.objects.bulk_create(
        Thread(evidence=piece, opened_by=year.staff, opened_at=at) for piece in evidence
    )
    Comment.objects.bulk_create(
        Comment(thread=thread, by=year.staff, at=at, text=text, search_text=thai.fold(text))
        for thread, text in zip(threads, said, strict=True)
    )
