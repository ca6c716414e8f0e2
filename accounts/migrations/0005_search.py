import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_import_source'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20, verbose_name='kind of record')),
                ('brand_key', models.BigIntegerField(default=0)),
                ('word', models.CharField(max_length=100, verbose_name='word')),
                ('object_pk', models.BigIntegerField(verbose_name='number')),
            ],
            options={
                'verbose_name': 'search word',
                'verbose_name_plural': 'search words',
            },
        ),
        migrations.AddField(
            model_name='change',
            name='former_owner_pk',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='change',
            name='owner_model',
            field=models.CharField(blank=True, default='', max_length=100),
        ),
        migrations.AddField(
            model_name='change',
            name='owner_pk',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='changeset',
            name='first_record',
            field=models.CharField(blank=True, editable=False, max_length=400, verbose_name='record'),
        ),
        migrations.AddField(
            model_name='changeset',
            name='number_of_changes',
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name='number of changes'),
        ),
        migrations.AddField(
            model_name='customer',
            name='brand_key',
            field=models.BigIntegerField(default=0, editable=False),
        ),
        migrations.AlterField(
            model_name='change',
            name='change_set',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='accounts.changeset', verbose_name='change set'),
        ),
        migrations.AlterField(
            model_name='changeset',
            name='actor',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='change_sets', to=settings.AUTH_USER_MODEL, verbose_name='who'),
        ),
        migrations.AddIndex(
            model_name='change',
            index=models.Index(fields=['change_set', 'id'], name='change_by_set'),
        ),
        migrations.AddIndex(
            model_name='change',
            index=models.Index(fields=['object_name'], name='change_by_name', opclasses=['varchar_pattern_ops']),
        ),
        migrations.AddIndex(
            model_name='change',
            index=models.Index(condition=models.Q(('owner_pk__isnull', False)), fields=['owner_model', 'owner_pk'], name='change_by_owner'),
        ),
        migrations.AddIndex(
            model_name='change',
            index=models.Index(condition=models.Q(('former_owner_pk__isnull', False)), fields=['owner_model', 'former_owner_pk'], name='change_by_former_owner'),
        ),
        migrations.AddIndex(
            model_name='changeset',
            index=models.Index(fields=['source', 'id'], name='change_set_by_source'),
        ),
        migrations.AddIndex(
            model_name='changeset',
            index=models.Index(fields=['actor', 'id'], name='change_set_by_actor'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(fields=['brand_key', 'ref'], name='customer_by_brand'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(fields=['language', 'ref'], name='customer_by_language'),
        ),
        migrations.AddIndex(
            model_name='user',
            index=models.Index(fields=['first_name'], name='user_by_first_name', opclasses=['varchar_pattern_ops']),
        ),
        migrations.AddIndex(
            model_name='user',
            index=models.Index(fields=['last_name'], name='user_by_last_name', opclasses=['varchar_pattern_ops']),
        ),
        migrations.AddIndex(
            model_name='user',
            index=models.Index(fields=['email'], name='user_by_email_start', opclasses=['varchar_pattern_ops']),
        ),
        migrations.AddIndex(
            model_name='searchword',
            index=models.Index(fields=['kind', 'brand_key', 'word', 'object_pk'], name='search_word_found', opclasses=['varchar_pattern_ops', 'int8_ops', 'varchar_pattern_ops', 'int8_ops']),
        ),
        migrations.AddConstraint(
            model_name='searchword',
            constraint=models.UniqueConstraint(fields=('kind', 'object_pk', 'word'), name='search_word_once'),
        ),
        migrations.AddIndex(
            model_name='membership',
            index=models.Index(fields=['role', 'user'], name='membership_by_role'),
        ),
        migrations.AddIndex(
            model_name='user',
            index=models.Index(fields=['is_staff', 'username'], name='user_by_staff'),
        ),
        migrations.AddIndex(
            model_name='user',
            index=models.Index(fields=['is_active', 'username'], name='user_by_active'),
        ),
    ]
