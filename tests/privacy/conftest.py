"""A customer with a history, and a neighbour."""

import json

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType

from accounts.models import ChangeSet, Customer, Membership, User
from mailsettings import personal
from mailsettings.models import (
    Mailbox,
    PendingImport,
    PersonalLink,
)
from tests import build


@pytest.fixture
def other():
    """Somebody else, whose data must not change."""
    customer = build.customer("c2", name="Сусід", email="neighbour@other.example")
    box = {"local_part": "sused", "name": "Сусідка", "recovery": "keep@other.example"}
    build.domain("other.com.ua", customer=customer, mailboxes=[box])
    return customer


@pytest.fixture
def customer(other):
    """A customer with a history: renamed, with mailboxes that came and went, links, and people who sign in."""
    made = build.customer("c1", name="Давня Назва", email="old@contact.example", phone="+380 44 111 22 33")
    about = ChangeSet(source="admin", reason="сказала по телефону")
    build.change(made, about, name="ТОВ «Квітославська»", email="kvitoslava@contact.example")
    box = {"local_part": "renamed.earlier", "name": "Святослав Давній", "recovery": "yaropolk@recovery.example",
           "login": "own-login-77"}  # fmt: skip
    domain = build.domain(
        "kvitofirma.com.ua", aliases=["квітова-фірма.укр"], customer=made, logins="private",
        mailboxes=[box, {"local_part": "vydalenyi", "name": "Видалений Читач"}, "info"],
        endpoints=[("smtp", "smtp-kvit.example", 2525, "starttls"), ("imap", "imap.{domain}", 993, "tls")],
    )  # fmt: skip
    build.change(
        Mailbox.objects.get(local_part="renamed.earlier"), local_part="yaropolk.pershyi", name="Ярополк Перший"
    )
    build.remove(Mailbox.objects.get(local_part="vydalenyi"), reason="Видалений Читач звільнився")
    build.remove(build.domain("stara-kvitofirma.com.ua", customer=made, mailboxes=["yaropolk.pershyi"]))
    user = User.objects.create_user("zoryana-signs-in", "zoryana@sign.example", first_name="Зоряна")
    build.save(Membership(user=user, role="customer", customer=made))
    EmailAddress.objects.create(user=user, email="zoryana@sign.example", primary=True)
    Authenticator.objects.create(user=user, type="totp", data={"secret": "s3cr3t-of-zoryana"})
    UserSession.objects.create(user=user, session_key="k1", ip="198.51.100.77", user_agent="Firefox")
    operator = build.operator()
    LogEntry.objects.create(
        user=operator, object_id=user.pk, object_repr="zoryana-signs-in", action_flag=CHANGE,
        content_type=ContentType.objects.get_for_model(User), change_message="Зоряна",
    )  # fmt: skip
    link, _token = personal.make(
        domain.mailboxes.get(local_part="yaropolk.pershyi"), PersonalLink.Way.LETTER, language="uk",
        reason="сказала по телефону",
    )  # fmt: skip
    personal.sent(link, "yaropolk@recovery.example")
    personal.make_code(domain, language="uk", by=operator)
    PendingImport.objects.create(user=operator, content=json.dumps(["olena@kvitofirma.com.ua"]))
    PendingImport.objects.create(user=operator, content=json.dumps(["sused@other.com.ua"]))
    return Customer.objects.get(pk=made.pk)
