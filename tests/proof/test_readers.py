"""Readers as the programs are: what they take for what, and what they refuse."""

import contextlib
import json
import plistlib
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsettings.core.settings import DnsFacts, MtaSts
from mailsettings.formats import formats
from mailsettings.proof import dns_page, guide, page
from mailsettings.proof.readers import (
    apple,
    autoconfig,
    autodiscover,
    autodiscover_json,
    dns_zone,
    mta_sts,
    pacc,
    readers,
)
from mailsettings.proof.reading import Published, Unreadable
from mailsettings.proof.vocabulary import ANY_TLS, UNPROTECTED
from tests.formats import build as values

ADDRESS = "olena@firma.example"
IMAP = Published("imap", "imap.firma.example", 993, "tls", ADDRESS, "password")


def autoconfig_with(**leaves) -> bytes:
    leaves = {
        "hostname": "imap.%EMAILDOMAIN%", "port": "993", "socketType": "SSL",
        "authentication": "password-cleartext", "username": "%EMAILLOCALPART%@%EMAILDOMAIN%", **leaves,
    }  # fmt: skip
    section = "".join(f"<{tag}>{text}</{tag}>" for tag, text in leaves.items())
    return (
        '<clientConfig version="1.1"><emailProvider id="firma.example"><domain>firma.example</domain>'
        f'<incomingServer type="imap">{section}</incomingServer></emailProvider></clientConfig>'
    ).encode()


class TestAutoconfig:
    def test_placeholders_become_parts_of_the_typed_address(self):
        assert autoconfig.read(autoconfig_with(), ADDRESS) == (IMAP,)

    @pytest.mark.parametrize(("word", "meaning"), [("STARTTLS", "starttls"), ("plain", UNPROTECTED), ("TLS", "TLS")])
    def test_security_is_read_by_meaning_and_a_word_that_means_nothing_stays(self, word, meaning):
        assert autoconfig.read(autoconfig_with(socketType=word), ADDRESS)[0].security == meaning

    @pytest.mark.parametrize(
        "leaves", [{"port": " 993"}, {"port": "0"}, {"port": ""}, {"username": ""}, {"hostname": ""}]
    )
    def test_a_section_that_strict_programs_drop_is_unreadable(self, leaves):
        with pytest.raises(Unreadable):
            autoconfig.read(autoconfig_with(**leaves), ADDRESS)


def autodiscover_with(**elements) -> bytes:
    elements = {"Type": "IMAP", "Server": "imap.firma.example", "Port": "993", "SPA": "off", **elements}
    protocol = "".join(f"<{tag}>{text}</{tag}>" for tag, text in elements.items())
    schemas = "http://schemas.microsoft.com/exchange/autodiscover"
    return (
        f'<Autodiscover xmlns="{schemas}/responseschema/2006">'
        f'<Response xmlns="{schemas}/outlook/responseschema/2006a"><Account><AccountType>email</AccountType>'
        f"<Action>settings</Action><Protocol>{protocol}</Protocol></Account></Response></Autodiscover>"
    ).encode()


class TestAutodiscover:
    @pytest.mark.parametrize(
        ("elements", "security"),
        [
            ({}, "tls"),
            ({"Port": "143"}, "starttls"),
            ({"Encryption": "TLS"}, "starttls"),
            ({"Encryption": "SSL", "Port": "587"}, "tls"),
            ({"Encryption": "Auto"}, ANY_TLS),
            ({"Encryption": "None"}, UNPROTECTED),
            ({"SSL": "off", "Encryption": "SSL"}, UNPROTECTED),
        ],
    )
    def test_security_is_the_worse_of_what_programs_make_of_it(self, elements, security):
        assert autodiscover.read(autodiscover_with(**elements), ADDRESS)[0].security == security

    @pytest.mark.parametrize(
        ("elements", "found"), [({}, None), ({"SPA": "on"}, "NTLM"), ({"AuthRequired": "off"}, "none")]
    )
    def test_anything_but_an_ordinary_login_shows(self, elements, found):
        assert autodiscover.read(autodiscover_with(**elements), ADDRESS)[0].authentication == found

    @pytest.mark.parametrize(("reuses", "user_name"), [("on", "olena"), ("off", ADDRESS), ("", ADDRESS)])
    def test_sending_reuses_the_incoming_user_name_where_it_is_told_to(self, reuses, user_name):
        smtp = f"<Type>SMTP</Type><Server>s.firma.example</Server><Port>465</Port><LoginName>{ADDRESS}</LoginName>"
        smtp = f"<Protocol>{smtp}<UsePOPAuth>{reuses}</UsePOPAuth></Protocol></Account>"
        document = autodiscover_with(LoginName="olena").replace(b"</Account>", smtp.encode())

        assert autodiscover.read(document, ADDRESS)[1].user_name == user_name

    def test_another_namespace_is_no_settings(self):
        with pytest.raises(Unreadable):
            autodiscover.read(autodiscover_with().replace(b"http://schemas", b"https://schemas"), ADDRESS)


def profile(**changes) -> bytes:
    account = {
        "PayloadType": "com.apple.mail.managed", "EmailAccountType": "EmailTypeIMAP", "EmailAddress": ADDRESS,
    } | {
        f"{side}MailServer{key}": value
        for side in ("Incoming", "Outgoing")
        for key, value in {
            "HostName": "mail.firma.example", "PortNumber": 993, "UseSSL": True, "Username": ADDRESS,
            "Authentication": "EmailAuthPassword",
        }.items()
    }  # fmt: skip
    return plistlib.dumps({"PayloadType": "Configuration", "PayloadContent": [account | changes]})


def signed(content: bytes) -> bytes:
    """``content`` in CMS, signed with a key of this test."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "portal.example")])
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC)).not_valid_after(datetime(2027, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    builder = pkcs7.PKCS7SignatureBuilder().set_data(content).add_signer(certificate, key, hashes.SHA256())
    return builder.sign(Encoding.DER, [pkcs7.PKCS7Options.Binary])


class TestApple:
    def test_a_profile_is_one_account_with_two_servers(self):
        found = apple.read(profile(), ADDRESS)

        assert [(server.protocol, server.security) for server in found] == [("imap", ANY_TLS), ("smtp", ANY_TLS)]

    def test_a_signed_profile_is_the_same_profile(self):
        assert apple.read(signed(profile()), ADDRESS) == apple.read(profile(), ADDRESS)

    def test_without_a_word_about_it_a_connection_is_unprotected(self):
        assert apple.read(profile(IncomingMailServerUseSSL=False), ADDRESS)[0].security == UNPROTECTED

    @pytest.mark.parametrize(
        "changes",
        [
            {"IncomingMailServerPortNumber": "993"},
            {"IncomingMailServerUseSSL": 1},
            {"EmailAddress": "petro@firma.example"},
        ],
    )
    def test_a_value_of_another_kind_or_for_somebody_else_is_unreadable(self, changes):
        with pytest.raises(Unreadable):
            apple.read(profile(**changes), ADDRESS)


PAGE = """<html lang="en"><h1>olena@<wbr>firma.example</h1><section><h2>Incoming mail <span>IMAP</span></h2><dl>
<div><dt>Server</dt><dd><span class="value">imap.<wbr>firma.example</span></dd><dd><button>Copy</button></dd></div>
<div><dt>Port and security</dt><dd><span class="unseen">port 993, connection security SSL/TLS</span>
<span aria-hidden="true">993</span> <span aria-hidden="true">SSL/TLS</span></dd></div>
<div><dt>User name (login)</dt><dd><span class="value">olena@firma.example</span></dd></div></dl></section></html>"""


class TestPage:
    def test_a_block_is_read_by_its_heading_and_labels(self):
        assert page.read(PAGE.encode(), ADDRESS) == (IMAP,)

    def test_words_in_place_of_a_value_are_no_value(self):
        words = PAGE.replace('<span class="value">olena@firma.example</span>', "It is in our letter to you.")

        assert page.read(words.encode(), ADDRESS)[0].user_name is None

    @pytest.mark.parametrize(
        ("shown", "instead"),
        [("port 993,", "port 143,"), ("olena@<wbr>", "petro@<wbr>"), (">Server<", ">Host<"), ('lang="en"', "")],
    )
    def test_a_page_that_contradicts_itself_or_its_reader_is_unreadable(self, shown, instead):
        with pytest.raises(Unreadable):
            page.read(PAGE.replace(shown, instead).encode(), ADDRESS)


GUIDE = f"""<html lang="en"><h1>Set up</h1><article><dl class="rows">
<div class="row"><dt><b>Hostname</b></dt><dd><span class="value">imap.<wbr>firma.example</span></dd>
<dd><button aria-label="Copy: Incoming mail server">Copy</button></dd></div>
<div class="row"><dt><b>Port</b></dt><dd><span class="value">993</span></dd>
<dd><button aria-label="Copy: Port of the incoming server">Copy</button></dd></div>
<div class="row"><dt><b>Security</b></dt><dd class="chosen"><b>SSL/TLS</b></dd></div>
<div class="row"><dt>User name</dt><dd><span class="value">{ADDRESS}</span></dd>
<dd><button aria-label="Copy: User name">Copy</button></dd></div></dl>
<p>Type <span class="inline">imap.firma.example</span>.</p>
<ol><li><pre>host <span class="filled">imap.firma.example</span>
port 993
</pre><p><a href="/f/sealed/some.txt?language=en" download>Download</a></p></li></ol></article>
<aside class="beside">{PAGE.partition("</h1>")[2].removesuffix("</html>")}</aside></html>"""


class TestGuide:
    def test_the_servers_are_those_beside_the_steps(self):
        assert guide.read(GUIDE.encode(), ADDRESS) == (IMAP,)

    @pytest.mark.parametrize(
        ("shown", "instead"),
        [
            ('<span class="value">imap.<wbr>', '<span class="value">pop.<wbr>'),
            ('<span class="value">993<', '<span class="value">143<'),
            ("<b>SSL/TLS<", "<b>StartTLS<"),
            (f'<span class="value">{ADDRESS}</span></dd>\n', '<span class="value">petro</span></dd>\n'),
            ('<span class="inline">imap', '<span class="inline">pop'),
            ('<span class="filled">imap', '<span class="filled">pop'),
            ("Copy: User name", "Copy: Something"),
            ('lang="en"', 'lang="de"'),
        ],
    )
    def test_a_guide_that_contradicts_itself_is_unreadable(self, shown, instead):
        assert shown in GUIDE
        article, aside, beside = GUIDE.partition("<aside")

        with pytest.raises(Unreadable):
            guide.read((article.replace(shown, instead) + aside + beside).encode(), ADDRESS)

    def test_words_in_place_of_a_value_are_none(self):
        words = GUIDE.replace("<b>SSL/TLS</b>", "ticked")

        assert guide.read(words.encode(), ADDRESS) == (IMAP,)

    def test_lines_belong_to_the_file_that_is_offered_below_them(self):
        assert guide.lines(GUIDE.encode()) == {"some.txt": {b"host imap.firma.example\nport 993\n"}}


DNS_PAGE = """<html lang="en"><table class="records"><tr><th>Name</th><th>Type</th><th>Value</th></tr>
<tr><th><span class="value">@</span></th><td><span class="type">MX</span></td>
<td><p>priority <b>10</b></p><span class="value">mx1.hoster.example</span></td></tr>
<tr><th><span class="value">_imaps._tcp</span></th><td><span class="type">SRV</span></td>
<td><p>priority <b>0</b>, weight <b>1</b>, port <b>993</b></p><span class="value">imap.firma.example</span></td></tr>
<tr><th><span class="value">_pop3s._tcp</span></th><td><span class="type">SRV</span></td>
<td><p>priority <b>0</b>, weight <b>0</b>, port <b>0</b></p><span class="value">.</span></td></tr>
<tr><th><span class="value">_mta-sts</span></th><td><span class="type">TXT</span></td>
<td><span class="value">v=STSv1; id="1";</span></td></tr></table></html>"""


class TestDnsPage:
    def test_it_is_the_zone_that_its_records_make(self):
        found = dns_page.read(DNS_PAGE.encode(), ADDRESS)

        assert [(one.protocol, one.hostname, one.port) for one in found] == [
            ("mx", "mx1.hoster.example", None),
            ("imap", "imap.firma.example", 993),
        ]

    def test_a_text_stays_as_it_stands(self):
        zone = dns_page.zone_text(DNS_PAGE.encode(), "firma.example")

        assert dns_zone.texts(zone, "_mta-sts.firma.example") == ['v=STSv1; id="1";']

    @pytest.mark.parametrize(
        ("shown", "instead"), [("priority <b>10</b>", ""), ("weight", "Gewicht"), ("<b>1<", "<b>x<")]
    )
    def test_a_record_without_its_numbers_is_unreadable(self, shown, instead):
        with pytest.raises(Unreadable):
            dns_page.read(DNS_PAGE.replace(shown, instead).encode(), ADDRESS)


class TestAutodiscoverJson:
    ASKED = "https://autodiscover.firma.example/autodiscover/autodiscover.json?Email=x"
    URL = "https://autodiscover.firma.example/autodiscover/autodiscover.xml"

    def answer(self, **values) -> bytes:
        return json.dumps({"Protocol": "AutodiscoverV1", "Url": self.URL} | values).encode()

    def test_it_leads_to_the_settings_at_the_same_host(self):
        assert autodiscover_json.location(self.answer(), self.ASKED) == self.URL

    @pytest.mark.parametrize(
        "values",
        [
            {"Protocol": "Ews"},
            {"Url": URL.replace("https", "http")},
            {"Url": URL.replace("firma", "other")},
            {"Url": URL.replace("xml", "json")},
            {"Url": None},
            {"Url": "https://[autodiscover"},
        ],
    )
    def test_what_leads_elsewhere_is_unreadable(self, values):
        with pytest.raises(Unreadable):
            autodiscover_json.location(self.answer(**values), self.ASKED)

    @pytest.mark.parametrize("document", [b"", b"[]", b"null", b"<html>", b"\xff"])
    def test_what_is_no_answer_is_unreadable(self, document):
        with pytest.raises(Unreadable):
            autodiscover_json.location(document, self.ASKED)

    def test_a_place_is_a_service_that_is_there(self):
        assert autodiscover_json.elsewhere(self.answer(), ADDRESS)
        assert not autodiscover_json.elsewhere(b'{"ErrorCode": "InvalidProtocol"}', ADDRESS)


class TestVouchingRecords:
    def test_a_digest_is_found_whatever_the_case_of_its_tags(self):
        texts = ["V=uaac1; A=SHA256; D=abc=", "v=UAAC1; a=sha512; d=other", "v=spf1 -all"]

        assert pacc.digests(texts) == ["abc="]

    def test_a_digest_is_of_the_exact_bytes(self):
        # The digest of nothing, as every implementation has it.
        assert pacc.digest_of(b"") == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
        assert pacc.digest_of(b"{}") != pacc.digest_of(b"{}\n")

    def test_an_id_is_up_to_32_letters_and_digits(self):
        assert mta_sts.ids(["v=STSv1; id=2026a;", "v=STSv1; id=a-b;", "v=STSv1;", "v=spf1 -all"]) == ["2026a", "", ""]


ZONE = """\
_imaps._tcp.firma.example. 3600 IN SRV 10 1 993 second.firma.example.
_imaps._tcp.firma.example. 3600 IN SRV 0 1 993 first.firma.example.
_imap._tcp.firma.example. 3600 IN SRV 0 0 0 .
_submission._tcp.firma.example. 3600 IN SRV 0 1 587 smtp.firma.example.
_submissions._tcp.other.example. 3600 IN SRV 0 1 465 smtp.other.example.
firma.example. 3600 IN MX 20 mx2.hoster.example.
firma.example. 3600 IN MX 10 mx1.hoster.example.
"""


class TestZone:
    def test_the_label_tells_the_protocol_and_the_lower_number_comes_first(self):
        found = dns_zone.read(ZONE.encode(), ADDRESS)

        assert [(server.protocol, server.hostname, server.security) for server in found] == [
            ("mx", "mx1.hoster.example", None),
            ("mx", "mx2.hoster.example", None),
            ("imap", "first.firma.example", "tls"),
            ("imap", "second.firma.example", "tls"),
            ("smtp", "smtp.firma.example", "starttls"),
        ]

    def test_what_is_no_zone_text_is_unreadable(self):
        with pytest.raises(Unreadable):
            dns_zone.read(ZONE.replace(" 993 ", " imaps ").encode(), ADDRESS)


class TestPolicy:
    def test_each_server_has_the_mode(self):
        policy = b"mx: *.hoster.example\r\nversion: STSv1\r\nmode: testing\r\nmax_age: 86400\r\n"

        assert mta_sts.read(policy, ADDRESS) == (Published("mx", "*.hoster.example", None, "testing"),)

    @pytest.mark.parametrize("line", [b"version: STSv2", b"mode: on", b"max_age: 1 day", b"max_age: 31557601"])
    def test_a_policy_that_senders_drop_is_unreadable(self, line):
        whole = {b"version": b"version: STSv1", b"mode": b"mode: testing", b"max_age": b"max_age: 86400"}
        whole[line.partition(b":")[0]] = line

        with pytest.raises(Unreadable):
            mta_sts.read(b"\n".join(whole.values()), ADDRESS)


class TestPacc:
    DOCUMENT = {
        "authentication": {"password": True},
        "info": {"provider": {"name": "Hoster"}},
        "protocols": {"imap": {"host": "imap.firma.example"}, "jmap": {"url": "https://jmap.firma.example"}},
    }

    def test_what_is_not_written_is_the_registered_port_tls_and_the_typed_address(self):
        assert pacc.read(json.dumps(self.DOCUMENT).encode(), ADDRESS) == (IMAP,)

    @pytest.mark.parametrize("part", DOCUMENT)
    def test_a_part_that_has_to_be_there_is_missed(self, part):
        rest = {key: value for key, value in self.DOCUMENT.items() if key != part}

        with pytest.raises(Unreadable):
            pacc.read(json.dumps(rest).encode(), ADDRESS)


DOMAIN = values.complete(mta_sts=MtaSts.ENFORCE, dns=DnsFacts(mx=("mx1.hoster.example",)))
ASK = values.ask("user@firma.com.ua", language="en")
PIECES = (b"", b"0", b'"', b"'", b"null", b"{}", b"[]", b"\xff", b"<x/>")
VALID = {name: found.render(DOMAIN, ASK) for name, found in formats().items()}


@pytest.mark.parametrize("file_name", VALID)
@given(st.data())
@settings(max_examples=100)
def test_a_broken_document_is_unreadable_at_worst(file_name, data):
    whole = VALID[file_name]
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(whole))] * 2)))
    piece = data.draw(
        st.sampled_from((b"", b"0", b'"', b"'", b"null", b"{}", b"[]", b"\xff", b"<x/>", whole[start:end] * 2))
    )
    broken = whole[:start] + piece + whole[end:]

    with contextlib.suppress(Unreadable):
        readers()[file_name].read(broken, "user@firma.com.ua")
