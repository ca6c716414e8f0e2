"""Worlds that have nothing to do with each other: a brand with everything that can belong to it, and who works there.

Every text of a world holds its ``mark``, so that one word tells whose a page is. What the public may not learn of it
holds the ``hidden`` mark, which begins with the other one.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from accounts.models import Brand, BrandHost, ChangeSet, Customer, Membership, User
from mailsettings import changes, personal
from mailsettings.imports import DESK, Options, pending, read
from mailsettings.models import (
    DiscoveryName,
    Domain,
    DomainName,
    GuideAnswer,
    Mailbox,
    MailServer,
    PersonalLink,
    ServiceEndpoint,
)
from tests import build

ROLES = ("operator", "support", "reseller", "customer", "outsider", "nobody")
# Whom a scope keeps in one world.
CONFINED = tuple(role for role in ROLES if role != "operator")


@dataclass(repr=False)
class World:
    """The ``rows`` of a world by model, and what is not a row of the desk."""

    mark: str
    phone: str
    rows: dict[type[Model], Any] = field(default_factory=dict)
    people: dict[str, User | None] = field(default_factory=dict)
    tokens: list[str] = field(default_factory=list)
    link: int = 0
    authenticator: int = 0
    pending: dict[str, uuid.UUID] = field(default_factory=dict)

    def __repr__(self) -> str:
        return self.mark

    @property
    def hidden(self) -> str:
        return f"{self.mark}x"

    @property
    def domain(self) -> str:
        return f"{self.mark}.com.ua"

    @property
    def address(self) -> str:
        return f"{self.hidden}.olena@{self.domain}"

    def questions(self) -> list[str]:
        """What staff might type to find something of this world."""
        mark, hidden = self.mark, self.hidden
        return [
            self.domain, self.address, f"{hidden}-c1", f"{hidden.capitalize()} Ltd", self.phone, f"{hidden}-server",
            f"imap.{mark}.example", f"{hidden}-ticket",
            f"www.{self.domain}", f"{mark}-alias.com.ua", f"{hidden}.olena", f"office@{hidden}.example",
            self.phone[-7:], f"{hidden}-login", f"reserve@{hidden}.example", f"mx.{mark}.example", mark,
            f"autoconfig.{mark}.example", f"smtp.{mark}.example", f"{hidden}-support",
            f"Hello!\n{self.address} does not work.\nCall {self.phone}, no. {hidden}-c1\nimap.{mark}.example",
        ]  # fmt: skip

    def found_in(self, text: str, *, public: bool = False) -> list[str]:
        """The marks of this world in a text; with ``public`` only those that the public may not learn."""
        folded = text.lower()
        marks = (self.hidden if public else self.mark, self.phone[-9:])
        return [mark for mark in marks if mark in folded]


def make(mark: str, phone: str, *, passkey: bool = False) -> World:
    """A world of its own, with a history: somebody of it made, changed and removed records.

    A ``passkey`` of its customer cannot be used: it is there to be taken by others.
    """
    world = World(mark, phone)
    hidden = world.hidden
    brand = Brand(
        slug=mark, name=f"{mark.capitalize()} Hosting", language="en", accent="#1f5fbf",
        site_url=f"https://{mark}.example/", support_email=f"help@{mark}.example", support_phone=f"call {mark}",
        support_url=f"https://{mark}.example/help/", support_hours_uk=f"{mark} 9–18", support_hours_en=f"{mark} 9–18",
        support_messengers=[{"name": f"{mark} chat", "url": f"https://{mark}.example/chat"}],
        password_help_uk=f"{mark} пароль", password_help_en=f"{mark} password",
        password_help_url=f"https://{mark}.example/password/", privacy_url=f"https://{mark}.example/privacy/",
    )  # fmt: skip
    build.save(brand, BrandHost(brand=brand, name=f"mail.{mark}.example"), reason=f"{hidden} begins")
    for role in ("support", "reseller"):
        world.people[role] = _person(world, role, Membership(role=role, brand=brand), is_staff=True)
    said = {"actor": world.people["support"], "reason": f"{hidden} reason", "ticket": f"{hidden}-ticket"}
    server = MailServer(
        name=f"{hidden}-server", brand=brand, mx=[f"mx.{mark}.example"], webmail_url=f"https://webmail.{mark}.example/",
        panel_url=f"https://panel.{mark}.example/", dns_spf=f"v=spf1 include:spf.{mark}.example -all",
        dns_dmarc=f"v=DMARC1; p=none; rua=mailto:dmarc@{mark}.example",
        dns_dkim=[{"selector": mark, "record": f"v=DKIM1; k=rsa; p={mark}00"}],
    )  # fmt: skip
    endpoints = [(name, f"{name}.{mark}.example", port, "tls") for name, port in (("imap", 993), ("pop3", 995))]
    discovery = DiscoveryName(server=server, name=f"autoconfig.{mark}.example")
    build.save(server, *build.endpoint_rows(endpoints, server=server), discovery, **said)
    customer = Customer(
        ref=f"{hidden}-c1", name=f"{hidden.capitalize()} Ltd", brand=brand, email=f"office@{hidden}.example",
        phone=phone, language="en",
    )  # fmt: skip
    build.save(customer, **said)
    domain = _domains(world, customer, server, said)
    mailbox = Mailbox.objects.get(domain=domain, local_part=f"{hidden}.olena")
    world.people["customer"] = _person(
        world, "customer", Membership(role="customer", customer=customer), email=customer.email
    )
    world.rows = {
        Brand: brand, BrandHost: brand.hosts.get(), Customer: customer, Domain: domain, Mailbox: mailbox,
        MailServer: server, User: world.people["customer"], Membership: customer.memberships.get(),
        DomainName: domain.names.get(is_primary=True), ServiceEndpoint: domain.endpoints.get(),
        DiscoveryName: discovery,
    }  # fmt: skip
    _change(world, said)
    _links(world)
    _sign_ins(world)
    if passkey:
        world.authenticator = _passkey(world).pk
    world.rows[GuideAnswer] = GuideAnswer.objects.get_or_create(
        guide="thunderbird", checked="2026-01-01", answer="no", defaults={"count": 3}
    )[0]
    return world


def _person(world: World, role: str, membership: Membership, email: str = "", is_staff: bool = False) -> User:
    name = f"{world.hidden}-{role}"
    user = User.objects.create_user(
        name, email or f"{role}@{world.hidden}.example", "a long password", is_staff=is_staff, first_name=world.hidden,
        last_name=name, language="en",
    )  # fmt: skip
    membership.user = user
    build.save(membership, reason=f"{world.hidden} role")
    return user


def _domains(world: World, customer: Customer, server: MailServer, said: dict[str, Any]) -> Domain:
    """A served domain with an alias, an endpoint and mailboxes, and one that waits for confirmation."""
    mark, hidden = world.mark, world.hidden
    domain = Domain(customer=customer, server=server, logins="private", mta_sts="testing")
    build.save(
        domain,
        DomainName(domain=domain, name=world.domain, is_primary=True),
        DomainName(domain=domain, name=f"{mark}-alias.com.ua"),
        *build.endpoint_rows([("smtp", f"smtp.{mark}.example", 465, "tls")], domain=domain),
        Mailbox(
            domain=domain, local_part=f"{hidden}.olena", name=f"{hidden} Olena", login=f"{hidden}-login",
            recovery=f"reserve@{hidden}.example",
        ),
        Mailbox(domain=domain, local_part=f"{hidden}-all", kind="forwarder"),
        Mailbox(domain=domain, local_part=f"{hidden}-gone", name=f"{hidden} Gone"),
        **said,
    )  # fmt: skip
    waiting = Domain(customer=customer, server=server)
    name = DomainName(domain=waiting, name=f"{hidden}-waiting.com.ua", is_primary=True)
    build.save(waiting, name, **said | {"actor": world.people["reseller"]})
    return domain


def _change(world: World, said: dict[str, Any]) -> None:
    """A change set of the support that changes every record of the directory and removes one."""
    plan = changes.Plan()
    texts = {Customer: "name", MailServer: "dns_tls_rpt", Mailbox: "name"}
    for model, column in texts.items():
        row = world.rows[model]
        before = changes.snapshot(row)
        rest = f"v=TLSRPTv1; rua=mailto:tls@{world.mark}.example"
        setattr(row, column, rest if model is MailServer else getattr(row, column) + " II")
        plan.change(row, before)
    plan.remove(Mailbox.objects.get(local_part=f"{world.hidden}-gone"))
    world.rows[ChangeSet] = changes.apply(plan, ChangeSet(source="admin", **said))


def _links(world: World) -> None:
    support = world.people["support"]
    for model in (Domain, Mailbox):
        link, token = personal.make(
            world.rows[model], PersonalLink.Way.LETTER, language="en", by=support, reason=f"{world.hidden} link"
        )
        personal.sent(link, f"someone@{world.hidden}.example")
        world.tokens.append(token)
        world.link = link.pk
        personal.make_code(world.rows[model], language="en", by=support)
    # Shown in every list of links for good.
    dead, _token = personal.make(world.rows[Domain], PersonalLink.Way.COPY, language="en", by=support)
    personal.revoke(dead, support, f"{world.hidden} over")


def _sign_ins(world: World) -> None:
    """What allauth and Django keep about people, and lists that wait to be saved."""
    contact = world.people["customer"]
    EmailAddress.objects.create(user=contact, email=f"contact@{world.hidden}.example", verified=True)
    UserSession.objects.create(user=contact, ip="192.0.2.1", user_agent=world.hidden, session_key=world.hidden)
    LogEntry.objects.create(
        user=world.people["support"], content_type=ContentType.objects.get_for_model(User), object_id=str(contact.pk),
        object_repr=world.hidden, action_flag=CHANGE, change_message=world.hidden,
    )  # fmt: skip
    for role in ("support", "reseller"):
        table = read(f"address;name\n{world.address};{world.hidden} new name\n".encode(), DESK)
        world.pending[role] = pending.keep(table, Options(), world.people[role])


def _passkey(world: World) -> Authenticator:
    data = {"name": f"{world.hidden} key", "credential": {}, "passwordless": True}
    return Authenticator.objects.create(user=world.people["customer"], type=Authenticator.Type.WEBAUTHN, data=data)


def nothing(mark: str, phone: str) -> World:
    """A world that was never made: what asks for it meets numbers and names that do not exist."""
    beyond = 900_001
    world = World(mark, phone, tokens=["Q" * personal.TOKEN_LENGTH], link=beyond, authenticator=beyond)
    models = (
        Brand, BrandHost, ChangeSet, Customer, DiscoveryName, Domain, DomainName, GuideAnswer, Mailbox, MailServer,
        Membership, ServiceEndpoint, User,
    )  # fmt: skip
    world.rows = {model: model(pk=beyond) for model in models}
    world.pending = {role: uuid.UUID(int=7) for role in ("support", "reseller")}
    return world


def people(world: World) -> dict[str, Callable[[], User | None]]:
    """Who might come, at home in ``world`` as far as they are at home anywhere."""
    return {
        "operator": build.operator,
        "support": lambda: world.people["support"],
        "reseller": lambda: world.people["reseller"],
        "customer": lambda: world.people["customer"],
        # Marked as staff, so that nothing but the missing role keeps them out.
        "outsider": lambda: User.objects.create_user("outsider", "outsider@elsewhere.example", is_staff=True),
        "nobody": lambda: None,
    }
