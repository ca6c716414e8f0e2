"""What every command of the project does alike: it explains itself in the language of whoever runs it."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand


class SpeakingCommand(BaseCommand):
    """A command whose ``help`` may be a lazy translation: argparse wants plain text, and reads it with each parser."""

    def create_parser(self, *args: Any, **kwargs: Any) -> argparse.ArgumentParser:
        parser = super().create_parser(*args, **kwargs)
        parser.description = str(self.help)
        return parser
