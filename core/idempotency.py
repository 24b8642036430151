"""The same form sent twice makes one object."""

from django.db import IntegrityError, transaction

from core import clock
from core.models import SubmittedForm
from core.types import Person


def claim_token(user: Person, form: str, token: str) -> bool:
    """Claim ``token``. True for the first submission; call inside the creating transaction.

    A second, concurrent submission waits for the first one's commit and then gets False,
    because the unique key is taken in the same transaction as the object is made.
    """
    try:
        with transaction.atomic():
            SubmittedForm.objects.create(user=user, form=form, token=token, at=clock.now())
    except IntegrityError:
        return False
    return True


def remember_result(user: Person, form: str, token: str, url: str) -> None:
    """Keep where the first submission led, so that the second click leads there too."""
    SubmittedForm.objects.filter(user=user, form=form, token=token).update(result_url=url)


def earlier_result(user: Person, form: str, token: str) -> str:
    """Where the first submission of this token led, or an empty string."""
    row = SubmittedForm.objects.filter(user=user, form=form, token=token).first()
    return row.result_url if row else ""
