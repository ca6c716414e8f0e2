"""Fills what searches and lists of the desk read: brands, words, and what each change is about."""

from itertools import islice

from django.db import migrations
from django.db.models import BigIntegerField, Case, Count, OuterRef, Subquery, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, NullIf

from mailsettings.core import finding

BATCH = 2000
# Owner, part and column, as they were when this was written.
PARTS = (
    ("accounts.brand", "accounts.brandhost", "brand_id"),
    ("accounts.brand", "accounts.membership", "brand_id"),
    ("accounts.customer", "accounts.membership", "customer_id"),
    ("mailsettings.mailserver", "mailsettings.discoveryname", "server_id"),
    ("mailsettings.mailserver", "mailsettings.serviceendpoint", "server_id"),
    ("mailsettings.domain", "mailsettings.serviceendpoint", "domain_id"),
    ("mailsettings.domain", "mailsettings.domainname", "domain_id"),
    ("mailsettings.domain", "mailsettings.mailbox", "domain_id"),
)


def batches(rows):
    iterator = iter(rows)
    while some := list(islice(iterator, BATCH)):
        yield some


def fill_brands(apps, schema_editor):
    brands, customers = apps.get_model("accounts", "Brand"), apps.get_model("accounts", "Customer")
    domains, mailboxes = apps.get_model("mailsettings", "Domain"), apps.get_model("mailsettings", "Mailbox")
    for brand in brands.objects.filter(is_default=False):
        customers.objects.filter(brand=brand).update(brand_key=brand.pk)
    of_customer = customers.objects.filter(pk=OuterRef("customer_id")).values("brand_key")
    domains.objects.exclude(customer__brand_key=0).update(brand_key=Subquery(of_customer))
    of_domain = domains.objects.filter(pk=OuterRef("domain_id")).values("brand_key")
    mailboxes.objects.filter(domain__in=domains.objects.exclude(brand_key=0)).update(brand_key=Subquery(of_domain))
    mailboxes.objects.exclude(login="").update(has_login=True)


def fill_words(apps, schema_editor):
    kinds = (
        ("accounts", "Customer", ("ref", "name", "email", "phone"), "brand_key", finding.customer_words),
        ("mailsettings", "DomainName", ("name",), "domain__brand_key", finding.domain_name_words),
        ("mailsettings", "MailServer", ("name", "mx"), None, finding.server_words),
        ("accounts", "ChangeSet", ("ticket", "reason"), None, finding.record_words),
        ("mailsettings", "Mailbox", ("local_part", "name", "login", "recovery"), "brand_key", finding.mailbox_words),
    )
    written = apps.get_model("accounts", "SearchWord")
    for app, name, columns, key, words_of in kinds:
        model = apps.get_model(app, name)
        rows = model.objects.order_by("pk").values_list("pk", *([key] if key else []), *columns)
        first = len(columns)
        for some in batches(rows.iterator(BATCH)):
            written.objects.bulk_create(
                written(kind=name.lower(), brand_key=row[1] if key else 0, word=word, object_pk=row[0])
                for row in some
                for word in sorted(words_of(*row[-first:]))
            )


def number(side, column):
    # SQLite reads JSON's null as the word, whose number is 0; no key is 0.
    return NullIf(Cast(KT(f"{side}__{column}"), BigIntegerField()), 0)


def fill_log(apps, schema_editor):
    sets, changes = apps.get_model("accounts", "ChangeSet"), apps.get_model("accounts", "Change")
    for owner, part, column in PARTS:
        unknown = changes.objects.filter(model=part, owner_pk=None)
        unknown.exclude(action="change").update(owner_pk=Coalesce(number("after", column), number("before", column)))
        moved = unknown.filter(action="change", after__has_key=column)
        moved.update(owner_pk=number("after", column), former_owner_pk=number("before", column))
        # A change of a part that did not move says nothing of its owner: the row itself does, while it is there.
        row = apps.get_model(part).objects.filter(pk=OuterRef("object_pk")).values(column)
        unknown.filter(action="change").update(owner_pk=Subquery(row))
        changes.objects.filter(model=part, owner_model="", owner_pk__isnull=False).update(owner_model=owner)
    of_set = changes.objects.filter(change_set=OuterRef("pk"))
    parts_last = Case(When(model__in={part for _owner, part, _column in PARTS}, then=1), default=0)
    counted = of_set.order_by().values("change_set").annotate(number=Count("pk")).values("number")
    named = of_set.order_by(parts_last, "id").values("object_name")[:1]
    filled = sets.objects.filter(pk__in=changes.objects.values("change_set"))
    filled.update(first_record=Subquery(named), number_of_changes=Subquery(counted))


def forget(apps, schema_editor):
    """Back to the columns that earlier searches read."""
    apps.get_model("accounts", "SearchWord").objects.all().delete()
    for app, name, columns in (
        ("accounts", "Customer", ("ref", "name", "email", "phone")),
        ("mailsettings", "Mailbox", ("local_part", "name")),
    ):
        model = apps.get_model(app, name)
        last = 0
        while some := list(model.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
            for row in some:
                row.search_text = " ".join(filter(None, (getattr(row, column) for column in columns))).casefold()
            model.objects.bulk_update(some, ["search_text"], batch_size=500)
            last = some[-1].pk


def nothing(apps, schema_editor):
    pass


class Migration(migrations.Migration):
    dependencies = [("mailsettings", "0007_search"), ("accounts", "0005_search")]
    operations = [
        migrations.RunPython(fill_brands, nothing),
        migrations.RunPython(fill_words, forget),
        migrations.RunPython(fill_log, nothing),
    ]
