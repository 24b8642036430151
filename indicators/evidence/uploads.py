"""How uploads reach the disk: never through memory, never beyond the limit."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import StopFutureHandlers, TemporaryFileUploadHandler

from core.temporary import temporary_folder

FILES_PER_REQUEST = 12


class LimitedUploadHandler(TemporaryFileUploadHandler):
    """Spools to a temporary file; what exceeds the limit is counted but not kept.

    The file still arrives with its true size, so that its form can name the reason and the other
    files of the same form are not lost. A request beyond a dozen such files is cut off at once.
    """

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        if content_length > settings.UPLOAD_MAX_BYTES * FILES_PER_REQUEST:
            raise RequestDataTooBig("more was sent at once than any form of ours takes")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        temporary_folder()  # there may be none yet
        super().new_file(*args, **kwargs)
        raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) <= settings.UPLOAD_MAX_BYTES:
            self.file.write(raw_data)
