"""A customer’s personal data in one document: everything, no secret, and nothing of others."""

import json

import pytest

from accounts.models import User
from mailsettings import privacy
from mailsettings.models import (
    PersonalLink,
)
from tests.privacy.database import CONTACTS, NAMES

pytestmark = pytest.mark.django_db


def test_the_document_has_everything_and_no_secret(customer):
    text = privacy.as_text(privacy.export(customer))

    there = [word for word in (*CONTACTS, *NAMES) if word.casefold() in text.casefold()]
    assert set(CONTACTS) | set(NAMES) <= set(there)
    assert "s3cr3t-of-zoryana" not in text
    assert '"k1"' not in text
    user = User.objects.get(username="zoryana-signs-in")
    assert user.password not in text
    assert PersonalLink.objects.get().digest not in text


def test_the_document_has_nothing_of_others(customer, other):
    text = privacy.as_text(privacy.export(customer))

    assert "сусід" not in text.casefold()
    assert "other.com.ua" not in text
    assert "other.example" not in text


def test_the_document_says_what_it_is(customer):
    document = json.loads(privacy.as_text(privacy.export(customer)))

    assert document["format"] == "skrynka-personal-data"
    assert document["customer"]["ref"] == "c1"
    assert [box["local_part"] for box in document["domains"][0]["mailboxes"]] == ["yaropolk.pershyi", "info"]
    assert document["users"][0]["second_factors"][0]["type"] == "totp"
    assert document["links"][0]["recipient"] == "y…@recovery.example"
    assert document["changes"][0]["model"] == "accounts.customer"
