import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts.models import ChangeSet, Membership, User
from mailsettings import changes, rules
from tests import build
from tests.admin.desk import USER, errors, operator, page, person

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


def new_person(desk, **values):
    given = {
        "username": "olha",
        "usable_password": "true",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "memberships-TOTAL_FORMS": 1,
        "memberships-0-role": "support",
        "memberships-0-brand": build.Brand.objects.get().pk,
    }
    return desk.submit(page(USER, "add"), **given | values)


def test_a_person_is_added_with_a_role():
    build.brand()

    new_person(operator(), reason="hired")

    user = User.objects.get(username="olha")
    assert user.check_password(PASSWORD)
    assert user.is_support
    assert ChangeSet.objects.first().reason == "hired"


def test_a_refused_role_adds_nobody():
    build.brand()

    response = new_person(operator(), **{"memberships-0-role": "operator"})

    assert "An operator has no brand" in errors(response)["memberships-0"][0]
    assert not User.objects.filter(username="olha").exists()


def test_a_role_refused_by_the_plan_adds_nobody(monkeypatch):
    build.brand()
    monkeypatch.setattr(rules, "check", lambda plan: [changes.Problem("not today", row=plan.rows[0], field="role")])

    response = new_person(operator())

    assert errors(response) == {"memberships-0-role": ["not today"]}
    assert not User.objects.filter(username="olha").exists()


def test_a_changed_role_is_in_the_change_log():
    user = person("support", brand=build.brand())

    operator().submit(page(USER, "change", user.pk), **{"memberships-0-role": "reseller"})

    change = ChangeSet.objects.first().changes.get()
    assert (change.model, change.before, change.after) == (
        "accounts.membership", {"role": "support"}, {"role": "reseller"},
    )  # fmt: skip


def test_a_role_can_be_taken_away():
    user = person("support", brand=build.brand())

    operator().submit(page(USER, "change", user.pk), **{"memberships-0-DELETE": "on"})

    assert not Membership.objects.exists()
    assert ChangeSet.objects.first().changes.get().action == "remove"


def test_the_switches_of_a_person_are_in_djangos_log():
    user = person("support", brand=build.brand())

    operator().submit(page(USER, "change", user.pk), is_staff=None)

    assert not User.objects.get(pk=user.pk).is_staff
    assert LogEntry.objects.get().object_id == str(user.pk)


def test_a_password_is_set_on_djangos_own_page():
    user = person("support", brand=build.brand())
    desk = operator()

    desk.post(
        reverse("admin:auth_user_password_change", args=[user.pk]),
        {"usable_password": "true", "password1": PASSWORD, "password2": PASSWORD},
    )

    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


def test_nobody_is_deleted_because_the_log_names_them():
    user = person("support", brand=build.brand())

    assert operator().post(page(USER, "delete", user.pk), {"post": "yes"}).status_code == 403


def test_groups_say_nothing_here():
    assert not admin.site.is_registered(Group)
