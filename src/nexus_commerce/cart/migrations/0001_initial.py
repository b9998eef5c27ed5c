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
            name='Cart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('version', models.PositiveBigIntegerField(default=1, editable=False, verbose_name='version')),
                ('metadata', models.JSONField(blank=True, default=dict, verbose_name='metadata')),
                ('private_metadata', models.JSONField(blank=True, default=dict, verbose_name='private metadata')),
                ('token_hash', models.CharField(editable=False, max_length=64, null=True, unique=True)),
                ('name', models.CharField(blank=True, max_length=64, verbose_name='name')),
                ('state', models.CharField(default='open', max_length=32, verbose_name='state')),
                ('currency', nexus_commerce.core.fields.CurrencyField(verbose_name='currency')),
                ('language', models.CharField(blank=True, max_length=16, verbose_name='language')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('shipping_method', models.CharField(blank=True, max_length=64, verbose_name='shipping method')),
                ('shipping_choice', models.JSONField(blank=True, default=dict, editable=False)),
                ('coupon_codes', models.JSONField(blank=True, default=list, verbose_name='coupon codes')),
                ('tax_answer', models.JSONField(blank=True, default=dict, editable=False)),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='carts', to='nexus_channels.channel')),
                ('customer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='carts', to='nexus_customers.customer')),
            ],
            options={
                'verbose_name': 'cart',
                'verbose_name_plural': 'carts',
                'ordering': ['-id'],
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='CartAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('first_name', models.CharField(blank=True, max_length=255, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=255, verbose_name='last name')),
                ('company', models.CharField(blank=True, max_length=255, verbose_name='company')),
                ('vat_number', models.CharField(blank=True, max_length=32, verbose_name='VAT number')),
                ('line1', models.CharField(max_length=255, verbose_name='street and number')),
                ('line2', models.CharField(blank=True, max_length=255, verbose_name='address line 2')),
                ('line3', models.CharField(blank=True, max_length=255, verbose_name='address line 3')),
                ('city', models.CharField(max_length=255, verbose_name='city')),
                ('postal_code', models.CharField(blank=True, max_length=32, verbose_name='postal code')),
                ('region', models.CharField(blank=True, max_length=64, verbose_name='region')),
                ('country', models.CharField(max_length=2, validators=[django.core.validators.RegexValidator('^[A-Z]{2}\\Z', 'Give an ISO 3166-1 alpha-2 code, such as DE.', code='country')], verbose_name='country')),
                ('phone', models.CharField(blank=True, max_length=16, validators=[django.core.validators.RegexValidator('^\\+[1-9][0-9]{1,14}\\Z', 'Give the number in E.164 form, such as +4930123456.', code='phone')], verbose_name='phone')),
                ('kind', models.CharField(max_length=16, verbose_name='kind')),
                ('cart', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='addresses', to='nexus_cart.cart')),
            ],
            options={
                'verbose_name': 'cart address',
                'verbose_name_plural': 'cart addresses',
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='CartLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('metadata', models.JSONField(blank=True, default=dict, verbose_name='metadata')),
                ('private_metadata', models.JSONField(blank=True, default=dict, verbose_name='private metadata')),
                ('quantity', models.PositiveIntegerField(verbose_name='quantity')),
                ('personalization', models.JSONField(blank=True, default=dict, verbose_name='personalization')),
                ('personalization_hash', models.CharField(blank=True, editable=False, max_length=64)),
                ('seen_unit_price', nexus_commerce.core.fields.MinorUnitsField(blank=True, editable=False, null=True, verbose_name='unit price last seen')),
                ('seen_per', models.PositiveIntegerField(default=1, editable=False)),
                ('cart', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='nexus_cart.cart')),
                ('variant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cart_lines', to='nexus_catalog.variant')),
            ],
            options={
                'verbose_name': 'cart line',
                'verbose_name_plural': 'cart lines',
                'ordering': ['id'],
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.AddIndex(
            model_name='cart',
            index=models.Index(fields=['state', 'updated_at'], name='nexus_cart_stale'),
        ),
        migrations.AddConstraint(
            model_name='cart',
            constraint=models.UniqueConstraint(condition=models.Q(('customer__isnull', False), ('state', 'open')), fields=('customer', 'channel', 'name'), name='nexus_cart_one_open'),
        ),
        migrations.AddConstraint(
            model_name='cartaddress',
            constraint=models.UniqueConstraint(fields=('cart', 'kind'), name='nexus_cartaddress_unique'),
        ),
        migrations.AddConstraint(
            model_name='cartline',
            constraint=models.UniqueConstraint(fields=('cart', 'variant', 'personalization_hash'), name='nexus_cartline_unique'),
        ),
        migrations.AddConstraint(
            model_name='cartline',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gte', 1), ('quantity__lte', 1000000)), name='nexus_cartline_quantity'),
        ),
        migrations.AddConstraint(
            model_name='cartline',
            constraint=models.CheckConstraint(condition=models.Q(('seen_unit_price__gte', 0), ('seen_unit_price__lte', 1000000000000000)), name='nexus_cartline_seen_price'),
        ),
    ]
