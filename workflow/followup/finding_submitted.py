"""What stands in submitted years, as OBEC's reviewers find it: only what their pages open.

Evidence is found by the very revision that was submitted and opened, whatever the office did with
it since; texts of a year are found while it is with OBEC.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.search import MOST, Found, Hit, Piece, SearchSource, Wanted, Words, containing, snippet_of
from indicators.models import (
    Assessment,
    Citation,
    Consideration,
    EvidenceFile,
    EvidenceRevision,
    Indicator,
    IndicatorReview,
    Item,
    SubmittedCitation,
    TextPart,
)
from indicators.search.evidence import code_in
from indicators.search.index import first_pages
from indicators.search.narratives import find_written, written_in
from people.models import User
from people.rules import is_obec

IN_FILES = "revision__files__blob__text"
LOOKED_AT = 4 * MOST  # citations whose title and names are compared once more, as submitted


def find_submitted_evidence(user: User, wanted: Wanted, part: slice) -> Found:
    """Titles and names first, then texts, the newest submission first; 7 queries at most."""
    if not is_obec(user, clock.today()):
        return Found()
    rows, words = _opened(wanted), wanted.words
    code = code_in(words)
    found = _named(rows, words, code)
    inside = {} if "." in code else first_pages(rows, IN_FILES, words, office=None)
    order = list(dict.fromkeys([*found, *sorted(inside, reverse=True)]))
    shown = order[:MOST][part]
    return Found(
        count=min(len(order), MOST),
        hits=_evidence_hits(words, shown, inside),
        more=len(order) > MOST,
    )


def _opened(wanted: Wanted) -> QuerySet[Citation]:
    """Each citation that a reviewer may look at."""
    opened = SubmittedCitation.objects.opened().filter(citation=OuterRef("pk"))
    rows = Citation.objects.filter(Exists(opened))
    if wanted.year:
        rows = rows.filter(item__assessment__fiscal_year=wanted.year)
    if wanted.indicator:
        rows = rows.filter(item__consideration__indicator__code=wanted.indicator)
    return rows


def _named(rows: QuerySet[Citation], words: Words, code: str) -> list[int]:
    """By title, by names of files of that revision, or by the code they are cited in; 2 queries.

    What is kept folded are the names of the newest revision: of an older one they are compared
    here, and what only a later revision is called is not found.
    """
    later = EvidenceRevision.objects.filter(
        evidence=OuterRef("evidence"), number__gt=OuterRef("revision__number")
    )
    likely = containing(words, "evidence__search_text") | Q(Exists(later))
    if code:
        likely |= Q(item__consideration__code__startswith=code)
    columns = ("pk", "revision", "evidence__title", "item__consideration__code")
    asked = rows.filter(likely).order_by("-item__assessment__fiscal_year", "-pk")
    cited = list(asked.values_list(*columns)[:LOOKED_AT])
    names: dict[int, list[str]] = {}
    files = EvidenceFile.objects.filter(revision__in={revision for _pk, revision, *_ in cited})
    for revision, name in files.order_by("order", "pk").values_list("revision", "name"):
        names.setdefault(revision, []).append(name)
    return [
        pk
        for pk, revision, title, at in cited
        if words.among([title, *names.get(revision, ())]) or (code and at.startswith(code))
    ]


@dataclass(frozen=True)
class _Read:
    """What was read beside the citations."""

    words: Words
    files: dict[int, list[EvidenceFile]] = field(default_factory=dict)
    parts: dict[int, TextPart] = field(default_factory=dict)


def _evidence_hits(words: Words, shown: list[int], inside: dict[int, int]) -> list[Hit]:
    rows = Citation.objects.select_related(
        "evidence", "item__consideration", "item__assessment__office"
    ).in_bulk(shown)
    read = _Read(words)
    revisions = {row.revision_id for row in rows.values()}
    for file in EvidenceFile.objects.filter(revision__in=revisions).order_by("order", "pk"):
        read.files.setdefault(file.revision_id, []).append(file)
    pages = {inside[pk] for pk in shown if pk in inside}
    read.parts.update(TextPart.objects.select_related("text").in_bulk(pages))
    return [_evidence_hit(rows[pk], read, inside.get(pk)) for pk in shown if pk in rows]


def _evidence_hit(row: Citation, read: _Read, page: int | None) -> Hit:
    year, files = row.item.assessment, read.files.get(row.revision_id, [])
    url = reverse("workflow:submitted_evidence", args=[year.office.code, year.fiscal_year, row.pk])
    facts = [*_of_year(year), row.item.consideration.code]
    title = read.words.marked(row.evidence.title)
    part = read.parts.get(page) if page else None
    file = next((one for one in files if part and one.blob_id == part.text.blob_id), None)
    if part and file:
        return Hit(
            title=title,
            url=url,
            facts=facts,
            snippet=read.words.snippet(part.shown),
            place=_place(file, part),
            place_url=f"{url}?file={file.pk}"
            + (f"&page={part.number}" if part.text.has_pages else ""),
            by_machine=part.by_machine,
        )
    snippet, named = _name_found(read.words, row.evidence.title, files)
    place_url = f"{url}?file={named.pk}" if named else ""
    place = _("Name of a file") if named else ""
    return Hit(title=title, url=url, facts=facts, snippet=snippet, place=place, place_url=place_url)


def _name_found(
    words: Words, title: str, files: Iterable[EvidenceFile]
) -> tuple[list[Piece], EvidenceFile | None]:
    if not words.among([title]):
        for file in files:
            if snippet := snippet_of(words, [file.name]):
                return snippet, file
    return [], None


def _place(file: EvidenceFile, part: TextPart) -> str:
    if part.text.has_pages:
        return _("%(name)s, page %(page)s") % {"name": file.name, "page": part.number}
    return file.name


def _of_year(year: Assessment) -> list[str]:
    office = year.office.short_name or year.office.name
    return [office, _("Fiscal year %(year)s") % {"year": year.fiscal_year}]


# -- what was written -------------------------------------------------------------------
def find_submitted_texts(user: User, wanted: Wanted, part: slice) -> Found:
    """Of years that are with OBEC and that a reviewer opened; 4 queries."""
    if not is_obec(user, clock.today()):
        return Found()
    with_obec = Assessment.objects.submitted().filter(taken_up_at__isnull=False)
    return find_written(with_obec, wanted, part, _text_hit)


def _text_hit(row: Item | IndicatorReview, wanted: Wanted) -> Hit:
    year = row.assessment
    what: Consideration | Indicator
    if isinstance(row, Item):
        what, indicator, place = row.consideration, row.consideration.indicator, f"#item-{row.pk}"
    else:
        what, indicator, place = row.indicator, row.indicator, ""
    args = [year.office.code, year.fiscal_year, indicator.code]
    return Hit(
        title=wanted.words.marked(str(what)),
        url=f"{reverse('workflow:submission_indicator', args=args)}{place}",
        facts=_of_year(year),
        snippet=snippet_of(wanted.words, written_in(row)),
    )


def _is_reviewer(user: User) -> bool:
    return bool(is_obec(user, clock.today()))


SUBMITTED_EVIDENCE = SearchSource(
    name="submitted_evidence",
    label=gettext_lazy("Submitted evidence"),
    order=6,
    find=find_submitted_evidence,
    narrows=frozenset({"year", "indicator"}),
    concerns=_is_reviewer,
)
SUBMITTED_TEXTS = SearchSource(
    name="submitted_texts",
    label=gettext_lazy("What was written in submitted years"),
    order=7,
    find=find_submitted_texts,
    narrows=frozenset({"year", "indicator"}),
    concerns=_is_reviewer,
)
