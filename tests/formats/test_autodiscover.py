"""Microsoft Autodiscover: the settings answer, the request and the error answer."""

from __future__ import annotations

import codecs
from dataclasses import replace

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from mailsettings.core.endpoints import Protocol, Security
from mailsettings.core.errors import CannotExpress
from mailsettings.core.settings import Ask
from mailsettings.formats import autodiscover, formats
from mailsettings.formats.autodiscover import (
    FORMAT,
    MAX_REQUEST,
    MOBILESYNC_SCHEMA,
    OUTLOOK_SCHEMA,
    AutodiscoverRequest,
    MalformedRequest,
    error_response,
    parse_request,
    render,
)

from . import build, strategies
from .golden import assert_golden

OLENA = build.ask("olena@firma.com.ua")
RESPONSE = "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006"
OUTLOOK = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"
MOBILESYNC = "http://schemas.microsoft.com/exchange/autodiscover/mobilesync/responseschema/2006"


def account(settings, ask=OLENA):
    root = fromstring(render(settings, ask), forbid_dtd=True)
    assert root.tag == f"{{{RESPONSE}}}Autodiscover"
    return root.find(f"{{{OUTLOOK}}}Response/{{{OUTLOOK}}}Account")


def protocols(settings, ask=OLENA):
    """Each Protocol as a dictionary, in document order."""
    found = account(settings, ask).findall(f"{{{OUTLOOK}}}Protocol")
    return [{leaf.tag.partition("}")[2]: leaf.text for leaf in protocol} for protocol in found]


@pytest.mark.parametrize(
    ("name", "settings", "ask"),
    [
        ("complete", build.complete(), OLENA),
        ("no-address", build.starttls_only(), Ask()),
        ("idn", build.idn(), build.ask(f"olena@{build.IDN_DOMAIN}")),
        ("mailbox", build.with_mailbox("Олена", login="firma-17"), OLENA),
    ],
)
def test_the_answer_is_the_golden_one(name, settings, ask):
    assert_golden(f"autodiscover-{name}.xml", render(settings, ask))


def test_the_format_is_found_under_its_file_name():
    assert formats()["autodiscover.xml"] is FORMAT
    assert FORMAT.content_type == "text/xml; charset=utf-8"


def test_account_type_and_action_come_before_the_protocols():
    tags = [element.tag.partition("}")[2] for element in account(build.complete())]
    assert tags == ["AccountType", "Action", "Protocol", "Protocol", "Protocol"]
    assert [element.text for element in account(build.complete())][:2] == ["email", "settings"]


def test_imap_comes_first_and_smtp_last():
    settings = build.complete(endpoints=(build.smtp(), build.pop3(), build.imap()))
    assert [protocol["Type"] for protocol in protocols(settings)] == ["IMAP", "POP3", "SMTP"]


def test_the_elements_of_a_protocol_keep_the_order_of_the_schema():
    order = [
        "Type", "Server", "Port", "LoginName", "DomainRequired", "SPA", "SSL", "Encryption", "AuthRequired",
        "UsePOPAuth", "SMTPLast",
    ]  # fmt: skip
    assert list(protocols(build.complete())[2]) == order
    assert list(protocols(build.complete())[0]) == order[:-2]


def test_every_protocol_is_told_to_use_tls_a_plain_password_and_no_domain():
    for protocol in protocols(build.complete()):
        values = {key: protocol[key] for key in ("SSL", "SPA", "AuthRequired", "DomainRequired")}
        assert values == {"SSL": "on", "SPA": "off", "AuthRequired": "on", "DomainRequired": "off"}


def test_sending_uses_the_incoming_password_without_fetching_first():
    outgoing = protocols(build.complete())[2]
    assert (outgoing["UsePOPAuth"], outgoing["SMTPLast"]) == ("on", "off")


@pytest.mark.parametrize("address", [OLENA.address, None])
@pytest.mark.parametrize("other", [{"imap": "{local_part}"}, {"pop3": "{local_part}"}, {"smtp": "{local_part}"}])
def test_sending_does_not_use_an_incoming_user_name_that_differs(other, address):
    endpoints = [
        replace(endpoint, username=other.get(endpoint.protocol, "{address}"))
        for endpoint in (build.imap(), build.pop3(), build.smtp())
    ]

    outgoing = protocols(build.complete(endpoints=tuple(endpoints)), Ask(address=address))[2]

    assert (outgoing["UsePOPAuth"], outgoing["AuthRequired"]) == ("off", "on")
    assert ("LoginName" in outgoing) == bool(address)


def test_an_own_user_name_is_one_for_receiving_and_sending():
    endpoints = (replace(build.imap(), username="{local_part}"), build.smtp())
    settings = build.complete(endpoints=endpoints, login="o.kovalenko")

    assert protocols(settings)[1]["UsePOPAuth"] == "on"


@pytest.mark.parametrize(("security", "word"), [(Security.TLS, "SSL"), (Security.STARTTLS, "TLS")])
def test_starttls_is_called_tls(security, word):
    assert protocols(build.complete(endpoints=(build.imap(), build.smtp(security=security))))[1]["Encryption"] == word


def test_odd_ports_are_written_as_they_are():
    assert [protocol["Port"] for protocol in protocols(build.odd_ports())] == ["10993", "1", "65535"]


def test_the_first_endpoint_of_a_protocol_is_the_one():
    outgoing = [protocol for protocol in protocols(build.complete()) if protocol["Type"] == "SMTP"]
    assert [protocol["Port"] for protocol in outgoing] == ["465"]


def test_a_protocol_that_is_off_is_left_out():
    assert [protocol["Type"] for protocol in protocols(build.pop3_off())] == ["IMAP", "SMTP"]
    assert [protocol["Type"] for protocol in protocols(build.imap_off())] == ["POP3", "SMTP"]


def test_the_login_name_is_written_for_a_known_address():
    assert {protocol["LoginName"] for protocol in protocols(build.complete())} == {"olena@firma.com.ua"}


def test_an_alias_address_logs_in_with_the_primary_name():
    found = protocols(build.alias_asked(), build.ask("olena@firma.example"))
    assert {protocol["LoginName"] for protocol in found} == {"olena@firma.com.ua"}


def test_an_own_user_name_that_is_published_is_the_login_name():
    assert {protocol["LoginName"] for protocol in protocols(build.own_login("firma-17"))} == {"firma-17"}


def test_a_private_user_name_gives_way_to_the_pattern():
    assert {protocol["LoginName"] for protocol in protocols(build.private())} == {"olena@firma.com.ua"}


def test_nothing_is_said_of_the_mailbox_without_an_address():
    assert all("LoginName" not in protocol for protocol in protocols(build.complete(), Ask()))
    assert b"@" not in render(build.complete(), Ask())


def test_the_owner_is_named_only_to_the_mailboxs_own_people():
    assert "Олена" in render(build.with_mailbox("Олена"), OLENA).decode()
    assert b"<User>" not in render(build.complete(), OLENA)


def test_a_generic_answer_with_fixed_hosts_is_written():
    settings = build.generic(build.imap("mail.hoster.example"), build.smtp("mail.hoster.example"))
    assert {protocol["Server"] for protocol in protocols(settings, Ask())} == {"mail.hoster.example"}


@pytest.mark.parametrize(
    "endpoints",
    [
        (build.imap("imap.{domain}"), build.smtp("mail.hoster.example")),
        (build.imap("imap.{domain}"), build.pop3("mail.hoster.example"), build.smtp("mail.hoster.example")),
        (build.imap("mail.hoster.example"), build.smtp("smtp.{domain}")),
    ],
)
def test_a_host_that_depends_on_the_domain_cannot_be_written(endpoints):
    with pytest.raises(CannotExpress):
        render(build.generic(*endpoints), Ask())


@pytest.mark.parametrize("endpoints", [(), (build.smtp(),), (build.imap(), build.pop3())])
def test_nothing_is_written_without_both_directions(endpoints):
    with pytest.raises(CannotExpress):
        render(build.complete(endpoints=endpoints), OLENA)


@given(strategies.cases())
def test_the_same_question_gets_the_same_bytes(case):
    settings, ask = case
    both = settings.incoming_protocols and settings.of(Protocol.SMTP)
    expressible = all(any(map(FORMAT.expresses, settings.of(p))) for p in Protocol if settings.of(p))
    if not both or not expressible:
        with pytest.raises(CannotExpress):
            render(settings, ask)
        return
    document = render(settings, ask)
    assert document == render(settings, ask)
    written = [protocol["Type"].lower() for protocol in protocols(settings, ask)]
    assert written == [*settings.incoming_protocols, Protocol.SMTP]
    assert b"{domain}" not in document


def request(email="<EMailAddress>olena@firma.com.ua</EMailAddress>", schema=OUTLOOK, declaration=""):
    return (
        f"{declaration}<Autodiscover"
        ' xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006">'
        f"<Request>{email}<AcceptableResponseSchema>{schema}</AcceptableResponseSchema></Request></Autodiscover>"
    )


DECLARED = '<?xml version="1.0" encoding="{}"?>\n'
EXPECTED = AutodiscoverRequest("olena@firma.com.ua", OUTLOOK)


def test_a_request_is_read():
    assert parse_request(request().encode()) == EXPECTED
    assert EXPECTED.schema == OUTLOOK_SCHEMA


@pytest.mark.parametrize(
    "body",
    [
        request(declaration=DECLARED.format("utf-8")).encode(),
        codecs.BOM_UTF8 + request(declaration=DECLARED.format("utf-8")).encode(),
        request(declaration=DECLARED.format("utf-16")).encode("utf-16"),
        request(declaration=DECLARED.format("utf-16")).encode("utf-16-le"),
        request(declaration=DECLARED.format("utf-16")).encode("utf-16-be"),
        request(declaration=DECLARED.format("utf-16")).encode(),
        b"\r\n" + request(declaration=DECLARED.format("utf-8")).encode(),
        (request(declaration=DECLARED.format("windows-1251")) + "<!-- їжак -->").encode("windows-1251"),
        request("<EMailAddress>\n  olena@firma.com.ua\n</EMailAddress>").encode(),
    ],
    ids=[
        "utf-8",
        "utf-8 BOM",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-16 by name only",
        "blank line",
        "1251",
        "spaces",
    ],
)
def test_the_spellings_that_programs_send_are_read_alike(body):
    assert parse_request(body) == EXPECTED


@pytest.mark.parametrize("namespace", ["", ' xmlns="urn:other"'])
def test_the_namespace_of_a_request_does_not_matter(namespace):
    body = f"<Autodiscover{namespace}><Request><EMailAddress>a@b.example</EMailAddress></Request></Autodiscover>"
    assert parse_request(body.encode()).email == "a@b.example"


def test_a_request_that_names_no_schema_wants_settings():
    body = b"<Autodiscover><Request><EMailAddress>a@b.example</EMailAddress></Request></Autodiscover>"
    assert parse_request(body) == AutodiscoverRequest("a@b.example", "")
    assert parse_request(body).wants_settings


def test_activesync_is_told_from_outlook():
    assert parse_request(request(schema=MOBILESYNC).encode()).wants_mobilesync
    assert not parse_request(request(schema=MOBILESYNC).encode()).wants_settings
    assert not EXPECTED.wants_mobilesync
    assert EXPECTED.wants_settings
    assert MOBILESYNC_SCHEMA == MOBILESYNC


def test_an_address_is_handed_on_unchecked():
    assert (
        parse_request(request("<EMailAddress>Олена @ пошта.укр</EMailAddress>").encode()).email == "Олена @ пошта.укр"
    )


BOMB = """<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">
<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>"""


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"garbage",
        b"<Autodiscover>",
        b"\xff\xfe\x00",
        b"<a/>",
        request(email="").encode(),
        request("<EMailAddress> </EMailAddress>").encode(),
        request("<emailaddress>a@b.example</emailaddress>").encode(),
        BOMB.encode() + request("<EMailAddress>&d;</EMailAddress>").encode(),
        b'<!DOCTYPE Autodiscover SYSTEM "http://hoster.example/x.dtd">' + request().encode(),
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
        + request("<EMailAddress>&x;</EMailAddress>").encode(),
        request("<EMailAddress>&unknown;</EMailAddress>").encode(),
        request(declaration=DECLARED.format("no-such-encoding")).encode() + b"\xff",
        b"<a>" * (MAX_REQUEST // 3),
        BOMB.encode("utf-16"),
        b"\x00<" + BOMB.encode("utf-16-be"),
    ],
)
def test_what_is_no_request_is_malformed(body):
    with pytest.raises(MalformedRequest):
        parse_request(body)


def test_a_request_of_16_kilobytes_is_read_and_a_longer_one_refused():
    body = request().encode()
    padded = body + b" " * (16 * 1024 - len(body))
    assert parse_request(padded) == EXPECTED
    with pytest.raises(MalformedRequest):
        parse_request(padded + b" ")


def _parses_or_is_malformed(body):
    try:
        found = parse_request(body)
    except MalformedRequest:
        return
    assert found.email


@given(st.binary(max_size=400))
def test_any_bytes_are_a_request_or_malformed(body):
    _parses_or_is_malformed(body)


@given(
    st.lists(
        st.sampled_from(
            (
                '<?xml version="1.0"?>', DECLARED.format("utf-16"), DECLARED.format("utf-7"), DECLARED.format("koi8-u"),
                "<!DOCTYPE a [", '<!ENTITY x "y">', '<!ENTITY % p SYSTEM "file:///x">', "]>", "<Autodiscover>",
                "<Request>", "<EMailAddress>", "a@b.example", "&x;", "&#0;", "&#xD800;", "%p;", "</EMailAddress>",
                "</Request>", "</Autodiscover>", "<![CDATA[", "]]>", "<!--", "-->", "<?pi?>", ' xmlns:x="y"', "\x00",
                "<x:Request>", "\ufeff",
            )
        ),
        max_size=24,
    ),
    st.sampled_from(("utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "koi8-u")),
)  # fmt: skip
def test_any_pieces_of_xml_are_a_request_or_malformed(pieces, encoding):
    _parses_or_is_malformed("".join(pieces).encode(encoding, errors="replace"))


_ADDRESSES = (
    "olena@firma.com.ua",
    "zq0stand0in0qz",
    "a&amp;b@firma.com.ua",
    "",
    "two@ats@firma.com.ua",
    " x@y.example ",
)
_AROUND = ("<!--", "-->", "<![CDATA[", "]]>", "<EMailAddress>", "</EMailAddress>", "<a/>", "<Request>", "</Request>")


@given(
    before=st.lists(st.sampled_from(_AROUND), max_size=3),
    address=st.sampled_from(_ADDRESSES),
    after=st.lists(st.sampled_from(_AROUND), max_size=3),
)
def test_a_text_that_was_read_before_is_read_as_if_it_were_new(before, address, after):
    body = (
        f"<Autodiscover><Request>{''.join(before)}<EMailAddress>{address}</EMailAddress>{''.join(after)}"
        "</Request></Autodiscover>"
    ).encode()

    def read(reader):
        try:
            return reader(body)
        except MalformedRequest:
            return None

    assert read(parse_request) == read(autodiscover._read)


@pytest.mark.parametrize("email", ["olena@firma.com.ua", "o&amp;k@firma.com.ua", "олена@firma.com.ua"])
def test_no_address_stays_in_memory(email):
    bodies = [request(f"<EMailAddress>{number}{email}</EMailAddress>").encode() for number in range(5)]
    autodiscover._read_once.cache_clear()

    for body in bodies:
        parse_request(body)

    assert autodiscover._read_once.cache_info().currsize <= 1


def test_an_error_has_its_code_time_and_message():
    root = fromstring(error_response(600, "Invalid Request", time="16:56:32.6164027"), forbid_dtd=True)
    error = root.find(f"{{{RESPONSE}}}Response/{{{RESPONSE}}}Error")
    assert error.get("Time") == "16:56:32.6164027"
    assert error.get("Id").isdigit()
    values = [(leaf.tag.partition("}")[2], leaf.text) for leaf in error]
    assert values == [("ErrorCode", "600"), ("Message", "Invalid Request"), ("DebugData", None)]


def test_an_error_for_activesync_is_in_its_namespace():
    root = fromstring(error_response(601, "No provider", time="00:00:00", mobilesync=True), forbid_dtd=True)
    assert root.tag == f"{{{RESPONSE}}}Autodiscover"
    assert root.find(f"{{{MOBILESYNC}}}Response/{{{MOBILESYNC}}}Error/{{{MOBILESYNC}}}ErrorCode").text == "601"


def test_an_error_is_the_golden_one():
    assert_golden("autodiscover-error-500.xml", error_response(500, "Unknown address", time="09:05:00.0000000"))
