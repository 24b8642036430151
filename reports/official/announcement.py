"""ประกาศ."""

from reports.blocks import OfficialPaper, RuledLine, Text, Title
from reports.official.parts import director_place, head, office_name, official_day, said, texts
from reports.snapshot import AnnouncementSnapshot


def announcement(it: AnnouncementSnapshot) -> OfficialPaper:
    """Emblem, title, subject, rule, body, day, signature."""
    title, subject = f"ประกาศ{office_name(it.office)}", f"เรื่อง {said(it.subject)}"
    return OfficialPaper(
        title=f"{title} {subject}",
        office=office_name(it.office),
        blocks=(
            *head(it.office, it.seal),
            Title(text=title, level=1),
            Title(text=subject),
            RuledLine(),
            *texts(it.body),
            *texts(it.correction),
            Text(text=f"ประกาศ ณ วันที่ {official_day(it.signed_on)}", indent=0, align="centre"),
            director_place(it.signature, it.office),
        ),
        draft=it.draft,
    )
