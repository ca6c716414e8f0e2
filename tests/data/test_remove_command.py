"""``manage.py remove_domain``: what a page cannot remove at once."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import ChangeSet
from mailsettings.models import Domain, Mailbox
from tests import build

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def domain():
    return build.domain("фірма.укр", aliases=["firma.example"], mailboxes=["a", "b"])


def remove(*arguments):
    out = StringIO()
    call_command("remove_domain", *arguments, stdout=out)
    return out.getvalue()


def test_it_says_what_it_would_remove_and_removes_nothing():
    said = remove("фірма.укр")

    assert "mailboxes: remove 2" in said
    assert "Nothing was changed" in said
    assert Mailbox.objects.count() == 2


def test_it_removes_the_domain_with_all_that_it_has_as_one_change_set():
    said = remove("ФІРМА.укр", "xn--80axlp4g.xn--j1amh", "--apply", "--reason", "closed", "--ticket", "T-1")

    written = ChangeSet.objects.latest("pk")
    assert f"change set {written.pk}" in said
    assert (written.source, written.actor) == (ChangeSet.Source.COMMAND, None)
    assert (written.reason, written.ticket, written.number_of_changes) == ("closed", "T-1", 5)
    assert not Domain.objects.exists()


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (["other.example"], "other.example is no domain here"),
        (["no domain"], "no domain is no domain here"),
        (["фірма.укр", "other.example"], "other.example is no domain here"),
        (["firma.example"], "firma.example is another name of фірма.укр"),
    ],
)
def test_a_name_that_is_no_primary_one_stops_it(names, why):
    with pytest.raises(CommandError, match=why):
        remove(*names, "--apply")
    assert Domain.objects.exists()
