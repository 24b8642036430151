"""Rights are asked again at the end: an upload over a slow line takes longer than a career."""

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core.refusals import NotAllowed
from indicators.assignments.rights import set_rights
from indicators.catalogue.editions import import_edition
from indicators.evidence import uploads
from indicators.evidence.blobs import store
from indicators.evidence.evidence import add_evidence, revise
from indicators.models import Blob, Edition, Evidence, EvidenceRevision
from people.members import deactivate_person
from people.models import User
from people.roles import end_role
from people.states import Role
from tests.factories.content import make_evidence
from tests.factories.files import make_image, make_pdf, make_upload
from tests.factories.people import make_office, make_person

MEANWHILE = {
    "deactivated": lambda year, person: deactivate_person(person, by=None),
    "another office": lambda year, person: User.objects.filter(pk=person.pk).update(
        office=make_office("skn1")
    ),
}


class SlowFile(SimpleUploadedFile):
    """A file during whose last byte something happens."""

    def __init__(self, name, data, happens):
        super().__init__(name, data)
        self.happens = happens

    def read(self, *args):
        data = super().read(*args)
        if not data and self.happens:
            happens, self.happens = self.happens, None
            happens()
        return data


@pytest.fixture
def during(monkeypatch):
    """``during(act)``: it happens while the body of the next request is read."""

    def arrange(act):
        done = []
        kept = uploads.LimitedUploadHandler.receive_data_chunk

        def receive(self, raw_data, start):
            if not done:
                done.append(act())
            return kept(self, raw_data, start)

        monkeypatch.setattr(uploads.LimitedUploadHandler, "receive_data_chunk", receive)

    return arrange


@pytest.mark.parametrize("what", MEANWHILE)
def test_no_row_is_made_for_who_was_removed_while_the_file_was_read(year, what):
    person = year.collector
    file = SlowFile("ก.pdf", make_pdf("ก"), lambda: MEANWHILE[what](year, person))
    with pytest.raises(NotAllowed):
        store(file, office=year.office, by=person)
    assert not Blob.objects.exists()


@pytest.mark.parametrize("what", MEANWHILE)
@pytest.mark.parametrize("act", ["bring", "revise", "emblem"])
def test_a_request_whose_sender_was_removed_on_the_way_is_refused(
    client_for, year, during, what, act
):
    person = make_person(year.office, Role.COORDINATOR)
    row = make_evidence(year.office, by=person)
    before = Evidence.objects.count(), EvidenceRevision.objects.count(), Blob.objects.count()
    name, field, args = {
        "bring": ("indicators:evidence_create", "files", [year.office.code, 2560]),
        "revise": ("indicators:evidence_revise", "files", [year.office.code, 2560, row.pk]),
        "emblem": ("workflow:letterhead_emblem", "emblem", []),
    }[act]
    client = client_for(person)
    during(lambda: MEANWHILE[what](year, person))
    picture = make_image("PNG", size=(300, 300))
    file = make_upload("ตรา.png", picture) if act == "emblem" else make_upload("ใหม่.pdf")
    data = {field: file, "title": "แผน", "seen": "0"}
    response = client.post(reverse(name, args=args), data)
    assert response.status_code == 403
    counted = Evidence.objects.count(), EvidenceRevision.objects.count(), Blob.objects.count()
    assert counted == before


def test_who_loses_the_consideration_on_the_way_brings_nothing_to_it(client_for, year, during):
    item = year.items[0]
    client = client_for(year.collector)
    writers = {item.pk: [year.second.pk]}
    during(lambda: set_rights(year.assessment, scorers=[], writers=writers, by=year.coordinator))
    url = reverse("indicators:evidence_create", args=[year.office.code, 2560])
    response = client.post(url, {"files": make_upload(), "item": item.consideration.code})
    assert response.status_code == 403
    assert not Evidence.objects.exists()


def test_the_coordinator_whose_role_ends_on_the_way_revises_nothing(client_for, year, during):
    row = make_evidence(year.office, by=year.collector)
    coordinator = make_person(year.office, Role.COORDINATOR)
    client = client_for(coordinator)
    grant = coordinator.role_grants.get()
    during(lambda: end_role(grant, by=None))
    url = reverse("indicators:evidence_revise", args=[year.office.code, 2560, row.pk])
    assert client.post(url, {"files": make_upload(), "note": "แก้ไข"}).status_code == 403
    assert row.revisions.count() == 1


def test_the_verbs_ask_for_themselves(year):
    """Whatever the caller remembers of the person."""
    blob = store(make_upload(), office=year.office, by=year.collector)
    row = make_evidence(year.office, by=year.collector)
    remembered = User.objects.get(pk=year.collector.pk)
    deactivate_person(year.collector, by=None)
    with pytest.raises(NotAllowed):
        add_evidence(year.office, title="ก", files=[("ก.pdf", blob)], by=remembered)
    with pytest.raises(NotAllowed):
        revise(row, files=[("ก.pdf", blob)], note="ปรับปรุง", by=remembered)


def test_an_edition_is_not_imported_by_who_is_no_administrator_any_more(db):
    national = make_office("obec", kind="national")
    admin, _other = make_person(national, Role.ADMIN), make_person(national, Role.ADMIN)
    remembered = User.objects.get(pk=admin.pk)
    text = (settings.BASE_DIR / "indicators/data/esa-2560.yaml").read_bytes()
    deactivate_person(admin, by=None)
    with pytest.raises(NotAllowed):
        import_edition(text, by=remembered)
    assert not Edition.objects.exists()


def test_a_stranger_sends_nothing(year):
    url = reverse("indicators:evidence_create", args=[year.office.code, 2560])
    assert Client().post(url, {"files": make_upload()}).status_code == 302
    assert not Blob.objects.exists()
