"""The head of an office's history leaves the machine every day, in its digests.

Whoever empties or cuts the tables of the history cannot reach what lies in the mailboxes of the
director and the administrators. `manage.py audit_verify --head` asks for it.
"""

from collections.abc import Iterable
from datetime import date

from django.db.models import Max, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.history.heads import HistoryHead, heads_of
from notifications.models import Notification
from notifications.states import DIGEST
from people.models import Acting, RoleGrant, User
from people.states import Role

KEEPERS = (Role.DIRECTOR, Role.ADMIN)


def heads_for(
    people: Iterable[User], day: date, roles: Iterable[Role] = KEEPERS
) -> dict[int, HistoryHead]:
    """The present head of their office, for those of ``people`` who keep it; 2 queries."""
    wanted = {person.pk: person.office_id for person in people if person.office_id}
    granted = RoleGrant.objects.on(day).filter(user__in=wanted, role__in=roles)
    acting = Acting.objects.on(day).filter(user__in=wanted, for_role__in=roles)
    pairs = [rows.order_by().values_list("user", "office") for rows in (granted, acting)]
    held = pairs[0].union(pairs[1])
    keepers = {user for user, office in held if wanted[user] == office}
    heads = heads_of(wanted[pk] for pk in keepers) if keepers else {}
    return {pk: heads[wanted[pk]] for pk in keepers if wanted[pk] in heads}


def keepers_on(day: date, roles: Iterable[Role]) -> QuerySet[User]:
    """Active people who hold one of the roles on ``day``, by grant or by acting."""
    granted = RoleGrant.objects.on(day).filter(role__in=roles).values("user")
    acting = Acting.objects.on(day).filter(for_role__in=roles).values("user")
    found: QuerySet[User] = User.objects.active()
    return found.filter(Q(pk__in=granted) | Q(pk__in=acting))


def with_head(message: Notification, head: HistoryHead | None) -> Notification:
    """The message with the head below what it says already."""
    if head is not None:
        with override(message.recipient.language):
            message.body = "\n".join(filter(None, [message.body, sentence(head)]))
    return message


def head_alone(person: User, head: HistoryHead, key: str) -> Notification:
    """The digest of an administrator for whom nothing waits."""
    with override(person.language):
        return Notification(
            recipient=person,
            key=key,
            kind=DIGEST,
            title=_("Today's code of the office's history"),
            body=sentence(head),
            url=reverse("people:health"),
        )


def sentence(head: HistoryHead) -> str:
    """In the active language."""
    return _(
        "The office's history reaches to row %(number)s, code %(head)s. Keep this message: with "
        "the code it can be proved later that nobody removed or changed anything before it."
    ) % {"number": head.number, "head": head}


def grown_since_digest(heads: dict[int, HistoryHead]) -> dict[int, HistoryHead]:
    """Those whose history went on since the last digest of that person; 1 query."""
    digests = Notification.objects.filter(recipient__in=heads, kind=DIGEST).order_by()
    last = dict(digests.values_list("recipient").annotate(Max("created_at")))
    return {
        pk: head
        for pk, head in heads.items()
        if head.at is not None and (pk not in last or last[pk] < head.at)
    }
