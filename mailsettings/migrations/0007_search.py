import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_search'),
        ('mailsettings', '0006_pending_imports'),
    ]

    operations = [
        migrations.AddField(
            model_name='domain',
            name='brand_key',
            field=models.BigIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='mailbox',
            name='brand_key',
            field=models.BigIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='mailbox',
            name='has_login',
            field=models.BooleanField(default=False, editable=False, verbose_name='own user name'),
        ),
        migrations.AlterField(
            model_name='domain',
            name='customer',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='domains', to='accounts.customer', verbose_name='customer'),
        ),
        migrations.AlterField(
            model_name='domain',
            name='server',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='domains', to='mailsettings.mailserver', verbose_name='mail server'),
        ),
        migrations.AlterField(
            model_name='mailbox',
            name='domain',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='mailboxes', to='mailsettings.domain', verbose_name='domain'),
        ),
        migrations.AddIndex(
            model_name='domain',
            index=models.Index(fields=['customer', 'id'], name='domain_by_customer'),
        ),
        migrations.AddIndex(
            model_name='domain',
            index=models.Index(fields=['server', 'id'], name='domain_by_server'),
        ),
        migrations.AddIndex(
            model_name='domain',
            index=models.Index(fields=['brand_key', 'id'], name='domain_by_brand'),
        ),
        migrations.AddIndex(
            model_name='domain',
            index=models.Index(fields=['status', 'id'], name='domain_by_status'),
        ),
        migrations.AddIndex(
            model_name='domain',
            index=models.Index(fields=['logins', 'id'], name='domain_by_logins'),
        ),
        migrations.AddIndex(
            model_name='domain',
            index=models.Index(fields=['mta_sts', 'id'], name='domain_by_mta_sts'),
        ),
        migrations.AddIndex(
            model_name='mailbox',
            index=models.Index(fields=['domain', 'id'], name='mailbox_by_domain'),
        ),
        migrations.AddIndex(
            model_name='mailbox',
            index=models.Index(fields=['brand_key', 'id'], name='mailbox_by_brand'),
        ),
        migrations.AddIndex(
            model_name='mailbox',
            index=models.Index(fields=['status', 'id'], name='mailbox_by_status'),
        ),
        migrations.AddIndex(
            model_name='mailbox',
            index=models.Index(fields=['kind', 'id'], name='mailbox_by_kind'),
        ),
        migrations.AddIndex(
            model_name='mailbox',
            index=models.Index(fields=['has_login', 'id'], name='mailbox_by_own_login'),
        ),
        migrations.AddIndex(
            model_name='mailbox',
            index=models.Index(fields=['brand_key', 'local_part'], name='mailbox_by_local_part', opclasses=['int8_ops', 'varchar_pattern_ops']),
        ),
        migrations.AddIndex(
            model_name='serviceendpoint',
            index=models.Index(fields=['hostname'], name='endpoint_by_host_name', opclasses=['varchar_pattern_ops']),
        ),
    ]
