"""The one search box: every scrap leads to the record, a ticket to everything in it, and nobody out of their scope."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import ChangeSet, Customer
from mailsettings import changes, reverting
from mailsettings.models import Domain, Mailbox, MailServer
from tests import build
from tests.admin.desk import Desk, operator, page, person

pytestmark = pytest.mark.django_db
FIND = reverse("admin:find")


@pytest.fixture
def records():
    server = build.server(
        "Київ", endpoints=[("imap", "mail.hoster.example", 993, "tls")],
        mx=["mx1.hoster.example"], discovery_names=["autoconfig.hoster.example"],
    )  # fmt: skip
    customer = build.customer("UA-1001", name="ТОВ «М’ята»", email="office@mint.example", phone="+380 44 123 45 67")
    build.domain(
        "firma.com.ua", aliases=["фірма.укр"], customer=customer, server=server,
        endpoints=[("smtp", "out.partner.example", 465, "tls")],
        mailboxes=["olena", {"local_part": "p.kovalenko", "name": "Петро Коваленко", "recovery": "petro@post.example"}],
    )  # fmt: skip
    other = build.customer("c2002", name="Інша", phone="+380 50 765 43 21")
    build.domain("firmament.example", customer=other, server=build.server("s2"), mailboxes=["olena"])


def find(text, desk=None):
    return (desk or operator()).post(FIND, {"q": text})


def opened(response):
    """The record that a search opened at once, as kind and name; the page's status where it opened none."""
    if response.status_code != 302:
        return response.status_code
    kind, pk = response["Location"].rstrip("/").split("/")[-3:-1]
    models = {model._meta.model_name: model for model in (Customer, Domain, Mailbox, MailServer)}
    return str(models[kind].objects.get(pk=pk))


def leads(response):
    return {lead.text: [str(record) for record in lead.records] for lead in response.context["leads"]}


@pytest.mark.parametrize(
    "text",
    ["olena@firma.com.ua", " Olena@FIRMA.com.ua. ", "оlеnа@firmа.com.ua", "olena@фірма.укр", "OLENA@ФІРМА.УКР",
     "Олена <olena@firma.com.ua>", "mailto:olena@firma.com.ua", "olena@xn--80axlp4g.xn--j1amh",
     "Не працює olena@firma.com.ua, що робити?"],
)  # fmt: skip
def test_an_address_in_any_spelling_opens_its_mailbox(records, text):
    assert opened(find(text)) == "olena@firma.com.ua"


@pytest.mark.parametrize(
    "text",
    ["firma.com.ua", "FIRMA.COM.UA.", "www.firma.com.ua", "https://www.firma.com.ua/mail?x=1", "фірма.укр", "ФІРМА.УКР",
     "xn--80axlp4g.xn--j1amh", "imap.firma.com.ua", "autoconfig.фірма.укр", "@firma.com.ua", "firmа.com.ua",
     "out.partner.example", "сайт firma.com.ua не відкривається"],
)  # fmt: skip
def test_a_domain_or_a_host_name_in_any_spelling_opens_the_domain(records, text):
    assert opened(find(text)) == "firma.com.ua"


@pytest.mark.parametrize("text", ["mail.hoster.example", "MX1.hoster.example", "autoconfig.hoster.example"])
def test_a_host_name_of_a_server_opens_the_server(records, text):
    assert opened(find(text)) == "Київ"


def groups(response):
    assert response.status_code == 200
    return {str(group["title"]): [str(row[0]) for row in group["rows"]] for group in response.context["groups"]}


@pytest.mark.parametrize(
    "text",
    ["м'ята", "МʼЯТА", "тов м’ята", "UA-1001", "ua-1001", "1001", "office@mint", "+380 44 123 45 67", "044 123-45-67",
     "(044)1234567", "80441234567", "123 45 67", "45 67"],
)  # fmt: skip
def test_a_scrap_of_a_customer_leads_to_the_customer_and_the_domain(records, text):
    found = groups(find(text))

    assert found["customers"] == ["ТОВ «М’ята» (UA-1001)"]
    assert found["domains"] == ["firma.com.ua"]


@pytest.mark.parametrize("text", ["коваленко", "КОВАЛЕНКО Петро", "коваленкo", "kovalenko", "petro@post.example"])
def test_a_scrap_of_a_mailbox_opens_the_mailbox(records, text):
    assert opened(find(text)) == "p.kovalenko@firma.com.ua"


def test_a_name_is_met_at_the_beginning_of_its_words_only(records):
    assert find("оваленко").context["replies"]


def test_the_exact_name_stands_before_the_longer_one(records):
    build.domain("firma.com")

    assert groups(find("firma"))["domains"] == ["firma.com", "firma.com.ua", "firmament.example"]


TICKET = """Доброго дня!
Не надсилаються листи з olena@firma.com.ua, бачу помилку 535.
Сервер mail.hoster.example, інший ящик someone@firma.com.ua, також user@gmail.example.
Тел. +38 (050) 765-43-21, договір ua-1001
"""


def test_a_ticket_shows_what_was_recognised_and_what_each_leads_to(records):
    response = find(TICKET)

    assert leads(response) == {
        "olena@firma.com.ua": ["olena@firma.com.ua"],
        "someone@firma.com.ua": ["firma.com.ua"],
        "mail.hoster.example": ["Київ"],
        "380507654321": ["Інша (c2002)"],
        "ua-1001": ["ТОВ «М’ята» (UA-1001)"],
    }
    assert next(iter(leads(response))) == "olena@firma.com.ua"
    assert [lead.text for lead in response.context["unknown"]] == ["user@gmail.example"]


def test_a_ticket_with_one_hit_opens_it(records):
    assert opened(find("Добрий день.\nНе приходять листи на olena@firma.com.ua\nДякую")) == "olena@firma.com.ua"


def test_an_address_that_is_not_here_shows_its_domain_and_when_it_was_synchronised(records):
    mailbox = Mailbox.objects.get(local_part="p.kovalenko")
    build.change(mailbox, synchronised_at=timezone.now())

    content = find("nobody@firma.com.ua").content.decode()

    assert "This mailbox is not in Skrynka (synchronised" in content
    assert page("mailsettings_domain", "card", mailbox.domain_id) in content
    assert "does not exist" not in content


def test_an_address_of_a_domain_that_was_never_synchronised_is_not_denied_either(records):
    assert "not in Skrynka (never synchronised)" in find("nobody@firma.com.ua").content.decode()


@pytest.mark.parametrize("text", ["невідоме", "nobody@nowhere.example", "Не працює пошта\nдопоможіть", "\U0001f600"])
def test_nothing_found_offers_a_reply_in_both_languages(records, text):
    response = find(text)
    (uk, ukrainian), (en, english) = response.context["replies"]

    assert (uk, en) == ("uk", "en")
    for word in ("адрес", "програм", "помилк"):
        assert word in ukrainian.lower()
    for word in ("address", "program", "error"):
        assert word in english
    assert english in response.content.decode()


@pytest.mark.parametrize("text", ["невідоме", "firma"])
def test_the_heading_says_what_was_asked_for_and_not_that_it_was_found(records, text):
    content = find(text).content.decode()

    assert f"<h1>Search: “{text}”</h1>" in content


@pytest.mark.parametrize(
    "text",
    ["ｏｌｅｎａ＠ｆｉｒｍａ．ｃｏｍ．ｕａ", "olena @ firma.com.ua", "olena@ firma.com.ua",
     "_olena@firma.com.ua_", "*olena@firma.com.ua*", "Не працює olena @ firma.com.ua, що робити?", "https://portal.example/uk/d/firma.com.ua/#olena@firma.com.ua"],
)  # fmt: skip
def test_an_address_opens_its_mailbox_whatever_a_keyboard_or_a_messenger_added(records, text):
    assert opened(find(text)) == "olena@firma.com.ua"


@pytest.mark.parametrize(
    "text",
    ["https://portal.example/uk/d/firma.com.ua/", "https://portal.example/en/d/firma.com.ua/outlook-new/",
     "https://portal.example/d/firma.com.ua/apple.mobileconfig", "portal.example/uk/d/фірма.укр",
     "https://portal.example/uk/d/%D1%84%D1%96%D1%80%D0%BC%D0%B0.%D1%83%D0%BA%D1%80/",
     "Не розумію, що на https://portal.example/uk/d/firma.com.ua/iphone/."],
)  # fmt: skip
def test_the_address_of_a_page_of_this_site_opens_the_domain_that_it_is_about(records, text):
    assert opened(find(text)) == "firma.com.ua"


@pytest.mark.parametrize("phone", ["050.765.43.21", "050/7654321", "+38.050.765.43.21", "(050) 765.43.21"])
def test_a_phone_in_a_sentence_is_found_however_it_is_parted(records, phone):
    assert opened(find(f"Передзвоніть мені: {phone}, не працює пошта")) == "firmament.example"


@pytest.mark.parametrize(
    "text",
    ["Доброго дня, клієнт c2002, не працює пошта", "Договір № c2002, не працює пошта", "клієнт c2002", "№ c2002",
     "№c2002", "Добрий день,\nклієнт c2002"],
)  # fmt: skip
def test_a_number_of_a_customer_in_a_ticket_of_any_length_leads_to_them(records, text):
    assert opened(find(text)) == "firmament.example"


@pytest.mark.parametrize("text", ["Пошта не йде, мій номер +380 50 765 43 21", "Вітаю,\nдоговір c2002\nДякую",
                                  "Пишіть на boss@firm.post.example, бо решта не працює"])  # fmt: skip
def test_a_customer_found_alone_opens_their_only_domain(records, text):
    build.change(Customer.objects.get(ref="c2002"), email="boss@firm.post.example")

    assert opened(find(text)) == "firmament.example"


def test_a_customer_found_alone_with_several_domains_is_shown_with_all_of_them(records):
    customer = Customer.objects.get(ref="c2002")
    build.domain("second.example", customer=customer)
    response = find("Пошта не йде, мій номер +380 50 765 43 21")

    assert leads(response) == {"380507654321": ["Інша (c2002)"]}
    assert groups(response) == {"domains": ["firmament.example", "second.example"]}
    assert page("mailsettings_domain", "card", customer.domains.first().pk) in response.content.decode()
    assert not response.context["replies"]


def test_of_many_domains_of_a_customer_the_first_are_shown_with_the_way_to_all(records):
    customer = Customer.objects.get(ref="c2002")
    for number in range(12):
        build.domain(f"d{number}.example", customer=customer)
    content = find("Вітаю,\nдоговір c2002").content.decode()

    assert f"{page('mailsettings_domain', 'changelist')}?customer__id__exact={customer.pk}" in content


def test_a_customer_without_domains_is_shown_and_not_their_form(records):
    build.customer("c3003", name="Без доменів")
    for text in ("c3003", "Вітаю,\nдоговір c3003"):
        response = find(text)

        assert response.status_code == 200
        assert "Без доменів (c3003)" in response.content.decode()


LOGINS = ["shop-sales", "firma+olena", "o.koval", "shop_sales"]


@pytest.mark.parametrize("login", LOGINS)
def test_a_user_name_with_signs_in_it_opens_its_mailbox_and_is_found_in_its_list(records, login):
    build.change(Domain.objects.get(names__name="firma.com.ua"), logins="published")
    build.change(Mailbox.objects.get(local_part="p.kovalenko"), login=login)
    desk = operator()
    every = desk.get(page("mailsettings_mailbox", "changelist"), {"q": login}).context["cl"].result_list
    domain = Domain.objects.get(names__name="firma.com.ua").pk
    of_domain = {"q": login, "domain__id__exact": domain}
    own = desk.get(page("mailsettings_mailbox", "changelist"), of_domain).context["cl"].result_list

    assert opened(find(login, desk)) == "p.kovalenko@firma.com.ua"
    assert [str(row) for row in every] == [str(row) for row in own] == ["p.kovalenko@firma.com.ua"]


@pytest.fixture
def poetess(records):
    build.domain(
        "svitanok.example",
        customer=build.customer("c4004", name="Леся Українка, ТОВ «Світанок-Ґрунт’яни»"),
        server=build.server("s4"),
    )


@pytest.mark.parametrize(
    "text",
    ["Леся Українка не може отримати пошту", "Не надходять листи.\nЗ повагою,\nЛеся Українка, ТОВ «Світанок-Ґрунт’яни»",
     "Добрий День!\nПише «Помилка Сервера».\n\nУкраїнка Леся\nменеджер", "Пошта фірми «Світанок-Ґрунт’яни» не працює",
     "Пошта фірми \"Світанок Ґрунтʼяни\" не працює"],
)  # fmt: skip
def test_a_name_in_a_ticket_leads_to_the_customer(poetess, text):
    assert opened(find(text)) == "svitanok.example"


@pytest.mark.parametrize("text", ["грунт", "Ґрунт", "ГРУНТЯНИ", "грунт'яни", "ґрунтʼяни", "світанок-грунтяни"])
def test_a_name_is_found_without_its_apostrophe_and_by_either_letter_of_the_sound(poetess, text):
    assert groups(find(text))["customers"] == ["Леся Українка, ТОВ «Світанок-Ґрунт’яни» (c4004)"]


def test_a_name_in_a_ticket_leads_to_the_reader_of_a_mailbox(records):
    assert opened(find("Не приходять листи.\nДякую, Петро Коваленко")) == "p.kovalenko@firma.com.ua"


def test_a_name_of_words_that_many_have_is_found_all_the_same(poetess, monkeypatch):
    monkeypatch.setattr("mailsettings.admin.finder_names.READ", 2)
    build.customer("c5", name="Леся Чужа")
    build.customer("c6", name="Українка Інша")

    assert opened(find("Вітаю,\nЛеся Українка")) == "svitanok.example"
    assert find("Вітаю,\nЧужа Українка").context["replies"]


@pytest.mark.parametrize(
    "text", ["Леся Чужа не може отримати пошту", "Лес Українка\nне може", "пише «Леся»", "українка леся без пошти"]
)
def test_a_part_of_a_name_in_a_ticket_leads_nowhere(poetess, text):
    assert find(text).context["replies"]


def test_a_name_is_not_asked_for_where_a_ticket_holds_something_certain(poetess):
    assert opened(find("Не працює olena@firma.com.ua\nЛеся Українка")) == "olena@firma.com.ua"


def test_what_is_renamed_is_found_by_the_new_name_and_no_longer_by_the_old_one(records):
    customer = Customer.objects.get(ref="c2002")
    desk = operator()
    desk.submit(page("accounts_customer", "change", customer.pk), name="Нова назва")

    assert groups(find("нова", desk))["customers"] == ["Нова назва (c2002)"]
    assert find("інша", desk).context["replies"]


def test_what_is_removed_is_not_found(records):
    desk = operator()
    desk.post(page("mailsettings_mailbox", "delete", Mailbox.objects.get(local_part="p.kovalenko").pk), {"post": "yes"})

    assert find("коваленко", desk).context["replies"]


def test_what_is_reverted_is_found_again(records):
    desk = operator()
    desk.post(page("mailsettings_mailbox", "delete", Mailbox.objects.get(local_part="p.kovalenko").pk), {"post": "yes"})
    reversal = reverting.prepare(ChangeSet.objects.first().changes.all())
    changes.apply(reversal.plan, ChangeSet(source="revert"))

    assert opened(find("коваленко", desk)) == "p.kovalenko@firma.com.ua"


# --- Scope ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def rivals():
    for slug in ("aaa", "rivalry"):
        brand = build.brand(slug)
        server = build.server(f"{slug}-server", brand=brand, mx=[f"mx.{slug}.example"],
                              discovery_names=[f"autoconfig.{slug}.example"])  # fmt: skip
        customer = build.customer(
            f"{slug}-77", name=f"Спільна {slug}", email=f"boss@{slug}.example", phone=f"+380 44 {len(slug)}23 45 67",
            brand=brand,
        )  # fmt: skip
        build.domain(
            f"{slug}.com.ua", customer=customer, server=server, endpoints=[("smtp", f"out.{slug}.net", 465, "tls")],
            mailboxes=[{"local_part": f"x.{slug}", "name": "Спільна", "recovery": f"me@{slug}.post.example"}],
        )  # fmt: skip


SCRAPS = [
    "rivalry", "rivalry.com.ua", "www.rivalry.com.ua", "imap.rivalry.com.ua", "x.rivalry@rivalry.com.ua",
    "nobody@rivalry.com.ua", "x.rivalry", "boss@rivalry.example", "boss@rivalry", "rivalry-77", "+380 44 723 45 67",
    "723 45 67", "спільна rivalry", "me@rivalry.post.example", "mx.rivalry.example", "autoconfig.rivalry.example",
    "out.rivalry.net", "rivalry-server",
]  # fmt: skip


@pytest.mark.parametrize("text", [*SCRAPS, "\n".join(SCRAPS)])
def test_support_finds_no_scrap_of_another_brand(rivals, text):
    desk = Desk(person("support", brand=build.Brand.objects.get(slug="aaa")))

    response = find(text, desk)

    assert response.status_code == 200
    assert not response.context["leads"]
    assert not response.context["groups"]


@pytest.mark.parametrize("text", SCRAPS)
def test_support_of_the_brand_itself_finds_each_scrap(rivals, text):
    desk = Desk(person("support", brand=build.Brand.objects.get(slug="rivalry")))
    response = find(text, desk)

    assert response.status_code == 302 or response.context["leads"] or response.context["groups"]


def test_a_word_of_both_brands_finds_the_own_record_only(rivals):
    desk = Desk(person("support", brand=build.Brand.objects.get(slug="aaa")))

    assert "rivalry" not in find("спільна", desk).content.decode()


def test_a_customer_who_moves_to_another_brand_is_found_by_its_support_with_everything_below(rivals):
    customer = Customer.objects.get(ref="rivalry-77")
    operator().submit(page("accounts_customer", "change", customer.pk), brand=build.Brand.objects.get(slug="aaa").pk)
    gained = Desk(person("support", brand=build.Brand.objects.get(slug="aaa")))
    lost = Desk(person("support", username="lost", brand=build.Brand.objects.get(slug="rivalry")))

    assert opened(find("x.rivalry@rivalry.com.ua", gained)) == "x.rivalry@rivalry.com.ua"
    for text in ("x.rivalry", "rivalry.com.ua", "rivalry-77", "спільна", "me@rivalry.post.example"):
        response = find(text, gained)
        assert response.status_code == 302 or response.context["leads"] or response.context["groups"], text
        assert find(text, lost).context["replies"], text


def test_a_domain_that_moves_to_a_customer_of_another_brand_takes_its_mailboxes_along(rivals):
    domain = Domain.objects.get(names__name="rivalry.com.ua")
    other = Customer.objects.get(ref="aaa-77")
    desk = operator()
    desk.submit(page("mailsettings_domain", "change", domain.pk), customer=other.pk)
    gained = Desk(person("support", brand=build.Brand.objects.get(slug="aaa")))

    assert opened(find("me@rivalry.post.example", gained)) == "x.rivalry@rivalry.com.ua"


def test_customers_follow_the_mark_of_the_default_brand():
    first, second = build.brand("first", is_default=True), build.brand("second")
    for ref, brand in (("c-first", first), ("c-second", second), ("c-none", None)):
        build.domain(f"{ref}.example", customer=build.customer(ref, brand=brand), mailboxes=["info"])
    before = [changes.snapshot(first), changes.snapshot(second)]
    first.is_default, second.is_default = False, True
    plan = changes.Plan()
    for brand, old in zip((first, second), before, strict=True):
        plan.change(brand, old)
    changes.apply(plan, ChangeSet(source="admin"))
    desks = {slug: Desk(person("support", username=slug, brand=brand)) for slug, brand in (("1", first), ("2", second))}

    seen = {
        name: sorted(str(row) for row in desk.get(page("mailsettings_mailbox", "changelist")).context["cl"].result_list)
        for name, desk in desks.items()
    }

    assert seen == {"1": ["info@c-first.example"], "2": ["info@c-none.example", "info@c-second.example"]}
    assert opened(find("info@c-first.example", desks["1"])) == "info@c-first.example"
    assert find("c-first", desks["2"]).context["replies"]


def test_an_outsider_finds_nothing(rivals):
    for user in (None, person("support", brand=build.Brand.objects.get(slug="aaa"), is_staff=False)):
        response = find("aaa.com.ua", Desk(user))

        assert response.status_code == 302
        assert response["Location"].startswith("/admin/login/")


@pytest.fixture
def web_hosts(records):
    build.change(
        MailServer.objects.get(name="Київ"),
        webmail_url="https://webmail.hoster.example:8443/in",
        panel_url="https://{domain}.panel.hoster.example/",
    )
    build.change(MailServer.objects.get(name="s2"), webmail_url="https://{domain}/mail", panel_url="https://p.{domain}")


@pytest.mark.parametrize(
    ("text", "record"),
    [("webmail.hoster.example", "Київ"), ("https://WEBMAIL.hoster.example:8443/in?x", "Київ"),
     ("не відкривається webmail.hoster.example", "Київ"), ("firma.com.ua.panel.hoster.example", "firma.com.ua"),
     ("фірма.укр.panel.hoster.example", "firma.com.ua"), ("p.firmament.example", "firmament.example")],
)  # fmt: skip
def test_a_host_name_of_webmail_or_a_panel_opens_its_server_or_the_domain_in_it(web_hosts, text, record):
    assert opened(find(text)) == record


def test_the_list_of_servers_is_searched_by_the_beginning_of_a_webmail_address(web_hosts):
    desk = operator()
    rows = desk.get(page("mailsettings_mailserver", "changelist"), {"q": "webmail.h"}).context["cl"].result_list

    assert [str(row) for row in rows] == ["Київ"]


def test_webmail_of_another_brand_is_not_found(rivals):
    build.change(MailServer.objects.get(name="rivalry-server"), webmail_url="https://web.rivals.example/")
    build.change(MailServer.objects.get(name="rivalry-server"), panel_url="https://{domain}.rivals.example/")
    desk = Desk(person("support", brand=build.Brand.objects.get(slug="aaa")))

    for text in ("web.rivals.example", "rivalry.com.ua.rivals.example"):
        response = find(text, desk)
        assert not response.context["leads"], text
        assert not response.context["groups"], text


def test_a_host_name_of_a_brand_says_whose_it_is_to_whoever_may_know(rivals):
    brand = build.Brand.objects.get(slug="rivalry")
    build.BrandHost.objects.create(brand=brand, name="help.rivals.example")
    said = f"Customers of the brand “{brand}” reach their pages at this host name."
    own = Desk(person("support", username="own", brand=brand))
    other = Desk(person("support", username="other", brand=build.Brand.objects.get(slug="aaa")))

    assert leads(find("https://help.rivals.example/uk/")) == {"help.rivals.example": [str(brand)]}
    for desk, shown in ((operator(), True), (own, True), (other, False)):
        response = find("help.rivals.example", desk)
        assert (said in response.content.decode()) == shown
        assert bool(response.context["replies"]) != shown
    assert leads(find("help.rivals.example", own)) == {"help.rivals.example": []}


# --- Bounded work -----------------------------------------------------------------------------------------------------


def queries(desk, text):
    with CaptureQueriesContext(connection) as captured:
        assert find(text, desk).status_code in (200, 302)
    return len(captured)


def test_a_ticket_full_of_scraps_costs_what_one_of_each_costs(records, no_time_passes):
    desk = operator()
    one = "nobody@firmament.example firma.com.ua +380441234567 ua-1001 someone@firma.com.ua x\n"
    many = one + "\n".join(
        f"olena@firma.com.ua d{n}.example a{n}@d{n}.example 0{n:09} ref-{n} mail.hoster.example" for n in range(500)
    )
    queries(desk, one)

    assert queries(desk, many) <= queries(desk, one) + 1 <= 16


def test_a_scrap_costs_a_bounded_number_of_queries(records):
    desk = operator()
    queries(desk, "x")

    for text in ("firma", "тов", "коваленко петро олена фірма друга третя четверта", "123 45", "olena@", "@firm"):
        assert queries(desk, text) <= 32, text


def test_neither_a_name_nor_a_number_in_a_ticket_crosses_brands(rivals):
    desk = Desk(person("support", brand=build.Brand.objects.get(slug="aaa")))

    for text in ("Доброго дня, клієнт rivalry-77, немає пошти", "Пише Спільна Rivalry, немає пошти", "ТОВ «Rivalry»"):
        response = find(text, desk)
        assert response.context["replies"], text
        assert not response.context["leads"], text


def test_a_ticket_full_of_names_and_numbers_costs_a_bounded_number_of_queries(records, no_time_passes):
    build.customer("c5", name=" ".join(f"Ім’я{letter} Прізвище{letter}" for letter in "абвгдежзик"))
    desk = operator()
    text = "\n".join(f"Ім’я{one} Прізвище{other} c{n}9" for n, one in enumerate("абвгдежзик") for other in "абвгдежз")
    queries(desk, text)

    assert queries(desk, text) <= 46


class TestAnything(TestCase):
    @given(text=st.one_of(
        st.text(max_size=60),
        st.text(alphabet="аaіi.@+-0123456789 \n<>\"'", max_size=120),
        st.lists(st.sampled_from([*SCRAPS, TICKET, "%", "_", "\\", "\x00", "xn--", "@", "://", "\ud800"])).map(
            " ".join
        ),
    ))  # fmt: skip
    def test_any_pasted_text_is_answered_with_a_bounded_number_of_queries(self, text):
        desk = self.desk
        with CaptureQueriesContext(connection) as captured:
            response = find(text.encode("utf-8", "replace").decode(), desk)

        assert response.status_code in (200, 302)
        assert len(captured) <= 60

    def setUp(self):
        build.domain(mailboxes=["olena"])
        self.desk = operator()
