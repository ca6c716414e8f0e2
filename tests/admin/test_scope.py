"""Walks everything that is registered, as everybody who might come."""

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.models import Brand, BrandHost, ChangeSet, Customer, Membership, User
from mailsettings.admin import deletion, roles
from mailsettings.models import Domain, DomainName, GuideAnswer, Mailbox, MailServer
from tests import build
from tests.admin.desk import CUSTOMER, DOMAIN, MAILBOX, SERVER, Desk, entered, errors, page, person

pytestmark = pytest.mark.django_db

# What nobody of brand A may read on any page: it stands in every row of brand B.
SECRET = "rivalry"


@pytest.fixture
def brands():
    """Two brands with a customer, a domain, a mailbox and a server each, and a third party's history."""
    for slug in ("aaa", SECRET):
        brand = build.brand(slug, hosts=[f"mail.{slug}.example"])
        server = build.server(f"{slug}-server", brand=brand)
        customer = build.customer(f"{slug}-c1", name=slug.upper(), email=f"office@{slug}.com.ua", brand=brand)
        build.domain(f"{slug}.com.ua", customer=customer, server=server, mailboxes=[{"local_part": slug, "name": slug}])
    return dict(zip("ab", Brand.objects.order_by("slug"), strict=True))


@pytest.fixture(params=["support", "reseller"])
def support(brands, request):
    """Somebody who looks after brand A; ``table`` is what their role may do."""
    user = person(request.param, brand=brands["a"])
    desk = Desk(user)
    desk.table = roles.table_for(user)
    return desk


def registered():
    """Every kind that has an owner; counts of answers about guides have none, and a test of their own."""
    return sorted(set(admin.site._registry) - {GuideAnswer}, key=lambda model: model._meta.label)


def kind(model):
    return f"{model._meta.app_label}_{model._meta.model_name}"


def of_brand(model, slug):
    """One row that belongs to the brand with this slug."""
    rows = {
        Brand: Brand.objects.filter(slug=slug),
        ChangeSet: ChangeSet.objects.filter(changes__object_name=f"{slug}.com.ua"),
        Customer: Customer.objects.filter(ref=f"{slug}-c1"),
        Domain: Domain.objects.filter(names__name=f"{slug}.com.ua"),
        Mailbox: Mailbox.objects.filter(local_part=slug),
        MailServer: MailServer.objects.filter(name=f"{slug}-server"),
        User: User.objects.all(),
    }
    return rows[model].first()


def test_every_registered_kind_has_a_line_in_the_table_of_roles():
    assert set(admin.site._registry) == set(roles.OPERATOR)


@pytest.mark.parametrize("view", ["changelist", "add", "change", "delete", "history"])
def test_an_operator_reaches_what_the_table_allows_and_nothing_breaks(brands, view):
    desk = Desk(build.operator())
    for model in registered():
        args = [of_brand(model, "aaa").pk] if view in ("change", "delete", "history") else []
        status = desk.get(page(kind(model), view, *args)).status_code

        allowed = {"changelist": "view", "history": "view", "change": "view"}.get(view, view)
        assert status == (200 if allowed in roles.OPERATOR[model] else 403), (model, view, status)


def test_an_operator_by_membership_sees_both_brands(brands):
    desk = Desk(person("operator"))

    content = desk.get(page(DOMAIN, "changelist")).content.decode()

    assert "aaa.com.ua" in content
    assert "rivalry.com.ua" in content


def test_support_sees_no_row_of_another_brand_in_any_list(support):
    for model in registered():
        response = support.get(page(kind(model), "changelist"))

        assert response.status_code == (200 if "view" in support.table.get(model, ()) else 403), model
        assert SECRET not in response.content.decode().lower(), model


@pytest.mark.parametrize("model", [Customer, Domain, Mailbox, MailServer])
def test_support_does_see_the_rows_of_its_own_brand(support, model):
    assert "aaa" in support.get(page(kind(model), "changelist")).content.decode()


@pytest.mark.parametrize(
    "text",
    [
        "rivalry.com.ua",
        "rivalry@rivalry.com.ua",
        "office@rivalry.com.ua",
        "rivalry-c1",
        "mail.rivalry",
        "imap.rivalry.com.ua",
    ],
)
def test_support_finds_nothing_of_another_brand(support, text):
    for model in support.table:
        rows = support.get(page(kind(model), "changelist"), {"q": text}).context["cl"].result_list
        assert not rows, (model, text)
    assert support.post(reverse("admin:find"), {"q": text}).context["groups"] == []


@pytest.mark.parametrize("view", ["change", "delete", "history"])
def test_support_opens_no_page_of_another_brand(support, view):
    for model in registered():
        response = support.get(page(kind(model), view, of_brand(model, SECRET).pk), follow=True)

        assert response.status_code == 403 or response.redirect_chain, (model, view)
        assert SECRET not in response.content.decode().lower(), (model, view)


def test_support_opens_the_pages_of_its_own_brand_without_a_word_of_another(support):
    for model in (Customer, Domain, Mailbox, MailServer):
        for view in ("change", "history"):
            response = support.get(page(kind(model), view, of_brand(model, "aaa").pk))

            assert response.status_code == 200, (model, view)
            assert SECRET not in response.content.decode().lower(), (model, view)


@pytest.mark.parametrize(("model", "field"), [(Domain, "customer"), (Domain, "server"), (Mailbox, "domain")])
def test_autocompletes_offer_only_the_own_scope(support, model, field):
    query = {"app_label": "mailsettings", "model_name": model._meta.model_name, "field_name": field, "term": ""}

    found = support.post(reverse("admin:autocomplete"), query).json()["results"]

    assert [row["text"][:3].lower() for row in found] == ["aaa"]


def test_autocompletes_of_kinds_that_one_may_not_view_are_forbidden(support):
    query = {"app_label": "accounts", "model_name": "membership", "field_name": "brand", "term": ""}

    response = support.post(reverse("admin:autocomplete"), query)

    assert response.status_code == (200 if Brand in support.table else 403)
    assert SECRET not in response.content.decode().lower()


@pytest.mark.parametrize(
    ("model", "field", "foreign"),
    [
        (Domain, "customer", Customer),
        (Domain, "server", MailServer),
        (Mailbox, "domain", Domain),
        (Customer, "brand", Brand),
    ],
)
def test_a_posted_key_of_another_brand_is_refused(support, model, field, foreign):
    own = of_brand(model, "aaa")
    number = ChangeSet.objects.count()

    response = support.submit(page(kind(model), "change", own.pk), **{field: of_brand(foreign, SECRET).pk})

    assert field in errors(response)
    assert SECRET not in response.content.decode().lower()
    assert ChangeSet.objects.count() == number


def test_a_key_of_another_brand_in_the_query_of_an_add_page_names_nothing(support):
    query = {"domain": of_brand(Domain, SECRET).pk}
    own, everything = (
        desk.get(page(MAILBOX, "add"), query).content.decode() for desk in (support, Desk(build.operator()))
    )

    assert SECRET in everything
    assert SECRET not in own


def test_a_filter_by_a_key_of_another_brand_shows_nothing(support):
    response = support.get(page(DOMAIN, "changelist"), {"customer__id__exact": of_brand(Customer, SECRET).pk})

    assert SECRET not in response.content.decode()


def test_filters_offer_only_the_own_brand(support):
    foreign = [f'?brand={of_brand(Brand, SECRET).pk}"', f'?server={of_brand(MailServer, SECRET).pk}"']
    own, everything = (
        desk.get(page(DOMAIN, "changelist")).content.decode() for desk in (support, Desk(build.operator()))
    )

    assert [link in everything for link in foreign] == [True, True]
    assert [link in own for link in foreign] == [False, False]


def test_an_action_on_posted_keys_of_another_brand_touches_nothing(support):
    foreign = of_brand(Mailbox, SECRET)

    support.post(
        page(MAILBOX, "changelist"),
        {"action": "delete_selected", "_selected_action": [foreign.pk], "post": "yes"},
    )

    assert Mailbox.objects.filter(pk=foreign.pk).exists()


def test_posting_to_the_pages_of_another_brand_changes_nothing(support):
    foreign = of_brand(Domain, SECRET)
    data = entered(Desk(build.operator()).get(page(DOMAIN, "change", foreign.pk)))
    number = ChangeSet.objects.count()

    support.post(page(DOMAIN, "change", foreign.pk), data | {"status": "suspended"})
    support.post(page(DOMAIN, "delete", foreign.pk), {"post": "yes"})

    assert ChangeSet.objects.count() == number


def test_a_part_of_another_brand_cannot_be_taken_into_a_form(support):
    own, foreign = of_brand(Domain, "aaa"), of_brand(Domain, SECRET)

    support.submit(
        page(DOMAIN, "change", own.pk), **{"names-0-id": foreign.names.get().pk, "names-0-name": "stolen.com.ua"}
    )

    assert sorted(DomainName.objects.values_list("domain", "name")) == [
        (own.pk, "aaa.com.ua"),
        (foreign.pk, "rivalry.com.ua"),
    ]


def test_support_may_read_servers_but_not_change_them(support):
    own = of_brand(MailServer, "aaa")
    response = support.get(page(SERVER, "change", own.pk))
    data = entered(Desk(build.operator()).get(page(SERVER, "change", own.pk)))

    assert b'name="_save"' not in response.content
    assert support.post(page(SERVER, "change", own.pk), data | {"name": "mine"}).status_code == 403
    assert support.get(page(SERVER, "add")).status_code == 403
    assert support.get(page(SERVER, "delete", own.pk)).status_code == 403


def test_support_reads_only_its_own_change_sets(support, brands):
    support.submit(page(CUSTOMER, "change", of_brand(Customer, "aaa").pk), phone="1")

    rows = support.get(page("accounts_changeset", "changelist")).context["cl"].result_list

    assert [row.actor.get_username() for row in rows] == [User.objects.get(memberships__brand=brands["a"]).username]


def test_the_history_of_a_record_that_moved_does_not_name_where_it_came_from(support, brands):
    moved = of_brand(Customer, SECRET)
    build.change(moved, brand=brands["a"], ref="c2", name="Moved", email="office@moved.com.ua")

    content = support.get(page(CUSTOMER, "history", moved.pk)).content.decode()

    assert f"<del>#{brands['b'].pk}" in content


def test_a_record_may_keep_pointing_outside_of_the_scope_of_whoever_edits_it(support):
    own = of_brand(Domain, "aaa")
    build.change(own, server=of_brand(MailServer, SECRET))

    response = support.submit(page(DOMAIN, "change", own.pk), status="suspended")

    assert response.status_code == 302, errors(response)


def test_a_customer_entered_by_support_of_one_brand_needs_that_brand(support, brands):
    response = support.submit(page(CUSTOMER, "add"), ref="c9", brand="")

    assert "brand" in errors(response)


def test_support_of_the_default_brand_sees_customers_without_a_brand():
    build.customer("nobody")
    desk = Desk(person("support", brand=build.brand("main", is_default=True)))

    assert "nobody" in desk.get(page(CUSTOMER, "changelist")).content.decode()


@pytest.mark.parametrize("who", ["anonymous", "customer", "not staff", "staff without a role", "inactive"])
def test_outsiders_reach_no_page(brands, who):
    customer = Customer.objects.first()
    people = {
        "anonymous": lambda: None,
        "customer": lambda: person("customer", customer=customer),
        "not staff": lambda: person("support", brand=brands["a"], is_staff=False),
        "staff without a role": lambda: User.objects.create_user("nobody", is_staff=True),
        "inactive": lambda: User.objects.create_superuser("gone", is_active=False),
    }
    desk = Desk(people[who]())
    paths = [reverse("admin:index"), reverse("admin:find"), reverse("admin:autocomplete"), reverse("admin:jsi18n")]
    paths += [page(kind(model), view) for model in registered() for view in ("changelist", "add")]
    paths += [page(kind(model), "change", 1) for model in registered()]
    for path in paths:
        for method in (desk.get, desk.post):
            response = method(path)
            assert response.status_code == 302, (who, path)
            assert response["Location"].startswith("/admin/login/"), (who, path)


def test_a_person_who_loses_the_role_is_out_at_once(support):
    Membership.objects.all()._raw_delete("default")

    assert support.get(reverse("admin:index")).status_code == 302


def test_the_rest_of_those_in_the_way_is_counted_and_not_named(brands):
    shared = build.server("shared", brand=None)
    for slug in ("aaa", SECRET):
        build.domain(f"{slug}-2.com.ua", customer=of_brand(Customer, slug), server=shared)
    user = person("support", brand=brands["a"])
    _items, _counts, _forbidden, in_the_way = deletion.describe(MailServer, [shared], user)

    words = " ".join(map(str, [in_the_way[0], *in_the_way[1]]))
    assert "aaa-2.com.ua" in words
    assert "1 more outside" in words
    assert SECRET not in words


def test_hosts_of_brands_belong_to_operators(support):
    own = of_brand(Brand, "aaa")
    posted = support.post(page("accounts_brand", "change", own.pk), {"name": "Mine"})

    assert posted.status_code in (302, 403)
    assert BrandHost.objects.count() == 2
    assert Brand.objects.get(pk=own.pk).name == "AAA"
