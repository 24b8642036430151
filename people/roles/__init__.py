"""Who holds which role in an office, and who acts for whom."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from core import clock
from core.history import log_event
from core.refusals import MoveRefused, NotAllowed, RuleBroken
from people import rules
from people.models import Acting, Office, RoleGrant, User
from people.roles import messages
from people.states import ROLES_TO_CONFIRM, Role


def holders(office: Office, *wanted: str, day: date | None = None) -> list[User]:
    """Active people who hold one of the roles on ``day``: by grant or by acting, in name order."""
    return list(_held(office, wanted, day or clock.today()).filter(is_active=True))


def held_on(office: Office, *wanted: str, day: date) -> list[User]:
    """The same of a day that may be over: what they signed then holds although they left since."""
    held = _held(office, wanted, day)
    return list(held if day < clock.today() else held.filter(is_active=True))


def _held(office: Office, wanted: Iterable[str], day: date) -> QuerySet[User]:
    granted = RoleGrant.objects.on(day).filter(office=office, role__in=wanted).values("user")
    acting = Acting.objects.on(day).filter(office=office, for_role__in=wanted).values("user")
    found: QuerySet[User] = User.objects.filter(Q(pk__in=granted) | Q(pk__in=acting))
    return found


def as_now(person: User) -> User:
    """The person as they are now, held until the transaction ends; their roles are read anew.

    For what began before its body was read: an upload may run for hours. Refuses who was
    deactivated meanwhile.
    """
    rows = User.objects.select_for_update(of=("self",), no_key=True).select_related("office")
    found: User | None = rows.filter(pk=person.pk, is_active=True).first()
    if found is None:
        raise NotAllowed(_("Your account was deactivated meanwhile, so nothing was saved."))
    return found


def acting_period(
    user: User, role: str, office: Office, *, day: date | None = None
) -> Acting | None:
    """The row by which ``user`` acts for ``role``; None for who holds it in person."""
    day = day or clock.today()
    if RoleGrant.objects.on(day).filter(user=user, role=role, office=office).exists():
        return None
    periods: QuerySet[Acting] = Acting.objects.on(day)
    return periods.filter(user=user, for_role=role, office=office).first()


def require_administrator(by: User | None, office: Office | None) -> None:
    """Refuse who does not manage the office's people; ``by`` None is the program itself."""
    if by is None:
        return
    if office is None or not rules.may_manage_people(by, office.pk, clock.today()):
        raise NotAllowed(_("Only an administrator of the office may do this."))


def require_giver(by: User | None, user: User, office: Office) -> None:
    """Refuse who may not give ``user`` a role: nobody raises themselves."""
    require_administrator(by, office)
    if by is not None and by.pk == user.pk:
        raise NotAllowed(_("Nobody gives themselves a role; ask another administrator."))


@transaction.atomic
def grant_role(
    user: User,
    *,
    role: str,
    office: Office,
    by: User | None,
    since: date | None = None,
    until: date | None = None,
) -> RoleGrant:
    """Give ``user`` a role from ``since`` (today) on. Refused for people of other offices.

    Director and deputy, when a person gives them, hold once a second person has confirmed it.
    """
    since = since or clock.today()
    require_giver(by, user, office)
    _require_fit(user, role, office)
    if until is not None and until < since:
        raise RuleBroken(_("The period ends before it begins."))
    # The lock makes two who grant the same role at once come one after the other.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    same = RoleGrant.objects.filter(user=user, office=office, role=role)
    overlap = same.filter(Q(until__isnull=True) | Q(until__gte=since))
    if until is not None:
        overlap = overlap.filter(since__lte=until)
    if overlap.exists():
        raise RuleBroken(_("This person holds the role already."))
    grant = RoleGrant.objects.create(
        user=user,
        office=office,
        role=role,
        since=since,
        until=until,
        granted_by=by,
        granted_at=clock.now() if by else None,
        awaits_confirmation=_awaits(role, by),
    )
    messages.notify_granted(grant)
    log_event(
        office,
        actor=by,
        verb="role.grant",
        target=user,
        after={"role": role, "since": str(since), "until": until and str(until)},
    )
    return grant


@transaction.atomic
def end_role(
    grant: RoleGrant, *, by: User | None, until: date | None = None, why: str = ""
) -> None:
    """End a role; yesterday by default, so that it ends with this very request.

    An office keeps at least one administrator, however many are ended at once.
    """
    ended_on = _end_role(grant, by=by, until=until, why=why)
    messages.notify_ended(grant.user, [grant], by=by, until=ended_on, why=why)


def _end_role(grant: RoleGrant, *, by: User | None, until: date | None, why: str) -> date:
    Office.objects.select_for_update(no_key=True).get(pk=grant.office_id)
    require_administrator(by, grant.office)
    today = clock.today()
    if by is not None and not rules.may_end_role(by, grant, today):
        raise RuleBroken(_("You cannot end your own administration; ask another administrator."))
    if until is None:
        until = _end_role_now(grant, today)
    elif until < max(grant.since, today):
        raise RuleBroken(_("A role ends today or later, and not before it began."))
    elif grant.until is not None and until > grant.until:  # nobody confirmed so long a period
        raise RuleBroken(_("A role is not lengthened by ending it; give it anew."))
    elif not _open_grants(grant.pk, today).update(until=until):
        raise MoveRefused(_("This role has ended already."))
    if grant.role == Role.ADMIN:
        _require_administrator_left(grant.office, until)
    log_event(
        grant.office,
        actor=by,
        verb="role.end",
        target=grant.user,
        before={"role": grant.role},
        after={"until": str(until)},
        why=why,
    )
    return until


@transaction.atomic
def appoint_acting(
    user: User,
    *,
    for_role: str,
    office: Office,
    since: date,
    until: date,
    by: User | None,
    note: str = "",
) -> Acting:
    """Let ``user`` act for ``for_role`` from ``since`` to ``until``, both days included.

    Acting for a director or deputy holds once a second person has confirmed it.
    """
    require_giver(by, user, office)
    _require_fit(user, for_role, office)
    if until < since:
        raise RuleBroken(_("The period ends before it begins."))
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    overlap = Acting.objects.filter(user=user, office=office, for_role=for_role)
    if overlap.filter(since__lte=until, until__gte=since).exists():
        raise RuleBroken(_("This person acts for the role in this period already."))
    acting = Acting.objects.create(
        user=user,
        for_role=for_role,
        office=office,
        since=since,
        until=until,
        note=note,
        granted_by=by,
        granted_at=clock.now() if by else None,
        awaits_confirmation=_awaits(for_role, by),
    )
    messages.notify_granted(acting)
    log_event(
        office,
        actor=by,
        verb="acting.appoint",
        target=user,
        after={"for_role": for_role, "since": str(since), "until": str(until)},
        why=note,
    )
    return acting


@transaction.atomic
def end_acting(acting: Acting, *, by: User | None, why: str = "") -> None:
    """End an acting period with this very request."""
    _end_acting(acting, by=by, why=why)
    messages.notify_ended(acting.user, [acting], by=by, why=why)


def _end_acting(acting: Acting, *, by: User | None, why: str) -> None:
    require_administrator(by, acting.office)
    today = clock.today()
    running = Acting.objects.filter(pk=acting.pk, until__gte=today)
    ended = running.filter(since__lt=today).update(until=_day_before(today))
    if not ended and not running.filter(since__gte=today).delete()[0]:
        raise MoveRefused(_("This acting period has ended already."))
    log_event(
        acting.office,
        actor=by,
        verb="acting.end",
        target=acting.user,
        before={"for_role": acting.for_role, "until": str(acting.until)},
        why=why,
    )


@transaction.atomic
def end_every_role(user: User, *, by: User | None, why: str = "") -> None:
    """End what ``user`` holds and acts for, in one message; deactivation does this."""
    today = clock.today()
    grants = RoleGrant.objects.not_over(today).filter(user=user).select_related("office", "user")
    periods = Acting.objects.not_over(today).filter(user=user).select_related("office", "user")
    ended = [*grants, *periods]
    for row in ended:
        if isinstance(row, RoleGrant):
            _end_role(row, by=by, until=None, why=why)
        else:
            _end_acting(row, by=by, why=why)
    messages.notify_ended(user, ended, by=by, why=why)


def _awaits(role: str, by: User | None) -> bool:
    return by is not None and role in ROLES_TO_CONFIRM


def _day_before(day: date) -> date:
    return day.fromordinal(day.toordinal() - 1)


def _open_grants(pk: int, today: date) -> QuerySet[RoleGrant]:
    """The one grant, if it has not ended."""
    return RoleGrant.objects.filter(Q(until__isnull=True) | Q(until__gte=today), pk=pk)


def _end_role_now(grant: RoleGrant, today: date) -> date:
    """End with this request. One that began today, or begins later, held for no whole day:
    the row goes, the event stays."""
    grants = _open_grants(grant.pk, today)
    yesterday = _day_before(today)
    if not grants.filter(since__lt=today).update(until=yesterday):
        if not grants.filter(since__gte=today).delete()[0]:
            raise MoveRefused(_("This role has ended already."))
    return yesterday


def _require_administrator_left(office: Office, until: date) -> None:
    """Refuse when nobody would administer the office the day after ``until``."""
    following = until.fromordinal(until.toordinal() + 1)
    left = RoleGrant.objects.on(following).filter(
        office=office, role=Role.ADMIN, user__is_active=True
    )
    if not left.exists():
        raise RuleBroken(_("The office needs an administrator: appoint another one first."))


def _require_fit(user: User, role: str, office: Office) -> None:
    if user.office_id != office.pk:
        raise RuleBroken(_("This person does not belong to the office."))
    if not user.is_active:
        raise RuleBroken(_("This person is deactivated."))
    if role not in rules.grantable_roles(office):
        raise RuleBroken(_("This office does not grant this role."))
