"""People of an office: added, changed, deactivated, reactivated."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

import thai
from core import clock
from core.history import log_event
from core.refusals import MoveRefused, RuleBroken
from notifications.contact_settings import revoke_feed
from people import rules
from people.models import Office, User, WorkGroup
from people.roles import end_every_role, require_administrator
from people.sign_in.credentials import (
    address_is_of_another,
    handed_over,
    notify_changed,
    require_may_hand_over,
)
from people.sign_in.names import is_name_of
from people.sign_in.password_links import send_password_link
from people.sign_in.passwords import one_time_password
from people.sign_in.sessions import end_sessions
from people.states import Handover

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
SIGNS_IN = ("username", "email")
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
    names = _cleaned_names({"username": username, "email": fields.pop("email", "")})
    _require_free(names)
    try:
        with transaction.atomic():
            user: User = User.objects.create_user(
                **names,
                password=password,
                given_name=given_name,
                office=office,
                **fields,
            )
    except IntegrityError as error:
        raise RuleBroken(_("The username or e-mail is taken.")) from error
    _keep_address(user, confirmed=True)
    handed_over(user, Handover.ACCOUNT, by=by)
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
    changes |= _cleaned_names(changes)
    stored = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    changed = [name for name, value in changes.items() if getattr(stored, name) != value]
    if not changed:
        return user
    signs_in = {name: changes[name] for name in SIGNS_IN if name in changed}
    _require_may_rename(stored, signs_in, by=by, in_profile=allowed is OWN_FIELDS)
    _require_free(signs_in, stored)
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
    for name in signs_in:
        handed_over(stored, Handover(name), by=by)
        notify_changed(stored, Handover(name), by=by)
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

    Roles, the password and the calendar's address end for good, so that no old session or power
    comes back with the person: who returns is given anew what they then are.
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
    revoke_feed(user)
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
    """Let a person in again: without roles and linked accounts, and by a new password only."""
    require_administrator(by, user.office)
    if not User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        raise MoveRefused(_("This person is active already."))
    user.is_active = True
    SocialAccount.objects.filter(user=user).delete()  # till now it is said what keeps it out
    handed_over(user, Handover.ACCOUNT, by=by)
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
    require_may_hand_over(user, by=by)
    if by is not None and not rules.may_give_password(by, user, clock.today()):
        raise RuleBroken(_("Change your own password in your profile."))
    _require_active(user)
    password = password or one_time_password()
    user.set_password(password)
    User.objects.filter(pk=user.pk).update(password=user.password)
    end_sessions(user)
    handed_over(user, Handover.PASSWORD, by=by)
    notify_changed(user, Handover.PASSWORD, by=by)
    log_event(user.office, actor=by, verb="person.password", target=user)
    return password


@transaction.atomic
def invite(user: User, *, by: User | None) -> None:
    """Mail a link by which the person chooses a password.

    To an address that somebody else wrote it hands over the account anew.
    """
    require_administrator(by, user.office)
    require_may_hand_over(user, by=by)
    _require_active(user)
    if not user.email:
        raise RuleBroken(_("This person has no e-mail address."))
    send_password_link(user)
    if address_is_of_another(user):
        handed_over(user, Handover.LINK, by=by)
    log_event(user.office, actor=by, verb="person.invite", target=user)


def _require_may_rename(
    stored: User, names: Collection[str], *, by: User | None, in_profile: bool
) -> None:
    """Refuse names by which others sign in, and one's own e-mail but in the profile.

    The profile asks for the password: whoever holds an open screen may be somebody else.
    """
    if names:
        require_may_hand_over(stored, by=by)
    if "email" in names and by is not None and by.pk == stored.pk and not in_profile:
        raise RuleBroken(_("Change your own e-mail in your profile."), "email")


def _cleaned_names(changes: dict[str, Any]) -> dict[str, str | None]:
    """Those of ``changes`` by which one signs in, without invisible letters."""
    names = {name: thai.clean_address(changes[name] or "") for name in SIGNS_IN if name in changes}
    if "email" in names:
        return {**names, "email": names["email"].lower() or None}
    return {**names}


def _require_free(names: Mapping[str, str | None], person: User | None = None) -> None:
    """Refuse a name by which somebody else signs in: one box takes usernames and e-mails."""
    others = User.objects.exclude(pk=person.pk) if person else User.objects.all()
    for field, name in names.items():
        if name and is_name_of(others, name):
            raise RuleBroken(_("The username or e-mail is taken."), field)


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
