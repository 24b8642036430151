"""The pane beside a form: what is typed becomes pictures that only the typist sees."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.views import DELAYS
from people.states import Role
from reports.documents.pages import new_folder
from reports.documents.previews import folder_of, preview_due
from reports.models import Preview
from reports.render.pages import MANIFEST
from reports.states import DocumentState
from tests.factories.meetings import make_meeting
from tests.factories.people import make_office, make_person
from tests.factories.register import make_preview
from tests.factories.workflow import assign_all, make_cast, make_cycle, make_draft, make_proposed
from workflow.models import Proposal
from workflow.papers.forms.drafts import form_class_of

pytestmark = pytest.mark.django_db
READY, FAILED = DocumentState.READY, DocumentState.FAILED
ANNOUNCEMENT = "announcement"
MANIFEST_OF_TWO = (
    '{"total": %s, "pages": [{"sha256": "aa", "width": 910, "height": 1287},'
    ' {"sha256": "bb", "width": 910, "height": 1287}]}'
)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.PREVIEW_ROOT = tmp_path / "pages"


@pytest.fixture
def draft(cycle, cast):
    return make_draft(cycle, by=cast.coordinator)


def url(name, *args):
    return reverse(f"reports:{name}", args=["skn2", 2560, *args])


def typed(draft, kind=ANNOUNCEMENT, **changes):
    """The fields of the draft's form, as a browser sends them."""
    values = form_class_of(kind).initial_of(draft) | changes
    return {name: "" if value is None else value for name, value in values.items()}


def drawn(cycle, user, *, total=2, **fields):
    """A preview whose pictures lie on disk."""
    preview = make_preview(cycle, user, state=READY, pages=total, **fields)
    with new_folder(folder_of(preview)) as folder:
        for number in (1, 2):
            (folder / f"{number}.png").write_bytes(b"\x89PNG picture %d" % number)
        (folder / MANIFEST).write_text(MANIFEST_OF_TWO % total)
    return preview


# -- asking ---------------------------------------------------------------------------
def test_what_is_typed_is_requested_and_not_saved(client_for, draft, cast):
    before = Proposal.objects.get(pk=draft.pk)
    response = client_for(cast.coordinator).post(
        url("preview", ANNOUNCEMENT), typed(draft, subject="เรื่องที่เพิ่งพิมพ์")
    )
    preview = Preview.objects.get()
    assert (preview.user, preview.kind) == (cast.coordinator, ANNOUNCEMENT)
    assert preview.snapshot["subject"] == "เรื่องที่เพิ่งพิมพ์"
    assert f"{url('preview_status', preview.token)}?n=1" in response.text
    after = Proposal.objects.get(pk=draft.pk)
    assert (after.subject, after.edit) == (before.subject, before.edit)


def test_order_and_memo_show_what_is_typed(client_for, cycle, cast):
    assign_all(cycle, cast.staff)
    order = make_draft(cycle, "order", by=cast.coordinator)
    client = client_for(cast.coordinator)
    response = client.post(url("preview", "order"), typed(order, "order", reason="เหตุผลใหม่"))
    assert response.status_code == 200
    response = client.post(url("preview", "memo"), typed(order, "memo", facts="ข้อเท็จจริงใหม่"))
    assert response.status_code == 200
    snapshots = {p.kind: p.snapshot for p in Preview.objects.all()}
    assert snapshots["order"]["reason"] == "เหตุผลใหม่"
    assert snapshots["memo"]["facts"] == "ข้อเท็จจริงใหม่"


def test_invitation_shows_the_words_and_minutes_what_is_saved(client_for, cycle, cast):
    meeting = make_meeting(cycle, invited=[cast.staff], minutes="สรุปที่บันทึกไว้")
    client = client_for(cast.coordinator)
    words = {"subject": "ขอเชิญประชุมด่วน", "to": "", "opening": "", "closing": "", "version": 0}
    assert client.post(url("meeting_preview", meeting.pk, "invitation"), words).status_code == 200
    assert client.post(url("meeting_preview", meeting.pk, "minutes"), {}).status_code == 200
    snapshots = {p.kind: p.snapshot for p in Preview.objects.filter(meeting=meeting)}
    assert snapshots["invitation"]["subject"] == "ขอเชิญประชุมด่วน"
    assert snapshots["minutes"]["summary"] == "สรุปที่บันทึกไว้"


@pytest.mark.parametrize("who", ["staff", "group_director", "deputy", "director"])
def test_who_may_not_write_the_draft_gets_no_preview(client_for, draft, cast, cycle, who):
    client = client_for(getattr(cast, who))
    meeting = make_meeting(cycle)
    assert client.post(url("preview", ANNOUNCEMENT), typed(draft)).status_code == 403
    assert client.post(url("meeting_preview", meeting.pk, "invitation"), {}).status_code == 403
    assert not Preview.objects.exists()


def test_another_office_and_other_papers_are_unknown(client_for, draft, cycle, cast):
    stranger = make_person(make_office("skn1"), Role.COORDINATOR)
    assert client_for(stranger).post(url("preview", ANNOUNCEMENT), {}).status_code == 404
    client = client_for(cast.coordinator)
    meeting = make_meeting(cycle)
    for address in (
        url("preview", "sar"),
        url("preview", "invitation"),
        url("meeting_preview", meeting.pk, "order"),
        url("meeting_preview", meeting.pk + 1, "minutes"),
    ):
        assert client.post(address, {}).status_code == 404
    assert client.get(url("preview", ANNOUNCEMENT)).status_code == 405


def test_what_is_no_draft_any_more_is_refused_readably(client_for, cycle, cast):
    proposed = make_proposed(cycle, by=cast.coordinator)
    response = client_for(cast.coordinator).post(
        url("preview", ANNOUNCEMENT), typed(proposed), headers={"hx-request": "true"}
    )
    assert response.status_code == 409
    html = response.content.decode()
    assert f"เสนอไปแล้วโดย {cast.coordinator.full_name} เมื่อ" in html
    assert "data-preview-over" in html  # preview.js asks no more
    assert "hx-get" not in html


def test_nonsense_in_the_form_still_gives_a_page(client_for, draft, cast):
    response = client_for(cast.coordinator).post(
        url("preview", ANNOUNCEMENT), typed(draft, effective="เมื่อวาน", version="x", edit="")
    )
    assert response.status_code == 200
    assert Preview.objects.get().snapshot["subject"] == draft.subject


# -- waiting ----------------------------------------------------------------------------
def test_the_page_asks_less_and_less_often_and_then_gives_up(client_for, cycle, cast):
    address = url("preview_status", make_preview(cycle, cast.coordinator).token)
    client = client_for(cast.coordinator)
    assert 55 <= sum(DELAYS) / 1000 <= 65
    assert (min(DELAYS), max(DELAYS)) == (700, 5000)
    for n, delay in enumerate(DELAYS):
        text = client.get(address, {"n": n}).text
        assert f"{address}?n={n + 1}" in text
        assert f"delay:{delay}ms" in text
    text = client.get(address, {"n": len(DELAYS)}).text
    assert "hx-get" not in text
    assert "ผ่านไปหนึ่งนาทีแล้ว" in text
    assert "data-preview-again" in text
    assert "delay:700ms" in client.get(address, {"n": "มาก"}).text


def test_ready_shows_its_pages_and_falls_silent(client_for, cycle, cast):
    preview = drawn(cycle, cast.coordinator, total=15)
    response = client_for(cast.coordinator).get(url("preview_status", preview.token))
    assert "hx-get" not in response.text
    assert 'alt="หน้า 2 จาก 15"' in response.text
    assert "ยังมีอีก 13 หน้า" in response.text
    assert url("preview_page", preview.token, 2) in response.text
    assert 'data-page="bb"' in response.text
    assert response.headers["Cache-Control"] == "no-store"


def test_failure_is_said_with_a_way_on(client_for, cycle, cast):
    preview = make_preview(cycle, cast.coordinator, state=FAILED)
    text = client_for(cast.coordinator).get(url("preview_status", preview.token)).text
    assert "จัดหน้าเอกสารไม่สำเร็จ" in text
    assert "data-preview-again" in text
    assert "hx-get" not in text


def test_a_dead_token_is_said_readably(client_for, draft, cast):
    client = client_for(cast.coordinator)
    client.post(url("preview", ANNOUNCEMENT), typed(draft, subject="ก"))
    dead = Preview.objects.get().token
    client.post(url("preview", ANNOUNCEMENT), typed(draft, subject="ข"))
    response = client.get(url("preview_status", dead))
    assert response.status_code == 404
    assert "มีตัวอย่างที่ใหม่กว่าแทน" in response.text
    assert "<html" not in response.text


# -- pictures ---------------------------------------------------------------------------
def test_pictures_are_for_the_typist_alone(client_for, cycle, cast):
    preview = drawn(cycle, cast.coordinator)
    page = url("preview_page", preview.token, 1)
    response = client_for(cast.coordinator).get(page)
    assert b"".join(response) == b"\x89PNG picture 1"
    assert response.headers["Content-Type"] == "image/png"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    second = make_person(cycle.office, Role.COORDINATOR)
    for other in (cast.director, cast.staff, second, make_person(make_office("skn1"))):
        for address in (page, url("preview_status", preview.token)):
            assert client_for(other).get(address).status_code == 404


def test_no_picture_beyond_the_last_or_before_it_is_ready(client_for, cycle, cast):
    client = client_for(cast.coordinator)
    preview = drawn(cycle, cast.coordinator)
    for number in (0, 3, 99999):
        assert client.get(url("preview_page", preview.token, number)).status_code == 404
    Preview.objects.update(state=DocumentState.RENDERING)
    assert client.get(url("preview_page", preview.token, 1)).status_code == 404


def test_a_request_and_a_question_cost_the_same_for_every_size(client_for, cycle, cast, draft):
    client = client_for(cast.coordinator)
    client.post(url("preview", ANNOUNCEMENT), typed(draft))  # makes the row
    counts = []
    for number in (1, 10):
        for _n in range(number):
            make_preview(cycle, make_person(cycle.office))
        with CaptureQueriesContext(connection) as queries:
            client.post(url("preview", ANNOUNCEMENT), typed(draft, subject=str(number)))
            client.get(url("preview_status", Preview.objects.get(user=cast.coordinator).token))
        counts.append(len(queries))
    assert counts[0] == counts[1]


# -- all the way ------------------------------------------------------------------------
def test_from_the_form_to_the_picture(client_for, draft, cast, fonts):
    client = client_for(cast.coordinator)
    client.post(url("preview", ANNOUNCEMENT), typed(draft, subject="เรื่องที่เพิ่งพิมพ์"))
    token = Preview.objects.get().token
    assert preview_due() == 1
    text = client.get(url("preview_status", token), {"n": 3}).text
    assert 'alt="หน้า 1 จาก 1"' in text
    response = client.get(url("preview_page", token, 1))
    assert b"".join(response).startswith(b"\x89PNG")
    # The same once more is there at once.
    response = client.post(url("preview", ANNOUNCEMENT), typed(draft, subject="เรื่องที่เพิ่งพิมพ์"))
    assert token in response.text
    assert "hx-get" not in response.text


WEB = """
import django, sys
django.setup()
from django.test import Client
from people.models import User
client = Client()
client.force_login(
    User.objects.get(pk={user}), backend="people.sign_in.backend.SessionBackend"
)
asked = client.post("{ask}", {data})
answer = client.get("{status}")
paper = client.post("{paper}")
heavy = {{"weasyprint", "pypdfium2", "docx", "reports.render.pdf"}} & sys.modules.keys()
print(asked.status_code, answer.status_code, paper.status_code, sorted(heavy))
"""


@pytest.mark.skipif(connection.vendor != "sqlite", reason="what is imported is the same")
@pytest.mark.django_db(transaction=True)
def test_the_web_process_never_loads_a_renderer():
    """In a process of its own: pytest's has long imported everything."""
    office = make_office()
    cast = make_cast(office)
    cycle = make_cycle(office, by=cast.coordinator)
    draft = make_draft(cycle, by=cast.coordinator)
    preview = drawn(cycle, cast.coordinator, kind="order")
    code = WEB.format(
        user=cast.coordinator.pk,
        ask=url("preview", ANNOUNCEMENT),
        data={k: str(v) for k, v in typed(draft).items()},
        status=url("preview_status", preview.token),
        paper=url("version_paper_request", ANNOUNCEMENT, 1),
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATA_DIR": str(settings.DATA_DIR),
        "DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}",
    }
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.stdout.strip() == "200 200 200 []", run.stderr
    assert Preview.objects.filter(kind=ANNOUNCEMENT, state=DocumentState.QUEUED).exists()
    assert Preview.objects.filter(requested_at__gt=timezone.now() - timedelta(minutes=5)).exists()
