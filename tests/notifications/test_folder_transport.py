"""The folder of messages: whole or absent, whoever writes, reads, binds or is killed meanwhile."""

import subprocess
import sys
import threading
from queue import Empty

import pytest
from celery import current_app
from kombu import Connection

from notifications.folder_transport import Transport

TRANSPORT = "notifications.folder_transport:Transport"
WRITE = f"""
import sys
from kombu import Connection
folder, control, first = sys.argv[1:]
options = {{"data_folder_in": folder, "data_folder_out": folder, "control_folder": control}}
with Connection("filesystem://", transport="{TRANSPORT}", transport_options=options) as connection:
    queue = connection.SimpleQueue("work")
    for number in range(int(first), int(first) + 150):
        queue.put({{"number": number, "text": "ก" * 20_000}})
"""


@pytest.fixture
def folders(tmp_path):
    for name in ("messages", "control"):
        (tmp_path / name).mkdir()
    return str(tmp_path / "messages"), str(tmp_path / "control")


@pytest.fixture
def connect(folders):
    opened = []

    def open_one():
        messages, control = folders
        options = {"data_folder_in": messages, "data_folder_out": messages}
        options["control_folder"] = control
        connection = Connection("filesystem://", transport=TRANSPORT, transport_options=options)
        opened.append(connection)
        return connection

    yield open_one
    for connection in opened:
        connection.release()


def test_many_writers_and_readers_lose_and_double_nothing(folders, connect):
    """Two processes write while three threads read: kombu's own transport read half messages."""
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITE, *folders, str(first)]) for first in (0, 1000)
    ]
    found, wrong = [], []

    def read():
        channel = connect().channel()
        try:
            while True:
                running = any(writer.poll() is None for writer in writers)
                try:
                    found.append(channel._get("work"))
                except Empty:
                    if not running:
                        return
        except Exception as error:  # noqa: BLE001 - the thread's end is what is asked about
            wrong.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(60)
    assert [writer.wait(60) for writer in writers] == [0, 0]
    assert wrong == []
    assert len(found) == 300
    assert len({message["properties"]["delivery_tag"] for message in found}) == 300


@pytest.mark.parametrize("left", [b"", b'{"body": "', b"\xff\xfe", b"[[["])
def test_an_unreadable_message_is_put_away_and_the_next_one_is_read(folders, connect, left, caplog):
    channel = connect().channel()
    with open(f"{folders[0]}/0_left.work.msg", "wb") as file:
        file.write(left)
    channel._put("work", {"body": "whole"})
    assert channel._get("work") == {"body": "whole"}
    assert "unreadable message" in caplog.text
    with pytest.raises(Empty):
        channel._get("work")


@pytest.mark.parametrize(
    ("name", "left"), [("empty", b""), ("half", b'[["a", "b"'), ("number", b"5")]
)
def test_an_unreadable_table_begins_anew(folders, connect, name, left, caplog):
    with open(f"{folders[1]}/{name}.exchange", "wb") as file:
        file.write(left)
    queue = connect().SimpleQueue(name)
    queue.put({"number": 1})
    assert connect().SimpleQueue(name).get(timeout=60).payload == {"number": 1}
    assert "unreadable" in caplog.text


def test_queues_bound_at_once_are_all_in_the_table(connect):
    def bind(number):
        connect().channel()._queue_bind("many", f"key{number}", "", f"queue{number}")

    binders = [threading.Thread(target=bind, args=[number]) for number in range(20)]
    for binder in binders:
        binder.start()
    for binder in binders:
        binder.join(10)
    channel = connect().channel()
    assert {row.queue for row in channel.get_table("many")} == {f"queue{n}" for n in range(20)}
    channel._delete("queue3", "many", "key3", "")
    assert {row.queue for row in channel.get_table("many")} == {
        f"queue{n}" for n in range(20) if n != 3
    }


def test_an_address_of_files_means_this_folder_and_others_keep_their_own():
    assert current_app.connection("filesystem://").get_transport_cls() is Transport
    assert current_app.connection("redis://h").get_transport_cls().driver_type == "redis"


def test_each_queue_is_read_by_itself(connect):
    channel = connect().channel()
    for number in range(5):
        channel._put("work", {"number": number})
    channel._put("other", {"number": 99})
    read = [channel._get("work")["number"] for _ in range(5)]
    assert sorted(read) == list(range(5))
    with pytest.raises(Empty):
        channel._get("work")
    assert channel._get("other") == {"number": 99}
