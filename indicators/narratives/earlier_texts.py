"""Texts of an earlier year as a draft: copied into empty boxes only, marked until re-checked."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

import thai
from core import clock
from core.moves import require_undoable
from core.refusals import MoveRefused, StaleEdit, saved_meanwhile
from indicators.assessments import log_event
from indicators.models import Item
from indicators.narratives.items import (
    BROUGHT,
    TEXTS,
    lock_writing,
    refreshed,
    require_writer,
    write_texts,
)
from indicators.narratives.reuse.sources import earlier_item
from people.models import User


@transaction.atomic
def use_as_draft(item: Item, *, by: User) -> int:
    """Copy what the earlier year says into this year's empty boxes; returns which year it was."""
    require_writer(item, by=by)
    source, current = earlier_item(item), lock_writing(item)
    if source is None:
        raise MoveRefused(_("No earlier year has this consideration."))
    year, texts = source.assessment.fiscal_year, {name: getattr(current, name) for name in TEXTS}
    empty = [
        name
        for name in BROUGHT
        if thai.trimmed(getattr(source, name)) and not thai.trimmed(texts[name])
    ]
    if not empty:
        raise MoveRefused(_("Something is written here already; nothing was written over."))
    texts |= {name: getattr(source, name) for name in empty}
    _write(item, current, texts, {f"{name}_from": year for name in empty}, by)
    _log(item, "item.use_draft", by, after={"from_year": year})
    return year


@transaction.atomic
def undo_draft(item: Item, *, by: User) -> None:
    """Empty the boxes again whose text nobody touched since it was copied."""
    require_writer(item, by=by)
    current = lock_writing(item)
    marked = [name for name in BROUGHT if getattr(current, f"{name}_from")]
    if not marked:
        raise MoveRefused(_("The text was edited or confirmed already."))
    require_undoable(current.saved_at, now=clock.now())
    texts = {name: "" if name in marked else getattr(current, name) for name in TEXTS}
    _write(item, current, texts, {f"{name}_from": None for name in marked}, by)
    _log(item, "item.undo_draft", by)


def _write(
    item: Item, current: Item, texts: dict[str, str], marks: dict[str, int | None], by: User
) -> None:
    if not write_texts(item, texts, version=current.version, by=by, **marks):
        raise StaleEdit(saved_meanwhile(current), {name: getattr(current, name) for name in TEXTS})
    refreshed(item)


@transaction.atomic
def confirm_texts(item: Item, *, by: User) -> None:
    """Say that the copied text holds for this year as it stands."""
    require_writer(item, by=by)
    current = lock_writing(item)
    years = [year for name in BROUGHT if (year := getattr(current, f"{name}_from"))]
    if not years:
        raise MoveRefused(_("The text was edited or confirmed already."))
    Item.objects.filter(pk=item.pk).update(**{f"{name}_from": None for name in BROUGHT})
    refreshed(item)
    _log(item, "item.confirm_text", by, before={"from_year": years[0]})


def _log(
    item: Item,
    verb: str,
    by: User,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    log_event(item.assessment, by=by, verb=verb, target=item, before=before, after=after)
