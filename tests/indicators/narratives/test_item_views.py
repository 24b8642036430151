"""Pages of indicators and considerations, by role, and what their forms answer."""

import re

import pytest
from django.urls import reverse

from indicators.models import IndicatorReview, RubricLevel
from indicators.narratives.items import hand_in, save_item
from tests.factories.content import make_content_year, make_evidence
from tests.factories.indicators import put_in_charge
from tests.factories.loading import load_again
from tests.factories.people import make_reviewer
from tests.factories.reading import read

READ = ["indicator_list", "indicator", "item", "item_history"]
# Queries of a coordinator's page; that of an item names whom one may ask.
MOST = {"indicator_list": 10, "indicator": 14, "item": 16}
ACTS = ["review_save", "item_autosave", "item_hand_in", "item_take_back", "item_restore"]
TEXT = "สำนักงานเขตจัดทำแผนปฏิบัติการโดยทุกกลุ่มมีส่วนร่วม"


def url(year, name):
    code = {
        "indicator_list": [],
        "indicator": [year.item.consideration.indicator.code],
        "review_save": [year.item.consideration.indicator.code],
    }.get(name, [year.item.consideration.code])
    return reverse(f"indicators:{name}", args=[*year.args, *code])


def texts(seen=0, **more):
    return {
        "narrative": TEXT,
        "result": "",
        "no_evidence_reason": "",
        "seen": seen,
        **more,
    }


def save(year, version=0, **more):
    fields = texts(**more)
    del fields["seen"]
    return save_item(load_again(year.item), **fields, version=version, by=year.collector)


# -- who ----------------------------------------------------------------------------
@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize("who", ["staff", "collector", "member", "coordinator", "director"])
def test_everybody_of_the_office_reads(year, client_for, name, who):
    answer = client_for(getattr(year, who)).get(url(year, name))
    assert answer.status_code == 200
    assert year.item.consideration.code in answer.content.decode()


@pytest.mark.parametrize("who", ["staff", "collector"])
@pytest.mark.parametrize("name", ["item", "item_history"])
def test_texts_are_called_as_in_the_report(year, client_for, name, who):
    save(year, result="ดีขึ้น")
    html = client_for(getattr(year, who)).get(url(year, name)).content.decode()
    for word in ("การดำเนินงาน", "ผลการดำเนินงาน"):
        assert re.search(rf"<(h3|label)[^>]*>\s*{word}", html)


@pytest.mark.parametrize("name", READ + ACTS)
def test_strangers_get_404_and_guests_the_sign_in(year, client, client_for, name):
    other = make_content_year("skn1")
    for person in (other.coordinator, other.collector, make_reviewer()):
        method = client_for(person).get if name in READ else client_for(person).post
        assert method(url(year, name)).status_code == 404
    guest = client.get(url(year, name)) if name in READ else client.post(url(year, name))
    assert guest.status_code == 302
    assert reverse("account_login") in guest.url


@pytest.mark.parametrize("name", ACTS)
def test_acts_refuse_get(year, client_for, name):
    assert client_for(year.coordinator).get(url(year, name)).status_code == 405


@pytest.mark.parametrize(
    ("who", "status"), [("staff", 403), ("member", 403), ("coordinator", 403), ("collector", 302)]
)
def test_only_writers_save(year, client_for, who, status):
    answer = client_for(getattr(year, who)).post(url(year, "item_autosave"), texts())
    assert answer.status_code == status
    assert load_again(year.item).narrative == (TEXT if status == 302 else "")


def test_the_page_offers_writing_only_to_its_writers(year, client_for):
    action = url(year, "item_autosave")
    assert action in client_for(year.collector).get(url(year, "item")).content.decode()
    for who in ("staff", "coordinator", "member"):
        page = client_for(getattr(year, who)).get(url(year, "item")).content.decode()
        assert action not in page
        assert 'name="narrative"' not in page


def test_the_collector_without_an_approved_order_reads_why(db, blob_root, client_for):
    from indicators.assignments.rights import clear_rights  # noqa: PLC0415

    year = make_content_year()
    clear_rights(year.assessment)
    put_in_charge(year.assessment, year.item.consideration, year.collector)
    page = client_for(year.collector).get(url(year, "item")).content.decode()
    assert "ผู้อำนวยการอนุมัติคำสั่ง" in page
    assert url(year, "item_autosave") not in page


def test_a_locked_year_is_read_and_refuses_every_act_readably(year, client_for):
    save(year)
    year.lock()
    client = client_for(year.collector)
    page = client.get(url(year, "item")).content.decode()
    assert TEXT in read(page)
    assert "<textarea" not in page
    answer = client.post(url(year, "item_autosave"), texts(1, narrative="แก้"))
    assert answer.status_code == 409
    assert "ยังไม่ได้ดำเนินการ" in answer.content.decode()
    answer = client.post(
        url(year, "item_autosave"), texts(1, narrative="แก้"), headers={"X-Autosave": "1"}
    )
    assert answer.status_code == 409
    assert answer.json()["message"]


# -- autosave -----------------------------------------------------------------------
def test_autosave_answers_with_the_server_s_time_and_the_new_version(
    year, client_for, time_machine_at
):
    time_machine_at("2017-02-03T07:05:00Z")
    answer = client_for(year.collector).post(
        url(year, "item_autosave"), texts(), headers={"X-Autosave": "1"}
    )
    assert answer.json()["said"] == "บันทึกแล้ว เวลา 14.05 น."
    assert answer.json()["version"] == 1
    assert len(answer.json()["missing"]) == 1


def test_a_page_left_open_does_not_write_as_who_signed_in_next(year, client_for):
    client, address = client_for(year.collector), url(year, "item_autosave")
    open_page = {"X-Autosave": "1", "X-Writer": str(year.member.pk)}
    answer = client.post(address, texts(), headers=open_page)
    assert answer.status_code == 403
    assert "มีผู้อื่นเข้าสู่ระบบ" in answer.json()["message"]
    assert not load_again(year.item).narrative
    own_page = {"X-Autosave": "1", "X-Writer": str(year.collector.pk)}
    assert client.post(address, texts(), headers=own_page).status_code == 200


def test_the_time_is_written_as_the_reader_writes_it(year, client_for):
    """An English page said "Saved at 00.39 น.."."""
    browser = client_for(year.collector)
    browser.post(reverse("people:language_set"), {"language": "en", "next": "/"})
    answer = browser.post(url(year, "item_autosave"), texts(), headers={"X-Autosave": "1"})
    assert re.fullmatch(r"Saved at \d\d:\d\d\.", answer.json()["said"])


def test_a_stale_autosave_gets_both_texts(year, client_for):
    save(year)
    answer = client_for(year.collector).post(
        url(year, "item_autosave"), texts(narrative="ของฉัน"), headers={"X-Autosave": "1"}
    )
    assert answer.status_code == 409
    assert answer.json()["theirs"]["narrative"] == TEXT
    assert answer.json()["version"] == 1
    assert "สมหญิง" in answer.json()["message"]


def test_a_stale_plain_form_shows_both_texts_and_can_be_sent_again(year, client_for):
    save(year)
    client = client_for(year.collector)
    answer = client.post(url(year, "item_autosave"), texts(narrative="ข้อความของฉัน"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "ข้อความของฉัน" in page
    assert TEXT in read(page)
    assert 'name="seen" value="1"' in page
    assert load_again(year.item).narrative == TEXT
    client.post(url(year, "item_autosave"), texts(1, narrative="ข้อความของฉัน"))
    assert load_again(year.item).narrative == "ข้อความของฉัน"


@pytest.mark.parametrize("seen", ["", "abc", "-1", None])
def test_nonsense_for_a_version_is_refused(year, client_for, seen):
    data = texts()
    data.pop("seen")
    if seen is not None:
        data["seen"] = seen
    answer = client_for(year.collector).post(url(year, "item_autosave"), data)
    assert answer.status_code == 400
    assert TEXT in answer.content.decode()
    assert load_again(year.item).version == 0


def test_what_people_type_is_shown_as_text(year, client_for):
    save(year, narrative='<script>alert("x")</script>')
    page = client_for(year.staff).get(url(year, "item")).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


# -- handing in ---------------------------------------------------------------------
@pytest.mark.parametrize("name", ["indicator_list", "indicator", "item"])
def test_what_has_evidence_but_no_text_yet_is_begun(year, client_for, name):
    """The item of the page has evidence; the other ones of its indicator stay as they were."""
    client = client_for(year.staff)
    bare = read(client.get(url(year, name)).text)
    make_evidence(year.office, by=year.collector, items=[load_again(year.item)])
    shown = read(client.get(url(year, name)).text)
    assert "หลักฐาน 1 รายการ" not in bare
    assert "หลักฐาน 1 รายการ" in shown
    assert shown.count("ยังไม่เริ่ม") == bare.count("ยังไม่เริ่ม") - 1
    assert shown.count("กำลังดำเนินการ") == bare.count("กำลังดำเนินการ") + 1


def test_handing_in_says_what_is_missing(year, client_for):
    answer = client_for(year.collector).post(url(year, "item_hand_in"), follow=True)
    assert load_again(year.item).state == "writing"
    assert "alert-error" in answer.content.decode()


def test_hand_in_and_take_back(year, client_for):
    save(year, no_evidence_reason="ไม่มีเอกสาร")
    client = client_for(year.collector)
    client.post(url(year, "item_hand_in"))
    assert load_again(year.item).state == "handed_in"
    assert url(year, "item_autosave") not in client.get(url(year, "item")).content.decode()
    client.post(url(year, "item_take_back"))
    assert load_again(year.item).state == "writing"


def test_the_coordinator_must_say_why(year, client_for):
    save(year, no_evidence_reason="ไม่มีเอกสาร")
    hand_in(load_again(year.item), by=year.collector)
    client = client_for(year.coordinator)
    client.post(url(year, "item_take_back"), {"why": ""})
    assert load_again(year.item).state == "handed_in"
    client.post(url(year, "item_take_back"), {"why": "ขอผลการดำเนินงานเพิ่มเติม"})
    assert load_again(year.item).state == "writing"


# -- history ------------------------------------------------------------------------
def test_history_joins_one_sitting_and_brings_old_text_back(year, client_for, time_machine_at):
    time_machine_at("2017-02-03T02:00:00Z")
    save(year, narrative="ร่างแรก")
    save(year, 1, narrative="ร่างแรก แก้คำ")
    time_machine_at("2017-02-03T05:00:00Z")
    save(year, 2, narrative="ร่างที่สอง")
    client = client_for(year.collector)
    answer = client.get(url(year, "item_history"))
    assert [r.version for r in answer.context["revisions"]] == [3, 2]
    client.post(url(year, "item_restore"), {"revision": 2, "seen": 3})
    assert load_again(year.item).narrative == "ร่างแรก แก้คำ"
    assert load_again(year.item).version == 4
    answer = client.post(url(year, "item_restore"), {"revision": 3, "seen": 3})
    assert answer.status_code == 409


# -- reviews ------------------------------------------------------------------------
def review_data(seen=0, **more):
    fields = dict.fromkeys(("strengths", "to_improve", "problems", "measures"), "")
    return {**fields, "strengths": "ทำงานเป็นทีม", "seen": seen, **more}


@pytest.mark.parametrize(
    ("who", "status"), [("coordinator", 302), ("collector", 302), ("staff", 403), ("member", 403)]
)
def test_who_saves_the_review(year, client_for, who, status):
    answer = client_for(getattr(year, who)).post(url(year, "review_save"), review_data())
    assert answer.status_code == status
    saved = IndicatorReview.objects.filter(strengths="ทำงานเป็นทีม").count()
    assert saved == (status == 302)


def test_a_stale_review_shows_both_texts(year, client_for):
    client = client_for(year.coordinator)
    client.post(url(year, "review_save"), review_data())
    answer = client.post(url(year, "review_save"), review_data(strengths="ข้อความใหม่"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "ทำงานเป็นทีม" in page
    assert "ข้อความใหม่" in page
    assert 'name="seen" value="1"' in page
    client.post(url(year, "review_save"), review_data(1, strengths="ข้อความใหม่"))
    assert IndicatorReview.objects.filter(strengths="ข้อความใหม่", version=2).exists()


@pytest.mark.parametrize(("who", "own"), [("coordinator", "due_seen"), ("collector", "id_seen")])
def test_locks_of_due_date_and_texts_have_ids_of_their_own(year, client_for, who, own):
    page = client_for(getattr(year, who)).get(url(year, "item")).content.decode()
    assert re.findall(r'<input[^>]* name="seen"[^>]* id="([^"]+)"', page) == [own]


# -- cost ---------------------------------------------------------------------------
def test_pages_cost_the_same_with_many_items_and_much_evidence(
    db, blob_root, client_for, django_assert_max_num_queries
):
    counts = {}
    for code, size, pieces in (("skn2", (1, 1, 1), 1), ("skn3", (3, 2, 5), 30)):
        year = make_content_year(code, size=size)
        item = load_again(year.item)
        for number in range(pieces):
            make_evidence(year.office, by=year.collector, title=f"แผน {number}", items=[item])
        for name in MOST:
            client = client_for(year.coordinator)
            client.get(url(year, name))
            with django_assert_max_num_queries(MOST[name]) as found:
                client.get(url(year, name))
            counts.setdefault(name, []).append(len(found))
    for name, (one, thirty) in counts.items():
        assert one == thirty, name


def test_the_rubric_keeps_its_words_whole(year, client_for):
    levels = RubricLevel.objects.filter(consideration=year.item.consideration)
    levels.update(text="หลักฐานไม่ครบถ้วน")
    page = client_for(year.collector).get(url(year, "item"))
    assert 'ไม่<span class="whole">ครบถ้วน</span>' in page.text
