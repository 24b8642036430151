"""What is not whole yet lies in one folder, and goes from there whoever was killed."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from django.conf import settings as product

from core.files import BEGUN, settle, time_there
from core.files.temporary import sweep_temporaries, temporary_folder

# An upload, a picture of a page, a paper and a library, all in the middle of their work.
AT_WORK = """
import tempfile, time
import django
django.setup()
from contextlib import suppress
from pathlib import Path
from django.core.files.uploadhandler import StopFutureHandlers
from indicators.evidence.uploads import LimitedUploadHandler
handler = LimitedUploadHandler()
with suppress(StopFutureHandlers):
    handler.new_file("files", "แผน.pdf", "application/pdf", 10)
handler.receive_data_chunk(b"half of a file", 0)
handler.file.flush()
from reports.documents.pages import new_folder
page = new_folder(Path("never"))
(page.__enter__() / "1.png").write_bytes(b"x")
kept = tempfile.NamedTemporaryFile(prefix="of-a-library-")
folder = tempfile.mkdtemp(prefix="paper-")
print("ready", flush=True)
time.sleep(60)
"""


@pytest.fixture
def data(settings, tmp_path):
    settings.DATA_DIR, settings.BLOB_ROOT = tmp_path / "data", tmp_path / "data" / "blobs"
    settings.DATA_DIR.mkdir()
    return settings.DATA_DIR


def age(path, hours):
    old = time_there(path.parent) - hours * 3600
    os.utime(path, (old, old))


def test_python_s_own_temporary_files_lie_there_too():
    assert Path(tempfile.gettempdir()) == product.DATA_DIR / "tmp"
    assert Path(product.FILE_UPLOAD_TEMP_DIR) == product.DATA_DIR / "tmp"


def test_a_killed_process_leaves_nothing_elsewhere_and_nothing_for_long(data, tmp_path):
    system = tmp_path / "system"
    system.mkdir()
    environment = {**os.environ, "DATA_DIR": str(data), "TMPDIR": str(system)}
    environment["DJANGO_SETTINGS_MODULE"] = "esa_standards.settings"
    environment["SECRET_KEY"], environment["HTTPS"] = "x" * 50, "off"
    with subprocess.Popen(
        [sys.executable, "-c", AT_WORK],
        stdout=subprocess.PIPE,
        env=environment,
        cwd=product.BASE_DIR,
    ) as process:
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGKILL)
    assert list(system.iterdir()) == []
    left = list((data / "tmp").iterdir())
    assert len(left) == 4
    assert {path.name for path in data.iterdir()} <= {"tmp", "pages"}
    assert sweep_temporaries() == 0
    for path in left:
        age(path, 25)
    assert sweep_temporaries() == 4
    assert list((data / "tmp").iterdir()) == []


@pytest.mark.parametrize(
    "name",
    [
        f"broker/{BEGUN}1",
        f"broker-control/{BEGUN}2",
        f"certificates/skn2/{BEGUN}3",
        f"fonts/{BEGUN}4",
        "fonts/.build-5/Sarabun.ttf",
        f"{BEGUN}6",
        "blobs/tmp/of-an-earlier-version",
        "tmp/folder/inside/file",
        "tmp/file",
    ],
)
def test_what_anybody_left_half_written_goes_after_a_day(data, name):
    path = data / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    whole = data / "broker" / "1_a.celery.msg"
    whole.parent.mkdir(exist_ok=True)
    whole.write_bytes(b"x")
    age(whole, 99)
    parts = Path(name).parts
    top = data / parts[0] / parts[1] if parts[0] in ("tmp",) or ".build" in name else path
    age(top, 23)
    assert sweep_temporaries() == 0
    age(top, 25)
    assert sweep_temporaries() == 1
    assert (top.exists(), whole.exists()) == (False, True)


def test_a_link_is_removed_and_not_what_it_leads_to(data, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    link = temporary_folder() / "link"
    link.symlink_to(outside)
    old = time_there(data) - 25 * 3600
    os.utime(link, (old, old), follow_symlinks=False)
    assert sweep_temporaries() == 1
    assert outside.exists()


def test_a_file_gets_its_name_also_on_another_disk(tmp_path):
    memory = Path("/dev/shm")  # noqa: S108 - a disk of its own on every Linux
    if memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("one disk")
    with tempfile.TemporaryDirectory(dir=memory) as other:
        scratch = tmp_path / "scratch"
        scratch.write_bytes(b"whole")
        settle(scratch, Path(other) / "name")
        assert (Path(other) / "name").read_bytes() == b"whole"
        assert [path.name for path in Path(other).iterdir()] == ["name"]
        assert not scratch.exists()
