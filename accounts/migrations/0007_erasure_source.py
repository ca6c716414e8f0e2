from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_drop_search_text'),
    ]

    operations = [
        migrations.AlterField(
            model_name='changeset',
            name='source',
            field=models.CharField(choices=[('admin', 'admin'), ('directory', 'directory file'), ('import', 'import of a list'), ('demo', 'demo data'), ('revert', 'revert'), ('sign-in', 'sign-in'), ('erasure', 'erasing of personal data')], max_length=20, verbose_name='source'),
        ),
    ]
