"""Runs web, worker and beat as one: they start together, and when one ends all end.

Called by script/server. The program is read once, here, and the parts are forked from it: reading
it anew for each would cost seconds of every start. The supervisor itself does nothing but watch.
"""

import contextlib
import ctypes
import fcntl
import http.client
import importlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import traceback
from functools import partial
from pathlib import Path
from urllib.parse import quote

BASE_DIR = Path(__file__).resolve().parent.parent
LOOPBACK = "127.0.0.1"
PATIENCE = 60  # seconds until the first page must have answered
GRACE = 10  # seconds between the request to stop and the kill
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LAST_SIGNAL_OF_PARENT, NAME = 1, 15  # PR_SET_PDEATHSIG, PR_SET_NAME of prctl(2)
LIBC = ctypes.CDLL(None, use_errno=True)


class Trouble(Exception):
    """Something the person at the terminal can read and correct."""


class Stopped(Exception):
    """Ctrl-C, or the machine or a terminal asked us to end."""


def main():
    for number in SIGNALS:
        signal.signal(number, stop)
    group = Group()
    try:
        serve(group)
    except Trouble as trouble:
        say(f"script/server: {trouble}")
        return 1
    except Stopped:
        say("Stopping …")
        return 0
    finally:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)  # once is enough; the kill comes by itself
        group.end()


def stop(number, frame):
    raise Stopped


def say(text):
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def serve(group):
    """Prepare the data folder, start the three, wait for the page, and watch."""
    port = read_port()
    folder = Path(os.environ.get("DATA_DIR") or BASE_DIR / "var").resolve()
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    with only_one(folder):
        refuse_used_port(port)
        set_environment(folder, port)
        program = read_program()
        known = program.facts()
        accounts = prepare(group, program)
        if program.facts() != known:
            begin_anew()
        start_parts(group, program, port)
        say(f"\n{accounts}\nOpen http://{LOOPBACK}:{port}/ in a browser. Ctrl-C stops it.\n")
        group.watch()


def read_port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise Trouble(f"PORT={text} is no port; use a number from 1024 to 65535")
    return int(text)


@contextlib.contextmanager
def only_one(folder: Path):
    """Hold the data folder: two servers on one folder would each think it theirs."""
    with (folder / "server.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Trouble(f"another server already runs on the data folder {folder}") from error
        yield


def refuse_used_port(port: int):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            hint = f"choose another one: PORT={port + 1} script/server"
            raise Trouble(f"port {port} cannot be used ({error.strerror}); {hint}") from error


def set_environment(folder: Path, port: int):
    """What makes a try-out on loopback work; whatever the caller has set stays."""
    defaults = {
        "DATA_DIR": str(folder),
        "DEMO_MODE": "1",
        "HTTPS": "off",
        "SITE_URL": f"http://{LOOPBACK}:{port}",
        # Mail lies in a folder to be looked at; on the terminal it would drown everything else.
        "EMAIL_URL": f"filemail:///{quote(str(folder / 'mail'))}",
        "DJANGO_SETTINGS_MODULE": "esa_standards.settings",
        # Python's line buffer would hold back a child's last words.
        "PYTHONUNBUFFERED": "1",
    }
    for name, value in defaults.items():
        os.environ.setdefault(name, value)
    if not (os.environ.get("SECRET_KEY") or os.environ.get("SECRET_KEY_FILE")):
        os.environ["SECRET_KEY"] = kept_key(folder / "secret_key")


def kept_key(path: Path) -> str:
    """The key of this data folder, made at the first start and readable by its owner alone."""
    if not path.exists():
        aside = path.with_suffix(".new")
        aside.unlink(missing_ok=True)
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
        aside.rename(path)
    return path.read_text()


def read_program():
    """The program itself: imported now that the environment of its settings is complete."""
    sys.path.insert(0, str(BASE_DIR))
    program = importlib.import_module("esa_standards.program")
    program.read()
    return program


def prepare(group, program) -> str:
    """Bring the data folder up to date; return what is said about accounts."""
    reading, writing = os.pipe()
    process = group.fork("prepare", partial(program.prepare, writing))
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    process.wait()
    group.forget(process)
    if process.returncode:
        raise Trouble("the data folder could not be prepared; the reason stands above")
    return text


def begin_anew():
    """Replace this process by a new one: the first start has just made what it should have read.

    The lock of the data folder goes with the old one and is taken again by the new.
    """
    os.execv(sys.executable, [sys.executable, "-P", __file__])  # noqa: S606 - ourselves


def start_parts(group, program, port: int):
    """Fork web, worker and beat, and wait for the first page."""
    for name, work in parts(program, port).items():
        group.fork(name, work)
    wait_for_page(group, port)


def parts(program, port: int) -> dict:
    """The three parts. One worker thread of tasks is enough for one machine."""
    return {
        "web": partial(
            program.web,
            *("--preload", "--worker-class=gthread", "--threads=8", f"--bind={LOOPBACK}:{port}"),
            *("--log-level=warning", "--graceful-timeout=5", "--no-control-socket"),
        ),
        "worker": partial(
            program.tasks, "worker", "--pool=solo", "--loglevel=WARNING", "--without-mingle"
        ),
        "beat": partial(program.tasks, "beat", "--loglevel=WARNING", "--pidfile="),
    }


def wait_for_page(group, port: int):
    deadline = time.monotonic() + PATIENCE
    while not page_answers(port):
        group.ask()
        if time.monotonic() > deadline:
            raise Trouble(f"no page answered within {PATIENCE} s")
        time.sleep(0.05)


def page_answers(port: int) -> bool:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=PATIENCE)
    try:
        connection.request("GET", "/accounts/login/")
        status = connection.getresponse().status
    except OSError:
        return False
    finally:
        connection.close()
    if status >= 500:
        raise Trouble(f"the first page answers with an error ({status}); see the log above")
    return True


class Group:
    """The children. Each leads a process group of its own, so Ctrl-C reaches only this process."""

    def __init__(self):
        self.processes = {}

    def fork(self, name, work):
        """Let a child of ours do ``work`` (no arguments; returns an exit code or None)."""
        process = Forked(name, work)
        self.processes[process] = name
        return process

    def forget(self, process):
        del self.processes[process]

    def ask(self):
        """Raise when a child has ended: none of them ends by itself."""
        for process, name in self.processes.items():
            if process.poll() is not None:
                raise Trouble(f"{name} ended with {process.returncode}; stopping the others")

    def watch(self):
        while True:
            self.ask()
            time.sleep(0.5)

    def end(self):
        """Ask all to end, wait, and kill what is left, children of children included."""
        for process in self.processes:
            if process.poll() is None:
                process.terminate()  # it tells its own children, in its own order
            else:
                signal_group(process, signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        for process in self.processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0, deadline - time.monotonic()))
        for process in self.processes:
            signal_group(process, signal.SIGKILL)
            process.wait()


def signal_group(leader, number):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader.pid, number)


class Forked:
    """A child of this process, with the part of ``subprocess.Popen`` that ``Group`` asks for."""

    def __init__(self, name, work):
        parent, self.returncode = os.getpid(), None
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            code = 1
            try:
                begin(name, parent)
                code = work() or 0
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 1
                if isinstance(end.code, str):
                    say(end.code)
            except BaseException:  # noqa: BLE001 - said, and the code tells it to the parent
                traceback.print_exc()
            finally:  # whatever happened: the child never runs on in the parent's code
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        # From both sides, so that neither has to wait for the other.
        with contextlib.suppress(PermissionError, ProcessLookupError):
            os.setpgid(self.pid, self.pid)

    def poll(self):
        """The exit code, or None while the child lives; minus the signal that killed it."""
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout=None):
        """Wait for the end, at most ``timeout`` seconds."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while self.poll() is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            time.sleep(0.01)
        return self.returncode

    def terminate(self):
        """Ask it to end."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGTERM)


def begin(name: str, parent: int):
    """First words of a child: a group and a name of its own, and an end with its parent's."""
    os.setpgid(0, 0)
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    LIBC.prctl(NAME, f"esa-{name}".encode())
    end_with(parent)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)


def end_with(parent: int):
    """Let the kernel end this process when ``parent`` dies, even by kill -9."""
    LIBC.prctl(LAST_SIGNAL_OF_PARENT, signal.SIGTERM)
    if os.getppid() != parent:  # it died in between
        os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
