from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    """Links and codes that were made before belong to whoever has their domain now."""
    Domain = apps.get_model("mailsettings", "Domain")
    Mailbox = apps.get_model("mailsettings", "Mailbox")
    of_domain = Domain.objects.filter(pk=OuterRef("domain_id")).values("customer_id")[:1]
    of_mailbox = Mailbox.objects.filter(pk=OuterRef("mailbox_id")).values("domain__customer_id")[:1]
    for name in ("PersonalLink", "CallCode"):
        rows = apps.get_model("mailsettings", name).objects.filter(customer_id=None)
        rows.exclude(domain_id=None).update(customer_id=Subquery(of_domain))
        rows.exclude(mailbox_id=None).update(customer_id=Subquery(of_mailbox))


class Migration(migrations.Migration):
    dependencies = [("mailsettings", "0012_link_customer")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
