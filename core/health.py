"""Whether everything behind the pages works, in words for people who are no engineers.

Each check is cheap and asks one thing. ``settings.HEALTH_CHECKS`` names them in their order; upper
apps add theirs there.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

import thai
from core.files.no_room import free_bytes
from core.heartbeat import Component, is_silent, last_beat

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Check:
    """One thing that works or does not. ``says`` and ``hint`` are for administrators."""

    name: str
    label: str
    ok: bool
    says: str
    hint: str = ""


def checks() -> list[Check]:
    """Everything, the database first: without it nothing else can be asked, but for the disk.

    A database that answers and has lost its tables, or goes in between, is none either.
    """
    first, second = database(), disk()
    if first.ok:
        try:
            return [first, second, *(import_string(name)() for name in settings.HEALTH_CHECKS)]
        except DatabaseError:
            first = _no_database()
    return [first, second]


def silent_parts() -> list[Check]:
    """Worker and schedule alone: what an administrator's first page asks at every visit."""
    return [check for check in (beat(), worker()) if not check.ok]


def database() -> Check:
    """Whether the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        return _no_database()
    return Check("database", _("Database"), True, _("It answers."))


def _no_database() -> Check:
    return Check("database", _("Database"), False, _("The database does not answer."))


def disk() -> Check:
    """Whether there is room for files; below the floor no upload begins."""
    label = _("Disk")
    try:
        free = free_bytes()
    except OSError:  # a drive that went away
        hint = _("Look whether the drive of the data is there, then start the services again.")
        return Check("disk", label, False, _("The folder of the data cannot be read."), hint)
    said = _("%(n)d MB are free.") % {"n": free // MEGABYTE}
    if free < settings.FREE_SPACE_FLOOR_BYTES:
        hint = _("Make room, or move the data to a larger disk. Files are not taken in meanwhile.")
        return Check("disk", label, False, said, hint)
    return Check("disk", label, True, said)


def beat() -> Check:
    """Whether the schedule runs."""
    return _heartbeat_check(
        Component.BEAT,
        _("Schedule"),
        _("The schedule has stopped since %(time)s: nobody is reminded and no mail goes out."),
        _("The schedule has never run: nobody is reminded and no mail goes out."),
        _("Start the service of the schedule (celery beat)."),
    )


def worker() -> Check:
    """Whether somebody sends what stands in the outbox."""
    return _heartbeat_check(
        Component.WORKER,
        _("Sending of notifications"),
        _("The sending of notifications has stopped since %(time)s."),
        _("The sending of notifications has never run."),
        _("Start the service of the tasks (celery worker)."),
    )


def _heartbeat_check(part: Component, label: str, stopped: str, never: str, hint: str) -> Check:
    at, now = last_beat(part), timezone.now()
    if at is None or is_silent(part, now):
        says = stopped % {"time": thai.format_datetime(at)} if at else never
        return Check(part.value, label, False, says, hint)
    return Check(part.value, label, True, _("Last at %(time)s.") % {"time": _clock(at)})


def _clock(moment: datetime) -> str:
    return thai.format_time(moment)
