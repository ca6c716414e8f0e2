"""Lets records be found by «г» where their words have «ґ», which keyboards often lack: searches make no difference now.

The words that were there stay until their record changes: a release before this one still asks for them.
"""

from itertools import islice

from django.db import migrations

BATCH = 2000


def fold(apps, schema_editor):
    words = apps.get_model("accounts", "SearchWord")
    rows = iter(words.objects.filter(word__contains="ґ").order_by().iterator(BATCH))
    while some := list(islice(rows, BATCH)):
        words.objects.bulk_create(
            (
                words(kind=row.kind, brand_key=row.brand_key, word=row.word.replace("ґ", "г"), object_pk=row.object_pk)
                for row in some
            ),
            ignore_conflicts=True,
        )


class Migration(migrations.Migration):
    dependencies = [("mailsettings", "0014_way_of_links"), ("accounts", "0005_search")]
    operations = [migrations.RunPython(fold, migrations.RunPython.noop)]
