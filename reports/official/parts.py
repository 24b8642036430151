"""What several official papers share: heads, signatures, dotted places, paragraphs, names."""

from datetime import date

import thai
from reports.blocks import Block, Emblem, Field, Fields, SealMark, SignaturePlace, Text, Title
from reports.render.filters import num
from reports.snapshot import OfficeCard, SealCard, SignatureCard

DIRECTOR = "ผู้อำนวยการ"
DOTS = "............"  # a number that somebody still has to write
DOTTED_DAY = "......................................"
DOTTED_NAME = "(......................................................)"


def said(text: object) -> str:
    """One line of text in Thai digits; `official.paper_of` makes others of them."""
    return " ".join(num(text, True).split())


def lines_of(text: str) -> tuple[str, ...]:
    """What is written, a line each; nothing for nothing."""
    return tuple(filter(None, map(said, text.splitlines())))


def texts(text: str) -> tuple[Text, ...]:
    """A paragraph for each line."""
    return tuple(Text(text=line) for line in lines_of(text))


def office_name(office: OfficeCard) -> str:
    """As the office is called, in Thai digits."""
    return said(office.name)


def number(written: str, year: int) -> str:
    """``๑๒/๒๕๖๐``; dots where the number is not given yet."""
    return f"{said(written) or DOTS}/{said(year)}"


def plain_day(day: date | None) -> str:
    """``๑ ตุลาคม ๒๕๕๙``; dots where a pen has to write it."""
    return thai.format_date(day, "long", True) if day else DOTTED_DAY


def official_day(day: date | None) -> str:
    """``๑ ตุลาคม พ.ศ. ๒๕๕๙``; dots where the director's pen still has to write it."""
    return thai.format_official_date(day) if day else DOTTED_DAY


def head(office: OfficeCard, seal: SealCard | None) -> tuple[Block, ...]:
    """The large emblem; before it the seal, which stands at the foot of the first page."""
    return (*sealed(seal), Emblem(sha256=office.emblem))


def sealed(seal: SealCard | None) -> tuple[Block, ...]:
    """The QR code and its words; nothing on a paper that bears no seal."""
    if seal is None:
        return ()
    return (SealMark(code=seal.code, url=seal.url, history=seal.history),)


def memo_head(
    office: OfficeCard, *, department: str, number: str, day: date | None, subject: str, to: str
) -> tuple[Block, ...]:
    """Small emblem, heading, and the four lines every บันทึกข้อความ begins with."""
    return (
        Emblem(sha256=office.emblem, size="small"),
        Title(text="บันทึกข้อความ", level=1),
        Field(label="ส่วนราชการ", text=said(department)),
        Fields(
            fields=(
                Field(label="ที่", text=number),
                Field(label="วันที่", text=plain_day(day)),
            )
        ),
        Field(label="เรื่อง", text=said(subject)),
        Text(text=f"เรียน {said(to)}", indent=0, align="left"),
    )


def signed_by(signature: SignatureCard | None, position: str = "") -> tuple[str, ...]:
    """The lines under the pen; without a person a dotted name over ``position``."""
    if signature is None:
        return tuple(filter(None, (DOTTED_NAME, said(position))))
    acting = f"{thai.names.ACTING} {said(signature.acting_for)}" if signature.acting_for else ""
    return tuple(filter(None, (f"({said(signature.name)})", said(signature.position), acting)))


def director_place(signature: SignatureCard | None, office: OfficeCard) -> SignaturePlace:
    """Where the director signs: with the name, or empty for the pen."""
    return SignaturePlace(lines=signed_by(signature, f"{DIRECTOR}{office.name}"))
