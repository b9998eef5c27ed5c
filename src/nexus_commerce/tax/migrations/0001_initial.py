import django.core.validators
import django.db.models.deletion
import re
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='TaxZone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('metadata', models.JSONField(blank=True, default=dict, verbose_name='metadata')),
                ('private_metadata', models.JSONField(blank=True, default=dict, verbose_name='private metadata')),
                ('code', models.CharField(max_length=64, unique=True, validators=[django.core.validators.RegexValidator(re.compile('^[-a-zA-Z0-9_]+\\Z'), 'Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.', 'invalid')], verbose_name='code')),
                ('name', models.CharField(max_length=255, verbose_name='name')),
                ('priority', models.IntegerField(default=0, verbose_name='priority')),
                ('allows_reverse_charge', models.BooleanField(default=False, verbose_name='reverse charge')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
            ],
            options={
                'verbose_name': 'tax zone',
                'verbose_name_plural': 'tax zones',
                'ordering': ['code'],
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='TaxClass',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('metadata', models.JSONField(blank=True, default=dict, verbose_name='metadata')),
                ('private_metadata', models.JSONField(blank=True, default=dict, verbose_name='private metadata')),
                ('code', models.CharField(max_length=32, unique=True, validators=[django.core.validators.RegexValidator(re.compile('^[-a-zA-Z0-9_]+\\Z'), 'Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.', 'invalid')], verbose_name='code')),
                ('name', models.CharField(max_length=255, verbose_name='name')),
                ('is_default', models.BooleanField(default=False, verbose_name='default')),
            ],
            options={
                'verbose_name': 'tax class',
                'verbose_name_plural': 'tax classes',
                'ordering': ['code'],
                'abstract': False,
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('is_default',), name='nexus_taxclass_one_default')],
            },
        ),
        migrations.CreateModel(
            name='TaxRate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('name', models.CharField(help_text='As the receipt shows it, such as VAT 19 %.', max_length=255, verbose_name='name')),
                ('rate', models.DecimalField(decimal_places=6, max_digits=9, verbose_name='rate (%)')),
                ('valid_from', models.DateTimeField(blank=True, null=True, verbose_name='valid from')),
                ('valid_until', models.DateTimeField(blank=True, null=True, verbose_name='valid until')),
                ('tax_class', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rates', to='nexus_tax.taxclass')),
                ('zone', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rates', to='nexus_tax.taxzone')),
            ],
            options={
                'verbose_name': 'tax rate',
                'verbose_name_plural': 'tax rates',
                'ordering': ['zone', 'tax_class', 'id'],
                'abstract': False,
                'default_manager_name': 'objects',
                'constraints': [models.CheckConstraint(condition=models.Q(('rate__gte', 0), ('rate__lte', 100)), name='nexus_taxrate_bounds'), models.CheckConstraint(condition=models.Q(('valid_from__isnull', True), ('valid_until__isnull', True), ('valid_from__lt', models.F('valid_until')), _connector='OR'), name='nexus_taxrate_window')],
            },
        ),
        migrations.CreateModel(
            name='TaxZoneArea',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('country', models.CharField(blank=True, max_length=2, validators=[django.core.validators.RegexValidator('^[A-Z]{2}\\Z', 'Give an ISO 3166-1 alpha-2 code, such as DE.', code='country')], verbose_name='country')),
                ('region', models.CharField(blank=True, max_length=64, verbose_name='region')),
                ('postcodes', models.TextField(blank=True, verbose_name='postcodes')),
                ('zone', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='areas', to='nexus_tax.taxzone')),
            ],
            options={
                'verbose_name': 'area of a tax zone',
                'verbose_name_plural': 'areas of tax zones',
                'ordering': ['id'],
                'abstract': False,
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['country'], name='nexus_taxzonearea_country')],
            },
        ),
    ]
