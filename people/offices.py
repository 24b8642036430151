"""Work groups and the settings of an office."""

from collections.abc import Collection, Iterable
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.history import log_event
from core.refusals import RuleBroken
from people.models import Office, User, WorkGroup
from people.roles import require_administrator

# Code and kind are fixed when an office is founded: addresses and rights hang on them.
Row = TypeVar("Row", Office, WorkGroup)
OFFICE_FIELDS = ("name", "short_name", "province", "address", "digits", "deputy_reviews")
GROUP_FIELDS = ("code", "name", "order")


@transaction.atomic
def found_office(*, code: str, name: str, short_name: str, kind: str) -> Office:
    """Found an office; IT does this once, by ``manage.py office_create``."""
    office = Office(code=code, name=name, short_name=short_name, kind=kind)
    try:
        office.full_clean()
    except ValidationError as error:
        reasons = [f"{name}: {' '.join(texts)}" for name, texts in error.message_dict.items()]
        raise RuleBroken(" ".join(reasons)) from error
    office.save(force_insert=True)
    log_event(office, actor=None, verb="office.found", target=office, after={"code": code})
    return office


@transaction.atomic
def add_group(
    office: Office, *, code: str, name: str, by: User | None, order: int = 0
) -> WorkGroup:
    """Add a work group to ``office``."""
    require_administrator(by, office)
    try:
        with transaction.atomic():
            group = WorkGroup.objects.create(office=office, code=code, name=name, order=order)
    except IntegrityError as error:
        raise RuleBroken(_("The office has a group with this code already.")) from error
    log_event(office, actor=by, verb="group.add", target=group, after=_said(group, GROUP_FIELDS))
    return group


@transaction.atomic
def update_group(group: WorkGroup, *, by: User | None, **changes: Any) -> WorkGroup:
    """Change a group's code, name or place in the order."""
    require_administrator(by, group.office)
    stored = WorkGroup.objects.select_for_update(no_key=True).get(pk=group.pk)
    return _save(stored, stored.office, changes, GROUP_FIELDS, verb="group.change", by=by)


@transaction.atomic
def update_office(office: Office, *, by: User | None, **changes: Any) -> Office:
    """Change what an office says of itself."""
    require_administrator(by, office)
    stored = Office.objects.select_for_update(no_key=True).get(pk=office.pk)
    return _save(stored, stored, changes, OFFICE_FIELDS, verb="office.change", by=by)


def _save(
    stored: Row,
    office: Office,
    changes: dict[str, Any],
    allowed: Collection[str],
    *,
    verb: str,
    by: User | None,
) -> Row:
    if unknown := set(changes) - set(allowed):
        raise ValueError(f"not changed here: {sorted(unknown)}")
    changed = [name for name, value in changes.items() if getattr(stored, name) != value]
    if not changed:
        return stored
    before = _said(stored, changed)
    for name in changed:
        setattr(stored, name, changes[name])
    try:
        with transaction.atomic():
            stored.save(update_fields=changed)
    except IntegrityError as error:
        raise RuleBroken(_("The office has a group with this code already.")) from error
    log_event(
        office, actor=by, verb=verb, target=stored, before=before, after=_said(stored, changed)
    )
    return stored


def _said(row: Any, names: Iterable[str]) -> dict[str, str]:
    return {name: str(getattr(row, name)) for name in names}
