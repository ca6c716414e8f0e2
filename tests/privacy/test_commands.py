"""``manage.py export_customer`` and ``erase_customer``."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from tests.privacy.database import CONTACTS, NAMES, everything, found_of

pytestmark = pytest.mark.django_db


def test_the_command_writes_the_document(customer, capsys, tmp_path):
    call_command("export_customer", "c1")
    file = tmp_path / "c1.json"
    call_command("export_customer", "c1", output=str(file))

    assert json.loads(capsys.readouterr().out) == json.loads(file.read_text())
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("command", [["export_customer"], ["erase_customer", "--domains=remove", "--reason=x"]])
def test_an_unknown_reference_is_named(command):
    name, *options = command
    with pytest.raises(CommandError, match="no customer with the reference c9"):
        call_command(name, "c9", *options)


def test_the_command_erases_once_the_reference_was_typed_again(customer, monkeypatch, capsys):
    monkeypatch.setattr("builtins.input", lambda _prompt: "c1")

    call_command("erase_customer", "c1", "--domains=remove", "--reason=запит")

    assert found_of([*CONTACTS, *NAMES]) == []
    assert "Erased as change set" in capsys.readouterr().out


def test_another_reference_erases_nobody(customer, monkeypatch):
    before = everything()
    monkeypatch.setattr("builtins.input", lambda _prompt: "c2")

    with pytest.raises(CommandError, match="Nothing was erased"):
        call_command("erase_customer", "c1", "--domains=remove", "--reason=запит")

    assert everything() == before


def test_where_nobody_can_be_asked_nobody_is_erased_and_a_sentence_says_what_to_add(customer, monkeypatch):
    before = everything()
    monkeypatch.setattr("sys.stdin", io.StringIO())

    with pytest.raises(CommandError, match="Add --yes to erase"):
        call_command("erase_customer", "c1", "--domains=remove", "--reason=запит")

    assert everything() == before


def test_a_dry_run_counts_and_erases_nobody(customer, capsys):
    before = everything()

    call_command("erase_customer", "c1", "--domains=remove", "--reason=запит", "--dry-run")

    assert "mailboxes: 2" in capsys.readouterr().out
    assert everything() == before


def test_the_command_does_not_ask_where_it_was_told_so(customer):
    call_command("erase_customer", "c1", "--domains=suspend", "--reason=запит", "--yes")

    assert found_of(CONTACTS) == []
