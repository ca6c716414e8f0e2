"""``demo``: load a small fictional hosting company, and somebody who may look at it in the admin."""

from __future__ import annotations

import argparse
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import ChangeSet, User
from mailsettings import directory
from mailsettings.management.speaking import SpeakingCommand
from mailsettings.models import Domain

from .apply import report

DEMO_FILE = Path(__file__).resolve().parents[2] / "demo" / "directory.json"
USER_NAME = "demo"


class Command(SpeakingCommand):
    help = gettext_lazy("Loads a fictional hosting company, and creates the user “demo” who may do everything.")

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help=_("do nothing where domains are stored already"))
        parser.add_argument("--reset-password", action="store_true", help=_("give the user “demo” a new password"))

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_empty"] and Domain.objects.exists():
            return
        try:
            plan = directory.plan(directory.parse(DEMO_FILE.read_bytes()))
            directory.apply(plan, ChangeSet(source=ChangeSet.Source.DEMO))
        except directory.BadDirectory as error:
            raise CommandError(report(error.faults)) from error
        self._user(options["reset_password"])

    def _user(self, reset_password: bool) -> None:
        """Create the user, or give an existing one a new password where that is asked for; touch nobody otherwise."""
        user, password = User.objects.filter(username=USER_NAME).first(), secrets.token_urlsafe(12)
        if user is None:
            User.objects.create_superuser(USER_NAME, "demo@hoster.example", password)
        elif reset_password:
            user.set_password(password)
            user.save(update_fields=["password"])
        else:
            return
        self.stdout.write(_("Sign in at %(address)s") % {"address": f"{settings.SITE_URL}/admin/"})
        self.stdout.write(_("User name: %(name)s") % {"name": USER_NAME})
        self.stdout.write(_("Password: %(password)s (shown only now)") % {"password": password})
