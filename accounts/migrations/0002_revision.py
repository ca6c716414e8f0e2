from django.db import migrations


def add_revision(apps, schema_editor):
    apps.get_model("accounts", "Revision").objects.get_or_create(pk=1)


def remove_revision(apps, schema_editor):
    apps.get_model("accounts", "Revision").objects.filter(pk=1).delete()


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunPython(add_revision, remove_revision)]
