"""What a directory file is refused for, each fault named by its path."""

import pytest
from django.core.management import CommandError

from mailsettings import directory, lookup
from mailsettings.models import Domain, DomainName
from tests import build
from tests.directory.documents import applied, document, faults, run

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
    @pytest.mark.parametrize(("values", "path"), BAD)
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
        ("content", "said"),
        [
            (b"", "not JSON: see line 1, column 1"),
            (b"{", "not JSON: see line 1, column 2"),
            (b"[]", "This is a list in brackets"),
            (b"null", "null is not a value here"),
            (b'{"servers": NaN}', "servers: A list in brackets is needed here"),
            (b"\xff\xfe", "not UTF-8: see byte 0"),
            (b'{"a": 1, "a": 2}', "“a” is written twice"),
            (b'{"servers": "\xed\xa0\x80"}', "not UTF-8: see byte 13"),
            (b'{"servers": [{"name": "\\ud800"}]}', "a character in it that text cannot hold"),
            (b'{"servers": [{"name": "a\\u0000"}]}', "a character in it that text cannot hold"),
            (b"[" * 100_000, "nested too deeply"),
            (b'{"customers": [' + b"[" * 5000, "nested too deeply"),
        ],
        ids=["nothing", "half of it", "a list", "null", "not a number", "another encoding", "a key twice",
             "half a pair", "half a pair, escaped", "a zero byte", "deep", "deep inside"],
    )  # fmt: skip
    def test_what_is_no_directory_is_refused_in_words(self, content, said, tmp_path):
        file = tmp_path / "directory.json"
        file.write_bytes(content)

        with pytest.raises(CommandError, match=said):
            run("apply", str(file))
