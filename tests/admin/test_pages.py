"""What the pages of the desk look like to a browser and to a person."""

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.models import ChangeSet, Membership
from mailsettings import feedback
from mailsettings.admin import impact
from mailsettings.guides import guides
from mailsettings.models import Domain
from tests import build
from tests.admin.desk import ANSWER, BRAND, DOMAIN, LOG, MAILBOX, SERVER, USER, Desk, entered, operator, page, person
from tests.admin.policy import Forbidden

pytestmark = pytest.mark.django_db


def every_page():
    brand = build.brand(logo="brands/0.png")
    build.server(brand=brand, mx=["mx1.hoster.example"])
    build.domain(mailboxes=["olena"], endpoints=[("smtp", "out.firma.com.ua", 2525, "starttls")])
    user = build.operator("somebody")
    build.save(Membership(user=user, role="support", brand=brand))
    feedback.count("iphone", guides()["iphone"].checked, "yes")
    desk = operator()
    paths = [reverse("admin:index"), reverse("admin:app_list", args=["accounts"])]
    for model in admin.site._registry:
        kind = f"{model._meta.app_label}_{model._meta.model_name}"
        paths.append(page(kind, "changelist"))
        pk = model._default_manager.first().pk
        paths += [page(kind, view, pk) for view in ("change", "history")]
        paths += [page(kind, "card", pk)] if kind in (DOMAIN, MAILBOX) else []
        paths += [page(kind, "add")] if kind not in (LOG, ANSWER) else []
        paths += [page(kind, "delete", pk)] if kind not in (LOG, ANSWER, USER) else []
    return desk, paths


def test_no_page_holds_anything_inline(monkeypatch):
    desk, paths = every_page()
    pages = {path: desk.get(path) for path in paths}
    pages["found"] = desk.post(reverse("admin:find"), {"q": "firma"})
    pages["refused"] = desk.submit(page(DOMAIN, "change", Domain.objects.get().pk), **{"names-0-name": "-"})
    pages["selected"] = desk.post(
        page(DOMAIN, "changelist"), {"action": "delete_selected", "_selected_action": [Domain.objects.get().pk]}
    )
    pages["log"] = desk.post(reverse("admin:accounts_changeset_find"), {"record": "firma"})
    pages["revert"] = desk.get(page(LOG, "revert", ChangeSet.objects.first().pk))
    pages["batch"] = desk.post(
        page(DOMAIN, "changelist"),
        {
            "action": "set_status",
            "_selected_action": [Domain.objects.get().pk],
            "stage": "show",
            "status": "suspended",
        },
    )
    monkeypatch.setattr(impact, "CONFIRMED_ABOVE", 0)
    pages["server"] = desk.submit(
        page(SERVER, "change", Domain.objects.get().server_id), mx="mx9.hoster.example", reason="new"
    )

    found = {name: Forbidden(response.content.decode()).found for name, response in pages.items()}

    assert {name: what for name, what in found.items() if what} == {}
    assert all(response.status_code == 200 for response in pages.values())


def test_the_policy_allows_only_what_comes_from_here():
    policy = operator().get(reverse("admin:index"))["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "data:" not in policy


def test_every_field_of_a_page_has_a_label():
    desk, paths = every_page()
    for path in paths:
        context = desk.get(path).context
        if context and "adminform" in context:
            for field in context["adminform"].form:
                assert field.is_hidden or field.label, (path, field.name)


@pytest.mark.parametrize("language", ["uk", "en"])
def test_a_domain_is_viewed_as_customer_in_the_readers_language(language):
    domain = build.domain("фірма.укр")
    desk = operator()

    response = desk.get(page(DOMAIN, "change", domain.pk), headers={"accept-language": language})

    assert f'href="/{language}/d/xn--80axlp4g.xn--j1amh/"' in response.content.decode()


def test_a_mailbox_is_viewed_as_customer_with_its_address_in_the_fragment_only():
    domain = build.domain(mailboxes=["olena"])

    content = operator().get(page(MAILBOX, "change", domain.mailboxes.get().pk)).content.decode()

    assert 'href="/en/d/firma.com.ua/#olena@firma.com.ua"' in content


def effective(kind, pk):
    content = operator().get(page(kind, "change", pk)).content.decode()
    table = content[content.index('<table class="effective">') :].partition("</table>")[0]
    return table.replace("<wbr>", "")


def test_a_domain_page_shows_what_programs_get_and_from_where():
    domain = build.domain(endpoints=[("smtp", "out.{domain}", 2525, "starttls")], pop3=False)

    table = effective(DOMAIN, domain.pk)

    assert "imap.firma.com.ua" in table
    assert "out.firma.com.ua" in table
    assert "smtp.firma.com.ua" not in table
    assert "POP3" not in table
    assert "server s1" in table
    assert "this domain" in table
    assert page(LOG, "change", domain.server.endpoints.first().changed_in_id) in table


def test_a_mailbox_page_shows_its_own_user_name_and_that_it_is_its_own():
    domain = build.domain(logins="private", mailboxes=[{"local_part": "olena", "login": "o.kovalenko"}])

    table = effective(MAILBOX, domain.mailboxes.get().pk)

    assert "o.kovalenko" in table
    assert "user name: this mailbox" in table


@pytest.mark.parametrize(
    ("values", "note"), [({"status": "suspended"}, "The domain is not active"), ({"status": "external"}, "not active")]
)
def test_a_domain_that_is_not_answered_says_so(values, note):
    domain = build.domain(**values)

    assert note in operator().get(page(DOMAIN, "change", domain.pk)).content.decode()


def test_a_domain_page_leads_to_its_mailboxes_and_to_a_new_one():
    domain = build.domain(mailboxes=["olena"])
    build.domain("other.com.ua", mailboxes=["petro"])
    desk = operator()
    content = desk.get(page(DOMAIN, "change", domain.pk)).content.decode()
    path = f"{page(MAILBOX, 'changelist')}?domain__id__exact={domain.pk}"

    assert path in content
    assert [str(row) for row in desk.get(path).context["cl"].result_list] == ["olena@firma.com.ua"]
    assert entered(desk.get(page(MAILBOX, "add"), {"domain": domain.pk}))["domain"] == str(domain.pk)


def test_the_reason_stands_below_the_parts():
    domain = build.domain()
    content = operator().get(page(DOMAIN, "change", domain.pk)).content.decode()

    assert content.index('name="names-0-name"') < content.index('name="reason"')


def test_the_start_page_shows_the_newest_changes():
    build.brand("ava", name="Ава")
    desk = operator()
    desk.submit(page(BRAND, "change", build.Brand.objects.get().pk), name="Ава Хостинг")

    assert "Ава Хостинг" in desk.get(reverse("admin:index")).content.decode()


def test_the_desk_lists_what_is_looked_up_most_first():
    apps = operator().get(reverse("admin:index")).context["app_list"]

    assert [model["object_name"] for model in apps[0]["models"]] == ["Domain", "Mailbox", "MailServer", "GuideAnswer"]


def test_a_server_can_be_read_by_support_with_its_endpoints():
    server = build.server()
    content = Desk(person("support", brand=build.brand())).get(page(SERVER, "change", server.pk)).content.decode()

    assert "imap.{domain}" in content
