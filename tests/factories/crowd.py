"""Many at once: threads that start together, each with its own database connection."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection


def all_at_once(work, arguments):
    """Run ``work(argument)`` for each in a thread of its own; results in the given order.

    What a thread raises is raised here. Needs ``django_db(transaction=True)``.
    """
    barrier = Barrier(len(arguments))

    def run(argument):
        barrier.wait()
        try:
            return work(argument)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(arguments)) as pool:
        return list(pool.map(run, arguments))
