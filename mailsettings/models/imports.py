"""Imports between their preview and their saving."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class PendingImport(models.Model):
    """The rows of a file that somebody is looking at, without what is not needed to save them. It does not last.

    ``content`` is a table as JSON; ``options`` hold what was chosen beside the file.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True, db_index=True)
    content = models.TextField()
    options = models.JSONField(default=dict)

    def __str__(self) -> str:
        return str(self.id)
