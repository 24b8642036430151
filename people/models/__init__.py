"""Offices, work groups, people and their roles."""

from people.models.office import Office, RestDay, WorkGroup
from people.models.sign_in import LetIn, PasswordRequest
from people.models.user import Acting, RoleGrant, User

__all__ = [
    "Acting",
    "LetIn",
    "Office",
    "PasswordRequest",
    "RestDay",
    "RoleGrant",
    "User",
    "WorkGroup",
]
