"""The same lines with MAILERS, which takes the place of the older settings from Django 6.1 on."""

from __future__ import annotations

from dataclasses import replace

from . import django

READER = replace(django.READER, file_name="django-mailers.txt")
