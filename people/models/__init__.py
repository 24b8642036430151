"""Offices, work groups, people and their roles."""

from people.models.office import Office, RestDay, WorkGroup
from people.models.user import Acting, RoleGrant, User

__all__ = ["Acting", "Office", "RestDay", "RoleGrant", "User", "WorkGroup"]
