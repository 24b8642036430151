"""What is discussed: an item of a year, or a piece of evidence, which is no year's own."""

from collections.abc import Mapping

from django.urls import reverse
from django.utils.translation import gettext as _

from core import history
from core.refusals import MoveRefused, NotAllowed
from indicators import assessments, rules
from indicators.loading import item_url
from indicators.models import Assessment, Comment, Evidence, Item
from people.models import Office, User

Place = Item | Evidence


def office_of(place: Place) -> Office:
    """Whose people discuss it."""
    return place.assessment.office if isinstance(place, Item) else place.office


def hold_piece(place: Place) -> None:
    """Lock a piece of evidence until the commit, so that nothing begins at one being joined."""
    if isinstance(place, Evidence):
        list(Evidence.objects.select_for_update().filter(pk=place.pk).values_list("pk"))


def require_discusser(place: Place, *, by: User) -> None:
    """Refuse strangers; and everybody once the year is locked or the evidence removed."""
    if isinstance(place, Item):
        assessments.require_open(place.assessment)
    else:
        place.refresh_from_db(fields=["removed_at"])
        if place.removed_at is not None:
            raise MoveRefused(_("This evidence was removed: it is not discussed any more."))
    if not rules.may_discuss(by, place):
        raise NotAllowed(_("Only people of the office discuss this."))


def url_of(place: Place, assessment: Assessment | None = None) -> str:
    """Its page; that of evidence in ``assessment``, or in the newest year of the office."""
    if isinstance(place, Item):
        return str(item_url(place))
    year = assessment or place.office.assessments.order_by("-fiscal_year").first()
    if year is None:
        return ""
    return reverse("indicators:evidence", args=[place.office.code, year.fiscal_year, place.pk])


def comment_url(comment: Comment, assessment: Assessment | None = None) -> str:
    """Where on that page the comment stands."""
    page = url_of(comment.thread.place, assessment)
    return f"{page}#comment-{comment.pk}" if page else ""


def log_event(
    place: Place,
    *,
    by: User,
    verb: str,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """Into the history of the item's year; of evidence, of the newest year that cited it."""
    if isinstance(place, Item):
        assessments.log_event(
            place.assessment, by=by, verb=verb, target=place, before=before, after=after
        )
        return
    years = place.citations.order_by("-item__assessment__fiscal_year")
    history.log_event(
        place.office,
        actor=by,
        verb=verb,
        target=place,
        before=before,
        after=after,
        year=years.values_list("item__assessment__fiscal_year", flat=True).first(),
    )
