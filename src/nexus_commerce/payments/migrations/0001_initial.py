import django.db.models.deletion
import django.db.models.expressions
import nexus_commerce.core.fields
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('nexus_orders', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('version', models.PositiveBigIntegerField(default=1, editable=False, verbose_name='version')),
                ('metadata', models.JSONField(blank=True, default=dict, verbose_name='metadata')),
                ('private_metadata', models.JSONField(blank=True, default=dict, verbose_name='private metadata')),
                ('provider', models.CharField(max_length=64, verbose_name='provider')),
                ('provider_ref', models.CharField(blank=True, max_length=255, null=True, verbose_name="provider's reference")),
                ('state', models.CharField(default='pending', max_length=32, verbose_name='state')),
                ('currency', nexus_commerce.core.fields.CurrencyField(verbose_name='currency')),
                ('amount', nexus_commerce.core.fields.MinorUnitsField(verbose_name='amount')),
                ('authorized', nexus_commerce.core.fields.MinorUnitsField(default=0, verbose_name='authorized')),
                ('captured', nexus_commerce.core.fields.MinorUnitsField(default=0, verbose_name='captured')),
                ('refunded', nexus_commerce.core.fields.MinorUnitsField(default=0, verbose_name='refunded')),
                ('refund_pending', nexus_commerce.core.fields.MinorUnitsField(default=0, verbose_name='refunds under way')),
                ('next_action', models.JSONField(blank=True, default=dict, verbose_name='next action')),
                ('failure_code', models.CharField(blank=True, max_length=64, verbose_name='failure')),
                ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='expires at')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='nexus_orders.order')),
            ],
            options={
                'verbose_name': 'payment',
                'verbose_name_plural': 'payments',
                'ordering': ['id'],
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='PaymentEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('provider', models.CharField(max_length=64, verbose_name='provider')),
                ('provider_event', models.CharField(max_length=255, verbose_name="provider's event id")),
                ('type', models.CharField(max_length=64, verbose_name='type')),
                ('amount', nexus_commerce.core.fields.MinorUnitsField(blank=True, null=True, verbose_name='amount')),
                ('data', models.JSONField(default=dict, verbose_name='data')),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='nexus_payments.payment')),
            ],
            options={
                'verbose_name': 'payment event',
                'verbose_name_plural': 'payment events',
                'ordering': ['id'],
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Refund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('state', models.CharField(default='pending', max_length=32, verbose_name='state')),
                ('amount', nexus_commerce.core.fields.MinorUnitsField(verbose_name='amount')),
                ('provider_ref', models.CharField(blank=True, max_length=255, null=True, verbose_name="provider's reference")),
                ('reason', models.CharField(blank=True, max_length=255, verbose_name='reason')),
                ('actor', models.CharField(blank=True, max_length=255, verbose_name='actor')),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='nexus_payments.payment')),
            ],
            options={
                'verbose_name': 'refund',
                'verbose_name_plural': 'refunds',
                'ordering': ['id'],
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(fields=['state', 'updated_at'], name='nexus_payment_state'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(condition=models.Q(('provider_ref__isnull', False)), fields=('provider', 'provider_ref'), name='nexus_payment_provider_ref'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0), ('amount__lte', 1000000000000000), ('authorized__gte', 0), ('authorized__lte', 1000000000000000), ('captured__gte', 0), ('captured__lte', 1000000000000000)), name='nexus_payment_amounts'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('authorized', 0), ('captured__lte', models.F('authorized')), _connector='OR'), name='nexus_payment_captured'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('captured__gte', django.db.models.expressions.CombinedExpression(models.F('refunded'), '+', models.F('refund_pending'))), ('refunded__gte', 0), ('refund_pending__gte', 0)), name='nexus_payment_refunds'),
        ),
        migrations.AddConstraint(
            model_name='paymentevent',
            constraint=models.UniqueConstraint(fields=('provider', 'provider_event'), name='nexus_paymentevent_once'),
        ),
        migrations.AddConstraint(
            model_name='paymentevent',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0), ('amount__lte', 1000000000000000)), name='nexus_paymentevent_amount'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0), ('amount__lte', 1000000000000000)), name='nexus_refund_amount'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.UniqueConstraint(condition=models.Q(('provider_ref__isnull', False)), fields=('payment', 'provider_ref'), name='nexus_refund_provider_ref'),
        ),
    ]
