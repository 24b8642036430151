"""The patched faces: one glyph stands for one Unicode string, and nothing is moved afterwards."""

from shutil import copytree

import pytest
import uharfbuzz as hb
from django.core.management import call_command
from fontTools.ttLib import TTFont

from reports.render.font import (
    CONSONANTS,
    FACES,
    LOWER,
    TONES,
    UPPER,
    build_fonts,
    covered,
    font_files,
)
from reports.render.symbols import SYMBOLS

STACKS = [
    *UPPER, *TONES, *LOWER, "ำ", "์",
    *(tone + "ำ" for tone in TONES),
    *(upper + tone for upper in UPPER for tone in TONES + "์"),
    *(lower + tone for lower in LOWER for tone in TONES + "์"),
]  # fmt: skip


@pytest.fixture(scope="module")
def shape(fonts):
    def shaped(face, text):
        font = hb.Font(hb.Face(hb.Blob.from_file_path(str(fonts / f"Paper-{face}.ttf"))))
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        buffer.cluster_level = hb.BufferClusterLevel.MONOTONE_CHARACTERS
        hb.shape(font, buffer)
        return list(zip(buffer.glyph_infos, buffer.glyph_positions, strict=True))

    return shaped


@pytest.mark.parametrize("face", FACES)
def test_every_glyph_has_a_text_of_its_own(shape, face):
    """Two glyphs in one cluster would be one string for two glyphs: text extraction breaks."""
    for base in CONSONANTS:
        for stack in STACKS:
            clusters = [info.cluster for info, _ in shape(face, base + stack)]
            assert len(clusters) == len(set(clusters)), base + stack


@pytest.mark.parametrize("face", FACES)
def test_no_letter_carries_more_than_one_mark_glyph(shape, face):
    """Two marks at one place may change their order on the way through an extractor."""
    for base in CONSONANTS + "ฤศษ":
        for stack in STACKS:
            assert len(shape(face, base + stack)) == 2, base + stack


@pytest.mark.parametrize("face", FACES)
def test_the_same_glyph_never_stands_for_two_texts(shape, face):
    meaning = {}
    for base in CONSONANTS:
        for stack in STACKS:
            text = base + stack
            run = [info for info, _ in shape(face, text)]
            ends = [info.cluster for info in run[1:]] + [len(text)]
            for info, end in zip(run, ends, strict=True):
                said = text[info.cluster : end]
                assert meaning.setdefault(info.codepoint, said) == said


@pytest.mark.parametrize("face", FACES)
def test_no_mark_is_moved_after_shaping(shape, face):
    for base in CONSONANTS:
        for stack in STACKS:
            moved = [(p.x_offset, p.y_offset) for _, p in shape(face, base + stack)]
            assert set(moved) == {(0, 0)}, base + stack


@pytest.mark.parametrize("face", FACES)
def test_the_family_is_called_paper(fonts, face):
    assert TTFont(fonts / f"Paper-{face}.ttf")["name"].getBestFamilyName() == "Paper"


@pytest.mark.parametrize("face", FACES)
def test_the_browser_gets_the_same_letters(fonts, face):
    screen, paper = (TTFont(fonts / f"Paper-{face}.{kind}") for kind in ("woff2", "ttf"))

    assert screen.flavor == "woff2"
    assert screen.getBestCmap() == paper.getBestCmap()


def test_every_covered_letter_is_in_every_face(fonts):
    for face in FACES:
        assert covered() <= set(TTFont(fonts / f"Paper-{face}.ttf").getBestCmap())


def test_check_marks_are_covered():
    assert set(map(ord, "☐☑✓" + "".join(SYMBOLS))) <= covered()


def test_a_second_build_writes_nothing(fonts):
    assert build_fonts(fonts) == []


def test_a_lost_file_is_made_again_with_the_same_bytes(fonts, settings, tmp_path, capsys):
    settings.FONT_ROOT = folder = copytree(fonts, tmp_path / "fonts")
    (folder / "Paper-Regular.woff2").unlink()

    call_command("fonts_build")
    first = capsys.readouterr().out
    call_command("fonts_build")

    assert "Paper-Regular.woff2" in first
    assert "up to date" in capsys.readouterr().out
    for path in font_files(folder):
        assert path.read_bytes() == (fonts / path.name).read_bytes()
