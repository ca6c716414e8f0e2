import pytest
from django.contrib.admin.models import LogEntry

from accounts.models import Change, ChangeSet, Customer
from mailsettings import changes
from mailsettings.models import Domain, DomainName, Mailbox, MailServer, ServiceEndpoint
from tests import build
from tests.admin.desk import CUSTOMER, DOMAIN, MAILBOX, SERVER, changed, entered, errors, operator, page

pytestmark = pytest.mark.django_db


def new_domain(desk, **values):
    data = entered(desk.get(page(DOMAIN, "add")))
    given = {
        "customer": Customer.objects.get().pk,
        "server": MailServer.objects.get().pk,
        "names-0-name": "firma.com.ua",
    }
    return desk.post(page(DOMAIN, "add"), changed(data, given | values))


def test_adding_writes_the_record_and_its_parts_as_one_change_set():
    build.customer()
    build.server()
    desk = operator()

    new_domain(desk, reason="new customer", ticket="T-1")

    change_set = ChangeSet.objects.first()
    assert (change_set.source, change_set.actor.username) == ("admin", "operator")
    assert (change_set.reason, change_set.ticket) == ("new customer", "T-1")
    assert sorted(change_set.changes.values_list("model", "action")) == [
        ("mailsettings.domain", "add"),
        ("mailsettings.domainname", "add"),
    ]
    assert DomainName.objects.get().is_primary


def test_changing_logs_only_what_differs():
    domain = build.domain(mailboxes=["olena"])
    mailbox = domain.mailboxes.get()

    operator().submit(page(MAILBOX, "change", mailbox.pk), name="Олена")

    change = Change.objects.last()
    assert (change.before, change.after) == ({"name": ""}, {"name": "Олена"})


def test_saving_without_a_difference_writes_nothing():
    domain = build.domain()
    number = ChangeSet.objects.count()

    response = operator().submit(page(DOMAIN, "change", domain.pk))

    assert response.status_code == 302
    assert ChangeSet.objects.count() == number


def test_a_part_can_be_added_changed_and_removed_in_one_save():
    server = build.server(endpoints=[("imap", "imap.{domain}", 993, "tls"), ("pop3", "pop.{domain}", 995, "tls")])
    desk = operator()

    desk.submit(
        page(SERVER, "change", server.pk),
        reason="as agreed",
        **{
            "endpoints-0-hostname": "mail.hoster.example",
            "endpoints-1-DELETE": "on",
            "endpoints-TOTAL_FORMS": 3,
            "endpoints-2-protocol": "smtp",
            "endpoints-2-hostname": "smtp.{domain}",
            "endpoints-2-port": 465,
            "endpoints-2-security": "tls",
            "endpoints-2-authentication": "password",
            "endpoints-2-username": "{address}",
        },
    )

    assert list(ServiceEndpoint.objects.values_list("protocol", "hostname")) == [
        ("imap", "mail.hoster.example"),
        ("smtp", "smtp.{domain}"),
    ]
    assert sorted(ChangeSet.objects.first().changes.values_list("action", flat=True)) == ["add", "change", "remove"]


def test_a_part_that_was_edited_before_it_was_removed_is_removed():
    server = build.server(endpoints=[("imap", "imap.{domain}", 993, "tls")])

    operator().submit(
        page(SERVER, "change", server.pk),
        **{"endpoints-0-hostname": "mail.hoster.example", "endpoints-0-DELETE": "on", "reason": "moved"},
    )

    assert not ServiceEndpoint.objects.exists()
    assert Change.objects.last().before["hostname"] == "imap.{domain}"


def test_an_endpoint_without_a_place_comes_last():
    server = build.server(endpoints=[("imap", "imap.{domain}", 993, "tls"), ("pop3", "pop.{domain}", 995, "tls")])

    operator().submit(
        page(SERVER, "change", server.pk),
        reason="as agreed",
        **{
            "endpoints-TOTAL_FORMS": 3,
            "endpoints-2-position": "",
            "endpoints-2-protocol": "imap",
            "endpoints-2-hostname": "imap2.{domain}",
            "endpoints-2-port": 143,
            "endpoints-2-security": "starttls",
            "endpoints-2-authentication": "password",
            "endpoints-2-username": "{address}",
        },
    )

    assert [endpoint.hostname for endpoint in server.endpoints.all()][-1] == "imap2.{domain}"


def test_a_new_server_gets_the_usual_ports_and_no_guessed_host_name():
    data = entered(operator().get(page(SERVER, "add")))

    rows = [
        (data[f"endpoints-{n}-protocol"], data[f"endpoints-{n}-port"], data[f"endpoints-{n}-hostname"])
        for n in range(4)
    ]
    assert rows == [("imap", 993, ""), ("pop3", 995, ""), ("smtp", 465, ""), ("smtp", 587, "")]


def test_the_prefilled_endpoints_of_a_new_server_are_saved():
    desk = operator()
    hosts = {f"endpoints-{n}-hostname": "mail.hoster.example" for n in range(4)}

    desk.submit(page(SERVER, "add"), name="s1", reason="a new platform", **hosts)

    assert [endpoint.port for endpoint in MailServer.objects.get().endpoints.all()] == [993, 995, 465, 587]


def test_a_new_domain_has_the_default_server_filled_in():
    build.server("other")
    usual = build.server("usual", is_default=True)

    assert entered(operator().get(page(DOMAIN, "add")))["server"] == usual.pk


def test_the_primary_mark_moves_to_another_name_in_one_save():
    domain = build.domain("firma.com.ua", aliases=["фірма.укр"])

    response = operator().submit(
        page(DOMAIN, "change", domain.pk), **{"names-0-is_primary": None, "names-1-is_primary": "on"}
    )

    assert response.status_code == 302, errors(response)
    assert str(Domain.objects.get()) == "фірма.укр"


@pytest.mark.parametrize("marks", [{"names-0-is_primary": None}, {"names-1-is_primary": "on"}])
def test_a_domain_with_no_or_two_primary_names_is_refused_above_the_names(marks):
    domain = build.domain("firma.com.ua", aliases=["фірма.укр"])

    response = operator().submit(page(DOMAIN, "change", domain.pk), **marks)

    assert errors(response) == {"names": ["Mark exactly one name as the primary one."]}


def test_what_a_rule_refuses_comes_back_beside_its_field_with_everything_entered():
    domain = build.domain(logins="pattern", mailboxes=["olena"])
    mailbox = domain.mailboxes.get()
    desk = operator()

    response = desk.submit(page(MAILBOX, "change", mailbox.pk), login="o.kovalenko", name="Олена", reason="by phone")

    (message,) = errors(response)["login"]
    assert "Choose in the domain" in message
    data = entered(response)
    assert (data["login"], data["name"], data["reason"]) == ("o.kovalenko", "Олена", "by phone")
    assert Mailbox.objects.get().login == ""


def test_what_a_rule_refuses_in_a_part_comes_back_in_its_row():
    build.customer()
    build.server()

    response = new_domain(
        operator(), **{"names-TOTAL_FORMS": 2, "names-1-name": "FIRMA.com.ua.", "names-0-name": "firma.com.ua"}
    )

    assert errors(response) == {"names-1-name": ["This domain name is here twice."]}
    assert entered(response)["names-1-name"] == "FIRMA.com.ua."


def test_the_mailboxes_in_the_way_of_the_pattern_are_named():
    domain = build.domain(logins="published", mailboxes=[{"local_part": "olena", "login": "o.kovalenko"}])

    response = operator().submit(page(DOMAIN, "change", domain.pk), logins="pattern")

    (message,) = errors(response)["logins"]
    assert "olena@firma.com.ua" in message


def test_a_wrong_port_is_explained_in_its_row():
    server = build.server()

    response = operator().submit(page(SERVER, "change", server.pk), **{"endpoints-2-port": 25})

    assert "Port 25 is for mail between servers" in errors(response)["endpoints-2-port"][0]


def test_a_name_that_is_taken_is_refused_in_its_row():
    build.domain("taken.com.ua")

    response = new_domain(operator(), **{"names-0-name": "TAKEN.com.ua"})

    assert errors(response) == {"names-0-name": ["This domain name is here already."]}


def test_a_record_that_a_colleague_saved_meanwhile_is_not_overwritten_unseen():
    customer = build.customer(phone="1")
    desk = operator()
    data = entered(desk.get(page(CUSTOMER, "change", customer.pk)))
    change_set = build.change(customer, phone="2")

    response = desk.post(page(CUSTOMER, "change", customer.pk), data | {"name": "ТОВ «Фірма»"})

    (message,) = errors(response)[""]
    assert "Somebody saved this" in message
    assert str(change_set) in message
    assert Customer.objects.get().phone == "2"


def test_saving_again_after_the_warning_keeps_what_was_entered():
    customer = build.customer(phone="1")
    desk = operator()
    path = page(CUSTOMER, "change", customer.pk)
    data = entered(desk.get(path))
    build.change(customer, phone="2")
    warned = desk.post(path, data | {"phone": "3"})

    desk.post(path, entered(warned))

    assert Customer.objects.get().phone == "3"


def test_a_part_that_a_colleague_saved_meanwhile_is_not_overwritten_unseen():
    server = build.server()
    desk = operator()
    data = entered(desk.get(page(SERVER, "change", server.pk)))
    build.change(server.endpoints.first(), hostname="new.hoster.example")

    response = desk.post(page(SERVER, "change", server.pk), data | {"webmail_url": "https://webmail.{domain}/"})

    assert "Somebody saved this" in errors(response)["endpoints-0"][0]
    assert server.endpoints.first().hostname == "new.hoster.example"


def test_a_part_that_a_colleague_removed_meanwhile_comes_back_as_an_error():
    server = build.server()
    desk = operator()
    data = entered(desk.get(page(SERVER, "change", server.pk)))
    build.remove(server.endpoints.first())

    response = desk.post(page(SERVER, "change", server.pk), data | {"endpoints-0-port": 1993})

    assert errors(response)


@pytest.mark.parametrize("race", ["stale", "taken"])
def test_what_happens_between_the_check_and_the_write_comes_back_as_an_error(monkeypatch, race):
    domain = build.domain(mailboxes=["olena"])
    mailbox = domain.mailboxes.get()
    apply = changes.apply

    def late(plan, change_set):
        monkeypatch.setattr(changes, "apply", apply)
        if race == "stale":
            build.change(mailbox, local_part="petro")
        else:
            build.save(Mailbox(domain=domain, local_part="olha"))
        return apply(plan, change_set)

    desk = operator()
    data = entered(desk.get(page(MAILBOX, "change", mailbox.pk)))
    monkeypatch.setattr(changes, "apply", late)

    response = desk.post(page(MAILBOX, "change", mailbox.pk), data | {"local_part": "olha", "reason": "typo"})

    assert errors(response)
    assert entered(response)["reason"] == "typo"


def test_lists_of_lines_are_stored_as_lists():
    server = build.server()

    operator().submit(
        page(SERVER, "change", server.pk),
        mx="MX1.hoster.example\n\n mx2.hoster.example.",
        dns_dkim="mail v=DKIM1; k=rsa; p=MIIB",
        reason="new key",
    )

    server.refresh_from_db()
    assert server.mx == ["mx1.hoster.example", "mx2.hoster.example"]
    assert server.dns_dkim == [{"selector": "mail", "record": "v=DKIM1; k=rsa; p=MIIB"}]


def test_a_line_that_cannot_be_read_is_named_beside_the_field_and_kept():
    server = build.server()

    response = operator().submit(page(SERVER, "change", server.pk), mx="mx1.hoster.example\n10.0.0.1")

    (message,) = errors(response)["mx"]
    assert message.startswith("Line 2: ")
    assert entered(response)["mx"] == "mx1.hoster.example\n10.0.0.1"


def test_names_are_shown_in_their_own_letters():
    domain = build.domain("пошта.укр")

    assert entered(operator().get(page(DOMAIN, "change", domain.pk)))["names-0-name"] == "пошта.укр"


def test_the_reference_of_a_stored_customer_stays():
    customer = build.customer("c1001")

    operator().submit(page(CUSTOMER, "change", customer.pk), ref="c9999")

    assert Customer.objects.get().ref == "c1001"


def test_recorded_rows_leave_djangos_own_log_alone():
    build.customer()
    build.server()

    new_domain(operator())

    assert not LogEntry.objects.exists()


# --- What staff are told though it is saved ---------------------------------------------------------------------------


@pytest.mark.parametrize(("mx", "told"), [([], True), (["mx1.hoster.example"], False)])
def test_staff_who_switch_mta_sts_on_without_an_mx_are_told_that_it_has_no_effect(mx, told):
    build.server(mx=mx)
    domain = build.domain("firma.com.ua")
    desk = operator()

    assert desk.submit(page(DOMAIN, "change", domain.pk), mta_sts="enforce").status_code == 302

    words = desk.get(page(DOMAIN, "change", domain.pk)).content.decode()
    assert ("MTA-STS has no effect here" in words) is told


def test_whoever_changes_something_else_is_not_told_again():
    domain = build.domain("firma.com.ua", mta_sts="enforce")
    desk = operator()

    desk.submit(page(DOMAIN, "change", domain.pk), status="suspended")

    assert "MTA-STS has no effect here" not in desk.get(page(DOMAIN, "change", domain.pk)).content.decode()


@pytest.mark.parametrize(
    ("policy", "login", "times"),
    [("published", "00123", 2), ("published", "f-17", 0), ("published", "olena", 0), ("private", "00123", 0)],
)
def test_staff_are_told_of_a_user_name_of_which_thunderbird_makes_a_number(policy, login, times):
    """In the message after saving, and in the note above the settings from then on."""
    mailbox = build.domain("firma.com.ua", logins=policy, mailboxes=["olena"]).mailboxes.get()
    desk = operator()

    assert desk.submit(page(MAILBOX, "change", mailbox.pk), login=login).status_code == 302

    for expected in (times, times // 2):
        words = desk.get(page(MAILBOX, "change", mailbox.pk)).content.decode()
        assert words.count("Thunderbird reads this user name as “123”") == expected
