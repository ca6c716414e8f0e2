"""The second part of ``make bench``: what pages of the support desk cost, in milliseconds and in empty pages.

Run by itself it measures the database in DATABASE_URL, which it fills first if it is empty: for PostgreSQL, say
``tests/with_postgresql.py`` in front of it. Requests go through every middleware in this process, so what is measured
is the site's own time and its database's. An empty page is the desk's list of kinds, which reads no large table.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROUNDS = 9
# What the slowest page of a site of 100,000 domains may cost.
MOST = 100
TICKET = """Добрий день! З ранку не надсилаються листи з m1@d%(n)d.example, пише «помилка 535».
Сервер imap.d%(n)d.example, сайт https://www.d%(n)d.example/. Мій телефон +380 44 %(phone)s, договір c%(customer)d.
"""
# Surnames that a ninth of all mailboxes have, and nobody two of them: the dearest that a name in a ticket can be.
SIGNED = "\n".join(
    f"З повагою, {one} {other}"
    for one, other in (
        ("Коваленко", "Шевченко"), ("Бондар", "Ткаченко"), ("Кравчук", "Олійник"), ("Гнатюк", "Мельник"),
        ("Савчук", "Коваленко"), ("Шевченко", "Бондар"), ("Ткаченко", "Кравчук"), ("Олійник", "Гнатюк"),
    )
)  # fmt: skip


def operator() -> Any:
    from accounts.models import User

    return User.objects.filter(username="bench").first() or User.objects.create_superuser("bench", "bench@b.example")


def support(*slugs: str) -> Any:
    from accounts.models import Brand, ChangeSet, Membership, User
    from mailsettings import changes

    name = "-".join(("bench", *slugs))
    if user := User.objects.filter(username=name).first():
        return user
    user, plan = User.objects.create_user(name, is_staff=True), changes.Plan()
    for slug in slugs:
        plan.add(Membership(user=user, role="support", brand=Brand.objects.get(slug=slug)))
    changes.apply(plan, ChangeSet(source="demo"))
    return user


def middle(model: Any) -> int:
    """The key of a row that lies deep in a list."""
    return model._default_manager.order_by("pk").values_list("pk", flat=True)[model._default_manager.count() // 2]


def requests(user: Any) -> Iterator[tuple[str, str, dict[str, Any] | None]]:
    """Title, path, and what is posted, if anything, of everything that ``user`` may see."""
    from django.contrib import admin
    from django.urls import reverse
    from django.utils.timezone import localdate

    from accounts.models import Brand, ChangeSet, Customer
    from mailsettings.admin import roles
    from mailsettings.models import Domain, DomainName, Mailbox

    def of(model: Any, view: str = "changelist", *args: Any, **query: Any) -> str:
        return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}", args=args, query=query or None)

    kinds = [model for model in admin.site._registry if roles.may(user, "view", model)]
    for model in sorted(kinds, key=lambda model: model._meta.label):
        title = str(model._meta.verbose_name_plural)
        yield f"{title}: first page", of(model), None
        if admin.site._registry[model].order and model._default_manager.count() > 100:
            yield f"{title}: deep page", of(model, after=middle(model)), None
            yield f"{title}: the page before it", of(model, before=middle(model)), None
    # Any domain in the middle; d100.example belongs to the small brand, whose rows are the oldest.
    number = max(Domain.objects.count() // 20 * 10 - 7, 3)
    domain = DomainName.objects.get(name=f"d{number}.example").domain
    small, large = (Brand.objects.get(slug=slug).pk for slug in ("small", "large"))
    for title, query in {
        "suspended": {"status__exact": "suspended"}, "forwarders": {"kind__exact": "forwarder"},
        "own user name": {"has_login__exact": 1}, "of the small brand": {"brand": small},
        "suspended forwarders": {"status__exact": "suspended", "kind__exact": "forwarder"},
        "active with own user name": {"status__exact": "active", "has_login__exact": 1},
        "suspended of the small brand": {"status__exact": "suspended", "brand": small},
        "of one domain": {"domain__id__exact": domain.pk},
        "“m”": {"q": "m"}, "“m5” suspended": {"q": "m5", "status__exact": "suspended"},
        "“коваленко”": {"q": "коваленко"},
        "“олена коваленко”": {"q": "олена коваленко"}, "nothing": {"q": "немає такого"},
        "an address": {"q": f"m1@d{number}.example"}, "“@d1”": {"q": "@d1"},
    }.items():  # fmt: skip
        yield f"mailboxes: {title}", of(Mailbox, **query), None
    for title, query in {
        "suspended": {"status__exact": "suspended"}, "of the large brand": {"brand": large},
        "of a server": {"server": domain.server_id}, "of a server and the small brand": {
            "server": domain.server_id, "brand": small,
        },
        "of a customer": {"customer__id__exact": domain.customer_id}, "“d”": {"q": "d"}, "“фірма”": {"q": "фірма"},
        "a host name": {"q": f"imap.d{number}.example"},
    }.items():  # fmt: skip
        yield f"domains: {title}", of(Domain, **query), None
    for title, query in {
        "“фірма”": {"q": "фірма"}, "a phone": {"q": f"044 {number:07}"}, "of the small brand": {"brand": small},
        "in English, of the large brand": {"language__exact": "en", "brand": large},
    }.items():  # fmt: skip
        yield f"customers: {title}", of(Customer, **query), None
    for title, query in {
        "this year": {"since": "year"}, "from the admin": {"source__exact": "admin"}, "a ticket": {"q": "T-77"},
        "a word of all": {"q": "перенесення"}, "“d”": {"q": "d"},
    }.items():  # fmt: skip
        yield f"change log: {title}", of(ChangeSet, **query), None
    for title, asked in {
        "a domain": {"record": f"d{number}.example"}, "an address": {"record": f"m1@d{number}.example"},
        "“d”": {"record": "d"}, "“m”": {"record": "m"}, "a reference": {"record": f"c{number // 10 * 10}"},
        "a ticket": {"ticket": "T-77"}, "a word of all": {"reason": "перенесення"}, "no word": {"reason": "немає"},
        "a day": {"since": localdate().isoformat()}, "before all": {"until": "2020-01-01"},
        "a word of all from a file": {"reason": "перенесення", "source": "directory"},
        "from the admin, “d”": {"source": "admin", "record": "d"},
        "deep page": {"reason": "перенесення", "source": "admin", "before": middle(ChangeSet)},
    }.items():  # fmt: skip
        yield f"searched log: {title}", reverse("admin:accounts_changeset_find"), asked
    ticket = TICKET % {"n": number, "phone": f"{number // 10 * 10:07}", "customer": number // 10 * 10}
    for title, text in {
        "an address": f"m1@d{number}.example", "an unknown address": f"nobody@d{number}.example",
        "a domain": f"HTTPS://WWW.D{number}.EXAMPLE/", "the beginning of a domain": "d4",
        "a host": f"imap.d{number}.example",
        "a name": "Коваленко", "two names": "коваленко олена", "one letter": "m", "a phone": f"+38 (044) {number:07}",
        "the end of a phone": f"{number:05}", "a reference": f"c{number // 10 * 10}", "nothing": "немає такого слова",
        "a ticket": ticket, "a page of tickets": ticket * 90,
        "a line with a reference": f"клієнт c{number // 10 * 10}, немає пошти",
        "a name in a line": "Олена Коваленко не може отримати пошту", "a ticket of names": SIGNED,
        "a user name": "shop-sales", "a host of webmail": "webmail.hoster.example",
    }.items():  # fmt: skip
        yield f"find: {title}", reverse("admin:find"), {"q": text}
    if not user.sees_everything:
        return
    largest = ChangeSet.objects.order_by("-number_of_changes").first()
    yield "a large change set", of(ChangeSet, "change", largest.pk), None
    deep = largest.changes.order_by("pk").values_list("pk", flat=True)[largest.number_of_changes // 2]
    yield "a large change set: deep page", of(ChangeSet, "change", largest.pk, after=deep), None
    one = ChangeSet.objects.filter(number_of_changes=1).order_by("pk").first()
    yield "reverting one change", of(ChangeSet, "revert", one.pk), None
    yield "history of a domain", of(Domain, "history", domain.pk), None
    for title, model, column, term in (
        ("domains", "mailbox", "domain", ""), ("domains “d”", "mailbox", "domain", "d"),
        ("customers", "domain", "customer", ""), ("customers “фірма”", "domain", "customer", "фірма"),
        ("servers", "domain", "server", ""),
    ):  # fmt: skip
        query = {"app_label": "mailsettings", "model_name": model, "field_name": column, "term": term}
        yield f"choice of {title}", reverse("admin:autocomplete"), query


def measured(client: Any, path: str, data: dict[str, Any] | None) -> tuple[float, int, int]:
    """Milliseconds of the quickest of some requests, since others wait for the machine; status, number of queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def ask() -> Any:
        return client.get(path, secure=True) if data is None else client.post(path, data, secure=True)

    with CaptureQueriesContext(connection) as captured:
        status = ask().status_code
    queries = len(captured)
    taken = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - started) * 1000)
    return min(taken), status, queries


def desk(show: Callable[[str], None] = print) -> float:
    """Print what each page costs an operator and support of one and of two brands; return the dearest, in ms."""
    from urllib.parse import urlsplit

    from django.conf import settings
    from django.test import Client
    from django.urls import reverse

    worst = 0.0
    for who, user in (
        ("operator", operator()), ("support of a small brand", support("small")),
        ("support of two brands", support("main", "large")),
    ):  # fmt: skip
        client = Client(headers={"host": urlsplit(settings.SITE_URL).netloc})
        client.force_login(user)
        empty, _status, _queries = measured(client, reverse("admin:app_list", args=["mailsettings"]), None)
        show(f"the desk for {who}: an empty page takes {empty:.1f} ms")
        for title, path, data in requests(user):
            taken, status, queries = measured(client, path, data)
            if status not in (200, 302):
                sys.exit(f"{path} answered {status}")
            worst = max(worst, taken)
            mark = " ← more than it may" if taken > MOST else ""
            show(f"  {title:44} {taken:7.1f} ms  {taken / empty:5.1f}  {queries:3} queries{mark}")
    return worst


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    sys.path.insert(0, str(Path(__file__).parents[1]))
    import django

    django.setup()
    from django.db import connection

    if "mailsettings_domain" not in connection.introspection.table_names():
        from tests.bench import load

        load(*map(int, sys.argv[1:3] or (10_000, 10)))
    desk()
