"""A database and the key of its history belong together: asked before every start."""

import hmac
from typing import Any

from core.history import is_of, keyed_seal
from core.history.generations import Generations
from core.history.key import known_keys, make_key, name_of, read_key
from core.models import Event, EventChain


class KeyLost(Exception):
    """The database's history was written under a key that is not here."""


def keep_key(connection: Any) -> None:
    """Make a key for a database that has none yet; raise ``KeyLost`` when its own is not here.

    A new key in place of a lost one would let the history go on and never be checked again.
    """
    begun = _is_keyed(connection)
    if not read_key():
        if begun:
            raise KeyLost(
                "This database's history has a key, and it is not here: bring back history.key "
                "into DATA_DIR (a backup holds it), or set HISTORY_KEY."
            )
        make_key()
    elif begun and not _fits():
        if any(end_key(chain) for chain in EventChain.objects.all()):
            raise KeyLost(
                "The history goes on under a former key: hand it on to the new one by "
                "`manage.py audit_rekey` (docs/operator.md)."
            )
        raise KeyLost(
            "The history of this database was written under another key than the one that is set: "
            "bring back history.key of its own DATA_DIR, or correct HISTORY_KEY."
        )


def _is_keyed(connection: Any) -> bool:
    """Whether any row was written since hashes are keyed."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        table = EventChain._meta.db_table
        if table not in tables:
            return False
        columns = connection.introspection.get_table_description(cursor, table)
    if "keyed_seal" not in {column.name for column in columns}:
        return False
    return EventChain.objects.exists()


def _fits() -> bool:
    """Whether any office's history goes on under this key: one that was forged does under none."""
    present = name_of(read_key())
    return any(end_key(chain) == present for chain in EventChain.objects.order_by("-length"))


def end_key(chain: EventChain) -> str:
    """The name of the key under which a chain goes on, "" when it is none that is here.

    Asked of what bears a keyed hash itself: the seal, or the first row under the last new key.
    """
    changes = Generations(chain.office_id, "").changes
    if changes:
        event = changes[-1]
        fitting = (name for name, key in known_keys().items() if is_of(event, key))
        return next(fitting, "")
    before = Event.objects.filter(office=chain.office_id, number=chain.keyed_from - 1)
    hash_before = before.values_list("hash", flat=True).first() or ""
    for name, key in known_keys().items():
        seal = keyed_seal(chain.office_id, chain.keyed_from, hash_before, key=key)
        if hmac.compare_digest(seal, chain.keyed_seal):
            return name
    return ""
