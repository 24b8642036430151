"""How Thai papers put names and signatures together.

Spacing after สำนักงานราชบัณฑิตยสภา, หลักเกณฑ์การเว้นวรรค: a title that is part of the address
(นาย นาง นางสาว คุณหญิง …) touches the name (ข้อ ๒), a rank stands off by a space (ข้อ ๑.๒.๘).
"""

# Titles written without a space. Whatever is not here (ranks such as ว่าที่ ร.ต., academic
# titles such as ดร. and ผศ., a prefix nobody foresaw) stands off by one.
JOINED_PREFIXES = frozenset(
    [
        *("นาย", "นาง", "นางสาว", "น.ส.", "เด็กชาย", "เด็กหญิง", "ด.ช.", "ด.ญ."),
        *("คุณ", "คุณหญิง", "ท่านผู้หญิง", "หม่อม", "หม่อมหลวง", "หม่อมราชวงศ์", "ม.ล.", "ม.ร.ว."),
        *("นายแพทย์", "แพทย์หญิง", "ทันตแพทย์", "ทันตแพทย์หญิง", "นพ.", "พญ.", "ทพ.", "ทพญ."),
        *("พระ", "พระครู", "พระมหา", "พระปลัด", "แม่ชี"),
    ]
)
ACTING = "รักษาราชการแทน"


def full_name(prefix: str | None, given: str | None, family: str | None) -> str:
    """``นายสมชาย ใจดี``, ``ว่าที่ ร.ต. สมชาย ใจดี``: missing parts leave no stray space."""
    prefix, given, family = (" ".join((part or "").split()) for part in (prefix, given, family))
    first = f"{prefix}{given}" if prefix in JOINED_PREFIXES else f"{prefix} {given}"
    return f"{first.strip()} {family}".strip()


def signature_position(own_position: str, acting_position: str | None = None) -> str:
    """The line under a signature: the own position, or ``<own> รักษาราชการแทน <position>``.

    พระราชบัญญัติระเบียบบริหารราชการแผ่นดิน พ.ศ. 2534 มาตรา 41–48: who acts has the powers of
    the position, and says so by naming both.
    """
    if not acting_position:
        return own_position
    return f"{own_position} {ACTING} {acting_position}".strip()
