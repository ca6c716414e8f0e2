"""Changing a mail server that many domains share: why, for how many, and the way back."""

import pytest

from accounts.models import ChangeSet
from mailsettings.admin import impact
from mailsettings.models import Domain, DomainName, Mailbox, MailServer, ServiceEndpoint
from tests import build
from tests.admin.desk import LOG, SERVER, entered, errors, operator, page

pytestmark = pytest.mark.django_db


def shared_server(domains, **values) -> MailServer:
    """A server with that many domains, of which each has one mailbox."""
    server, customer = build.server("s1"), build.customer()
    made = [Domain(customer=customer, server=server, **values) for _number in range(domains)]
    names = [DomainName(domain=one, name=f"d{n}.com.ua", is_primary=True) for n, one in enumerate(made)]
    build.save(*made, *names, *(Mailbox(domain=one, local_part="olena") for one in made))
    return server


def save(desk, server, **values):
    return desk.submit(page(SERVER, "change", server.pk), **{"reason": "new address"} | values)


def sent_again(response, **values) -> dict:
    """What a page that asks to confirm sends."""
    data: dict = {}
    for name, value in response.context["entered"]:
        data.setdefault(name, []).append(value)
    return data | values


MOVED = {"endpoints-0-hostname": "mail.hoster.example"}


@pytest.mark.parametrize("values", [{}, {"reason": "  "}])
def test_a_server_is_not_saved_without_a_reason(values):
    server = build.server()

    response = operator().submit(page(SERVER, "change", server.pk), **MOVED | values)

    assert "Write why." in errors(response)["reason"][0]
    assert server.endpoints.first().hostname == "imap.{domain}"


def test_a_server_is_not_deleted_without_a_reason_and_the_page_keeps_the_ticket():
    server = build.server()

    response = operator().post(page(SERVER, "delete", server.pk), {"post": "yes", "ticket": "T-4"})

    assert "Write why." in response.context["about"].errors["reason"][0]
    assert 'value="T-4"' in response.content.decode()
    assert MailServer.objects.exists()


def test_a_change_for_fifty_domains_is_saved_at_once():
    server = shared_server(50)

    assert save(operator(), server, **MOVED).status_code == 302
    assert server.endpoints.first().hostname == "mail.hoster.example"


def test_a_change_for_more_is_shown_with_counts_and_an_example_and_not_saved():
    server = shared_server(51)
    number = ChangeSet.objects.count()

    response = save(operator(), server, **MOVED)

    found = response.context["impact"]
    assert (found.domains, found.mailboxes) == (51, 51)
    imap = found.example.lines[0]
    assert imap.before.text == "imap.d0.com.ua 993 SSL/TLS, {address}"
    assert imap.after.text == "mail.hoster.example 993 SSL/TLS, {address}"
    assert [(change.name, line.after.text) for change in found.changes for line in change.lines] == [
        ("IMAP mail.hoster.example:993", "mail.hoster.example")
    ]
    assert ChangeSet.objects.count() == number


@pytest.mark.parametrize("typed", ["51", " 5 1 "])
def test_the_typed_number_saves_it_with_everything_that_was_entered(typed):
    server = shared_server(51)
    desk = operator()
    asked = save(desk, server, webmail_url="https://webmail.{domain}/", ticket="T-6", **MOVED)

    response = desk.post(page(SERVER, "change", server.pk), sent_again(asked, confirmed=typed))

    assert response.status_code == 302
    server.refresh_from_db()
    assert server.webmail_url == "https://webmail.{domain}/"
    assert server.endpoints.first().hostname == "mail.hoster.example"
    assert (ChangeSet.objects.first().reason, ChangeSet.objects.first().ticket) == ("new address", "T-6")


@pytest.mark.parametrize("typed", ["", "50", "yes", "51.0"])
def test_another_number_saves_nothing_and_says_what_to_type(typed):
    server = shared_server(51)
    desk = operator()
    asked = save(desk, server, **MOVED)

    response = desk.post(page(SERVER, "change", server.pk), sent_again(asked, confirmed=typed))

    assert "Type 51." in response.context["form"].errors["confirmed"][0]
    assert server.endpoints.first().hostname == "imap.{domain}"


def test_a_domain_that_came_in_between_makes_the_typed_number_wrong():
    server = shared_server(51)
    desk = operator()
    asked = save(desk, server, **MOVED)
    build.domain("late.com.ua")

    response = desk.post(page(SERVER, "change", server.pk), sent_again(asked, confirmed="51"))

    assert "Type 52." in response.context["form"].errors["confirmed"][0]


def test_the_way_back_leads_to_the_form_with_everything_that_was_entered():
    server = shared_server(51)
    desk = operator()
    asked = save(desk, server, **MOVED)

    response = desk.post(page(SERVER, "change", server.pk), sent_again(asked, confirmed="51", _back="Back"))

    assert entered(response)["endpoints-0-hostname"] == "mail.hoster.example"
    assert errors(response) == {}
    assert server.endpoints.first().hostname == "imap.{domain}"


def test_what_would_be_refused_is_refused_before_anybody_types_a_number():
    server = shared_server(51)

    response = save(operator(), server, **MOVED, mx="10.0.0.1")

    assert "mx" in errors(response)


def test_a_change_for_many_domains_is_taken_back_from_the_message_in_one_step():
    server = shared_server(51)
    desk = operator()
    asked = save(desk, server, **MOVED)
    desk.post(page(SERVER, "change", server.pk), sent_again(asked, confirmed="51"))
    written = ChangeSet.objects.first()
    back = page(LOG, "revert", written.pk)
    assert back in desk.get(page(SERVER, "changelist")).content.decode()

    shown = desk.get(back)
    assert "51 domains of s1 publish" in shown.content.decode()
    desk.post(back, {"seen": shown.context["seen"], "reason": "it does not work"})

    assert server.endpoints.first().hostname == "imap.{domain}"


def concerned(server, *parts) -> int:
    """How many domains a plan changes that gives these parts of the server another host name."""
    from mailsettings import changes

    plan = changes.Plan()
    for part in parts:
        before = changes.snapshot(part)
        part.hostname = "mail.hoster.example"
        plan.change(part, before)
    (found,) = impact.of_plan(plan, build.operator()) or [None]
    return found.domains if found else 0


def test_domains_that_take_nothing_of_what_changes_are_not_counted():
    server = build.server()
    for name, values in {
        "a.com.ua": {},
        "off.com.ua": {"pop3": False},
        "own.com.ua": {"endpoints": [("pop3", "pop.own.com.ua", 995, "tls")]},
        "suspended.com.ua": {"status": "suspended"},
    }.items():
        build.domain(name, **values)

    assert concerned(server, ServiceEndpoint.objects.get(server=server, protocol="pop3")) == 1


def test_submission_is_taken_by_domains_whose_imap_and_pop3_are_off():
    server = build.server()
    build.domain(imap=False, pop3=False)

    assert concerned(server, server.endpoints.filter(protocol="smtp").first()) == 1


@pytest.mark.parametrize(
    "values", [{"name": "renamed"}, {"is_default": "on"}, {"ticket": "T-1"}], ids=lambda values: next(iter(values))
)
def test_what_no_domain_publishes_needs_no_confirmation(values):
    server = shared_server(51)

    assert save(operator(), server, **values).status_code == 302


@pytest.mark.parametrize(
    "values",
    [
        {"mx": "mx1.hoster.example"},
        {"panel_url": "https://panel.hoster.example/"},
        {"dns_spf": "v=spf1 mx -all"},
        {"endpoints-3-DELETE": "on"},
        {"endpoints-2-position": 9},
        {"discovery_names-TOTAL_FORMS": 1, "discovery_names-0-name": "autoconfig.hoster.example"},
    ],
    ids=lambda values: next(iter(values)),
)
def test_whatever_domains_publish_is_confirmed(values):
    server = shared_server(51)

    assert save(operator(), server, **values).context["impact"].domains == 51


def test_what_is_sent_again_holds_nothing_that_could_break_out_of_its_attribute():
    server = shared_server(51)

    content = save(operator(), server, reason='"><script>alert(1)</script>', **MOVED).content.decode()

    assert "<script>alert" not in content


def test_a_new_server_needs_no_confirmation():
    hosts = {f"endpoints-{n}-hostname": "mail.hoster.example" for n in range(4)}

    response = operator().submit(page(SERVER, "add"), name="s1", reason="new", **hosts)

    assert response.status_code == 302
