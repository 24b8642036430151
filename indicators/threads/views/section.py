"""The section of discussions on the page of an item or of a piece of evidence."""

from dataclasses import dataclass, field

from core import clock
from indicators import rules
from indicators.models import Evidence, Item
from indicators.threads.forms import CommentForm, ThreadForm
from indicators.threads.queries import ShownThread, threads_of
from people.models import User


@dataclass
class Discussions:
    """What stands in it, and the forms of whoever may write."""

    open: list[ShownThread] = field(default_factory=list)
    resolved: list[ShownThread] = field(default_factory=list)
    may_comment: bool = False
    form: ThreadForm | None = None


def discussions_of(place: Item | Evidence, *, user: User, leads: bool | None = None) -> Discussions:
    """The section as ``user`` sees it; 1 query.

    ``leads`` says whether they resolve what others began, where the page knows it; else it is
    asked.
    """
    may_comment = rules.may_discuss(user, place)
    if leads is None:
        leads = may_comment and rules.leads_discussions(user, place, clock.today())
    shown = Discussions(may_comment=may_comment)
    for thread in threads_of(place):
        if may_comment:
            furnish(thread, user=user, leads=leads)
        (shown.open if thread.resolved_at is None else shown.resolved).append(thread)
    if may_comment:
        shown.form = ThreadForm(user=user, auto_id="new-thread-%s")
    return shown


def furnish(thread: ShownThread, *, user: User, leads: bool) -> None:
    """Give it the form of a comment, and whether ``user`` may resolve it."""
    thread.form = CommentForm(user=user, auto_id=f"thread-{thread.pk}-%s")
    thread.may_resolve = leads or thread.opened_by == user.pk
