"""Many at once: threads that start together, each with its own database connection.

What uses them needs ``django_db(transaction=True)``.
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection, connections

PATIENCE = 300  # seconds


def all_at_once(work, arguments):
    """Run ``work(argument)`` for each in a thread of its own; results in the given order.

    What a thread raises is raised here.
    """
    barrier = Barrier(len(arguments), timeout=PATIENCE)

    def run(argument):
        try:
            _wait_for_the_others()
            barrier.wait()
            return work(argument)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(arguments)) as pool:
        return list(pool.map(run, arguments))


def _wait_for_the_others():
    """Let this thread's connection wait until the whole crowd has passed.

    The product gives a person up after ten seconds at a lock. All threads of a crowd share one
    processor with whatever else runs, so the last may well stand there for longer. A deadlock is
    found by the database itself, after a second.
    """
    commands = {
        "postgresql": f"SET lock_timeout = '{PATIENCE}s'; SET statement_timeout = '{PATIENCE}s'",
        "sqlite": f"PRAGMA busy_timeout = {PATIENCE * 1000}",
    }
    with connection.cursor() as cursor:
        cursor.execute(commands[connection.vendor])


def together(number, work):
    """Run ``work(n)`` in ``number`` threads; what each returned or raised, in the order of n."""

    def judged(n):
        try:
            return work(n)
        except Exception as error:  # noqa: BLE001 - handed to the test, which judges it
            return error

    return all_at_once(judged, range(number))
