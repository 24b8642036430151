"""People of an office: added, changed, deactivated, reactivated."""

from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

import thai
from core import clock
from core.history import log_event
from core.refusals import MoveRefused, RuleBroken
from people import rules
from people.models import Office, User, WorkGroup
from people.roles import end_every_role, require_administrator
from people.sign_in.credentials import ADDRESS, PASSWORD, notify_changed
from people.sign_in.password_links import send_password_link
from people.sign_in.passwords import one_time_password
from people.sign_in.sessions import end_sessions

# What an administrator writes about a person; state, office and roles have their own verbs.
FIELDS = (
    "prefix",
    "given_name",
    "family_name",
    "position",
    "standing",
    "phone",
    "work_group",
    "username",
    "email",
)
OWN_FIELDS = ("prefix", "given_name", "family_name", "phone", "email", "language")
# Personal details stay out of the history: it says that they changed, not to what.
PRIVATE = ("email", "phone")


@transaction.atomic
def add_person(
    office: Office,
    *,
    username: str,
    given_name: str,
    by: User | None,
    password: str | None = None,
    **fields: Any,
) -> User:
    """Add a person to ``office``. ``by`` is None for the program itself (demo, commands).

    Without ``password`` nobody can sign in as this person until ``send_password_link`` or
    ``new_password`` was asked for.
    """
    require_administrator(by, office)
    _require_own_group(office, fields.get("work_group"))
    username = thai.clean_address(username)
    fields["email"] = thai.clean_address(fields.get("email") or "").lower()
    try:
        with transaction.atomic():
            user: User = User.objects.create_user(
                username,
                password=password,
                given_name=given_name,
                office=office,
                let_in_by=by,
                let_in_at=by and clock.now(),
                **fields,
            )
    except IntegrityError as error:
        raise RuleBroken(_("The username or e-mail is taken.")) from error
    _keep_address(user, confirmed=True)
    log_event(office, actor=by, verb="person.add", target=user, after=_public(user, FIELDS))
    return user


@transaction.atomic
def update_person(user: User, *, by: User, **changes: Any) -> User:
    """Change what an administrator may write (``FIELDS``), or of oneself ``OWN_FIELDS``."""
    allowed: tuple[str, ...] = FIELDS
    if by is not None and rules.may_edit_profile(by, user) and set(changes) <= set(OWN_FIELDS):
        allowed = OWN_FIELDS
    else:
        require_administrator(by, user.office)
    if unknown := set(changes) - set(allowed):
        raise ValueError(f"not changed here: {sorted(unknown)}")
    _require_own_group(user.office, changes.get("work_group"))
    if "email" in changes:
        changes["email"] = (changes["email"] or "").lower() or None
    stored = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    changed = [name for name, value in changes.items() if getattr(stored, name) != value]
    if not changed:
        return user
    before = _public(stored, changed)
    for name in changed:
        setattr(stored, name, changes[name])
        setattr(user, name, changes[name])
    if "email" in changed:  # what the old address was refused for is nothing to the new one
        stored.email_refused_at, stored.email_refusal = None, ""
    try:
        with transaction.atomic():
            stored.save(update_fields=[*changed, "email_refused_at", "email_refusal"])
    except IntegrityError as error:
        raise RuleBroken(_("The username or e-mail is taken.")) from error
    if "email" in changed:
        _keep_address(stored, confirmed=by is None or by.pk != stored.pk)
        notify_changed(stored, ADDRESS, by=by)
    if user.office is not None and changed != ["language"]:
        log_event(
            user.office,
            actor=by,
            verb="person.change",
            target=stored,
            before=before,
            after=_public(stored, changed),
        )
    return user


@transaction.atomic
def deactivate_person(user: User, *, by: User | None, why: str = "") -> None:
    """Take sign-in, sessions and roles away, with the next request.

    Roles and the password end for good, so that no old session or power comes back with the
    person: who returns is given anew what they then are.
    """
    require_administrator(by, user.office)
    if by is not None and not rules.may_deactivate(by, user, clock.today()):
        raise RuleBroken(_("You cannot deactivate yourself; ask another administrator."))
    user.set_unusable_password()
    active = User.objects.filter(pk=user.pk, is_active=True)
    if not active.update(is_active=False, password=user.password):
        raise MoveRefused(_("This person is deactivated already."))
    user.is_active = False
    end_sessions(user)
    end_every_role(user, by=by, why=why)
    log_event(
        user.office,
        actor=by,
        verb="person.deactivate",
        target=user,
        before={"active": True},
        after={"active": False},
        why=why,
    )


@transaction.atomic
def reactivate_person(user: User, *, by: User | None, why: str = "") -> None:
    """Let a person in again: without roles, and by a new password only."""
    require_administrator(by, user.office)
    let_in = {"let_in_by": by, "let_in_at": by and clock.now()}
    if not User.objects.filter(pk=user.pk, is_active=False).update(is_active=True, **let_in):
        raise MoveRefused(_("This person is active already."))
    user.is_active = True
    log_event(
        user.office,
        actor=by,
        verb="person.reactivate",
        target=user,
        before={"active": False},
        after={"active": True},
        why=why,
    )


@transaction.atomic
def new_password(user: User, *, by: User | None, password: str = "") -> str:
    """Set and return a one-time password, to be shown once; it ends every session."""
    require_administrator(by, user.office)
    _require_active(user)
    password = password or one_time_password()
    user.set_password(password)
    User.objects.filter(pk=user.pk).update(password=user.password)
    end_sessions(user)
    notify_changed(user, PASSWORD, by=by)
    log_event(user.office, actor=by, verb="person.password", target=user)
    return password


@transaction.atomic
def invite(user: User, *, by: User | None) -> None:
    """Mail a link by which the person chooses a password."""
    require_administrator(by, user.office)
    _require_active(user)
    if not user.email:
        raise RuleBroken(_("This person has no e-mail address."))
    send_password_link(user)
    log_event(user.office, actor=by, verb="person.invite", target=user)


def _require_active(user: User) -> None:
    if not user.is_active:
        raise MoveRefused(_("This person is deactivated."))


def _require_own_group(office: Office | None, group: WorkGroup | None) -> None:
    if group is not None and (office is None or group.office_id != office.pk):
        raise RuleBroken(_("This work group belongs to another office."))


def _keep_address(user: User, *, confirmed: bool) -> None:
    """Keep allauth's table of addresses equal to the person's one e-mail.

    An address left over there would go on opening the account after it was changed. Only one that
    somebody else wrote, an administrator, is ``confirmed``: single sign-on believes no other.
    """
    EmailAddress.objects.filter(user=user).exclude(email=user.email or "").delete()
    if user.email:
        EmailAddress.objects.update_or_create(
            user=user, email=user.email, defaults={"verified": confirmed, "primary": True}
        )


def _public(user: User, names: Iterable[str]) -> dict[str, bool | str]:
    """What the history may say: values as text, private ones only as present or not."""
    said: dict[str, bool | str] = {}
    for name in names:
        value = getattr(user, name)
        said[name] = bool(value) if name in PRIVATE else str(value or "")
    return said
