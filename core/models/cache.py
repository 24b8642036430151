"""The table of Django's database cache, as a model so that it is migrated like the rest.

It counts failed sign-ins and remembers used one-time codes: all processes must see the same, and
signing in must depend on nothing but the database.
"""

from django.db import models


class CacheEntry(models.Model):
    """Written and read by ``django.core.cache`` only."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "people_cache"

    def __str__(self):
        return self.cache_key
