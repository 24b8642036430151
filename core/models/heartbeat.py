"""Signs of life of the processes behind the pages."""

from django.db import models


class Heartbeat(models.Model):
    """When a part of the program last did its work. ``at`` is the machine's own time."""

    part = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "heartbeat"

    def __str__(self):
        return f"{self.part} {self.at:%H:%M:%S}"
