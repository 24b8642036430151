"""One large file over loopback until it is on the disk, beside copying, hashing and syncing it.

Once in one body, of which each MB counts as it comes, as clients send that do not cut files; once
in requests of 1 MB, as the pages do for the sake of proxies. The client keeps its connection and
asks for nothing else, so the server is what is measured.
"""

import base64
import hashlib
import http.client
import os
import secrets
import subprocess
import sys
import time
import zipfile
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from statistics import median

import psutil
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from indicators.evidence.tus.uploads import LONGEST_PIECE, discard, finish_whole
from indicators.models import Upload
from indicators.states import UploadState
from tests.factories.content import make_content_year
from tests.servers import free_port

MEGABYTE = 1024 * 1024
LARGE, SMALL = 2000, 40  # MB; more than what is looked into while its sender waits
TIMES = 3
BACKEND = "people.sign_in.backend.SessionBackend"
ROOT = Path(__file__).resolve().parent.parent.parent
START = 90  # seconds


def measure(*, small):
    """MB a second of both uploads and of the copy, and MB of memory more in the second."""
    year = make_content_year()
    folder = Path(settings.DATA_DIR) / "bench"
    folder.mkdir()
    file = make_archive(folder / "ก.zip", SMALL if small else LARGE)
    size = file.stat().st_size
    with running_server() as (port, server):
        upload = partial(send, file, port, headers_of(year.collector, port), year)
        requests = timed(partial(upload, LONGEST_PIECE))
        before, copies, bodies = memory(server), [], []
        for _again in range(TIMES):  # in turn, because disk and memory are quicker the second time
            discard_all()
            copies.append(timed(partial(copy_and_hash, file, folder / "copy")))
            bodies.append(timed(partial(upload, size)))
        after = memory(server)
    return {
        "MB": size / MEGABYTE,
        "rate": size / MEGABYTE / median(bodies),
        "requests": size / MEGABYTE / requests,
        "copy": size / MEGABYTE / median(copies),
        "share": 100 * median(copies) / median(bodies),
        "memory": after - before,
        "seconds": timed(finish_all),
    }


def discard_all():
    """What is here of uploads, before it is looked into, so that the same file is new again."""
    for upload in Upload.objects.all():
        discard(upload)


def finish_all():
    """What a worker does with a large file that is whole: hash it, look into it, name it."""
    finish_whole()
    assert Upload.objects.get().state == UploadState.DONE


def timed(act):
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def make_archive(path, megabytes):
    """A ZIP whose content nothing makes smaller, neither on the way nor on the disk."""
    block = os.urandom(MEGABYTE)
    with zipfile.ZipFile(path, "w") as archive, archive.open("ก.bin", "w", force_zip64=True) as out:
        for _number in range(megabytes):
            out.write(block)
    return path


def copy_and_hash(source, target):
    """What one cannot do faster: the bytes read, hashed, written and on the disk."""
    digest = hashlib.sha256()
    with source.open("rb") as file, target.open("wb") as copy:
        while data := file.read(MEGABYTE):
            digest.update(data)
            copy.write(data)
        copy.flush()
        os.fsync(copy.fileno())
    target.unlink()


@contextmanager
def running_server():
    """Port and process of a web server on the data of this process."""
    port = free_port()
    options = f"--preload --worker-class=gthread --threads=8 --bind=127.0.0.1:{port}"
    command = [sys.executable, "-m", "gunicorn", "esa_standards.wsgi", *options.split()]
    with subprocess.Popen([*command, "--no-control-socket", "--log-level=error"], cwd=ROOT) as web:
        try:
            deadline = time.monotonic() + START
            while not answers(port):
                assert time.monotonic() < deadline, "no page answered"
                time.sleep(0.1)
            yield port, psutil.Process(web.pid)
        finally:
            web.terminate()


def answers(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=START)
    try:
        connection.request("GET", "/accounts/login/")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def headers_of(person, port):
    """What shows a client to be a page of this person."""
    session, token = import_module(settings.SESSION_ENGINE).SessionStore(), secrets.token_hex(16)
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(person.pk), BACKEND
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return {
        "Cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}; csrftoken={token}",
        "X-CSRFToken": token,
        "Origin": f"http://127.0.0.1:{port}",
        "Tus-Resumable": "1.0.0",
    }


def send(path, port, headers, year, cut):
    """The whole upload in bodies of at most ``cut`` bytes, its end included."""
    connection, size = http.client.HTTPConnection("127.0.0.1", port), path.stat().st_size
    name = base64.b64encode(path.name.encode()).decode()
    begin = {"Upload-Length": str(size), "Upload-Metadata": f"filename {name}"}
    place = "/".join(["", "o", *map(str, year.args), "uploads", ""])
    answer = ask(connection, "POST", place, None, headers | begin, 201)
    url = "/" + answer.headers["Location"].split("/", 3)[3]
    piece = headers | {"Content-Type": "application/offset+octet-stream"}
    with path.open("rb") as file:
        for at in range(0, size, cut):
            length = min(cut, size - at)
            more = {"Upload-Offset": str(at), "Content-Length": str(length)}
            ask(connection, "PATCH", url, parts(file, length), piece | more, 204)
    connection.close()


def parts(file, length):
    """The next bytes of the file, a MB at once."""
    for at in range(0, length, MEGABYTE):
        yield file.read(min(MEGABYTE, length - at))


def ask(connection, method, url, body, headers, status):
    connection.request(method, url, body=body, headers=headers)
    answer = connection.getresponse()
    said = answer.read()
    assert answer.status == status, said
    return answer


def memory(server):
    """MB that the server and its workers hold now, what they share counted once."""
    held = [process.memory_full_info().uss for process in [server, *server.children()]]
    return sum(held) / MEGABYTE
