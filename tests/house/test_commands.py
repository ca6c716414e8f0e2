"""What the commands of the project say about themselves."""

import pytest
from django.core.management import get_commands, load_command_class
from django.utils import translation

APPS = ("accounts", "mailsettings", "portal")
OURS = sorted((name, app) for name, app in get_commands().items() if app in APPS)


def help_of(name, app):
    return load_command_class(app, name).create_parser("manage.py", name).format_help()


def test_the_commands_of_the_project_are_found():
    assert {"apply", "backup", "erase_customer", "work"} <= {name for name, _app in OURS}


@pytest.mark.parametrize(("name", "app"), OURS)
def test_every_command_explains_itself_and_its_options_in_both_languages(name, app):
    shown = {}
    for language in ("uk", "en"):
        with translation.override(language):
            shown[language] = help_of(name, app)
            assert " ".join(str(load_command_class(app, name).help).split()) in " ".join(shown[language].split())

    assert any("а" <= letter <= "я" for letter in shown["uk"])
    assert not any("а" <= letter <= "я" for letter in shown["en"])
