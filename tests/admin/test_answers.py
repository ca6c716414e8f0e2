"""What readers answered: staff read it, nobody edits it."""

import pytest

from accounts.models import User
from mailsettings import feedback
from mailsettings.guides import guides
from tests import build

from .desk import Desk, operator, person

pytestmark = pytest.mark.django_db
LIST = "/admin/mailsettings/guideanswer/"


@pytest.fixture(autouse=True)
def answers():
    checked = guides()["iphone"].checked
    for answer in ("yes", "no", "no"):
        feedback.count("iphone", checked, answer)
    feedback.count("thunderbird", checked, "different", "add-manual-menu")


def test_an_operator_reads_the_counts_the_most_frequent_first():
    text = operator().get(LIST).content.decode()

    assert text.index("it did not work") < text.index("add-manual-menu")


def test_support_of_a_brand_reads_them_too():
    assert "add-manual-menu" in Desk(person("support", brand=build.brand("ava"))).get(LIST).content.decode()


def test_a_search_finds_a_step():
    text = operator().get(LIST, {"q": "manual-menu"}).content.decode()

    assert "thunderbird" in text
    assert "it did not work</td>" not in text


@pytest.mark.parametrize("path", [LIST + "add/", LIST + "1/delete/"])
def test_nobody_writes_them(path):
    assert operator().get(path).status_code in (302, 403)


def test_somebody_without_a_role_sees_nothing():
    outsider = User.objects.create_user("outsider", is_staff=True)

    assert Desk(outsider).get(LIST).status_code in (302, 403)
