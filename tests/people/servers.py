"""Mail servers and a workflow that behave as a test wants them to."""

import smtplib
from datetime import UTC, datetime

from django.core.mail.backends.locmem import EmailBackend

AT = datetime(2017, 1, 15, 2, 0, tzinfo=UTC)
open_todos = set()


def backend(settings, which):
    settings.EMAIL_BACKEND = f"{__name__}.{which.__name__}"


class OpenStill:
    """What the workflow would say: a todo is open or it is not, and some ask for trouble."""

    def __call__(self, told, at):
        if told.todo_key == "poison":
            raise ZeroDivisionError("the target is gone")
        return told if not told.todo_key or told.todo_key in open_todos else None


class Down(EmailBackend):
    """A mail server that is down."""

    def send_messages(self, messages):
        raise smtplib.SMTPServerDisconnected("down")


class Refusing(EmailBackend):
    """A mail server that takes no message today."""

    def send_messages(self, messages):
        raise smtplib.SMTPDataError(451, b"later")


class Unknown(EmailBackend):
    """A mail server that knows one address not at all."""

    def send_messages(self, messages):
        (to,) = messages[0].to
        if to == "kanda@example.org":
            raise smtplib.SMTPRecipientsRefused({to: (550, "ไม่มีผู้รับ".encode())})
        return super().send_messages(messages)


class Choosy(EmailBackend):
    """A mail server that refuses one subject."""

    def send_messages(self, messages):
        if "พิษ" in messages[0].subject:
            raise smtplib.SMTPDataError(554, b"no")
        return super().send_messages(messages)


class Fatal(EmailBackend):
    """The worker dies after the server took the mail."""

    def send_messages(self, messages):
        super().send_messages(messages)
        raise SystemExit
