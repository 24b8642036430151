"""A small site for the drill of backup and restore, run as a program of its own.

python -m tests.esa_standards.site_at_work found       a year with files, papers and messages
python -m tests.esa_standards.site_at_work work STOP   goes on writing until the file STOP is there
python -m tests.esa_standards.site_at_work facts       what stands there, as JSON
"""

import json
import sys
from datetime import timedelta
from itertools import count
from pathlib import Path

import django


def found():
    year = make_content_year()
    make_person(year.office, "admin", email="admin@example.go.th")
    make_evidence(year.office, by=year.collector, items=[load_again(year.item)])
    cycle = make_cycle_of(year)
    for _n in range(2):
        make_document(cycle, state="ready")
    write_messages(year, range(10))
    # The drill counts messages: the digest of the hour at which it runs would be one more.
    User.objects.update(digest_by_email=False)


def work(stop):
    year_office = Office.objects.get()
    person = User.objects.filter(email="somebody@example.go.th").get()
    with clock.pretend(clock.now() + timedelta(seconds=1)):
        for number in count():
            if Path(stop).exists():
                break
            make_evidence(
                year_office,
                by=person,
                title=f"แผนงาน {number}",
                data=b"x,y\n%d" % number,
                name="a.csv",
            )
            log_event(year_office, actor=person, verb="office.change", target=year_office)
            Path(stop).with_suffix(".busy").touch()


def write_messages(year, numbers):
    person = make_person(year.office, email="somebody@example.go.th")
    notify(
        (
            Notification(recipient=person, key=f"drill-{n}", kind="news", title=f"ข่าว {n}", url="/")
            for n in numbers
        ),
        urgent=True,
    )


def facts():
    blobs = {f"blobs/{b.office_id}/{b.sha256}": b.sha256 for b in Blob.objects.all()}
    papers = Document.objects.filter(state="ready").select_related("cycle__assessment__office")
    papers = {f"documents/{d.cycle.office.code}/{d.sha256}.pdf": d.sha256 for d in papers}
    states = Delivery.objects.order_by("pk").values_list("state", flat=True)
    json.dump(
        {
            "files": blobs | papers,
            "states": list(states),
            "broken": [office.code for office in Office.objects.all() if first_broken(office)],
            "rows": Event.objects.count(),
            "guards": guards.missing(connection),
            "well": {check.name: check.ok for check in checks()}["outbox"],
        },
        sys.stdout,
    )


if __name__ == "__main__":
    django.setup()
    from django.db import connection

    from core import clock
    from core.health import checks
    from core.history import first_broken, guards, log_event
    from core.models import Event
    from indicators.models import Blob
    from notifications.models import Delivery, Notification
    from notifications.outbox import notify
    from people.models import Office, User
    from reports.models import Document
    from tests.factories.content import make_content_year, make_evidence
    from tests.factories.loading import load_again
    from tests.factories.people import make_person
    from tests.factories.reports import make_document
    from workflow.models import Cycle

    def make_cycle_of(year):
        """The row alone: its steps are not what a drill asks for."""
        return Cycle.objects.create(
            assessment=year.item.assessment, opened_at=clock.now(), opened_by=year.coordinator
        )

    {"found": found, "work": work, "facts": facts}[sys.argv[1]](*sys.argv[2:])
