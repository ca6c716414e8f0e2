from django.db import migrations


class Migration(migrations.Migration):
    # The old column is read, and on the way back written, by the migration that fills the words.
    dependencies = [("accounts", "0005_search"), ("mailsettings", "0008_fill_search")]
    operations = [migrations.RemoveField("customer", "search_text")]
