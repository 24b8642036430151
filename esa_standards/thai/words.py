"""Words of our field that browsers break inside a syllable: their dictionaries do not know them.

Found by running a browser's own word segmenter over the catalogue, the process text and our
messages (``การบู|รณาการ``, ``ธร|รมาภิบาล``, ``กระจา|ยอำนา|จ``).
"""

import re

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
UNBROKEN_PATTERN = re.compile(
    "|".join(map(re.escape, sorted(UNBROKEN, key=lambda word: (-len(word), word))))
)
