"""“Did it work?”: what is counted, what is never kept, and where the reader goes on."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction

from accounts.models import ChangeSet, Revision
from mailsettings import feedback
from mailsettings.guides import guides
from mailsettings.models import GuideAnswer
from mailsettings.models.feedback import GuideAnswerQuerySet
from mailsettings.pages.feedback import anchors
from tests import build

from .browsing import PORTAL, get, page_of, typed

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

    def test_who_counts_at_the_same_moment_is_counted_too(self, monkeypatch):
        """Another worker adds the row after this one looked for it and before it adds its own."""
        get, looks = GuideAnswerQuerySet.get, []

        def too_early(rows, *args, **kwargs):
            looks.append(rows)
            if len(looks) == 1:
                GuideAnswer.objects.create(**kwargs, count=1)
                raise GuideAnswer.DoesNotExist
            return get(rows, *args, **kwargs)

        monkeypatch.setattr(GuideAnswerQuerySet, "get", too_early)
        feedback.count("iphone", THUNDERBIRD.checked, "yes")

        assert counts() == {("iphone", "", "yes"): 2}

    def test_what_was_counted_meanwhile_is_not_written_over(self, monkeypatch):
        feedback.count("iphone", THUNDERBIRD.checked, "yes")
        get = GuideAnswerQuerySet.get

        def then_another_counts(rows, *args, **kwargs):
            found = get(rows, *args, **kwargs)
            GuideAnswer.objects.filter(pk=found.pk).update(count=10)
            return found

        monkeypatch.setattr(GuideAnswerQuerySet, "get", then_another_counts)
        feedback.count("iphone", THUNDERBIRD.checked, "yes")

        assert counts() == {("iphone", "", "yes"): 11}

    def test_each_version_of_a_guide_has_its_own_count(self):
        feedback.count("iphone", THUNDERBIRD.checked, "yes")
        feedback.count("iphone", THUNDERBIRD.checked + timedelta(days=1), "yes")

        assert [row.count for row in GuideAnswer.objects.all()] == [1, 1]

    def test_counting_leaves_the_directory_and_its_log_alone(self):
        before = ChangeSet.objects.count(), Revision.objects.values_list("number").first()
        feedback.count("iphone", THUNDERBIRD.checked, "yes")

        assert (ChangeSet.objects.count(), Revision.objects.values_list("number").first()) == before

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

    def test_what_worked_has_no_step(self, client):
        say(client, answer="yes", step=sorted(anchors(THUNDERBIRD))[0])

        assert counts() == {("thunderbird", "", "yes"): 1}

    @pytest.mark.parametrize("view", ["", "entry=change&", "protocol=pop3&"])
    def test_every_step_that_is_shown_is_offered_and_can_be_named(self, client, view):
        build.domain("firma.com.ua")
        for guide in guides().values():
            page = page_of(get(client, f"/uk/d/firma.com.ua/{guide.id}/?{view}answered=no"))
            offered = [option["value"] for option in page.all("option")]
            ways = [a["id"] for a in page.all("li") if (a.get("id") or "").startswith(("add-", "change-", "test-"))]

            assert offered == ["", *ways], guide.id
            assert set(ways) <= anchors(guide), guide.id

    def test_a_step_is_offered_in_the_words_and_with_the_number_that_it_has_on_the_page(self, client):
        build.domain("firma.com.ua")
        page = page_of(get(client, "/en/d/firma.com.ua/iphone/?answered=different"))

        assert [group["label"] for group in page.all("optgroup")] == [
            "Quick: install a profile",
            "Enter the settings by hand",
            guides()["iphone"].test.title.en,
        ]
        assert page.text.count("1. Open this page in Safari.") == 1
        assert page.text.count("1. Open Settings.") == 1

    def test_nothing_about_the_reader_is_kept(self, client):
        build.domain("firma.com.ua")
        typed(client, "olena@firma.com.ua")
        client.cookies.clear()
        response = say(client, answer="no", domain="firma.com.ua", step="olena@firma.com.ua", entry="olena")
        say(client, answer="no", domain="firma.com.ua")

        assert not response.cookies
        assert counts() == {("thunderbird", "", "no"): 1}
        assert "olena" not in response["Location"]
        assert {field.name for field in GuideAnswer._meta.get_fields()} == {
            "id", "guide", "checked", "step", "answer", "count",
        }  # fmt: skip

    def test_beyond_a_limit_answers_are_thanked_for_and_not_counted(self, client, monkeypatch):
        monkeypatch.setattr("mailsettings.pages.feedback.MOST_IN_AN_HOUR", 2)
        statuses = {say(client, answer="yes").status_code for _ in range(5)}

        assert statuses == {303}
        assert counts() == {("thunderbird", "", "yes"): 2}

    def test_a_cache_that_does_not_answer_stops_nobody(self, client, monkeypatch):
        def broken(*_args, **_kwargs):
            raise ConnectionError

        monkeypatch.setattr(cache, "add", broken)

        assert say(client, answer="yes").status_code == 303
        assert counts() == {("thunderbird", "", "yes"): 1}

    def test_an_unknown_guide_is_no_page(self, client):
        assert say(client, guide="nothing", answer="yes").status_code == 404

    def test_an_unknown_answer_is_told_so(self, client):
        assert say(client, answer="maybe").status_code == 400
        assert counts() == {}

    @pytest.mark.parametrize("language", ["uk", "en"])
    def test_no_answer_at_all_is_told_so_in_the_readers_language(self, client, language):
        response = say(client, language=language)

        assert response.status_code == 400
        assert page_of(response).all("html", lang=language)

    @pytest.mark.parametrize("method", ["get", "head", "put", "delete"])
    def test_an_answer_is_sent_and_never_fetched(self, client, method):
        path = "/uk/guides/thunderbird/answer/?answer=yes"

        assert getattr(client, method)(path, secure=True, HTTP_HOST=PORTAL).status_code == 405
        assert counts() == {}


class TestGoingOn:
    @pytest.mark.parametrize(
        ("data", "path"),
        [
            ({}, "/uk/guides/thunderbird/"),
            ({"domain": "firma.com.ua"}, "/uk/d/firma.com.ua/thunderbird/"),
            ({"domain": "//evil.example"}, "/uk/guides/thunderbird/"),
            ({"domain": "https://evil.example/"}, "/uk/guides/thunderbird/"),
            ({"domain": "\\\\evil.example"}, "/uk/guides/thunderbird/"),
            ({"domain": "../../admin"}, "/uk/guides/thunderbird/"),
            ({"domain": "фірма.укр"}, "/uk/d/xn--80axlp4g.xn--j1amh/thunderbird/"),
            ({"entry": "#//evil.example", "protocol": "&next=//evil.example"}, "/uk/guides/thunderbird/"),
        ],
    )
    def test_the_reader_goes_back_to_the_guide_and_nowhere_else(self, client, data, path):
        where = urlsplit(say(client, answer="yes", **data)["Location"])

        assert (where.scheme, where.netloc, where.path) == ("", "", path)
        assert "evil" not in where.query
        assert where.fragment == "answered"

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

    @pytest.mark.parametrize("query", ["?answered=no", "?answered=different", "?answered=no&step=named"])
    def test_who_is_stuck_is_led_to_support_where_there_is_any(self, client, query):
        def links():
            page = page_of(get(client, f"/uk/guides/thunderbird/{query}"))
            return page.attributes("href").count("#support")

        without = links()
        build.brand("ava", is_default=True, support_email="help@ava.example")

        assert links() == without + 1

    @pytest.mark.parametrize("query", ["", "?answered=yes", "?answered=no", "?answered=different"])
    def test_an_answer_is_asked_for_without_cookies(self, client, query):
        assert not get(client, f"/uk/guides/thunderbird/{query}").cookies

    def test_the_form_brings_the_reader_back_to_the_view_that_it_stood_on(self, client):
        build.domain("firma.com.ua")
        page = page_of(get(client, "/uk/d/firma.com.ua/thunderbird/?entry=change&protocol=pop3"))
        names = ("domain", "entry", "protocol")
        data = {name: field["value"] for name in names for field in page.all("input", name=name, type="hidden")[-1:]}

        back = page_of(get(client, say(client, answer="no", **data)["Location"]))

        assert back.all("a", href="?entry=change&protocol=pop3", aria_current="true")
        assert "pop.firma.com.ua" in back.text

    def test_every_kind_of_guide_asks(self, client):
        for guide in guides():
            page = page_of(get(client, f"/uk/guides/{guide}/"))

            assert page.all("form", action=f"/uk/guides/{guide}/answer/"), guide
            assert [button["value"] for button in page.all("button", name="answer")] == ["yes", "no", "different"]
