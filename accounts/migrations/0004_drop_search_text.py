from django.db import migrations


class Migration(migrations.Migration):
    # The old column is read, and on the way back written, by the migration that fills the words.
    dependencies = [("accounts", "0003_search"), ("mailsettings", "0005_fill_search")]
    operations = [migrations.RemoveField("customer", "search_text")]
