import django.core.validators
import django.db.models.deletion
import nexus_commerce.core.fields
import re
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('nexus_channels', '0001_initial'),
        ('nexus_inventory', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ShippingZone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('metadata', models.JSONField(blank=True, default=dict, verbose_name='metadata')),
                ('private_metadata', models.JSONField(blank=True, default=dict, verbose_name='private metadata')),
                ('code', models.CharField(max_length=64, unique=True, validators=[django.core.validators.RegexValidator(re.compile('^[-a-zA-Z0-9_]+\\Z'), 'Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.', 'invalid')], verbose_name='code')),
                ('name', models.CharField(max_length=255, verbose_name='name')),
            ],
            options={
                'verbose_name': 'shipping zone',
                'verbose_name_plural': 'shipping zones',
                'ordering': ['name', 'id'],
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ShippingMethod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('metadata', models.JSONField(blank=True, default=dict, verbose_name='metadata')),
                ('private_metadata', models.JSONField(blank=True, default=dict, verbose_name='private metadata')),
                ('code', models.CharField(max_length=64, unique=True, validators=[django.core.validators.RegexValidator(re.compile('^[-a-zA-Z0-9_]+\\Z'), 'Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.', 'invalid')], verbose_name='code')),
                ('name', models.CharField(max_length=255, verbose_name='name')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('kind', models.CharField(default='flat', max_length=16, verbose_name='charged by')),
                ('carrier', models.CharField(blank=True, max_length=64, verbose_name='carrier')),
                ('carrier_service', models.CharField(blank=True, max_length=64, verbose_name="carrier's service")),
                ('tax_class', models.CharField(blank=True, max_length=32, verbose_name='tax class')),
                ('tier_basis', models.CharField(default='weight', max_length=16, verbose_name='tiers by')),
                ('step', models.PositiveIntegerField(default=1000, verbose_name='step (g)')),
                ('min_weight', models.PositiveIntegerField(blank=True, null=True, verbose_name='least weight (g)')),
                ('max_weight', models.PositiveIntegerField(blank=True, null=True, verbose_name='greatest weight (g)')),
                ('min_days', models.PositiveIntegerField(blank=True, null=True, verbose_name='delivery from (days)')),
                ('max_days', models.PositiveIntegerField(blank=True, null=True, verbose_name='delivery until (days)')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='position')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('channels', models.ManyToManyField(blank=True, help_text='None: all channels.', related_name='shipping_methods', to='nexus_channels.channel')),
                ('pickup_location', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='pickup_methods', to='nexus_inventory.stocklocation')),
                ('zones', models.ManyToManyField(blank=True, help_text='None: everywhere.', related_name='methods', to='nexus_shipping.shippingzone')),
            ],
            options={
                'verbose_name': 'shipping method',
                'verbose_name_plural': 'shipping methods',
                'ordering': ['position', 'id'],
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ShippingRate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('currency', nexus_commerce.core.fields.CurrencyField(verbose_name='currency')),
                ('amount', nexus_commerce.core.fields.MinorUnitsField(default=0, verbose_name='amount')),
                ('step_amount', nexus_commerce.core.fields.MinorUnitsField(default=0, verbose_name='amount for each step')),
                ('percent', models.DecimalField(decimal_places=6, default=0, max_digits=9, verbose_name='percent of the value')),
                ('free_from', nexus_commerce.core.fields.MinorUnitsField(blank=True, null=True, verbose_name='free from')),
                ('min_value', nexus_commerce.core.fields.MinorUnitsField(blank=True, null=True, verbose_name='least value')),
                ('max_value', nexus_commerce.core.fields.MinorUnitsField(blank=True, null=True, verbose_name='greatest value')),
                ('method', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rates', to='nexus_shipping.shippingmethod')),
            ],
            options={
                'verbose_name': 'shipping rate',
                'verbose_name_plural': 'shipping rates',
                'ordering': ['method', 'currency'],
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ShippingTier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.PositiveBigIntegerField(default=0, verbose_name='from')),
                ('amount', nexus_commerce.core.fields.MinorUnitsField(verbose_name='amount')),
                ('rate', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tiers', to='nexus_shipping.shippingrate')),
            ],
            options={
                'verbose_name': 'shipping tier',
                'verbose_name_plural': 'shipping tiers',
                'ordering': ['rate', 'starts_at'],
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ShippingZoneArea',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('country', models.CharField(blank=True, max_length=2, validators=[django.core.validators.RegexValidator('^[A-Z]{2}\\Z', 'Give an ISO 3166-1 alpha-2 code, such as DE.', code='country')], verbose_name='country')),
                ('region', models.CharField(blank=True, max_length=64, verbose_name='region')),
                ('postcodes', models.TextField(blank=True, verbose_name='postcodes')),
                ('zone', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='areas', to='nexus_shipping.shippingzone')),
            ],
            options={
                'verbose_name': 'area of a shipping zone',
                'verbose_name_plural': 'areas of shipping zones',
                'ordering': ['id'],
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.AddConstraint(
            model_name='shippingrate',
            constraint=models.UniqueConstraint(fields=('method', 'currency'), name='nexus_shippingrate_unique'),
        ),
        migrations.AddConstraint(
            model_name='shippingrate',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0), ('amount__lte', 1000000000000000), ('step_amount__gte', 0), ('step_amount__lte', 1000000000000000), ('free_from__gte', 0), ('free_from__lte', 1000000000000000), ('min_value__gte', 0), ('min_value__lte', 1000000000000000), ('max_value__gte', 0), ('max_value__lte', 1000000000000000)), name='nexus_shippingrate_amounts'),
        ),
        migrations.AddConstraint(
            model_name='shippingrate',
            constraint=models.CheckConstraint(condition=models.Q(('percent__gte', 0), ('percent__lte', 100)), name='nexus_shippingrate_percent'),
        ),
        migrations.AddConstraint(
            model_name='shippingtier',
            constraint=models.UniqueConstraint(fields=('rate', 'starts_at'), name='nexus_shippingtier_unique'),
        ),
        migrations.AddConstraint(
            model_name='shippingtier',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0), ('amount__lte', 1000000000000000)), name='nexus_shippingtier_amount'),
        ),
        migrations.AddConstraint(
            model_name='shippingmethod',
            constraint=models.CheckConstraint(condition=models.Q(('step__gte', 1)), name='nexus_shippingmethod_step'),
        ),
        migrations.AddConstraint(
            model_name='shippingmethod',
            constraint=models.CheckConstraint(condition=models.Q(('min_weight__isnull', True), ('max_weight__isnull', True), ('min_weight__lte', models.F('max_weight')), _connector='OR'), name='nexus_shippingmethod_weights'),
        ),
        migrations.AddConstraint(
            model_name='shippingmethod',
            constraint=models.CheckConstraint(condition=models.Q(('min_days__isnull', True), ('max_days__isnull', True), ('min_days__lte', models.F('max_days')), _connector='OR'), name='nexus_shippingmethod_days'),
        ),
        migrations.AddIndex(
            model_name='shippingzonearea',
            index=models.Index(fields=['country'], name='nexus_shippingzonearea_country'),
        ),
    ]
