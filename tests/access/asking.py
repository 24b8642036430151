"""Ask one address as one role, and compare what every role gets with the table."""

from itertools import product

from django.test import Client
from django.urls import NoReverseMatch, URLPattern, reverse

from tests.access.table import ALL

OUTSIDERS = ("anonymous", "deactivated")


EXAMPLES = ("1", "x", "people")  # of what stands in addresses that no table has


def named(patterns, space=""):
    """Every named address below the root, allauth's and IT's admin included."""
    for entry in patterns:
        if isinstance(entry, URLPattern):
            yield f"{space}{entry.name}"
        else:
            inner = f"{entry.namespace}:" if entry.namespace else space
            yield from named(entry.url_patterns, inner)


def example_of(name):
    """An address of this name, with whatever fits as its arguments; None when nothing does."""
    for count in range(3):
        for args in product(EXAMPLES, repeat=count):
            try:
                return reverse(name, args=args)
            except NoReverseMatch:
                continue
    return None


def _client(world, role):
    client = Client(raise_request_exception=False)
    client.cookies.load(world.cookies.get(role, {}))
    return client


def ask(world, role, name, row, method):
    values = [part for arg in row.args for part in world.values(arg)]
    send = getattr(_client(world, role), method)
    data = {key: world.values(value)[0] for key, value in row.data}
    response = send(reverse(name, args=values), data)
    if response.streaming:
        b"".join(response)  # read to its end, a file is closed
    return response


def outcome(response):
    if response.status_code == 302 and response.url.startswith("/accounts/login/"):
        return "login"
    if response.status_code in (403, 404, 405) or response.status_code >= 500:
        return str(response.status_code)
    return "ok"


def check(world, name, row):
    method = "post" if row.post else "get"
    expected = {role: row.expected(role) for role in ALL} | dict.fromkeys(OUTSIDERS, row.outsiders)
    found = {role: outcome(ask(world, role, name, row, method)) for role in expected}
    if row.post:
        expected["GET"] = "405"
        asker = "obec" if row.allowed == ("obec",) else "coordinator"
        found["GET"] = outcome(ask(world, asker, name, row, "get"))
    assert found == expected
