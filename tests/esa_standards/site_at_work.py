"""A small site for the drill of backup and restore, run as a program of its own.

python -m tests.esa_standards.site_at_work work STOP   goes on writing until the file STOP is there
python -m tests.esa_standards.site_at_work serve       answers one line of JSON after the other:

["found"]                      a year with files, papers and messages
["facts"]                      what stands there
["opened"]                     what a person gets who opens the evidence
["manage", "backup", …]        a command as ``manage.py`` gives it: what it said, if it failed

["cut_off", MOMENT, TEXT, …]   a command that is killed at a moment: see ``die_at``

To start the program for each takes longer than what it does; a drill gives twenty. ``Site`` asks.
"""

import contextlib
import hashlib
import io
import json
import os
import resource
import signal
import subprocess
import sys
import time
from datetime import timedelta
from itertools import count
from pathlib import Path

import django
from django.conf import settings

from tests.database.fresh import environment_of, run

SITE = ("-m", "tests.esa_standards.site_at_work")


class Site:
    """A database and data folder, and a program that runs on them until the end of the block."""

    def __init__(self, url, folder, **variables):
        self.url, self.folder, self.variables = url, folder, variables

    def __enter__(self):
        self.program = self.start("serve", stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *error):
        self.program.communicate()
        assert self.program.returncode == 0

    def start(self, *arguments, **streams):
        environment = environment_of(self.url, self.folder) | self.variables
        command = [sys.executable, *SITE, *arguments]
        return subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, **streams)

    def ask(self, *line):
        print(json.dumps([str(part) for part in line]), file=self.program.stdin, flush=True)
        return json.loads(self.program.stdout.readline())

    def facts(self):
        return self.ask("facts")

    def manage(self, *arguments):
        answer = self.ask("manage", *arguments)
        assert not answer["failed"], answer["said"]
        return answer["said"]

    def refuses(self, *arguments):
        answer = self.ask("manage", *arguments)
        assert answer["failed"], answer["said"]
        return answer["said"]

    def by_itself(self, *arguments, **variables):
        """A command as the operator gives it: a process of its own."""
        return run(self.url, self.folder, "manage.py", *map(str, arguments), **variables)

    @contextlib.contextmanager
    def people_at_work(self):
        """Somebody writes evidence and history until the end of the block."""
        stop, busy = self.folder / "stop", self.folder / "stop.busy"
        with self.start("work", stop) as worker:
            try:
                while not busy.exists():
                    assert worker.poll() is None
                    time.sleep(0.05)
                yield
            finally:
                stop.touch()
        assert worker.returncode == 0


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
    return {
        "files": blobs | papers,
        "states": list(states),
        "broken": [office.code for office in Office.objects.all() if first_broken(office)],
        "rows": Event.objects.count(),
        "guards": guards.missing(connection),
        "well": {check.name: check.ok for check in checks()}["outbox"],
    }


def opened():
    """``[name, status, SHA-256 of what came, SHA-256 that was stored]`` of each file."""
    client, found = Client(), []
    person = User.objects.get(email="somebody@example.go.th")
    client.force_login(person, backend="people.sign_in.backend.SessionBackend")
    for file in EvidenceFile.objects.select_related("blob").order_by("pk"):
        answer = client.get(reverse("indicators:file_download", args=[file.pk]))
        data = answer.getvalue() if answer.streaming else answer.content
        sha256 = hashlib.sha256(data).hexdigest()
        found.append([file.name, answer.status_code, sha256, file.blob.sha256])
    return found


def manage(name, *arguments):
    """Run a command with its system checks; it closes its connections in the end."""
    said, failed = io.StringIO(), False
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            command = load_command_class(get_commands()[name], name)
            command.run_from_argv(["manage.py", name, *arguments])
        except SystemExit:
            failed = True
    return {"said": said.getvalue(), "failed": failed}


def cut_off(moment, text, name, *arguments):
    """Run a command in a process of its own that is killed; returns by which signal."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        die_at(moment, text)
        manage(name, *arguments)
        os._exit(0)
    return -os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def die_at(moment, text):
    """At the first of Python's audit events of that name that speaks of the text.

    “size”: as soon as a file grows longer than so many bytes, whoever writes it.
    """

    def look(event, values):
        if event == moment and text in str(values):
            os.kill(os.getpid(), signal.SIGKILL)

    if moment == "size":
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(text), int(text)))
    else:
        sys.addaudithook(look)


def serve():
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is no answer
    for line in sys.stdin:
        act, *arguments = json.loads(line)
        said = ACTS[act](*arguments)
        print(json.dumps(said), file=answers, flush=True)


ACTS = {"found": found, "facts": facts, "opened": opened, "manage": manage, "cut_off": cut_off}


if __name__ == "__main__":
    django.setup()
    from django.core.management import get_commands, load_command_class
    from django.db import connection, connections
    from django.test import Client
    from django.urls import reverse

    from core import clock
    from core.health import checks
    from core.history import first_broken, guards, log_event
    from core.models import Event
    from indicators.models import Blob, EvidenceFile
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

    {"serve": serve, "work": work}[sys.argv[1]](*sys.argv[2:])
