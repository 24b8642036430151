"""The broker of a machine without Redis: a folder of messages, each whole or absent.

kombu's own transport opens a file and then writes it, so that a worker may read half a message,
or half the table of queues, and end. Here both take their names when they are whole, and what a
crash or a hand left unreadable is put away with a word in the log: a message only wakes, what is
owed stands in the database.
"""

import fcntl
import json
import logging
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import filesystem, virtual
from kombu.transport.filesystem import exchange_queue_t as Binding
from kombu.utils.json import dumps, loads

from core.files import BEGUN, write_whole

log = logging.getLogger(__name__)


class FolderChannel(filesystem.Channel):
    """One process's way to the folder; many may read and write at once."""

    # kombu's two bases call the second argument by two names
    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        name = f"{time.time_ns()}_{uuid.uuid4()}.{queue}.msg"
        try:
            write_whole(Path(self.data_folder_out, name), dumps(payload).encode())
        except OSError as error:
            raise ChannelError(f"Cannot add {name} to the folder of messages") from error

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        """The oldest message of the queue; raises ``Empty``."""
        folder = Path(self.data_folder_in)
        for path in sorted(folder.iterdir()):
            if path.name.partition(".")[2] != f"{queue}.msg":
                continue
            claimed = folder / f"{BEGUN}{uuid.uuid4().hex}"
            try:
                path.rename(claimed)  # one of several workers wins
            except FileNotFoundError:
                continue
            text = claimed.read_bytes()
            claimed.unlink()
            try:
                return loads(text)
            except ValueError:
                log.warning("An unreadable message of %d bytes was put away", len(text))
        raise Empty

    def get_table(self, exchange: str) -> list[Binding]:
        """The queues bound to an exchange; none where the table cannot be read."""
        try:
            return [Binding(*row) for row in json.loads(self._exchange_file(exchange).read_bytes())]
        except FileNotFoundError:
            return []
        except (ValueError, TypeError):
            log.warning("The table of the exchange %s was unreadable and begins anew", exchange)
            return []

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        binding = Binding(routing_key or "", pattern or "", queue or "")
        with self._table_to_change(exchange) as table:
            if binding not in table:
                table.insert(0, binding)

    def _delete(
        self, queue: str, exchange: str, routing_key: str, pattern: str, *args: object, **kw: object
    ) -> None:
        virtual.Channel._delete(self, queue)
        binding = Binding(routing_key or "", pattern or "", queue or "")
        with self._table_to_change(exchange) as table:
            if binding in table:
                table.remove(binding)

    @contextmanager
    def _table_to_change(self, exchange: str) -> Iterator[list[Binding]]:
        """The bindings of an exchange, for one process at a time; changes are kept at the end."""
        file = self._exchange_file(exchange)
        self.control_folder.mkdir(exist_ok=True)
        with file.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            table = self.get_table(exchange)
            before = list(table)
            yield table
            if table != before:
                write_whole(file, json.dumps(table).encode())


class Transport(filesystem.Transport):
    """What a broker's address stands for that begins with filesystem (esa_standards/celery.py)."""

    Channel = FolderChannel
