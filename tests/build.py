"""Rows for tests, made the way the site makes them: by a plan. Each function takes what matters to the test."""

from __future__ import annotations

from accounts.models import Brand, BrandHost, ChangeSet, Customer, User
from mailsettings import changes
from mailsettings.memory import lists_of_domains, rendered_files, rendered_pages, settings_by_name
from mailsettings.models import DiscoveryName, Domain, DomainName, Mailbox, MailServer, ServiceEndpoint

ENDPOINTS = (
    ("imap", "imap.{domain}", 993, "tls"),
    ("pop3", "pop.{domain}", 995, "tls"),
    ("smtp", "smtp.{domain}", 465, "tls"),
    ("smtp", "smtp.{domain}", 587, "starttls"),
)


def save(*instances, **change_set) -> ChangeSet:
    """Add rows by one plan."""
    plan = changes.Plan()
    for instance in instances:
        plan.add(instance)
    return changes.apply(plan, ChangeSet(source="admin", **change_set))


def change(record, change_set=None, /, **values) -> ChangeSet:
    """Change a stored row by one plan, as a colleague would: ``record`` itself goes on holding what it held."""
    stored = type(record)._default_manager.get(pk=record.pk)
    before = changes.snapshot(stored)
    for name, value in values.items():
        setattr(stored, name, value)
    plan = changes.Plan()
    plan.change(stored, before)
    return changes.apply(plan, change_set or ChangeSet(source="admin"))


def remove(*records, **change_set) -> ChangeSet:
    """Remove rows, with what belongs to them, by one plan."""
    plan = changes.Plan()
    for record in records:
        plan.remove(record)
    return changes.apply(plan, ChangeSet(source="admin", **change_set))


def cold() -> None:
    """Make this worker remember nothing, without a look at the revision being due."""
    settings_by_name.settle(0)
    for renderings in (rendered_pages, rendered_files, lists_of_domains):
        renderings.forget()


def brand(slug="ava", hosts=(), **values) -> Brand:
    made = Brand(slug=slug, **{"name": slug.upper(), **values})
    save(made, *(BrandHost(brand=made, name=host) for host in hosts))
    return made


def server(name="s1", endpoints=ENDPOINTS, discovery_names=(), **values) -> MailServer:
    made = MailServer(name=name, **values)
    save(
        made,
        *endpoint_rows(endpoints, server=made),
        *(DiscoveryName(server=made, name=discovery_name) for discovery_name in discovery_names),
    )
    return made


def endpoint_rows(endpoints, **owner) -> list[ServiceEndpoint]:
    return [
        ServiceEndpoint(
            position=position, protocol=protocol, hostname=hostname, port=port, security=security,
            username=(rest or ("{address}",))[0], **owner,
        )
        for position, (protocol, hostname, port, security, *rest) in enumerate(endpoints)
    ]  # fmt: skip


def customer(ref="c1001", **values) -> Customer:
    made = Customer(ref=ref, **values)
    save(made)
    return made


def domain(name="firma.com.ua", aliases=(), mailboxes=(), endpoints=(), **values) -> Domain:
    """A domain with its names, mailboxes (local parts, or dicts of values) and endpoints of its own."""
    owner = values.pop("customer", None) or Customer.objects.first() or customer()
    on = values.pop("server", None) or MailServer.objects.first() or server()
    made = Domain(customer=owner, server=on, **values)
    save(
        made,
        DomainName(domain=made, name=name, is_primary=True),
        *(DomainName(domain=made, name=alias) for alias in aliases),
        *endpoint_rows(endpoints, domain=made),
        *(
            Mailbox(domain=made, **(mailbox if isinstance(mailbox, dict) else {"local_part": mailbox}))
            for mailbox in mailboxes
        ),
    )
    return made


def operator(username="operator") -> User:
    return User.objects.create_superuser(username, f"{username}@hoster.example", "a long password")
