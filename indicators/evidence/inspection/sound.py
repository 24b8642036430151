"""MP3: frames that follow one another, perhaps behind a tag. Nothing is decoded."""

from typing import BinaryIO

TAG, TAG_HEAD = b"ID3", 10
FRAMES = 3  # in a row are no chance
MOST_BLANK = 64 * 1024  # zeros between the tag and the first frame
# Thousands of bits a second by version (1, or 2 and 2.5), and samples a second by version.
RATES = {
    True: (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
SAMPLES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}


def is_mp3(file: BinaryIO) -> bool:
    """Whether the file begins, behind its tag, with frames of MPEG layer III."""
    at, seen = _behind_tag(file), 0
    while seen < FRAMES:
        file.seek(at)
        head = file.read(4)
        length = _frame(head)
        if not length:
            return seen > 0 and len(head) < 4  # a very short one
        at, seen = at + length, seen + 1
    return True


def _behind_tag(file: BinaryIO) -> int:
    """Where the first frame is to be expected."""
    file.seek(0)
    head = file.read(TAG_HEAD)
    if not head.startswith(TAG) or len(head) < TAG_HEAD or max(head[6:10]) > 0x7F:
        return 0
    size = 0
    for byte in head[6:10]:
        size = size << 7 | byte
    at = TAG_HEAD + size + (TAG_HEAD if head[5] & 0x10 else 0)
    file.seek(at)
    blank = file.read(MOST_BLANK)
    return at + len(blank) - len(blank.lstrip(b"\0"))


def _frame(head: bytes) -> int:
    """How long the frame is that begins so; 0 when none does."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return 0
    version, rate, samples = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version not in SAMPLES or not 0 < rate < 15 or samples == 3:
        return 0
    bits = RATES[version == 3][rate - 1] * 1000
    return (144 if version == 3 else 72) * bits // SAMPLES[version][samples] + (head[2] >> 1 & 1)
