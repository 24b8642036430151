"""บันทึกข้อความ that puts an order before the director."""

from reports.blocks import Block, Heading, OfficialPaper, Pair, SignaturePlace, Text
from reports.official.parts import (
    DIRECTOR,
    DOTTED_NAME,
    memo_head,
    number,
    office_name,
    plain_day,
    said,
    sealed,
    signed_by,
    texts,
)
from reports.snapshot import MemoSnapshot, OfficeCard, Opinion

DEPUTY_SAYS, DIRECTOR_SAYS = "ความเห็นของรองผู้อำนวยการ", "คำสั่งของผู้อำนวยการ"
LONGEST_BESIDE = 220  # letters of an opinion that fit beside another
PEN_LINE = ".............................................................."


def memo(it: MemoSnapshot) -> OfficialPaper:
    """Origin, facts and request; the proposer's signature; opinions with room for pens."""
    subject = f"เรื่อง {said(it.subject)}"
    return OfficialPaper(
        title=f"บันทึกข้อความ {subject}",
        office=office_name(it.office),
        blocks=(
            *sealed(it.seal),
            *memo_head(
                it.office,
                department=it.department,
                number=number(it.number, it.year),
                day=it.dated,
                subject=it.subject,
                to=it.to,
            ),
            *texts(it.origin),
            *texts(it.facts),
            *texts(it.request),
            *texts(it.correction),
            SignaturePlace(lines=signed_by(it.signature) or (DOTTED_NAME,)),
            *_opinions(it.opinions, it.office),
        ),
        draft=it.draft,
    )


def _opinions(opinions: tuple[Opinion, ...], office: OfficeCard) -> tuple[Block, ...]:
    """Two short ones side by side, so that the memo stays one page; else one after another."""
    heads = (DEPUTY_SAYS,) * (len(opinions) - 1) + (DIRECTOR_SAYS,)
    given = list(zip(heads, opinions, strict=True))
    if len(given) == 2 and all(len(opinion.opinion) <= LONGEST_BESIDE for opinion in opinions):
        left, right = (_place(head, opinion, office, (head,)) for head, opinion in given)
        return (Pair(left=left, right=right),)
    return tuple(block for head, opinion in given for block in _stacked(head, opinion, office))


def _stacked(head: str, opinion: Opinion, office: OfficeCard) -> tuple[Block, ...]:
    """A heading, what was written, and the pen's place: a long opinion may begin a page."""
    return (
        Heading(text=head),
        *(Text(text=line, align="left") for line in _written(opinion)),
        _place(head, opinion, office, None),
    )


def _place(
    head: str, opinion: Opinion, office: OfficeCard, above: tuple[str, ...] | None
) -> SignaturePlace:
    position = f"{'รอง' if head == DEPUTY_SAYS else ''}{DIRECTOR}{office.name}"
    lines = (*signed_by(opinion.signature, position), plain_day(opinion.dated))
    words = () if above is None else (*above, *_written(opinion))
    return SignaturePlace(lines=lines, words=words)


def _written(opinion: Opinion) -> tuple[str, ...]:
    """What was decided and why; dotted lines while nobody decided."""
    lines = (opinion.words, *opinion.opinion.splitlines())
    return tuple(filter(None, map(said, lines))) or (PEN_LINE, PEN_LINE)
