"""Autodiscover version 2: the four answers."""

from __future__ import annotations

import json

import pytest

from mailsettings.formats import autodiscover_json, formats


def test_it_is_no_format_since_it_holds_no_settings():
    assert not [name for name in formats() if "autodiscover" in name and name.endswith(".json")]


@pytest.mark.parametrize("name", ["AutodiscoverV1", "Autodiscoverv1", "AUTODISCOVERV1"])
def test_the_one_protocol_is_known_in_any_case(name):
    assert autodiscover_json.is_supported(name)


@pytest.mark.parametrize("name", ["", "ActiveSync", "Ews", "Rest", "AutodiscoverV2", "AutodiscoverV1 "])
def test_any_other_protocol_is_not(name):
    assert not autodiscover_json.is_supported(name)


def test_a_location_names_the_protocol_and_the_address():
    url = "https://autodiscover.firma.com.ua/autodiscover/autodiscover.xml"
    assert json.loads(autodiscover_json.location(url)) == {"Protocol": "AutodiscoverV1", "Url": url}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (autodiscover_json.missing_protocol(), "MandatoryParameterMissing"),
        (autodiscover_json.unsupported_protocol(), "InvalidProtocol"),
        (autodiscover_json.unknown_address(), "UserNotFound"),
    ],
)
def test_an_error_has_a_code_and_a_message(body, code):
    answer = json.loads(body)
    assert set(answer) == {"ErrorCode", "ErrorMessage"}
    assert answer["ErrorCode"] == code


def test_an_unsupported_protocol_is_told_the_supported_one():
    assert "AutodiscoverV1" in json.loads(autodiscover_json.unsupported_protocol())["ErrorMessage"]
