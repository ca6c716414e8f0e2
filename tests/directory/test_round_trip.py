"""The way out of the database is the way back in."""

import json
import re
from pathlib import Path

import pytest

from accounts.models import Brand, Customer
from mailsettings.models import Domain, MailServer
from tests.directory.documents import applied, run

ROOT = Path(__file__).parents[2]


@pytest.mark.django_db
class TestRoundTrip:
    def test_an_export_applied_again_changes_nothing(self):
        run("demo")

        assert applied(json.loads(run("export"))) is None
        assert applied(json.loads(run("export")), prune=True) is None

    def test_an_export_rebuilds_an_empty_database_to_the_letter(self):
        run("demo")
        exported = run("export")
        applied({"customers": [], "servers": [], "brands": []}, prune=True)
        assert not any(model.objects.exists() for model in (Domain, Brand, MailServer, Customer))

        applied(json.loads(exported))

        assert run("export") == exported

    def test_the_example_of_the_readme_is_applied_and_written_back(self):
        (example,) = re.findall(r"```json\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)

        applied(json.loads(example))

        exported = json.loads(run("export"))
        keys = set(re.findall(r'"(\w+)":', example))
        assert set(re.findall(r'"(\w+)":', json.dumps(exported))) == keys
