import pytest

from accounts.models import ChangeSet
from mailsettings import changes, lookup
from mailsettings.core.addresses import parse_address
from mailsettings.core.endpoints import OriginKind, Protocol
from mailsettings.core.settings import LoginPolicy, Status
from mailsettings.models import Mailbox
from tests import build

pytestmark = pytest.mark.django_db
OLENA = parse_address("olena@firma.com.ua")


def endpoints(settings) -> list[tuple]:
    return [(e.protocol.value, e.hostname, e.port, e.security.value) for e in settings.endpoints]


def user_name(settings, address=OLENA, protocol=Protocol.IMAP):
    return settings.user_name(settings.first(protocol), address)


def test_a_domain_has_its_servers_endpoints_with_its_own_name_in_them():
    build.domain("firma.com.ua")

    assert endpoints(lookup.for_domain("firma.com.ua")) == [
        ("imap", "imap.firma.com.ua", 993, "tls"),
        ("pop3", "pop.firma.com.ua", 995, "tls"),
        ("smtp", "smtp.firma.com.ua", 465, "tls"),
        ("smtp", "smtp.firma.com.ua", 587, "starttls"),
    ]


def test_an_unknown_domain_has_no_settings():
    assert lookup.for_domain("unknown.com.ua") is None


def test_an_alias_is_answered_with_the_primary_name():
    build.domain("firma.com.ua", aliases=["firma.укр"])

    settings = lookup.for_address(parse_address("olena@firma.укр"))

    assert (settings.domain, settings.asked) == ("firma.com.ua", "firma.xn--j1amh")
    assert settings.user_name(settings.first(Protocol.IMAP), parse_address("olena@firma.укр")) == "olena@firma.com.ua"


def test_a_domains_own_endpoints_replace_the_servers_of_that_protocol_only():
    build.domain("firma.com.ua", endpoints=[("smtp", "out.firma.com.ua", 2525, "starttls")])

    settings = lookup.for_domain("firma.com.ua")

    assert [e.hostname for e in settings.of(Protocol.SMTP)] == ["out.firma.com.ua"]
    assert [e.hostname for e in settings.of(Protocol.IMAP)] == ["imap.firma.com.ua"]


def test_a_domains_own_endpoints_are_nobody_elses_whoever_is_asked_for_first():
    build.domain("firma.com.ua", endpoints=[("smtp", "out.firma.com.ua", 2525, "starttls")])
    build.domain("other.com.ua")

    lookup.for_domain("firma.com.ua")

    assert [e.hostname for e in lookup.for_domain("other.com.ua").of(Protocol.SMTP)] == ["smtp.other.com.ua"] * 2


def test_each_endpoint_names_its_origin():
    domain = build.domain("firma.com.ua", endpoints=[("smtp", "out.firma.com.ua", 2525, "starttls")])

    settings = lookup.for_domain("firma.com.ua")
    imap, smtp = settings.first(Protocol.IMAP).origin, settings.first(Protocol.SMTP).origin

    assert (imap.kind, imap.name) == (OriginKind.SERVER, "s1")
    assert (smtp.kind, smtp.name, smtp.change_set) == (OriginKind.DOMAIN, "firma.com.ua", domain.changed_in_id)


def test_endpoints_keep_their_order():
    server = build.server(
        endpoints=[("smtp", "b.hoster.example", 587, "starttls"), ("smtp", "a.hoster.example", 465, "tls")]
    )
    build.domain("firma.com.ua", server=server)

    assert [e.port for e in lookup.for_domain("firma.com.ua").of(Protocol.SMTP)] == [587, 465]


def test_a_protocol_that_is_switched_off_has_no_endpoints():
    build.domain("firma.com.ua", pop3=False)

    assert lookup.for_domain("firma.com.ua").incoming_protocols == (Protocol.IMAP,)


@pytest.mark.parametrize("status", list(Status))
def test_the_status_is_told(status):
    build.domain("firma.com.ua", status=status)

    settings = lookup.for_domain("firma.com.ua")

    assert settings.status is status
    assert settings.served == (status is Status.ACTIVE)


class TestUserNames:
    def own(self, policy):
        build.domain("firma.com.ua", logins=policy, mailboxes=[{"local_part": "olena", "login": "o.kovalenko"}])

    def test_a_published_own_user_name_is_shown(self):
        self.own(LoginPolicy.PUBLISHED)

        settings = lookup.for_address(OLENA)

        assert user_name(settings) == "o.kovalenko"
        assert settings.login_origin.kind is OriginKind.MAILBOX

    def test_a_published_domain_answers_unknown_mailboxes_by_the_pattern(self):
        self.own(LoginPolicy.PUBLISHED)

        assert user_name(
            lookup.for_address(parse_address("petro@firma.com.ua")), parse_address("petro@firma.com.ua")
        ) == ("petro@firma.com.ua")

    @pytest.mark.parametrize("local_part", ["olena", "petro"])
    def test_private_user_names_are_left_out_for_every_address(self, local_part):
        self.own(LoginPolicy.PRIVATE)
        address = parse_address(f"{local_part}@firma.com.ua")

        assert user_name(lookup.for_address(address), address) is None

    def test_public_settings_of_existing_and_unknown_mailboxes_are_equal_under_private(self):
        self.own(LoginPolicy.PRIVATE)

        assert lookup.for_address(OLENA) == lookup.for_address(parse_address("petro@firma.com.ua"))

    def test_the_owner_sees_the_own_user_name_under_private(self):
        self.own(LoginPolicy.PRIVATE)

        assert user_name(lookup.for_mailbox(Mailbox.objects.get())) == "o.kovalenko"

    def test_the_owner_of_an_ordinary_mailbox_sees_the_pattern_under_private(self):
        build.domain("firma.com.ua", logins="private", mailboxes=["olena"])

        assert user_name(lookup.for_mailbox(Mailbox.objects.get())) == "olena@firma.com.ua"


def test_exact_settings_leave_out_what_the_mailbox_has_switched_off():
    build.domain("firma.com.ua", mailboxes=[{"local_part": "olena", "pop3": False, "status": "suspended"}])

    settings = lookup.for_mailbox(Mailbox.objects.get())

    assert settings.incoming_protocols == (Protocol.IMAP,)
    assert settings.mailbox.status is Status.SUSPENDED


def test_public_settings_say_nothing_about_the_mailbox():
    build.domain("firma.com.ua", mailboxes=[{"local_part": "olena", "pop3": False, "status": "suspended"}])

    settings = lookup.for_address(OLENA)

    assert settings.mailbox is None
    assert settings == lookup.for_address(parse_address("petro@firma.com.ua"))


class TestBrand:
    def test_a_customer_without_a_brand_has_the_default_one(self):
        build.brand("other")
        build.brand("ava", is_default=True, hosts=["help.ava.example", "help2.ava.example"])
        build.domain("firma.com.ua")

        brand = lookup.for_domain("firma.com.ua").brand

        assert (brand.slug, brand.origin) == ("ava", "https://help.ava.example")

    def test_a_brand_without_a_host_uses_the_sites_address(self):
        build.domain("firma.com.ua", customer=build.customer(brand=build.brand("ava")))

        assert lookup.for_domain("firma.com.ua").page_url("uk") == "https://portal.example/uk/d/firma.com.ua/"

    def test_a_site_without_brands_has_a_face_all_the_same(self):
        build.domain("firma.com.ua")

        assert lookup.for_domain("firma.com.ua").brand.name == "Skrynka"


@pytest.mark.parametrize("mailboxes", [0, 3, 300])
@pytest.mark.parametrize(("policy", "more"), [("pattern", 0), ("private", 0), ("published", 1)])
def test_a_first_lookup_takes_three_queries_at_any_size(django_assert_num_queries, mailboxes, policy, more):
    build.domain(
        "firma.com.ua",
        aliases=[f"a{n}.com.ua" for n in range(mailboxes)],
        mailboxes=[f"m{n}" for n in range(mailboxes)],
        logins=policy,
    )

    for look, queries in (
        (lambda: lookup.for_address(OLENA), 3 + more),
        (lambda: lookup.for_domain("firma.com.ua"), 3),
    ):
        build.cold()
        with django_assert_num_queries(queries):
            look()


def test_another_domain_of_a_known_server_and_brand_takes_one_query(django_assert_num_queries):
    build.domain("firma.com.ua")
    build.domain("kvity.example")
    build.cold()
    lookup.for_domain("firma.com.ua")

    with django_assert_num_queries(1):
        lookup.for_domain("kvity.example")


def test_a_domain_with_endpoints_of_its_own_takes_one_query_more(django_assert_num_queries):
    build.domain("firma.com.ua")
    build.domain("kvity.example", endpoints=[("imap", "mail.kvity.example", 993, "tls")])
    build.cold()
    lookup.for_domain("firma.com.ua")

    with django_assert_num_queries(2):
        lookup.for_domain("kvity.example")


@pytest.mark.parametrize(("policy", "queries"), [("pattern", 0), ("private", 0), ("published", 1)])
def test_a_remembered_domain_costs_no_query_but_for_a_published_user_name(django_assert_num_queries, policy, queries):
    build.domain("firma.com.ua", logins=policy)
    build.cold()
    lookup.for_domain("firma.com.ua")

    with django_assert_num_queries(queries):
        lookup.for_address(OLENA)


def test_a_change_is_seen_at_once_by_the_process_that_made_it():
    domain = build.domain("firma.com.ua")
    lookup.for_domain("firma.com.ua")
    plan, before = changes.Plan(), changes.snapshot(domain)
    domain.pop3 = False
    plan.change(domain, before)

    changes.apply(plan, ChangeSet(source="admin"))

    assert lookup.for_domain("firma.com.ua").incoming_protocols == (Protocol.IMAP,)


def test_an_exact_lookup_takes_three_queries(django_assert_num_queries):
    build.domain("firma.com.ua", mailboxes=["olena"])
    mailbox = Mailbox.objects.get()
    build.cold()

    with django_assert_num_queries(3):
        lookup.for_mailbox(mailbox)


def test_web_addresses_expand_with_the_domain():
    build.domain("firma.com.ua", server=build.server("s9", webmail_url="https://webmail.{domain}/"))

    assert lookup.for_domain("firma.com.ua").webmail_url == "https://webmail.firma.com.ua/"


@pytest.mark.parametrize(
    ("site_url", "host"),
    [
        ("https://Portal.hoster.example:8443", "portal.hoster.example"),
        ("https://пошта.укр", "xn--80a1acn3a.xn--j1amh"),
        ("http://localhost:8000", "autoconfig.hoster.example"),
        ("http://203.0.113.7:8000", "autoconfig.hoster.example"),
        ("http://[::1]:8000", "autoconfig.hoster.example"),
    ],
)
def test_programs_find_this_site_under_its_own_name_or_else_the_servers_discovery_name(settings, site_url, host):
    settings.SITE_URL = site_url
    build.server(discovery_names=["autoconfig.hoster.example", "autodiscover.hoster.example"])
    build.domain("firma.com.ua")

    assert lookup.for_domain("firma.com.ua").dns.discovery_host == host


def test_without_any_name_programs_find_this_site_nowhere(settings):
    settings.SITE_URL = "http://localhost:8000"
    build.domain("firma.com.ua")

    assert lookup.for_domain("firma.com.ua").dns.discovery_host == ""
