"""What a paper says, frozen: dataclasses and their JSON, nothing else.

`collect` fills these from the database once; `render` turns them into HTML; the JSON is kept, so
the same paper can be made again years later. Conventions every field keeps:

- Texts are plain text, never HTML; a line break starts a new paragraph; "" means nobody wrote it.
- Digits stay as typed and years are พ.ศ. integers; `render` turns digits to the office's kind.
- A score, level, weight or date nobody gave is None and printed as missing. It is never 0.
- Scores are already rounded (two places, once) by whoever computed them.
- Order of tuples is order on paper.
"""

from reports.snapshot.as_json import KINDS, Snapshot, from_json, kind_of, to_json
from reports.snapshot.cards import (
    CommitteeGroup,
    EditionCard,
    LevelCard,
    Member,
    OfficeCard,
    Person,
    SealCard,
    SignatureCard,
)
from reports.snapshot.official import (
    AgendaPoint,
    AgendaTask,
    AnnexLine,
    AnnouncementSnapshot,
    Attendant,
    InvitationSnapshot,
    MemoSnapshot,
    MinutesSnapshot,
    Opinion,
    OrderSnapshot,
)
from reports.snapshot.sar import (
    ArithmeticLine,
    ConsiderationCard,
    EvidenceLine,
    FlowchartSnapshot,
    FlowchartStep,
    GapLine,
    IndexedEvidence,
    IndicatorCard,
    MeetingNote,
    OrderCard,
    Photograph,
    Project,
    SarSnapshot,
    StandardCard,
    SummaryIndicator,
    SummarySnapshot,
    SummaryStandard,
)

__all__ = [
    "KINDS",
    "AgendaPoint",
    "AgendaTask",
    "AnnexLine",
    "AnnouncementSnapshot",
    "ArithmeticLine",
    "Attendant",
    "CommitteeGroup",
    "ConsiderationCard",
    "EditionCard",
    "EvidenceLine",
    "FlowchartSnapshot",
    "FlowchartStep",
    "GapLine",
    "IndexedEvidence",
    "IndicatorCard",
    "InvitationSnapshot",
    "LevelCard",
    "MeetingNote",
    "Member",
    "MemoSnapshot",
    "MinutesSnapshot",
    "OfficeCard",
    "Opinion",
    "OrderCard",
    "OrderSnapshot",
    "Person",
    "Photograph",
    "Project",
    "SarSnapshot",
    "SealCard",
    "SignatureCard",
    "Snapshot",
    "StandardCard",
    "SummaryIndicator",
    "SummarySnapshot",
    "SummaryStandard",
    "from_json",
    "kind_of",
    "to_json",
]
