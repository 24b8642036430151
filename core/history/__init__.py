"""Writing and checking the history.

Each row bears a keyed hash (HMAC-SHA-256, ``key``) over the row before it and all it says. Rows of
a database older than the key bear plain SHA-256: ``EventChain.keyed_from`` says up to where, and
``keyed_seal`` signs that number together with the last plain hash, so that nobody without the key
can call later rows plain ones.
"""

import hashlib
import hmac
import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Literal

from django.db import models, transaction
from django.db.models import F
from django.utils.translation import get_language, override

import thai
from core import clock
from core.history.key import mac
from core.models import Event, EventChain
from core.refusals import MoveRefused
from core.types import Office, Person


def _text(event: Event) -> str:
    """The link before and everything this row says, in a fixed order."""
    fields = [
        event.previous_hash,
        event.office_id,
        event.number,
        event.at.isoformat(),
        event.actor_id,
        event.acting_for,
        event.verb,
        event.target_type,
        event.target_id,
        event.target_label,
        event.fiscal_year,
        event.before,
        event.after,
        event.why,
    ]
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _digest(event: Event, *, keyed: bool = True) -> str:
    text = _text(event)
    return mac("row", text) if keyed else hashlib.sha256(text.encode()).hexdigest()


def keyed_seal(office_id: int, keyed_from: int, hash_before: str) -> str:
    """What signs that the rows of an office are keyed from this number on."""
    return mac("keyed from", json.dumps([office_id, keyed_from, hash_before]))


def log_event(
    office: Office,
    *,
    actor: Person | None,
    verb: str,
    target: models.Model,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    why: str = "",
    year: int | None = None,
    role: str = "",
) -> Event:
    """Append one link to the office's history, in the caller's transaction.

    ``verb`` is a stable code such as ``step.finish``; ``before``/``after`` are JSON-safe;
    ``role`` names the role somebody acted for (รักษาราชการแทน); ``year`` is พ.ศ. What the row is
    called is kept in Thai, whatever language the actor reads: the chain is never written again.
    Call it last in the transaction: it locks the office's chain until the commit.
    """
    with override("th"):
        label = str(target)[:300]
    with transaction.atomic():
        begun = EventChain(office=office, keyed_seal=keyed_seal(office.pk, 1, ""))
        EventChain.objects.bulk_create([begun], ignore_conflicts=True)
        chain = EventChain.objects.select_for_update().get(office=office)
        event = Event(
            office=office,
            number=chain.length + 1,
            at=clock.now(),
            actor=actor,
            acting_for=role,
            verb=verb,
            target_type=target._meta.label_lower,
            target_id=str(target.pk),
            target_label=label,
            fiscal_year=year,
            before=dict(before or {}),
            after=dict(after or {}),
            why=why,
            previous_hash=chain.last_hash,
        )
        event.hash = _digest(event)
        event.save(force_insert=True)
        EventChain.objects.filter(pk=chain.pk).update(length=F("length") + 1, last_hash=event.hash)
    return event


def decided(sentence: str, who: Person, at: datetime, **words: object) -> MoveRefused:
    """The refusal of a move that came too late: ``sentence`` has %(who)s and %(when)s."""
    language: Literal["th", "en"] = "en" if (get_language() or "").startswith("en") else "th"
    when = thai.format_datetime(at, language=language)
    return MoveRefused(sentence % {"who": who.full_name, "when": when, **words})


def decided_before(
    target: models.Model, verbs: Collection[str], sentence: str, otherwise: str, **words: object
) -> MoveRefused:
    """As ``decided``, by who did one of ``verbs`` to the row last, as the history tells.

    ``otherwise`` is said of a row whose history does not tell.
    """
    done = Event.objects.about(target).filter(verb__in=verbs, actor__isnull=False)
    last = done.select_related("actor").order_by("number").last()
    if last is None:
        return MoveRefused(otherwise)
    return decided(sentence, last.actor, last.at, **words)


def first_broken(office: Office) -> int | None:
    """The number of the first event that does not follow from the one before, or None."""
    chain = EventChain.objects.filter(office=office).first()
    keyed_from = chain.keyed_from if chain else 1
    previous, expected = "", 1
    for event in office.events.order_by("number").iterator():
        if expected == keyed_from and not _is_sealed(chain, previous):
            return expected
        if (
            event.number != expected
            or event.previous_hash != previous
            or not hmac.compare_digest(event.hash, _digest(event, keyed=expected >= keyed_from))
        ):
            return expected
        previous, expected = event.hash, expected + 1
    if chain is None:
        return None if expected == 1 else expected
    if chain.length != expected - 1 or chain.last_hash != previous or keyed_from > expected:
        return expected
    if keyed_from == expected and not _is_sealed(chain, previous):
        return expected
    return None


def _is_sealed(chain: EventChain | None, hash_before: str) -> bool:
    if chain is None:
        return False
    seal = keyed_seal(chain.office_id, chain.keyed_from, hash_before)
    return hmac.compare_digest(chain.keyed_seal, seal)
