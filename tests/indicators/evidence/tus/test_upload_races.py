"""Two at once, crashes and losses on the way of an upload: no wrong bytes, and an end for each."""

import hashlib
import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from core import clock
from indicators.evidence import blobs, bringing
from indicators.evidence.evidence import remove_evidence
from indicators.evidence.tus import receiving
from indicators.evidence.tus import uploads as domain
from indicators.models import Blob, Evidence, Upload
from indicators.states import UploadState
from people.members import deactivate_person
from tests.factories.files import make_image
from tests.factories.loading import load_again

PICTURE = make_image("PNG", size=(300, 200), colour="teal")
OTHER = make_image("PNG", size=(300, 200), colour="navy")
TUS = {"Tus-Resumable": "1.0.0"}


def begin(year, name="ภาพ.png"):
    size = len(PICTURE)
    return domain.begin(year.office, name=name, size=size, by=year.collector)


def whole(year, **more):
    upload = begin(year, **more)
    return domain.receive(upload.token, 0, [PICTURE], by=upload.user)


def killed(*args, **kwargs):
    raise SystemExit


@pytest.fixture
def after_the_name(monkeypatch):
    """``after_the_name(act)``: it happens when the bytes bear their last name, before the end."""

    def arrange(act):
        kept = blobs.take_in

        def take_in(*args, **kwargs):
            blob = kept(*args, **kwargs)
            act()
            return blob

        monkeypatch.setattr(blobs, "take_in", take_in)

    return arrange


def test_bytes_that_were_lost_and_sent_again_count_as_they_lie_there(year):
    """A shared drive lost them while this process went on."""
    assert len(OTHER) == len(PICTURE)
    upload = begin(year)
    domain.receive(upload.token, 0, [OTHER[:150]], by=upload.user)
    with receiving.path_of(upload).open("r+b") as file:
        file.truncate(0)
    upload = domain.receive(upload.token, 0, [PICTURE], by=upload.user)
    assert domain.finish(upload).blob.sha256 == hashlib.sha256(PICTURE).hexdigest()


def test_of_two_who_hold_it_on_a_shared_drive_one_counts(year, monkeypatch):
    upload, kept = begin(year), receiving.write

    def write(file, offset, piece):
        kept(file, offset, piece)
        Upload.objects.filter(pk=upload.pk).update(offset=150)  # the other one was faster

    monkeypatch.setattr(receiving, "write", write)
    with pytest.raises(receiving.InUse):
        domain.receive(upload.token, 0, [PICTURE[:100]], by=upload.user)
    assert load_again(upload).offset == 150


def test_what_has_its_last_name_is_not_held_by_its_old_one(year, monkeypatch):
    """Opened, and renamed by another process before the lock was there."""
    upload, flock = begin(year), receiving.fcntl.flock

    def moved(file, how):
        receiving.path_of(upload).rename(receiving.path_of(upload).with_name("moved"))
        flock(file, how)

    monkeypatch.setattr(receiving.fcntl, "flock", moved)
    with pytest.raises(receiving.InUse):
        domain.receive(upload.token, 0, [PICTURE], by=upload.user)
    assert load_again(upload).offset == 0


def test_left_out_while_it_is_named_it_becomes_no_evidence(year, after_the_name):
    upload = whole(year)
    after_the_name(lambda: domain.discard(load_again(upload)))
    with pytest.raises(Upload.DoesNotExist):
        domain.finish(upload)
    assert not Evidence.objects.exists()


def test_finished_by_another_process_meanwhile_it_is_said_once(year, after_the_name):
    upload, again = whole(year), []

    def act():
        if not again:
            again.append(True)
            domain.finish(load_again(upload))

    after_the_name(act)
    done = domain.finish(upload)
    assert (done.state, done.said) == (UploadState.DONE, "")
    assert load_again(upload).evidence == Evidence.objects.get() == done.evidence


def test_removed_while_the_file_is_named_it_is_refused_and_over(year, after_the_name):
    upload = whole(year)
    after_the_name(lambda: deactivate_person(year.collector, by=None))
    assert domain.finish(upload).state == UploadState.REFUSED
    assert load_again(upload).said
    assert not Evidence.objects.exists()


def test_one_that_cannot_be_read_keeps_no_other_from_its_end(year, monkeypatch):
    rows = [whole(year, name=f"ภาพ {number}.png") for number in range(2)]
    bad, good = sorted(rows, key=lambda row: -row.pk)
    kept = receiving.digests

    def digests(file):
        if Path(file.name).name == bad.token:
            raise OSError(5, "Input/output error")
        return kept(file)

    monkeypatch.setattr(receiving, "digests", digests)
    assert domain.finish_whole(at=clock.now() + timedelta(minutes=2)) == 1
    assert load_again(good).state == UploadState.DONE


def test_after_a_crash_behind_the_last_name_whoever_asks_finishes_it(year, client_for, monkeypatch):
    upload = whole(year)
    with monkeypatch.context() as patched:
        patched.setattr(Blob.objects, "create", killed)
        with pytest.raises(SystemExit):
            domain.finish(upload)
    receiving.path_of(upload).unlink(missing_ok=True)
    client: Client = client_for(year.collector)
    url = reverse("indicators:upload", args=[*year.args, upload.token])
    headers = {**TUS, "Upload-Offset": str(len(PICTURE))}
    piece = "application/offset+octet-stream"
    assert client.patch(url, b"", CONTENT_TYPE=piece, headers=headers).status_code == 204
    assert client.get(url).json()["state"] == "done"


def test_without_a_broker_it_is_finished_as_well(year):
    upload = whole(year)
    Upload.objects.update(changed_at=clock.now() - timedelta(minutes=2))
    call_command("sweep", stdout=io.StringIO())
    assert load_again(upload).state == UploadState.DONE


def test_evidence_that_is_removed_at_that_moment_holds_no_file_back(year, monkeypatch):
    first, kept = domain.finish(whole(year)).evidence, bringing._standing

    def standing(blob):
        found = kept(blob)
        remove_evidence(first, by=year.collector, why="ซ้ำ")
        return found

    monkeypatch.setattr(bringing, "_standing", standing)
    again = domain.finish(whole(year))
    assert again.evidence != first
    assert again.said == ""
