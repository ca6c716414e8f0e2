"""PACC: what the document says, and that its digest holds for as long as the settings do."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace

import pytest
from hypothesis import given

from mailsettings.core.endpoints import Authentication, Protocol, Security
from mailsettings.core.errors import CannotExpress
from mailsettings.core.settings import Ask, LoginPolicy
from mailsettings.formats import formats
from mailsettings.formats.pacc import FORMAT, digest_record, expresses, render

from . import build, strategies
from .golden import assert_golden


def protocols(settings) -> dict[str, dict[str, str]]:
    return json.loads(render(settings, Ask()))["protocols"]


@pytest.mark.parametrize(("name", "settings"), [("complete", build.complete()), ("idn", build.idn())])
def test_the_document_is_the_golden_one(name, settings):
    assert_golden(f"user-agent-configuration-{name}.json", render(settings, Ask()))


def test_the_format_is_found_under_its_file_name():
    assert formats()["user-agent-configuration.json"] is FORMAT
    assert FORMAT.content_type == "application/json"
    assert not FORMAT.attachment


def test_the_document_names_the_provider_and_says_that_a_password_logs_in():
    document = json.loads(render(build.complete(), Ask()))
    assert document["info"]["provider"] == {"name": "Хостер"}
    assert document["info"]["help"] == {"documentation": "https://portal.hoster.example/uk/d/firma.com.ua/"}
    assert document["authentication"] == {"password": True}
    assert document["protocols"] == {
        "imap": {"host": "imap.firma.com.ua"},
        "pop3": {"host": "pop.firma.com.ua"},
        "smtp": {"host": "smtp.firma.com.ua"},
    }


def test_a_brand_without_a_name_shows_the_domain():
    document = json.loads(render(replace(build.idn(), brand=replace(build.BRAND, name="\x00 ")), Ask()))
    assert document["info"]["provider"]["name"] == "пошта.укр"


@pytest.mark.parametrize(
    "endpoint",
    [
        build.pop3(port=110, security=Security.STARTTLS),
        build.pop3(port=10995),
        build.pop3(username="{local_part}"),
        build.pop3(authentication=Authentication.PASSWORD_ENCRYPTED),
    ],
)
def test_a_protocol_that_a_program_would_guess_wrongly_is_left_out(endpoint):
    assert not expresses(endpoint)
    assert set(protocols(build.complete(endpoints=(build.imap(), endpoint, build.smtp())))) == {"imap", "smtp"}


def test_the_first_endpoint_that_can_be_written_is_the_one():
    first = build.smtp_starttls()
    settings = build.complete(endpoints=(build.imap(), first, build.smtp("out.firma.com.ua"), build.smtp()))
    assert protocols(settings)["smtp"] == {"host": "out.firma.com.ua"}


@pytest.mark.parametrize(
    "settings",
    [
        build.complete(endpoints=(build.smtp(),)),
        build.complete(endpoints=(build.imap(),)),
        build.starttls_only(),
        build.complete(endpoints=(build.imap(port=143, security=Security.STARTTLS), build.pop3(), build.smtp())),
        build.generic(),
        build.private(),
        build.own_login(),
        build.complete(login_policy=LoginPolicy.PUBLISHED),
        build.pattern("{local_part}+{domain}"),
        build.with_mailbox("Олена"),
    ],
)
def test_nothing_is_written_where_a_program_would_set_up_something_wrong(settings):
    with pytest.raises(CannotExpress):
        render(settings, Ask())


def test_only_pop3_may_be_all_there_is():
    assert set(protocols(build.imap_off())) == {"pop3", "smtp"}


@pytest.mark.parametrize(
    ("asked", "ask"),
    [
        (build.DOMAIN, Ask("en")),
        (build.DOMAIN, Ask(protocol=Protocol.POP3)),
        (build.DOMAIN, build.ask("olena@firma.com.ua")),
        (build.ALIAS, build.ask("olena@firma.example")),
    ],
)
def test_the_bytes_depend_on_the_domain_alone(asked, ask):
    assert render(build.complete(asked=asked), ask) == render(build.complete(), Ask())


def test_what_changes_often_changes_no_digest():
    brand = replace(build.BRAND, support_phone="+380 44 000 00 00", support_email="help@hoster.example", accent="#123")
    assert render(build.complete(brand=brand), Ask()) == render(build.complete(), Ask())


def test_the_record_holds_the_digest_of_the_body_on_every_rendering():
    for _rendering in range(2):
        body = render(build.complete(), Ask())
        found = re.fullmatch(r"v=UAAC1; a=sha256; d=([A-Za-z0-9+/]{43}=)", digest_record(body))
        assert base64.b64decode(found.group(1)) == hashlib.sha256(body).digest()


@given(strategies.cases())
def test_any_document_is_json_in_sorted_order_and_independent_of_who_asks(case):
    settings, ask = case
    try:
        body = render(settings, ask)
    except CannotExpress:
        return
    assert body == render(settings, Ask())
    document = json.loads(body)
    assert json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n" == body.decode()
    assert set(document) == {"authentication", "info", "protocols"}
    assert "smtp" in document["protocols"]
    if ask.address:
        assert str(ask.address) not in body.decode()
