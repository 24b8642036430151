"""Brings up Celery workers in no time, for tests that kill many.

    python -m tests.real.nursery

reads the program once, then for each line on its input forks: ``worker`` a worker (one task at a
time), ``plan`` a planner, ``wake`` somebody who wakes workers. Prints the number of each process.
"""

import os
import signal
import sys
from functools import partial

from esa_standards import supervisor

WORKER = ("worker", "--pool=solo", "--loglevel=WARNING", "--without-mingle", "--without-gossip")


def main():
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries them
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "esa_standards.settings")
    program = supervisor.read_program()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        works = {"wake": wake, "plan": plan, "worker": partial(program.tasks, *WORKER)}
        work = works[line.strip()]
        sys.stdout.write(f"{supervisor.Forked(line.strip(), work).pid}\n")
        sys.stdout.flush()


def wake():
    from notifications.outbox import wake_delivery  # noqa: PLC0415 - the program is read by now

    wake_delivery()


def plan():
    from core import clock  # noqa: PLC0415 - likewise
    from workflow.reminders.sweep import run_reminders  # noqa: PLC0415 - likewise

    run_reminders(clock.now())


if __name__ == "__main__":
    main()
