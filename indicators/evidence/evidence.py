"""Evidence: brought, corrected, revised, removed and restored. A revision is never changed."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import partial
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

import thai
from core import clock, history
from core.refusals import MoveRefused, NotAllowed, RuleBroken, StaleEdit
from indicators import rules
from indicators.assessments import require_open
from indicators.evidence.blobs import label_for
from indicators.evidence.citations import point_to, require_kept
from indicators.models import (
    Assessment,
    Blob,
    Citation,
    Evidence,
    EvidenceFile,
    EvidenceLink,
    EvidenceRevision,
    Item,
)
from indicators.states import AssessmentState, ItemState
from notifications import broker
from people.models import Office, User
from people.roles import as_now

NamedFile = tuple[str, Blob]
NamedLink = tuple[str, str]

_is_url = URLValidator(schemes=["http", "https"])
_is_url.max_length = EvidenceLink._meta.get_field("url").max_length or _is_url.max_length


# -- bringing -------------------------------------------------------------------
@transaction.atomic
def add_evidence(
    office: Office,
    *,
    title: str,
    files: Iterable[NamedFile] = (),
    links: Iterable[NamedLink] = (),
    document_date: date | None = None,
    covers_from: date | None = None,
    covers_to: date | None = None,
    items: Iterable[Item] = (),
    by: User,
) -> Evidence:
    """Bring a piece of evidence in its first revision and cite it in ``items``.

    ``files`` are ``(name, blob)`` with blobs from ``blobs.store``, ``links`` are ``(url, label)``.
    """
    by = as_now(by)
    if not rules.may_add_evidence(by, office):
        raise NotAllowed(_("Only the office's own people bring evidence."))
    items = sorted(items, key=lambda item: item.assessment_id)
    for assessment in {item.assessment_id: item.assessment for item in items}.values():
        require_open(assessment)
    title = _clean_title(title)
    _require_dates(document_date, covers_from, covers_to)
    evidence = Evidence.objects.create(
        office=office,
        title=title,
        document_date=document_date,
        covers_from=covers_from,
        covers_to=covers_to,
        created_at=clock.now(),
        created_by=by,
    )
    revision = _new_revision(evidence, 1, files=files, links=links, note="", by=by)
    _make_findable(evidence)
    for item in items:
        point_to(item, revision, by=by)
    _log(evidence, "evidence.add", by, after={"title": title})
    return evidence


def _clean_title(title: str) -> str:
    title = thai.clean_label(title)[:300]
    if not title:
        raise RuleBroken(_("Please give the evidence a title."))
    return title


def _make_findable(evidence: Evidence) -> None:
    """Fold what searches compare: the title and the names of the newest files.

    What stands in the files is read by a worker, which need not wait for its next round.
    """
    title = Evidence.objects.values_list("title", flat=True).get(pk=evidence.pk)
    newest = EvidenceRevision.objects.filter(evidence=evidence).order_by("-number").values("pk")
    files = EvidenceFile.objects.filter(revision__in=newest[:1]).order_by("order", "pk")
    names = files.values_list("name", flat=True)
    evidence.search_text = " ".join(map(thai.fold, [title, *names]))
    Evidence.objects.filter(pk=evidence.pk).update(search_text=evidence.search_text)
    transaction.on_commit(wake_reader)


def wake_reader() -> None:
    """Ask a worker to read files that were not read yet."""
    broker.wake("indicators.tasks.read_files")


def _require_dates(
    document_date: date | None, covers_from: date | None, covers_to: date | None
) -> None:
    if document_date and document_date > clock.today():
        raise RuleBroken(_("The document's date lies in the future."), "document_date")
    if covers_from and covers_to and covers_to < covers_from:
        raise RuleBroken(_("The period ends before it begins."))


def _new_revision(
    evidence: Evidence,
    number: int,
    *,
    files: Iterable[NamedFile],
    links: Iterable[NamedLink],
    note: str,
    by: User,
) -> EvidenceRevision:
    files = list(files)
    links = [(require_url(url), thai.clean_label(label)[:255]) for url, label in links]
    if not files and not links:
        raise RuleBroken(_("Bring at least one file or link."), "files")
    if any(blob.office_id != evidence.office_id for _name, blob in files):
        raise NotAllowed(_("A file belongs to another office."))
    revision = EvidenceRevision.objects.create(
        evidence=evidence,
        number=number,
        note=thai.clean_label(note)[:300],
        created_at=clock.now(),
        created_by=by,
    )
    EvidenceFile.objects.bulk_create(
        EvidenceFile(
            revision=revision, blob=blob, name=label_for(name, blob.media_type), order=order
        )
        for order, (name, blob) in enumerate(files)
    )
    EvidenceLink.objects.bulk_create(
        EvidenceLink(revision=revision, url=url, label=label, order=order)
        for order, (url, label) in enumerate(links)
    )
    transaction.on_commit(partial(broker.wake, "indicators.tasks.draw_files"))
    return revision


def require_url(url: str) -> str:
    """A web address of http or https without a password in it; anything else is refused."""
    url = thai.clean_link(url)
    if " " in url:
        raise RuleBroken(_("A link has no spaces. Please copy it once more, whole."), "url")
    try:
        _is_url(url)
        parts = urlsplit(url)
    except (ValidationError, ValueError) as error:
        raise RuleBroken(
            _("A link must be a web address that begins with http:// or https://.")
        ) from error
    if parts.username or parts.password:
        raise RuleBroken(_("A link must not contain a user name or password."))
    return url


# -- changing -------------------------------------------------------------------
def require_manager(evidence: Evidence, by: User) -> None:
    """Refuse who may not change the evidence."""
    if not rules.may_manage_evidence(by, evidence, clock.today()):
        raise NotAllowed(
            _("Only who brought this evidence, those who cite it and the coordinator change it.")
        )


def _hold_citing_years(evidence: Evidence) -> list[Assessment]:
    """Lock the years that cite the evidence, in one order for everybody."""
    return list(
        Assessment.objects.select_for_update(no_key=True).filter(_cites(evidence)).order_by("pk")
    )


def _cites(evidence: Evidence) -> Q:
    citations = Citation.objects.filter(evidence=evidence, removed_at__isnull=True)
    return Q(pk__in=citations.values("item__assessment"))


def why_not_corrected(evidence: Evidence) -> str:
    """What keeps title and dates as they are, "" when nothing does; 1 query.

    A SAR was approved over this evidence: it goes on saying what was judged then.
    """
    years = (
        Assessment.objects.filter(_cites(evidence), state=AssessmentState.LOCKED)
        .order_by("fiscal_year")
        .values_list("fiscal_year", flat=True)
    )
    if locked := ", ".join(map(str, dict.fromkeys(years))):
        return _("The approved SAR of %(years)s cites this evidence, so it stays as it is.") % {
            "years": locked
        }
    return ""


def why_handed_in(evidence: Evidence) -> str:
    """What keeps the evidence on the shelf, or off it, in an open year; "" when nothing; 1 query.

    Restored it counts again, so what was handed in without it would be handed in with it.
    """
    handed_in = Citation.objects.filter(
        evidence=evidence, removed_at__isnull=True, item__state=ItemState.HANDED_IN
    ).values_list("item__consideration__code", flat=True)
    if codes := ", ".join(sorted(handed_in)):
        return _("%(codes)s cites this evidence and was handed in. Take it back first.") % {
            "codes": codes
        }
    return ""


def _require_none(why: str) -> None:
    if why:
        raise MoveRefused(why)


@transaction.atomic
def edit_evidence(
    evidence: Evidence,
    *,
    title: str,
    document_date: date | None,
    covers_from: date | None,
    covers_to: date | None,
    seen: datetime | None,
    by: User,
) -> Evidence:
    """Correct title and dates, if nobody did since ``seen`` (the ``changed_at`` of the form)."""
    require_manager(evidence, by)
    _hold_citing_years(evidence)
    _require_none(why_not_corrected(evidence))
    current = require_kept(evidence)
    title = _clean_title(title)
    _require_dates(document_date, covers_from, covers_to)
    dates = {"document_date": document_date, "covers_from": covers_from, "covers_to": covers_to}
    before = {"title": current.title, **{name: getattr(current, name) for name in dates}}
    if before == {"title": title, **dates}:
        return current
    if current.changed_at != seen:
        raise StaleEdit(
            _("Somebody else corrected this evidence meanwhile."), {_("title"): current.title}
        )
    Evidence.objects.filter(pk=evidence.pk).update(title=title, changed_at=clock.now(), **dates)
    _make_findable(evidence)
    _log(
        evidence,
        "evidence.edit",
        by,
        before=_json(before),
        after=_json({"title": title, **dates}),
    )
    evidence.refresh_from_db()
    return evidence


def _json(values: Mapping[str, object]) -> dict[str, object]:
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in values.items()}


@transaction.atomic
def revise(
    evidence: Evidence,
    *,
    files: Iterable[NamedFile] = (),
    links: Iterable[NamedLink] = (),
    keep_files: Iterable[EvidenceFile] = (),
    keep_links: Iterable[EvidenceLink] = (),
    note: str,
    by: User,
) -> EvidenceRevision:
    """Make a new revision, which says what changed; the older ones stay as they are.

    Items in progress that ``by`` may write follow to the new revision; what was handed in or
    belongs to others keeps the revision that was judged, until its writer cites the new one.
    """
    by = as_now(by)
    require_manager(evidence, by)
    years = _hold_citing_years(evidence)
    require_kept(evidence)
    if not thai.trimmed(note):
        raise RuleBroken(_("Say what changed and why: the older revision stays."), "note")
    last = evidence.revisions.aggregate(last=Max("number"))["last"]
    kept = [(f.name, f.blob) for f in keep_files if f.revision.evidence_id == evidence.pk]
    stay = [(k.url, k.label) for k in keep_links if k.revision.evidence_id == evidence.pk]
    revision = _new_revision(
        evidence, last + 1, files=[*kept, *files], links=[*stay, *links], note=note, by=by
    )
    _make_findable(evidence)
    open_years = [year.pk for year in years if year.state == AssessmentState.OPEN]
    following = Citation.objects.filter(
        evidence=evidence,
        removed_at__isnull=True,
        item__assessment__in=open_years,
        item__state=ItemState.WRITING,
    ).select_related("item__assessment")
    for citation in following:
        if rules.may_write_item(by, citation.item):
            point_to(citation.item, revision, pages=citation.pages, note=citation.note, by=by)
    _log(evidence, "evidence.revise", by, after={"number": revision.number}, why=revision.note)
    return revision


@transaction.atomic
def remove_evidence(evidence: Evidence, *, by: User, why: str) -> None:
    """Soft delete with a reason: citations are hidden, all bytes stay, restoring undoes it."""
    require_manager(evidence, by)
    why = thai.trimmed(why)
    if not why:
        raise RuleBroken(_("Please give a reason."), "why")
    _hold_citing_years(evidence)
    require_kept(evidence)
    _require_none(why_not_corrected(evidence) or why_handed_in(evidence))
    removed = Evidence.objects.filter(pk=evidence.pk, removed_at__isnull=True).update(
        removed_at=clock.now(), removed_by=by, removed_why=why
    )
    if not removed:
        raise MoveRefused(_("This evidence was removed already."))
    _log(evidence, "evidence.remove", by, before={"title": evidence.title}, why=why)
    evidence.refresh_from_db()


@transaction.atomic
def restore_evidence(evidence: Evidence, *, by: User) -> None:
    """Undo the removal; the citations that were not withdrawn count again."""
    require_manager(evidence, by)
    _hold_citing_years(evidence)
    _require_none(why_not_corrected(evidence) or why_handed_in(evidence))
    restored = Evidence.objects.filter(pk=evidence.pk, removed_at__isnull=False).update(
        removed_at=None,
        removed_by=None,
        removed_why="",
        joined_into=None,
        changed_at=clock.now(),
    )
    if not restored:
        raise MoveRefused(_("This evidence is not removed."))
    _log(evidence, "evidence.restore", by, after={"title": evidence.title})
    evidence.refresh_from_db()


def _log(
    evidence: Evidence,
    verb: str,
    by: User,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    why: str = "",
) -> None:
    """Evidence is the office's, not a year's: the newest year that cited it keeps the event."""
    years = evidence.citations.order_by("-item__assessment__fiscal_year")
    history.log_event(
        evidence.office,
        actor=by,
        verb=verb,
        target=evidence,
        before=before,
        after=after,
        why=why,
        year=years.values_list("item__assessment__fiscal_year", flat=True).first(),
    )
