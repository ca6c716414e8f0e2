"""What comes first on which device. It is a guess, so nothing else depends on it."""

import pytest
from django.test import RequestFactory

from mailsettings.pages.device import device_of

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
SAFARI = f"{IPHONE} Version/18.1 Mobile/15E148 Safari/604.1"


def device(agent):
    return device_of(RequestFactory().get("/", HTTP_USER_AGENT=agent))


@pytest.mark.parametrize(
    ("agent", "platforms"),
    [
        (SAFARI, ("ios",)),
        ("Mozilla/5.0 (Linux; Android 15; SM-S931B) Chrome/131 Mobile Safari/537.36", ("android",)),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.1 Safari/605.1.15", ("macos", "ipados")),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/131 Safari/537.36", ("windows",)),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", ("linux",)),
        ("curl/8.5", ()),
        ("", ()),
    ],
)
def test_the_device_is_the_likeliest_that_the_browser_names(agent, platforms):
    assert device(agent).platforms == platforms


@pytest.mark.parametrize(
    ("agent", "outside"),
    [
        (SAFARI, False),
        (f"{IPHONE} CriOS/131.0 Mobile/15E148 Safari/604.1", True),
        (f"{IPHONE} FxiOS/140.0 Mobile/15E148 Safari/605.1.15", True),
        (f"{IPHONE} Mobile/15E148 Instagram 350.0", True),
        (f"{IPHONE} Mobile/15E148", True),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/131 Safari/537.36", False),
    ],
)
def test_browsers_of_an_iphone_that_may_not_install_profiles_are_known(agent, outside):
    assert device(agent).outside_safari is outside


def test_a_phone_is_held_in_the_hand():
    assert device(SAFARI).handheld
    assert not device("Mozilla/5.0 (Macintosh)").handheld
    assert not device("").handheld
