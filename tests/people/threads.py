"""Several at once, for tests of races."""

import threading

from django.db import connection


def together(number, work):
    """Run ``work(n)`` in ``number`` threads that start at the same instant.

    Returns what each returned or raised, in the order of n.
    """
    barrier, outcomes = threading.Barrier(number), [None] * number

    def run(n):
        try:
            barrier.wait()
            outcomes[n] = work(n)
        except Exception as error:  # noqa: BLE001 - handed to the test, which judges it
            outcomes[n] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
