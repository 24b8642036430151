"""Who is notified of a comment: whom it calls, and who takes part in the discussion.

Who takes part has one unread message of a discussion at most: the next one comes when they opened
it, or wrote there themselves.
"""

from collections.abc import Collection

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from core import clock
from indicators.models import Assignment, Comment, Item, Thread
from indicators.threads.places import comment_url, office_of
from notifications.models import Notification
from notifications.outbox import notify
from people.models import User

MENTIONED, NEW_COMMENT = "mentioned", "thread_comment"
TITLES = {
    MENTIONED: lambda: _("%(person)s mentions you: %(place)s"),
    NEW_COMMENT: lambda: _("New comment by %(person)s: %(place)s"),
}


def tell(comment: Comment, called: Collection[User]) -> None:
    """Notify all of them once; never who wrote it."""
    mark_read(comment.thread, by=comment.by)
    key = _key(NEW_COMMENT, comment.thread)
    waiting = Notification.objects.unread().filter(key__startswith=key)
    left_out = {comment.by_id, *(person.pk for person in called)}
    left_out.update(waiting.values_list("recipient", flat=True))
    followers = [person for person in _followers(comment.thread) if person.pk not in left_out]
    notify(
        [
            *(_message(MENTIONED, comment, one) for one in called if one.pk != comment.by_id),
            *(_message(NEW_COMMENT, comment, one) for one in followers),
        ]
    )


def mark_read(thread: Thread, *, by: User) -> None:
    """Who acts in a discussion has seen what it brought them."""
    keys = [Q(key__startswith=_key(kind, thread)) for kind in TITLES]
    unread = Notification.objects.visible_to(by).unread().filter(keys[0] | keys[1])
    unread.update(read_at=clock.now())


def _key(kind: str, thread: Thread) -> str:
    return f"{kind}:{thread.pk}:"


def _followers(thread: Thread) -> list[User]:
    """Who wrote in it, the item's collector of now, and who brought the evidence."""
    wanted = Q(pk__in=Comment.objects.standing().filter(thread=thread).values("by"))
    place = thread.place
    if isinstance(place, Item):
        named = Assignment.objects.current().filter(
            assessment=place.assessment_id, consideration=place.consideration_id
        )
        wanted |= Q(pk__in=named.values("user"))
    else:
        wanted |= Q(pk=place.created_by_id)
    people = User.objects.active().filter(wanted, office=office_of(place))
    return list(people.order_by("pk"))


def _message(kind: str, comment: Comment, person: User) -> Notification:
    place = comment.thread.place
    with override(person.language):
        title = TITLES[kind]() % {"person": comment.by.full_name, "place": place}
    return Notification(
        recipient=person,
        key=f"{_key(kind, comment.thread)}{comment.pk}:{person.pk}",
        kind=kind,
        title=title,
        body=comment.text,
        url=comment_url(comment),
    )
