"""Ask one address as one role, and compare what every role gets with the table."""

from django.test import Client
from django.urls import reverse

from tests.access.table import ALL

OUTSIDERS = ("anonymous", "deactivated")


def _client(world, role):
    client = Client(raise_request_exception=False)
    if role != "anonymous":
        name = "staff5" if role == "deactivated" else role
        client.force_login(world.people[name], backend="people.sign_in.backend.SessionBackend")
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
