"""What the pages of items and evidence read of their discussions."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, IntegerField, OuterRef, Subquery

import thai
from indicators.models import Comment, Evidence, Item, Thread
from people.models import User

# Of a longer discussion the last ones stand open, the others are unfolded.
LATEST = 3


@dataclass(frozen=True)
class ShownMention:
    """Whom a comment called: the letters it did so by, and who that is."""

    written: str
    name: str
    group: str


@dataclass
class ShownComment:
    """One comment; a withdrawn one without its text."""

    pk: int
    by: int
    name: str
    at: datetime
    text: str
    withdrawn: bool
    mentions: list[ShownMention] = field(default_factory=list)


@dataclass
class ShownThread:
    """One discussion with its comments, the oldest first."""

    pk: int
    opened_by: int
    resolved_at: datetime | None
    resolved_by: str
    comments: list[ShownComment] = field(default_factory=list)
    may_resolve: bool = False
    form: object = None

    @property
    def earlier(self) -> list[ShownComment]:
        """What is folded away: never a single comment, which would take as much room."""
        hidden = len(self.comments) - LATEST
        return self.comments[:hidden] if hidden > 1 else []

    @property
    def latest(self) -> list[ShownComment]:
        """What stands open."""
        return self.comments[len(self.earlier) :]

    @property
    def standing(self) -> list[ShownComment]:
        """What was not withdrawn."""
        return [comment for comment in self.comments if not comment.withdrawn]

    @property
    def last(self) -> int:
        """The comment up to which the page shows it."""
        return self.comments[-1].pk


def threads_of(place: Item | Evidence) -> list[ShownThread]:
    """The discussions about an item or a piece of evidence, the oldest first; 1 query."""
    about = {f"thread__{place._meta.model_name}": place.pk}
    return [thread for thread in _shown(about) if thread.standing]


def thread_shown(thread: Thread) -> ShownThread:
    """One discussion; 1 query."""
    return _shown({"thread": thread.pk})[0]


def open_count() -> Subquery:
    """For a query of items: how many discussions about each are open."""
    rows = Thread.objects.unresolved().filter(item=OuterRef("pk")).order_by()
    counted = rows.values("item").annotate(n=Count("pk")).values("n")
    return Subquery(counted, output_field=IntegerField())


def office_people(user: User) -> list[dict[str, object]]:
    """Whom a comment of ``user`` may call: all active colleagues; 1 query.

    Each comes with what tells people of the same name apart.
    """
    people = User.objects.visible_to(user).active().without_it().exclude(pk=user.pk)
    names = ("prefix", "given_name", "family_name")
    rows = people.order_by("sort_name", "pk").values_list(
        "pk", "position", "work_group__name", *names
    )
    return [
        {"pk": pk, "name": thai.full_name(*name), "more": " · ".join(filter(None, (post, group)))}
        for pk, post, group, *name in rows
    ]


NAMES = ("prefix", "given_name", "family_name")


def _shown(about: dict[str, int]) -> list[ShownThread]:
    """A row for each mention of each comment, for a comment without one at least one."""
    threads: dict[int, ShownThread] = {}
    comments: dict[int, ShownComment] = {}
    columns = (
        *("pk", "by", "at", "text", "withdrawn_at"),
        *("thread", "thread__opened_by", "thread__resolved_at"),
        *("mentions", "mentions__written", "mentions__person__work_group__name"),
        *(f"by__{name}" for name in NAMES),
        *(f"thread__resolved_by__{name}" for name in NAMES),
        *(f"mentions__person__{name}" for name in NAMES),
    )
    order = ("thread__opened_at", "thread", "pk", "mentions__pk")
    for row in Comment.objects.filter(**about).order_by(*order).values_list(*columns):
        pk, by, at, text, withdrawn, thread, opened_by, resolved_at, *more = row
        mention, written, group, *names = more
        author, resolved_by, called = (thai.full_name(*names[n : n + 3]) for n in (0, 3, 6))
        if thread not in threads:
            threads[thread] = ShownThread(thread, opened_by, resolved_at, resolved_by)
        if pk not in comments:
            shown = ShownComment(pk, by, author, at, "" if withdrawn else text, bool(withdrawn))
            comments[pk] = shown
            threads[thread].comments.append(shown)
        if mention is not None and not withdrawn:
            comments[pk].mentions.append(ShownMention(written, called, group or ""))
    return list(threads.values())
