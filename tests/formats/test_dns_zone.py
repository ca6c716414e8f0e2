"""DNS records: each of them, the zone text that name servers read, and the rows that people copy into panels."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace

import dns.rdatatype
import dns.zone
import dns.zonefile
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailsettings.core.endpoints import Protocol, Security
from mailsettings.core.errors import CannotExpress
from mailsettings.core.settings import Ask, DkimKey, DnsFacts, MtaSts
from mailsettings.formats import formats, mta_sts, pacc
from mailsettings.formats.dns_zone import FORMAT, RecordType, chunks, records, render, rows

from . import build, strategies
from .golden import assert_golden

# What every zone has and these records are added to.
ZONE_HEAD = """{domain}. 3600 IN SOA ns.hoster.example. dns.hoster.example. 1 7200 3600 1209600 3600
{domain}. 3600 IN NS ns.hoster.example.
"""


def values(settings, name) -> list[tuple[str, str]]:
    """Type and zone text of each record under ``name``, which is relative to the domain; the domain's own for ""."""
    whole = f"{name}.{settings.domain}" if name else settings.domain
    return [(record.type, record.rdata) for record in records(settings) if record.name == whole]


def names(settings) -> set[str]:
    return {record.name.removesuffix(f".{settings.domain}") for record in records(settings)}


def read_back(text: str, origin: str):
    """Every record that dnspython finds in the zone text, as (name, TTL, type, value)."""
    found = dns.zonefile.read_rrsets(text, origin=origin, relativize=False, rdclass=None)
    for rrset in found:
        for rdata in rrset:
            name, kind = rrset.name.to_text(omit_final_dot=True), dns.rdatatype.to_text(rrset.rdtype)
            if kind == "TXT":
                yield name, rrset.ttl, kind, b"".join(rdata.strings)
            else:
                yield name, rrset.ttl, kind, rdata.to_text()


def as_read(settings):
    """The records as ``read_back`` would give them."""
    for record in records(settings):
        text = record.value.text.encode("utf-8", "replace") if record.type is RecordType.TXT else record.rdata
        yield record.name, record.ttl, record.type.value, text


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("whole", build.whole_zone()),
        ("idn", replace(build.idn(), dns=build.dns(dkim=(DkimKey("ключ", "v=DKIM1; p="),)))),
        ("imap-only", build.whole_zone(endpoints=(build.imap(), build.smtp_starttls()), mta_sts=MtaSts.OFF)),
        ("bare", build.complete()),
    ],
)
def test_the_zone_is_the_golden_one(name, settings):
    assert_golden(f"dns-{name}.zone", render(settings, Ask()))


def test_the_format_is_found_under_its_file_name():
    assert formats()["dns.zone"] is FORMAT
    assert FORMAT.content_type == "text/plain; charset=utf-8"
    assert not FORMAT.attachment


def test_mail_is_taken_by_the_servers_names_in_their_order():
    found = [rdata for kind, rdata in values(build.whole_zone(), "") if kind == "MX"]
    assert found == ["10 mx1.hoster.example.", "20 mx2.hoster.example."]


def test_every_endpoint_stands_under_the_label_of_its_service():
    settings = build.complete(
        endpoints=(
            build.imap(),
            build.imap(port=143, security=Security.STARTTLS),
            build.pop3(),
            build.pop3(port=110, security=Security.STARTTLS),
            build.smtp(),
            build.smtp_starttls(),
        )
    )
    labels = ("_imaps", "_imap", "_pop3s", "_pop3", "_submissions", "_submission")
    assert {label: values(settings, f"{label}._tcp") for label in labels} == {
        "_imaps": [("SRV", "0 1 993 imap.firma.com.ua.")],
        "_imap": [("SRV", "10 1 143 imap.firma.com.ua.")],
        "_pop3s": [("SRV", "20 1 995 pop.firma.com.ua.")],
        "_pop3": [("SRV", "30 1 110 pop.firma.com.ua.")],
        "_submissions": [("SRV", "0 1 465 smtp.firma.com.ua.")],
        "_submission": [("SRV", "10 1 587 smtp.firma.com.ua.")],
    }


def test_implicit_tls_comes_before_starttls_whatever_is_recommended():
    settings = build.complete(endpoints=(build.imap(), build.smtp_starttls(), build.smtp()))
    (submissions,) = values(settings, "_submissions._tcp")
    (submission,) = values(settings, "_submission._tcp")
    assert (submissions, submission) == (
        ("SRV", "0 1 465 smtp.firma.com.ua."),
        ("SRV", "10 1 587 smtp.firma.com.ua."),
    )


def test_pop3_comes_after_every_imap_endpoint():
    settings = build.complete(endpoints=(build.pop3(), build.imap(), build.imap("imap2.firma.com.ua")))
    assert values(settings, "_imaps._tcp") == [
        ("SRV", "0 1 993 imap.firma.com.ua."),
        ("SRV", "10 1 993 imap2.firma.com.ua."),
    ]
    assert values(settings, "_pop3s._tcp") == [("SRV", "20 1 995 pop.firma.com.ua.")]


def test_an_odd_port_is_written_as_it_is():
    assert values(build.odd_ports(), "_submission._tcp") == [("SRV", "0 1 65535 smtp.firma.com.ua.")]


@pytest.mark.parametrize("label", ["_pop3s._tcp", "_pop3._tcp"])
def test_a_protocol_that_is_switched_off_is_denied(label):
    assert values(build.pop3_off(), label) == [("SRV", "0 0 0 .")]


@pytest.mark.parametrize("label", ["_imap._tcp", "_pop3._tcp"])
def test_a_security_that_is_not_offered_is_denied(label):
    assert values(build.complete(), label) == [("SRV", "0 0 0 .")]


@pytest.mark.parametrize("label", ["autoconfig", "autodiscover", "ua-auto-config"])
def test_a_name_that_programs_ask_is_another_name_for_this_site(label):
    assert values(build.whole_zone(), label) == [("CNAME", "portal.hoster.example.")]


def test_outlook_finds_this_site_without_a_certificate_for_the_domain():
    assert values(build.whole_zone(), "_autodiscover._tcp") == [("SRV", "0 0 443 portal.hoster.example.")]


def test_without_a_host_for_discovery_no_name_leads_to_it():
    found = names(build.whole_zone(dns=build.dns(discovery_host="")))
    assert not found & {"autoconfig", "autodiscover", "ua-auto-config", "mta-sts", "_autodiscover._tcp"}


def test_no_name_is_another_name_for_itself():
    settings = build.whole_zone(dns=build.dns(discovery_host="autoconfig.firma.com.ua"))
    assert values(settings, "autoconfig") == []
    assert values(settings, "autodiscover") == [("CNAME", "autoconfig.firma.com.ua.")]


def test_what_staff_stored_is_published_as_it_stands():
    settings = build.whole_zone()
    assert ("TXT", '"v=spf1 include:_spf.hoster.example -all"') in values(settings, "")
    assert values(settings, "_dmarc") == [("TXT", '"v=DMARC1; p=quarantine; rua=mailto:dmarc@hoster.example"')]
    assert values(settings, "_smtp._tls") == [("TXT", '"v=TLSRPTv1; rua=mailto:tls@hoster.example"')]


def test_there_is_one_spf_record_at_most():
    own = [rdata for kind, rdata in values(build.whole_zone(), "") if kind == "TXT"]
    assert len(own) == 1
    assert not [rdata for kind, rdata in values(build.complete(), "") if kind == "TXT"]


def test_a_key_of_2048_bits_is_split_between_two_strings():
    ((kind, rdata),) = values(build.whole_zone(), "mail._domainkey")
    first, second = rdata.strip('"').split('" "')
    assert kind == "TXT"
    assert len(first) == 255
    assert first + second == build.DKIM_KEY


def test_each_selector_has_a_name_of_its_own_in_its_one_spelling():
    keys = (DkimKey("Mail", "v=DKIM1; p="), DkimKey("2026.Mail", "v=DKIM1; p="), DkimKey("ключ", "v=DKIM1; p="))
    found = {name for name in names(build.complete(dns=DnsFacts(dkim=keys))) if "_domainkey" in name}
    assert found == {"mail._domainkey", "2026.mail._domainkey", "xn--j1ac0b1a._domainkey"}


@pytest.mark.parametrize("mode", [MtaSts.TESTING, MtaSts.ENFORCE])
def test_mta_sts_has_its_id_and_its_name_where_it_is_on(mode):
    settings = build.whole_zone(mta_sts=mode)
    assert values(settings, "_mta-sts") == [("TXT", f'"v=STSv1; id={mta_sts.policy_id(settings)};"')]
    assert values(settings, "mta-sts") == [("CNAME", "portal.hoster.example.")]


def test_mta_sts_has_no_record_where_it_is_off_or_there_is_no_policy():
    for settings in (build.whole_zone(mta_sts=MtaSts.OFF), build.whole_zone(dns=build.dns(mx=()))):
        assert not names(settings) & {"_mta-sts", "mta-sts"}


def test_the_digest_of_pacc_is_that_of_the_document():
    settings = build.whole_zone()
    record = pacc.digest_record(pacc.render(settings, Ask("en")))
    assert values(settings, "_ua-auto-config") == [("TXT", f'"{record}"')]


def test_there_is_no_digest_where_there_is_no_document():
    assert "_ua-auto-config" not in names(replace(build.private(), dns=build.dns()))


@pytest.mark.parametrize("settings", [build.generic(), build.with_mailbox("Олена")])
def test_a_zone_is_of_a_domain_only(settings):
    with pytest.raises(CannotExpress):
        render(settings, Ask())


def test_an_alias_that_was_asked_for_is_not_in_the_zone_of_the_primary_name():
    settings = build.whole_zone(asked=build.ALIAS)
    assert render(settings, Ask()) == render(build.whole_zone(), Ask())


def test_a_name_too_long_for_the_dns_is_left_out():
    long_domain = ".".join(["a" * 63, "b" * 63, "c" * 63, "d" * 45, "example"])
    settings = build.whole_zone(domain=long_domain, asked=long_domain)
    assert all(len(record.name) <= 253 for record in records(settings))
    assert "_dmarc" in names(settings)
    assert "_submissions._tcp" not in names(settings)


@pytest.mark.parametrize(
    ("text", "rdata"),
    [
        ('say "hello"', r'"say \"hello\""'),
        (r"a\b", r'"a\\b"'),
        ("a; b", '"a; b"'),
        ("a\nb", r'"a\010b"'),
        ("ї", r'"\209\151"'),
        ("\x7f", r'"\127"'),
    ],
)
def test_text_is_escaped_as_zone_files_need_it(text, rdata):
    assert values(build.complete(dns=DnsFacts(dmarc=text)), "_dmarc") == [("TXT", rdata)]


@given(st.binary(max_size=2000))
def test_any_text_is_split_into_strings_of_255_octets_that_make_it_up(value):
    found = chunks(value)
    assert b"".join(found) == value
    assert all(len(chunk) <= 255 for chunk in found)
    assert all(len(chunk) == 255 for chunk in found[:-1])


@given(strategies.zones())
def test_any_zone_is_read_back_as_the_same_records_under_any_origin(settings):
    text = render(settings, Ask()).decode("ascii")
    for origin in (f"{settings.domain}.", "."):
        assert sorted(read_back(text, origin)) == sorted(as_read(settings))


@given(strategies.zones())
def test_any_zone_is_the_same_whatever_is_asked(settings):
    assert render(settings, Ask("uk")) == render(settings, Ask("en", Protocol.POP3))


@given(strategies.zones())
def test_any_zone_loads_whole_with_no_name_beside_its_alias(settings):
    text = ZONE_HEAD.format(domain=settings.domain) + render(settings, Ask()).decode("ascii")
    zone = dns.zone.from_text(text, origin=f"{settings.domain}.", relativize=False)
    for name, node in zone.items():
        kinds = {dns.rdatatype.to_text(rdataset.rdtype) for rdataset in node.rdatasets}
        assert kinds == {"CNAME"} or "CNAME" not in kinds, name
        targets = [rdata.target for rdataset in node.rdatasets for rdata in rdataset if hasattr(rdata, "target")]
        assert len(targets) == 1 or dns.name.root not in targets


@given(strategies.zones())
def test_any_service_is_offered_by_its_endpoints_or_denied_and_never_both(settings):
    for protocol, security, label in (
        (Protocol.IMAP, Security.TLS, "_imaps._tcp"),
        (Protocol.IMAP, Security.STARTTLS, "_imap._tcp"),
        (Protocol.POP3, Security.TLS, "_pop3s._tcp"),
        (Protocol.POP3, Security.STARTTLS, "_pop3._tcp"),
        (Protocol.SMTP, Security.TLS, "_submissions._tcp"),
        (Protocol.SMTP, Security.STARTTLS, "_submission._tcp"),
    ):
        offered = [endpoint for endpoint in settings.of(protocol) if endpoint.security is security]
        found = [record.value for record in records(settings) if record.name == f"{label}.{settings.domain}"]
        assert [(value.port, value.target) for value in found] == [
            (endpoint.port, endpoint.hostname) for endpoint in offered
        ] or (not offered and [value.rdata for value in found] == ["0 0 0 ."])


@given(strategies.zones())
def test_any_priority_prefers_tls_to_starttls_and_imap_to_pop3(settings):
    found = {label: [] for label in ("_imaps", "_imap", "_pop3s", "_pop3", "_submissions", "_submission")}
    for record in records(settings):
        label = record.name.partition(".")[0]
        if label in found and record.value.target:
            found[label].append(record.value.priority)
    incoming = [*found["_imaps"], *found["_imap"], *found["_pop3s"], *found["_pop3"]]
    outgoing = [*found["_submissions"], *found["_submission"]]
    for priorities in (incoming, outgoing):
        assert priorities == sorted(set(priorities))


@pytest.mark.parametrize(
    "settings",
    [
        build.whole_zone(),
        build.whole_zone(dns=build.dns(spf='"\\;()\n\0їя', dmarc="$INCLUDE x\n@ IN A 192.0.2.1")),
        replace(build.idn(), dns=build.dns(), mta_sts=MtaSts.ENFORCE),
        build.complete(),
    ],
    ids=["whole", "hostile", "idn", "bare"],
)
def test_the_name_servers_own_checker_accepts_the_zone(settings, tmp_path):
    checker = shutil.which("named-checkzone")
    assert checker, "named-checkzone is missing, and this test needs it: apt-get install bind9-utils"
    path = tmp_path / "zone"
    path.write_text(ZONE_HEAD.format(domain=settings.domain) + render(settings, Ask()).decode("ascii"))
    # Addresses of hosts are not ours to publish, so that they are there is not checked (-i none).
    result = subprocess.run(
        [checker, "-i", "none", "-k", "fail", "-M", "fail", settings.domain, str(path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr
    assert "warning" not in (result.stdout + result.stderr).lower()


def test_the_checker_refuses_a_name_beside_its_alias(tmp_path):
    path = tmp_path / "zone"
    text = ZONE_HEAD.format(domain=build.DOMAIN) + render(build.whole_zone(), Ask()).decode("ascii")
    path.write_text(f"{text}autoconfig.{build.DOMAIN}. 3600 IN TXT x\n")
    assert subprocess.run(["named-checkzone", build.DOMAIN, str(path)], capture_output=True).returncode != 0


# --- Rows for panels --------------------------------------------------------------------------------------------------


def row(settings, host, kind) -> dict[str, str]:
    (found,) = [row for row in rows(settings) if row.host == host and row.type == kind]
    return dict(found.fields)


def test_a_panel_wants_the_host_part_alone():
    hosts = [row.host for row in rows(build.whole_zone())]
    assert hosts[0] == "@"
    assert {"_imaps._tcp", "mail._domainkey", "_dmarc", "autoconfig"} <= set(hosts)
    assert not [host for host in hosts if "firma" in host]


def test_a_panel_wants_a_service_in_four_fields_and_no_dot_behind_the_target():
    assert row(build.whole_zone(), "_imaps._tcp", "SRV") == {
        "priority": "0", "weight": "1", "port": "993", "target": "imap.firma.com.ua",
    }  # fmt: skip


def test_a_service_that_is_not_there_keeps_its_dot():
    assert row(build.whole_zone(), "_pop3._tcp", "SRV")["target"] == "."


def test_a_panel_wants_text_whole_without_quotes_and_escapes():
    assert row(build.whole_zone(), "mail._domainkey", "TXT") == {"text": build.DKIM_KEY}
    assert row(build.complete(dns=DnsFacts(dmarc='"\\ї')), "_dmarc", "TXT") == {"text": '"\\ї'}


@given(strategies.zones())
def test_any_row_says_what_its_record_says(settings):
    for found, record in zip(rows(settings), records(settings), strict=True):
        assert found.type == record.type
        whole = settings.domain if found.host == "@" else f"{found.host}.{settings.domain}"
        assert whole == record.name
        text = " ".join(value for _field, value in found.fields)
        if record.type is not RecordType.TXT:
            assert f"{text.removesuffix('.')}." == record.rdata or text == record.rdata
