"""The same form sent twice makes one object; the same page with other content makes another.

A token alone is not enough: Back after saving and a duplicated tab bring the old token with
something new. So a submission is its token together with a digest of everything that was sent.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction

from core import clock
from core.models import SubmittedForm
from core.types import Person

PIECE = 1024 * 1024


class Submission(NamedTuple):
    """Which form, from which page, with what in it."""

    form: str
    token: str
    digest: str

    @property
    def key(self) -> str:
        """32 letters that are this submission's and no other's."""
        return hashlib.sha256(":".join(self).encode()).hexdigest()[:32]


def claim(user: Person, sent: Submission) -> bool:
    """Claim a submission. True for the first; call inside the creating transaction.

    A second, concurrent submission waits for the first one's commit and then gets False,
    because the unique key is taken in the same transaction as the object is made.
    """
    try:
        with transaction.atomic():
            SubmittedForm.objects.create(user=user, **sent._asdict(), at=clock.now())
    except IntegrityError:
        return False
    return True


def remember_result(user: Person, sent: Submission, url: str) -> None:
    """Keep where the first submission led, so that the second click leads there too."""
    SubmittedForm.objects.filter(user=user, **sent._asdict()).update(result_url=url)


def earlier_result(user: Person, sent: Submission) -> str:
    """Where the first submission with this content led, or an empty string."""
    row = SubmittedForm.objects.filter(user=user, **sent._asdict()).first()
    return row.result_url if row else ""


def sent_since(user: Person, sent: Submission, at: datetime) -> bool:
    """Whether the first submission with this content came at ``at`` or later."""
    return SubmittedForm.objects.filter(user=user, **sent._asdict(), at__gte=at).exists()


def take_result(user: Person, sent: Submission, url: str, *, instead: str) -> bool:
    """Lead to ``instead`` from now on; True for the one that changes it from ``url``."""
    row = SubmittedForm.objects.filter(user=user, **sent._asdict(), result_url=url)
    return bool(row.update(result_url=instead))


# -- what was sent --------------------------------------------------------------------
def digest_of(values: Mapping[str, Iterable[str]], files: Mapping[str, Iterable[Any]]) -> str:
    """Of every value and file of a form; the ends of lines and spaces around them do not count.

    Lengths stand before what they measure, so that no two contents are written alike.
    """
    digest = hashlib.sha256()

    def add(text: str) -> None:
        raw = text.encode("utf-8", "surrogatepass")
        digest.update(b"%d:%s" % (len(raw), raw))

    for name in sorted(values):
        add(f"value {name}")
        for value in values[name]:
            add("\n".join(value.splitlines()).strip())
    for name in sorted(files):
        add(f"file {name}")
        for file in files[name]:
            add(file.name or "")
            add(_hash_of(file))
    return digest.hexdigest()


def _hash_of(file: Any) -> str:
    """Size and SHA-256 of a file's bytes; whoever reads it next begins at its beginning."""
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while piece := file.read(PIECE):
        digest.update(piece)
        size += len(piece)
    file.seek(0)
    return f"{size} {digest.hexdigest()}"
