"""What is published is the truth: for the demo, for settings that hypothesis makes, and never for a planted lie."""

import ast
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import ChangeSet
from mailsettings import directory, proof
from mailsettings.core.addresses import Address
from mailsettings.core.endpoints import Authentication, Security
from mailsettings.core.errors import CannotExpress
from mailsettings.core.settings import LoginPolicy, MtaSts
from mailsettings.formats import autodiscover_json, formats, mta_sts, pacc
from mailsettings.guides import guides
from mailsettings.management.commands.demo import DEMO_FILE
from mailsettings.memory import settings_by_name
from mailsettings.models import DomainName
from mailsettings.pages import dns as dns_view
from mailsettings.pages import guide as guide_view
from mailsettings.pages import setup as setup_view
from mailsettings.proof import Verdict, sources
from mailsettings.proof.compare import FIELD_WORDS, rows_of
from mailsettings.proof.readers import readers
from mailsettings.proof.reading import Field
from mailsettings.proof.vouching import vouched
from tests import build
from tests.formats import build as values
from tests.formats import strategies

READERS = Path(proof.__file__).parent / "readers"
BESIDE_READERS = ("dns_page", "guide", "page", "qr", "quoting", "reading", "vocabulary", "xml")


def load_demo():
    directory.apply(directory.plan(directory.parse(DEMO_FILE.read_bytes())), ChangeSet(source="demo"))


def served(made):
    """Serve settings that are in no row."""
    build.cold()
    settings_by_name.put(made.domain, made, 0)


def differences(made, wanted) -> list[str]:
    """What differs in the sources for which ``wanted`` holds."""
    served(made)
    found = [source for source in sources.sources_of(made) if wanted(source)]
    assert found
    return [str(row) for source in found for row in rows_of(source) if row.verdict is Verdict.DIFFERS]


def for_programs(source) -> bool:
    return bool(source.reader.file_name) or source.reader is sources.NO_SERVICE


def for_people(source) -> bool:
    return not for_programs(source) and not source.guide


def as_looked_up(made):
    """Settings of one domain as a lookup makes them for this site."""
    brand = replace(made.brand, origin="https://portal.example")
    return replace(made, asked=made.domain, login="", brand=brand)


DOMAINS = strategies.zones().map(as_looked_up)
GENERIC = (
    strategies.cases()
    .map(lambda case: case[0])
    .filter(lambda made: made.generic)
    .map(lambda made: replace(made, login="", login_policy=LoginPolicy.PATTERN))
)
LOCAL_PARTS = st.sampled_from(("user", "o'neil", "a+b", "{address}", "100%", "x&y", "a.b", "00123", "what?", "a*b"))


class TestAnySettings(TestCase):
    @given(DOMAINS, LOCAL_PARTS)
    def test_every_format_tells_the_truth(self, made, local_part):
        with patch.object(sources, "USER", local_part):
            assert differences(made, for_programs) == []

    @settings(max_examples=25)
    @given(DOMAINS, LOCAL_PARTS)
    def test_the_pages_tell_the_truth(self, made, local_part):
        with patch.object(sources, "USER", local_part):
            assert differences(made, for_people) == []

    @settings(max_examples=100)
    @given(DOMAINS, LOCAL_PARTS, st.sampled_from(sorted(guides())))
    def test_every_guide_tells_the_truth(self, made, local_part, guide_id):
        with patch.object(sources, "USER", local_part):
            assert differences(made, lambda source: source.guide and source.guide.id == guide_id) == []

    @settings(max_examples=50)
    @given(DOMAINS)
    def test_records_vouch_for_what_is_published(self, made):
        served(made)

        assert Verdict.DIFFERS not in {row.verdict for row in vouched(made)}

    @settings(max_examples=50)
    @given(DOMAINS, GENERIC, LOCAL_PARTS)
    def test_the_answer_for_any_domain_tells_the_truth(self, made, generic, local_part):
        made = replace(made, server=build.server(discovery_names=[generic.asked]).name)
        with patch.object(sources, "USER", local_part), patch.object(sources.lookup, "_generic", lambda _name: generic):
            assert differences(made, lambda source: generic.asked in source.request.url) == []


@pytest.mark.django_db
class TestPage:
    @pytest.mark.parametrize("first", Authentication)
    def test_a_further_server_tells_when_its_authentication_is_another(self, first):
        (other,) = set(Authentication) - {first}
        endpoints = (values.imap(authentication=first), values.imap(port=10993, authentication=other))
        brand = replace(values.BRAND, origin="https://portal.example")

        assert differences(values.complete(endpoints=endpoints, brand=brand), for_people) == []


@pytest.mark.django_db
class TestGuides:
    @pytest.mark.parametrize("first", Security)
    def test_a_guide_shows_the_servers_that_its_program_can_use(self, first):
        ports = {"imap": (993, 143), "pop3": (995, 110), "smtp": (465, 587)}
        either = [
            (protocol, f"{security}.hoster.example", port, security)
            for protocol, numbers in ports.items()
            for security, port in zip(("tls", "starttls"), numbers, strict=True)
        ]
        build.server(endpoints=sorted(either, key=lambda endpoint: endpoint[3] != first))
        build.domain("firma.com.ua")

        assert places(lambda source: source.guide) == set()


@pytest.mark.django_db
class TestDemo:
    def test_every_domain_proves(self):
        load_demo()

        for name in DomainName.objects.values_list("name", flat=True):
            assert proof.prove(name).differences == ()

    def test_own_user_names_are_part_of_it(self):
        load_demo()

        assert {row.read for row in proof.prove("shop.example").rows} >= {"shop-sales", "user@shop.example"}

    def test_a_private_user_name_is_left_out_or_the_patterns(self):
        load_demo()

        names = [row for row in proof.prove("private.example").rows if row.field == FIELD_WORDS[Field.USER_NAME]]

        assert {str(row.read) for row in names} == {"", "user@private.example", "director@private.example"}

    def test_alias_names_are_asked_too(self):
        load_demo()

        titles = [str(row.source) for row in proof.prove("firma.com.ua").rows]

        assert any("autoconfig.firma.xn--j1amh" in title for title in titles)

    @pytest.mark.parametrize("name", ["moved.example", "paused.example"])
    def test_a_domain_that_is_not_served_publishes_nothing_anywhere(self, name):
        load_demo()

        assert {row.verdict for row in proof.prove(name).rows} == {Verdict.NOT_PUBLISHED}

    def test_a_domain_that_is_served_against_its_status_is_found(self, monkeypatch):
        load_demo()
        published = sources.fetch("GET", "https://portal.example/d/firma.com.ua/autoconfig.xml")
        monkeypatch.setattr(sources, "fetch", lambda *_args, **_options: published)

        assert proof.prove("paused.example").differences

    @pytest.mark.parametrize("name", ["nosuch.example", "not a name", "", "user@firma.com.ua"])
    def test_what_is_not_here_has_no_proof(self, name):
        load_demo()

        assert proof.prove(name) is None


# --- Lies -------------------------------------------------------------------------------------------------------------


def _everywhere(made, **changes):
    return replace(made, endpoints=tuple(replace(endpoint, **changes) for endpoint in made.endpoints))


def wrong_host(made):
    lying = _everywhere(made, hostname="mail.other.example")
    return replace(lying, dns=replace(made.dns, mx=("mx.other.example",)))


def wrong_port(made):
    return replace(made, endpoints=tuple(replace(one, port=one.port + 7) for one in made.endpoints))


def wrong_security(made):
    swapped = {Security.TLS: Security.STARTTLS, Security.STARTTLS: Security.TLS}
    lying = replace(made, endpoints=tuple(replace(one, security=swapped[one.security]) for one in made.endpoints))
    return replace(lying, mta_sts=MtaSts.TESTING)


def wrong_user_name(made):
    return _everywhere(made, username="{local_part}-typo")


LIES = {
    Field.HOSTNAME: wrong_host,
    Field.PORT: wrong_port,
    Field.SECURITY: wrong_security,
    Field.USER_NAME: wrong_user_name,
}
READ = {name: readers()[name] for name in sorted(formats())}
# A server whose host names are the same for all of its domains.
SHARED = [("imap", "mail.hoster.example", 993, "tls"), ("smtp", "mail.hoster.example", 465, "tls")]
# Which lies a file can hold: one about a field that it has no words for is none.
TOLD = [(name, field) for name, reader in READ.items() for field in LIES if field not in reader.cannot_express]
NAMING = [name for name, field in TOLD if field is Field.USER_NAME]


def truth():
    """A domain whose formats have something to say in each of their fields."""
    build.server(mx=["mx1.hoster.example"])
    build.domain("firma.com.ua", mta_sts="enforce")
    return sources.lookup.for_domain("firma.com.ua")


def found_in(file_name: str) -> set[str]:
    """The places where a difference about ``file_name`` was found; about the setup page where that is empty."""
    return places(lambda source: source.reader.file_name == file_name if file_name else source.reader is sources.PAGE)


def places(wanted) -> set[str]:
    """Where a difference was found among the sources for which ``wanted`` holds."""
    about = [source for source in sources.sources_of(sources.lookup.for_domain("firma.com.ua")) if wanted(source)]
    return {str(row.source) for source in about for row in rows_of(source) if row.verdict is Verdict.DIFFERS}


def render_with(monkeypatch, file_name, change):
    """Let a format render other settings, or for another ask, than it was given."""
    honest = formats()[file_name]
    lying = replace(honest, render=lambda made, ask: honest.render(*change(made, ask)))
    monkeypatch.setitem(formats(), file_name, lying)


@pytest.mark.django_db
class TestOwnUserNames:
    @pytest.mark.parametrize(("login", "verdict"), [("00123", Verdict.CANNOT_EXPRESS), ("f-17", Verdict.AGREES)])
    def test_a_user_name_of_which_thunderbird_makes_a_number_cannot_be_expressed(self, login, verdict):
        build.server()
        build.domain("firma.com.ua", logins="published", mailboxes=[{"local_part": "olena", "login": login}])
        made = sources.lookup.for_domain("firma.com.ua")

        rows = [
            row
            for source in sources.sources_of(made, with_guides=False)
            if source.reader.file_name == "autoconfig.xml" and source.person.address.local_part == "olena"
            for row in rows_of(source)
        ]

        names = [row for row in rows if str(row.field) == "user name"]
        assert {(row.expected, row.verdict) for row in names} == {(login, verdict)}
        assert {row.read for row in names} == {"123" if login == "00123" else login}


@pytest.mark.django_db
class TestLies:
    @pytest.mark.parametrize(("file_name", "field"), TOLD)
    def test_a_wrong_value_is_found_in_every_file_that_can_hold_it(self, file_name, field, monkeypatch):
        truth()
        render_with(monkeypatch, file_name, lambda made, ask: (LIES[field](made), ask))

        assert any("an address" in place for place in found_in(file_name))

    @pytest.mark.parametrize("file_name", NAMING)
    def test_somebody_elses_user_name_is_found(self, file_name, monkeypatch):
        truth()
        others = {"login_policy": LoginPolicy.PUBLISHED, "login": "other@firma.com.ua"}
        render_with(monkeypatch, file_name, lambda made, ask: (replace(made, **others), ask))

        assert any("an address" in place for place in found_in(file_name))

    @pytest.mark.parametrize("file_name", [name for name in NAMING if not READ[name].whole_address])
    def test_a_private_user_name_is_found(self, file_name, monkeypatch):
        build.server(mx=["mx1.hoster.example"])
        build.domain(
            "firma.com.ua", mta_sts="enforce", logins="private", mailboxes=[{"local_part": "olena", "login": "f-17"}]
        )
        render_with(
            monkeypatch,
            file_name,
            lambda made, ask: (replace(made, login_policy=LoginPolicy.PUBLISHED, login="f-17"), ask),
        )

        assert any("an address" in place for place in found_in(file_name))

    def test_sending_with_the_user_name_of_receiving_is_found_where_the_two_differ(self, monkeypatch):
        imap, smtp = ("imap", "imap.{domain}", 993, "tls", "{local_part}"), ("smtp", "smtp.{domain}", 465, "tls")
        build.server(endpoints=[imap, smtp])
        build.domain("firma.com.ua")
        honest = formats()["autodiscover.xml"]

        assert not found_in("autodiscover.xml")

        def lying(*given):
            return honest.render(*given).replace(b"<UsePOPAuth>off<", b"<UsePOPAuth>on<")

        monkeypatch.setitem(formats(), "autodiscover.xml", replace(honest, render=lying))
        build.cold()
        assert any("an address" in place for place in found_in("autodiscover.xml"))

    @pytest.mark.parametrize("file_name", sorted(formats()))
    def test_a_missing_file_is_found(self, file_name, monkeypatch):
        truth()

        def refuse(*_):
            raise CannotExpress

        monkeypatch.setitem(formats(), file_name, replace(formats()[file_name], render=refuse))

        assert found_in(file_name)

    @pytest.mark.parametrize("file_name", READ)
    @pytest.mark.parametrize(
        "body", [b"", b"<html><h1>Error</h1></html>", b"{}", b"\xff\xfe\x00", b"<?xml version='1.0'?>"]
    )
    def test_a_body_that_is_something_else_is_found(self, file_name, body, monkeypatch):
        truth()
        monkeypatch.setitem(formats(), file_name, replace(formats()[file_name], render=lambda *_: body))

        assert found_in(file_name)

    @pytest.mark.parametrize("field", LIES)
    def test_a_wrong_value_on_the_setup_page_is_found(self, field, monkeypatch):
        truth()
        honest = setup_view.setup_values
        monkeypatch.setattr(setup_view, "setup_values", lambda made, address: honest(LIES[field](made), address))

        with_address = {place for place in found_in("") if place.endswith("address")}

        assert len(with_address) == 2

    def test_somebody_elses_user_name_on_the_setup_page_is_found(self, monkeypatch):
        truth()
        honest, other = setup_view.setup_values, Address("other", "firma.com.ua")
        monkeypatch.setattr(setup_view, "setup_values", lambda made, address: honest(made, address and other))

        assert len(found_in("")) == 2

    def test_a_forgotten_protocol_is_found_in_every_language(self, monkeypatch):
        truth()
        honest = setup_view.setup_values
        monkeypatch.setattr(setup_view, "setup_values", lambda *given: replace(honest(*given), pop3=()))

        assert len(found_in("")) == 4


class TestVouching:
    """A lie about a digest, an id or a server of a policy."""

    PLACES = ("dns.zone", "DNS page in Ukrainian", "DNS page in English")

    def told(self) -> set[tuple[str, str]]:
        """Place and value of every difference."""
        rows = vouched(sources.lookup.for_domain("firma.com.ua"))
        return {(str(row.source), str(row.field)) for row in rows if row.verdict is Verdict.DIFFERS}

    def test_what_is_published_is_vouched_for(self, db):
        truth()

        rows = list(vouched(sources.lookup.for_domain("firma.com.ua")))

        assert {row.verdict for row in rows} == {Verdict.AGREES}
        assert len(rows) == 9

    def test_what_is_switched_off_has_no_record(self, db):
        build.server(mx=["mx1.hoster.example"])
        build.domain("firma.com.ua")

        rows = [row for row in vouched(sources.lookup.for_domain("firma.com.ua")) if "MTA-STS" in str(row.source)]

        assert {row.verdict for row in rows} == {Verdict.NOT_PUBLISHED}

    def test_a_wrong_digest_is_found_in_every_place(self, db, monkeypatch):
        truth()
        honest = pacc.digest_record
        monkeypatch.setattr(pacc, "digest_record", lambda body: honest(body + b" "))

        assert self.told() == {(f"Digest of PACC, {place}", "digest") for place in self.PLACES}

    def test_other_bytes_than_those_vouched_for_are_found(self, db, monkeypatch):
        truth()
        render_with(monkeypatch, "user-agent-configuration.json", lambda made, ask: (wrong_host(made), ask))

        assert self.told() == {(f"Digest of PACC, {place}", "digest") for place in self.PLACES}

    def test_a_digest_that_is_wrong_on_the_page_alone_is_found(self, db, monkeypatch):
        truth()
        honest = dns_view.rows

        def lying(made):
            return [
                replace(row, fields=(("text", "v=UAAC1; a=sha256; d=AAAA"),)) if row.purpose == "pacc" else row
                for row in honest(made)
            ]

        monkeypatch.setattr(dns_view, "rows", lying)

        assert self.told() == {(f"Digest of PACC, {place}", "digest") for place in self.PLACES[1:]}

    def test_an_id_that_stands_for_nothing_is_found(self, db, monkeypatch):
        truth()
        monkeypatch.setattr(mta_sts, "policy_id", lambda _made: "20261124")

        assert self.told() == {(f"Policy of MTA-STS, {place}", "id") for place in self.PLACES}

    def test_a_policy_with_other_servers_than_the_zone_is_found(self, db, monkeypatch):
        truth()
        render_with(monkeypatch, "mta-sts.txt", lambda made, ask: (wrong_host(made), ask))

        assert ("Policy of MTA-STS, dns.zone", "servers that take mail") in self.told()

    def test_a_record_about_a_policy_that_is_not_there_is_found(self, db, monkeypatch):
        build.server(mx=["mx1.hoster.example"])
        build.domain("firma.com.ua")
        monkeypatch.setattr(mta_sts, "policy_id", lambda _made: "0" * 32)

        assert self.told() == {(f"Policy of MTA-STS, {place}", "id") for place in self.PLACES}


@pytest.mark.django_db
class TestAutodiscoverJson:
    def test_every_spelling_leads_to_the_settings(self):
        truth()
        made = sources.lookup.for_domain("firma.com.ua")
        asked = [source for source in sources.sources_of(made) if source.request.leads]

        rows = [row for source in asked for row in rows_of(source)]

        assert len(asked) == 5
        assert {row.protocol for row in rows} == {"IMAP", "POP3", "SMTP"}
        assert Verdict.DIFFERS not in {row.verdict for row in rows}

    @pytest.mark.parametrize(
        "url",
        [
            "http://{host}/autodiscover/autodiscover.xml",
            "https://autodiscover.other.example/autodiscover/autodiscover.xml",
            "https://{host}/autodiscover/autodiscover.json",
            "https://{host}/autodiscover/autodiscover.xml?x=1",
            "nonsense",
            "",
        ],
    )
    def test_another_place_than_the_settings_is_found_in_every_spelling(self, url, monkeypatch):
        truth()
        honest = autodiscover_json.location
        monkeypatch.setattr(autodiscover_json, "location", lambda right: honest(url.format(host=right.split("/")[2])))

        assert len(places(lambda source: source.request.leads)) == 5

    def test_wrong_settings_in_that_place_are_found(self, monkeypatch):
        truth()
        render_with(monkeypatch, "autodiscover.xml", lambda made, ask: (wrong_port(made), ask))

        assert len(places(lambda source: source.request.leads)) == 5

    def test_a_service_that_is_not_here_and_is_told_all_the_same_is_found(self, monkeypatch):
        truth()
        monkeypatch.setattr(autodiscover_json, "is_supported", lambda _protocol: True)

        assert len(places(lambda source: source.reader is sources.NO_SERVICE)) == 8


@pytest.mark.django_db
class TestDiscoveryNames:
    NAME = "autoconfig.hoster.example"

    def asked(self, source) -> bool:
        return self.NAME in source.request.url

    def test_the_servers_own_names_are_asked_with_and_without_an_address(self):
        build.server(endpoints=SHARED, discovery_names=[self.NAME])
        build.domain("firma.com.ua")
        made = sources.lookup.for_domain("firma.com.ua")

        asked = [source for source in sources.sources_of(made) if self.asked(source)]

        assert {(source.reader.file_name, source.told) for source in asked} == {
            (file_name, told) for file_name in ("autoconfig.xml", "autodiscover.xml") for told in (True, False)
        }
        assert places(self.asked) == set()

    @pytest.mark.parametrize(("file_name", "field"), [(name, field) for name, field in TOLD if READ[name].generic])
    def test_a_wrong_value_for_any_domain_is_found(self, file_name, field, monkeypatch):
        build.server(endpoints=SHARED, discovery_names=[self.NAME])
        build.domain("firma.com.ua")
        render_with(monkeypatch, file_name, lambda made, ask: (LIES[field](made) if made.generic else made, ask))

        # An answer without an address has no user name where there are no placeholders.
        expected = file_name == "autoconfig.xml" or field is not Field.USER_NAME
        assert any("an address" not in place for place in places(self.asked)) is expected


@pytest.mark.django_db
class TestGuideLies:
    @pytest.fixture(autouse=True)
    def two_guides(self, monkeypatch):
        """A program that shows values in its steps, and one with lines of files."""
        some = {name: guides()[name] for name in ("thunderbird", "command-line")}
        monkeypatch.setattr(sources, "guides", lambda: some)

    def places(self, guide_id="thunderbird") -> set[str]:
        return places(lambda source: source.guide and source.guide.id == guide_id)

    def test_every_guide_is_asked_in_both_languages_and_every_protocol(self):
        truth()
        made = sources.lookup.for_domain("firma.com.ua")

        titles = [str(source.title) for source in sources.sources_of(made) if source.guide]

        assert len(titles) == 6
        assert self.places() == self.places("command-line") == set()

    @pytest.mark.parametrize("field", LIES)
    def test_wrong_values_are_found(self, field, monkeypatch):
        truth()
        honest = guide_view._filled

        def lying(request, wanted, _choice, made, ask, *rest, **context):
            told = LIES[field](made)
            return honest(request, wanted, wanted.choose(told, ask), told, ask, *rest, **context)

        monkeypatch.setattr(guide_view, "_filled", lying)

        assert len(self.places()) == 3

    @pytest.mark.parametrize("field", [Field.HOSTNAME, Field.PORT, Field.USER_NAME])
    def test_wrong_values_in_the_steps_alone_are_found(self, field, monkeypatch):
        truth()
        honest = guide_view.setting_values

        def lying(made, address, *endpoints):
            told = LIES[field](replace(made, endpoints=endpoints))
            return honest(made, address, *told.endpoints)

        monkeypatch.setattr(guide_view, "setting_values", lying)

        assert len(self.places()) == 3

    def test_a_wrong_protection_in_the_steps_alone_is_found(self, monkeypatch):
        truth()
        honest = guide_view._page

        def lying(request, wanted, choice, *rest, **context):
            return honest(request, wanted, replace(choice, outgoing_security=Security.STARTTLS), *rest, **context)

        monkeypatch.setattr(guide_view, "_page", lying)

        assert len(self.places()) == 3

    @pytest.mark.parametrize("field", LIES)
    def test_wrong_values_beside_the_steps_alone_are_found(self, field, monkeypatch):
        truth()
        honest = guide_view._beside
        monkeypatch.setattr(guide_view, "_beside", lambda made, *rest: honest(LIES[field](made), *rest))

        assert len(self.places()) == 3

    def test_somebody_elses_address_is_found(self, monkeypatch):
        truth()
        honest, other = guide_view.setting_values, str(Address("other", "firma.com.ua"))
        monkeypatch.setattr(guide_view, "setting_values", lambda *given: honest(*given) | {"address": other})

        assert len(self.places()) == 3

    def test_wrong_lines_of_a_file_are_found_where_they_are_shown(self, monkeypatch):
        truth()
        render_with(monkeypatch, "mbsync.txt", lambda made, ask: (wrong_port(made), ask))

        assert {place.rpartition(", ")[2] for place in self.places("command-line")} == {"mbsync.txt"}

    def test_a_guide_that_is_missing_is_found(self, monkeypatch):
        truth()
        monkeypatch.setattr(guide_view, "guide_of", lambda _guide_id: guides()["printer"])

        assert self.places()


# --- Readers ----------------------------------------------------------------------------------------------------------


def test_every_format_has_a_reader():
    assert sorted(formats()) == sorted(name for name in readers() if name)


@pytest.mark.parametrize(
    "path",
    [
        *READERS.glob("*.py"),
        *(READERS.parent / f"{name}.py" for name in BESIDE_READERS),
    ],
    ids=lambda path: path.name,
)
def test_a_reader_shares_nothing_with_the_writers(path):
    imported = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.ImportFrom)]
    imported = {f"{node.module}.{alias.name}" for node in imported for alias in node.names}

    assert not [name for name in imported if "formats" in name or "pages" in name or "guides" in name]
