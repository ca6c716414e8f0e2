"""The database refuses by itself what validation refuses: bulk writes and other programs meet the same rules."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, connection, transaction

from accounts.models import Brand, BrandHost, Customer, Membership, Revision
from mailsettings.models import Domain, DomainName, Mailbox, MailServer, ServiceEndpoint
from tests import build

pytestmark = pytest.mark.django_db


def refused(*rows):
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        written_in_bulk(rows)


def written_in_bulk(rows):
    for row in rows:
        type(row).objects.bulk_create([row])
    connection.check_constraints()


@pytest.mark.parametrize("spelling", ["FIRMA.com.ua", "firma.com.ua.", "Firma.Com.Ua"])
def test_a_domain_name_is_there_once_whatever_its_case_and_trailing_dot(spelling):
    domain = build.domain("firma.com.ua")

    refused(DomainName(domain=domain, name=spelling))


def test_a_domain_name_is_there_once_in_u_labels_and_a_labels():
    domain = build.domain("xn--80a1acn3a.xn--j1amh")

    refused(DomainName(domain=domain, name="пошта.укр"))


@pytest.mark.parametrize("spelling", ["firma.com.ua", "FIRMA.COM.UA.", "Firma.com.ua"])
def test_a_filter_finds_a_name_in_any_spelling(spelling):
    build.domain("firma.com.ua")

    assert DomainName.objects.filter(name=spelling).exists()


@pytest.mark.parametrize("name", ["com.ua", "ua", "укр", "co.uk", "kiev.ua"])
def test_a_public_suffix_is_no_domain(name):
    with pytest.raises(ValidationError) as error:
        DomainName(domain=build.domain(), name=name).full_clean()
    assert "name" in error.value.message_dict


@pytest.mark.parametrize("name", ["firma.com.ua", "пошта.укр", "mail.co.uk", "shop.firma.com.ua"])
def test_ordinary_domains_under_any_suffix_are_accepted(name):
    DomainName(domain=Domain(), name=name).clean_fields(exclude=["domain"])
    DomainName(name=name).clean()


@pytest.mark.parametrize("name", ["not a name", "no_underscores.example", "one-label", "-a.example", "a..example"])
def test_what_is_no_domain_name_is_refused_by_the_database_too(name):
    refused(DomainName(domain=build.domain(), name=name))


def test_a_domain_has_one_primary_name():
    refused(DomainName(domain=build.domain("a.com.ua"), name="b.com.ua", is_primary=True))


def test_an_address_is_there_once_whatever_its_case():
    domain = build.domain(mailboxes=["olena"])

    refused(Mailbox(domain=domain, local_part="Olena"))


@pytest.mark.parametrize("local_part", ["", "a b", ".a", "a.", "a..b", "олена", "a@b"])
def test_what_is_no_local_part_is_refused_by_the_database_too(local_part):
    refused(Mailbox(domain=build.domain(), local_part=local_part))


@pytest.mark.parametrize(
    "values",
    [
        {"security": "none"},
        {"security": "plain"},
        {"security": ""},
        {"protocol": "http"},
        {"authentication": "none"},
        {"port": 0},
        {"port": 65536},
        {"protocol": "smtp", "port": 25},
        {"hostname": "imap"},
        {"hostname": "im ap.example"},
        {"hostname": "imap.{address}"},
        {"hostname": ""},
    ],
)
def test_an_endpoint_that_cannot_work_is_refused_by_the_database_too(values):
    good = {"protocol": "imap", "hostname": "imap.{domain}", "port": 1993, "security": "tls"}

    refused(ServiceEndpoint(server=build.server(), **(good | values)))


@pytest.mark.parametrize("owners", ["none", "both"])
def test_an_endpoint_belongs_to_a_server_or_to_a_domain(owners):
    domain = build.domain()
    owner = {"server": domain.server, "domain": domain} if owners == "both" else {}

    refused(ServiceEndpoint(protocol="imap", hostname="imap.{domain}", port=1993, security="tls", **owner))


@pytest.mark.parametrize("model", [Brand, MailServer])
def test_there_is_one_default(model):
    make = {
        Brand: lambda n: Brand(slug=n, name=n, is_default=True),
        MailServer: lambda n: MailServer(name=n, is_default=True),
    }

    refused(make[model]("a"), make[model]("b"))


def test_a_host_name_belongs_to_one_brand():
    build.brand("ava", hosts=["help.example"])

    refused(BrandHost(brand=build.brand("other"), name="HELP.example."))


def test_a_customer_has_a_reference():
    refused(Customer(ref=""))


@pytest.mark.parametrize("values", [{"role": "support"}, {"role": "customer"}, {"role": "owner"}])
def test_a_membership_has_the_scope_of_its_role(values):
    refused(Membership(user=build.operator(), **values))


def test_there_is_one_revision():
    build.server()

    refused(Revision(pk=2))


@pytest.mark.parametrize(
    "value", ["webmail.firma.com.ua", "http://webmail.{domain}/", "https://{user}/", "https://a b/"]
)
def test_a_web_address_is_whole_and_encrypted(value):
    with pytest.raises(ValidationError) as error:
        MailServer(name="s1", webmail_url=value).full_clean()
    assert "webmail_url" in error.value.message_dict


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("mx", "mx1.hoster.example"),
        ("mx", ["not a host"]),
        ("mx", ["mx1.hoster.example", "MX1.hoster.example."]),
        ("mx", [1]),
        ("dns_dkim", [{"selector": "a"}]),
        ("dns_dkim", [{"selector": "a b", "record": "v=DKIM1"}]),
        ("dns_dkim", {"selector": "a", "record": "b"}),
    ],
)
def test_lists_of_a_server_are_checked_item_by_item(field, value):
    with pytest.raises(ValidationError) as error:
        MailServer(name="s1", **{field: value}).full_clean()
    assert field in error.value.message_dict


def faults(field, value) -> list[str]:
    """The codes of what is wrong with one value of a server; none for a good one."""
    try:
        MailServer._meta.get_field(field).clean(value, None)
    except ValidationError as error:
        return [flaw.code for flaw in error.error_list]
    return []


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("", []),
        ("v=spf1", []),
        ("v=spf1 mx include:_spf.hoster.example ~all", []),
        ("v=spf1 include:" + "a" * 435, []),
        ("v=spf1 include:" + "a" * 436, ["long_spf"]),
        ("v=spf1 mx -all v=spf1 a -all", ["two_spf"]),
        ("v=spf2 mx -all", ["bad_spf"]),
        ("v=spf10", ["bad_spf"]),
        ("mx v=spf1 -all", ["bad_spf"]),
        ('"v=spf1 mx -all"', ["bad_spf"]),
        ("v=spf1 mx -all\nv=spf1 a -all", ["bad_character"]),
        ("v=spf1 mх -all", ["bad_character"]),
    ],
)
def test_an_spf_record_is_one_record(value, found):
    assert faults("dns_spf", value) == found


@pytest.mark.parametrize(
    ("terms", "found"),
    [
        ("+A mx:hoster.example/24//64  ip4:192.0.2.0/24 ip6:2001:db8::/32 ?exists:%{i}.spf.example ptr -ALL", []),
        ("mx redirect=_spf.hoster.example", []),
        ("mx -all exp=why.hoster.example", []),
        ("mx later=word -all", []),
        ("foo bar", ["bad_spf_term"]),
        ("mx,a -all", ["bad_spf_term"]),
        ("include -all", ["bad_spf_term"]),
        ("include: -all", ["bad_spf_term"]),
        ("ip4:mail.hoster.example -all", ["bad_spf_term"]),
        ("192.0.2.1 -all", ["bad_spf_term"]),
        ("all: mx", ["bad_spf_term"]),
        ("-all mx", ["after_all"]),
        ("mx ~all -all", ["after_all"]),
        (" ".join(f"include:{n}.example" for n in range(10)) + " ip4:192.0.2.1 -all", []),
        (" ".join(f"include:{n}.example" for n in range(9)) + " a mx -all", ["many_lookups"]),
        ("ptr " * 10 + "redirect=a.example", ["many_lookups"]),
    ],
)
def test_the_terms_of_an_spf_record_are_known_and_heeded(terms, found):
    assert faults("dns_spf", f"v=spf1 {terms}") == found


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("", []),
        ("v=DMARC1", []),
        ("v=DMARC1; p=none", []),
        ("v=DMARC1;p=reject;sp=quarantine;np=none;adkim=s;aspf=r;t=y;psd=n;rua=mailto:a@hoster.example;", []),
        ("v=DMARC1; p=Reject; unknown=tag", []),
        ("v=DMARC2; p=none", ["bad_version"]),
        ("p=none; v=DMARC1", ["bad_version"]),
        ("v=DMARC1; p=monitor", ["bad_tag_value"]),
        ("v=DMARC1; p=none; sp=all", ["bad_tag_value"]),
        ("v=DMARC1; p=none; np=", ["bad_tag_value"]),
        ("v=DMARC1; p=none; pct=50", ["removed_tag"]),
        ("v=DMARC1; p=none; rf=afrf", ["removed_tag"]),
        ("v=DMARC1; p=none; ri=86400", ["removed_tag"]),
        ("v=DMARC1; p=none; p=reject", ["tag_twice"]),
        ("v=DMARC1; P=none; RUA=mailto:a@hoster.example", []),
        ("v=DMARC1; p=none; Pct=5", ["removed_tag"]),
        ("v=DMARC1; p=none; P=reject", ["tag_twice"]),
        ("v=DMARC1; p=none; SP=all", ["bad_tag_value"]),
        ("v=DMARC1; rua=mailto:a@hoster.example", []),
        ("v=DMARC1; rua=mailto:a@hoster.example; p=none", ["late_policy"]),
        ("v=DMARC1; p=none; rua=mailto:a@hoster.example , https://r.hoster.example/x", []),
        ("v=DMARC1; p=none; rua=mailto:a@hoster.example!10m", ["report_size"]),
        ("v=DMARC1; p=none; ruf=mailto:a@hoster.example,mailto:b@hoster.example!1g", ["report_size"]),
        ("v=DMARC1; p=none; rua=foo", ["bad_report_address"]),
        ("v=DMARC1; p=none; rua=a@hoster.example", ["bad_report_address"]),
        ("v=DMARC1; p=none; rua=mailto:hoster.example", ["bad_report_address"]),
        ("v=DMARC1; p=none; rua=", ["bad_report_address"]),
        ("v=DMARC1; none", ["bad_tag"]),
        ("v=DMARC1; p=none; v=DMARC1; p=reject", ["tag_twice"]),
    ],
)
def test_a_dmarc_record_has_the_tags_of_today(value, found):
    assert faults("dns_dmarc", value) == found


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("", []),
        ("v=TLSRPTv1; rua=mailto:tls@hoster.example", []),
        ("v=TLSRPTv1;rua=https://tls.hoster.example/,mailto:tls@hoster.example", []),
        ("v=TLSRPTv1", ["bad_rua"]),
        ("v=TLSRPTv1; rua=tls@hoster.example", ["bad_rua"]),
        ("v=TLSRPTv1; rua=http://tls.hoster.example/", ["bad_rua"]),
        ("rua=mailto:tls@hoster.example", ["bad_version"]),
    ],
)
def test_a_tls_rpt_record_says_where_reports_go(value, found):
    assert faults("dns_tls_rpt", value) == found


@pytest.mark.parametrize(
    ("record", "found"),
    [
        ("v=DKIM1; k=rsa; p=MIIB", []),
        ("v=DKIM1; p=", []),
        ("v=DKIM1; k=ed25519; p=MI IB", []),
        ("v=DKIM1; k=rsa", ["bad_dkim_key"]),
        ("v=DKIM1; p=MII", ["bad_dkim_key"]),
        ("v=DKIM1; p=…", ["bad_character"]),
        ("v=DKIM1; p=MI*B", ["bad_dkim_key"]),
        ("k=rsa; p=MIIB", ["bad_version"]),
    ],
)
def test_a_dkim_record_holds_a_key(record, found):
    assert faults("dns_dkim", [{"selector": "mail", "record": record}]) == found
