"""Names for what core and notifications know by its setting only, so that types can say it.

They stand below people: a person is an instance of ``AUTH_USER_MODEL``, an office one of
``OFFICE_MODEL``, and neither can be imported here.
"""

from typing import Any, TypeAlias

Person: TypeAlias = Any
Office: TypeAlias = Any
