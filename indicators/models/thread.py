"""Discussions about a consideration or a piece of evidence, and their comments."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from indicators.models.assessment import Item
from indicators.models.evidence import Evidence


def _of_office(office, thread=""):
    """About an item or a piece of evidence of the office."""
    return Q((f"{thread}item__assessment__office", office)) | Q(
        (f"{thread}evidence__office", office)
    )


class ThreadQuerySet(models.QuerySet["Thread"]):
    """Rows of discussions."""

    def visible_to(self, user) -> "ThreadQuerySet":
        """Those of the user's own office."""
        if not user.is_authenticated or user.office_id is None:
            return self.none()
        return self.filter(_of_office(user.office_id))

    def standing(self) -> "ThreadQuerySet":
        """Those in which a comment stands that was not withdrawn."""
        return self.filter(Exists(Comment.objects.standing().filter(thread=OuterRef("pk"))))

    def unresolved(self) -> "ThreadQuerySet":
        """Those that are still being discussed."""
        return self.standing().filter(resolved_at__isnull=True)


class Thread(models.Model):
    """การพูดคุย: about an item or about a piece of evidence, open until somebody resolves it."""

    item = models.ForeignKey(Item, models.PROTECT, null=True, blank=True, related_name="threads")
    evidence = models.ForeignKey(
        Evidence, models.PROTECT, null=True, blank=True, related_name="threads"
    )
    # The piece it was begun about, where that was joined with others since.
    first_evidence = models.ForeignKey(
        Evidence, models.PROTECT, null=True, blank=True, related_name="+"
    )
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True, blank=True)

    objects = ThreadQuerySet.as_manager()

    class Meta:
        ordering = ["opened_at", "pk"]
        verbose_name = _("discussion")
        verbose_name_plural = _("discussions")
        constraints = [
            models.CheckConstraint(
                condition=Q(item__isnull=False, evidence__isnull=True)
                | Q(item__isnull=True, evidence__isnull=False),
                name="thread_about_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True, resolved_by__isnull=True)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False),
                name="thread_resolved_by_somebody",
            ),
        ]

    def __str__(self):
        return str(self.place)

    @property
    def place(self):
        """What it is about; load it with its item or evidence."""
        return self.item if self.item_id else self.evidence


class CommentQuerySet(models.QuerySet["Comment"]):
    """Rows of comments."""

    def visible_to(self, user) -> "CommentQuerySet":
        """Those of the user's own office; joined, as a list of all its threads takes longer."""
        if not user.is_authenticated or user.office_id is None:
            return self.none()
        return self.filter(_of_office(user.office_id, "thread__"))

    def standing(self) -> "CommentQuerySet":
        """Not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)


class Comment(models.Model):
    """ความเห็น: plain text of one person; never changed, withdrawn by who wrote it."""

    thread = models.ForeignKey(Thread, models.PROTECT, related_name="comments")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField(_("comment"))
    # The text folded for search (thai.fold).
    search_text = models.TextField(editable=False, blank=True, default="")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["thread", "pk"]
        verbose_name = _("comment")
        verbose_name_plural = _("comments")

    def __str__(self):
        return str(self.thread)


class Mention(models.Model):
    """Who a comment calls, and how it spells the name; blank when chosen from the list."""

    comment = models.ForeignKey(Comment, models.PROTECT, related_name="mentions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["comment", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["comment", "person"], name="mention_once"),
        ]

    def __str__(self):
        return str(self.person)
