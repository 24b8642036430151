"""Real PostgreSQL and Redis for the tests.

    python -m tests.servers COMMAND …

runs COMMAND with DATABASE_URL and TEST_BROKER_URL set: to what TEST_DATABASE_URL and
TEST_BROKER_URL say, else to servers that answer on the standard ports, else to servers started
here from installed binaries in a temporary folder. What is missing in the end is said loudly,
and the tests that need it skip.
"""

import getpass
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import redis

REDIS_LOCK = "esa-standards-tests"


def main(command):
    with ExitStack() as stack:
        database = stack.enter_context(postgres())
        broker = stack.enter_context(private_redis())
        environment = dict(os.environ)
        if database:
            environment["DATABASE_URL"] = database
        if broker:
            environment["TEST_BROKER_URL"] = broker
        for name, url in (("PostgreSQL", database), ("Redis", broker)):
            say(name, url)
        return subprocess.call(command, env=environment)


def say(name, url):
    if url:
        text = f"servers: {name} at {url.rpartition('@')[2]}"
    else:
        line = "!" * 78
        text = f"{line}\n!! NO {name}, NEITHER RUNNING NOR INSTALLED: ITS TESTS ARE SKIPPED\n{line}"
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


@contextmanager
def postgres():
    """Yield a URL under which test databases may be created, or None."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    url = next(filter(may_create, standard_urls()), None)
    if url:
        yield url
        return
    with started_postgres() as url:
        yield url


def standard_urls():
    """Who may be let in on the standard port: the superuser or this account, by TCP or socket."""
    for user in dict.fromkeys(("postgres", getpass.getuser())):
        yield f"postgres://{user}@127.0.0.1:5432/postgres"
        yield f"postgres://{user}@%2Fvar%2Frun%2Fpostgresql:5432/postgres"


def may_create(url):
    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            row = connection.execute(
                "SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
    except psycopg.OperationalError:
        return False
    return row[0]


@contextmanager
def started_postgres():
    binaries = postgres_binaries()
    if not binaries:
        yield None
        return
    folder, port = tempfile.mkdtemp(prefix="esa-postgres-"), free_port()
    account = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        account = {"user": "nobody", "group": "nogroup", "extra_groups": []}
        shutil.chown(folder, "nobody")

    def run(program, *arguments):
        command = [str(binaries / program), "-D", f"{folder}/data", *arguments]
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, **account)

    try:
        run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c fsync=off -k {folder}"
        run("pg_ctl", "-w", "-l", f"{folder}/log", "-o", options, "start")
        try:
            yield f"postgres://postgres@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def postgres_binaries():
    """The folder with initdb and pg_ctl, the newest version first."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name)
    )
    on_path = shutil.which("initdb")
    folders = [*reversed(found), *([Path(on_path).resolve().parent] if on_path else [])]
    needed = ("initdb", "pg_ctl", "postgres")
    return next((path for path in folders if all((path / name).exists() for name in needed)), None)


@contextmanager
def private_redis():
    """Yield the URL of a Redis database that nobody else uses, or None."""
    given = os.environ.get("TEST_BROKER_URL")
    if given:
        yield given
        return
    if not answers("redis://127.0.0.1:6379/0"):
        with started_redis() as url:
            yield url
        return
    with claimed_redis("redis://127.0.0.1:6379") as url:
        yield url


def answers(url):
    try:
        return redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2).ping()
    except redis.RedisError:
        return False


@contextmanager
def claimed_redis(server):
    """Claim an empty numbered database and, at the end, delete what lies in it by then.

    The lock lies in database 0, so an empty one stays recognisable. Databases with other
    people's keys are never touched.
    """
    locks = redis.Redis.from_url(f"{server}/0")
    for number in range(15, 0, -1):
        ours, lock = redis.Redis.from_url(f"{server}/{number}"), f"{REDIS_LOCK}:{number}"
        if not locks.set(lock, os.getpid(), nx=True, ex=3600):
            continue
        if ours.dbsize():
            locks.delete(lock)
            continue
        try:
            yield f"{server}/{number}"
        finally:
            for key in ours.scan_iter():
                ours.delete(key)
            locks.delete(lock)
        return
    with started_redis() as url:
        yield url


@contextmanager
def started_redis():
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if not program:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="esa-redis-") as folder:
        port = free_port()
        command = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", folder]
        server = subprocess.Popen([*command, "--save", ""], stdout=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + 20
            while not answers(f"redis://127.0.0.1:{port}/0"):
                if time.monotonic() > deadline or server.poll() is not None:
                    raise RuntimeError(f"{program} did not start")
                time.sleep(0.1)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait(10)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
