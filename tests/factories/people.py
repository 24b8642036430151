"""People for tests: plain rows, nothing hidden.

``make_person(office, Role.DIRECTOR)`` holds the role since long ago. Rows are written without the
domain's history, so that a test sees only the events of what it does itself.
"""

from datetime import date
from itertools import count

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore

from core import clock
from core.sealing import seal
from notifications.channels import PURPOSE
from notifications.models import PersonalChannel
from notifications.states import Service
from people.models import Acting, Office, RoleGrant, User, WorkGroup
from people.states import OfficeKind, Role

PASSWORD = "right-horse-2560"
LONG_AGO = date(2010, 10, 1)
_number = count(1)


def make_office(code="skn2", **fields):
    """An office; the same code gives the same row."""
    fields.setdefault("name", f"สำนักงานเขตพื้นที่การศึกษาประถมศึกษา {code}")
    fields.setdefault("short_name", f"สพป.{code}")
    return Office.objects.get_or_create(code=code, defaults=fields)[0]


def make_group(office, code="g1", **fields):
    """A work group; the same code gives the same row."""
    fields.setdefault("name", f"กลุ่ม {code}")
    return WorkGroup.objects.get_or_create(office=office, code=code, defaults=fields)[0]


def make_person(office, *roles, password=None, **fields):
    """A person of ``office`` (None for nobody's) who holds ``roles`` there.

    Without ``password`` the person cannot sign in by the form, only by ``login``.
    """
    number = next(_number)
    fields.setdefault("username", f"person{number}")
    fields.setdefault("given_name", f"คนที่{number}")
    fields.setdefault("position", "นักวิชาการศึกษา")
    user = User.objects.create_user(password=password, office=office, **fields)
    for role in roles:
        grant(user, role)
    return user


def make_reviewer(**fields):
    """A person of สพฐ. who verifies; the grant names its own office."""
    national = make_office("obec", kind=OfficeKind.NATIONAL)
    return make_person(national, Role.OBEC, **fields)


def grant(user, role, *, office=None, since=LONG_AGO, until=None, giver=None):
    """A role held from ``since`` to ``until``, in the person's own office unless said.

    With ``giver`` it was given by that person and waits for its confirmation.
    """
    return RoleGrant.objects.create(
        user=user,
        office=office or user.office,
        role=role,
        since=since,
        until=until,
        granted_by=giver,
        awaits_confirmation=giver is not None,
    )


def act_for(user, role, *, since, until, note="", giver=None):
    """รักษาราชการแทน: a period in the person's own office; with ``giver`` it waits, as above."""
    return Acting.objects.create(
        user=user,
        office=user.office,
        for_role=role,
        since=since,
        until=until,
        note=note,
        granted_by=giver,
        awaits_confirmation=giver is not None,
    )


def login(client, user):
    """Sign ``user`` in on a test client, past the form; returns the client."""
    client.force_login(user, backend="people.sign_in.backend.SessionBackend")
    return client


def make_channel(user, address="json://127.0.0.1:9/nothing", **fields):
    """A personal channel, whatever address it has."""
    fields.setdefault("service", Service.OTHER)
    fields.setdefault("label", "ช่องทางของฉัน")
    return PersonalChannel.objects.create(
        user=user, sealed_address=seal(address, purpose=PURPOSE), made_at=clock.now(), **fields
    )


def make_session(user, *, agent="", address="203.0.113.7", **fields):
    """A place where ``user`` is signed in."""
    store = SessionStore()
    store["_auth_user_id"] = str(user.pk)
    store.create()
    return UserSession.objects.create(
        user=user, session_key=store.session_key, user_agent=agent, ip=address, **fields
    )
