"""Sixty people at work on the documented set-up while two hundred slow clients hang on.

Everybody opens a page, reads it for up to ten seconds, and opens the next; the client shares the
processors with the site.
"""

import random
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import requests

from tests.real.front import documented_site, hang_on, nginx_here

SECONDS = 120
PAUSE = 10  # seconds, at most
SLOW_CLIENTS = 200


def measure(environment, folder, seats, *, seconds=SECONDS, slow_clients=SLOW_CLIENTS):
    """Lines: requests, errors, median, 95th percentile and the slowest, in seconds."""
    nginx = nginx_here()
    if not nginx:
        raise SystemExit("the load needs nginx: script/setup --test installs it")
    with ExitStack() as stack:
        site = stack.enter_context(documented_site(nginx, folder, environment))
        hang_on(site, stack, slow_clients)
        until = time.monotonic() + seconds
        with ThreadPoolExecutor(len(seats)) as pool:
            found = pool.map(lambda seat: work(site, seat, until), seats)
            answers = [answer for of_one in found for answer in of_one]
    times = sorted(took for took, _ in answers)
    return {
        "load, requests": len(answers),
        "load, errors": sum(1 for _, well in answers if not well),
        "load, median": statistics.median(times),
        "load, p95": times[int(len(times) * 0.95)],
        "load, slowest": times[-1],
    }


def work(site, seat, until):
    """What one person waits for: of each page its seconds, and whether it came."""
    chance = random.Random(seat["session"])
    browser, answers, turn = site.session(seat["session"]), [], 0
    time.sleep(chance.uniform(0, PAUSE))
    while time.monotonic() < until:
        began = time.monotonic()
        try:
            page = seat["pages"][turn % len(seat["pages"])]
            answer = browser.get(site.address(page), timeout=30, allow_redirects=False)
            well = answer.status_code == 200
        except requests.RequestException:
            well = False
        answers.append((time.monotonic() - began, well))
        turn += 1
        time.sleep(chance.uniform(0, PAUSE))
    return answers
