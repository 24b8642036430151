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
from django.utils.translation import get_language, override

import thai
from core import clock
from core.history.generations import Generations
from core.history.key import HistoryKeyChanged, mac, name_of, read_key
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


def _digest(event: Event, *, keyed: bool = True, key: str = "") -> str:
    text = _text(event)
    return mac("row", text, key=key) if keyed else hashlib.sha256(text.encode()).hexdigest()


def is_of(event: Event, key: str) -> bool:
    """Whether a row was written under this key, and not changed since."""
    return hmac.compare_digest(event.hash, _digest(event, key=key))


def content_of(event: Event) -> bytes:
    """What a row adds to the plain digest of all rows before a change of the key."""
    return f"{event.hash}\0{_text(event)}\n".encode()


def keyed_seal(office_id: int, keyed_from: int, hash_before: str, *, key: str = "") -> str:
    """What signs that the rows of an office are keyed from this number on."""
    return mac("keyed from", json.dumps([office_id, keyed_from, hash_before]), key=key)


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
        begun = EventChain(
            office=office, key_name=name_of(read_key()), keyed_seal=keyed_seal(office.pk, 1, "")
        )
        EventChain.objects.bulk_create([begun], ignore_conflicts=True)
        chain = EventChain.objects.select_for_update().get(office=office)
        if chain.key_name not in ("", name_of(read_key())):
            raise HistoryKeyChanged(
                "The history goes on under another key than this process has: restart it; if that "
                "does not help, `manage.py audit_rekey` (docs/operator.md)."
            )
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
        append(event)
    return event


def append(event: Event, *, key: str = "") -> None:
    """Write the next row of a chain that the caller locked, by the present key or another."""
    event.hash = _digest(event, key=key)
    event.save(force_insert=True)
    EventChain.objects.filter(office=event.office_id).update(
        length=event.number, last_hash=event.hash, key_name=name_of(key or read_key())
    )


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


def first_broken(office: Office, *, under: str = "") -> int | None:
    """The number of the first event that does not follow from the one before, or None.

    ``under`` names the key of its end when that is not the present one. Rows whose key is not
    here are held together by the first row under the next one: when it does not fit, it is named.
    """
    walk = _Walk(office, Generations(office.pk, under or name_of(read_key())))
    for event in office.events.order_by("number").iterator():
        if not walk.takes(event):
            return walk.expected
    return walk.broken_end()


class _Walk:
    """Going through an office's history row by row."""

    def __init__(self, office: Office, generations: Generations):
        self.chain = EventChain.objects.filter(office=office).first()
        self.keyed_from = self.chain.keyed_from if self.chain else 1
        self.generations = generations
        self.previous, self.expected = "", 1
        self.content = hashlib.sha256()

    def takes(self, event: Event) -> bool:
        """Whether the next row fits what stood before it."""
        restarted_at = self.generations.restarted_at
        if event.number <= restarted_at:  # what stands before was never verified
            self.previous, self.expected = event.previous_hash, event.number
        fits = self._holds_before(event) and (event.number < restarted_at or self._follows(event))
        if fits:
            self.previous, self.expected = event.hash, event.number + 1
            if self.generations.changes:
                self.content.update(content_of(event))
        return fits

    def broken_end(self) -> int | None:
        """As ``first_broken``, when every row fitted."""
        if self.chain is None:
            return None if self.expected == 1 else self.expected
        if self.chain.length != self.expected - 1 or self.chain.last_hash != self.previous:
            return self.expected
        if self.generations.restarted_at:
            return None
        first_change = self.generations.first_change or self.expected
        if self.keyed_from > first_change:
            return first_change
        return None if self._is_sealed() else self.expected

    def _holds_before(self, event: Event) -> bool:
        """Whether the first row under a new key found the same rows before it."""
        if event.number not in self.generations.numbers:
            return True
        return isinstance(event.after, dict) and event.after.get("content") == (
            self.content.hexdigest()
        )

    def _follows(self, event: Event) -> bool:
        if event.number != self.expected or event.previous_hash != self.previous:
            return False
        if not self._is_sealed():
            return False
        generations = self.generations
        first_keyed = min(self.keyed_from, generations.first_change or self.keyed_from)
        if self.expected < first_keyed:
            return hmac.compare_digest(event.hash, _digest(event, keyed=False))
        if generations.is_last(self.expected) and generations.end_name != generations.under:
            return False
        key = generations.key_at(self.expected)
        return key is None or is_of(event, key)

    def _is_sealed(self) -> bool:
        """Whether it was signed that rows are keyed from here on; so when they are not yet."""
        if self.expected != self.keyed_from or self.keyed_from <= self.generations.restarted_at:
            return True
        key = self.generations.key_at(0)
        if self.chain is None or key is None:
            return self.chain is not None
        seal = keyed_seal(self.chain.office_id, self.keyed_from, self.previous, key=key)
        return hmac.compare_digest(self.chain.keyed_seal, seal)
