"""Putting into the inbox: any person of the office, all year, whether or not a year is open."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

import thai
from core import clock, history
from core.refusals import NotAllowed, RuleBroken
from indicators import rules
from indicators.evidence.bringing import bring_file
from indicators.models import Blob, InboxEntry
from indicators.narratives.inbox.codes import clean_code
from people.models import Office, User
from people.roles import as_now


@dataclass(frozen=True)
class Put:
    """What lies in the inbox now. ``already``: the same lay there for the same code."""

    entry: InboxEntry
    already: bool


@transaction.atomic
def put(
    office: Office,
    *,
    name: str,
    blob: Blob,
    for_code: str = "",
    note: str = "",
    event_on: date | None = None,
    by: User,
) -> Put:
    """Make a stored file a piece of evidence of the office that waits to be sorted."""
    by = as_now(by)
    if not rules.may_put_into_inbox(by, office):
        raise NotAllowed(_("Only the office's own people bring evidence."))
    event_on = event_on or clock.today()
    if event_on > clock.today():
        raise RuleBroken(_("The date of the event lies in the future."), "event_on")
    code = clean_code(for_code)
    # Of bytes that the office has already the row is locked from here on.
    evidence = bring_file(name, blob, office=office, document_date=event_on, by=by).evidence
    there = InboxEntry.objects.filter(
        evidence=evidence, for_code=code, sorted_at__isnull=True
    ).first()
    if there is not None:
        return Put(there, already=True)
    entry = InboxEntry.objects.create(
        office=office,
        evidence=evidence,
        for_code=code,
        note=thai.clean_label(note)[:300],
        event_on=event_on,
        put_at=clock.now(),
        put_by=by,
    )
    history.log_event(
        office,
        actor=by,
        verb="inbox.put",
        target=evidence,
        after={"for_code": code},
        year=thai.fiscal_year(event_on),
    )
    return Put(entry, already=False)
