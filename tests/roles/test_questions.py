"""Searches, filters, choices and files, asked about what belongs to others: no word of it, no sign that it exists."""

from __future__ import annotations

import itertools
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import ForeignKey
from django.forms import ModelChoiceField
from django.forms.models import InlineForeignKeyField
from django.urls import reverse

from accounts.models import ChangeSet, Customer, User
from mailsettings.admin import roles
from mailsettings.admin.lists import sealed
from mailsettings.models import Domain, Mailbox, MailServer
from tests import build
from tests.admin.desk import changed, entered
from tests.roles.asking import Visitor, shape_of, text_of, undone

pytestmark = pytest.mark.django_db
# Of all questions those that every list is asked; the search over everything is asked the rest too.
FEW = 8
AT_A_BRAND = pytest.mark.parametrize("role", ["support", "reseller"], indirect=True)


def kinds(user):
    """The kinds that a role may see, with the desk of each."""
    return [(model, desk) for model, desk in admin.site._registry.items() if roles.may(user, "view", model)]


def page(model, view, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}", args=args)


@AT_A_BRAND
def test_the_search_over_everything_does_not_know_what_belongs_to_others(role, visitor, home, foreign, missing):
    for asked, nowhere in zip(foreign.questions(), missing.questions(), strict=True):
        answers = [
            shape_of(visitor.post(reverse("admin:find"), {"q": text}), place)
            for text, place in ((asked, foreign), (nowhere, missing))
        ]

        assert answers[0] == answers[1], asked


@AT_A_BRAND
def test_searches_of_lists_do_not_know_what_belongs_to_others(role, visitor, home, foreign, missing):
    for model, _desk in kinds(home.people[role]):
        for asked, nowhere in zip(foreign.questions()[:FEW], missing.questions()[:FEW], strict=True):
            answers = [
                shape_of(visitor.get(page(model, "changelist"), {"q": text}), place, sealed(text))
                for text, place in ((asked, foreign), (nowhere, missing))
            ]

            assert answers[0] == answers[1], (model, asked)


@pytest.mark.parametrize("role", ["support"], indirect=True)
def test_searches_do_find_what_is_their_own(role, visitor, home, foreign):
    rows = [Customer, Domain, Mailbox, MailServer]
    for model in rows:
        found = set()
        for asked in home.questions()[:FEW]:
            found |= set(visitor.get(page(model, "changelist"), {"q": asked}).context["cl"].result_list)

        assert home.rows[model] in found, model
    assert home.found_in(text_of(visitor.post(reverse("admin:find"), {"q": home.mark})))


@AT_A_BRAND
def test_choices_of_every_field_are_the_own_ones(role, visitor, home, foreign):
    pointing = [
        {"app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": column.name}
        for app in ("accounts", "mailsettings")
        for model in apps.get_app_config(app).get_models()
        for column in model._meta.fields
        if isinstance(column, ForeignKey)
    ]
    for query in pointing:
        for term in ("", foreign.mark, foreign.address, foreign.phone):
            response = visitor.post(reverse("admin:autocomplete"), query | {"term": term})

            assert response.status_code in (200, 403), query
            assert not foreign.found_in(text_of(response)), (query, term)


def filters(model, desk, home, foreign):
    """Queries that ask a list for what belongs to others, alone and beside what is one's own."""
    columns = [column.name for column in model._meta.fields if isinstance(column, ForeignKey)]
    for column in columns:
        other = model._meta.get_field(column).related_model
        if other not in foreign.rows:
            continue
        theirs, own = foreign.rows[other].pk, home.rows[other].pk
        exact = f"{column}__id__exact"
        yield from ({exact: theirs}, {exact: [theirs, own]}, {exact: [own, theirs]}, {column: theirs})
        yield {f"{column}__id__in": f"{own},{theirs}"}
    for spec in desk.list_filter:
        if hasattr(spec, "parameter_name"):
            other = getattr(spec, "model", None)
            yield {spec.parameter_name: foreign.rows[other].pk if other else "waiting"}
    yield {"id__in": f"{foreign.rows[model].pk},{home.rows[model].pk}"}
    yield {"pk__in": foreign.rows[model].pk}
    yield {"brand_key": foreign.rows[apps.get_model("accounts.Brand")].pk}
    yield {"after": foreign.rows[model].pk}
    yield {"before": foreign.rows[model].pk}
    yield {"p": 2, "o": "1.2.-3", "all": ""}


@AT_A_BRAND
def test_filters_show_no_row_of_others(role, visitor, home, foreign):
    wrong = []
    for model, desk in kinds(home.people[role]):
        for query in filters(model, desk, home, foreign):
            text = text_of(visitor.get(page(model, "changelist"), query, follow=True))
            wrong += [(model._meta.model_name, query, mark) for mark in foreign.found_in(text)]

    assert not wrong


@AT_A_BRAND
def test_actions_reach_no_row_of_others_whatever_the_list_is_filtered_by(role, visitor, home, foreign):
    wrong = []
    for model, desk in kinds(home.people[role]):
        actions = desk.get_actions(visitor.get(page(model, "changelist")).wsgi_request)
        for action, query in itertools.product(actions, filters(model, desk, home, foreign)):
            pk = foreign.rows[model].pk
            address = f"{page(model, 'changelist')}?{urlencode(query, doseq=True)}"
            with undone() as written:
                data = {"action": action, "_selected_action": [pk], "post": "yes", "select_across": "1"}
                response = visitor.post(address, data)
            if written or foreign.found_in(text_of(response)):
                wrong.append((action, address, written))

    assert not wrong


@AT_A_BRAND
def test_exported_files_have_no_row_of_others(role, visitor, home, foreign):
    wrong = []
    for model in (Domain, Mailbox):
        for query in ({}, *filters(model, admin.site._registry[model], home, foreign)):
            address = urlencode(query, doseq=True)
            for way in ("csv", "xlsx") if not query else ("csv",):
                text = text_of(visitor.post(page(model, "export"), {"way": way, "filters": f"?{address}"}))
                if foreign.found_in(text) or (not query and not home.found_in(text)):
                    wrong.append((model._meta.model_name, way, query))

    assert not wrong


# --- Forms ------------------------------------------------------------------------------------------------------------


def pointing_fields(response, foreign):
    """The fields of a page that point at records, each with the number of a foreign one."""
    forms = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        forms += [*inline.formset.forms, inline.formset.empty_form]
    for form in forms:
        for name, field in form.fields.items():
            if isinstance(field, InlineForeignKeyField):
                yield form.add_prefix(name), foreign.rows[type(field.parent_instance)].pk
            elif isinstance(field, ModelChoiceField):
                yield form.add_prefix(name), foreign.rows[field.queryset.model].pk


@AT_A_BRAND
def test_no_form_takes_a_record_of_others(role, visitor, home, foreign):
    wrong = []
    for model in (Customer, Domain, Mailbox):
        for path in (page(model, "change", home.rows[model].pk), page(model, "add")):
            response = visitor.get(path)
            for name, pk in pointing_fields(response, foreign):
                data = changed(entered(response), {name.replace("__prefix__", "0"): pk})
                with undone() as written:
                    answer = visitor.post(path, data)
                # Django leaves out a part that is none of the record's, and says nothing.
                ignored = answer.status_code == 302 and name.endswith("-id")
                if written or foreign.found_in(text_of(answer)) or not (ignored or answer.status_code == 200):
                    wrong.append((path, name, answer.status_code, written))

    assert not wrong


@AT_A_BRAND
def test_a_form_of_others_is_saved_by_nobody_else(role, visitor, home, foreign):
    operator = Visitor(build.operator())
    for model in (Customer, Domain, Mailbox, MailServer, User):
        path = page(model, "change", foreign.rows[model].pk)
        data = entered(operator.get(path))
        with undone() as written:
            visitor.post(path, {name: value or "on" for name, value in data.items()})

        assert not written, model


@AT_A_BRAND
def test_choices_in_forms_are_the_own_ones_and_are_there(role, visitor, home, foreign):
    for model in (Customer, Domain, Mailbox):
        query = {name: foreign.rows[of].pk for name, of in (("customer", Customer), ("domain", Domain))}
        text = text_of(visitor.get(page(model, "add"), query | {"server": foreign.rows[MailServer].pk}))

        assert not foreign.found_in(text), model


# --- Lists ------------------------------------------------------------------------------------------------------------


def lists(place, home):
    """Lists that name what is somewhere else, and what is one's own."""
    hidden, own = place.hidden, home.hidden
    return [
        f"address;name\n{place.address};Stolen\n",
        f"domain;customer;server\nnew-one.com.ua;{hidden}-c1;{own}-server\n",
        f"domain;customer;server\nnew-one.com.ua;{own}-c1;{hidden}-server\n",
        f"domain;aliases\n{place.domain};{own}-other.com.ua\n",
    ]


@AT_A_BRAND
def test_an_imported_list_does_not_know_what_belongs_to_others(role, visitor, home, foreign, missing):
    for asked, nowhere in zip(lists(foreign, home), lists(missing, home), strict=True):
        shapes = []
        for content, place in ((asked, foreign), (nowhere, missing)):
            with undone():
                file = SimpleUploadedFile("list.csv", content.encode())
                response = visitor.post(reverse("admin:import"), {"file": file}, follow=True)
                assert response.context["found"].plan.rows == []
                shapes.append(shape_of(response, place))
        assert shapes[0] == shapes[1], asked


def test_an_operators_export_of_one_customer_has_nothing_of_another(home, foreign):
    desk = Visitor(build.operator())
    for world, other in ((home, foreign), (foreign, home)):
        path = reverse("admin:accounts_customer_export", args=[world.rows[Customer].pk])
        text = text_of(desk.post(path))

        assert world.found_in(text)
        assert not other.found_in(text)


def test_the_log_of_an_operator_names_both_worlds(home, foreign):
    desk = Visitor(build.operator())
    for world in (home, foreign):
        assert world.found_in(text_of(desk.get(page(ChangeSet, "change", world.rows[ChangeSet].pk))))
