"""The same form sent twice makes one object."""

from django.db import IntegrityError, transaction

from people import clock
from people.models import SubmittedForm


def first_time(user, form, token):
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


def remember_result(user, form, token, url):
    """Keep where the first submission led, so that the second click leads there too."""
    SubmittedForm.objects.filter(user=user, form=form, token=token).update(result_url=url)


def earlier_result(user, form, token):
    """Where the first submission of this token led, or an empty string."""
    row = SubmittedForm.objects.filter(user=user, form=form, token=token).first()
    return row.result_url if row else ""
