"""What readers answered: staff read it, nobody edits it."""

from datetime import timedelta

import pytest

from accounts.models import User
from mailsettings import feedback
from mailsettings.guides import guides
from mailsettings.models import GuideAnswer
from tests import build

from .desk import ANSWER, Desk, operator, page, person

pytestmark = pytest.mark.django_db
LIST = "/admin/mailsettings/guideanswer/"


@pytest.fixture(autouse=True)
def answers():
    checked = guides()["iphone"].checked
    for answer in ("yes", "no", "no"):
        feedback.count("iphone", checked, answer)
    feedback.count("thunderbird", checked, "different", "add-manual-menu")


def listed(desk, **query):
    return [(row.guide, row.step, row.answer) for row in desk.get(LIST, query).context["cl"].result_list]


def test_an_operator_reads_first_what_most_readers_stumble_over_and_last_what_worked():
    for _ in range(5):
        feedback.count("iphone", guides()["iphone"].checked, "yes")

    assert listed(operator()) == [
        ("iphone", "", "no"),
        ("thunderbird", "add-manual-menu", "different"),
        ("iphone", "", "yes"),
    ]


def test_beside_a_count_stands_how_many_answered_about_that_version():
    checked = guides()["iphone"].checked
    feedback.count("iphone", checked, "no", "add-profile-install")
    feedback.count("iphone", checked - timedelta(days=1), "different")

    totals = {(row.checked, row.step, row.answer): row.total for row in GuideAnswer.objects.with_totals()}

    assert totals[checked, "", "yes"] == totals[checked, "", "no"] == totals[checked, "add-profile-install", "no"] == 3
    assert totals[checked - timedelta(days=1), "", "different"] == 1
    assert totals[checked, "add-manual-menu", "different"] == 0


@pytest.mark.parametrize("order", ["1", "-3", "4.-5", "-6"])
def test_the_list_can_be_sorted_by_every_column(order):
    assert len(listed(operator(), o=order)) == 3


def test_the_list_narrows_to_a_guide_and_an_answer():
    assert listed(operator(), guide="iphone", answer__exact="yes") == [("iphone", "", "yes")]


@pytest.mark.parametrize(("language", "words"), [("uk", "не вдалося"), ("en", "it did not work")])
def test_the_list_speaks_the_readers_language(language, words):
    assert words in operator().get(LIST, headers={"accept-language": language}).content.decode()


def test_support_of_a_brand_reads_them_too():
    assert "add-manual-menu" in Desk(person("support", brand=build.brand("ava"))).get(LIST).content.decode()


def test_a_search_finds_a_step():
    text = operator().get(LIST, {"q": "manual-menu"}).content.decode()

    assert "thunderbird" in text
    assert "it did not work</td>" not in text


@pytest.mark.parametrize("view", ["add", "change", "delete"])
def test_nobody_writes_them(view):
    row = GuideAnswer.objects.first()
    path = page(ANSWER, view, *([] if view == "add" else [row.pk]))
    for desk in (operator(), Desk(person("support", brand=build.brand("ava")))):
        response = desk.post(path, {"guide": "mine", "answer": "yes", "count": 1000, "post": "yes"})

        assert response.status_code == 403
    assert not GuideAnswer.objects.filter(guide="mine").exists()
    assert GuideAnswer.objects.filter(pk=row.pk).exists()


def test_somebody_without_a_role_sees_nothing():
    outsider = User.objects.create_user("outsider", is_staff=True)

    for desk in (Desk(outsider), Desk(person("customer", customer=build.customer())), Desk()):
        response = desk.get(LIST)

        assert response.status_code == 302
        assert response["Location"].startswith("/admin/login/")
