"""Who may do what in an office. Predicates only: they read roles, never write.

``day`` is a Bangkok date. Roles are read once per person and day (``roles_on``), so that a
page may ask many predicates for one query; a grant or its end acts on the next request.
"""

from core import clock
from people.states import CONFIRMING_ROLES, LOCAL_ROLES, NATIONAL_ROLES, OfficeKind, Role


def roles_on(user, day):
    """Mapping of office id → set of roles held on ``day``, acting periods included.

    A role that awaits the confirmation by a second person is not held: it gives nothing yet.
    """
    return _read_roles(user, day)[0]


def awaits_confirmation(user, day):
    """Whether a role or acting period of ``user`` awaits its confirmation."""
    return _read_roles(user, day)[1]


def _read_roles(user, day):
    """What is held on ``day``, and whether something awaits confirmation; 1 query a request."""
    if not user.is_authenticated or not user.is_active:
        return {}, False
    cached = getattr(user, "_roles_on", None)
    if cached is None or cached[0] != day:
        held, awaits = {}, False
        columns = ("office_id", "since", "awaits_confirmation", "confirmed_at")
        own = user.role_grants.not_over(day).order_by().values_list("role", *columns)
        acting = user.acting_periods.not_over(day).order_by().values_list("for_role", *columns)
        for role, office, since, waits, confirmed_at in own.union(acting):
            if waits:
                awaits = True
            elif since <= day and (confirmed_at is None or clock.today(confirmed_at) <= day):
                held.setdefault(office, set()).add(role)
        cached = user._roles_on = (day, held, awaits)
    return cached[1:]


def holds(user, role, office_id, day):
    """Whether ``user`` holds ``role`` (itself or acting) in the office on ``day``."""
    return role in roles_on(user, day).get(office_id, ())


def is_of_office(user, office_id):
    """Whether ``user`` is one of the office's people."""
    return user.is_authenticated and user.is_active and user.office_id == office_id


def is_director(user, office_id, day):
    """Approves the agenda, the committee and the SAR."""
    return holds(user, Role.DIRECTOR, office_id, day)


def is_deputy(user, office_id, day):
    """Reviews proposals before the director."""
    return holds(user, Role.DEPUTY, office_id, day)


def is_coordinator(user, office_id, day):
    """Runs the whole process."""
    return holds(user, Role.COORDINATOR, office_id, day)


def is_admin(user, office_id, day):
    """Manages people, the office and the catalogue."""
    return holds(user, Role.ADMIN, office_id, day)


def is_obec(user, day):
    """Reads what offices submitted; the role may be granted for any office (country-wide)."""
    return any(Role.OBEC in roles for roles in roles_on(user, day).values())


def may_manage_people(user, office_id, day):
    """Adds and changes people, roles, groups and the office itself."""
    return is_admin(user, office_id, day)


def may_grant(user, person, day):
    """Give roles and acting periods: an administrator, and never to oneself."""
    return user.pk != person.pk and may_manage_people(user, person.office_id, day)


def may_see_confirmations(user, office_id, day):
    """Read who was given which role by whom, and what became of it: director, deputy, admin."""
    return bool(roles_on(user, day).get(office_id, set()) & {*CONFIRMING_ROLES})


def is_country_admin(user, day):
    """An administrator of the national office: confirms where an office has nobody left."""
    return (
        user.office is not None
        and user.office.kind == OfficeKind.NATIONAL
        and is_admin(user, user.office_id, day)
    )


def may_deactivate(user, person, day):
    """An administrator, and never oneself: somebody must be left who can undo it."""
    return user.pk != person.pk and may_manage_people(user, person.office_id, day)


def may_hand_over(user, person):
    """Change how a person signs in: nobody by whose account more would open than by one's own.

    IT's accounts read the rows of every office (Django admin).
    """
    return user.is_staff or not person.is_staff


def may_give_password(user, person, day):
    """An administrator, and never to oneself: one's own is changed by whoever knows it."""
    is_other = user.pk != person.pk and may_hand_over(user, person)
    return is_other and may_manage_people(user, person.office_id, day)


def may_reset_second_factor(user, person, day):
    """An administrator, and never one's own: whoever holds the screen may not be the person."""
    is_other = user.pk != person.pk and may_hand_over(user, person)
    return is_other and may_manage_people(user, person.office_id, day)


def may_end_role(user, grant, day):
    """An administrator, and never one's own administration: a colleague ends that."""
    own_administration = grant.role == Role.ADMIN and grant.user_id == user.pk
    return not own_administration and may_manage_people(user, grant.office_id, day)


def may_edit_profile(user, person):
    """One's own telephone, e-mail and language."""
    return user.is_active and user.pk == person.pk


def grantable_roles(office):
    """Roles that this office's administrators may grant."""
    return NATIONAL_ROLES if office.kind == OfficeKind.NATIONAL else LOCAL_ROLES
