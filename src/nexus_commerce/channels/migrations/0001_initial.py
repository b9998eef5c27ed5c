import django.core.validators
import nexus_commerce.channels.abstract_models
import nexus_commerce.core.fields
import re
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Channel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('metadata', models.JSONField(blank=True, default=dict, verbose_name='metadata')),
                ('private_metadata', models.JSONField(blank=True, default=dict, verbose_name='private metadata')),
                ('code', models.CharField(max_length=64, unique=True, validators=[django.core.validators.RegexValidator(re.compile('^[-a-zA-Z0-9_]+\\Z'), 'Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.', 'invalid')], verbose_name='code')),
                ('name', models.CharField(max_length=255, verbose_name='name')),
                ('currency', nexus_commerce.core.fields.CurrencyField(verbose_name='currency')),
                ('country', models.CharField(max_length=2, validators=[django.core.validators.RegexValidator('^[A-Z]{2}\\Z', 'Give an ISO 3166-1 alpha-2 code, such as DE.', code='country')], verbose_name='country')),
                ('time_zone', models.CharField(default='UTC', max_length=64, validators=[nexus_commerce.channels.abstract_models.validate_time_zone], verbose_name='time zone')),
                ('default_language', models.CharField(default='en', max_length=16, verbose_name='default language')),
                ('prices_include_tax', models.BooleanField(default=False, verbose_name='prices include tax')),
                ('display_tax', models.BooleanField(blank=True, help_text='Empty: as the prices are.', null=True, verbose_name='show prices with tax')),
                ('hostname', models.CharField(blank=True, help_text='Requests to this host belong to the channel.', max_length=253, verbose_name='host name')),
                ('is_default', models.BooleanField(default=False, verbose_name='default')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
            ],
            options={
                'verbose_name': 'channel',
                'verbose_name_plural': 'channels',
                'ordering': ['code'],
                'abstract': False,
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('is_default',), name='nexus_channel_one_default'), models.UniqueConstraint(condition=models.Q(('hostname', ''), _negated=True), fields=('hostname',), name='nexus_channel_hostname_unique')],
            },
        ),
    ]
