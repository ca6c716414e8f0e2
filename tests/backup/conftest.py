"""A site with a little of everything, and a place for its backup."""

import pytest
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import Membership
from mailsettings import personal
from mailsettings.models import GuideAnswer, PersonalLink
from portal import backup
from tests import build


@pytest.fixture
def file(tmp_path):
    return tmp_path / "site.tar.gz"


@pytest.fixture
def site():
    """A little of everything."""
    brand = build.brand(hosts=["help.ava.example"], support_messengers=[{"name": "Т", "url": "https://t.example/"}])
    server = build.server(mx=["mx1.hoster.example"], discovery_names=["autoconfig.hoster.example"])
    customer = build.customer("c1", name="Фірма «Ї»", email="office@customer.example", brand=brand)
    box = {"local_part": "olena", "name": "Олена \u2028\n🙂", "source": "panel", "synchronised_at": timezone.now()}
    domain = build.domain(
        "firma.com.ua", aliases=["firma.укр"], customer=customer, server=server, mailboxes=[box, "petro"],
        endpoints=[("smtp", "out.firma.com.ua", 2525, "starttls")],
    )  # fmt: skip
    user = build.operator()
    build.save(Membership(user=user, role="customer", customer=customer), reason="Перше", ticket="T-1")
    GuideAnswer.objects.create(guide="iphone", checked="2026-10-01", answer="yes", count=3)
    personal.make(domain, PersonalLink.Way.COPY, language="uk", by=user, reason="Запитала телефоном")
    personal.make_code(domain, language="uk", by=user)
    Session.objects.create(session_key="k", session_data="", expire_date=timezone.now())
    default_storage.save("brands/0123456789abcdef.png", ContentFile(b"\x89PNG"))
    yield
    for name in [*backup._media()]:
        default_storage.delete(name)
