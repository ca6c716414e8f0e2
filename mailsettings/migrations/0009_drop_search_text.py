from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("mailsettings", "0008_fill_search")]
    operations = [migrations.RemoveField("mailbox", "search_text")]
