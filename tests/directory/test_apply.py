"""The file and the database: what applying does, what it refuses, and that the way out is the way back in."""

import copy
import json
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import Brand, ChangeSet, Customer, User
from mailsettings import directory, lookup
from mailsettings.core.endpoints import Protocol
from mailsettings.management.commands.apply import report
from mailsettings.models import Domain, DomainName, Mailbox, MailServer, ServiceEndpoint
from tests import build

ROOT = Path(__file__).parents[2]
SERVER = {
    "name": "s1",
    "endpoints": [
        {"protocol": "imap", "hostname": "imap.{domain}", "port": 993, "security": "tls"},
        {"protocol": "smtp", "hostname": "smtp.{domain}", "port": 465, "security": "tls"},
    ],
}
DOMAIN = {"name": "firma.com.ua", "server": "s1", "mailboxes": [{"local_part": "olena"}]}
DOCUMENT = {"servers": [SERVER], "customers": [{"ref": "c1001", "domains": [DOMAIN]}]}


def document(**domain) -> dict:
    """DOCUMENT with other keys in its one domain."""
    made = copy.deepcopy(DOCUMENT)
    made["customers"][0]["domains"][0] |= domain
    return made


def applied(made: dict, prune: bool = False) -> ChangeSet | None:
    return directory.apply(directory.plan(made, prune=prune), ChangeSet(source="directory"))


def faults(made, prune: bool = False) -> dict[str, str]:
    """Path and message of everything that is wrong with a document."""
    with pytest.raises(directory.BadDirectory) as bad:
        applied(made, prune)
    return dict(str(fault).split(": ", 1) for fault in bad.value.faults)


def run(command: str, *arguments: str) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out, stderr=out)
    return out.getvalue()


@pytest.mark.django_db
class TestApply:
    def test_a_file_becomes_rows(self):
        applied(document(aliases=["firma.укр"]))

        settings = lookup.for_domain("firma.xn--j1amh")
        assert settings.domain == "firma.com.ua"
        assert settings.first(Protocol.IMAP).hostname == "imap.firma.com.ua"
        assert str(Mailbox.objects.get()) == "olena@firma.com.ua"

    def test_the_same_file_again_changes_nothing(self):
        applied(DOCUMENT)

        assert applied(DOCUMENT) is None

    def test_an_absent_key_changes_nothing_on_a_stored_row(self):
        applied(document(pop3=False, logins="private", status="suspended"))

        assert applied(DOCUMENT) is None
        domain = Domain.objects.get()
        assert (domain.pop3, domain.logins, domain.status) == (False, "private", "suspended")

    def test_a_new_row_takes_the_documented_defaults(self):
        applied(DOCUMENT)

        domain, mailbox, endpoint = Domain.objects.get(), Mailbox.objects.get(), ServiceEndpoint.objects.first()
        assert (domain.status, domain.logins, domain.mta_sts, domain.imap, domain.pop3) == (
            "active", "pattern", "off", True, True,
        )  # fmt: skip
        assert (mailbox.kind, mailbox.status, mailbox.login) == ("mailbox", "active", "")
        assert (endpoint.authentication, endpoint.username) == ("password", "{address}")

    def test_what_the_file_does_not_name_stays_without_prune(self):
        applied(document(mailboxes=[{"local_part": "olena"}, {"local_part": "petro"}]))

        applied(DOCUMENT)

        assert Mailbox.objects.count() == 2

    def test_prune_removes_what_a_named_list_leaves_out(self):
        applied(document(mailboxes=[{"local_part": "olena"}, {"local_part": "petro"}]))

        applied(DOCUMENT, prune=True)

        assert [mailbox.local_part for mailbox in Mailbox.objects.all()] == ["olena"]

    def test_prune_touches_no_list_that_the_file_does_not_name(self):
        applied(document(aliases=["firma.укр"]))
        made = document()
        del made["customers"][0]["domains"][0]["mailboxes"]

        assert applied(made, prune=True) is None

    def test_the_order_of_endpoints_is_the_files(self):
        applied(DOCUMENT)
        made = copy.deepcopy(DOCUMENT)
        made["servers"][0]["endpoints"].insert(
            0, {"protocol": "imap", "hostname": "new.{domain}", "port": 993, "security": "tls"}
        )

        applied(made)

        assert lookup.for_domain("firma.com.ua").first(Protocol.IMAP).hostname == "new.firma.com.ua"

    def test_a_domain_moves_to_the_customer_in_whose_list_it_stands(self):
        applied(DOCUMENT)

        applied({"customers": [{"ref": "c2", "domains": [{"name": "firma.com.ua"}]}]})

        assert Domain.objects.get().customer == Customer.objects.get(ref="c2")

    def test_a_new_name_beside_a_known_alias_renames_the_domain(self):
        applied(document(aliases=["firma.укр"]))

        applied(document(name="firma.укр", aliases=["firma.com.ua"]))

        assert DomainName.objects.get(is_primary=True).name == "firma.xn--j1amh"

    def test_a_server_in_use_is_not_pruned(self):
        applied(DOCUMENT)

        found = faults({"servers": [{**SERVER, "name": "s2"}]}, prune=True)

        assert any("servers" in path for path in found)
        assert MailServer.objects.filter(name="s1").exists()

    def test_everything_is_one_change_set_from_the_directory(self):
        change_set = applied(DOCUMENT)

        assert (ChangeSet.objects.count(), change_set.source) == (1, "directory")


BAD = [
    ({"mailboxes": [{"local_part": "o lena"}]}, "customers[0].domains[0].mailboxes[0].local_part"),
    ({"mailboxes": [{"local_part": "olena"}, {"local_part": "OLENA"}]}, "customers[0].domains[0].mailboxes[1]"),
    ({"mailboxes": [{"local_part": "olena", "login": "o.k"}]}, "customers[0].domains[0].mailboxes[0].login"),
    ({"mailboxes": {}}, "customers[0].domains[0].mailboxes"),
    ({"name": "com.ua"}, "customers[0].domains[0].name"),
    ({"name": "not a name"}, "customers[0].domains[0].name"),
    ({"name": None}, "customers[0].domains[0].name"),
    ({"aliases": ["FIRMA.com.ua."]}, "customers[0].domains[0].name"),
    ({"aliases": ["com.ua"]}, "customers[0].domains[0].aliases[0]"),
    ({"server": "s9"}, "customers[0].domains[0].server"),
    ({"status": "gone"}, "customers[0].domains[0].status"),
    ({"pop3": "yes"}, "customers[0].domains[0].pop3"),
    ({"pop": True}, "customers[0].domains[0].pop"),
    ({"endpoints": [{"protocol": "imap", "hostname": "imap", "port": 993, "security": "tls"}]},
     "customers[0].domains[0].endpoints[0].hostname"),
    ({"endpoints": [{"protocol": "smtp", "hostname": "a.example", "port": 25, "security": "starttls"}]},
     "customers[0].domains[0].endpoints[0].port"),
    ({"endpoints": [{"protocol": "imap", "hostname": "a.example", "port": 99999999999999999999, "security": "tls"}]},
     "customers[0].domains[0].endpoints[0].port"),
    ({"endpoints": [{"protocol": "imap", "hostname": "a.example", "port": 993, "security": "none"}]},
     "customers[0].domains[0].endpoints[0].security"),
    ({"endpoints": [{"protocol": "imap", "hostname": "a.example", "port": 993}]},
     "customers[0].domains[0].endpoints[0].security"),
]  # fmt: skip


@pytest.mark.django_db
class TestRefusals:
    @pytest.mark.parametrize(("values", "path"), BAD, ids=lambda value: value if isinstance(value, str) else "")
    def test_a_bad_entry_is_named_by_its_path_and_nothing_is_applied(self, values, path):
        found = faults(document(**values))

        assert any(named == path or named.startswith(f"{path}.") for named in found), found
        assert not Domain.objects.exists()

    def test_every_bad_entry_is_named(self):
        found = faults(document(status="gone", name="com.ua", mailboxes=[{"local_part": "a b"}]))

        assert len(found) == 3

    def test_an_unknown_key_gets_a_suggestion(self):
        assert "mailboxes" in faults(document(mailboxs=[]))["customers[0].domains[0].mailboxs"]

    def test_a_new_alias_waits_where_its_primary_name_does(self):
        applied(document())
        build.change(DomainName.objects.get(is_primary=True), is_confirmed=False)

        applied(document(aliases=["other.example"]))

        assert not DomainName.objects.get(name="other.example").is_confirmed

    def test_a_new_name_waits_where_the_file_says_so(self):
        applied(document(aliases=["firma.укр", "other.example"], waiting=["firma.укр"]))

        waiting = DomainName.objects.filter(is_confirmed=False)
        assert [name.name for name in waiting] == ["firma.xn--j1amh"]

    def test_an_exported_name_waits_in_another_database_too(self):
        applied(document(aliases=["firma.укр"], waiting=["firma.com.ua"]))
        exported = directory.export()
        emptied = exported | {"customers": [exported["customers"][0] | {"domains": []}]}
        applied(emptied, prune=True)

        applied(exported)

        assert directory.export() == exported
        assert lookup.for_domain("firma.com.ua") is None

    def test_a_name_that_was_confirmed_does_not_wait_again(self):
        applied(document())

        applied(document(waiting=["firma.com.ua"]))

        assert DomainName.objects.get().is_confirmed

    def test_only_names_of_the_domain_can_wait(self):
        assert "customers[0].domains[0].waiting[0]" in faults(document(waiting=["other.example"]))

    def test_an_alias_of_another_customers_domain_is_refused(self):
        applied(document(aliases=["firma.укр"]))
        taking = {"name": "b.com.ua", "server": "s1", "aliases": ["firma.укр"]}

        found = faults({"customers": [{"ref": "c2", "domains": [taking]}]})

        assert "customers[0].domains[0].aliases[0]" in found

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"{",
            b"[]",
            b"null",
            b'{"servers": NaN}',
            b"\xff\xfe",
            b'{"a": 1, "a": 2}',
            b'{"servers": "\xed\xa0\x80"}',
            b'{"servers": [{"name": "\\ud800"}]}',
            b'{"servers": [{"name": "a\\u0000"}]}',
            b"[" * 100_000,
            b'{"customers": [' + b"[" * 5000,
        ],
    )
    def test_what_is_no_directory_is_refused_in_words(self, content, tmp_path):
        file = tmp_path / "directory.json"
        file.write_bytes(content)

        with pytest.raises(CommandError, match=r"\w"):
            run("apply", str(file))


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


@pytest.mark.django_db
def test_planning_takes_the_same_number_of_queries_for_any_number_of_mailboxes(django_assert_max_num_queries):
    applied(DOCUMENT)
    for count in (5, 500):
        made = document(mailboxes=[{"local_part": f"m{number}"} for number in range(count)])
        with django_assert_max_num_queries(30):
            directory.plan(made)


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def places(value, path=()):
    """The path of everything inside a document."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*path, key))


class HostileDirectory(TestCase):
    @given(data=st.data())
    def test_any_value_at_any_place_is_applied_or_refused_in_words(self, data):
        made = document(aliases=["firma.укр"], endpoints=[{**SERVER["endpoints"][0], "port": 1993}])
        path = data.draw(st.sampled_from([place for place in places(made) if place]))
        holder = made
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = data.draw(JUNK)

        found = self.faults(made)

        assert all(fault.message for fault in found)
        assert all(line.isprintable() for line in report(found).splitlines())

    def faults(self, made):
        try:
            applied(made)
        except directory.BadDirectory as bad:
            return bad.faults
        return []

    @given(
        boxes=st.lists(st.from_regex(r"[a-z0-9]{1,12}", fullmatch=True), unique=True, max_size=5),
        name=WORDS,
        pop3=st.booleans(),
        logins=st.sampled_from(["pattern", "published", "private"]),
    )
    def test_any_directory_comes_back_as_it_went_in(self, boxes, name, pop3, logins):
        applied({"customers": [], "servers": []}, prune=True)
        login = "" if logins == "pattern" else "own"
        made = document(
            pop3=pop3, logins=logins, mailboxes=[{"local_part": box, "login": login} for box in boxes]
        )  # fmt: skip
        made["customers"][0]["name"] = name

        try:
            applied(made)
        except directory.BadDirectory:
            return

        assert applied(json.loads("".join(directory.chunks()))) is None
        assert {box.local_part for box in Mailbox.objects.all()} == set(boxes)
