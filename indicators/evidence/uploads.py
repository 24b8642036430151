"""How uploads reach the disk: never through memory, never beyond the limit."""

import io
import os
import shutil
import tempfile
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers
from django.core.files.utils import validate_file_name

from core.files.no_room import is_no_room
from core.files.temporary import temporary_folder

FILES_PER_REQUEST = 12
# The letters of a file's name that browsers write in another way; a name such as "100%25" stays.
AS_BROWSERS_WRITE = {"%22": '"', "%0D": "\r", "%0A": "\n"}


class ReceivedFile(UploadedFile):  # type: ignore[type-arg] # its class knows none at run time
    """A file that came in. ``no_room``: the disk was full, and its bytes are not there.

    Its name is whole, where Django cuts one after 255 letters and says nothing; ``store`` refuses
    what is longer.
    """

    no_room = False

    @property
    def name(self) -> str | None:
        return self._name

    @name.setter
    def name(self, name: str | None) -> None:
        if name is not None:
            for written, meant in AS_BROWSERS_WRITE.items():
                name = name.replace(written, meant)
            validate_file_name(name := os.path.basename(name))
        self._name = name


class LimitedUploadHandler(FileUploadHandler):
    """Spools to a temporary file; what exceeds the limit or the disk is counted but not kept.

    The file still arrives with its true size, so that its form can name the reason and the other
    files of the same form are not lost. A request beyond a dozen such files is cut off at once.
    """

    room = True
    file: ReceivedFile | None = None

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Before the first byte: too much is refused, and for what has no room none is kept."""
        if content_length > settings.UPLOAD_MAX_BYTES * FILES_PER_REQUEST:
            raise RequestDataTooBig("more was sent at once than any form of ours takes")
        free = shutil.disk_usage(temporary_folder()).free
        self.room = free - content_length >= settings.FREE_SPACE_FLOOR_BYTES

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        spool = self._spool()
        self.file = ReceivedFile(
            spool or io.BytesIO(),
            self.file_name,
            self.content_type,
            0,
            self.charset,
            self.content_type_extra,
        )
        self.file.no_room = spool is None
        raise StopFutureHandlers

    def _spool(self) -> IO[bytes] | None:
        """An open file without a buffer, which would be written once more when it is closed."""
        try:
            folder = temporary_folder()
            return (
                tempfile.NamedTemporaryFile(prefix="upload-", dir=folder, buffering=0)
                if self.room
                else None
            )
        except OSError as error:
            if is_no_room(error):
                return None
            raise

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.file is None or self.file.no_room:
            return
        if start + len(raw_data) > settings.UPLOAD_MAX_BYTES:
            return
        try:
            left = memoryview(raw_data)
            while left:
                left = left[self.file.write(left) :]
        except OSError as error:
            if not is_no_room(error):
                raise
            self.file.no_room = True
            self.file.truncate(0)  # room for the others

    def file_complete(self, file_size: int) -> ReceivedFile | None:
        if self.file is not None:
            self.file.seek(0)
            self.file.size = file_size
        return self.file

    def upload_interrupted(self) -> None:
        if self.file is not None:
            self.file.close()  # which removes it
