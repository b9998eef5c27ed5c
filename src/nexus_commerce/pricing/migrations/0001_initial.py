import django.core.validators
import django.db.models.deletion
import nexus_commerce.core.fields
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('nexus_catalog', '0001_initial'),
        ('nexus_channels', '0001_initial'),
        ('nexus_customers', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='PriceList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('metadata', models.JSONField(blank=True, default=dict, verbose_name='metadata')),
                ('private_metadata', models.JSONField(blank=True, default=dict, verbose_name='private metadata')),
                ('code', models.SlugField(max_length=64, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=255, verbose_name='name')),
                ('currency', nexus_commerce.core.fields.CurrencyField(verbose_name='currency')),
                ('country', models.CharField(blank=True, max_length=2, validators=[django.core.validators.RegexValidator('^[A-Z]{2}\\Z', 'Give an ISO 3166-1 alpha-2 code, such as DE.', code='country')], verbose_name='country')),
                ('priority', models.IntegerField(default=0, help_text='The higher one wins.', verbose_name='priority')),
                ('valid_from', models.DateTimeField(blank=True, null=True, verbose_name='valid from')),
                ('valid_until', models.DateTimeField(blank=True, null=True, verbose_name='valid until')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('channels', models.ManyToManyField(blank=True, related_name='price_lists', to='nexus_channels.channel')),
                ('customer_group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='price_lists', to='nexus_customers.customergroup', verbose_name='customer group')),
            ],
            options={
                'verbose_name': 'price list',
                'verbose_name_plural': 'price lists',
                'ordering': ['-priority', 'id'],
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='PriceChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('min_quantity', models.PositiveIntegerField(default=1, verbose_name='from quantity')),
                ('amount', nexus_commerce.core.fields.MinorUnitsField(null=True, verbose_name='amount')),
                ('per', models.PositiveIntegerField(default=1, verbose_name='per units')),
                ('valid_from', models.DateTimeField(null=True, verbose_name='valid from')),
                ('valid_until', models.DateTimeField(null=True, verbose_name='valid until')),
                ('variant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='price_changes', to='nexus_catalog.variant')),
                ('price_list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='nexus_pricing.pricelist')),
            ],
            options={
                'verbose_name': 'price change',
                'verbose_name_plural': 'price changes',
                'ordering': ['id'],
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Price',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('min_quantity', models.PositiveIntegerField(default=1, verbose_name='from quantity')),
                ('amount', nexus_commerce.core.fields.MinorUnitsField(verbose_name='amount')),
                ('per', models.PositiveIntegerField(default=1, verbose_name='per units')),
                ('compare_at', nexus_commerce.core.fields.MinorUnitsField(blank=True, null=True, verbose_name='compare-at price')),
                ('floor', nexus_commerce.core.fields.MinorUnitsField(blank=True, null=True, verbose_name='price floor')),
                ('valid_from', models.DateTimeField(blank=True, null=True, verbose_name='valid from')),
                ('valid_until', models.DateTimeField(blank=True, null=True, verbose_name='valid until')),
                ('variant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prices', to='nexus_catalog.variant')),
                ('price_list', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prices', to='nexus_pricing.pricelist')),
            ],
            options={
                'verbose_name': 'price',
                'verbose_name_plural': 'prices',
                'ordering': ['variant', 'price_list', 'min_quantity'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='PriceListChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('channels', models.JSONField(default=list, verbose_name='channels')),
                ('country', models.CharField(blank=True, max_length=2, verbose_name='country')),
                ('priority', models.IntegerField(default=0, verbose_name='priority')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('is_public', models.BooleanField(default=True, verbose_name='public')),
                ('valid_from', models.DateTimeField(null=True, verbose_name='valid from')),
                ('valid_until', models.DateTimeField(null=True, verbose_name='valid until')),
                ('price_list', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='list_changes', to='nexus_pricing.pricelist')),
            ],
            options={
                'verbose_name': 'price list change',
                'verbose_name_plural': 'price list changes',
                'ordering': ['id'],
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.AddConstraint(
            model_name='pricelist',
            constraint=models.CheckConstraint(condition=models.Q(('valid_from__isnull', True), ('valid_until__isnull', True), ('valid_from__lt', models.F('valid_until')), _connector='OR'), name='nexus_pricelist_window'),
        ),
        migrations.AddIndex(
            model_name='pricechange',
            index=models.Index(fields=['variant', 'price_list', 'created_at'], name='nexus_pricechange_recent'),
        ),
        migrations.AddConstraint(
            model_name='pricechange',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0), ('amount__lte', 1000000000000000)), name='nexus_pricechange_amount'),
        ),
        migrations.AddConstraint(
            model_name='price',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0), ('amount__lte', 1000000000000000), ('compare_at__gte', 0), ('compare_at__lte', 1000000000000000), ('floor__gte', 0), ('floor__lte', 1000000000000000)), name='nexus_price_amounts'),
        ),
        migrations.AddConstraint(
            model_name='price',
            constraint=models.CheckConstraint(condition=models.Q(('min_quantity__gte', 1), ('min_quantity__lte', 1000000), ('per__gte', 1), ('per__lte', 1000000)), name='nexus_price_quantities'),
        ),
        migrations.AddConstraint(
            model_name='price',
            constraint=models.CheckConstraint(condition=models.Q(('valid_from__isnull', True), ('valid_until__isnull', True), ('valid_from__lt', models.F('valid_until')), _connector='OR'), name='nexus_price_window'),
        ),
        migrations.AddConstraint(
            model_name='price',
            constraint=models.UniqueConstraint(condition=models.Q(('valid_from__isnull', True)), fields=('variant', 'price_list', 'min_quantity'), name='nexus_price_unique'),
        ),
        migrations.AddConstraint(
            model_name='price',
            constraint=models.UniqueConstraint(condition=models.Q(('valid_from__isnull', False)), fields=('variant', 'price_list', 'min_quantity', 'valid_from'), name='nexus_price_unique_scheduled'),
        ),
        migrations.AddIndex(
            model_name='pricelistchange',
            index=models.Index(fields=['price_list', 'created_at'], name='nexus_pricelistchange_recent'),
        ),
    ]
