import io

import pytest
from django.core.management import CommandError, call_command

from accounts.models import ChangeSet
from mailsettings.models import Domain, Mailbox
from tests import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(tmp_path):
    def run(content, *arguments):
        file = tmp_path / "list"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        out = io.StringIO()
        call_command("import", str(file), *arguments, stdout=out)
        return out.getvalue()

    return run


@pytest.fixture
def firma():
    return build.domain("firma.com.ua", mailboxes=["olena", "petro"])


def test_a_list_is_shown_and_nothing_is_written(run, firma):
    number = ChangeSet.objects.count()

    said = run("address;name;пароль\nolena@firma.com.ua;Олена;x\nnew@firma.com.ua;;y\nbad@;;z\n")

    assert "New: 1, Changed: 1, Unchanged: 0, Bad rows: 1" in said
    assert "~ row 2 olena@firma.com.ua: Name: — → Олена" in said
    assert "+ row 3 new@firma.com.ua" in said
    assert "! row 4 bad@: Address: " in said
    assert "Column C («пароль») holds passwords" in said
    assert "was not checked" in said
    assert "Nothing was changed" in said
    assert ChangeSet.objects.count() == number


def test_the_domains_and_customers_that_a_list_adds_are_told(run, firma):
    said = run("address;customer number;customer name\nnew@firma.com.au;c7;Нова\n")

    assert "New domains: 1, New customers: 1" in said
    assert "+ New domains: row 2 firma.com.au: Customer: Нова (c7); Mail server: s1" in said
    assert "+ New customers: row 2 c7: Customer name: Нова" in said


def test_a_list_is_saved_with_its_reason_and_ticket(run, firma):
    assert "Saved as change set" in run("address\nnew@firma.com.ua\n", "--apply", "--reason", "move", "--ticket", "T-1")

    saved = ChangeSet.objects.first()
    assert (saved.source, saved.reason, saved.ticket) == ("import", "move", "T-1")
    assert Mailbox.objects.count() == 3


def test_saving_needs_a_reason(run, firma):
    with pytest.raises(CommandError, match="--reason"):
        run("address\nnew@firma.com.ua\n", "--apply")


def test_removal_needs_its_own_word_and_above_a_fifth_the_number(run, firma):
    save = ("--apply", "--reason", "move")
    run("address\nolena@firma.com.ua\n", *save)
    assert Mailbox.objects.count() == 2

    with pytest.raises(CommandError, match="--confirm 1"):
        run("address\nolena@firma.com.ua\n", *save, "--remove-missing")
    run("address\nolena@firma.com.ua\n", *save, "--remove-missing", "--confirm", "1")

    assert Mailbox.objects.get().local_part == "olena"


def test_missing_domains_are_removed_by_the_same_word_and_number(run, firma):
    build.domain("other.com.ua")
    rows = "domain;customer number\nother.com.ua;c1001\n"
    save = ("--apply", "--reason", "move", "--remove-missing")

    assert "- firma.com.ua: 2 mailboxes would go with it." in run(rows)
    with pytest.raises(CommandError, match=r"1 domains would be removed.*--confirm 1"):
        run(rows, *save)
    run(rows, *save, "--confirm", "1")

    assert Domain.objects.get().primary_name == "other.com.ua"


def test_the_files_of_control_panels_need_only_what_they_do_not_tell(run):
    build.server()
    save = ("--apply", "--reason", "move")
    run("firma.com.ua: firma\n", "--create-customers", *save)
    passwd = "olena:$6$a$bcdefgh:1001:12::/home/firma:/bin/false\n"
    with pytest.raises(CommandError, match="domain of its mailboxes"):
        run(passwd)
    run(passwd, "--domain", "Firma.com.ua", *save)
    run('{"result": {"data": [{"email": "petro@firma.com.ua"}]}}', *save)
    run("domain\nother.com.ua\n", "--customer", "firma", *save)

    assert sorted(Mailbox.objects.values_list("local_part", flat=True)) == ["olena", "petro"]
    assert Domain.objects.filter(customer__ref="firma").count() == 2


@pytest.mark.parametrize(
    ("content", "arguments", "said"),
    [
        (b"address\n\x00\x00\x00", (), "Save it as CSV"),
        ("a;b\n", (), "No heading"),
        ("address\n", ("--domain", ".."), "dots"),
    ],
    ids=["zero bytes", "no known heading", "no domain"],
)
def test_what_cannot_be_read_is_said_in_words(run, content, arguments, said):
    with pytest.raises(CommandError, match=said):
        run(content, *arguments)


def test_a_file_that_is_not_there_is_said_in_words():
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import", "/nowhere/at/all")


def test_control_characters_of_a_file_do_not_reach_the_terminal(run, firma):
    assert "\x1b" not in run("address;name\nnew@firma.com.ua;\x1b[31mred\n")
