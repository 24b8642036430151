"""A database and the key of its history belong together: asked before every start."""

import hmac
from typing import Any

from core.history import keyed_seal
from core.history.key import make_key, read_key
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
    """Whether the seal of any office is made with this key: one that was forged is none's."""
    for chain in EventChain.objects.order_by("-length").iterator():
        before = Event.objects.filter(office=chain.office_id, number=chain.keyed_from - 1)
        hash_before = before.values_list("hash", flat=True).first() or ""
        seal = keyed_seal(chain.office_id, chain.keyed_from, hash_before)
        if hmac.compare_digest(seal, chain.keyed_seal):
            return True
    return False
