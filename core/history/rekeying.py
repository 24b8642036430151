"""Another key takes the place of the history's key: by rule, because it leaked, or was lost.

No row is written anew. Each office's chain gets one more row, the first under the new key, which
fixes all rows before it (``generations``); heads that left the machine stay true. Everything is
verified first. What cannot be is taken over only when the operator says so, and the row tells.
"""

import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from core import clock
from core.history import append, content_of, first_broken
from core.history.generations import Generations
from core.history.keeping import end_key
from core.history.key import name_of, new_key, read_key, read_keys, write_keys
from core.models import Event, EventChain


class RekeyRefused(Exception):
    """Nothing was changed; says why."""


@dataclass(frozen=True)
class Finding:
    """One chain before the change."""

    chain: EventChain
    end: str  # the name of the key it goes on under, "" when that is not here
    broken_at: int | None


def rekey(*, why: str, unverified: bool = False) -> list[Event]:
    """Hand every history on to a new key; returns the first row of each under it.

    The new key is made and put first in the key's file, or was set as ``HISTORY_KEY`` before. A
    run that was cut off between file and database is finished by the next one.
    """
    with transaction.atomic():
        findings = _look()
        if not findings:
            raise RekeyRefused("There is no history yet, so no key of it to change.")
        lost = [finding for finding in findings if finding.broken_at]
        if lost and not unverified:
            raise RekeyRefused("\n".join(map(_sentence, lost)))
        if unverified and not lost:
            raise RekeyRefused("All rows can be verified: leave --unverified out.")
        keys, written = _keys_after(findings)
        present = name_of(keys[0])
        waiting = [finding for finding in findings if finding.broken_at or finding.end != present]
        events = [_hand_on(finding, keys[0], why) for finding in waiting]
        if written:
            write_keys(keys)
    return events


def changes_of_key(office_id: int) -> list[Event]:
    """Every row with which a history went on under a new key, the first one first; 1 query."""
    return Generations(office_id, "").changes


def _look() -> list[Finding]:
    """Every chain, locked until the end of the transaction, and whether it can be verified."""
    headless = Event.objects.filter(office__eventchain=None).order_by()
    EventChain.objects.bulk_create(
        [EventChain(office_id=pk) for pk in headless.values_list("office", flat=True).distinct()]
    )
    chains = list(EventChain.objects.select_for_update().order_by("pk"))
    found = []
    for chain in chains:
        end = end_key(chain) if read_key() else ""
        broken_at = first_broken(chain.office, under=end) if end else 1
        found.append(Finding(chain, end, broken_at))
    return found


def _keys_after(findings: list[Finding]) -> tuple[list[str], bool]:
    """The keys from now on, and whether they are to be written into the key's file."""
    keys = read_keys()
    used = bool(keys) and name_of(keys[0]) in {finding.end for finding in findings}
    if keys and not used:  # set by the operator, or in the file since a run that was cut off
        return keys, False
    if settings.HISTORY_KEY:
        raise RekeyRefused(
            "HISTORY_KEY is still the key that the history is written under. Set it to a new one, "
            "and HISTORY_FORMER_KEYS to this one, then give this command again."
        )
    return [new_key(), *keys], True


def _sentence(finding: Finding) -> str:
    code = finding.chain.office.code
    if finding.end:
        return f"{code}: the history is broken at row {finding.broken_at}"
    return f"{code}: the key of the history is not here"


def _hand_on(finding: Finding, key: str, why: str) -> Event:
    chain, office = finding.chain, finding.chain.office
    rows = Event.objects.filter(office=office)
    content = hashlib.sha256()
    for event in rows.order_by("number").iterator():
        content.update(content_of(event))
    after = {"key": name_of(key), "key_before": finding.end, "content": content.hexdigest()}
    last = rows.aggregate(last=Max("number"))["last"] or 0
    event = Event(
        office=office,
        number=max(chain.length, last) + 1,
        at=clock.now(),
        verb="key.restart" if finding.broken_at else "key.change",
        target_type=office._meta.label_lower,
        target_id=str(office.pk),
        target_label=str(office)[:300],
        fiscal_year=clock.this_fiscal_year(),  # so that the office reads it on the year's page
        after=after | ({"broken_at": finding.broken_at} if finding.broken_at else {}),
        why=why,
        previous_hash=chain.last_hash,
    )
    append(event, key=key)
    return event
