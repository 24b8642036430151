"""What pages read of scores: a member's sheet, the committee room, the sums in words."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Count, QuerySet

from indicators.catalogue.checklists.queries import NO_CHECKLIST, Checklist, checklists_of
from indicators.catalogue.nodes import StandardNode
from indicators.catalogue.trees import edition_tree, rubric_texts
from indicators.evidence.cited import CitedPiece, cited_pieces
from indicators.models import (
    AgreedScore,
    Assessment,
    Citation,
    Item,
    QualityLevel,
    Score,
    ScoreDraft,
)
from indicators.scores.drafts import drafts_of
from indicators.scores.rollup import Working, exact
from indicators.states import DraftKind
from people.models import User

DISAGREEMENT = 2
LevelText = tuple[int, str, str]  # level, its name, what the rubric says


@dataclass
class ScoreCard:
    """One consideration of the sheet or of the room."""

    item: Item
    levels: list[LevelText]
    own: Score | None = None
    draft: ScoreDraft | None = None  # of the agreed score, by who looks at the room
    shown: list[Score] = field(default_factory=list)
    cited: list[CitedPiece] = field(default_factory=list)
    required: Checklist = NO_CHECKLIST

    @property
    def agreed(self) -> AgreedScore | None:
        """What the committee agreed, if anything."""
        return getattr(self.item, "agreed_score", None)

    @property
    def written(self) -> AgreedScore | ScoreDraft | None:
        """What stands in the boxes: what the person typed, else what was agreed."""
        return self.draft or self.agreed

    @property
    def recorded_since(self) -> bool:
        """Whether somebody recorded a score since the draft was begun."""
        standing = self.agreed.version if self.agreed else 0
        return self.draft is not None and self.draft.seen != standing

    @property
    def lowest(self) -> int | None:
        """The lowest level that a member handed in."""
        return min((score.level for score in self.shown), default=None)

    @property
    def highest(self) -> int | None:
        """The highest."""
        return max((score.level for score in self.shown), default=None)

    @property
    def apart(self) -> bool:
        """Whether members stand so far apart that they should talk."""
        low, high = self.lowest, self.highest
        return low is not None and high is not None and high - low >= DISAGREEMENT


@dataclass(frozen=True)
class SheetPart:
    """A standard as one page of a long sheet, and how many of its considerations are done."""

    row: StandardNode
    considerations: tuple[int, ...]
    done: int

    @property
    def total(self) -> int:
        """How many considerations it has."""
        return len(self.considerations)

    @property
    def left(self) -> int:
        """How many are not done."""
        return self.total - self.done


@dataclass(frozen=True)
class Tally:
    """What the progress line of the sheet counts; ``part`` is the standard that is shown."""

    total: int
    scored: int
    unreasoned: int
    parts: list[SheetPart]
    part: SheetPart
    after: SheetPart | None


@dataclass(frozen=True)
class TermText:
    """One term of a sum as text."""

    code: str
    title: str
    weight: str
    value: str
    product: str
    unscored: bool


@dataclass(frozen=True)
class WorkingText:
    """One sum as text: exact numbers, ``–`` for what nobody scored."""

    working: Working
    weights: str
    products: str
    mean: str
    terms: list[TermText]

    @classmethod
    def of(cls, working: Working) -> "WorkingText":
        """Write ``working`` out."""
        return cls(
            working=working,
            weights=exact(working.weights),
            products=exact(working.products),
            mean=exact(working.mean),
            terms=[
                TermText(
                    code=term.code,
                    title=term.title,
                    weight=exact(term.weight),
                    value=exact(term.value),
                    product=exact(term.product),
                    unscored=term.value is None,
                )
                for term in working.terms
            ],
        )


def scored_items(assessment: Assessment, *only: int) -> QuerySet[Item]:
    """The year's items, or ``only`` these, with what was agreed on each; one query."""
    rows = assessment.items.in_order().select_related(
        "consideration__indicator", "agreed_score__saved_by"
    )
    return rows.filter(pk__in=only) if only else rows


def agreed_counts(assessment: Assessment) -> dict[str, int]:
    """How many items the year has, and on how many the committee agreed; one query."""
    return assessment.items.aggregate(agreed=Count("agreed_score"), total=Count("pk"))


def levels_of(assessment: Assessment) -> QuerySet[QualityLevel]:
    """The levels of quality that this year scores by, the best first."""
    return assessment.edition.levels.order_by("-score")


def standard_of(item: Item) -> StandardNode:
    """The standard above the item's consideration; no query once the edition was read."""
    standards = edition_tree(item.assessment.edition).standards
    above = item.consideration.indicator_id
    return next(row for row in standards if above in (part.pk for part in row.indicators))


def cards_of(assessment: Assessment, items: Iterable[Item]) -> list[ScoreCard]:
    """A card for each item with the rubric of its consideration and what it cites; 3 queries."""
    items = list(items)
    names = {level.score: level.name for level in edition_tree(assessment.edition).levels}
    rubric = rubric_texts(assessment.edition)
    cited = cited_pieces(Citation.objects.kept().filter(item__in=items))
    required = checklists_of(item__in=items)
    cards = []
    for item in items:
        item.assessment = assessment
        texts = rubric.get(item.consideration_id, {})
        levels = [(n, names.get(n, ""), texts.get(n, "")) for n in range(5, 0, -1)]
        card = ScoreCard(item, levels, cited=cited.get(item.pk, []))
        card.required = required.get(item.pk, NO_CHECKLIST)
        cards.append(card)
    return cards


def handed_in_scores(items: Collection[Item]) -> dict[int, list[Score]]:
    """Members' own scores by item, once handed in; one query."""
    found: dict[int, list[Score]] = {item.pk: [] for item in items}
    scores = Score.objects.filter(item__in=found, handed_in_at__isnull=False)
    for score in scores.select_related("assessor").order_by("assessor__sort_name", "pk"):
        found[score.item_id].append(score)
    return found


def room_cards(
    assessment: Assessment, items: Iterable[Item], *, sees_scores: bool, typist: User | None = None
) -> list[ScoreCard]:
    """The cards of the committee room, with members' scores for who may see them.

    For ``typist``, who may record what was agreed, with what they typed and did not record.
    """
    cards = cards_of(assessment, items)
    if typist is not None:
        drafts = drafts_of(typist, DraftKind.AGREED, [card.item for card in cards])
        for card in cards:
            card.draft = drafts.get(card.item.pk)
    if sees_scores:
        shown = handed_in_scores([card.item for card in cards])
        for card in cards:
            card.shown = shown[card.item.pk]
    return cards


def scores_of(user: User, assessment: Assessment) -> QuerySet[Score]:
    """The member's own scores with their items; one query."""
    rows = Score.objects.filter(assessor=user, item__assessment=assessment).order_by()
    return rows.select_related("item").only(
        "level", "reason", "version", "saved_at", "handed_in_at", "assessor", "item__consideration"
    )


def sheet_cards(
    assessment: Assessment, part: SheetPart, own: dict[int, Score], *, unscored_only: bool
) -> list[ScoreCard]:
    """The cards of one standard; a sheet of all would be too long to send. One query."""
    rows = assessment.items.in_order().select_related("consideration__indicator", "agreed_score")
    items = rows.filter(consideration__in=part.considerations)
    cards = cards_of(assessment, (i for i in items if not (unscored_only and i.pk in own)))
    for card in cards:
        card.own = own.get(card.item.pk)
    return cards


def tally(own: Iterable[Score], assessment: Assessment, chosen: str | None = None) -> Tally:
    """Count ``scores_of`` over all and per standard.

    Shown is the standard whose code was ``chosen``, else the first in which something is left.
    """
    own = list(own)
    done = {score.item.consideration_id for score in own}
    parts = []
    for standard in edition_tree(assessment.edition).standards:
        below = tuple(row.pk for part in standard.indicators for row in part.considerations)
        parts.append(SheetPart(standard, below, sum(pk in done for pk in below)))
    asked = (part for part in parts if part.row.code == chosen)
    shown = next(asked, None) or next((part for part in parts if part.left), parts[0])
    after = parts[parts.index(shown) + 1 :][:1]
    return Tally(
        total=sum(part.total for part in parts),
        scored=len(own),
        unreasoned=sum(not score.reason for score in own),
        parts=parts,
        part=shown,
        after=after[0] if after else None,
    )
