"""The alarm when stored bytes are not what they were: said once, to those who can do something.

Also a reader's GET raises it: that the disk is failing is no change that anybody asked for.
"""

import logging
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from core import clock
from indicators.models import Blob
from notifications.models import Notification
from notifications.outbox import notify
from people.models import Office
from people.roles import holders
from people.states import Role

log = logging.getLogger(__name__)
KIND = "file.damaged"


@transaction.atomic
def report_damage(blob: Blob, *, at: datetime | None = None) -> None:
    """Mark the file, so that it is served no more, and notify the office's administrators once."""
    at = at or clock.now()
    if not Blob.objects.filter(pk=blob.pk, damaged_at__isnull=True).update(damaged_at=at):
        return
    blob.damaged_at = at
    log.error("File %s of office %s is missing or damaged.", blob.sha256, blob.office_id)
    names = blob.files.order_by("-pk").values_list("name", flat=True)
    notify_administrators(blob.office, f"{blob.pk}:{at.isoformat()}", next(iter(names[:1]), ""))


def notify_administrators(office: Office, key: str, name: str) -> None:
    """One message to each administrator of the office; ``name`` is what people call the file."""
    news = []
    for person in holders(office, Role.ADMIN):
        with override(person.language):
            news.append(
                Notification(
                    recipient=person,
                    key=f"{KIND}:{key}:{person.pk}",
                    kind=KIND,
                    title=_("A stored file is damaged: %(name)s") % {"name": name or _("File")},
                    body=_(
                        "Its bytes on the disk are not those that were stored, so it is shown to "
                        "nobody. Ask who runs the server to look after the disk and to put the "
                        "file back from the backup; within an hour it can be opened again."
                    ),
                    url=reverse("people:health"),
                )
            )
    notify(news)
