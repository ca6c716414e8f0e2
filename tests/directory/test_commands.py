"""``manage.py apply``, ``export`` and ``demo``."""

import json
import re

import pytest
from django.core.management import CommandError

from accounts.models import ChangeSet, User
from mailsettings.models import Domain
from tests.directory.documents import DOCUMENT, applied, document, run


@pytest.mark.django_db
class TestCommands:
    def file(self, tmp_path, made) -> str:
        path = tmp_path / "directory.json"
        path.write_text(json.dumps(made, ensure_ascii=False), "utf-8-sig")
        return str(path)

    def test_a_dry_run_shows_the_plan_and_writes_nothing(self, tmp_path):
        shown = run("apply", self.file(tmp_path, DOCUMENT), "--dry-run")

        assert "firma.com.ua" in shown
        assert not Domain.objects.exists()

    def test_a_dry_run_finds_what_applying_would(self, tmp_path):
        with pytest.raises(CommandError, match=re.escape("customers[0].domains[0].name")):
            run("apply", self.file(tmp_path, document(name="com.ua")), "--dry-run")

    def test_a_change_is_shown_with_its_old_and_new_value(self, tmp_path):
        applied(DOCUMENT)

        shown = run("apply", self.file(tmp_path, document(status="suspended")))

        assert re.search(r"active.*→.*suspended", shown)

    def test_reason_and_ticket_stand_in_the_log(self, tmp_path):
        run("apply", self.file(tmp_path, DOCUMENT), "--reason", "a new customer", "--ticket", "4711")

        change_set = ChangeSet.objects.get()
        assert (change_set.reason, change_set.ticket) == ("a new customer", "4711")

    def test_a_file_that_is_not_there_is_named(self):
        with pytest.raises(CommandError, match=re.escape("nowhere.json")):
            run("apply", "nowhere.json")

    def test_the_demo_loads_once_and_leaves_a_user_alone(self):
        first = run("demo")
        change_sets, password = ChangeSet.objects.count(), User.objects.get(username="demo").password

        run("demo", "--if-empty")

        assert "demo" in first
        assert (ChangeSet.objects.count(), User.objects.get(username="demo").password) == (change_sets, password)

    def test_the_demo_shows_every_state_of_a_domain(self):
        run("demo")

        assert set(Domain.objects.values_list("status", flat=True)) == {"active", "suspended", "external"}
        assert set(Domain.objects.values_list("logins", flat=True)) == {"pattern", "published", "private"}
