"""“Did it work?”: what is counted, what is never kept, and where the reader goes on."""

from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from mailsettings import feedback
from mailsettings.guides import guides
from mailsettings.models import GuideAnswer
from mailsettings.pages.feedback import anchors
from tests import build

from .browsing import PORTAL, get, page_of

pytestmark = pytest.mark.django_db
THUNDERBIRD = guides()["thunderbird"]


@pytest.fixture(autouse=True)
def counted_anew():
    cache.clear()


def say(client, guide="thunderbird", language="uk", **data):
    return client.post(f"/{language}/guides/{guide}/answer/", data, secure=True, HTTP_HOST=PORTAL)


def counts():
    return {(row.guide, row.step, row.answer): row.count for row in GuideAnswer.objects.all()}


class TestCounting:
    def test_the_same_answer_is_one_row(self):
        for _ in range(3):
            feedback.count("iphone", THUNDERBIRD.checked, "yes")

        assert counts() == {("iphone", "", "yes"): 3}

    def test_there_cannot_be_two_rows_for_an_answer(self):
        row = {"guide": "iphone", "checked": THUNDERBIRD.checked, "answer": "yes"}
        GuideAnswer.objects.create(**row)

        with pytest.raises(IntegrityError), transaction.atomic():
            GuideAnswer.objects.create(**row)

    def test_there_are_no_other_answers(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            GuideAnswer.objects.create(guide="iphone", checked=THUNDERBIRD.checked, answer="maybe")


class TestAnswering:
    @pytest.mark.parametrize("answer", ["yes", "no", "different"])
    def test_an_answer_is_counted_for_the_guides_version(self, client, answer):
        say(client, answer=answer)

        row = GuideAnswer.objects.get()
        assert (row.guide, row.checked, row.step, row.answer) == ("thunderbird", THUNDERBIRD.checked, "", answer)

    def test_the_step_is_counted_beside_the_answer(self, client):
        step = sorted(anchors(THUNDERBIRD))[0]
        say(client, answer="no")
        say(client, answer="no", step=step)

        assert counts() == {("thunderbird", "", "no"): 1, ("thunderbird", step, "no"): 1}

    @pytest.mark.parametrize("step", ["", "no-such-step", "olena@firma.com.ua"])
    def test_a_step_that_there_is_not_is_not_counted(self, client, step):
        response = say(client, answer="no", step=step)

        assert response.status_code == 303
        assert counts() == {}

    def test_every_step_that_is_offered_can_be_named(self, client):
        build.domain("firma.com.ua")
        for guide in guides().values():
            page = page_of(get(client, f"/uk/d/firma.com.ua/{guide.id}/?answered=no"))
            offered = {option["value"] for option in page.all("option")} - {""}
            assert offered
            assert offered <= anchors(guide), guide.id

    def test_nothing_about_the_reader_is_kept(self, client):
        response = say(client, answer="yes", domain="firma.com.ua")

        assert not response.cookies
        assert {field.name for field in GuideAnswer._meta.get_fields()} == {
            "id", "guide", "checked", "step", "answer", "count",
        }  # fmt: skip

    def test_beyond_a_limit_answers_are_thanked_for_and_not_counted(self, client, monkeypatch):
        monkeypatch.setattr("mailsettings.pages.feedback.MOST_IN_AN_HOUR", 2)
        statuses = {say(client, answer="yes").status_code for _ in range(5)}

        assert statuses == {303}
        assert counts() == {("thunderbird", "", "yes"): 2}

    def test_an_unknown_guide_is_no_page(self, client):
        assert say(client, guide="nothing", answer="yes").status_code == 404

    def test_an_unknown_answer_is_told_so(self, client):
        assert say(client, answer="maybe").status_code == 400
        assert counts() == {}

    def test_an_answer_is_sent_and_never_fetched(self, client):
        assert get(client, "/uk/guides/thunderbird/answer/?answer=yes").status_code == 405


class TestGoingOn:
    @pytest.mark.parametrize(
        ("data", "path"),
        [
            ({}, "/uk/guides/thunderbird/"),
            ({"domain": "firma.com.ua"}, "/uk/d/firma.com.ua/thunderbird/"),
            ({"domain": "//evil.example"}, "/uk/guides/thunderbird/"),
            ({"domain": "https://evil.example/"}, "/uk/guides/thunderbird/"),
        ],
    )
    def test_the_reader_goes_back_to_the_guide_and_nowhere_else(self, client, data, path):
        where = urlsplit(say(client, answer="yes", **data)["Location"])

        assert (where.scheme, where.netloc, where.path) == ("", "", path)

    def test_the_view_of_the_guide_stays(self, client):
        where = say(client, answer="no", entry="change", protocol="pop3", domain="firma.com.ua")["Location"]

        assert "entry=change" in where
        assert "protocol=pop3" in where

    @pytest.mark.parametrize(
        ("language", "query", "words"),
        [
            ("uk", "", "Вдалося?"),
            ("en", "", "Did it work?"),
            ("uk", "?answered=yes", "Дякуємо"),
            ("en", "?answered=no", "At which step did it stop?"),
            ("uk", "?answered=different", "Який крок виглядає інакше?"),
            ("en", "?answered=no&step=named", "Thank you"),
            ("en", "?answered=nonsense", "Did it work?"),
        ],
    )
    def test_each_state_has_its_words(self, client, language, query, words):
        build.domain("firma.com.ua")

        assert words in page_of(get(client, f"/{language}/d/firma.com.ua/thunderbird/{query}")).text

    def test_who_is_stuck_is_shown_the_likeliest_errors(self, client):
        page = page_of(get(client, "/uk/guides/thunderbird/?answered=no"))

        assert f"/uk/help/{THUNDERBIRD.errors[0]}/" in page.attributes("href")


class Hostile(TestCase):
    @given(st.fixed_dictionaries({name: st.text(max_size=200) for name in ("answer", "step", "domain", "entry")}))
    def test_any_fields_are_answered_without_a_failure(self, fields):
        response = say(self.client, **fields)

        assert response.status_code in (303, 400)
