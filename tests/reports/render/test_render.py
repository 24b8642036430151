"""Snapshot to HTML. No `django_db` mark here: any query fails."""

import re
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from typing import get_args

import pytest
from django.conf import settings

from reports.blocks import Block
from reports.render.filters import num, paragraphs, weight
from reports.render.html import blobs_of, keep_pairs, printable, to_html
from reports.render.symbols import REPLACEMENT
from reports.snapshot import KINDS
from tests.factories import papers
from tests.factories.official import make_example
from thai import MISSING

EXAMPLES = {kind: make_example(kind) for kind in KINDS}


def words(html: str) -> str:
    """What a reader sees: no tags, no titles, one space between words."""
    html = re.sub(r"<title>.*?</title>|<text.*?</text>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", html))


def in_order(text: str, parts: list[str]) -> bool:
    places = [text.find(part) for part in parts]
    return -1 not in places and places == sorted(places)


# -- every paper -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_snapshot_gives_the_same_html(kind):
    assert to_html(EXAMPLES[kind]) == to_html(EXAMPLES[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_what_people_typed_is_escaped(kind):
    nasty = "<img src=x onerror=alert(1)>&"
    office = replace(papers.OFFICE, name=nasty)

    html = to_html(replace(EXAMPLES[kind], office=office))

    assert "<img src=x" not in html
    assert "&lt;img src=x" in html


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"flowchart"}))
def test_a_draft_says_so_and_an_approved_paper_does_not(kind):
    assert "draft.css" in to_html(replace(EXAMPLES[kind], draft=True))
    assert "draft.css" not in to_html(replace(EXAMPLES[kind], draft=False))


@pytest.mark.parametrize("kind", ["sar", "summary"])
def test_an_unverified_edition_is_named_as_such(kind):
    notice = "ยังไม่ได้ตรวจทานกับประกาศฉบับจริง"
    verified = replace(EXAMPLES[kind].edition, verified=True)

    assert notice in to_html(EXAMPLES[kind])
    assert notice not in to_html(replace(EXAMPLES[kind], edition=verified))


def test_digits_follow_the_office():
    arabic = replace(papers.OFFICE, digits="arabic")

    assert "พ.ศ. ๒๕๖๐" in words(to_html(papers.make_sar()))
    assert "พ.ศ. 2560" in words(to_html(papers.make_sar(office=arabic)))


@pytest.mark.parametrize("kind", ["order", "announcement", "memo", "invitation", "minutes"])
def test_digits_of_official_papers_follow_the_office(kind):
    arabic = replace(papers.OFFICE, digits="arabic")

    usual = to_html(EXAMPLES[kind])
    html = to_html(replace(EXAMPLES[kind], office=arabic))

    assert "๒๕๖๐" in words(usual)
    assert "asset:digits-thai.css" in usual
    assert "2560" in words(html)
    assert "asset:digits-arabic.css" in html
    assert not re.search("[๐-๙]", html)


def test_an_emoji_becomes_a_box_and_does_not_stop_the_report():
    html = to_html(papers.make_announcement(body="สำเร็จ 🎉 แล้ว"))

    assert f"สำเร็จ {REPLACEMENT} แล้ว" in html


def test_only_assets_and_blobs_are_addressed():
    html = to_html(papers.make_sar(photographs=papers.make_photographs(2)))

    addresses = set(re.findall(r'(?:src|href)="([^"#][^":]*:)', html))
    assert addresses == {"asset:", "blob:"}


def test_blobs_of_lists_photographs_and_the_emblem():
    office = replace(papers.OFFICE, emblem="e")

    assert blobs_of(papers.make_sar(office=office, photographs=papers.make_photographs(5))) == {
        "e", "photo-0", "photo-1", "photo-2", "photo-3",
    }  # fmt: skip
    assert blobs_of(papers.make_flowchart()) == set()


# -- order and announcement ------------------------------------------------------------


def test_order_parts_stand_in_the_order_of_the_regulation():
    parts = [
        'class="emblem large"',
        "คำสั่งสำนักงานเขตพื้นที่การศึกษาประถมศึกษาสกลนคร",
        "ที่ ๒๑๕/๒๕๕๙",
        "เรื่อง แต่งตั้งคณะกรรมการ",
        'class="rule"',
        "สำนักงานเขตพื้นที่การศึกษาได้ดำเนินการ",
        "อาศัยอำนาจตามความใน",
        "คณะกรรมการที่ปรึกษา",
        "มีหน้าที่",
        "คณะกรรมการอำนวยการ",
        "คณะกรรมการดำเนินงาน มาตรฐานที่ ๑",
        "คณะกรรมการดำเนินงาน มาตรฐานที่ ๓",
        "ทั้งนี้ ตั้งแต่บัดนี้เป็นต้นไป",
        "สั่ง ณ วันที่ ๑ ธันวาคม",
        '(นายรอง</span> <span class="name">รักษาการ)',
        'รองผู้อำนวยการ<span class="office">สำนักงานเขตพื้นที่การศึกษา</span></p>',
        "รักษาราชการแทน ผู้อำนวยการ",
        "บัญชีแนบท้ายคำสั่ง",
    ]
    html = to_html(papers.make_order())
    html = html[html.index("<body") :]

    places, start = [], 0
    for part in parts:
        start = html.find(part, start)
        assert start >= 0, part
        places.append(start)
    assert places == sorted(places)


def test_the_template_knows_every_kind_of_block():
    """A kind is a class's name: one that nobody asks for would vanish from the paper."""
    path = settings.BASE_DIR / "templates/reports/render/official.html"
    asked = set(re.findall(r'part\.kind == "(\w+)"', path.read_text(encoding="utf-8")))
    assert asked == {block.__name__.lower() for block in get_args(Block)}


def test_announcement_parts_stand_in_order():
    html = to_html(papers.make_announcement())
    body = html[html.index("<body") :]

    assert in_order(
        body,
        [
            'class="emblem large"', "ประกาศสำนักงานเขต", "เรื่อง กำหนดมาตรฐาน", 'class="rule"',
            "ได้ดำเนินการวิเคราะห์", "ประกาศ ณ วันที่ ๑๐ ตุลาคม", "(นายผู้อำนวยการ",
        ],
    )  # fmt: skip


def test_a_paper_not_signed_yet_leaves_dotted_places():
    html = to_html(papers.make_order(number="", signed_on=None, signature=None))

    assert "ที่ ............/๒๕๕๙" in words(html)
    assert "สั่ง ณ วันที่ ......" in words(html)
    assert "(......" in words(html)


def test_the_emblem_is_shown_or_its_place_stays_blank():
    with_emblem = replace(papers.OFFICE, emblem="abc")

    assert '<img src="blob:abc" alt="ตราครุฑ">' in to_html(papers.make_order(office=with_emblem))
    assert '<div class="emblem large"></div>' in to_html(papers.make_order())


def test_a_group_without_members_says_that_nothing_is_known():
    empty = replace(papers.make_groups()[0], members=())

    assert MISSING in to_html(papers.make_order(groups=(empty,), annex=()))


# -- the SAR -----------------------------------------------------------------------------


def test_sar_parts_stand_in_order():
    html = to_html(papers.make_sar())

    assert in_order(
        html[html.index("<body") :],
        [
            'class="cover"', 'id="preface"', 'id="contents"', 'id="executive"', "<svg",
            'id="part1"', 'id="part2"', 'id="s1"', 'id="i1.1"', 'id="c1.1.1"', 'id="c3.6.2"',
            'id="part3"', 'id="annex-order"', 'id="annex-minutes"', 'id="annex-evidence"',
            'id="annex-photographs"',
        ],
    )  # fmt: skip


def test_everything_of_a_consideration_stands_in_reading_order():
    consideration = papers.make_sar().standards[0].indicators[0].considerations[0]
    html = to_html(papers.make_sar())
    part = words(html[html.index('id="c1.1.1"') - 5 : html.index('id="c1.1.2"')])

    assert in_order(
        part,
        [
            "ประเด็นที่ ๑.๑.๑ " + consideration.title,
            "นางสาวบุคลากร คนที่20",
            num(consideration.narrative.splitlines()[0], True),
            num(consideration.narrative.splitlines()[1], True),
            num(consideration.result, True),
            *(line.title for line in consideration.evidence),
            "คะแนน ๔ ระดับคุณภาพ ดีมาก",
            num(consideration.reason, True),
        ],
    )


def test_a_missing_score_is_missing_and_never_zero():
    standards = papers.make_sar().standards
    bare = [
        replace(
            s,
            score=None,
            indicators=tuple(
                replace(
                    i,
                    score=None,
                    considerations=tuple(replace(c, level=None) for c in i.considerations),
                )
                for i in s.indicators
            ),
        )
        for s in standards
    ]
    html = to_html(papers.make_sar(standards=tuple(bare), arithmetic=(), score=None))
    shown = words(html[html.index("<body") :])

    assert "คะแนน ๐" not in shown
    assert not re.search(r"(?<![๐-๙.])๐\.๐๐", shown)
    assert shown.count("ผลการประเมิน ยังไม่มีข้อมูล") == 42


def test_a_chart_bar_without_score_says_so_and_has_no_length():
    html = to_html(papers.make_sar())
    chart = html[html.index("<svg") : html.index("</svg>")]

    assert chart.count("stroke-dasharray") == 2  # indicator 2.3 and with it standard 2
    assert "ตัวบ่งชี้ที่ ๒.๓ ยังไม่มีข้อมูล" in chart[: chart.index("</title>")]


def test_an_empty_sar_says_missing_in_every_part():
    empty = papers.make_sar(
        standards=(), committee=(), meetings=(), evidence_index=(), arithmetic=(), order=None,
        director=None, basic_info="", conclusion="", unscored=0,
    )  # fmt: skip

    assert words(to_html(empty)).count(MISSING) >= 10


def test_no_evidence_shows_the_written_reason():
    assert "ไม่มีหลักฐาน เนื่องจาก อยู่ระหว่างรวบรวมจากสถานศึกษา" in words(to_html(papers.make_sar()))


def test_a_scored_sar_states_the_overall_result():
    html = words(to_html(papers.make_sar(score=Decimal("4.17"), level_name="ดีมาก", unscored=0)))

    assert "มีคะแนนเฉลี่ย ๔.๑๗ ระดับคุณภาพ ดีมาก" in html


def test_only_a_draft_tells_when_it_was_made():
    made = "จัดทำเมื่อ ๑๕ กันยายน ๒๕๖๐ เวลา ๑๐.๓๐ น."

    assert made in words(to_html(papers.make_sar(draft=True)))
    assert made not in words(to_html(papers.make_sar(draft=False)))


# -- summary, flow chart -----------------------------------------------------------------


def test_summary_counts_what_is_unscored():
    assert "ยังไม่มีข้อมูล (ยังไม่มีคะแนน ๑ ประเด็นการพิจารณา)" in words(to_html(papers.make_summary()))


def test_flowchart_says_state_and_lateness_in_words_sign_and_line():
    html = to_html(papers.make_flowchart())
    rows = html.split("<tr class=")[1:]

    assert "✓ เสร็จสิ้น" in words(rows[0])
    assert "● กำลังดำเนินการ" in words(rows[3])
    assert "✗ ล่าช้ากว่ากำหนด" in words(rows[3])
    assert "○ ยังไม่เริ่ม" in words(rows[4])
    assert "stroke-dasharray" in rows[3]
    assert "stroke-dasharray" not in rows[0] + rows[4]


def test_flowchart_joins_every_step_to_the_one_before():
    html = to_html(papers.make_flowchart())

    assert html.count('class="arrow"') == 5
    assert [s for s in ("start", "process", "decision", "document", "end") if s not in html] == []


def test_a_step_without_dates_says_so():
    steps = tuple(replace(s, begin=None, end=None) for s in papers.make_flowchart().steps)

    assert MISSING in to_html(papers.make_flowchart(steps=steps))


# -- words -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "thai", "shown"),
    [
        ("ร้อยละ 96.50", True, "ร้อยละ ๙๖.๕๐"),
        ("ร้อยละ ๙๖.๕๐", False, "ร้อยละ 96.50"),
        ("ISO9001 ปี 2560", True, "ISO9001 ปี ๒๕๖๐"),
        ("https://a.go.th/2560", True, "https://a.go.th/2560"),
        (4, True, "๔"),
    ],
)
def test_num_turns_digits_but_not_those_of_addresses(text, thai, shown):
    assert num(text, thai) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [("30", "๓๐"), ("12.50", "๑๒.๕"), ("1E+2", "๑๐๐"), (None, MISSING)]
)
def test_weight_is_shown_as_it_was_given(value, shown):
    assert weight(None if value is None else Decimal(value), True) == shown


def test_pasted_columns_are_a_table_and_the_tab_behind_a_bullet_is_none():
    html = paragraphs("ก่อน\nตัวชี้วัด\tเป้าหมาย\tผล\n1.1\t80\n•\tข้อ\n\tย่อหน้า", False)
    assert html == (
        "<p>ก่อน</p>\n"
        '<table class="typed"><tr><td>ตัวชี้วัด</td><td>เป้าหมาย</td><td>ผล</td></tr>'
        "<tr><td>1.1</td><td>80</td><td></td></tr></table>\n"
        '<p class="item">• ข้อ</p>\n<p>ย่อหน้า</p>'
    )


def test_paragraphs_are_lines_and_lists_hang():
    assert paragraphs("หนึ่ง\n\n1. สอง\n- สาม", False) == (
        '<p>หนึ่ง</p>\n<p class="item">1. สอง</p>\n<p class="item">- สาม</p>'
    )


def test_no_paragraph_says_missing():
    assert MISSING in paragraphs(" \n ", True)


def test_marks_are_put_in_order():
    assert printable("นํ้า ท่ี เเก") == "น้ำ ที่ แก"


def test_pairs_are_kept_on_one_line_but_not_in_titles():
    assert keep_pairs("<title>ปี พ.ศ. ๒๕๖๐</title><p>ปี พ.ศ. ๒๕๖๐</p>") == (
        '<title>ปี พ.ศ. ๒๕๖๐</title><p>ปี <span class="name">พ.ศ. ๒๕๖๐</span></p>'
    )


def test_rendering_loads_no_orm_and_the_child_no_django():
    asked = (
        "import sys, reports.render.jobs, reports.render.fork_server\n"
        "assert not [m for m in sys.modules if m.startswith('django')]\n"
        "import reports.render.html\n"
        "apps = ('django.db', 'people', 'indicators', 'workflow', 'reports')\n"
        "assert not [app for app in apps if f'{app}.models' in sys.modules]\n"
    )

    subprocess.run([sys.executable, "-c", asked], check=True, cwd=settings.BASE_DIR)
