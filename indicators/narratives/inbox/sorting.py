"""Sorting the inbox: cited, passed on to another code, or set aside with a reason.

Citing is for who may write the consideration; the rest also for the coordinator, and for who put
the entry in.
"""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

import thai
from core import clock, history
from core.moves import require_undoable
from core.refusals import MoveRefused, NotAllowed, RuleBroken
from indicators import rules
from indicators.assessments import hold, log_event
from indicators.evidence.citations import point_to, require_citer, require_kept, require_writing
from indicators.models import Citation, Evidence, InboxEntry, Item
from indicators.narratives.inbox.codes import clean_code
from indicators.states import Sorted
from people.models import User
from people.roles import as_now


@transaction.atomic
def cite_from(entry: InboxEntry, item: Item, *, by: User) -> Citation:
    """Cite what lies in the inbox in ``item``; its note goes with it."""
    if item.assessment.office_id != entry.office_id:
        raise NotAllowed(_("This evidence belongs to another office."))
    require_citer(item, by=by)
    now, current = clock.now(), _lock_waiting(entry)
    # The item before the evidence, as whoever cites locks them.
    require_writing(item, by=by)
    require_kept(current.evidence)
    citation = item.citations.filter(evidence=current.evidence, removed_at__isnull=True).first()
    if citation is None:
        newest = current.evidence.revisions.order_by("-number")[:1].get()
        citation = point_to(item, newest, note=current.note, by=by)
    _sort(entry, Sorted.CITED, now, by, citation=citation)
    log_event(
        item.assessment,
        by=by,
        verb="inbox.cite",
        target=current.evidence,
        after={"item": item.consideration.code},
    )
    return citation


@transaction.atomic
def set_aside(entry: InboxEntry, *, why: str, by: User) -> None:
    """It is not needed; the evidence stays among the office's."""
    require_sorter(entry, by=by)
    why = thai.trimmed(why)
    if not why:
        raise RuleBroken(_("Please give a reason."), "why")
    _lock_waiting(entry)
    _sort(entry, Sorted.ASIDE, clock.now(), by, why=why)
    _log(entry, "inbox.set_aside", by, why=why)


@transaction.atomic
def address(entry: InboxEntry, code: str, *, by: User) -> str:
    """Pass it on to another indicator or consideration; returns for what it was before."""
    require_sorter(entry, by=by)
    code, current = clean_code(code), _lock_waiting(entry)
    if code == current.for_code:
        return code
    _require_alone(current, code)
    InboxEntry.objects.filter(pk=entry.pk).update(for_code=code)
    entry.for_code = code
    before, after = {"for_code": current.for_code}, {"for_code": code}
    _log(entry, "inbox.address", by, before=before, after=after)
    return current.for_code


@transaction.atomic
def unsort(entry: InboxEntry, *, by: User) -> None:
    """Put it back into the inbox; a citation that the sorting made is withdrawn, for a while."""
    require_sorter(entry, by=by)
    if entry.citation is not None:
        hold(entry.citation.item.assessment)  # the year first, as whoever cites locks them
    current = _locked(entry)
    if current.sorted_at is None:
        raise MoveRefused(_("It lies in the inbox already."))
    _require_alone(current, current.for_code)
    if current.citation is not None:
        require_undoable(current.sorted_at, now=clock.now())
        _withdraw(current, by)
    InboxEntry.objects.filter(pk=entry.pk).update(
        sorted_how="", sorted_at=None, sorted_by=None, citation=None, why=""
    )
    entry.refresh_from_db()
    _log(entry, "inbox.unsort", by)


def _withdraw(entry: InboxEntry, by: User) -> None:
    """Only what was cited by the sorting itself: what was cited before stays."""
    citation, at = entry.citation, entry.sorted_at
    if citation is None or at is None or citation.created_at < at:
        return
    require_writing(citation.item, by=by)
    Citation.objects.filter(pk=citation.pk, removed_at__isnull=True).update(
        removed_at=clock.now(), removed_by=by
    )


def require_sorter(entry: InboxEntry, *, by: User) -> None:
    """Refuse who may not sort the entry."""
    if not rules.may_sort_inbox(as_now(by), entry, clock.today()):
        raise NotAllowed(
            _(
                "Only the coordinator, the writers of what it is for and who put it in sort this "
                "entry of the inbox."
            )
        )


def _locked(entry: InboxEntry) -> InboxEntry:
    rows = InboxEntry.objects.select_for_update(of=("self",))
    return rows.select_related("evidence", "sorted_by", "citation__item__assessment__office").get(
        pk=entry.pk
    )


def _lock_waiting(entry: InboxEntry) -> InboxEntry:
    current = _locked(entry)
    if current.sorted_by is not None:
        raise MoveRefused(
            _("%(name)s sorted this already: %(how)s.")
            % {
                "name": current.sorted_by.full_name,
                "how": current.get_sorted_how_display(),
            }
        )
    return current


def _require_alone(entry: InboxEntry, code: str) -> None:
    """The same piece waits for one code once; locked as ``putting`` locks it."""
    Evidence.objects.select_for_update(of=("self",)).get(pk=entry.evidence.pk)
    rows = InboxEntry.objects.filter(evidence=entry.evidence, for_code=code, sorted_at__isnull=True)
    if rows.exclude(pk=entry.pk).exists():
        raise MoveRefused(_("The same lies in the inbox for this already."))


def _sort(entry: InboxEntry, how: str, at: object, by: User, **outcome: object) -> None:
    InboxEntry.objects.filter(pk=entry.pk).update(
        sorted_how=how, sorted_at=at, sorted_by=by, **outcome
    )
    entry.refresh_from_db()


def _log(
    entry: InboxEntry,
    verb: str,
    by: User,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    why: str = "",
) -> None:
    history.log_event(
        entry.office,
        actor=by,
        verb=verb,
        target=entry.evidence,
        before=before,
        after=after,
        why=why,
        year=thai.fiscal_year(entry.event_on),
    )
