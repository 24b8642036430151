"""Names in the ZIP: by code and title, fit for Windows, each once, cut between letters only."""

import unicodedata
from datetime import UTC, datetime

import pytest
import regex

from indicators.catalogue.nodes import IndicatorNode, StandardNode
from indicators.handovers.contents import (
    HandedContents,
    HandedEvidence,
    HandedFile,
    HandedIndicator,
    HandedItem,
    HandedLink,
    HandedPart,
    HandedStandard,
)
from indicators.handovers.paths import LONGEST_PATH, give_paths

AT = datetime(2017, 2, 3, 7, 5, tzinfo=UTC)
LONG = "การบริหารจัดการองค์การที่ดีตามหลักธรรมาภิบาลและการพัฒนาสู่องค์การแห่งการเรียนรู้อย่างยั่งยืน"
NAME_120 = ("ที่นี่ปั้นน้ำ" * 20)[:119] + "ก"


def piece(*names, title="แผน", links=()):
    files = [HandedFile(n, i, "0" * 64, 1, 0, whole=True) for i, n in enumerate(names)]
    found = HandedEvidence(1, title, None, None, None, 1, AT, "", "", files)
    found.links = [HandedLink("https://example.org/", label) for label in links]
    return found


def contents(*pieces, title="ประเด็น", above="มาตรฐาน", part=None):
    item = HandedItem("1.1.1", title, "", list(pieces))
    indicator = HandedIndicator("1.1", above, [item])
    return HandedContents(part or HandedPart(), [HandedStandard("1", above, [indicator])])


def placed(*pieces, **options):
    found = contents(*pieces, **options)
    give_paths(found)
    return [one.path for p in found.evidence for one in (*p.files, *p.links)]


def test_folders_have_code_and_title():
    assert placed(piece("แผน ๒๕๖๐.pdf")) == ["1 มาตรฐาน/1.1 มาตรฐาน/1.1.1 ประเด็น/แผน ๒๕๖๐.pdf"]


def test_a_part_begins_below_what_is_above_it():
    standard, indicator = StandardNode(1, "1", "", 1, ()), IndicatorNode(1, "1.1", "", 1, ())
    assert placed(piece("ก.pdf"), part=HandedPart(standard=standard)) == [
        "1.1 มาตรฐาน/1.1.1 ประเด็น/ก.pdf"
    ]
    assert placed(piece("ก.pdf"), part=HandedPart(indicator=indicator)) == ["1.1.1 ประเด็น/ก.pdf"]


def test_files_that_belong_together_get_a_folder_with_their_title():
    paths = placed(piece("หน้า 1.jpg", "หน้า 2.jpg", title="ภาพกิจกรรม: อบรม", links=["คลิป"]))
    assert [path.split("/", 3)[3] for path in paths] == [
        "ภาพกิจกรรม- อบรม/หน้า 1.jpg",
        "ภาพกิจกรรม- อบรม/หน้า 2.jpg",
        "ภาพกิจกรรม- อบรม/คลิป.url",
    ]


def test_equal_names_get_numbers_also_by_disks_that_know_no_capitals():
    paths = placed(piece("Plan.pdf"), piece("plan.PDF"), piece("plan.pdf"), piece("plan (2).pdf"))
    names = [path.rsplit("/", 1)[1] for path in paths]
    assert names == ["Plan.pdf", "plan (2).PDF", "plan (3).pdf", "plan (2) (2).pdf"]


def test_equal_titles_give_different_folders():
    paths = placed(
        piece("1.jpg", "2.jpg", title="พ.ศ. 2560"), piece("1.jpg", "2.jpg", title="พ.ศ. 2560")
    )
    assert {path.split("/")[3] for path in paths} == {"พ.ศ. 2560", "พ.ศ. 2560 (2)"}


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_name_of_120_letters_is_cut_to_what_linux_holds(form):
    name = unicodedata.normalize(form, f"{NAME_120}.docx")
    [path] = placed(piece(name), title=LONG, above=LONG)
    stem = path.rsplit("/", 1)[1].removesuffix("….docx")
    assert NAME_120.startswith(stem)
    assert regex.findall(r"\X", NAME_120)[: len(regex.findall(r"\X", stem))] == regex.findall(
        r"\X", stem
    )
    assert len(stem) > 70
    assert len(path) <= LONGEST_PATH
    assert path == unicodedata.normalize("NFC", path)


def test_every_part_of_a_path_fits_a_disk_and_stands_once():
    names = [f"{NAME_120}{end}.docx" for end in ("", "ก", "ข")]
    once = [piece(name, title=LONG * 3) for name in names]
    joined = [piece(*names, title=LONG * 3, links=[LONG * 3]) for _ in range(2)]
    paths = placed(*once, *joined, title=LONG * 3, above=LONG * 3)
    assert len(set(paths)) == len(paths) == 11
    assert max(len(path) for path in paths) <= 240
    assert max(len(name.encode()) for path in paths for name in path.split("/")) <= 255
    assert {path.rsplit(".", 1)[1] for path in paths} == {"docx", "url"}


def test_long_titles_are_cut_before_a_word():
    [path] = placed(piece("ก.pdf"), title=LONG, above=LONG)
    assert len(path) > LONGEST_PATH - 50  # little more than is needed, before a word
    assert path.count("…") == 3
    for folder, title in zip(
        path.split("/"), (f"1 {LONG}", f"1.1 {LONG}", f"1.1.1 {LONG}"), strict=False
    ):
        folder = folder.removesuffix("…")
        assert title.startswith(folder)
        assert folder.endswith(("องค์การ", "องค์การที่ดี", "หลัก", "ธรรมาภิบาล", "พัฒนา", "เรียนรู้"))
        assert "".join(regex.findall(r"\X", title)[: len(regex.findall(r"\X", folder))]) == folder


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("CON.pdf", "_CON.pdf"),
        ("nul", "_nul"),
        ("a/b\\c:d*e?.pdf", "a-b-c-d-e-.pdf"),
        ("แผน .pdf", "แผน.pdf"),
        ("แผน. . ", "แผน"),
        ("...", "-"),
        ("../../etc/passwd", "-..-etc-passwd"),
        ("gpj.\u202eexe.pdf", "gpj.exe.pdf"),
        ("บรรทัด\nใหม่.pdf", "บรรทัด ใหม่.pdf"),
    ],
)
def test_names_that_windows_does_not_take(name, safe):
    [path] = placed(piece(name))
    assert path.rsplit("/", 1)[1] == safe


def test_what_lies_on_top_keeps_its_name():
    found = contents(piece("ก.pdf"))
    found.standards[0].code, found.standards[0].title = "index.html", ""
    give_paths(found, ["index.html"])
    assert found.files[0].path.startswith("index.html (2)/")


def test_a_damaged_file_has_no_place():
    found = contents(piece("ก.pdf", "ข.pdf"))
    found.standards[0].indicators[0].items[0].evidence[0].files[0].whole = False
    give_paths(found)
    assert [file.name for file in found.files] == ["ข.pdf"]
    assert [bool(f.path) for p in found.evidence for f in p.files] == [False, True]
