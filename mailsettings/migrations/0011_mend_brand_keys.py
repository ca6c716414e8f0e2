"""Gives customers their own brand who were added, or moved, by the plan that added it: they stood under the default one."""

from django.db import migrations
from django.db.models import F, Q


def mend(apps, schema_editor):
    customers, words = apps.get_model("accounts", "Customer"), apps.get_model("accounts", "SearchWord")
    domains, names = apps.get_model("mailsettings", "Domain"), apps.get_model("mailsettings", "DomainName")
    mailboxes = apps.get_model("mailsettings", "Mailbox")
    theirs = Q(brand__is_default=False) & ~Q(brand_key=F("brand_id"))
    mended = list(customers.objects.filter(theirs).values_list("pk", "brand_id"))
    for customer, brand in mended:
        of_customer = {"domain__customer": customer}
        below = {
            "customer": customers.objects.filter(pk=customer).values("pk"),
            "domainname": names.objects.filter(**of_customer).values("pk"),
            "mailbox": mailboxes.objects.filter(**of_customer).values("pk"),
        }
        for kind, pks in below.items():
            words.objects.filter(kind=kind, object_pk__in=pks).update(brand_key=brand)
        mailboxes.objects.filter(domain__customer=customer).update(brand_key=brand)
        domains.objects.filter(customer=customer).update(brand_key=brand)
        customers.objects.filter(pk=customer).update(brand_key=brand)


class Migration(migrations.Migration):
    dependencies = [("mailsettings", "0010_paper_links")]
    operations = [migrations.RunPython(mend, migrations.RunPython.noop)]
