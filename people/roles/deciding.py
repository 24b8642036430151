"""A second person confirms or declines a role that decides on papers."""

from django.db import transaction
from django.utils.translation import gettext as _

import thai
from core import clock
from core.history import log_event
from core.refusals import MoveRefused, NotAllowed, RuleBroken
from people.models import Office, RoleGrant, User
from people.roles import messages, second_person
from people.roles.second_person import Given


@transaction.atomic
def confirm(row: Given, *, by: User | None) -> None:
    """Let the role hold from now on. ``by`` None is the operator, where nobody is left."""
    confirmers = _lock_and_read(row, by)
    if by is None and confirmers:
        names = ", ".join(person.full_name for person in confirmers)
        raise RuleBroken(_("Somebody of the office may confirm it: %(names)s") % {"names": names})
    at = clock.now()
    waiting = type(row).objects.awaiting(clock.today()).filter(pk=row.pk)
    if not waiting.update(awaits_confirmation=False, confirmed_by=by, confirmed_at=at):
        raise _settled()
    row.awaits_confirmation, row.confirmed_by, row.confirmed_at = False, by, at
    messages.notify_confirmed(row, by)
    _log(row, "role.confirm" if isinstance(row, RoleGrant) else "acting.confirm", by=by)


@transaction.atomic
def decline(row: Given, *, by: User, why: str) -> None:
    """End the role before it held. Of one that began today or later only the history tells."""
    _lock_and_read(row, by)
    if not thai.trimmed(why):
        raise RuleBroken(_("Please write why it is declined."), field="why")
    today = clock.today()
    waiting = type(row).objects.awaiting(today).filter(pk=row.pk)
    yesterday = today.fromordinal(today.toordinal() - 1)
    ended = waiting.filter(since__lt=today).update(until=yesterday)
    if not ended and not waiting.filter(since__gte=today).delete()[0]:
        raise _settled()
    messages.notify_declined(row, by, why)
    _log(row, "role.decline" if isinstance(row, RoleGrant) else "acting.decline", by=by, why=why)


def _lock_and_read(row: Given, by: User | None) -> list[User]:
    """Who of the office may confirm, read while no role of the office ends; refuses others."""
    Office.objects.select_for_update(no_key=True).get(pk=row.office_id)
    day = clock.today()
    confirmers = second_person.confirmers_of([row], day)[row]
    if by is not None and not second_person.may_confirm(by, row, confirmers, day):
        raise NotAllowed(
            _("A second person confirms this: neither who gave the role nor who gets it.")
        )
    return confirmers


def _settled() -> MoveRefused:
    return MoveRefused(_("This no longer waits: it was confirmed, declined or ended meanwhile."))


def _log(row: Given, verb: str, *, by: User | None, why: str = "") -> None:
    what = {"role": row.role} if isinstance(row, RoleGrant) else {"for_role": row.for_role}
    period = {"since": str(row.since), "until": row.until and str(row.until)}
    log_event(
        row.office,
        actor=by,
        verb=verb,
        target=row.user,
        before={"awaits_confirmation": True},
        after={**what, **period},
        why=why,
    )
