"""The readers by themselves: independent of the writers, and never surprised."""

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from mailsettings.core.addresses import parse_address
from mailsettings.core.errors import InvalidInput
from mailsettings.inprocess import Answer
from mailsettings.replay import asking, programs, replay, telling
from mailsettings.replay.asking import mx_names
from tests import build
from tests.house.test_imports import imported_by

SOURCES = sorted((Path(__file__).parents[2] / "mailsettings" / "replay").glob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_reader_knows_a_writer(path):
    assert ast.parse(path.read_text("utf-8"))
    assert not [module for module in imported_by(path) if module.startswith("mailsettings.formats")]


@pytest.mark.parametrize(
    ("mx", "names"),
    [
        ("mx1.hoster.example", ("hoster.example",)),
        ("mx1.eu.hoster.example", ("eu.hoster.example", "hoster.example")),
        ("a.b.eu.hoster.com.ua", ("b.eu.hoster.com.ua", "hoster.com.ua")),
        ("hoster.com.ua", ("hoster.com.ua",)),
        ("mx.firma.com.ua", ()),
        ("com.ua", ()),
        ("", ()),
    ],
)
def test_a_mail_exchanger_leads_to_its_registrable_domain(mx, names):
    assert mx_names(mx, "firma.com.ua") == names


class Hostile(TestCase):
    @classmethod
    def setUpTestData(cls):
        build.server(mx=["mx1.hoster.example"], discovery_names=["autoconfig.hoster.example"])
        build.domain("firma.com.ua")

    @given(program=st.sampled_from(sorted(programs())), text=st.text(max_size=80), known=st.booleans())
    def test_any_address_is_walked_or_refused(self, program, text, known):
        try:
            address = parse_address(f"{text}@firma.com.ua" if known else text)
        except InvalidInput:
            return
        found = replay(program, address)

        assert found.exchanges
        assert not known or not found.differs

    @given(
        program=st.sampled_from(sorted(programs())),
        local_part=st.from_regex(r"\A[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,20}\Z"),
        domain=st.from_regex(r"\A[a-z0-9]{1,20}\.(com\.ua|example|xn--j1amh)\Z"),
    )
    def test_any_mailbox_of_any_domain_is_walked(self, program, local_part, domain):
        found = replay(program, parse_address(f"{local_part}@{domain}"))

        assert telling.exchange_rows(found)
        assert telling.conclusion(found)

    @given(
        program=st.sampled_from(sorted(programs())),
        body=st.one_of(
            st.binary(max_size=200),
            st.lists(
                st.sampled_from(
                    [
                        "<?xml version='1.0'?>", "<clientConfig>", "</clientConfig>", "<emailProvider id='a.example'>",
                        "</emailProvider>", "<domain>a.example</domain>", "<incomingServer type='imap'>",
                        "</incomingServer>", "<port>", "</port>", "993", "<Autodiscover>", "</Autodiscover>",
                        "<Protocol>", "</Protocol>", "<Type>IMAP</Type>", "<Server>a</Server>", "<Port>1e9</Port>",
                        "<RedirectUrl>http://[</RedirectUrl>", "<plist>", "</plist>", "<dict>", "</dict>", "<key>",
                        "<array>", "<integer>", "<date>", "<!DOCTYPE a [<!ENTITY x 'y'>]>", "&x;", "\0", "é",
                    ]
                ),
                max_size=14,
            ).map(lambda parts: "".join(parts).encode()),
        ),
        status=st.sampled_from([200, 204, 301, 302, 404, 500]),
        content_type=st.sampled_from(["text/xml", "text/html", "application/x-apple-aspen-config", "", ";"]),
        location=st.one_of(st.none(), st.text(max_size=30), st.sampled_from(["//", "http://[", "https://a.b:x/"])),
    )  # fmt: skip
    def test_any_answer_is_read_or_refused(self, program, body, status, content_type, location):
        headers = {"Content-Type": content_type} | ({} if location is None else {"Location": location})
        honest, asking.fetch = asking.fetch, lambda *_args, **_options: Answer(status, headers, body)
        try:
            found = replay(program, parse_address("olena@firma.com.ua"))
        finally:
            asking.fetch = honest

        assert telling.value_rows(found)
