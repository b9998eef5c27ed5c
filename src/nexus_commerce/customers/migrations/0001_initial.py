import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CustomerGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('code', models.SlugField(max_length=64, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=255, verbose_name='name')),
            ],
            options={
                'verbose_name': 'customer group',
                'verbose_name_plural': 'customer groups',
                'ordering': ['name', 'id'],
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Customer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('metadata', models.JSONField(blank=True, default=dict, verbose_name='metadata')),
                ('private_metadata', models.JSONField(blank=True, default=dict, verbose_name='private metadata')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('first_name', models.CharField(blank=True, max_length=255, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=255, verbose_name='last name')),
                ('language', models.CharField(blank=True, max_length=16, verbose_name='language')),
                ('is_tax_exempt', models.BooleanField(default=False, verbose_name='exempt from tax')),
                ('archived_at', models.DateTimeField(blank=True, null=True, verbose_name='archived at')),
                ('user', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='nexus_customer', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                ('groups', models.ManyToManyField(blank=True, related_name='customers', to='nexus_customers.customergroup')),
            ],
            options={
                'verbose_name': 'customer',
                'verbose_name_plural': 'customers',
                'ordering': ['-id'],
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Address',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
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
                ('label', models.CharField(blank=True, max_length=64, verbose_name='label')),
                ('is_default_shipping', models.BooleanField(default=False, verbose_name='default for shipping')),
                ('is_default_billing', models.BooleanField(default=False, verbose_name='default for billing')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='addresses', to='nexus_customers.customer')),
            ],
            options={
                'verbose_name': 'address',
                'verbose_name_plural': 'addresses',
                'ordering': ['id'],
                'abstract': False,
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_default_shipping', True)), fields=('customer',), name='nexus_address_one_default_shipping'), models.UniqueConstraint(condition=models.Q(('is_default_billing', True)), fields=('customer',), name='nexus_address_one_default_billing')],
            },
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(django.db.models.functions.text.Lower('email'), name='nexus_customer_email'),
        ),
    ]
