"""Every address of the site, as everybody who might come, with what belongs to them and what belongs to others."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.urls import resolve, reverse
from django.utils.translation import override

from accounts.models import Brand, ChangeSet, Customer, User
from mailsettings.models import Domain, Mailbox, MailServer
from tests.roles import routes as known
from tests.roles import table, world
from tests.roles.asking import shape_of, text_of, undone

pytestmark = pytest.mark.django_db
with override("en"):
    ROUTES = known.routes()
# A link opens what it opens for whoever has it; these pages count.
COUNTING = ("pages:answer", "pages:personal_seen")


def test_every_address_has_arguments_and_a_place_in_the_table(home):
    for route in ROUTES:
        try:
            action = known.action_of(route)
            some = known.arguments(route, home)
        except LookupError as error:
            pytest.fail(f"Say in tests/roles/routes.py who may open {route.name} and with what: {error!r}")
        assert action in (known.DESK, known.NOBODY, known.PUBLIC, known.ACCOUNT) or action in table.cells(), route
        for arguments in some:
            assert resolve(route.path(arguments)).route == route.pattern, (route, arguments)


def test_every_registered_kind_is_walked():
    walked = {route.model for route in ROUTES if route.model}

    assert walked == set(admin.site._registry)


def refused(response, role):
    """Whether nothing was given: the sign-in, the first page of the desk with a word about it, or a plain no."""
    if response.status_code == 302:
        ways = {reverse("admin:index"), reverse("admin:login"), reverse("admin:import"), reverse("account_login")}
        return response["Location"].partition("?")[0] in ways
    return response.status_code in (403, 404, 405)


def status_is_right(route, role, arguments, place, home, response):
    """Whether a GET was answered as the table says."""
    at = known.action_of(route)
    if at == known.ACCOUNT:
        return response.status_code < 500
    inside = at == known.PUBLIC or known.lets_in(route, role, arguments, place, at_home=place is home)
    return response.status_code == known.answer_to_get(route) if inside else refused(response, role)


def shown(route, place, foreign, text):
    """The marks of a foreign world that a text should not have."""
    if "token" in route.parameters and place is foreign:
        return []
    public = known.action_of(route) == known.PUBLIC and place is foreign
    return foreign.found_in(text, public=public)


def walk(visitor, role, home, foreign, routes=ROUTES):
    """What is wrong with the answers to every GET."""
    wrong = []
    for route in routes:
        for place in (home, foreign) if route.of_world else (home,):
            for arguments in known.arguments(route, place):
                path = route.path(arguments)
                with undone() as written:
                    response = visitor.get(path)
                if not status_is_right(route, role, arguments, place, home, response):
                    wrong.append((path, response.status_code, response.get("Location", "")))
                if written:
                    wrong.append((path, written))
                if role != "operator" and (marks := shown(route, place, foreign, text_of(response))):
                    wrong.append((path, marks))
    return wrong


def test_pages_open_as_the_table_says_and_show_nothing_of_others(role, visitor, home, foreign):
    assert not walk(visitor, role, home, foreign)


@pytest.mark.parametrize("role", ["support"], indirect=True)
@pytest.mark.parametrize("model", [Customer, Domain, Mailbox, MailServer, ChangeSet])
def test_a_kind_that_lost_its_scope_would_be_noticed(role, visitor, home, foreign, model, monkeypatch):
    monkeypatch.setattr(type(model.objects.all()), "visible_to", lambda rows, _user: rows)

    own = [route for route in ROUTES if route.model is model]
    wrong = [path for path, *_what in walk(visitor, role, home, foreign, own)]

    assert reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist") in wrong


@pytest.mark.parametrize("role", ["operator"], indirect=True)
def test_an_operator_reads_of_both_worlds_in_every_list(role, visitor, home, foreign):
    for model in (Brand, ChangeSet, Customer, Domain, Mailbox, MailServer, User):
        path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        text = text_of(visitor.get(path))
        assert home.found_in(text), path
        assert foreign.found_in(text), path


@pytest.mark.parametrize("role", world.CONFINED, indirect=True)
def test_what_is_posted_to_pages_of_others_changes_nothing_and_shows_nothing(role, visitor, home, foreign):
    wrong = []
    for route in ROUTES:
        if route.name in COUNTING or not route.of_world:
            continue
        for arguments in known.arguments(route, foreign):
            for body in known.bodies(route, foreign):
                path = route.path(arguments)
                with undone() as written:
                    response = visitor.post(path, body)
                marks = shown(route, foreign, foreign, text_of(response))
                if written or marks or response.status_code >= 500:
                    wrong.append((path, body, response.status_code, marks, written))

    assert not wrong


@pytest.mark.parametrize("role", ["support", "reseller", "customer"], indirect=True)
def test_what_belongs_to_others_is_not_told_from_what_does_not_exist(role, visitor, foreign, missing):
    told = []
    for route in ROUTES:
        if known.action_of(route) in (known.PUBLIC, known.ANSWERS) or not route.of_world:
            continue
        for one, other in zip(known.arguments(route, foreign), known.arguments(route, missing), strict=False):
            for ask in (visitor.get, visitor.post):
                answers = []
                for arguments, place in ((one, foreign), (other, missing)):
                    with undone():
                        answers.append(shape_of(ask(route.path(arguments)), place))
                if answers[0] != answers[1]:
                    told.append((route.name, ask.__name__, answers[0][:2], answers[1][:2]))

    assert not told
