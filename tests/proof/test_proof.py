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
from mailsettings.formats import formats
from mailsettings.management.commands.demo import DEMO_FILE
from mailsettings.memory import settings_by_name
from mailsettings.models import DomainName
from mailsettings.pages import setup as setup_view
from mailsettings.proof import Verdict, sources
from mailsettings.proof.compare import FIELD_WORDS, rows_of
from mailsettings.proof.readers import readers
from mailsettings.proof.reading import Field
from tests import build
from tests.formats import build as values
from tests.formats import strategies

READERS = Path(proof.__file__).parent / "readers"


def load_demo():
    directory.apply(directory.plan(directory.parse(DEMO_FILE.read_bytes())), ChangeSet(source="demo"))


def served(made):
    """Serve settings that are in no row."""
    build.cold()
    settings_by_name.put(made.domain, made, 0)


def differences(made, *, pages: bool) -> list[str]:
    served(made)
    found = [source for source in sources.sources_of(made) if bool(source.reader.file_name) is not pages]
    assert found
    return [str(row) for source in found for row in rows_of(source) if row.verdict is Verdict.DIFFERS]


def as_looked_up(made):
    """Settings of one domain as a lookup makes them for this site."""
    brand = replace(made.brand, origin="https://portal.example")
    return replace(made, asked=made.domain, login="", brand=brand)


DOMAINS = strategies.zones().map(as_looked_up)
LOCAL_PARTS = st.sampled_from(("user", "o'neil", "a+b", "{address}", "100%", "x&y", "a.b", "00123", "what?", "a*b"))


class TestAnySettings(TestCase):
    @given(DOMAINS, LOCAL_PARTS)
    def test_every_format_tells_the_truth(self, made, local_part):
        with patch.object(sources, "USER", local_part):
            assert differences(made, pages=False) == []

    @settings(max_examples=25)
    @given(DOMAINS, LOCAL_PARTS)
    def test_the_setup_page_tells_the_truth(self, made, local_part):
        with patch.object(sources, "USER", local_part):
            assert differences(made, pages=True) == []


@pytest.mark.django_db
class TestPage:
    @pytest.mark.parametrize("first", Authentication)
    def test_a_further_server_tells_when_its_authentication_is_another(self, first):
        (other,) = set(Authentication) - {first}
        endpoints = (values.imap(authentication=first), values.imap(port=10993, authentication=other))
        brand = replace(values.BRAND, origin="https://portal.example")

        assert differences(values.complete(endpoints=endpoints, brand=brand), pages=True) == []


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
# Which lies a file can hold: one about a field that it has no words for is none.
TOLD = [(name, field) for name, reader in READ.items() for field in LIES if field not in reader.cannot_express]
NAMING = [name for name, field in TOLD if field is Field.USER_NAME]


def truth():
    """A domain whose formats have something to say in each of their fields."""
    build.server(mx=["mx1.hoster.example"])
    build.domain("firma.com.ua", mta_sts="enforce")
    return sources.lookup.for_domain("firma.com.ua")


def found_in(file_name: str) -> set[str]:
    """The places where a difference about ``file_name`` was found."""
    made = sources.lookup.for_domain("firma.com.ua")
    about = [source for source in sources.sources_of(made) if source.reader.file_name == file_name]
    return {str(row.source) for source in about for row in rows_of(source) if row.verdict is Verdict.DIFFERS}


def render_with(monkeypatch, file_name, change):
    """Let a format render other settings, or for another ask, than it was given."""
    honest = formats()[file_name]
    lying = replace(honest, render=lambda made, ask: honest.render(*change(made, ask)))
    monkeypatch.setitem(formats(), file_name, lying)


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


# --- Readers ----------------------------------------------------------------------------------------------------------


def test_every_format_has_a_reader():
    assert sorted(formats()) == sorted(name for name in readers() if name)


@pytest.mark.parametrize(
    "path",
    [*READERS.glob("*.py"), *(READERS.parent / f"{name}.py" for name in ("page", "qr", "quoting", "reading", "xml"))],
    ids=lambda path: path.name,
)
def test_a_reader_shares_nothing_with_the_writers(path):
    imported = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.ImportFrom)]
    imported = {f"{node.module}.{alias.name}" for node in imported for alias in node.names}

    assert not [name for name in imported if "formats" in name or "pages" in name or "guides" in name]
