"""Pages, SAR, official papers, the second start and the chasing of the whole country.

All but the last on a new demo office. Pages are asked as the coordinator, through the whole stack
of middleware, and compared with the bare frame: the same signed-in request for a page with nothing
in it.
"""

import os
import secrets
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OFFICE, YEAR = "skn2", 2560
ROUNDS, WARM_UP = 31, 3
GOALS = {"ratio": 4, "ms a page": 60, "MB": 400, "second start": 5, "paper": 2}
# Seconds of one round for the whole country; without a goal: it happens at most once.
CHASING_GOALS = {"all overdue": 60, "nothing to do": 10, "plan all offices": 120}
PAPER_ROUNDS = 3


def main():
    folder = Path(tempfile.mkdtemp(prefix="esa-bench-"))
    try:
        environment = new_environment(folder / "living")
        say("Making the demo office …")
        run(environment, "prepare")
        say("Asking for pages …")
        page_rows = run_self(environment, "pages")
        start = second_start(environment)
        shutil.copytree(folder / "living", folder / "whole")
        (folder / "whole" / "esa.sqlite3").unlink()
        whole = new_environment(folder / "whole")
        say("Telling a whole year …")
        run(whole, "migrate", "-v0")
        run(whole, "demo", "--until", "5")
        say("Rendering the SAR …")
        sar = run_self(whole, "sar")
        say("Rendering the official papers …")
        papers = run_self(whole, "papers")
        report(page_rows, sar, papers, start)
        report_chasing(chase_the_country(new_environment(folder / "country")))
    finally:
        shutil.rmtree(folder)


def new_environment(data):
    ours = ("DATABASE_URL", "CELERY_BROKER_URL", "SECRET_KEY", "SECRET_KEY_FILE", "PORT")
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    changed = {
        "DATA_DIR": str(data),
        "SECRET_KEY": secrets.token_urlsafe(50),
        "DEMO_MODE": "1",
        "HTTPS": "off",
        "LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "esa_standards.settings",
        "PYTHONPATH": str(ROOT),
    }
    return {**kept, **changed}


def say(text):
    sys.stderr.write(text + "\n")


def run(environment, *arguments):
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(  # noqa: S603 - our own commands
        command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def run_self(environment, what):
    """Rows measured in a process of their own: Django reads its settings once."""
    command = [sys.executable, __file__, what]
    done = subprocess.run(  # noqa: S603 - our own commands
        command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return [line.split("\t") for line in done.stdout.splitlines()]


def second_start(environment):
    """Seconds from the command to the address on the terminal, the data folder being ready."""
    say("Starting the server a second time …")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    begun = time.perf_counter()
    server = subprocess.Popen(
        ["script/server"],  # noqa: S607 - a path inside the project
        cwd=ROOT,
        env={**environment, "PORT": port},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    told = any("Open http" in line for line in server.stderr)
    seconds = time.perf_counter() - begun
    server.send_signal(signal.SIGTERM)
    server.stderr.close()
    server.wait()
    if not told:
        sys.exit("script/server did not start")
    return seconds


def chase_the_country(environment):
    """Rows of script/bench_chasing.py, on a database of its own."""
    say("Chasing 245 offices; making their todos takes longer …")
    run(environment, "migrate", "-v0")
    command = [sys.executable, "script/bench_chasing.py"]
    done = subprocess.run(  # noqa: S603 - our own command
        command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return [line.split("\t") for line in done.stdout.splitlines()]


def report_chasing(rows):
    """Each quarter of the country, their sum, and the days after it."""
    planned = [row for row in rows if row[0].startswith("plan")]
    sums = [sum(float(row[n]) for row in planned) for n in (1, 2, 3)]
    whole = ("plan all offices", f"{sums[0]:.1f}", f"{sums[1]:.0f}", f"{sums[2]:.0f}", rows[-1][4])
    for name, seconds, reminders, messages, memory in (*rows, whole):
        limit = CHASING_GOALS.get(name)
        goal = verdict(float(seconds), limit) if limit else ""
        told = f"{seconds} s, {reminders} owed, {messages} told, {memory} MB"
        sys.stdout.write(f"{name:<20}{told:>48}  {goal}\n")


def report(page_rows, sar, papers, start):
    sys.stdout.write(f"{'page':<12}{'median ms':>10}{'queries':>9}{'ratio':>7}  goal\n")
    for name, milliseconds, queries, ratio in page_rows:
        goal = "" if name == "bare" else verdict(float(ratio), GOALS["ratio"])
        sys.stdout.write(f"{name:<12}{milliseconds:>10}{queries:>9}{ratio:>7}  {goal}\n")
    [(_kind, pages, speed, memory)] = sar
    lines = [
        (f"SAR, {pages} pages", f"{speed} ms a page", verdict(int(speed), GOALS["ms a page"])),
        ("SAR, memory", f"{memory} MB", verdict(int(memory), GOALS["MB"])),
        *(
            (f"{kind}, {pages} p.", f"{seconds} s", verdict(float(seconds), GOALS["paper"]))
            for kind, pages, seconds in papers
        ),
        ("second start", f"{start:.1f} s", verdict(start, GOALS["second start"])),
    ]
    for name, measured, goal in lines:
        sys.stdout.write(f"{name:<20}{measured:>18}  {goal}\n")


def verdict(measured, goal):
    return f"≤ {goal}" + ("" if measured <= goal else "  MISSED")


def measure_pages():
    """Print one line per page: name, median milliseconds, queries, ratio to the bare frame."""
    # Settings come from the environment that the parent made, so Django is imported only here.
    import django  # noqa: PLC0415

    django.setup()
    from django.conf import settings  # noqa: PLC0415
    from django.contrib.auth import get_user_model  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.ROOT_URLCONF = "bench_urls"
    client = Client()
    user = get_user_model().objects.get(username="coordinator")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    pages = dict(addresses())
    queries = {name: count(client, address) for name, address in pages.items()}
    medians = measure(client, pages)
    for name, milliseconds in medians.items():
        ratio = milliseconds / medians["bare"]
        row = (name, f"{milliseconds:.1f}", str(queries[name]), f"{ratio:.1f}")
        sys.stdout.write("\t".join(row) + "\n")


def addresses():
    from django.urls import reverse  # noqa: PLC0415

    from indicators.models import Indicator  # noqa: PLC0415

    year = (OFFICE, YEAR)
    edition = {"standard__edition__assessments__fiscal_year": YEAR}
    code = Indicator.objects.filter(**edition).order_by("pk").values_list("code", flat=True)[0]
    yield "bare", reverse("bare")
    yield "home", reverse("workflow:home")
    yield "cycle", reverse("workflow:cycle", args=year)
    yield "assignments", reverse("indicators:assignment_table", args=year)
    yield "indicator", reverse("indicators:indicator", args=(*year, code))
    yield "scoring", reverse("indicators:scoring", args=year)
    yield "documents", reverse("reports:document_list", args=year)


def count(client, address):
    """Queries of one request, once everything that is kept in memory is there."""
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    for _ in range(WARM_UP):
        answer = client.get(address)
        if answer.status_code != 200:
            sys.exit(f"{address} answers {answer.status_code}")
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)


def measure(client, pages):
    """Median milliseconds per page.

    Every round asks each page once, so that whatever else the machine does meanwhile slows the
    bare frame and the pages alike.
    """
    times = {name: [] for name in pages}
    for _ in range(ROUNDS):
        for name, address in pages.items():
            begun = time.perf_counter()
            client.get(address)
            times[name].append(1000 * (time.perf_counter() - begun))
    return {name: statistics.median(measured) for name, measured in times.items()}


def measure_sar():
    """Print kind, pages, median ms a page and MB at most of the SAR, rendered anew each time.

    The register holds the approved SAR already and would hand that file out.
    """
    cycle = demo_cycle()
    sar = cycle.proposals.filter(kind="sar").latest("version")
    measured = [time_paper(cycle, "sar", {"proposal": sar}) for _ in range(PAPER_ROUNDS)]
    pages = measured[0][0].pages
    milliseconds = 1000 * statistics.median(done.seconds for done, _seconds in measured)
    memory = max(done.peak_mb for done, _seconds in measured)
    sys.stdout.write(f"sar\t{pages}\t{milliseconds / pages:.0f}\t{memory:.0f}\n")


def measure_papers():
    """Print one line per official paper: kind, pages, median seconds of a cold renderer."""
    cycle = demo_cycle()
    order = cycle.proposals.filter(kind="order").latest("version")
    announcement = cycle.proposals.filter(kind="announcement").latest("version")
    meeting = cycle.meetings.filter(kind="committee").latest("starts_at")
    wanted = (
        ("announcement", {"proposal": announcement}),
        ("order", {"proposal": order}),
        ("memo", {"proposal": order}),
        ("invitation", {"meeting": meeting}),
        ("minutes", {"meeting": meeting}),
    )
    for kind, of in wanted:
        measured = [time_paper(cycle, kind, of) for _ in range(PAPER_ROUNDS)]
        seconds = statistics.median(seconds for _done, seconds in measured)
        sys.stdout.write(f"{kind}\t{measured[0][0].pages}\t{seconds:.2f}\n")


def demo_cycle():
    import django  # noqa: PLC0415

    django.setup()
    from workflow.models import Cycle  # noqa: PLC0415

    cycles = Cycle.objects.select_related("assessment__office")
    return cycles.get(assessment__office__code=OFFICE, assessment__fiscal_year=YEAR)


def time_paper(cycle, kind, of):
    """What was rendered and seconds from reading the database to the file, in a new process."""
    from django.conf import settings  # noqa: PLC0415

    from people import clock  # noqa: PLC0415
    from reports.collect import blob_files, take_snapshot  # noqa: PLC0415
    from reports.paper.child import render_in_child  # noqa: PLC0415
    from reports.render import to_html  # noqa: PLC0415

    begun = time.perf_counter()
    snapshot = take_snapshot(cycle, kind, at=clock.now(), **of)
    done = render_in_child(
        to_html(snapshot),
        settings.DATA_DIR / "bench" / f"{kind}.pdf",
        fonts=settings.FONT_ROOT,
        base_files=blob_files(cycle, snapshot),
    )
    return done, time.perf_counter() - begun


MEASURES = {"pages": measure_pages, "sar": measure_sar, "papers": measure_papers}

if __name__ == "__main__":
    MEASURES.get("".join(sys.argv[1:]), main)()
