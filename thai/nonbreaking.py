"""Words of our field that stay whole: line breaking, by dictionary or not, tears them.

Browsers break some inside a syllable, as their dictionaries do not know them (``การบู|รณาการ``,
``ธร|รมาภิบาล``): found by running a browser's own word segmenter over the catalogue, the process
text and our messages. Others are official terms that both browsers and libthai take apart at a
syllable's end (``ผู้|อำนวย|การ``), which readers of official papers take for a slip.
"""

import re
from collections.abc import Iterable

UNBROKEN = (
    "กระจายอำนาจ",
    "กรอบหลักสูตร",
    "กรอบความคิด",
    "การบูรณาการ",
    "ก.ต.ป.น.",
    "ฉก.ชน.",
    "ธรรมาภิบาล",
    "นวัตกรรม",
    "บูรณาการ",
    "ผลกระทบ",
    "ผลสัมฤทธิ์",
    "สัมฤทธิผล",
)
# None longer than a narrow column of a table: what does not fit is torn anywhere. Hence the
# parts of an office's name and not the name.
TERMS = (
    "กรรมการ",
    "กระทรวงศึกษาธิการ",
    "การจัดการศึกษา",
    "การประชุม",
    "การประเมิน",
    "การศึกษา",
    "การเงิน",
    "ขั้นพื้นฐาน",
    "คณะกรรมการ",
    "คณะทำงาน",
    "ครบกำหนด",
    "ครบถ้วน",
    "งบประมาณ",
    "จัดการศึกษา",
    "ชำนาญการ",
    "ชำนาญการพิเศษ",
    "ดำเนินการ",
    "ดำเนินงาน",
    "ดุลยเดช",
    "ตัวบ่งชี้",
    "ทางไกล",
    "ที่ประชุม",
    "ที่ปรึกษา",
    "ที่อยู่",
    "บัญชีแนบท้าย",
    "บันทึกข้อความ",
    "ปฏิบัติการ",
    "ปฏิบัติราชการ",
    "ปรมินทรมหาภูมิพลอดุลยเดช",
    "ประจำปีงบประมาณ",
    "ประถมศึกษา",
    "ประธานกรรมการ",
    "ประเด็นการพิจารณา",
    "ปิดประชุม",
    "ปีงบประมาณ",
    "ผู้กำกับดูแล",
    "ผู้จัดเก็บข้อมูล",
    "ผู้ช่วยเลขานุการ",
    "ผู้รับผิดชอบ",
    "ผู้อำนวยการ",
    "พระราชบัญญัติ",
    "พร้อมนี้",
    "พึงพอใจ",
    "ภูมิพลอดุลยเดช",
    "มัธยมศึกษา",
    "มีส่วนร่วม",
    "รองประธาน",
    "รองผู้อำนวยการ",
    "ระเบียบวาระ",
    "รักษาราชการแทน",
    "รับผิดชอบ",
    "วันทำการ",
    "วันหยุด",
    "วันแม่แห่งชาติ",
    "ศึกษาธิการ",
    "สารสนเทศ",
    "สำนักงาน",
    "ส่วนร่วม",
    "อำนวยการ",
    "หลักฐาน",
    "เขตพื้นที่การศึกษา",
    "เชี่ยวชาญ",
    "เชื่อมต่อ",
    "เปิดประชุม",
    "เป็นเลิศ",
    "เป้าหมาย",
)


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """The longest first, so that a word is not found inside a longer one of the list."""
    return re.compile("|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word)))))


WHOLE_PATTERN = _any_of({*UNBROKEN, *TERMS})
