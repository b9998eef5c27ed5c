import django.db.models.functions.datetime
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='OutboxEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='event id')),
                ('type', models.CharField(max_length=64, verbose_name='type')),
                ('aggregate', models.CharField(max_length=64, verbose_name='aggregate')),
                ('aggregate_id', models.UUIDField(verbose_name='aggregate id')),
                ('version', models.PositiveBigIntegerField(verbose_name='version')),
                ('payload', models.JSONField(default=dict, verbose_name='payload')),
                ('state', models.CharField(default='pending', max_length=16, verbose_name='state')),
                ('occurred_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='occurred at')),
                ('available_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='not to be sent before')),
                ('locked_until', models.DateTimeField(blank=True, null=True, verbose_name='locked until')),
                ('attempts', models.PositiveIntegerField(default=0, verbose_name='attempts')),
                ('last_error', models.TextField(blank=True, verbose_name='last error')),
                ('delivered_at', models.DateTimeField(blank=True, null=True, verbose_name='delivered at')),
            ],
            options={
                'verbose_name': 'outbox event',
                'verbose_name_plural': 'outbox events',
                'ordering': ['id'],
                'abstract': False,
                'default_manager_name': 'objects',
                'indexes': [models.Index(condition=models.Q(('state', 'pending')), fields=['available_at', 'id'], name='nexus_outboxevent_pending')],
                'constraints': [models.UniqueConstraint(fields=('aggregate_id', 'version', 'type', 'aggregate'), name='nexus_outboxevent_once')],
            },
        ),
    ]
