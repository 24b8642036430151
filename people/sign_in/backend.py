"""Checking name and password, in the same time whether the name is known or not."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from people.models import User
from people.sign_in.names import account_of


class WithOffice:
    """Loads the person of a session together with the office, which every page asks for."""

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.select_related("office").filter(pk=user_id).first()
        return user if user is not None and user.is_active else None


class SignInBackend(WithOffice, AuthenticationBackend):
    """One query and one hash for every attempt; its answer is the last word.

    The other backends stand behind it for sessions and rights. Asked as well, they would hash once
    more for some names than for others, and the clock would say which addresses have accounts.
    """

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        name = credentials.get("username") or credentials.get("email")
        password = credentials.get("password")
        if not name or not password:
            return None
        account = account_of(name)
        if account is None:
            User().set_password(password)
        elif account.check_password(password):
            if self.user_can_authenticate(account):
                return account
            self._stash_user(account)  # allauth then says that the account is deactivated
        raise PermissionDenied


class SessionBackend(WithOffice, ModelBackend):
    """For sessions and rights; it stands behind the one above and is never asked for a password."""
