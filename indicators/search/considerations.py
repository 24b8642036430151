"""Considerations and indicators, by code, title and what the levels ask for."""

from collections import defaultdict

from django.urls import reverse
from django.utils.translation import gettext_lazy

from core.search import Found, Hit, SearchSource, Wanted, page_of_hits, snippet_of
from indicators.models import Assessment, Consideration, Edition, Indicator, RubricLevel
from indicators.search.evidence import code_in
from people.models import User

Node = Indicator | Consideration


def find_considerations(user: User, wanted: Wanted, part: slice) -> Found:
    """Of the edition that the newest year uses, or the year that was chosen; 4 queries.

    Who has no year, as OBEC's reviewers, finds those of the newest edition.
    """
    years = Assessment.objects.visible_to(user).select_related("office", "edition")
    years = years.order_by("-fiscal_year")
    if wanted.year:
        years = years.filter(fiscal_year=wanted.year)
    year = years.first()
    if year is None and wanted.year:
        return Found()
    edition = year.edition if year else Edition.objects.visible_to(user).first()
    levels = defaultdict(list)
    asked = RubricLevel.objects.filter(consideration__indicator__standard__edition=edition)
    for consideration, text in asked.values_list("consideration", "text"):
        levels[consideration].append(text)
    indicators = Indicator.objects.filter(standard__edition=edition)
    considerations = Consideration.objects.filter(
        indicator__standard__edition=edition
    ).select_related("indicator")
    if wanted.indicator:
        indicators = indicators.filter(code=wanted.indicator)
        considerations = considerations.filter(indicator__code=wanted.indicator)
    texts: list[tuple[Node, list[str]]] = [(row, []) for row in indicators]
    texts += [(row, levels[row.pk]) for row in considerations]
    found = [(row, said) for row, said in texts if _holds(row, said, wanted)]
    code = code_in(wanted.words)  # the very one, then titles before levels
    found.sort(key=lambda pair: (pair[0].code != code, not wanted.words.among([str(pair[0])])))

    def hit(pair: tuple[Node, list[str]]) -> Hit:
        row, said = pair
        titled = wanted.words.among([str(row)])
        return Hit(
            title=wanted.words.marked(str(row)),
            url=_address(row, year, edition),
            facts=[str(row.indicator)] if isinstance(row, Consideration) else [],
            snippet=[] if titled else snippet_of(wanted.words, said),
        )

    return page_of_hits(found, part, hit)


def _holds(row: Node, levels: list[str], wanted: Wanted) -> bool:
    if code := code_in(wanted.words):
        return row.code.startswith(code)
    return wanted.words.among([str(row), *levels])


def _address(row: Node, year: Assessment | None, edition: Edition | None) -> str:
    if year is None:
        indicator = row.indicator if isinstance(row, Consideration) else row
        args = [edition.code, edition.version] if edition else []
        return f"{reverse('indicators:edition', args=args)}#i-{indicator.code}"
    name = "item" if isinstance(row, Consideration) else "indicator"
    return reverse(f"indicators:{name}", args=[year.office.code, year.fiscal_year, row.code])


CONSIDERATIONS = SearchSource(
    name="considerations",
    label=gettext_lazy("Considerations"),
    order=30,
    find=find_considerations,
    narrows=frozenset({"year", "indicator"}),
    leads=lambda words: bool(code_in(words)),
)
