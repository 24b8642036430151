"""Standing phrases: the wording an office's papers start from, its own or the usual one.

A phrase is text with named places such as ``{year}``. Only the names of ``FIELDS`` are places;
any other brace is plain text to ``filled`` and named by ``unknown_fields`` and ``lone_braces``
before it is kept. The usual wording is official text, hence Thai in every language of the screen.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people.models import Office
from workflow.models import StandingPhrase

PLACE = re.compile(r"\{([^{}]*)\}")
DOTS = "…………………"  # where a word is not known yet, as a paper leaves it for the pen

# What may stand between braces, and what each is.
FIELDS = {
    "year": _("Fiscal year (BE)"),
    "office": _("Full name of the office"),
    "short_name": _("Short name of the office"),
    "director": _("Position of the director, with the office"),
    "subject": _("Subject of the order"),
    "meeting": _("What the meeting is called"),
    "date": _("Day of the meeting"),
    "time": _("Time of the meeting"),
    "place": _("Place of the meeting"),
}
OFFICE_FIELDS = ("year", "office", "short_name", "director")
MEMO_FIELDS = (*OFFICE_FIELDS, "subject")
MEETING_FIELDS = (*OFFICE_FIELDS, "meeting", "date", "time", "place")

GROUPS = {
    "announcement": _("Announcement"),
    "order": _("Appointment order"),
    "memo": _("Memo"),
    "invitation": _("Invitation to a meeting"),
    "minutes": _("Minutes"),
}


@dataclass(frozen=True)
class Phrase:
    """One phrase; ``one_line`` ones stand in a paper's head and hold no line break."""

    label: str | Promise
    group: str
    default: str
    fields: tuple[str, ...] = OFFICE_FIELDS
    one_line: bool = False


PHRASES: dict[str, Phrase] = {
    # -- ประกาศ -----------------------------------------------------------------
    "announcement_subject": Phrase(
        _("Subject"),
        "announcement",
        "กำหนดให้มาตรฐานสำนักงานเขตพื้นที่การศึกษาเป็นวาระร่วม ประจำปีงบประมาณ พ.ศ. {year}",
        one_line=True,
    ),
    "announcement_reason": Phrase(
        _("Reason"),
        "announcement",
        "ด้วยกระทรวงศึกษาธิการได้ประกาศใช้มาตรฐานสำนักงานเขตพื้นที่การศึกษา เพื่อให้สำนักงานเขตพื้นที่การศึกษา"
        "ใช้เป็นแนวทางในการพัฒนาคุณภาพการบริหารจัดการ และเป็นหลักในการประเมินตนเองของหน่วยงาน",
    ),
    "announcement_text": Phrase(
        _("Text"),
        "announcement",
        "เพื่อให้การดำเนินงานตามมาตรฐานสำนักงานเขตพื้นที่การศึกษา ประจำปีงบประมาณ พ.ศ. {year} "
        "เป็นไปอย่างทั่วถึงและบรรลุผลตามเป้าหมาย {office} จึงกำหนดให้มาตรฐานสำนักงานเขตพื้นที่การศึกษา"
        "เป็นวาระร่วมกันของทุกกลุ่มงาน โดยให้รองผู้อำนวยการสำนักงานเขตพื้นที่การศึกษาและผู้อำนวยการกลุ่มทุกกลุ่ม"
        "กำกับดูแลอย่างชัดเจน\n"
        "ให้บุคลากรในสังกัดทุกคนรับทราบและร่วมดำเนินงานในส่วนที่เกี่ยวข้อง โดยยึดหลักการมีส่วนร่วม"
        "และการบูรณาการการดำเนินงาน",
    ),
    # -- คำสั่ง ------------------------------------------------------------------
    "order_subject": Phrase(
        _("Subject"),
        "order",
        "แต่งตั้งคณะกรรมการดำเนินงานตามมาตรฐานสำนักงานเขตพื้นที่การศึกษา ประจำปีงบประมาณ พ.ศ. {year}",
        one_line=True,
    ),
    "order_reason": Phrase(
        _("Reason"),
        "order",
        "เพื่อให้การดำเนินงานตามมาตรฐานสำนักงานเขตพื้นที่การศึกษา ประจำปีงบประมาณ พ.ศ. {year} ของ{office} "
        "เป็นไปด้วยความเรียบร้อย มีประสิทธิภาพ และบรรลุผลตามเป้าหมาย",
    ),
    "order_power": Phrase(
        _("Power relied on"),
        "order",
        "อาศัยอำนาจตามความในมาตรา 37 แห่งพระราชบัญญัติระเบียบบริหารราชการกระทรวงศึกษาธิการ พ.ศ. 2546 "
        "และที่แก้ไขเพิ่มเติม จึงแต่งตั้งคณะกรรมการดำเนินงาน ดังต่อไปนี้",
    ),
    "order_duties_adviser": Phrase(
        _("Duties of the advisers"),
        "order",
        "ให้คำปรึกษา เสนอแนะ และสนับสนุนการดำเนินงานตามมาตรฐานสำนักงานเขตพื้นที่การศึกษา",
    ),
    "order_duties_steering": Phrase(
        _("Duties of the steering committee"),
        "order",
        "กำหนดแนวทาง อำนวยความสะดวก กำกับ ติดตาม และแก้ไขปัญหาการดำเนินงาน "
        "และพิจารณาผลการประเมินตนเองในภาพรวม",
    ),
    "order_duties_working": Phrase(
        _("Duties of the working committees"),
        "order",
        "ดำเนินงานตามมาตรฐาน รวบรวมข้อมูลและหลักฐาน ประเมินตนเองตามประเด็นการพิจารณา "
        "และจัดทำรายงานการประเมินตนเองในมาตรฐานที่รับผิดชอบ",
    ),
    "order_duties_supervisor": Phrase(
        _("Duties of the supervisors"),
        "order",
        "กำกับดูแล ติดตาม เร่งรัดการดำเนินงาน และตรวจสอบความถูกต้องครบถ้วนของตัวบ่งชี้ที่รับผิดชอบ",
    ),
    "order_duties_collector": Phrase(
        _("Duties of the collectors"),
        "order",
        "จัดเก็บข้อมูล หลักฐาน และเขียนผลการดำเนินงานตามประเด็นการพิจารณาที่รับผิดชอบ",
    ),
    # -- บันทึกข้อความ ----------------------------------------------------------
    "memo_subject": Phrase(_("Subject"), "memo", "ขออนุมัติ{subject}", MEMO_FIELDS, one_line=True),
    "memo_to": Phrase(_("Addressed to"), "memo", "{director}", MEMO_FIELDS, one_line=True),
    "memo_origin": Phrase(
        _("Origin of the matter"),
        "memo",
        "ตามที่{office} ได้ประกาศกำหนดให้มาตรฐานสำนักงานเขตพื้นที่การศึกษาเป็นวาระร่วมของทุกกลุ่มงาน "
        "ประจำปีงบประมาณ พ.ศ. {year} และได้ประชุมชี้แจงบุคลากรในสังกัด พร้อมทั้งกำหนดผู้กำกับดูแลมาตรฐาน "
        "ผู้กำกับดูแลตัวบ่งชี้ และผู้จัดเก็บข้อมูลประเด็นการพิจารณาไว้แล้ว นั้น",
        MEMO_FIELDS,
    ),
    "memo_facts": Phrase(
        _("Facts and considerations"),
        "memo",
        "เพื่อให้การดำเนินงานและการประเมินตนเองตามมาตรฐานสำนักงานเขตพื้นที่การศึกษาเป็นไปด้วยความเรียบร้อย "
        "มีประสิทธิภาพ และบรรลุผลตามเป้าหมาย เห็นควรแต่งตั้งคณะกรรมการอำนวยการ คณะกรรมการดำเนินงาน"
        "รายมาตรฐาน ผู้กำกับดูแล และผู้จัดเก็บข้อมูล โดยมีรายชื่อและหน้าที่ตามร่างคำสั่งที่เสนอมาพร้อมนี้\n"
        "ทั้งนี้ การแต่งตั้งดังกล่าวเป็นอำนาจของ{director} ตามมาตรา 37 แห่งพระราชบัญญัติ"
        "ระเบียบบริหารราชการกระทรวงศึกษาธิการ พ.ศ. 2546 และที่แก้ไขเพิ่มเติม",
        MEMO_FIELDS,
    ),
    "memo_request": Phrase(
        _("Request"),
        "memo",
        "จึงเรียนมาเพื่อโปรดพิจารณา หากเห็นชอบโปรดอนุมัติและลงนามในคำสั่งที่เสนอมาพร้อมนี้",
        MEMO_FIELDS,
    ),
    "memo_endorsed": Phrase(
        _("Words of the deputy who endorses"),
        "memo",
        "เห็นควรอนุมัติและลงนามในคำสั่ง",
        MEMO_FIELDS,
        one_line=True,
    ),
    "memo_approved": Phrase(
        _("Words of the director who approves"),
        "memo",
        "อนุมัติ และลงนามในคำสั่งแล้ว",
        MEMO_FIELDS,
        one_line=True,
    ),
    # -- หนังสือเชิญประชุม --------------------------------------------------------
    "invitation_subject": Phrase(
        _("Subject"), "invitation", "ขอเชิญเข้าร่วม{meeting}", MEETING_FIELDS, one_line=True
    ),
    "invitation_to": Phrase(
        _("Addressed to"),
        "invitation",
        "ผู้มีรายชื่อตามบัญชีแนบท้าย",
        MEETING_FIELDS,
        one_line=True,
    ),
    "invitation_opening": Phrase(
        _("Opening"),
        "invitation",
        "ด้วย{office} กำหนดจัด{meeting} ในวันที่ {date} เวลา {time} ณ {place} "
        "ตามระเบียบวาระการประชุมที่แนบมาพร้อมนี้",
        MEETING_FIELDS,
    ),
    "invitation_closing": Phrase(
        _("Closing"),
        "invitation",
        "จึงเรียนมาเพื่อโปรดเข้าร่วมประชุมตามวัน เวลา และสถานที่ดังกล่าวโดยพร้อมเพรียงกัน",
        MEETING_FIELDS,
    ),
    # -- รายงานการประชุม ---------------------------------------------------------
    "minutes_opening": Phrase(
        _("Opening"),
        "minutes",
        "ประธานกล่าวเปิดประชุม และดำเนินการประชุมตามระเบียบวาระ ดังต่อไปนี้",
        MEETING_FIELDS,
    ),
    "minutes_closing": Phrase(
        _("Closing"),
        "minutes",
        "เมื่อไม่มีผู้ใดเสนอเรื่องอื่นเพิ่มเติม ประธานกล่าวขอบคุณผู้เข้าร่วมประชุม และกล่าวปิดประชุม",
        MEETING_FIELDS,
    ),
}


# -- reading ----------------------------------------------------------------------
def templates_of(office: Office) -> dict[str, str]:
    """Each phrase's template by name: the office's own where it has one. One query."""
    usual = {name: phrase.default for name, phrase in PHRASES.items()}
    return usual | own_templates(office)


def template_of(office: Office, name: str) -> str:
    """The template of one phrase."""
    own = StandingPhrase.objects.filter(office=office, name=name).first()
    return own.text if own else PHRASES[name].default


def own_templates(office: Office) -> dict[str, str]:
    """The phrases that the office worded itself."""
    rows = StandingPhrase.objects.filter(office=office, name__in=PHRASES)
    return dict(rows.values_list("name", "text"))


def office_words(office: Office, *, year: int) -> dict[str, str]:
    """The words of ``OFFICE_FIELDS``; ``year`` is พ.ศ."""
    return {
        "year": str(year),
        "office": office.name,
        "short_name": office.short_name,
        "director": f"ผู้อำนวยการ{office.name}",
    }


def filled(template: str, words: Mapping[str, str]) -> str:
    """The template with its places filled; nothing in it is ever run or looked up elsewhere.

    A known field without a word prints dots. Braces that name no field stay as they are, and
    braces inside the words are not filled again.
    """

    def word(found: re.Match[str]) -> str:
        name = found[1]
        if name not in FIELDS:
            return found[0]
        value = words.get(name)
        return str(value) if value else DOTS

    return PLACE.sub(word, template)


# -- checking ---------------------------------------------------------------------
def unknown_fields(name: str, template: str) -> list[str]:
    """What stands in braces and is no field of this phrase, each once, in order."""
    allowed = PHRASES[name].fields
    return list(dict.fromkeys(text for text in PLACE.findall(template) if text not in allowed))


def lone_braces(template: str) -> bool:
    """Whether a brace stands without its partner, so that its field would be printed as typed."""
    rest = PLACE.sub("", template)
    return "{" in rest or "}" in rest


def nearest(name: str, unknown: str) -> str:
    """The field that was probably meant, or an empty string."""
    close = get_close_matches(unknown.strip().lower(), PHRASES[name].fields, n=1, cutoff=0.6)
    return close[0] if close else ""
