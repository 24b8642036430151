"""The short code of a citation, as papers print it: ``/e/<code>``.

It names a row and opens nothing: who follows it signs in, and sees what they may see.
"""

from django.utils.http import base36_to_int, int_to_base36

LARGEST = 2**63 - 1


def code_of(citation: int) -> str:
    """The code of a citation's key."""
    return int_to_base36(citation)


def key_of(code: str) -> int | None:
    """The key that a code stands for; None when it is none."""
    try:
        key = base36_to_int(code)
    except ValueError:
        return None
    return key if 0 < key <= LARGEST and code_of(key) == code else None
