"""Writing a consideration: saving texts, handing in, taking back, and what is missing.

Each saved text is kept as a revision with its writer and time; those rows are the history of the
texts. The office's history holds handing in and taking back only, because autosave would fill it.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

import thai
from core import clock
from core.history import decided_before
from core.models import Event
from core.refusals import MoveRefused, NotAllowed, RuleBroken, StaleEdit, saved_meanwhile
from indicators import rules
from indicators.assessments import log_event, require_open
from indicators.catalogue.checklists.queries import checklist_of
from indicators.models import (
    AgreedScore,
    Assessment,
    Citation,
    IndicatorReview,
    Item,
    ItemRevision,
    SupportingProject,
)
from indicators.requests.news import item_address, returned_key
from indicators.requests.requests import ask_again, finish_returned
from indicators.states import ItemState
from notifications.models import Notification
from notifications.outbox import notify
from people.models import User

TEXTS = ("narrative", "result", "no_evidence_reason")
BROUGHT = ("narrative", "result")  # what may be copied from an earlier year


@dataclass(frozen=True)
class Missing:
    """What an item lacks before it can be handed in; ``text`` is translated."""

    kind: str
    text: str


def missing_of(item: Item) -> list[Missing]:
    """What stands between ``item`` and its handing in.

    Load items by ``with_counts()`` when asking for many; otherwise the evidence is counted here.
    """
    missing = []
    if not thai.trimmed(item.narrative):
        missing.append(Missing("narrative", _("What was done has not been written.")))
    count = getattr(item, "evidence_count", None)
    if count is None:
        count = item.citations.kept().count()
    if not count and not thai.trimmed(item.no_evidence_reason):
        missing.append(
            Missing("evidence", _("There is no evidence, and no reason why there is none."))
        )
    return missing


def doubts_of(item: Item, to_verify: int | None = None) -> list[Missing]:
    """What of an earlier year nobody re-verified yet: pieces of evidence, and texts.

    The pieces are counted here, by 1 query, unless who asks has counted them already.
    """
    doubts = []
    if years := [year for name in BROUGHT if (year := getattr(item, f"{name}_from"))]:
        text = _("A text was brought from fiscal year %(year)s and is still to be re-checked.")
        doubts.append(Missing("texts", text % {"year": years[0]}))
    count = item.citations.kept().to_verify().count() if to_verify is None else to_verify
    if count:
        text = ngettext(
            "%(n)s piece of evidence of an earlier year is still to be re-verified.",
            "%(n)s pieces of evidence of an earlier year are still to be re-verified.",
            count,
        )
        doubts.append(Missing("evidence", text % {"n": count}))
    return doubts


def require_writer(item: Item, *, by: User) -> None:
    """Refuse who may not write the item, and everybody once the year is locked."""
    require_open(item.assessment)
    if not rules.may_write_item(by, item):
        raise NotAllowed(
            _("Only the persons whom the approved order names may write this consideration.")
        )


def _require_writing(item: Item) -> None:
    if item.state != ItemState.WRITING:
        raise MoveRefused(
            _("This consideration was handed in. Take it back before changing anything.")
        )


@transaction.atomic
def save_item(
    item: Item,
    *,
    narrative: str,
    result: str,
    no_evidence_reason: str,
    version: int,
    by: User,
) -> Item:
    """Save the texts if nobody saved since ``version``; returns the fresh row.

    Saving exactly what stands there already changes nothing, whatever the version: a lost answer
    may be asked for again. Otherwise a stale version raises ``StaleEdit`` with the texts that
    stand there now.
    """
    require_writer(item, by=by)
    texts = {"narrative": narrative, "result": result, "no_evidence_reason": no_evidence_reason}
    texts = {name: thai.trimmed(text.replace("\r\n", "\n")) for name, text in texts.items()}
    current = lock_writing(item)
    if texts == {name: getattr(current, name) for name in TEXTS}:
        return refreshed(item)
    edited = [name for name in BROUGHT if texts[name] != getattr(current, name)]
    marks = dict.fromkeys((f"{name}_from" for name in edited), None)
    if not write_texts(item, texts, version=version, by=by, **marks):
        raise StaleEdit(saved_meanwhile(current), {name: getattr(current, name) for name in TEXTS})
    return refreshed(item)


def lock_writing(item: Item) -> Item:
    """The row, locked; refused when it was handed in."""
    rows = Item.objects.select_for_update(of=("self",)).select_related("saved_by")
    current = rows.get(pk=item.pk)
    _require_writing(current)
    return current


def write_texts(
    item: Item, texts: Mapping[str, str], *, version: int, by: User, **marks: int | None
) -> bool:
    """Write all three texts over ``version`` of them and keep them; whether it still stood."""
    now = clock.now()
    saved = Item.objects.filter(pk=item.pk, version=version, state=ItemState.WRITING).update(
        **texts,
        **marks,
        search_text=thai.fold("\n".join(texts[name] for name in TEXTS)),
        version=F("version") + 1,
        saved_at=now,
        saved_by=by,
    )
    if saved:
        ItemRevision.objects.create(
            item_id=item.pk, version=version + 1, saved_at=now, saved_by=by, **texts
        )
    return bool(saved)


def refreshed(item: Item) -> Item:
    """The same object as the row is now."""
    marks = [f"{name}_from" for name in BROUGHT]
    moves = ["state", "version", "saved_at", "saved_by", "handed_in_at", "unverified_why"]
    item.refresh_from_db(fields=[*TEXTS, *marks, *moves])
    return item


@transaction.atomic
def hand_in(item: Item, *, by: User, why: str = "") -> Item:
    """Writing → handed in, refused with the list of what is missing.

    What was brought from an earlier year is re-verified before, or it is said ``why`` it is not.
    Required pieces of evidence that are missing keep nobody from it; their number is recorded.
    """
    require_writer(item, by=by)
    # Locked, so that neither text nor citation goes away between the check and the move.
    current = Item.objects.select_for_update().get(pk=item.pk)
    if missing := missing_of(current):
        raise RuleBroken(" ".join(lack.text for lack in missing))
    doubts, why = doubts_of(current), thai.trimmed(why)
    if doubts and not why:
        ways = _("Confirm it, or say why it is handed in all the same.")
        raise RuleBroken(" ".join([*(doubt.text for doubt in doubts), ways]), "why")
    why = why if doubts else ""
    moved = Item.objects.filter(pk=item.pk, state=ItemState.WRITING).update(
        state=ItemState.HANDED_IN, handed_in_at=clock.now(), unverified_why=why
    )
    if not moved:
        raise decided_before(
            item,
            ["item.hand_in"],
            _("This consideration was already handed in by %(who)s on %(when)s."),
            _("This consideration was handed in already."),
        )
    lacking = len(checklist_of(item).missing)
    finish_returned(item, by=by)
    log_event(
        item.assessment,
        by=by,
        verb="item.hand_in",
        target=item,
        before={"state": ItemState.WRITING},
        why=why,
        after={"state": ItemState.HANDED_IN, **({"required_missing": lacking} if lacking else {})},
    )
    return refreshed(item)


@transaction.atomic
def take_back(item: Item, *, by: User, why: str = "") -> Item:
    """Handed in → writing. The coordinator returns somebody else's work with a reason.

    The reason is a request to the collector then: handing in again reports it done.
    """
    require_open(item.assessment)
    if not rules.may_return_item(by, item, clock.today()):
        raise NotAllowed(_("Only its writers and the coordinator may take this back."))
    why = thai.trimmed(why)
    own = rules.has_writing(by, item)
    if not why and not own:
        raise RuleBroken(_("Please give a reason: the writers will read it."))
    moved = Item.objects.filter(pk=item.pk, state=ItemState.HANDED_IN).update(
        state=ItemState.WRITING, handed_in_at=None, unverified_why=""
    )
    if not moved:
        raise decided_before(
            item,
            ["item.take_back"],
            _("This consideration was already taken back by %(who)s on %(when)s."),
            _("This consideration is in progress already."),
        )
    if own:
        _notify_collector(item, by, why)
    else:
        ask_again(item, why=why, by=by)
    log_event(
        item.assessment,
        by=by,
        verb="item.take_back",
        target=item,
        before={"state": ItemState.HANDED_IN},
        after={"state": ItemState.WRITING},
        why=why,
    )
    return refreshed(item)


def _notify_collector(item: Item, by: User, why: str) -> None:
    """Whose work another writer took back must learn of it, and why."""
    writers = User.objects.active().filter(
        itemuserpermission__content_object=item.pk,
        itemuserpermission__permission__codename=rules.WRITE,
        assignments__assessment=item.assessment_id,
        assignments__consideration=item.consideration_id,
        assignments__until__isnull=True,
    )
    news, key = [], returned_key(item)
    for person in writers.exclude(pk=by.pk):
        with override(person.language):
            title = _("Returned to you: %(item)s") % {"item": item}
        news.append(
            Notification(
                recipient=person,
                key=f"{key}:{person.pk}",
                kind="item_returned",
                title=title,
                body=why,
                url=item_address(item),
            )
        )
    notify(news)


def require_planner(assessment: Assessment, *, by: User) -> None:
    """Refuse who may not set due dates, and everybody once the year is locked."""
    require_open(assessment)
    if not rules.may_set_due(by, assessment, clock.today()):
        raise NotAllowed(_("Only the coordinator sets due dates."))


@transaction.atomic
def set_due(item: Item, *, due: date | None, seen: date | None, by: User) -> Item:
    """Give a consideration a due date of its own; None lets it be due with step 4 again.

    ``seen`` is the date that stood on the page: somebody else's change is not written over.
    """
    assessment = item.assessment
    require_planner(assessment, by=by)
    first, last = thai.fiscal_year_bounds(assessment.fiscal_year)
    if due is not None and not first <= due <= last:
        raise RuleBroken(
            _("The date must lie in the fiscal year: %(range)s.")
            % {"range": thai.format_range(first, last)},
            field="due",
        )
    if due == seen:
        return item
    if not Item.objects.filter(pk=item.pk, due=seen).update(due=due):
        item.refresh_from_db(fields=["due"])
        raise StaleEdit(_("Somebody changed this due date meanwhile."))
    item.due = due
    log_event(
        assessment,
        by=by,
        verb="item.due",
        target=item,
        before={"due": seen and seen.isoformat()},
        after={"due": due and due.isoformat()},
    )
    return item


def last_changes(assessments: Collection[int]) -> dict[int, datetime]:
    """When content that each SAR prints last changed: text, citation, review, score or project.

    By the assessment, and 6 queries whatever their number. Members' own scores do not count: the
    SAR prints what the committee agreed.
    """
    texts = Item.objects.filter(assessment__in=assessments)
    reviews = IndicatorReview.objects.filter(assessment__in=assessments)
    scores = AgreedScore.objects.filter(item__assessment__in=assessments)
    cited = Citation.objects.filter(item__assessment__in=assessments)
    projects = SupportingProject.objects.filter(assessment__in=assessments)
    of_citations = ("created_at", "removed_at", "evidence__changed_at", "evidence__removed_at")
    return clock.latest(
        [
            *_last_of(texts, "assessment", "saved_at"),
            *_last_of(reviews, "assessment", "saved_at"),
            *_last_of(scores, "item__assessment", "saved_at"),
            *_last_of(cited, "item__assessment", *of_citations),
            *Event.objects.last_about(projects, "assessment"),
        ]
    )


def _last_of(rows: QuerySet[Any], by: str, *fields: str) -> Iterator[tuple[int, datetime | None]]:
    latest = {f"last_{field}": Max(field) for field in fields}
    for year, *moments in rows.order_by().values_list(by).annotate(**latest):
        yield from ((year, at) for at in moments)
