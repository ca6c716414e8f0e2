from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_erasure_source'),
    ]

    operations = [
        migrations.AlterField(
            model_name='changeset',
            name='source',
            field=models.CharField(choices=[('admin', 'admin'), ('directory', 'directory file'), ('import', 'import of a list'), ('demo', 'demo data'), ('revert', 'revert'), ('sign-in', 'sign-in'), ('erasure', 'erasing of personal data'), ('command', 'command on the server')], max_length=20, verbose_name='source'),
        ),
    ]
