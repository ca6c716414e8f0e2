"""Where somebody is signed in, in words that they recognise."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from accounts.models import User
from mailsettings.signin.browsers import browser_words
from tests.pages.browsing import page_of

from .steps import Browser, sign_in_with_password

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
AGENTS = {
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/141.0.0.0 Safari/537.36": "Chrome, Windows",
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0": "Edge, Windows",
    f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} Chrome/141.0.0.0 Safari/537.36 OPR/124.0.0.0": "Opera, Linux",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:144.0) Gecko/20100101 Firefox/144.0": "Firefox, Mac",
    f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {WEBKIT} Version/26.0 Safari/605.1.15": "Safari, Mac",
    f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) {WEBKIT} CriOS/141.0 Mobile/15E148 Safari/604.1":
        "Chrome, iPhone",
    f"Mozilla/5.0 (Linux; Android 16; K) {WEBKIT} SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36":
        "Samsung Internet, Android",
    "Thing/1.0 (Linux)": "Linux",
}  # fmt: skip


@pytest.mark.parametrize(("agent", "words"), AGENTS.items(), ids=AGENTS.values())
def test_a_browser_is_called_what_its_owner_calls_it(agent, words):
    assert browser_words(agent) == words


@pytest.mark.parametrize("agent", ["", "curl", "\x00"], ids=["nothing", "another program", "a zero"])
def test_what_names_nothing_known_is_said_in_words(agent):
    with override("uk"):
        assert browser_words(agent) == "програма, яка себе не називає"


@pytest.mark.django_db
def test_the_page_of_sessions_says_the_words_and_keeps_the_whole_name_at_hand():
    User.objects.create_user("olena", password="a long password")
    agent = next(iter(AGENTS))
    browser = Browser()
    browser.defaults["HTTP_USER_AGENT"] = agent
    sign_in_with_password(browser, "olena")

    text = browser.get(reverse("usersessions_list")).content.decode()

    assert "Chrome, Windows · " in text
    assert f'title="{agent}"' in text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("password", "said"), [("a long password", "change your password"), (None, "write to support")]
)
def test_only_who_has_a_password_is_told_to_change_it(password, said):
    browser = Browser(User.objects.create_user("olena", password=password))

    assert f"End it, then {said}." in page_of(browser.get(reverse("usersessions_list"))).text
